// What each part of the graph became.
//
// Input: the graph and the settings. Output: the template's resources, the roles' permissions, the
// functions' variables and the ways in, each with the edge that asks for it.
// Invariant: roles and environments are read out of the lowered template, never thought up beside
// it; which edge asks for what is told by lowering that edge alone. No literal that looks like a
// secret gets out, whatever the program allows.
#include "generator/trace.h"

#include "generator/cfn/env.h"
#include "generator/cfn/iam.h"
#include "generator/cfn/names.h"
#include "generator/expose.h"
#include "generator/run.h"

typedef struct Tracer {
    Arena *a;
    Gen *g;
    Trace *out;
    Map asked;      // principal, sid and action, or function and variable → the first edge
    Map statements; // principal and sid → a Str, the statement's text
} Tracer;

// Nothing that the parts hold has a zero byte in it.
static Str key3(Arena *a, Str x, Str y, Str z) {
    Buf b = buf_new(a);
    buf_put(&b, x);
    buf_putc(&b, 0);
    buf_put(&b, y);
    buf_putc(&b, 0);
    buf_put(&b, z);
    return buf_str(&b);
}

static Str text_of(Arena *a, const Json *json, bool compact) {
    return json ? str_trim(json_print(a, json, compact)) : STR_EMPTY;
}

// In place of every text that looks like a secret stands what it looks like.
static void mask(Arena *a, Json *json) {
    for (Json *item = json->child; item; item = item->next)
        mask(a, item);
    const char *what = cJSON_IsString(json) ? secret_in(str_of(json->valuestring)) : NULL;
    if (what)
        cJSON_SetValuestring(json, str_cstr(a, str_fmt(a, "(hidden: looks like %s)", what)));
}

// ---- What edges ask for -------------------------------------------------------------------------

static void remember(Tracer *t, Str key, const ArchEdge *e) {
    if (!map_has(&t->asked, key))
        map_set(&t->asked, key, (void *)(uintptr_t)e);
}

static void ask(Tracer *t, const ArchEdge *e, Str sid, Str action) {
    remember(t, key3(t->a, e->from, sid, action), e);
}

static void ask_for_variables(Tracer *t, const ArchEdge *e) {
    const Node *to = gen_node(t->g, e->to);
    StrVec properties = env_properties(t->a, to->kind, e);
    for (uint32_t i = 0; i < properties.n; i++) {
        Str name = names_variable(t->a, to->resource->kind, to->resource->name, properties.at[i]);
        remember(t, key3(t->a, e->from, name, STR_EMPTY), e);
    }
}

// The statements that an edge leads to are found by lowering it alone.
static void ask_for_statements(Tracer *t, const ArchEdge *e) {
    Policy policy = {.arena = t->a};
    policy_allow_edge(t->g, e, &policy);
    for (uint32_t i = 0; i < policy.statements.n; i++) {
        const Statement *s = &policy.statements.at[i];
        for (uint32_t k = 0; k < s->actions.n; k++)
            ask(t, e, s->sid, s->actions.at[k]);
        vec_push(t->a, &t->out->grants, (TraceGrant){.edge = e, .sid = s->sid});
        cJSON_Delete(s->resources);
        cJSON_Delete(s->condition);
    }
}

static const Op *op_of(const Tracer *t, const ArchEdge *e) {
    return e->type == EDGE_CALL ? kind_op(gen_node(t->g, e->to)->kind, e->operation) : NULL;
}

static Str sid_of(Tracer *t, const ArchEdge *e) {
    const ArchResource *to = gen_node(t->g, e->to)->resource;
    return names_logical(t->a, to->kind, to->name, "");
}

// A kind without a template has no ARN: its id stands for it.
static void ask_without_template(Tracer *t, const ArchEdge *e) {
    const Op *op = op_of(t, e);
    if (!op || !op->actions)
        return;
    Str sid = sid_of(t, e);
    for (const char *const *action = op->actions; *action; action++)
        ask(t, e, sid, str_of(*action));
    vec_push(t->a, &t->out->grants, (TraceGrant){.edge = e, .sid = sid});
}

static void collect_asked(Tracer *t) {
    const Arch *arch = t->g->arch;
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        const ArchEdge *e = &arch->edges.at[i];
        if (e->type == EDGE_TRIGGER)
            continue;
        ask_for_variables(t, e);
        if (gen_node(t->g, e->to)->kind->lowering)
            ask_for_statements(t, e);
        else
            ask_without_template(t, e);
    }
}

// ---- Permissions --------------------------------------------------------------------------------

