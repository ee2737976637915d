// The table of kinds for people: all of them, or one in detail.
//
// Input: rows of the table. Output: lines in columns that are as wide as what stands in them.
// Invariant: nothing here is known of a kind but what its row says.

#include "cli/kinds/kinds.h"

#include <string.h>

typedef struct Sheet {
    Arena *a;
    Buf out;
    bool color;
} Sheet;

// What an operation is for, where it needs no permission.
static const char *const ROLES[] = {[OP_CLIENT] = "in handlers",
                                    [OP_INFRA] = "at the top level",
                                    [OP_LATE] = "after deployment",
                                    [OP_LIBRARY] = "by libraries"};

static void put_title(Sheet *s, const char *title) {
    buf_printf(&s->out, "%s%s%s", s->color ? "\033[1m" : "", title, s->color ? "\033[0m" : "");
}

static void put_dim(Sheet *s, const char *text) {
    buf_printf(&s->out, "%s%s%s", s->color ? "\033[2m" : "", text, s->color ? "\033[0m" : "");
}

static unsigned cells(Str text) {
    unsigned n = 0;
    for (uint32_t at = 0; at < text.n;)
        n += utf8_width(utf8_next(text, &at));
    return n;
}

static void put_cell(Sheet *s, Str text, unsigned width) {
    buf_put(&s->out, text);
    buf_pad(&s->out, ' ', width + 2 - cells(text));
}

static unsigned wider(unsigned width, Str text) {
    unsigned own = cells(text);
    return own > width ? own : width;
}

static Str joined(Arena *a, const char *const *list, const char *between) {
    Buf b = buf_new(a);
    for (const char *const *p = list; p && *p; p++)
        buf_printf(&b, "%s%s", p == list ? "" : between, *p);
    return buf_str(&b);
}

// "string", "1 to 900", "x86_64 | arm64": what a parameter takes.
static Str type_text(Arena *a, const Param *p) {
    static const char *const names[] = {
        [P_STRING] = "string",        [P_NUMBER] = "number", [P_BOOLEAN] = "boolean",
        [P_FUNCTION] = "function",    [P_OBJECT] = "object", [P_ENV_MAP] = "variables",
        [P_LIST] = "list of objects", [P_ANY] = "any value",
    };
    if (p->type == P_STRING && p->choices)
        return str_fmt(a, "%s%s", str_cstr(a, joined(a, p->choices, " | ")),
                       p->or_false ? " | false" : "");
    if (p->type == P_NUMBER && (p->min != 0 || p->max != 0))
        return str_fmt(a, "%.0f to %.0f", p->min, p->max);
    if (p->type == P_LIST && !p->fields)
        return STR("list of strings");
    return str_of(names[p->type]);
}

// "new KVStore(name, options?)", "get(path, fn)"; where anything goes, "get(…)".
static Str signature(Arena *a, const char *head, const Param *params) {
    Buf b = buf_new(a);
    buf_printf(&b, "%s(", head);
    for (const Param *p = params; p && p->name; p++)
        buf_printf(&b, "%s%s%s", p == params ? "" : ", ", p->name, p->required ? "" : "?");
    buf_puts(&b, params ? ")" : "…)");
    return buf_str(&b);
}

// ---- All kinds ----------------------------------------------------------------------------------

// The first action, or what the operation is for.
static Str first_cell(const Op *op) {
    return str_of(op->actions ? op->actions[0] : ROLES[op->role]);
}

static void put_kind(Sheet *s, const Kind *k) {
    unsigned name = 0, actions = 0;
    for (const Op *op = k->ops; op && op->name; op++) {
        name = wider(name, str_of(op->name));
        actions = wider(actions, first_cell(op));
    }
    put_title(s, k->name);
    buf_printf(&s->out, "  %s", k->doc);
    if (!k->lowering)
        put_dim(s, "  (no template yet)");
    buf_putc(&s->out, '\n');
    for (const Op *op = k->ops; op && op->name; op++) {
        buf_puts(&s->out, "  ");
        put_cell(s, str_of(op->name), name);
        put_cell(s, first_cell(op), actions);
        buf_printf(&s->out, "%s\n", op->doc);
        for (uint32_t i = 1; op->actions && op->actions[i]; i++) {
            buf_pad(&s->out, ' ', name + 4);
            buf_printf(&s->out, "%s\n", op->actions[i]);
        }
    }
}

Str kinds_text(Arena *a, const KindTable *t, bool color) {
    Sheet s = {.a = a, .out = buf_new(a), .color = color};
    for (uint32_t i = 0; i < t->n; i++) {
        if (i)
            buf_putc(&s.out, '\n');
        put_kind(&s, t->at[i]);
    }
    buf_puts(&s.out, "\n`pluto kinds KIND` shows one of them with its options.\n");
    return buf_str(&s.out);
}

