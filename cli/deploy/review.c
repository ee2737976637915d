// What somebody agrees to: CloudFormation's list of changes with what the templates say beyond it.
//
// Input: what is deployed, what was generated, CloudFormation's word on what happens to each
// resource. Output: a Plan, which says what becomes public, which permissions widen, what is
// replaced and why, whose data would go. Invariant: which resources change, and how, is
// CloudFormation's word wherever it has given it; nothing that it lists is left out.

#include "cli/deploy/deploy.h"
#include "cli/plan.h"

// A parameter's value that AWS tells nobody cannot be compared.
static bool hidden(Str value) {
    return str_is(value, "****");
}

static const AwsPair *pair_of(const AwsPairVec *all, Str key) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].key, key))
            return &all->at[i];
    return NULL;
}

static void parameters_add(Arena *a, const AwsPairVec *from, const AwsPairVec *before,
                           PairVec *out) {
    for (uint32_t i = 0; i < from->n; i++) {
        const AwsPair *p = &from->at[i], *old = pair_of(before, p->key);
        if (!old || !hidden(old->value))
            vec_push(a, out, (Pair){p->key, p->value});
    }
}

static PlanSide deployed_side(Arena *a, Str main, const AwsTemplateVec *nested) {
    PlanTemplateVec all = {0};
    if (main.n)
        vec_push(a, &all, (PlanTemplate){.json = main});
    for (uint32_t i = 0; i < nested->n; i++)
        vec_push(a, &all, (PlanTemplate){nested->at[i].id, nested->at[i].json});
    return (PlanSide){.templates = all.at, .template_count = all.n};
}

bool review_compare(Arena *a, const Compile *c, const Deployed *from, Plan *out, Err *err) {
    PlanInput *in = arena_new(a, PlanInput);
    *in = (PlanInput){.project = c->project.name,
                      .stack = c->project.settings.stack,
                      .before_name = from->name,
                      .before = deployed_side(a, from->template_json, from->nested),
                      .after = plan_side_of(a, &c->output)};
    parameters_add(a, from->parameters_before, from->parameters_before, &in->before.parameters);
    parameters_add(a, from->parameters, from->parameters_before, &in->after.parameters);
    return plan_compare(a, in, out, err);
}

// ---- CloudFormation's word ----------------------------------------------------------------------

static PlanAction action_of(const AwsChange *c) {
    if (str_is(c->action, "Add") || str_is(c->action, "Import"))
        return PLAN_ADD;
    if (str_is(c->action, "Remove"))
        return PLAN_REMOVE;
    if (str_is(c->action, "Dynamic"))
        return PLAN_MAY_REPLACE;
    return c->replacement == AWS_REPLACED          ? PLAN_REPLACE
           : c->replacement == AWS_MAY_BE_REPLACED ? PLAN_MAY_REPLACE
                                                   : PLAN_CHANGE;
}

Str review_value(Arena *a, Str value) {
    const char *what = secret_in(value);
    return what ? str_fmt(a, "\"(hidden: looks like %s)\"", what) : value;
}

static PlanProperty property_of(Arena *a, const AwsChangeDetail *d) {
    PlanAction effect = str_is(d->recreation, "Always")          ? PLAN_REPLACE
                        : str_is(d->recreation, "Conditionally") ? PLAN_MAY_REPLACE
                                                                 : PLAN_CHANGE;
    return (PlanProperty){.path = d->name.n ? d->name : d->attribute,
                          .effect = effect,
                          .before = review_value(a, d->before),
                          .after = review_value(a, d->after),
                          .cause = d->cause};
}

static PlanWord word_of(Arena *a, const AwsChange *c) {
    PlanProperty *properties = arena_array(a, PlanProperty, c->details.n + 1);
    for (uint32_t i = 0; i < c->details.n; i++)
        properties[i] = property_of(a, &c->details.at[i]);
    return (PlanWord){.stack = c->stack,
                      .id = c->id,
                      .type = c->resource,
                      .action = action_of(c),
                      .keeps_data = c->keeps_data,
                      .loses_data = c->loses_data,
                      .properties = properties,
                      .property_count = c->details.n};
}

static void told(Arena *a, const AwsPlan *plan, Plan *out) {
    PlanWord *words = arena_array(a, PlanWord, plan->changes.n + 1);
    for (uint32_t i = 0; i < plan->changes.n; i++)
        words[i] = word_of(a, &plan->changes.at[i]);
    plan_told(a, out, words, plan->changes.n);
}

bool review_rollback(Arena *a, const AwsTarget *target, const AwsPlan *plan, Plan *out, Err *err) {
    static const AwsTemplateVec none = {0};
    PlanInput *in = arena_new(a, PlanInput);
    *in = (PlanInput){.project = target->project,
                      .stack = target->stack,
                      .before_name = STR("the deployment that failed"),
                      .after_name = STR("what was deployed before"),
                      .before = deployed_side(a, plan->template_before, &none),
                      .after = deployed_side(a, plan->template_after, &none)};
    parameters_add(a, &plan->parameters, &plan->parameters_before, &in->before.parameters);
    parameters_add(a, &plan->parameters, &plan->parameters_before, &in->after.parameters);
    if (!plan_compare(a, in, out, err))
        return false;
    told(a, plan, out);
    return true;
}

bool review_make(Arena *a, const Compile *c, const AwsPlan *plan, Plan *out, Err *err) {
    Deployed from = {.name = plan->creates ? STR("nothing") : STR("what is deployed"),
                     .template_json = plan->creates ? STR_EMPTY : plan->template_before,
                     .nested = &plan->nested_before,
                     .parameters_before = &plan->parameters_before,
                     .parameters = &plan->parameters};
    if (!review_compare(a, c, &from, out, err))
        return false;
    told(a, plan, out);
    return true;
}
