// JSON trees in arenas.
//
// Input: JSON text that anybody may have written. Output: a tree that lives as long as its arena.
// Invariant: no tree is nested more deeply than TREE_DEPTH_MAX, so that whoever walks one may
// recurse; a text is as long as it was written, NUL characters included, and half a surrogate pair,
// which JavaScript writes, becomes U+FFFD. For both reasons this is not cJSON: its texts end at the
// first NUL, and it refuses a half pair.
#include "adapters/run/tree.h"

#include "adapters/run/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Tree *tree_new(Arena *a, TreeType type) {
    Tree *t = arena_new(a, Tree);
    t->type = type;
    t->text = STR_EMPTY;
    t->key = STR_EMPTY;
    return t;
}

Tree *tree_text(Arena *a, Str text) {
    Tree *t = tree_new(a, TREE_TEXT);
    t->text = text;
    return t;
}

Tree *tree_append(Tree *to, Tree *last, Tree *item) {
    if (last)
        last->next = item;
    else
        to->child = item;
    to->count++;
    return item;
}

// ---- Reading ------------------------------------------------------------------------------------

typedef struct Reader {
    Arena *a;
    Str s;
    uint32_t at;
} Reader;

// The next character that is no white space; -1 at the end.
static int peek(Reader *r) {
    while (r->at < r->s.n && strchr(" \t\r\n", r->s.p[r->at]) && r->s.p[r->at])
        r->at++;
    return r->at < r->s.n ? (unsigned char)r->s.p[r->at] : -1;
}

