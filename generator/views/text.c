// The graph as a tree for the terminal.
//
// Input: a graph with sorted edges. Output: text in two groups: what the program creates, with its
// triggers, then its functions, with what they use, why, and what they may therefore do.
// Invariant: the box characters are UTF-8 always, so the bytes depend neither on locale nor
// terminal; names are shown, never obeyed.

#include "generator/expose.h"
#include "generator/views.h"

typedef struct View {
    Arena *a;
    const Arch *arch;
    const KindTable *kinds;
    Buf out;
    Map triggered; // ids of functions that an infrastructure call made
    unsigned title_width;
    bool color;
} View;

enum { TITLE_WIDTH_MAX = 44 };

// ---- Words --------------------------------------------------------------------------------------

typedef enum Style { PLAIN, BOLD, DIM, BLUE, GREEN } Style;

static void put(View *v, Style style, Str s) {
    static const char *const codes[] = {[PLAIN] = "",
                                        [BOLD] = "\033[1m",
                                        [DIM] = "\033[2m",
                                        [BLUE] = "\033[36m",
                                        [GREEN] = "\033[32m"};
    bool colored = v->color && style != PLAIN;
    if (colored)
        buf_puts(&v->out, codes[style]);
    buf_put(&v->out, str_visible(v->a, s));
    if (colored)
        buf_puts(&v->out, "\033[0m");
}

static void put_words(View *v, Style style, const char *words) {
    put(v, style, str_of(words));
}

static unsigned width_of(Arena *a, Str s) {
    Str shown = str_visible(a, s);
    unsigned width = 0;
    for (uint32_t at = 0; at < shown.n;)
        width += utf8_width(utf8_next(shown, &at));
    return width;
}

static Str place_text(Arena *a, ArchPlace p) {
    if (!p.line)
        return STR_EMPTY;
    return str_fmt(a, "%.*s:%u:%u", STR_ARG(p.file), p.line, p.column);
}

// "SageMaker llama-2-7b"; an id that the graph does not resolve stands as it is.
static void put_resource(View *v, Str id) {
    const ArchResource *r = arch_resource(v->arch, id);
    put(v, BLUE, r ? r->kind : id);
    if (!r)
        return;
    buf_putc(&v->out, ' ');
    put(v, BOLD, r->name);
}

// ---- Edges --------------------------------------------------------------------------------------

typedef struct Range {
    uint32_t from, to;
} Range;

// Edges are sorted by `from`: those of one resource stand together.
static Range edges_from(const Arch *arch, Str id) {
    uint32_t low = 0, high = arch->edges.n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_cmp(arch->edges.at[middle].from, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t end = low;
    while (end < arch->edges.n && str_eq(arch->edges.at[end].from, id))
        end++;
    return (Range){low, end};
}

// The start of a line below a resource: `last` is the last branch, `first` its first line.
static void put_branch(View *v, bool last, bool first) {
    static const char *const bars[2][2] = {{"│  ", "├─ "}, {"   ", "└─ "}};
    put_words(v, DIM, bars[last][first]);
}

static void put_evidence(View *v, const ArchEdge *e, bool last) {
    unsigned width = 0;
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        unsigned w = width_of(v->a, place_text(v->a, e->evidence.at[i].place));
        width = w > width ? w : width;
    }
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        const ArchStep *step = &e->evidence.at[i];
        Str place = place_text(v->a, step->place);
        put_branch(v, last, false);
        put_words(v, DIM, i ? "        " : "because ");
        put(v, DIM, place);
        buf_pad(&v->out, ' ', width - width_of(v->a, place) + 1);
        put(v, PLAIN, step->note);
        buf_putc(&v->out, '\n');
    }
}

static void put_use(View *v, const ArchEdge *e, bool last) {
    put_branch(v, last, true);
    if (e->type == EDGE_READ)
        put_words(v, PLAIN, "reads ");
    put(v, BOLD, e->operation);
    put_words(v, DIM, e->type == EDGE_READ ? " of " : " → ");
    put_resource(v, e->to);
    buf_putc(&v->out, '\n');
    Str grant = grant_text(v->a, v->arch, v->kinds, e);
    if (grant.n) {
        put_branch(v, last, false);
        put_words(v, DIM, "grants  ");
        put(v, GREEN, grant);
        buf_putc(&v->out, '\n');
    }
    put_evidence(v, e, last);
}

