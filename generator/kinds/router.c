// Router: an HTTP API, each route a handler.
//
// Input: the row's resource and its routes (trigger edges). Output: the row `kind_router`.
// Invariant: the API may call each handler through that handler's own route only.
#include "generator/cfn/names.h"
#include "generator/cfn/route.h"
#include "generator/lowering.h"

static const Param OPTIONS[] = {
    {.name = "cors",
     .type = P_ANY,
     .doc =
         "`true` (unless given), `false`, or { origins, methods, headers, credentials, maxAge }"},
    {.name = "simHost", .type = P_STRING, .doc = "accepted and not used"},
    {.name = "simPort", .type = P_STRING, .doc = "accepted and not used"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the router within the application"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how it answers"},
    {.name = NULL},
};

static const Param ROUTE[] = {
    {.name = "path",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "`/a/:param`, a trailing `*` takes the rest"},
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "answers the request"},
    {.name = NULL},
};

static const Param ALL[] = {
    {.name = "path",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "`/a/:param`, a trailing `*` takes the rest"},
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "answers the request"},
    {.name = "raw",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "hand the function the event as it came"},
    {.name = NULL},
};

static const Op OPS[] = {
    {.name = "get", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers GET"},
    {.name = "post", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers POST"},
    {.name = "put", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers PUT"},
    {.name = "delete",
     .role = OP_INFRA,
     .params = ROUTE,
     .named_by = "path",
     .doc = "answers DELETE"},
    {.name = "patch",
     .role = OP_INFRA,
     .params = ROUTE,
     .named_by = "path",
     .doc = "answers PATCH"},
    {.name = "head", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers HEAD"},
    {.name = "all",
     .role = OP_INFRA,
     .params = ALL,
     .named_by = "path",
     .doc = "answers every method that has no route of its own"},
    {.name = "url", .role = OP_LATE, .doc = "the API's URL"},
    {.name = NULL},
};

// ---- CloudFormation -----------------------------------------------------------------------------

enum { NAME_MAX = 128, WAIT_MS = 30000, MAX_AGE = 86400 };

static Str part(Gen *g, const Node *n, const char *name) {
    return names_logical(g->arena, n->resource->kind, n->resource->name, name);
}

static Json *everything(void) {
    return json_push(json_array(), json_string("*"));
}

// A list of texts, or one text for a list of one.
static Json *cors_list(Gen *g, const Node *n, const ArchValue *cors, const char *member) {
    const ArchValue *v = arch_find(cors, member);
    if (!v)
        return everything();
    Json *list = json_array();
    uint32_t count = v->type == ARCH_ARRAY ? v->count : 1;
    for (uint32_t i = 0; i < count; i++) {
        const ArchValue *item = v->type == ARCH_ARRAY ? v->items[i] : v;
        if (item->type == ARCH_STRING)
            json_push(list, json_text(item->text));
        else
            gen_error(g, P0301, n->resource, "`cors.%s` of `%.*s` should be a list of texts",
                      member, STR_ARG(n->resource->id));
    }
    return list;
}

static bool allows_any(const Json *list) {
    for (const Json *item = list->child; item; item = item->next)
        if (str_is(str_of(item->valuestring), "*"))
            return true;
    return false;
}

static void cors_methods_known(Gen *g, const Node *n, const Json *list) {
    static const char *const METHODS[] = {"*",       "DELETE", "GET",  "HEAD",
                                          "OPTIONS", "PATCH",  "POST", "PUT"};
    for (const Json *item = list->child; item; item = item->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
            known = known || str_is(str_of(item->valuestring), METHODS[i]);
        if (known)
            continue;
        Diag *d =
            gen_error(g, P0308, n->resource, "`cors` of `%.*s` allows the unknown method `%s`",
                      STR_ARG(n->resource->id), item->valuestring);
        diag_help(d, "methods are written in capitals, like `GET`; `*` stands for all");
    }
}

static void cors_members_known(Gen *g, const Node *n, const ArchValue *cors) {
    static const Str KNOWN[] = {
        {"origins", 7}, {"methods", 7}, {"headers", 7}, {"credentials", 11}, {"maxAge", 6}};
    size_t count = sizeof KNOWN / sizeof *KNOWN;
    for (uint32_t i = 0; i < cors->count; i++) {
        Str key = cors->members[i].key;
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found = found || str_eq(KNOWN[k], key);
        if (found)
            continue;
        Diag *d = gen_error(g, P0302, n->resource, "`cors` has no member `%.*s`", STR_ARG(key));
        Str near = str_suggest(key, KNOWN, count);
        if (near.n)
            diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
    }
}

static Json *cors_of_object(Gen *g, const Node *n, const ArchValue *cors) {
    cors_members_known(g, n, cors);
    Json *origins = cors_list(g, n, cors, "origins");
    const ArchValue *credentials = arch_find(cors, "credentials");
    const ArchValue *age = arch_find(cors, "maxAge");
    bool with_credentials = credentials && credentials->type == ARCH_BOOL && credentials->boolean;
    if (with_credentials && allows_any(origins)) {
        Diag *d =
            gen_error(g, P0308, n->resource, "`cors` of `%.*s` allows credentials to every origin",
                      STR_ARG(n->resource->id));
        diag_help(d, "name the origins that may send them");
    }
    Json *json = json_set(json_object(), "AllowOrigins", origins);
    Json *methods = cors_list(g, n, cors, "methods");
    cors_methods_known(g, n, methods);
    json_set(json, "AllowMethods", methods);
    json_set(json, "AllowHeaders", cors_list(g, n, cors, "headers"));
    if (with_credentials)
        json_set(json, "AllowCredentials", json_bool(true));
    if (age && (age->type != ARCH_NUMBER || age->number < -1 || age->number > MAX_AGE))
        gen_error(g, P0308, n->resource, "`cors.maxAge` of `%.*s` should be a number from -1 to %d",
                  STR_ARG(n->resource->id), (int)MAX_AGE);
    else if (age)
        json_set(json, "MaxAge", json_number(age->number));
    return json;
}

static Json *cors_json(Gen *g, const Node *n) {
    const ArchValue *cors = option_value(n->resource, "cors");
    if (cors && cors->type == ARCH_OBJECT)
        return cors_of_object(g, n, cors);
    if (cors && cors->type == ARCH_BOOL && !cors->boolean)
        return NULL;
    if (cors && cors->type != ARCH_BOOL)
        gen_error(g, P0301, n->resource, "`cors` of `%.*s` should be `true`, `false` or an object",
                  STR_ARG(n->resource->id));
    Json *json = json_set(json_object(), "AllowOrigins", everything());
    json_set(json, "AllowMethods", everything());
    return json_set(json, "AllowHeaders", everything());
}

static void add_api(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    Json *api =
        json_set_text(json_object(), "Name", names_physical(g->arena, g->arch, r->name, NAME_MAX));
    json_set(api, "ProtocolType", json_string("HTTP"));
    json_set(api, "CorsConfiguration", cors_json(g, n));
    json_set(api, "Tags", gen_tag_object(g, r));
    gen_add(g, r, STR_EMPTY, part(g, n, ""), "AWS::ApiGatewayV2::Api", api);

    // The default stage adds nothing to the URL, and takes up routes as they come.
    Json *stage = json_set(json_object(), "ApiId", json_ref(part(g, n, "")));
    json_set(stage, "StageName", json_string("$default"));
    json_set(stage, "AutoDeploy", json_bool(true));
    json_set(stage, "Tags", gen_tag_object(g, r));
    gen_add(g, r, STR_EMPTY, part(g, n, "Stage"), "AWS::ApiGatewayV2::Stage", stage);
}

// The parts of a route are named after its handler, which belongs to this route alone.
static Str route_part(Gen *g, const Node *handler, const Route *route, const char *name) {
    uint32_t triggers = 0;
    for (uint32_t i = 0; i < handler->in.n; i++)
        triggers += handler->in.at[i]->type == EDGE_TRIGGER;
    Str base = handler->resource->name;
    if (triggers > 1)
        base = str_fmt(g->arena, "%.*s %.*s", STR_ARG(base), STR_ARG(route->key));
    return names_logical(g->arena, handler->resource->kind, base, name);
}

static void add_route(Gen *g, const Node *n, const Node *handler, const Route *route) {
    const ArchResource *r = n->resource;
    Str group = handler->resource->id;
    Str function = names_logical(g->arena, handler->resource->kind, handler->resource->name, "");
    Str integration_id = route_part(g, handler, route, "Integration");

    Json *integration = json_set(json_object(), "ApiId", json_ref(part(g, n, "")));
    json_set(integration, "IntegrationType", json_string("AWS_PROXY"));
    json_set(integration, "IntegrationUri", json_att(function, "Arn"));
    json_set(integration, "IntegrationMethod", json_string("POST"));
    json_set(integration, "PayloadFormatVersion", json_string("2.0"));
    json_set(integration, "TimeoutInMillis", json_number(WAIT_MS));
    gen_add(g, r, group, integration_id, "AWS::ApiGatewayV2::Integration", integration);

    Json *json = json_set(json_object(), "ApiId", json_ref(part(g, n, "")));
    json_set_text(json, "RouteKey", route->key);
    json_set(json, "AuthorizationType", json_string("NONE"));
    Json *join = json_push(json_array(), json_string("/"));
    json_push(join, json_push(json_push(json_array(), json_string("integrations")),
                              json_ref(integration_id)));
    json_set(json, "Target", json_set(json_object(), "Fn::Join", join));
    gen_add(g, r, group, route_part(g, handler, route, "Route"), "AWS::ApiGatewayV2::Route", json);

    Json *permission = json_set(json_object(), "FunctionName", json_att(function, "Arn"));
    json_set(permission, "Principal", json_string("apigateway.amazonaws.com"));
    json_set(permission, "Action", json_string("lambda:InvokeFunction"));
    Str source = str_fmt(g->arena,
                         "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
                         "${Api}/$default/%.*s",
                         STR_ARG(route->arn_tail));
    json_set(permission, "SourceArn", json_sub_with(source, "Api", json_ref(part(g, n, ""))));
    gen_add(g, r, group, route_part(g, handler, route, "RoutePermission"),
            "AWS::Lambda::Permission", permission);
}

static void emit(Gen *g, const Node *n) {
    add_api(g, n);
    Routes routes = routes_new(g);
    for (uint32_t i = 0; i < n->out.n; i++) {
        const ArchEdge *e = n->out.at[i];
        Route route;
        if (e->type == EDGE_TRIGGER && routes_add(&routes, e, &route))
            add_route(g, n, gen_node(g, e->to), &route);
    }
    gen_output(g, part(g, n, "Url"), str_fmt(g->arena, "the URL of %.*s", STR_ARG(n->resource->id)),
               json_att(part(g, n, ""), "ApiEndpoint"));
}

static Json *property(Gen *g, const Node *n, Str name, const Node *reader) {
    (void)name, (void)reader; // url() is the only one
    return json_att(part(g, n, ""), "ApiEndpoint");
}

static Str arn_text(Arena *a, const Arch *arch, const ArchResource *r) {
    (void)arch;
    return str_fmt(a, "api/%.*s", STR_ARG(names_logical(a, r->kind, r->name, "")));
}

static const Lowering LOWERING = {.emit = emit, .property = property, .arn_text = arn_text};

const Kind kind_router = {
    .name = "Router",
    .doc = "an HTTP API",
    .params = PARAMS,
    .ops = OPS,
    .lowering = &LOWERING,
};
