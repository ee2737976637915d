// Any bytes as one module, in both dialects: parsed, bound and dumped. No crash, no error that is
// not reported, and no index that leads nowhere.

#include "deducer/load/ast_dump.h"
#include "deducer/load/load.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_indices(const Module *m) {
    for (uint32_t i = 0; i < m->imports.n; i++)
        BUG_IF(m->imports.at[i].request >= m->requests.n);
    for (uint32_t i = 0; i < m->star_exports.n; i++)
        BUG_IF(m->star_exports.at[i] >= m->requests.n);
    for (uint32_t i = 0; i < m->exports.n; i++) {
        const Export *x = &m->exports.at[i];
        BUG_IF(x->kind == EXPORT_LOCAL && x->slot >= m->scope->count);
        BUG_IF(x->kind == EXPORT_IMPORT && x->slot >= m->imports.n);
        BUG_IF(x->kind == EXPORT_FROM && x->request >= m->requests.n);
    }
}

static void parse(const char *path, Str text) {
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    Interner *interner = interner_open();
    LoadContext lc = {.a = &a, .sources = sources, .interner = interner, .diags = diags};
    Module m = {.path = str_of(path)};
    m.file = sources_add(sources, m.path, text);
    parse_module(&a, &lc, &m, text);
    BUG_IF(m.program == NULL && !m.has_errors);
    bind_module(&a, &lc, &m);
    BUG_IF(m.has_errors != diags_has_errors(diags));
    if (m.program != NULL) {
        Buf b = buf_new(&a);
        ast_dump(&b, interner, m.program, true);
        check_indices(&m);
    }
    interner_close(interner);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 14)
        return 0;
    Str text = {(const char *)data, (uint32_t)size};
    parse("x.ts", text);
    parse("x.tsx", text);
    return 0;
}
