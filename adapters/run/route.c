// Routes of HTTP APIs, matched as API Gateway does.
//
// Input: the routes and a request's method and path. Output: one route and what its parameters
// stand for. Invariant: the most specific route wins whatever the order in which they stand: one
// that names every part of the path before one with parameters, that before one with a greedy
// parameter, that before `$default`; at equal paths the route that names the method before `ANY`.
#include "adapters/run/route.h"

#include "adapters/run/text.h"

// Cuts the next part off a path: what stands before the next slash.
static Str part(Str *path) {
    int64_t slash = str_find(*path, STR("/"), 0);
    uint32_t end = slash < 0 ? path->n : (uint32_t)slash;
    Str head = str_slice(*path, 0, end);
    *path = slash < 0 ? STR_EMPTY : str_slice(*path, end + 1, path->n);
    return head;
}

static bool is_parameter(Str s) {
    return s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
}

static bool is_greedy(Str s) {
    return is_parameter(s) && s.n > 3 && s.p[s.n - 2] == '+';
}

static Str without_first_slash(Str s) {
    return s.n && s.p[0] == '/' ? str_slice(s, 1, s.n) : s;
}

static bool same_part(Arena *a, Str wanted, Str given) {
    return str_eq(text_unpercent(a, wanted, false), text_unpercent(a, given, false));
}

// Whether the pattern fits, and what its parameters are.
static bool fits(Arena *a, Str pattern, Str path, AppPairVec *parameters) {
    pattern = without_first_slash(pattern);
    path = without_first_slash(path);
    bool more = true;
    while (more) {
        more = str_find(pattern, STR("/"), 0) >= 0;
        bool rest = str_find(path, STR("/"), 0) >= 0;
        Str wanted = part(&pattern);
        if (is_greedy(wanted)) {
            Str name = str_slice(wanted, 1, wanted.n - 2);
            vec_push(a, parameters, (AppPair){name, text_unpercent(a, path, false)});
            return path.n > 0;
        }
        Str given = part(&path);
        if (is_parameter(wanted) && given.n)
            vec_push(
                a, parameters,
                (AppPair){str_slice(wanted, 1, wanted.n - 1), text_unpercent(a, given, false)});
        else if (is_parameter(wanted) || !same_part(a, wanted, given))
            return false;
        if (more != rest)
            return false;
    }
    return true;
}

static bool ends_greedy(const AppRoute *r) {
    return str_ends(r->path, "+}");
}

// Below zero where x is more specific.
static int compare(const AppRoute *x, const AppRoute *y) {
    if (ends_greedy(x) != ends_greedy(y))
        return ends_greedy(x) ? 1 : -1;
    Str p = without_first_slash(x->path), q = without_first_slash(y->path);
    while (p.n && q.n) {
        Str u = part(&p), v = part(&q);
        int rank = (is_parameter(u) + is_greedy(u)) - (is_parameter(v) + is_greedy(v));
        if (rank)
            return rank;
    }
    return str_is(x->method, "ANY") - str_is(y->method, "ANY");
}

bool route_match(Arena *a, const AppApi *api, Str method, Str path, RouteMatch *out) {
    const AppRoute *fallback = NULL;
    out->route = NULL;
    for (uint32_t i = 0; i < api->routes.n; i++) {
        const AppRoute *r = &api->routes.at[i];
        AppPairVec parameters = {0};
        if (r->path.n == 0) {
            fallback = r;
            continue;
        }
        if (!str_is(r->method, "ANY") && !str_eq(r->method, method))
            continue;
        if ((out->route && compare(out->route, r) <= 0) || !fits(a, r->path, path, &parameters))
            continue;
        *out = (RouteMatch){r, parameters};
    }
    if (!out->route)
        *out = (RouteMatch){.route = fallback};
    return out->route != NULL;
}

bool route_stage(const AppApi *api, Str path, Str *rest) {
    *rest = path;
    if (str_is(api->stage, "$default"))
        return true;
    Str inner = without_first_slash(path);
    if (!str_eq(part(&inner), api->stage))
        return false;
    *rest = str_slice(path, api->stage.n + 1, path.n);
    if (rest->n == 0)
        *rest = STR("/");
    return true;
}
