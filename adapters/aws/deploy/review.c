// What would change, shown to somebody who decides; or why it cannot be.
//
// Input: a change set. Output: go on, or how it ended. Invariant: what would lose data does not
// happen unless it was allowed in so many words; a change set that is not wanted is taken away.

#include "adapters/aws/deploy/changes.h"

// What is kept when it leaves the stack is lost to the program all the same: once it is in it
// again, it is another one, and empty.
static bool parts(const AwsChange *c) {
    return c->loses_data || (c->keeps_data && str_is(c->action, "Remove"));
}

static uint32_t losses(const AwsPlan *plan, const AwsChange **first) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < plan->changes.n; i++) {
        if (!parts(&plan->changes.at[i]))
            continue;
        if (n++ == 0)
            *first = &plan->changes.at[i];
    }
    return n;
}

static bool unsafe(Deployment *d, const AwsChange *first, uint32_t n) {
    Work *k = d->k;
    const char *verb = !str_is(first->action, "Remove") ? "replaced by an empty one"
                       : first->loses_data              ? "deleted"
                                           : "left behind, and be no part of the stack any more";
    changes_clean(d);
    over_with(k, AWS_END_UNSAFE, "`%.*s` (%.*s), which holds data, would be %s%s",
              STR_ARG(first->id), STR_ARG(first->resource), verb,
              n == 1 ? "" : ", and others like it");
    hint(k, "nothing was changed; --allow-replace does it, when the data is saved or not needed");
    return false;
}

static bool ask(Deployment *d, const AwsPlan *plan, bool shown) {
    Work *k = d->k;
    AwsQuestion q = {
        .type = AWS_ASK_CHANGES, .plan = plan, .shown = shown, .wake = wake_descriptor(k)};
    AwsAnswer answer = k->ask ? k->ask(k->context, &q) : AWS_YES;
    if (shown)
        return true;
    if (answer == AWS_YES && !interrupted(k))
        return true;
    changes_clean(d);
    if (answer == AWS_NO && !interrupted(k))
        return over(k, AWS_END_DECLINED);
    return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
}

bool changes_review(Deployment *d) {
    Work *k = d->k;
    AwsPlan plan;
    const AwsChange *first = NULL;
    phase_begin(k, AWS_PHASE_REVIEW);
    if (!journal_step(k, AWS_PHASE_REVIEW) || !changes_plan(d, &plan)) {
        changes_clean(d);
        return false;
    }
    k->total = plan.changes.n;
    uint32_t n = d->in->allow_replace ? 0 : losses(&plan, &first);
    if (!ask(d, &plan, d->in->plan || n))
        return false;
    if (n)
        return unsafe(d, first, n);
    if (!d->in->plan)
        return true;
    changes_clean(d);
    return over(k, AWS_END_PLANNED);
}

// ---- Why not ------------------------------------------------------------------------------------

static void finding_add(Work *k, const CfnFinding *f) {
    if (!f->fails) {
        warn(k, "%.*s", STR_ARG(f->reason));
        return;
    }
    AwsFailure failure = {.id = f->id,
                          .resource = f->resource,
                          .status = STR("FAILED"),
                          .reason = f->reason,
                          .code = f->name};
    failure.remedy = failure_remedy(f->resource, failure_code(f->reason), f->reason);
    vec_push(k->a, &k->out->failures, failure);
}

static void findings_add(Work *k) {
    CfnFindingVec all = {0};
    bool there;
    Err err = {0};
    if (!cfn_findings(k->client, k->a, k->journal.stack_id, k->journal.change_set_id, &there, &all,
                      &err) ||
        !there)
        return;
    for (uint32_t i = 0; i < all.n; i++)
        finding_add(k, &all.at[i]);
}

static void hooks_add(Work *k) {
    CfnFindingVec all = {0};
    bool there;
    Err err = {0};
    if (!cfn_hooks(k->client, k->a, k->journal.change_set_id, &there, &all, &err) || !there)
        return;
    for (uint32_t i = 0; i < all.n; i++)
        finding_add(k, &all.at[i]);
}

// "Nested change set arn:… was not successfully created: Currently in FAILED." says nothing of why.
static Str nested_reason(Work *k, Str reason) {
    int64_t at = str_find(reason, STR("arn:"), 0);
    if (!str_contains(reason, "Nested change set") || at < 0)
        return reason;
    uint32_t end = (uint32_t)at;
    while (end < reason.n && reason.p[end] != ' ')
        end++;
    CfnChangeSet set;
    Err err = {0};
    Str arn = str_slice(reason, (uint32_t)at, end);
    if (!cfn_change_set(k->client, k->a, STR_EMPTY, arn, false, &set, &err) || !set.reason.n)
        return reason;
    return set.reason;
}

void changes_explain(Deployment *d) {
    Work *k = d->k;
    Str reason = nested_reason(k, d->set.reason);
    findings_add(k);
    if (!k->out->failures.n)
        hooks_add(k);
    const AwsFailure *first = k->out->failures.n ? &k->out->failures.at[0] : NULL;
    Str words = first ? first->reason : reason, code = failure_code(words);
    AwsEnd end = failure_denied(code, words)  ? AWS_END_DENIED
                 : failure_limit(code, words) ? AWS_END_LIMIT
                                              : AWS_END_FAILED;
    over_with(k, end, "CloudFormation refuses the changes: %.*s", STR_ARG(words));
    Str remedy = first ? first->remedy : failure_remedy(STR_EMPTY, code, words);
    hint(k, "nothing was changed%s%.*s", remedy.n ? "; " : "", STR_ARG(remedy));
}
