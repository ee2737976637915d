// One file to a typed tree.
//
// In: the text of a TypeScript or JavaScript file. Out: Module.program, requests, imports and
// exports; the binder finishes them. The parse_*.c files hold one part of the language each; this
// one holds what they share and the order of things: parse, repair what the grammar lacks, flatten,
// convert. Invariant: program is NULL and has_errors set where the text is no valid code; never a
// crash, whatever the bytes.

#include "deducer/load/parse.h"

#include "deducer/load/repair.h"
#include "deducer/load/syntax.h"

#include <string.h>

// ---- Nodes --------------------------------------------------------------------------------------

Str parse_text(const Parse *p, Cst n) {
    if (n == NULL)
        return STR_EMPTY;
    return (Str){p->text.p + n->start, n->end - n->start};
}

Span parse_span(const Parse *p, Cst n) {
    if (n == NULL)
        return (Span){p->m->file, p->place, p->place};
    return (Span){p->m->file, n->start, n->end};
}

Node *parse_node(Parse *p, NodeKind kind, Cst n) {
    Node *node = arena_new(p->a, Node);
    node->kind = (uint16_t)kind;
    node->span = parse_span(p, n);
    return node;
}

// `\u0061` in an identifier means the letter.
static Str unescaped_name(Parse *p, Str s) {
    Buf b = buf_new(p->a);
    for (uint32_t i = 0; i < s.n;) {
        if (s.p[i] != '\\') {
            buf_putc(&b, s.p[i++]);
            continue;
        }
        uint32_t cp = 0;
        for (i++; i < s.n && (s.p[i] == 'u' || s.p[i] == '{'); i++)
            continue;
        for (unsigned k = 0; k < 6 && i < s.n && s.p[i] != '\\' && s.p[i] != '}'; k++, i++) {
            static const char hex[] = "0123456789abcdef";
            const char *digit = strchr(hex, s.p[i] | 0x20);
            if (digit == NULL || *digit == '\0')
                break;
            cp = cp * 16 + (uint32_t)(digit - hex);
            if (k == 3 && s.p[i - 4] == 'u') {
                i++;
                break;
            }
        }
        if (i < s.n && s.p[i] == '}')
            i++;
        char utf8[4];
        unsigned n = utf8_put(cp > 0x10FFFF ? 0xFFFD : cp, utf8);
        buf_put(&b, (Str){utf8, n});
    }
    return buf_str(&b);
}

Sym parse_sym(Parse *p, Cst n) {
    Str s = parse_text(p, n);
    if (memchr(s.p, '\\', s.n) != NULL)
        s = unescaped_name(p, s);
    return sym_of(p->lc->interner, s);
}

// The grammar lets a reserved word pass for a name where nothing else fits (`new = 1`). Three are
// left out: `<this.A/>` and `@a export class` are valid, and a `return` has its own message.
static bool is_reserved(Str name) {
    static const Str words[] = {
        {"break", 5},       {"case", 4},     {"catch", 5},   {"class", 5},  {"const", 5},
        {"continue", 8},    {"debugger", 8}, {"default", 7}, {"delete", 6}, {"do", 2},
        {"else", 4},        {"enum", 4},     {"extends", 7}, {"false", 5},  {"finally", 7},
        {"for", 3},         {"function", 8}, {"if", 2},      {"import", 6}, {"in", 2},
        {"instanceof", 10}, {"new", 3},      {"null", 4},    {"super", 5},  {"switch", 6},
        {"throw", 5},       {"true", 4},     {"try", 3},     {"typeof", 6}, {"var", 3},
        {"void", 4},        {"while", 5},    {"with", 4},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].n == name.n && words[i].p[0] == name.p[0] && str_eq(words[i], name))
            return true;
    }
    return false;
}

Node *parse_ident(Parse *p, Cst n) {
    Node *node = parse_node(p, N_IDENT, n);
    Str text = parse_text(p, n);
    node->u.ident.name = parse_sym(p, n);
    if (text.n > 0 && text.p[0] >= 'b' && text.p[0] <= 'w' && is_reserved(text)) {
        diag_error(p->lc->diags, P0106, node->span, "unexpected `%.*s`", STR_ARG(text));
        p->m->has_errors = true;
    }
    if (node->u.ident.name == p->sym_arguments)
        parse_mark_frame(p, NF_USES_ARGUMENTS);
    return node;
}

Node **parse_list(Parse *p, Cst n) {
    uint32_t count = 0;
    CST_EACH(c, n) count++;
    return count == 0 ? NULL : arena_array(p->a, Node *, count);
}

// ---- Errors -------------------------------------------------------------------------------------

Diag *parse_error(Parse *p, Span span, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str message = str_vfmt(p->scratch, fmt, ap);
    va_end(ap);
    p->m->has_errors = true;
    return diag_error(p->lc->diags, P0112, span, "%.*s", STR_ARG(message));
}

Node *parse_unexpected(Parse *p, Cst n) {
    Node *node = parse_node(p, N_ERROR, n);
    if (!p->too_deep && !p->unreadable) {
        Str text = parse_text(p, n);
        if (text.n > 0 && text.n <= 40 && memchr(text.p, '\n', text.n) == NULL) {
            diag_error(p->lc->diags, P0106, node->span, "unexpected `%.*s`", STR_ARG(text));
        } else {
            diag_error(p->lc->diags, P0106, node->span, "this cannot be understood");
        }
    }
    p->unreadable = true;
    return node;
}

