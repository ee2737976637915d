// XML as AWS's services send it. In: a document. Out: a tree of elements, or where and why not.
//
// A small part of XML is all there is in these replies: elements, text, the five named entities and
// numbers, CDATA, comments, a declaration. A document type is refused, because entities of one's
// own are how XML attacks its readers.
// Invariant: no recursion, and each byte is looked at a bounded number of times.

#include "adapters/aws/xml.h"

#include <string.h>

typedef struct Open {
    Xml *x, *last; // the element, and its newest child
    Buf text;
    Str only; // the text while it is one piece without entities
} Open;

typedef struct Reader {
    Arena *arena;
    Str in;
    uint32_t at;
    Open stack[XML_DEPTH_MAX];
    uint32_t depth;
    Xml *root;
    Err *err;
} Reader;

static bool fail(Reader *r, const char *why) {
    return err_set(r->err, ERR_IO, "not XML that can be read: %s (byte %u)", why, (unsigned)r->at);
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool ends_name(char c) {
    return is_space(c) || c == '/' || c == '>' || c == '=' || c == '<' || c == '"' || c == '\'';
}

static bool here(const Reader *r, const char *text) {
    return str_starts(str_slice(r->in, r->at, r->in.n), text);
}

// ---- Text --------------------------------------------------------------------------------------

static bool char_of_number(Str digits, uint32_t *cp) {
    bool hex = digits.n && digits.p[0] == 'x';
    uint32_t v = 0, from = hex ? 1 : 0;
    enum { LAST = 0x10FFFF, SURROGATE = 0xD800, BEHIND_SURROGATES = 0xE000 };
    if (digits.n <= from || digits.n > 8)
        return false;
    for (uint32_t i = from; i < digits.n; i++) {
        char c = digits.p[i];
        uint32_t d;
        if (c >= '0' && c <= '9')
            d = (uint32_t)(c - '0');
        else if (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            d = (uint32_t)((c | 32) - 'a') + 10;
        else
            return false;
        v = v * (hex ? 16 : 10) + d;
    }
    *cp = v;
    return v && v <= LAST && (v < SURROGATE || v >= BEHIND_SURROGATES);
}

// What stands between '&' and ';'.
static bool put_entity(Buf *b, Str name) {
    static const struct {
        const char *name;
        char c;
    } named[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (str_is(name, named[i].name)) {
            buf_putc(b, named[i].c);
            return true;
        }
    uint32_t cp = 0;
    char utf8[4];
    if (name.n < 2 || name.p[0] != '#' || !char_of_number(str_slice(name, 1, name.n), &cp))
        return false;
    buf_put(b, (Str){utf8, utf8_put(cp, utf8)});
    return true;
}

// Pieces are joined in a buffer from the second one on.
static void add_piece(Reader *r, Open *o, Str piece) {
    if (piece.n == 0)
        return;
    if (o->text.n == 0 && o->only.n == 0) {
        o->only = piece;
        return;
    }
    if (o->text.n == 0) {
        o->text = buf_new(r->arena);
        buf_put(&o->text, o->only);
    }
    buf_put(&o->text, piece);
}

static bool read_entity(Reader *r, Open *o) {
    enum { LONGEST = 12 };
    Str rest = str_slice(r->in, r->at + 1, r->at + LONGEST);
    int64_t end = str_find(rest, STR(";"), 0);
    Buf b = buf_new(r->arena);
    if (end < 0 || !put_entity(&b, str_slice(rest, 0, (uint32_t)end)))
        return fail(r, "an entity that is not known");
    add_piece(r, o, buf_str(&b));
    r->at += (uint32_t)end + 2;
    return true;
}

static bool read_text(Reader *r) {
    uint32_t from = r->at;
    Open *o = r->depth ? &r->stack[r->depth - 1] : NULL;
    while (r->at < r->in.n && r->in.p[r->at] != '<' && r->in.p[r->at] != '&') {
        if (!o && !is_space(r->in.p[r->at]))
            return fail(r, "text outside of the root");
        r->at++;
    }
    if (o)
        add_piece(r, o, str_slice(r->in, from, r->at));
    if (r->at == r->in.n || r->in.p[r->at] == '<')
        return true;
    return o ? read_entity(r, o) : fail(r, "text outside of the root");
}

// ---- Tags --------------------------------------------------------------------------------------

// Behind a construct that ends with `end`; *inner is what it holds.
static bool skip_to(Reader *r, uint32_t start, const char *end, Str *inner) {
    int64_t at = str_find(r->in, str_of(end), r->at + start);
    if (at < 0)
        return fail(r, "it ends in the middle");
    *inner = str_slice(r->in, r->at + start, (uint32_t)at);
    r->at = (uint32_t)at + (uint32_t)strlen(end);
    return true;
}

static void take_name(Reader *r, Str *name) {
    uint32_t from = r->at;
    while (r->at < r->in.n && !ends_name(r->in.p[r->at]))
        r->at++;
    *name = str_slice(r->in, from, r->at);
    int64_t colon = str_rfind_char(*name, ':');
    if (colon >= 0)
        *name = str_slice(*name, (uint32_t)colon + 1, name->n);
}

// To the '>' of a tag, over its attributes. *empty: it was "/>".
static bool skip_attributes(Reader *r, bool *empty) {
    char quote = 0;
    for (; r->at < r->in.n; r->at++) {
        char c = r->in.p[r->at];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '<') {
            return fail(r, "a tag inside of a tag");
        } else if (c == '>') {
            *empty = r->in.p[r->at - 1] == '/';
            r->at++;
            return true;
        }
    }
    return fail(r, "it ends in the middle");
}

static bool close_element(Reader *r, Str name) {
    if (r->depth == 0)
        return fail(r, "an element ends that has not begun");
    Open *o = &r->stack[r->depth - 1];
    if (!str_eq(name, o->x->name))
        return fail(r, "elements overlap");
    o->x->text = o->text.n ? buf_str(&o->text) : o->only;
    r->depth--;
    return true;
}

static bool read_end(Reader *r) {
    Str name;
    bool empty = false;
    r->at += 2;
    take_name(r, &name);
    return skip_attributes(r, &empty) && close_element(r, name);
}

static bool read_start(Reader *r) {
    Xml *x = arena_new(r->arena, Xml);
    bool empty = false;
    r->at++;
    take_name(r, &x->name);
    // Behind a prefix these would make another thing of it where it is written without the prefix.
    if (x->name.n == 0 || x->name.p[0] == '?' || x->name.p[0] == '!')
        return fail(r, "an element without a name");
    if (!skip_attributes(r, &empty))
        return false;
    if (r->depth == 0 && r->root)
        return fail(r, "more than one root");
    if (r->depth == XML_DEPTH_MAX)
        return fail(r, "elements are nested too deep");
    if (r->depth == 0) {
        r->root = x;
    } else {
        Open *parent = &r->stack[r->depth - 1];
        if (parent->last)
            parent->last->next = x;
        else
            parent->x->first = x;
        parent->last = x;
    }
    r->stack[r->depth++] = (Open){.x = x};
    return !empty || close_element(r, x->name);
}

static bool read_markup(Reader *r) {
    Str inner = STR_EMPTY;
    if (here(r, "<!--"))
        return skip_to(r, 4, "-->", &inner);
    if (here(r, "<![CDATA[")) {
        if (r->depth == 0)
            return fail(r, "text outside of the root");
        if (!skip_to(r, 9, "]]>", &inner))
            return false;
        add_piece(r, &r->stack[r->depth - 1], inner);
        return true;
    }
    if (here(r, "<!"))
        return fail(r, "a document type");
    if (here(r, "<?"))
        return skip_to(r, 2, "?>", &inner);
    return here(r, "</") ? read_end(r) : read_start(r);
}

bool xml_parse(Arena *a, Str text, Xml **root, Err *err) {
    Reader *r = arena_new(a, Reader);
    *r = (Reader){.arena = a, .in = text, .err = err};
    if (str_starts(text, "\xEF\xBB\xBF"))
        r->at = 3;
    while (r->at < text.n)
        if (!(text.p[r->at] == '<' ? read_markup(r) : read_text(r)))
            return false;
    if (r->depth || !r->root)
        return fail(r, "it ends in the middle");
    *root = r->root;
    return true;
}

// ---- Looking ------------------------------------------------------------------------------------

static const Xml *named(const Xml *x, Str name) {
    while (x && !str_eq(x->name, name))
        x = x->next;
    return x;
}

const Xml *xml_at(const Xml *x, const char *path) {
    Str rest = str_of(path);
    while (x && rest.n) {
        int64_t slash = str_find(rest, STR("/"), 0);
        uint32_t to = slash < 0 ? rest.n : (uint32_t)slash;
        x = named(x->first, str_slice(rest, 0, to));
        rest = str_slice(rest, to + 1, rest.n);
    }
    return x;
}

Str xml_text(const Xml *x, const char *path) {
    x = xml_at(x, path);
    return x ? str_trim(x->text) : STR_EMPTY;
}

const Xml *xml_first(const Xml *x, const char *name) {
    return x ? named(x->first, str_of(name)) : NULL;
}

const Xml *xml_next(const Xml *x) {
    return x ? named(x->next, x->name) : NULL;
}

// ---- Writing -----------------------------------------------------------------------------------

Str xml_escaped(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '<':
            buf_puts(&b, "&lt;");
            break;
        case '>':
            buf_puts(&b, "&gt;");
            break;
        case '&':
            buf_puts(&b, "&amp;");
            break;
        case '"':
            buf_puts(&b, "&quot;");
            break;
        case '\r': // a reader would make a line feed of it
            buf_puts(&b, "&#13;");
            break;
        default:
            buf_putc(&b, s.p[i]);
        }
    }
    return buf_str(&b);
}
