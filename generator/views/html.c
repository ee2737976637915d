// The graph as one HTML file that needs nothing else: the picture, our style and script, and what
// there is to know of each node and edge as data.
//
// Input: the graph, its settings and, where it is at hand, the program's text. Output: the skeleton
// of views/page with its slots filled in. Invariant: what comes from the program stands in the
// picture, which escapes it, in the title, escaped here, or in the JSON, which holds no markup
// (html_json.h); the page's policy runs no script but ours.
#include "generator/trace.h"
#include "generator/views.h"
#include "generator/views/html_json.h"
#include "generator/views/page/page.h"

typedef struct Page {
    Arena *a;
    const HtmlInput *in;
    const Arch *arch;
    Trace trace;
    Html json;
    Map files;      // path → nothing; its order numbers the files
    Map statements; // text → nothing; edges of one statement share its text
} Page;

static const char *const mark_names[] = {[MARK_NONE] = NULL,
                                         [MARK_ADDED] = "added",
                                         [MARK_REMOVED] = "removed",
                                         [MARK_CHANGED] = "changed"};

// ---- Small pieces -------------------------------------------------------------------------------

// The number of a key in the order of first use; 0 is never one.
static uint32_t number_of(Map *m, Str key) {
    uint32_t *known = map_find(m, key);
    if (known)
        return *known;
    uint32_t *number = arena_new(m->arena, uint32_t);
    *number = m->n + 1;
    map_set(m, key, number);
    return *number;
}

static void put_member(Page *p, const char *key, Str value) {
    if (!value.n)
        return;
    html_key(&p->json, key);
    html_text(&p->json, value);
}

static void put_raw(Page *p, const char *key, Str json) {
    if (!json.n)
        return;
    html_key(&p->json, key);
    html_raw(&p->json, json);
}

static void put_number(Page *p, const char *key, int64_t n) {
    html_key(&p->json, key);
    html_number(&p->json, n);
}

static void put_flag(Page *p, const char *key, bool set) {
    if (set)
        put_raw(p, key, STR("true"));
}

// [file, line, column, without the bracket at the end: evidence has its note there. A file stands
// as its number, since few files hold many places.
static void open_place(Page *p, ArchPlace place) {
    html_open(&p->json, '[');
    html_number(&p->json, place.line ? number_of(&p->files, place.file) : 0);
    html_number(&p->json, place.line);
    html_number(&p->json, place.column);
}

// Pages are passed on: what looks as if it held a secret stays behind, where the program was
// allowed to have it, too.
static void put_arguments(Page *p, const ArchValue *v) {
    if (!v || v->type != ARCH_OBJECT || !v->count)
        return;
    Str json = arch_value_to_json(p->a, v);
    put_raw(p, "arguments", secret_in(json) ? STR("\"(not shown: looks like a secret)\"") : json);
}

static void put_mark(Page *p, const ViewMark *marks, uint32_t i) {
    if (marks && marks[i] != MARK_NONE)
        put_member(p, "mark", str_of(mark_names[marks[i]]));
}

static void put_edge_number(Page *p, const ArchEdge *e) {
    if (e)
        put_number(p, "edge", e - p->arch->edges.at);
}

// ---- The graph ----------------------------------------------------------------------------------

static void put_resource(Page *p, uint32_t i) {
    const ArchResource *r = &p->arch->resources.at[i];
    html_open(&p->json, '{');
    put_member(p, "id", r->id);
    put_member(p, "kind", r->kind);
    put_member(p, "name", r->name);
    const ViewMarks *marks = p->in->marks;
    put_mark(p, marks ? marks->resources : NULL, i);
    if (marks && marks->notes && marks->notes[i].n && !secret_in(marks->notes[i]))
        put_member(p, "note", marks->notes[i]);
    put_arguments(p, r->arguments);
    if (r->source.line) {
        html_key(&p->json, "source");
        open_place(p, r->source);
        html_close(&p->json, ']');
    }
    if (r->handler.present && r->handler.place.line) {
        html_key(&p->json, "handler");
        open_place(p, r->handler.place);
        html_close(&p->json, ']');
        put_member(p, "export", r->handler.export_name);
    }
    if (r->environment.n) {
        html_key(&p->json, "environment");
        html_open(&p->json, '[');
        for (uint32_t k = 0; k < r->environment.n; k++)
            html_text(&p->json, r->environment.at[k]);
        html_close(&p->json, ']');
    }
    html_close(&p->json, '}');
}