static bool take(Reader *r, char c) {
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

static bool word(Reader *r, const char *w) {
    size_t n = strlen(w);
    if (r->s.n - r->at < n || memcmp(r->s.p + r->at, w, n) != 0)
        return false;
    r->at += (uint32_t)n;
    return true;
}

static bool hex4(Reader *r, uint32_t *out) {
    *out = 0;
    for (unsigned i = 0; i < 4; i++, r->at++) {
        char c = r->at < r->s.n ? r->s.p[r->at] : '\0';
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

// Behind `\u`.
static bool code_point(Reader *r, Buf *b) {
    uint32_t cp, low;
    if (!hex4(r, &cp))
        return false;
    if (cp >= 0xD800 && cp < 0xDC00) {
        uint32_t back = r->at;
        // A first half without its second stands for nothing; what follows it is read for itself.
        bool pair = word(r, "\\u") && hex4(r, &low) && low >= 0xDC00 && low < 0xE000;
        if (pair)
            cp = 0x10000 + ((cp - 0xD800) << 10 | (low - 0xDC00));
        else
            r->at = back;
    }
    if (cp >= 0xD800 && cp < 0xE000)
        cp = 0xFFFD;
    char out[4];
    buf_put(b, (Str){out, utf8_put(cp, out)});
    return true;
}

static bool escape(Reader *r, Buf *b) {
    static const char NAMES[] = "\"\\/bfnrt", MEANS[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->s.n ? r->s.p[r->at++] : '\0';
    const char *name = c ? strchr(NAMES, c) : NULL;
    if (name)
        buf_putc(b, MEANS[name - NAMES]);
    return name || (c == 'u' && code_point(r, b));
}

// Behind the opening quote.
static bool read_text(Reader *r, Str *out) {
    // Most texts have no escapes: then nothing is copied.
    uint32_t start = r->at;
    for (; r->at < r->s.n; r->at++) {
        unsigned char c = (unsigned char)r->s.p[r->at];
        if (c == '"') {
            *out = str_slice(r->s, start, r->at++);
            return true;
        }
        if (c == '\\' || c < 0x20)
            break;
    }
    Buf b = buf_new(r->a);
    buf_put(&b, str_slice(r->s, start, r->at));
    while (r->at < r->s.n) {
        unsigned char c = (unsigned char)r->s.p[r->at++];
        if (c == '"') {
            *out = buf_str(&b);
            return true;
        }
        if (c < 0x20 || (c == '\\' && !escape(r, &b)))
            return false;
        if (c != '\\')
            buf_putc(&b, (char)c);
    }
    return false;
}

static bool digits(Reader *r) {
    uint32_t start = r->at;
    while (r->at < r->s.n && r->s.p[r->at] >= '0' && r->s.p[r->at] <= '9')
        r->at++;
    return r->at > start;
}

static Tree *read_number(Reader *r) {
    uint32_t start = r->at;
    word(r, "-");
    if (!word(r, "0") && !digits(r))
        return NULL;
    if (word(r, ".") && !digits(r))
        return NULL;
    if (word(r, "e") || word(r, "E")) {
        if (!word(r, "+"))
            word(r, "-");
        if (!digits(r))
            return NULL;
    }
    // The digits stay beside the number: a large one goes out as it came in.
    Tree *t = tree_new(r->a, TREE_NUMBER);
    t->text = str_slice(r->s, start, r->at);
    t->number = strtod(str_cstr(r->a, t->text), NULL);
    return t;
}

static Tree *read_value(Reader *r, unsigned depth);

// Behind the opening bracket.
static Tree *read_items(Reader *r, TreeType type, unsigned depth) {
    Tree *t = tree_new(r->a, type), *last = NULL;
    char close = type == TREE_LIST ? ']' : '}';
    if (take(r, close))
        return t;
    for (;;) {
        Str key = STR_EMPTY;
        if (type == TREE_OBJECT && !(take(r, '"') && read_text(r, &key) && take(r, ':')))
            return NULL;
        Tree *item = read_value(r, depth + 1);
        if (!item)
            return NULL;
        item->key = key;
        last = tree_append(t, last, item);
        if (take(r, close))
            return t;
        if (!take(r, ','))
            return NULL;
    }
}

static Tree *read_value(Reader *r, unsigned depth) {
    int c = peek(r);
    if (depth > TREE_DEPTH_MAX || c < 0)
        return NULL;
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(r);
    if (take(r, '[') || take(r, '{'))
        return read_items(r, c == '[' ? TREE_LIST : TREE_OBJECT, depth);
    if (take(r, '"')) {
        Tree *t = tree_new(r->a, TREE_TEXT);
        return read_text(r, &t->text) ? t : NULL;
    }
    if (word(r, "null"))
        return tree_new(r->a, TREE_NULL);
    Tree *t = tree_new(r->a, TREE_BOOL);
    t->truth = c == 't';
    return word(r, "true") || word(r, "false") ? t : NULL;
}

Tree *tree_read(Arena *a, Str json) {
    Reader r = {a, json, 0};
    Tree *t = read_value(&r, 0);
    return t && peek(&r) < 0 ? t : NULL;
}

// ---- What is in one -----------------------------------------------------------------------------

const Tree *tree_get(const Tree *t, Str key) {
    if (!t || t->type != TREE_OBJECT)
        return NULL;
    const Tree *found = NULL;
    for (const Tree *m = t->child; m; m = m->next)
        if (str_eq(m->key, key))
            found = m; // the last one stands, as everywhere
    return found;
}

const Tree *tree_find(const Tree *t, const char *key) {
    return tree_get(t, str_of(key));
}

const Tree *tree_child(const Tree *t, const char *key) {
    const Tree *m = tree_find(t, key);
    return m ? m->child : NULL;
}

Str tree_str(Arena *a, const Tree *t) {
    if (!t)
        return STR_EMPTY;
    if (t->type == TREE_TEXT || (t->type == TREE_NUMBER && t->text.n))
        return t->text;
    if (t->type == TREE_BOOL)
        return t->truth ? STR("true") : STR("false");
    if (t->type != TREE_NUMBER)
        return STR_EMPTY;
    return str_fmt(a, "%.15g", t->number);
}

Str tree_str_at(Arena *a, const Tree *t, const char *key) {
    return tree_str(a, tree_find(t, key));
}

double tree_num_at(const Tree *t, const char *key, double fallback) {
    const Tree *m = tree_find(t, key);
    if (m && m->type == TREE_NUMBER)
        return m->number;
    if (!m || m->type != TREE_TEXT || m->text.n == 0 || m->text.n > 30)
        return fallback;
    // The templates that people write have numbers in quotes, and AWS reads them.
    char copy[32] = {0}, *end = NULL;
    memcpy(copy, m->text.p, m->text.n);
    double n = strtod(copy, &end);
    // Half a number is none.
    return *end || !isfinite(n) ? fallback : n;
}

bool tree_bool_at(const Tree *t, const char *key, bool fallback) {
    const Tree *m = tree_find(t, key);
    if (m && m->type == TREE_BOOL)
        return m->truth;
    if (m && m->type == TREE_TEXT && (str_is(m->text, "true") || str_is(m->text, "false")))
        return str_is(m->text, "true");
    return fallback;
}

void tree_write(Buf *b, const Tree *t) {
    bool object = t->type == TREE_OBJECT;
    if (t->type == TREE_TEXT) {
        text_quote(b, t->text);
        return;
    }
    if (t->type == TREE_NONE || t->type == TREE_NULL) {
        buf_puts(b, "null");
        return;
    }
    if (!object && t->type != TREE_LIST) {
        buf_put(b, tree_str(b->arena, t));
        return;
    }
    buf_putc(b, object ? '{' : '[');
    for (const Tree *item = t->child; item; item = item->next) {
        if (item != t->child)
            buf_putc(b, ',');
        if (object) {
            text_quote(b, item->key);
            buf_putc(b, ':');
        }
        tree_write(b, item);
    }
    buf_putc(b, object ? '}' : ']');
}
