// Any bytes as XML: a tree or a reason; the tree is no deeper and its text no longer than allowed;
// what it holds, written down again, reads the same; a reply that is cut is never whole.

#include "adapters/aws/xml.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Sum {
    size_t text, elements;
} Sum;

static void check(const Xml *x, unsigned depth, Sum *sum) {
    if (depth > XML_DEPTH_MAX)
        BUG("deeper than allowed");
    for (; x; x = x->next) {
        if (x->name.n == 0)
            BUG("an element without a name");
        sum->text += x->text.n + x->name.n;
        sum->elements++;
        check(x->first, depth + 1, sum);
    }
}

static void write(Buf *b, const Xml *x) {
    for (; x; x = x->next) {
        buf_printf(b, "<%.*s>", STR_ARG(x->name));
        buf_put(b, xml_escaped(b->arena, x->text));
        write(b, x->first);
        buf_printf(b, "</%.*s>", STR_ARG(x->name));
    }
}

static bool same(const Xml *a, const Xml *b) {
    for (; a && b; a = a->next, b = b->next)
        if (!str_eq(a->name, b->name) || !str_eq(a->text, b->text) || !same(a->first, b->first))
            return false;
    return a == b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena a;
    Err err = {0};
    Xml *root = NULL, *again = NULL;
    arena_init(&a);
    Str text = {(const char *)data, (uint32_t)size};
    if (xml_parse(&a, text, &root, &err)) {
        Sum sum = {0};
        check(root, 1, &sum);
        if (sum.text > size || sum.elements > size)
            BUG("more than there was");
        Buf b = buf_new(&a);
        write(&b, root);
        // A name may hold what cannot be written as one, and NUL ends what is printed.
        if (!memchr(data, 0, size) &&
            (!xml_parse(&a, buf_str(&b), &again, &err) || !same(root, again)))
            BUG("reads differently: %s", err.message);
        // Behind the last '>' only blanks and comments may be missing.
        uint32_t last = (uint32_t)str_rfind_char(text, '>');
        Str cut = str_slice(text, 0, last);
        if (xml_parse(&a, cut, &again, &err) && !str_contains(str_slice(text, 0, last + 1), "--") &&
            !str_contains(text, "?>"))
            BUG("cut, and whole");
    } else if (!err.message[0]) {
        BUG("no reason");
    }
    xml_text(root, "A/B");
    arena_release(&a);
    return 0;
}