static void put_edge(Page *p, uint32_t i) {
    const ArchEdge *e = &p->arch->edges.at[i];
    html_open(&p->json, '{');
    put_member(p, "from", e->from);
    put_member(p, "to", e->to);
    put_member(p, "type", str_of(edge_type_name(e->type)));
    put_member(p, "operation", e->operation);
    put_mark(p, p->in->marks ? p->in->marks->edges : NULL, i);
    put_arguments(p, e->arguments);
    put_member(p, "grant", grant_text(p->a, p->arch, p->in->kinds, e));
    Str statement = trace_statement(p->a, &p->trace, e);
    if (statement.n)
        put_number(p, "statement", number_of(&p->statements, statement) - 1);
    html_key(&p->json, "evidence");
    html_open(&p->json, '[');
    for (uint32_t k = 0; k < e->evidence.n; k++) {
        open_place(p, e->evidence.at[k].place);
        html_text(&p->json, e->evidence.at[k].note);
        html_close(&p->json, ']');
    }
    html_close(&p->json, ']');
    html_close(&p->json, '}');
}

// One line for each kind that occurs: what it is.
static void put_kinds(Page *p) {
    Map seen = map_new(p->a);
    html_key(&p->json, "kinds");
    html_open(&p->json, '{');
    for (uint32_t i = 0; i < p->arch->resources.n; i++) {
        Str name = p->arch->resources.at[i].kind;
        const Kind *kind = kind_find(p->in->kinds, name);
        if (kind && map_set(&seen, name, (void *)kind))
            put_member(p, kind->name, str_of(kind->doc));
    }
    html_close(&p->json, '}');
}

// ---- What it became -----------------------------------------------------------------------------

// Without the white space around its values: of a large application's page it would be a third.
static Str compact(Arena *a, Str json) {
    Buf out = buf_new(a);
    bool inside = false; // of a string
    for (uint32_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (c == '"')
            inside = !inside;
        if (inside || (c != ' ' && c != '\n' && c != '\t'))
            buf_putc(&out, c);
        if (inside && c == '\\' && i + 1 < json.n)
            buf_putc(&out, json.p[++i]);
    }
    return buf_str(&out);
}

static void put_template(Page *p) {
    html_key(&p->json, "resources");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->trace.resources.n; i++) {
        const TraceResource *r = &p->trace.resources.at[i];
        html_open(&p->json, '{');
        put_member(p, "owner", r->owner);
        put_member(p, "id", r->id);
        put_member(p, "type", r->type);
        put_member(p, "json", compact(p->a, r->json));
        html_close(&p->json, '}');
    }
    html_close(&p->json, ']');
}

static void put_permissions(Page *p) {
    html_key(&p->json, "permissions");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->trace.permissions.n; i++) {
        const TracePermission *t = &p->trace.permissions.at[i];
        html_open(&p->json, '{');
        put_member(p, "principal", t->principal);
        put_member(p, "role", t->role);
        put_member(p, "action", t->action);
        put_raw(p, "resource", t->resource);
        put_raw(p, "condition", t->condition);
        put_edge_number(p, t->edge);
        html_close(&p->json, '}');
    }
    html_close(&p->json, ']');
}

static void put_variables(Page *p) {
    html_key(&p->json, "variables");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->trace.variables.n; i++) {
        const TraceVariable *v = &p->trace.variables.at[i];
        html_open(&p->json, '{');
        put_member(p, "function", v->function);
        put_member(p, "name", v->name);
        put_raw(p, "value", v->value);
        put_edge_number(p, v->edge);
        html_close(&p->json, '}');
    }
    html_close(&p->json, ']');
}

static void put_exposures(Page *p) {
    html_key(&p->json, "exposures");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->trace.exposures.n; i++) {
        const TraceExposure *x = &p->trace.exposures.at[i];
        html_open(&p->json, '{');
        put_member(p, "id", x->id);
        put_member(p, "what", x->what);
        put_flag(p, "anyone", x->anyone);
        html_close(&p->json, '}');
    }
    html_close(&p->json, ']');
}