// What tells one trigger of a resource from another: the path, the expression.
static void put_trigger(View *v, const ArchEdge *e, bool last) {
    put_branch(v, last, true);
    put(v, BOLD, e->operation);
    for (uint32_t i = 0; e->arguments && i < e->arguments->count; i++) {
        const ArchValue *value = e->arguments->members[i].value;
        buf_putc(&v->out, ' ');
        put(v, PLAIN, value->type == ARCH_STRING ? value->text : arch_value_to_json(v->a, value));
    }
    put_words(v, DIM, " → ");
    put_resource(v, e->to);
    if (e->evidence.n && e->evidence.at[0].place.line) {
        put_words(v, PLAIN, "  ");
        put(v, DIM, place_text(v->a, e->evidence.at[0].place));
    }
    buf_putc(&v->out, '\n');
}

static void put_environment(View *v, const ArchResource *r) {
    put_branch(v, true, true);
    put_words(v, PLAIN, "environment");
    for (uint32_t i = 0; i < r->environment.n; i++) {
        buf_puts(&v->out, i ? ", " : " ");
        put(v, BOLD, r->environment.at[i]);
    }
    buf_putc(&v->out, '\n');
}

// ---- Resources ----------------------------------------------------------------------------------

static bool is_function(const ArchResource *r) {
    return str_is(r->kind, "Function");
}

// Who may call a function from outside.
static const char *url_text(const View *v, const ArchResource *r) {
    static const char *const words[] = {
        [URL_NONE] = "", [URL_PUBLIC] = "public URL", [URL_IAM] = "URL for IAM"};
    return words[expose_url(r, map_has(&v->triggered, r->id))];
}

static Str title_of(Arena *a, const ArchResource *r) {
    return str_fmt(a, "%.*s %.*s", STR_ARG(r->kind), STR_ARG(r->name));
}

static void put_title(View *v, const ArchResource *r) {
    put_resource(v, r->id);
    unsigned width = width_of(v->a, title_of(v->a, r));
    buf_pad(&v->out, ' ', width < v->title_width ? v->title_width - width : 0);
    put_words(v, PLAIN, "  ");
    put(v, DIM, place_text(v->a, r->source));
    const char *url = url_text(v, r);
    if (*url) {
        put_words(v, PLAIN, "  ");
        put_words(v, GREEN, url);
    }
    buf_putc(&v->out, '\n');
}

static void put_one(View *v, const ArchResource *r) {
    put_title(v, r);
    Range edges = edges_from(v->arch, r->id);
    for (uint32_t i = edges.from; i < edges.to; i++) {
        const ArchEdge *e = &v->arch->edges.at[i];
        bool last = i + 1 == edges.to && r->environment.n == 0;
        if (e->type == EDGE_TRIGGER)
            put_trigger(v, e, last);
        else
            put_use(v, e, last);
    }
    if (r->environment.n)
        put_environment(v, r);
}

static void put_group(View *v, bool functions) {
    bool first = true;
    for (uint32_t i = 0; i < v->arch->resources.n; i++) {
        const ArchResource *r = &v->arch->resources.at[i];
        if (is_function(r) != functions)
            continue;
        if (first)
            buf_putc(&v->out, '\n');
        first = false;
        put_one(v, r);
    }
}

Str view_text(Arena *a, const Arch *arch, const KindTable *kinds, bool color) {
    View v = {.a = a, .arch = arch, .kinds = kinds, .out = buf_new(a), .color = color};
    v.triggered = map_new(a);
    for (uint32_t i = 0; i < arch->edges.n; i++)
        if (arch->edges.at[i].type == EDGE_TRIGGER)
            map_set(&v.triggered, arch->edges.at[i].to, &arch->edges.at[i]);
    for (uint32_t i = 0; i < arch->resources.n; i++) {
        unsigned width = width_of(a, title_of(a, &arch->resources.at[i]));
        if (width > v.title_width && width <= TITLE_WIDTH_MAX)
            v.title_width = width;
    }
    put(&v, BOLD, arch->project);
    buf_puts(&v.out, " (");
    put(&v, PLAIN, arch->stack);
    uint32_t n = arch->resources.n;
    buf_printf(&v.out, ") · %u resource%s\n", n, n == 1 ? "" : "s");
    put_group(&v, false);
    put_group(&v, true);
    return buf_str(&v.out);
}
