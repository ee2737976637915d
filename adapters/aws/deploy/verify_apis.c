// Whether HTTP APIs are as the program has them: deployed, with their routes, allowed to call.
//
// Input: the resources that a deployment touched. Output: checks that find what differs.
// Invariant: an API is asked for only where the deployment touched it or a part of it.

#include "adapters/aws/deploy/verify.h"

#include "adapters/aws/service/apigateway.h"
#include "adapters/aws/service/lambda.h"

enum { CHECKS_MAX = 128 };

typedef struct Part {
    const Item *item;
    Str key;
} Part;

typedef struct Subject {
    Client *client;
    const Item *api;
    Str id;                   // physical
    const Inventory *now;     // for texts of
    Vec(Part) stages, routes; // with their names and keys
} Subject;

static Str name_of(const Subject *s, Arena *a) {
    Str name = item_text(a, s->now, s->api, item_property(s->api, "Name"));
    return name.n ? name : s->id;
}

// False where there is nothing more to ask.
static bool api_look(Check *c, const Subject *s) {
    GatewayApi api;
    Err err = {0};
    Str name = name_of(s, &c->arena);
    if (!gateway_api(s->client, &c->arena, s->id, &api, &err)) {
        verify_unasked(c, &err);
        return false;
    }
    if (!api.there) {
        verify_say(c, s->api,
                   str_fmt(&c->arena, "the API `%.*s` (%.*s) is not there any more", STR_ARG(name),
                           STR_ARG(s->id)));
        return false;
    }
    if (api.closed != cJSON_IsTrue(item_property(s->api, "DisableExecuteApiEndpoint")))
        verify_say(c, s->api,
                   str_fmt(&c->arena, "the API `%.*s` %s at its own URL, unlike in the program",
                           STR_ARG(name), api.closed ? "does not answer" : "answers"));
    if (!cors_same(item_property(s->api, "CorsConfiguration"), api.cors))
        verify_say(c, s->api,
                   str_fmt(&c->arena,
                           "the API `%.*s` has other rules for browsers (CORS) than the program",
                           STR_ARG(name)));
    return true;
}

static bool stage_look(Check *c, const Subject *s, const Part *p) {
    GatewayStage stage;
    Err err = {0};
    Str name = name_of(s, &c->arena);
    if (!gateway_stage(s->client, &c->arena, s->id, p->key, &stage, &err)) {
        verify_unasked(c, &err);
        return false;
    }
    if (!stage.there)
        verify_say(c, p->item,
                   str_fmt(&c->arena, "the API `%.*s` has no stage `%.*s` any more", STR_ARG(name),
                           STR_ARG(p->key)));
    else if (s->routes.n && (!stage.deployment.n || str_contains(stage.message, "failed")))
        verify_say(c, p->item,
                   str_fmt(&c->arena, "the stage `%.*s` of the API `%.*s` is not deployed%s%.*s",
                           STR_ARG(p->key), STR_ARG(name), stage.message.n ? ": " : "",
                           STR_ARG(stage.message)));
    else if (!stage.automatic && cJSON_IsTrue(item_property(p->item, "AutoDeploy")))
        verify_say(c, p->item,
                   str_fmt(&c->arena,
                           "the stage `%.*s` of the API `%.*s` does not take up new routes by "
                           "itself any more",
                           STR_ARG(p->key), STR_ARG(name)));
    return true;
}

static const GatewayRoute *route_of(const GatewayRouteVec *all, Str key) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].key, key))
            return &all->at[i];
    return NULL;
}

static void routes_look(Check *c, const Subject *s) {
    GatewayRouteVec all = {0};
    bool there;
    Err err = {0};
    Str name = name_of(s, &c->arena);
    if (!gateway_routes(s->client, &c->arena, s->id, &there, &all, &err)) {
        verify_unasked(c, &err);
        return;
    }
    for (uint32_t i = 0; i < s->routes.n; i++) {
        const Part *p = &s->routes.at[i];
        const GatewayRoute *r = route_of(&all, p->key);
        Str wanted =
            item_text(&c->arena, s->now, p->item, item_property(p->item, "AuthorizationType"));
        wanted = wanted.n ? wanted : STR("NONE");
        if (!r)
            verify_say(c, p->item,
                       str_fmt(&c->arena, "the API `%.*s` has no route `%.*s` any more",
                               STR_ARG(name), STR_ARG(p->key)));
        else if (!r->target.n)
            verify_say(c, p->item,
                       str_fmt(&c->arena, "the route `%.*s` of the API `%.*s` leads nowhere",
                               STR_ARG(p->key), STR_ARG(name)));
        else if (!str_eq(r->authorization.n ? r->authorization : STR("NONE"), wanted))
            verify_say(c, p->item,
                       str_fmt(&c->arena,
                               "the route `%.*s` of the API `%.*s` asks for %.*s, and the program "
                               "for %.*s",
                               STR_ARG(p->key), STR_ARG(name), STR_ARG(r->authorization),
                               STR_ARG(wanted)));
    }
}

