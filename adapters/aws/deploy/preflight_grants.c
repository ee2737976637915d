// What whoever deploys is not allowed, as IAM judges it: all at once.
//
// Input: needs. Output: those that are missing are marked. Invariant: only a denial that IAM is
// sure of counts; where it may not be asked nothing is said.

#include "adapters/aws/deploy/preflight.h"

#include "adapters/aws/service/iam.h"

#include <string.h>

typedef struct Group {
    Str service; // "lambda"
    Str passed_to;
    NeedVec *needs;
} Group;

typedef Vec(Str) StrList;

static Str service_of(const Need *need) {
    int64_t at = str_find(need->action, STR(":"), 0);
    return at < 0 ? need->action : str_slice(need->action, 0, (uint32_t)at);
}

static bool in_group(const Group *g, const Need *need) {
    return str_eq(service_of(need), g->service) && str_eq(need->passed_to, g->passed_to);
}

static void list_add(Arena *a, StrList *list, Str s) {
    for (uint32_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i], s))
            return;
    vec_push(a, list, s);
}

// A session of a role is judged as the role; whoever else is not a user cannot be judged.
static bool principal_of(Arena *a, const AwsIdentity *i, Str *out, Str *role) {
    int64_t session = str_find(i->arn, STR(":assumed-role/"), 0);
    *role = STR_EMPTY;
    *out = i->arn;
    if (session < 0)
        return str_contains(i->arn, ":user/");
    Str name = str_slice(i->arn, (uint32_t)session + (uint32_t)strlen(":assumed-role/"), i->arn.n);
    int64_t end = str_find(name, STR("/"), 0);
    *role = end < 0 ? name : str_slice(name, 0, (uint32_t)end);
    *out = str_fmt(a, "arn:%.*s:iam::%.*s:role/%.*s", STR_ARG(i->partition), STR_ARG(i->account),
                   STR_ARG(*role));
    return true;
}

static bool simulate(Check *c, const IamQuestion *q, IamVerdictVec *out) {
    const AwsIdentity *i = &c->p->d->k->aws->identity;
    Str principal, role;
    bool there, allowed;
    Err err = {0};
    if (!principal_of(&c->arena, i, &principal, &role) ||
        !iam_simulate(c->p->client, &c->arena, principal, q, &there, &allowed, out, &err))
        return false;
    // A session's ARN leaves out the path of its role.
    if (there || !role.n)
        return there && allowed;
    return iam_role(c->p->client, &c->arena, role, &there, &principal, &err) && there &&
           iam_simulate(c->p->client, &c->arena, principal, q, &there, &allowed, out, &err) &&
           there && allowed;
}

static bool is_denied(const IamVerdictVec *all, const Need *need) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].action, need->action) && str_eq(all->at[i].resource, need->sample))
            return all->at[i].denied;
    return false;
}

static void run(Check *c) {
    const Group *g = c->subject;
    StrList actions = {0}, resources = {0};
    IamVerdictVec verdicts = {0};
    for (uint32_t i = 0; i < g->needs->n; i++) {
        if (!in_group(g, &g->needs->at[i]))
            continue;
        list_add(&c->arena, &actions, g->needs->at[i].action);
        list_add(&c->arena, &resources, g->needs->at[i].sample);
    }
    IamQuestion q = {.actions = actions.at,
                     .action_count = actions.n,
                     .resources = resources.at,
                     .resource_count = resources.n,
                     .passed_to = g->passed_to,
                     .region = str_is(g->service, "iam") ? STR("us-east-1") : c->p->at.region};
    if (!simulate(c, &q, &verdicts))
        return;
    for (uint32_t i = 0; i < g->needs->n; i++)
        if (in_group(g, &g->needs->at[i]))
            g->needs->at[i].missing = is_denied(&verdicts, &g->needs->at[i]);
}

void preflight_grants(Arena *a, const Preflight *p, NeedVec *needs, CheckVec *out) {
    uint32_t first = out->n;
    for (uint32_t i = 0; i < needs->n; i++) {
        const Need *need = &needs->at[i];
        uint32_t k = first;
        while (k < out->n && !in_group(out->at[k].subject, need))
            k++;
        if (k < out->n)
            continue;
        Group *g = arena_new(a, Group);
        *g = (Group){service_of(need), need->passed_to, needs};
        vec_push(a, out, (Check){.run = run, .p = p, .subject = g});
    }
}