static void keep_statement(Tracer *t, Str principal, Str sid, Str text) {
    Str *kept = arena_new(t->a, Str);
    *kept = text;
    map_set(&t->statements, key3(t->a, principal, sid, STR_EMPTY), kept);
}

// One permission for an action on each thing that the statement names.
static void add_permissions(Tracer *t, const TracePermission *base, const Json *resources) {
    bool several = cJSON_IsArray(resources);
    for (const Json *r = several ? resources->child : resources; r; r = several ? r->next : NULL) {
        TracePermission p = *base;
        p.resource = text_of(t->a, r, true);
        p.edge = map_find(&t->asked, key3(t->a, p.principal, p.sid, p.action));
        vec_push(t->a, &t->out->permissions, p);
    }
}

static const Json *member(const Json *json, const char *name) {
    return json ? cJSON_GetObjectItemCaseSensitive(json, name) : NULL;
}

static void read_statement(Tracer *t, const TemplateResource *role, const Json *s) {
    const Json *actions = member(s, "Action");
    const Json *sid = member(s, "Sid");
    TracePermission base = {.principal = role->owner,
                            .role = role->id,
                            .sid = str_dup(t->a, str_of(sid->valuestring)),
                            .condition = text_of(t->a, member(s, "Condition"), true)};
    bool several = cJSON_IsArray(actions);
    for (const Json *x = several ? actions->child : actions; x; x = several ? x->next : NULL) {
        base.action = str_dup(t->a, str_of(x->valuestring));
        add_permissions(t, &base, member(s, "Resource"));
    }
    keep_statement(t, role->owner, base.sid, text_of(t->a, s, false));
}

static void read_role(Tracer *t, const TemplateResource *role) {
    const Json *policies = member(member(role->json, "Properties"), "Policies");
    for (const Json *p = policies ? policies->child : NULL; p; p = p->next) {
        const Json *list = member(member(p, "PolicyDocument"), "Statement");
        for (const Json *s = list ? list->child : NULL; s; s = s->next)
            read_statement(t, role, s);
    }
}

// The actions that edges of `principal` ask for under one sid, in the order of an IAM statement.
static void add_without_template(Tracer *t, const ArchEdge *e, Json *actions) {
    Str sid = sid_of(t, e);
    Json *id = json_text(e->to);
    Str resource = text_of(t->a, id, true);
    cJSON_Delete(id);
    for (const char *const *action = op_of(t, e)->actions; *action; action++) {
        Str key = key3(t->a, e->from, sid, str_of(*action));
        if (map_find(&t->asked, key) != e)
            continue; // an earlier operation needs it, too
        json_push(actions, json_string(*action));
        TracePermission p = {.principal = e->from,
                             .sid = sid,
                             .action = str_of(*action),
                             .resource = resource,
                             .edge = e};
        vec_push(t->a, &t->out->permissions, p);
    }
}

static void keep_without_template(Tracer *t, const ArchEdge *e, Json *actions) {
    Str sid = sid_of(t, e);
    Json *s = json_set_text(json_object(), "Sid", sid);
    json_set(s, "Effect", json_string("Allow"));
    json_set(s, "Action", json_one_or_all(actions));
    json_set_text(s, "Resource", e->to);
    keep_statement(t, e->from, sid, text_of(t->a, s, false));
    cJSON_Delete(s);
}

// Edges are sorted by where they lead: those to one resource stand together.
static void read_without_template(Tracer *t, const Node *n) {
    for (uint32_t i = 0; i < n->out.n;) {
        const ArchEdge *first = n->out.at[i];
        bool lowered = gen_node(t->g, first->to)->kind->lowering != NULL;
        Json *actions = json_array();
        const ArchEdge *asking = NULL;
        for (; i < n->out.n && str_eq(n->out.at[i]->to, first->to); i++) {
            const Op *op = lowered ? NULL : op_of(t, n->out.at[i]);
            if (!op || !op->actions)
                continue;
            add_without_template(t, n->out.at[i], actions);
            asking = n->out.at[i];
        }
        if (asking)
            keep_without_template(t, asking, actions);
        else
            cJSON_Delete(actions);
    }
}

// ---- Resources and variables --------------------------------------------------------------------

static void read_variables(Tracer *t, const TemplateResource *function) {
    const Json *environment = member(member(function->json, "Properties"), "Environment");
    const Json *all = member(environment, "Variables");
    for (const Json *v = all ? all->child : NULL; v; v = v->next) {
        Str name = str_dup(t->a, str_of(v->string));
        if (str_is(name, ENV_WRAPPER) && cJSON_IsString(v) &&
            str_is(str_of(v->valuestring), ENV_WRAPPER_PATH))
            continue;
        const ArchEdge *edge = map_find(&t->asked, key3(t->a, function->owner, name, STR_EMPTY));
        TraceVariable variable = {function->owner, name, text_of(t->a, v, true), edge};
        vec_push(t->a, &t->out->variables, variable);
    }
}