static void report_depth(Parse *p, uint32_t at) {
    if (p->too_deep)
        return;
    p->too_deep = true;
    Span span = {p->m->file, at, at < p->text.n ? at + 1 : at};
    Diag *d = diag_error(p->lc->diags, P0105, span, "the code is nested more than %d levels deep",
                         PARSE_DEPTH_MAX);
    diag_help(d, "split it up: variables for parts of long expressions, arrays for long tables");
}

bool parse_enter(Parse *p, Cst n) {
    p->place = n->start;
    if (p->depth == PARSE_DEPTH_MAX || p->too_deep) {
        report_depth(p, n->start);
        return false;
    }
    p->depth++;
    return true;
}

void parse_leave(Parse *p) {
    p->depth--;
}

// ---- The file -----------------------------------------------------------------------------------

typedef struct Extension {
    const char *name;
    CstDialect dialect;
    bool typescript, commonjs;
} Extension;

static const Extension extensions[] = {
    {".ts", CST_TS, true, false},   {".tsx", CST_TSX, true, false}, {".mts", CST_TS, true, false},
    {".cts", CST_TS, true, true},   {".js", CST_TSX, false, true},  {".jsx", CST_TSX, false, true},
    {".mjs", CST_TS, false, false}, {".cjs", CST_TS, false, true},
};

static const Extension *extension_of(Str path) {
    Str ext = path_ext(path);
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
        if (str_is(ext, extensions[i].name))
            return &extensions[i];
    }
    return &extensions[0];
}

bool parse_is_typescript(Str path) {
    return extension_of(path)->typescript;
}

// Says what is wrong with a text that no repair could help. Guesses among the repairs may have been
// wrong; they were right if the text makes sense further with them than without.
static void report_syntax(Parse *p, const Repair *repair, CstReader *r, const Grammar *g,
                          CstDialect dialect) {
    Diags *ds = p->lc->diags;
    uint32_t at = syntax_stuck_at(p->scratch, repair->text, r);
    if (repair->safe.p != NULL) {
        CstReader *safe = cst_open(p->scratch, g, dialect);
        cst_parse(safe, repair->safe);
        uint32_t safe_at = syntax_stuck_at(p->scratch, repair->safe, safe);
        if (safe_at >= at)
            syntax_report(p->scratch, ds, p->m->file, p->text, safe, safe_at);
        cst_close(safe);
        if (safe_at >= at)
            return;
    }
    syntax_report(p->scratch, ds, p->m->file, p->text, r, at);
}

// Parses, and again with repairs as long as they help. What is parsed may differ from the file's
// text, at the same length; everything is read from the file's text.
static bool read_tree(Parse *p, CstReader *r, const Grammar *g, CstDialect dialect) {
    enum { ROUNDS = 6 };
    Repair repair;
    repair_init(&repair, p->scratch, p->text, r);
    bool fits = cst_parse(r, repair.text);
    for (int round = 0; round < ROUNDS && !fits; round++) {
        CstErrors errors = cst_errors(r, p->scratch, REPAIR_ERRORS_MAX);
        if (!repair_apply(&repair, errors, r))
            break;
        fits = cst_parse(r, repair.text);
    }
    if (!fits)
        report_syntax(p, &repair, r, g, dialect);
    return fits;
}

static Node *program(Parse *p, Cst root) {
    Node *node = parse_node(p, N_PROGRAM, root);
    Frame module;
    parse_frame_open(p, &module, FRAME_MODULE, 0, SPAN_NONE);
    parse_body(p, root, CF_NONE, &node->u.block.at, &node->u.block.count);
    parse_frame_close(p);
    node->op = module.has_var;
    return node;
}

static void parse_file(Parse *p, const Extension *e) {
    const Grammar *g = p->lc->grammar != NULL ? p->lc->grammar : grammar_new(p->scratch);
    CstReader *r = cst_open(p->scratch, g, e->dialect);
    Cst root = NULL;
    uint32_t deep_at = 0;
    bool read = read_tree(p, r, g, e->dialect);
    if (read)
        root = cst_flatten(r, p->scratch, &deep_at);
    cst_close(r);
    Node *node = root != NULL ? program(p, root) : NULL;
    if (read && root == NULL)
        report_depth(p, deep_at);
    if (node == NULL || p->too_deep || p->unreadable) {
        p->m->has_errors = true;
    } else {
        p->m->program = node;
    }
}

void parse_module(Arena *a, LoadContext *lc, Module *m, Str text) {
    Arena scratch;
    arena_init(&scratch);
    const Extension *e = extension_of(m->path);
    Parse p = {.a = a,
               .scratch = &scratch,
               .lc = lc,
               .m = m,
               .text = text,
               .typescript = e->typescript,
               .commonjs = e->commonjs,
               .requests = map_new(&scratch),
               .sym_default = sym_lit(lc->interner, "default"),
               .sym_arguments = sym_lit(lc->interner, "arguments"),
               .sym_require = sym_lit(lc->interner, "require")};
    parse_file(&p, e);
    arena_release(&scratch);
}
