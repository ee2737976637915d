// Routes of an HTTP API.
//
// Input: a method and a path as the program writes them. Output: route key and ARN tail.
// Invariant: a permission's ARN has `*` where the path has a parameter and nowhere else; no `$`
// that Fn::Sub could take for its own comes out of here.
#include "generator/cfn/route.h"

static bool plain(char c) {
    bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alnum || str_contains(STR("-._~!&'(),;=@%+"), (char[]){c, 0});
}

static bool parameter_name(Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && c != '_' && c != '-' && c != '.')
            return false;
    }
    return s.n > 0;
}

typedef struct Writer {
    Buf key, arn, shape;
} Writer;

static void write_all(Writer *w, Str s) {
    buf_put(&w->key, s);
    buf_put(&w->arn, s);
    buf_put(&w->shape, s);
}

// One piece of the path between slashes; NULL, or what is wrong with it.
static const char *segment(Writer *w, Str s, bool last) {
    if (s.n == 1 && s.p[0] == '*') {
        if (!last)
            return "has `*` before its end";
        buf_puts(&w->key, "{proxy+}");
        buf_puts(&w->arn, "{proxy+}");
        buf_puts(&w->shape, "{+}");
        return NULL;
    }
    if (s.n && s.p[0] == ':') {
        Str name = str_slice(s, 1, s.n);
        if (!parameter_name(name))
            return "has a parameter without a proper name";
        buf_printf(&w->key, "{%.*s}", STR_ARG(name));
        buf_printf(&w->arn, "{%.*s}", STR_ARG(name));
        buf_puts(&w->shape, "{}");
        return NULL;
    }
    for (uint32_t i = 0; i < s.n; i++)
        if (!plain(s.p[i]))
            return "has a character that API Gateway does not accept";
    write_all(w, s);
    return NULL;
}

static Str upper(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        buf_putc(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return buf_str(&b);
}

bool route_parse(Arena *a, Str method, Str path, Route *out, const char **problem) {
    bool any = str_is(method, "all");
    Str verb = any ? STR("ANY") : upper(a, method);
    Writer w = {buf_new(a), buf_new(a), buf_new(a)};
    buf_printf(&w.key, "%.*s ", STR_ARG(verb));
    buf_printf(&w.shape, "%.*s ", STR_ARG(verb));
    buf_put(&w.arn, any ? STR("*") : verb);
    if (path.n == 0 || path.p[0] != '/') {
        *problem = "does not start with `/`";
        return false;
    }
    for (uint32_t start = 1;;) {
        int64_t slash = str_find(path, STR("/"), start);
        uint32_t end = slash < 0 ? path.n : (uint32_t)slash;
        write_all(&w, STR("/"));
        *problem = segment(&w, str_slice(path, start, end), slash < 0);
        if (*problem)
            return false;
        if (slash < 0)
            break;
        start = end + 1;
    }
    *out = (Route){buf_str(&w.key), buf_str(&w.arn), buf_str(&w.shape)};
    return true;
}

Routes routes_new(Gen *g) {
    return (Routes){.g = g, .seen = map_new(g->arena)};
}

bool routes_add(Routes *rs, const ArchEdge *edge, Route *out) {
    Gen *g = rs->g;
    const ArchValue *path = arch_find(edge->arguments, "path");
    ArchPlace place = gen_edge_place(g, edge);
    const char *problem = NULL;
    if (!path || path->type != ARCH_STRING) {
        gen_error_at(g, P0309, place, "the path of a route of `%.*s` is not known",
                     STR_ARG(edge->from));
        return false;
    }
    if (!route_parse(g->arena, edge->operation, path->text, out, &problem)) {
        Diag *d = gen_error_at(g, P0309, place, "the path `%.*s` %s", STR_ARG(path->text), problem);
        diag_help(d, "a path is like `/users/:id/files/*`");
        return false;
    }
    const ArchEdge *first = map_find(&rs->seen, out->shape);
    if (!first) {
        map_set(&rs->seen, out->shape, (void *)(uintptr_t)edge);
        return true;
    }
    Diag *d = gen_error_at(g, P0309, place, "`%.*s` already has a route `%.*s`",
                           STR_ARG(edge->from), STR_ARG(out->key));
    ArchPlace other = gen_edge_place(g, first);
    diag_note(d, "the first one is at %.*s:%u:%u", STR_ARG(other.file), other.line, other.column);
    return false;
}