static void read_resource(Tracer *t, const TemplateResource *r) {
    Str type = str_dup(t->a, str_of(member(r->json, "Type")->valuestring));
    mask(t->a, r->json);
    vec_push(t->a, &t->out->resources,
             (TraceResource){r->owner, r->id, type, text_of(t->a, r->json, false)});
    if (str_is(type, "AWS::IAM::Role"))
        read_role(t, r);
    if (str_is(type, "AWS::Lambda::Function"))
        read_variables(t, r);
}

// What is made for one resource of the graph stands together, in the graph's order.
static void read_template(Tracer *t) {
    const TemplateResourceVec *all = &t->g->template->resources;
    uint32_t next = 0;
    for (uint32_t i = 0; i < t->g->node_count; i++) {
        const Node *n = &t->g->nodes[i];
        for (; next < all->n && str_eq(all->at[next].owner, n->resource->id); next++)
            read_resource(t, &all->at[next]);
        read_without_template(t, n);
    }
    BUG_IF(next != all->n);
    for (uint32_t i = 0; i < t->out->grants.n; i++) {
        TraceGrant *grant = &t->out->grants.at[i];
        const Str *text =
            map_find(&t->statements, key3(t->a, grant->edge->from, grant->sid, STR_EMPTY));
        grant->statement = text ? *text : STR_EMPTY;
    }
}

// ---- Ways in ------------------------------------------------------------------------------------

static void expose(Tracer *t, const Node *n) {
    Str id = n->resource->id;
    bool handler = false;
    for (uint32_t i = 0; i < n->in.n; i++)
        handler = handler || n->in.at[i]->type == EDGE_TRIGGER;
    UrlAccess url = expose_url(n->resource, handler);
    if (url != URL_NONE)
        vec_push(t->a, &t->out->exposures,
                 (TraceExposure){id, STR("function URL"), url == URL_PUBLIC});
    const char *site = expose_site(n->resource->kind);
    if (site)
        vec_push(t->a, &t->out->exposures, (TraceExposure){id, str_of(site), true});
    // Routes have no authorisation of their own.
    for (uint32_t i = 0; str_is(n->resource->kind, "Router") && i < n->out.n; i++) {
        if (n->out.at[i]->type != EDGE_TRIGGER)
            continue;
        Str what = str_cat(t->a, STR("route "), expose_route(t->a, n->out.at[i]));
        vec_push(t->a, &t->out->exposures, (TraceExposure){id, what, true});
    }
}

// ---- Public -------------------------------------------------------------------------------------

void trace(Arena *a, const Arch *arch, const KindTable *kinds, const GenerateSettings *s,
           Trace *out) {
    // What cannot be lowered is said to nobody: the diagnostics are our own.
    Sources *sources = sources_open();
    GenerateSettings quiet = *s;
    quiet.sources = NULL;
    Template template = template_new(a, STR_EMPTY);
    Gen g = {.arena = a,
             .arch = arch,
             .kinds = kinds,
             .settings = &quiet,
             .diags = diags_open(sources),
             .template = &template};
    *out = (Trace){0};
    Tracer t = {.a = a, .g = &g, .out = out, .asked = map_new(a), .statements = map_new(a)};
    gen_run(&g, false);
    collect_asked(&t);
    read_template(&t);
    for (uint32_t i = 0; i < g.node_count; i++)
        expose(&t, &g.nodes[i]);
    template_drop(&template);
    diags_close(g.diags);
    sources_close(sources);
}

// The first grant of an edge; grants stand in the order of the graph's edges, which are an array.
static uint32_t grants_of(const Trace *t, const ArchEdge *edge) {
    uint32_t low = 0, high = t->grants.n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if ((uintptr_t)t->grants.at[middle].edge < (uintptr_t)edge)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Str trace_statement(Arena *a, const Trace *t, const ArchEdge *edge) {
    Str text = STR_EMPTY;
    for (uint32_t i = grants_of(t, edge); i < t->grants.n && t->grants.at[i].edge == edge; i++) {
        Str next = t->grants.at[i].statement;
        text = text.n && next.n ? str_fmt(a, "%.*s,\n%.*s", STR_ARG(text), STR_ARG(next))
                                : (next.n ? next : text);
    }
    return text;
}
