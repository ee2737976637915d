// The generator: from the graph to CloudFormation.
//
// Input: the graph, the kinds, the stack's settings. Output: templates and how packages get into
// them. Invariant: resources are lowered in the graph's order, and each independently of the
// others, so the text follows from the graph and the settings alone.
#include "generator/run.h"

#include "generator/cfn/circle.h"
#include "generator/cfn/iam.h"
#include "generator/cfn/limits.h"
#include "generator/cfn/names.h"

static void open(Gen *g) {
    const Arch *arch = g->arch;
    Arena *a = g->arena;
    g->node_count = arch->resources.n;
    g->nodes = arena_array(a, Node, g->node_count + 1);
    g->by_id = map_new(a);
    g->variables = map_new(a);
    for (uint32_t i = 0; i < g->node_count; i++) {
        const ArchResource *r = &arch->resources.at[i];
        g->nodes[i].resource = r;
        g->nodes[i].kind = kind_find(g->kinds, r->kind);
        if (!g->nodes[i].kind)
            BUG("the graph has a resource of the unknown kind `%.*s`", STR_ARG(r->kind));
        map_set(&g->by_id, r->id, &g->nodes[i]);
    }
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        const ArchEdge *e = &arch->edges.at[i];
        Node *from = map_find(&g->by_id, e->from);
        Node *to = map_find(&g->by_id, e->to);
        if (!from || !to)
            BUG("an edge of the graph leads from or to nothing");
        vec_push(a, &from->out, e);
        vec_push(a, &to->in, e);
    }
}

void gen_run(Gen *g, bool complete) {
    open(g);
    for (uint32_t i = 0; i < g->node_count; i++) {
        const Node *n = &g->nodes[i];
        if (n->kind->lowering)
            n->kind->lowering->emit(g, n);
        if (n->kind->lowering || !complete)
            continue;
        Diag *d = gen_error(g, P0501, n->resource, "a %s has no template yet", n->kind->name);
        diag_note(d, "graphs show `%.*s`, but it cannot be deployed", STR_ARG(n->resource->id));
    }
}

// CloudFormation wants at least one resource: one that is nothing stands for an empty program.
static void add_nothing(Gen *g) {
    Str other;
    Json *json =
        json_set(json_object(), "Type", json_string("AWS::CloudFormation::WaitConditionHandle"));
    template_resource_add(g->template, (TemplateResource){.id = STR("Nothing"), .json = json},
                          &other);
}

static Json *metadata(const Gen *g) {
    Json *pluto = json_set(json_object(), "version", json_number(1));
    json_set_text(pluto, "project", g->arch->project);
    json_set_text(pluto, "stack", g->arch->stack);
    Json *code = json_object();
    for (uint32_t i = 0; i < g->code.n; i++) {
        const CodeAsset *asset = &g->code.at[i];
        Json *place = json_text(asset->parameter);
        if (asset->index >= 0)
            place = json_push(json_push(json_array(), place), json_number(asset->index));
        json_put(code, asset->function, place);
    }
    Json *variables = json_object();
    for (uint32_t i = 0; i < g->variables.n; i++)
        json_put(variables, g->variables.at[i].key, json_text(*(Str *)g->variables.at[i].value));
    json_set(pluto, "code", code);
    json_set(pluto, "variables", variables);
    return json_set(json_object(), "pluto", pluto);
}

static Str lower_case(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++)
        buf_putc(&b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i]);
    return buf_str(&b);
}

static void print(Gen *g, NestedStackVec *stacks, Output *out) {
    Arena *a = g->arena;
    Str largest = STR_EMPTY;
    g->template->metadata = metadata(g);
    limits_trim_outputs(g->template);
    limits_check(g, g->template);
    out->main.file = STR("template.json");
    out->main.id = STR_EMPTY;
    out->main.json = template_text(a, g->template, TEMPLATE_MAX, &largest);
    limits_check_text(g, out->main.json, largest);
    for (uint32_t i = 0; i < stacks->n; i++) {
        Template *t = &stacks->at[i].template;
        limits_check(g, t);
        Str file = str_fmt(a, "template-%.*s.json", STR_ARG(lower_case(a, stacks->at[i].id)));
        TemplateFile nested = {file, stacks->at[i].id, template_text(a, t, TEMPLATE_MAX, &largest)};
        limits_check_text(g, nested.json, largest);
        vec_push(a, &out->nested, nested);
    }
    out->code = g->code;
}

Str stack_name(Arena *a, Str project, Str stack) {
    return names_stack(a, project, stack);
}

bool generate(Arena *a, const Arch *arch, const KindTable *kinds, const GenerateSettings *s,
              Output *out, Diags *ds) {
    // First and alone: what else is wrong might show the line that holds the secret.
    if (!secrets_check(a, arch, s, ds))
        return false;
    Str description = str_fmt(a, "%.*s, stack %.*s", STR_ARG(arch->project), STR_ARG(arch->stack));
    Template template = template_new(a, description);
    Gen g = {.arena = a,
             .arch = arch,
             .kinds = kinds,
             .settings = s,
             .diags = ds,
             .template = &template};
    NestedStackVec stacks = {0};
    unsigned before = diags_error_count(ds);
    limits_check_tags(&g);
    gen_run(&g, true);
    if (diags_error_count(ds) == before)
        circle_check(&g);
    if (diags_error_count(ds) != before || (limits_exceeded(&template) && !split(&g, &stacks))) {
        template_drop(&template);
        return false;
    }
    if (template.resources.n == 0)
        add_nothing(&g);
    Output made = {0};
    print(&g, &stacks, &made);
    if (diags_error_count(ds) != before)
        return false;
    *out = made;
    return true;
}

Str grant_text(Arena *a, const Arch *arch, const KindTable *kinds, const ArchEdge *edge) {
    const ArchResource *to = arch_resource(arch, edge->to);
    const Kind *kind = to ? kind_find(kinds, to->kind) : NULL;
    const Op *op = kind && edge->type == EDGE_CALL ? kind_op(kind, edge->operation) : NULL;
    if (!op || !op->actions)
        return STR_EMPTY;
    Buf b = buf_new(a);
    for (const char *const *action = op->actions; *action; action++)
        buf_printf(&b, "%s%s", action == op->actions ? "" : ", ", *action);
    Str on = kind->lowering ? kind->lowering->arn_text(a, arch, to) : to->id;
    buf_printf(&b, " on %.*s", STR_ARG(on));
    return buf_str(&b);
}
