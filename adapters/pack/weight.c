// What Lambda takes. In: a package's size and what its bundle is made of. Out: a message that says
// what weighs most, and by whom it was imported.
#include "adapters/pack/pack.h"

enum { SHOWN = 5, WORTH_TELLING = 100 };

static Str size_text(Arena *a, uint64_t bytes) {
    return str_fmt(a, "%.1f MB", (double)bytes / (1024 * 1024));
}

void weight_check(Arena *a, const PackFunction *f, const Package *p, const Bundle *bundle,
                  uint64_t limit, PackMessageVec *messages) {
    if (p->unpacked <= limit)
        return;
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < bundle->chains.n && i < SHOWN; i++) {
        const PackChain *c = &bundle->chains.at[i];
        Str name = c->weight.package.n ? c->weight.package : STR("the program itself");
        if (i && c->weight.bytes < p->unpacked / WORTH_TELLING)
            break;
        buf_printf(&b, "%s%.*s %.*s", i ? ", " : "", STR_ARG(size_text(a, c->weight.bytes)),
                   STR_ARG(name));
        if (c->weight.package.n && c->chain.n)
            buf_printf(&b, " (%.*s)", STR_ARG(c->chain));
    }
    PackMessage m = {
        .topic = PACK_SIZE,
        .error = true,
        .text = str_fmt(a, "the package of `%.*s` is %.*s unpacked, and Lambda takes %.*s",
                        STR_ARG(f->id), STR_ARG(size_text(a, p->unpacked)),
                        STR_ARG(size_text(a, limit))),
        .help = str_fmt(a, "what weighs most: %.*s", STR_ARG(buf_str(&b))),
    };
    vec_push(a, messages, m);
}
