// Function URLs, and HTTP APIs with their routes, read from the template.
//
// Input: their evaluated properties; the functions that have been read before. Output: entries of
// App. Invariant: resources find each other by the values that AWS would compare (ARNs, ids,
// names), not by the form of a reference.
#include "adapters/run/app_parts.h"

enum { ROUTE_WAIT_MS = 30000 };

// Nothing here is zero, nor more than AWS allows: who waits for ever helps nobody.
double reading_number(const Tree *p, const char *name, double fallback, double max) {
    double n = tree_num_at(p, name, fallback);
    return n < 1 ? 1 : n > max ? max : n;
}

bool reading_named(Reading *r, const char *type, const char *attribute, Str value, const Tree **out,
                   Err *err) {
    TemplateResourceVec *all = template_resources(r->t);
    for (uint32_t i = 0; i < all->n; i++) {
        TemplateResource *res = &all->at[i];
        Str own;
        if (!res->present || !str_is(res->type, type))
            continue;
        if (!template_attribute(r->t, res, str_of(attribute), &own, err))
            return false;
        if (str_eq(own, value))
            return template_properties(r->t, res, out, err);
    }
    return err_set(err, ERR_USAGE, "the template has no %s named `%.*s`", type, STR_ARG(value));
}

// By name or ARN, which API Gateway may have within a longer one.
static bool function_of(const Reading *r, Str text, uint32_t *out, Err *err) {
    for (uint32_t i = 0; i < r->out->functions.n; i++) {
        const AppFunction *f = &r->out->functions.at[i];
        int64_t at = str_find(text, f->arn, 0);
        uint32_t end = at < 0 ? 0 : (uint32_t)at + f->arn.n;
        bool whole = at >= 0 && (end == text.n || text.p[end] == '/' || text.p[end] == ':');
        if (!whole && !str_eq(text, f->name))
            continue;
        *out = i;
        return true;
    }
    // AWS would find it at deployment; here the same is said before anything is served.
    return err_set(err, ERR_USAGE, "the template has no function `%.*s`", STR_ARG(text));
}

static uint16_t port_of(const Reading *r, const TemplateResource *res) {
    const uint16_t *port = map_find(&r->ports, res->owner);
    return port ? *port : 0;
}

bool reading_add_url(Reading *r, TemplateResource *res, const Tree *p, Err *err) {
    AppUrl url = {.id = res->owner,
                  .port = port_of(r, res),
                  .auth = tree_str_at(r->a, p, "AuthType"),
                  .streaming = str_is(tree_str_at(r->a, p, "InvokeMode"), "RESPONSE_STREAM"),
                  .cors = reading_cors(r->a, tree_find(p, "Cors"))};
    if (!function_of(r, tree_str_at(r->a, p, "TargetFunctionArn"), &url.function, err))
        return false;
    vec_push(r->a, &r->out->urls, url);
    return true;
}

// ---- Routes -------------------------------------------------------------------------------------

static bool integration_of(Reading *r, Str target, const Tree **out, Err *err) {
    Str id = target;
    if (str_starts(target, "integrations/"))
        id = str_slice(target, sizeof "integrations/" - 1, target.n);
    return reading_named(r, "AWS::ApiGatewayV2::Integration", "", id, out, err);
}

static bool add_route(Reading *r, AppApi *api, const Tree *p, Err *err) {
    AppRoute route = {.key = tree_str_at(r->a, p, "RouteKey")};
    const Tree *integration = NULL;
    if (!integration_of(r, tree_str_at(r->a, p, "Target"), &integration, err))
        return false;
    if (!function_of(r, tree_str_at(r->a, integration, "IntegrationUri"), &route.function, err))
        return false;
    int64_t space = str_find(route.key, STR(" "), 0);
    if (space > 0) {
        route.method = str_slice(route.key, 0, (uint32_t)space);
        route.path = str_slice(route.key, (uint32_t)space + 1, route.key.n);
    } else if (!str_is(route.key, "$default")) {
        return err_set(err, ERR_USAGE, "`%.*s` of `%.*s` is no route", STR_ARG(route.key),
                       STR_ARG(api->id));
    }
    route.payload = tree_str_at(r->a, integration, "PayloadFormatVersion");
    // What API Gateway takes where nothing is said.
    if (route.payload.n == 0)
        route.payload = STR("1.0");
    route.timeout_ms =
        (uint32_t)reading_number(integration, "TimeoutInMillis", ROUTE_WAIT_MS, ROUTE_WAIT_MS);
    vec_push(r->a, &api->routes, route);
    return true;
}

// One port, one stage: with several, a path would have to say which.
static bool add_stage(Reading *r, AppApi *api, const Tree *p, Err *err) {
    (void)err;
    Str name = tree_str_at(r->a, p, "StageName");
    if (api->stage.n && !str_eq(api->stage, name))
        reading_note(r, "of the stages of %.*s only `%.*s` answers", STR_ARG(api->id),
                     STR_ARG(api->stage));
    else
        api->stage = name;
    return true;
}

// Whatever of that type says that it belongs to the API.
static bool add_of(Reading *r, AppApi *api, const char *type,
                   bool (*add)(Reading *r, AppApi *api, const Tree *p, Err *err), Err *err) {
    TemplateResourceVec *all = template_resources(r->t);
    for (uint32_t i = 0; i < all->n; i++) {
        TemplateResource *res = &all->at[i];
        const Tree *p = NULL;
        if (!res->present || !str_is(res->type, type))
            continue;
        if (!template_properties(r->t, res, &p, err))
            return false;
        if (str_eq(tree_str_at(r->a, p, "ApiId"), api->api_id) && !add(r, api, p, err))
            return false;
    }
    return true;
}

bool reading_add_api(Reading *r, TemplateResource *res, const Tree *p, Err *err) {
    AppApi api = {.id = res->owner,
                  .port = port_of(r, res),
                  .cors = reading_cors(r->a, tree_find(p, "CorsConfiguration"))};
    Str protocol = tree_str_at(r->a, p, "ProtocolType");
    if (!str_is(protocol, "HTTP")) {
        reading_note(r, "%.*s is not served here: its protocol is `%.*s`", STR_ARG(api.id),
                     STR_ARG(protocol));
        return true;
    }
    if (!template_attribute(r->t, res, STR_EMPTY, &api.api_id, err) ||
        !add_of(r, &api, "AWS::ApiGatewayV2::Stage", add_stage, err) ||
        !add_of(r, &api, "AWS::ApiGatewayV2::Route", add_route, err))
        return false;
    if (api.stage.n == 0)
        api.stage = STR("$default");
    vec_push(r->a, &r->out->apis, api);
    return true;
}