// ---- Sources ------------------------------------------------------------------------------------

// A file as it is but for lines that look as if they held a secret; lines keep their numbers.
static Str shown(Arena *a, Str text) {
    if (!secret_in(text))
        return text;
    Buf out = buf_new(a);
    bool armoured = false; // within a key that goes over many lines
    for (uint32_t at = 0; at < text.n;) {
        int64_t end = str_find(text, STR("\n"), at);
        uint32_t next = end < 0 ? text.n : (uint32_t)end + 1;
        Str line = str_slice(text, at, next);
        bool hidden = armoured || secret_in(line);
        if (hidden && str_contains(line, "-----BEGIN"))
            armoured = true;
        if (str_contains(line, "-----END"))
            armoured = false;
        if (hidden)
            buf_puts(&out, "// (not shown: looks like a secret)\n");
        else
            buf_put(&out, line);
        at = next;
    }
    return buf_str(&out);
}

// The text of every file that a place refers to; after all places, since they number the files.
static void put_sources(Page *p) {
    html_key(&p->json, "files");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->files.n; i++) {
        html_open(&p->json, '{');
        put_member(p, "path", p->files.at[i].key);
        FileId id = p->in->sources ? sources_find(p->in->sources, p->files.at[i].key) : 0;
        if (id)
            put_member(p, "text", shown(p->a, sources_get(p->in->sources, id)->text));
        html_close(&p->json, '}');
    }
    html_close(&p->json, ']');
}

static void put_data(Page *p) {
    html_open(&p->json, '{');
    put_member(p, "project", p->arch->project);
    put_member(p, "stack", p->arch->stack);
    put_flag(p, "live", p->in->live);
    put_kinds(p);
    html_key(&p->json, "nodes");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->arch->resources.n; i++)
        put_resource(p, i);
    html_close(&p->json, ']');
    html_key(&p->json, "edges");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->arch->edges.n; i++)
        put_edge(p, i);
    html_close(&p->json, ']');
    put_template(p);
    put_permissions(p);
    put_variables(p);
    put_exposures(p);
    html_key(&p->json, "statements");
    html_open(&p->json, '[');
    for (uint32_t i = 0; i < p->statements.n; i++)
        html_text(&p->json, p->statements.at[i].key);
    html_close(&p->json, ']');
    put_sources(p);
    html_close(&p->json, '}');
}

// ---- The page -----------------------------------------------------------------------------------

static void put_title(Buf *b, const Arch *arch, Arena *a) {
    Str title =
        str_visible(a, str_fmt(a, "%.*s (%.*s)", STR_ARG(arch->project), STR_ARG(arch->stack)));
    for (uint32_t i = 0; i < title.n; i++) {
        if (title.p[i] == '<')
            buf_puts(b, "&lt;");
        else if (title.p[i] == '&')
            buf_puts(b, "&amp;");
        else
            buf_putc(b, title.p[i]);
    }
}

// The picture from its root on: an XML declaration has no place in the middle of a page.
static Str picture(Arena *a, const HtmlInput *in) {
    Str svg = view_svg(a, in->arch, in->kinds, in->marks);
    int64_t root = str_find(svg, STR("<svg"), 0);
    return root > 0 ? str_slice(svg, (uint32_t)root, svg.n) : svg;
}

Str view_html(Arena *a, const HtmlInput *in) {
    Page p = {.a = a,
              .in = in,
              .arch = in->arch,
              .json = html_json(a),
              .files = map_new(a),
              .statements = map_new(a)};
    trace(a, in->arch, in->kinds, in->settings, &p.trace);
    put_data(&p);
    Buf out = buf_new(a);
    for (unsigned i = 0; i < page_part_count; i++) {
        Str slot = str_of(page_parts[i].slot);
        buf_puts(&out, page_parts[i].text);
        if (str_is(slot, "title"))
            put_title(&out, in->arch, a);
        else if (str_is(slot, "connect"))
            buf_puts(&out, in->live ? "'self'" : "'none'");
        else if (str_is(slot, "svg"))
            buf_put(&out, picture(a, in));
        else if (str_is(slot, "data"))
            buf_put(&out, buf_str(&p.json.out));
        else
            BUG_IF(slot.n != 0);
    }
    return buf_str(&out);
}