static void run_api(Check *c) {
    const Subject *s = c->subject;
    if (!api_look(c, s))
        return;
    for (uint32_t i = 0; i < s->stages.n; i++)
        if (!stage_look(c, s, &s->stages.at[i]))
            return;
    if (s->routes.n)
        routes_look(c, s);
}

// ---- May it call? -------------------------------------------------------------------------------

typedef struct Handler {
    Client *client;
    const Item *permission;
    Str function, api; // physical
} Handler;

static void run_handler(Check *c) {
    const Handler *h = c->subject;
    Str policy;
    Err err = {0};
    if (!lambda_policy(h->client, &c->arena, h->function, &policy, &err))
        verify_unasked(c, &err);
    else if (!policy_gateway(&c->arena, policy, h->api))
        verify_say(c, h->permission,
                   str_fmt(&c->arena,
                           "the API may not call the function `%.*s` any more: its routes answer "
                           "500",
                           STR_ARG(h->function)));
}

static bool handler_known(const Verifying *v, Str function) {
    for (uint32_t i = 0; i < v->checks.n; i++)
        if (v->checks.at[i].run == run_handler &&
            str_eq(((const Handler *)v->checks.at[i].subject)->function, function))
            return true;
    return false;
}

// The API is named in the middle of an ARN: {"Fn::Sub": ["…${Api}…", {"Api": {"Ref": "X"}}]}.
static Str api_of_source(Verifying *v, const Item *permission) {
    const cJSON *sub =
        cJSON_GetObjectItemCaseSensitive(item_property(permission, "SourceArn"), "Fn::Sub");
    const cJSON *value;
    cJSON_ArrayForEach(value, cJSON_GetArrayItem(sub, 1)) {
        Str id = item_referred(v->a, value);
        const Item *api = id.n ? inventory_find(&v->now, permission->stack, id) : NULL;
        if (api && str_is(api->type, "AWS::ApiGatewayV2::Api"))
            return verify_physical(v, api->stack, api->id);
    }
    return STR_EMPTY;
}

static void handler_add(Verifying *v, const Item *permission) {
    Str principal = item_text(v->a, &v->now, permission, item_property(permission, "Principal"));
    Str function = item_referred(v->a, item_property(permission, "FunctionName"));
    if (!str_is(principal, "apigateway.amazonaws.com") || !function.n ||
        v->checks.n >= CHECKS_MAX ||
        (!verify_touched(v, permission->stack, permission->id) &&
         !verify_touched(v, permission->stack, function)))
        return;
    Str physical = verify_physical(v, permission->stack, function);
    if (!physical.n || handler_known(v, physical))
        return;
    Handler *h = arena_new(v->a, Handler);
    *h = (Handler){v->client, permission, physical, api_of_source(v, permission)};
    vec_push(v->a, &v->checks, (Check){.run = run_handler, .subject = h});
}

// ---- Which --------------------------------------------------------------------------------------

static void part_add(Verifying *v, Subject *s, const Item *item, bool *touched) {
    bool route = str_is(item->type, "AWS::ApiGatewayV2::Route");
    bool stage = str_is(item->type, "AWS::ApiGatewayV2::Stage");
    if (!str_starts(item->type, "AWS::ApiGatewayV2::") || !str_eq(item->stack, s->api->stack) ||
        !str_eq(item_referred(v->a, item_property(item, "ApiId")), s->api->id))
        return;
    *touched = *touched || verify_touched(v, item->stack, item->id);
    Part p = {item, item_text(v->a, &v->now, item,
                              item_property(item, route ? "RouteKey" : "StageName"))};
    if (route && p.key.n)
        vec_push(v->a, &s->routes, p);
    if (stage && p.key.n)
        vec_push(v->a, &s->stages, p);
}

static void api_add(Verifying *v, const Item *api) {
    Subject *s = arena_new(v->a, Subject);
    bool touched = verify_touched(v, api->stack, api->id) != NULL;
    *s = (Subject){.client = v->client, .api = api, .now = &v->now};
    for (uint32_t i = 0; i < v->now.items.n; i++)
        part_add(v, s, &v->now.items.at[i], &touched);
    if (!touched || v->checks.n >= CHECKS_MAX)
        return;
    s->id = verify_physical(v, api->stack, api->id);
    if (s->id.n)
        vec_push(v->a, &v->checks, (Check){.run = run_api, .subject = s});
}

void verify_apis(Verifying *v) {
    for (uint32_t i = 0; i < v->now.items.n; i++) {
        const Item *item = &v->now.items.at[i];
        if (str_is(item->type, "AWS::ApiGatewayV2::Api"))
            api_add(v, item);
        else if (str_is(item->type, "AWS::Lambda::Permission"))
            handler_add(v, item);
    }
}