// ---- One kind -----------------------------------------------------------------------------------

static bool has_fields(const Param *p) {
    return p->fields && p->fields->name;
}

// Parameters, and the fields of those that have any, indented below; two levels are all there are.
static void put_params(Sheet *s, const Param *params, unsigned indent) {
    unsigned name = 0, type = 0;
    for (const Param *p = params; p && p->name; p++) {
        name = wider(name, str_of(p->name));
        type = wider(type, type_text(s->a, p));
    }
    for (const Param *p = params; p && p->name; p++) {
        buf_pad(&s->out, ' ', indent);
        put_cell(s, str_of(p->name), name);
        put_cell(s, type_text(s->a, p), type);
        buf_puts(&s->out, p->doc);
        if (p->required)
            put_dim(s, "  (required)");
        buf_putc(&s->out, '\n');
        if (has_fields(p))
            put_params(s, p->fields, indent + 2);
    }
}

// As it is called; what libraries do has no call of its own.
static Str op_cell(const Sheet *s, const Op *op) {
    static const Param NONE[] = {{.name = NULL}};
    if (op->role == OP_LIBRARY)
        return str_of(op->name);
    return signature(s->a, op->name, op->role == OP_LATE ? NONE : op->params);
}

static void put_ops(Sheet *s, const Kind *k) {
    if (!k->ops || !k->ops->name)
        return;
    buf_putc(&s->out, '\n');
    put_title(s, "operations");
    buf_putc(&s->out, '\n');
    unsigned width = 0;
    for (const Op *op = k->ops; op->name; op++)
        width = wider(width, op_cell(s, op));
    for (const Op *op = k->ops; op->name; op++) {
        buf_puts(&s->out, "  ");
        put_cell(s, op_cell(s, op), width);
        buf_printf(&s->out, "%s, %s\n", op->doc, ROLES[op->role]);
        for (const char *const *p = op->actions; p && *p; p++) {
            buf_pad(&s->out, ' ', width + 4);
            buf_printf(&s->out, "permits %s\n", *p);
        }
    }
}

static void put_properties(Sheet *s, const Kind *k) {
    if (!k->properties || !k->properties->name)
        return;
    buf_putc(&s->out, '\n');
    put_title(s, "properties");
    buf_putc(&s->out, '\n');
    unsigned width = 0;
    for (const Property *p = k->properties; p->name; p++)
        width = wider(width, str_of(p->name));
    for (const Property *p = k->properties; p->name; p++) {
        buf_puts(&s->out, "  ");
        put_cell(s, str_of(p->name), width);
        buf_puts(&s->out, p->doc);
        if (p->known)
            buf_printf(&s->out, ": `%s`", p->known);
        buf_putc(&s->out, '\n');
        if (!p->permits)
            continue;
        buf_pad(&s->out, ' ', width + 4);
        buf_printf(&s->out, "whoever gets it may %s",
                   str_cstr(s->a, joined(s->a, p->permits, ", ")));
        if (p->permits_streaming)
            buf_printf(&s->out, ", and %s by methods called stream…",
                       str_cstr(s->a, joined(s->a, p->permits_streaming, ", ")));
        buf_putc(&s->out, '\n');
    }
}

static void put_libraries(Sheet *s, const Kind *k) {
    if (!k->consumers || !k->consumers->name)
        return;
    buf_putc(&s->out, '\n');
    put_title(s, "libraries that are known");
    buf_putc(&s->out, '\n');
    unsigned width = 0;
    for (const Consumer *c = k->consumers; c->name; c++)
        width = wider(width, str_of(c->name));
    for (const Consumer *c = k->consumers; c->name; c++) {
        // A new module where it is not that of the row before.
        if (c == k->consumers || strcmp(c->module, c[-1].module) != 0)
            buf_printf(&s->out, "  %s\n", c->module);
        buf_puts(&s->out, "    ");
        put_cell(s, str_of(c->name), width);
        buf_printf(&s->out, "with %s may %s\n", c->property,
                   str_cstr(s->a, joined(s->a, c->operations, ", ")));
    }
}

Str kinds_detail(Arena *a, const Kind *k, bool color) {
    Sheet s = {.a = a, .out = buf_new(a), .color = color};
    put_title(&s, k->name);
    buf_printf(&s.out, "  %s\n", k->doc);
    if (!k->lowering)
        put_dim(&s, "Graphs show it; it has no template yet.\n");
    Str made = signature(a, str_cstr(a, str_fmt(a, "new %s", k->name)), k->params);
    buf_printf(&s.out, "\n%.*s\n", STR_ARG(made));
    put_params(&s, k->params, 2);
    if (k->options_for_name)
        buf_puts(&s.out, "  The options may stand where the name does.\n");
    put_ops(&s, k);
    put_properties(&s, k);
    put_libraries(&s, k);
    return buf_str(&s.out);
}
