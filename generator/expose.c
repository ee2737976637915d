// What the application shows to the outside: URLs, routes, sites.
//
// Input: resources and trigger edges of the graph. Output: who may reach them, in what words.
// Invariant: this is the one place that decides it; templates and views ask here.
#include "generator/expose.h"

UrlAccess expose_url(const ArchResource *r, bool handler) {
    // Only functions that the program names have a URL: what an event calls needs none.
    if (handler || !str_is(r->kind, "Function"))
        return URL_NONE;
    const ArchValue *url = arch_find(arch_find(r->arguments, "options"), "url");
    if (url && url->type == ARCH_BOOL && !url->boolean)
        return URL_NONE;
    return url && url->type == ARCH_STRING && str_is(url->text, "iam") ? URL_IAM : URL_PUBLIC;
}

static Str upper(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++)
        buf_putc(&b, s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i]);
    return buf_str(&b);
}

Str expose_route(Arena *a, const ArchEdge *edge) {
    Str method = str_is(edge->operation, "all") ? STR("ANY") : upper(a, edge->operation);
    const ArchValue *path = arch_find(edge->arguments, "path");
    if (!path || path->type != ARCH_STRING)
        return method;
    return str_fmt(a, "%.*s %.*s", STR_ARG(method), STR_ARG(path->text));
}

const char *expose_site(Str kind) {
    return str_is(kind, "Website") || str_is(kind, "ReactApp") ? "website" : NULL;
}
