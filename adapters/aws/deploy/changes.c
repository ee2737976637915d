// A deployment's change set: asked for, awaited, looked at, executed, or taken away.
//
// Input: what goes to AWS. Output: CloudFormation's opinion of it, and whether it is under way.
// Invariant: a change set that nobody wants is taken away by whoever made it, with the empty stack
// that it brought; what was executed is never taken back here.

#include "adapters/aws/deploy/changes.h"

#include "adapters/aws/deploy/operations.h"

enum { ATTEMPTS = 3, WAIT_MAX_SECONDS = 15 * 60, FIRST_MS = 400, MILLISECONDS = 1000 };

static bool is_pending(Str status) {
    return str_is(status, "CREATE_PENDING") || str_is(status, "CREATE_IN_PROGRESS");
}

static bool is_unchanged(Str reason) {
    return str_starts(reason, "The submitted information didn't contain changes") ||
           str_starts(reason, "No updates are to be performed");
}

// ---- Asking -------------------------------------------------------------------------------------

static CfnChangeSetInput input_of(const Deployment *d) {
    Work *k = d->k;
    bool inside = !d->template_url.n;
    return (CfnChangeSetInput){
        .stack = d->creates ? k->target->name : k->stack.id,
        .name = k->journal.change_set,
        .token = k->journal.token,
        .description = str_fmt(k->a, "pluto %.*s %.*s", STR_ARG(k->aws->options.version),
                               STR_ARG(k->journal.token)),
        .creates = d->creates,
        .template_body = inside ? d->facts.text : STR_EMPTY,
        .template_url = d->template_url,
        .parameters = d->parameters.at,
        .parameter_count = d->parameters.n,
        .tags = d->tags.at,
        .tag_count = d->tags.n,
        .iam = d->facts.iam,
        .named_iam = d->facts.named,
        .nested = d->facts.nested,
        .express = d->express,
        .no_rollback = d->left,
    };
}

static void name_choose(Deployment *d) {
    Work *k = d->k;
    k->journal.token = token_new(k->a);
    k->journal.change_set =
        str_fmt(k->a, "pluto-%.*s-%lld%.*s", STR_ARG(str_slice(d->template_sha, 0, 8)),
                (long long)client_now(k->client) * MILLISECONDS,
                STR_ARG(str_slice(k->journal.token, 0, 4)));
    k->journal.change_set_id = STR_EMPTY;
    k->journal.execute_token = STR_EMPTY;
    k->journal.express = d->express;
}

static bool is_busy(const CfnRefusal *r) {
    return str_contains(r->message, "_IN_PROGRESS state") ||
           str_contains(r->message, "already exists and cannot be created again");
}

static bool refused(Work *k, const CfnRefusal *r) {
    cfn_refused("CreateChangeSet", r, k->err);
    say_unchanged(k);
    journal_remove(k->a, k->journal_path);
    if (str_is(r->code, "LimitExceededException") || str_is(r->code, "LimitExceeded"))
        return over(k, AWS_END_LIMIT);
    if (cfn_is_express_left(r))
        return say_express_left(k);
    if (is_busy(r))
        return over(k, AWS_END_BUSY);
    if (k->err->kind == ERR_ACCESS)
        return over(k, AWS_END_DENIED);
    return over(k, str_is(r->code, "ValidationError") ? AWS_END_FAILED : AWS_END_WORLD);
}

// An answer that was lost, to a request that arrived: the change set is there, with our token.
static bool adopt(Deployment *d, bool *adopted) {
    Work *k = d->k;
    CfnChangeSet set;
    if (!cfn_change_set(k->client, k->a, k->target->name, k->journal.change_set, false, &set,
                        k->err))
        return over_world(k);
    *adopted = set.there && str_contains(set.description, str_cstr(k->a, k->journal.token));
    k->journal.change_set_id = set.arn;
    k->journal.stack_id = set.stack_id;
    return true;
}

static bool ask_for_it(Deployment *d) {
    Work *k = d->k;
    for (int i = 0; i < ATTEMPTS; i++) {
        CfnRefusal r;
        bool adopted = false;
        name_choose(d);
        if (!journal_step(k, AWS_PHASE_CHANGES))
            return false;
        CfnChangeSetInput in = input_of(d);
        if (!cfn_change_set_create(k->client, k->a, &in, &k->journal.change_set_id,
                                   &k->journal.stack_id, &r, k->err))
            return over_world(k);
        if (str_starts(r.code, "AlreadyExists") && !adopt(d, &adopted))
            return false;
        if (is_unchanged(r.message))
            return over(k, AWS_END_UNCHANGED);
        if (r.code.n && !str_starts(r.code, "AlreadyExists"))
            return refused(k, &r);
        if (!r.code.n || adopted)
            return journal_step(k, AWS_PHASE_CHANGES);
    }
    return over_with(k, AWS_END_WORLD, "CloudFormation knows every name for a change set already");
}

// ---- Waiting ------------------------------------------------------------------------------------

static bool left(Deployment *d) {
    changes_clean(d);
    return over_with(d->k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
}

static bool wait_for_it(Deployment *d) {
    Work *k = d->k;
    double until = work_seconds(k) + WAIT_MAX_SECONDS;
    uint32_t ms = FIRST_MS < k->aws->poll_ms ? FIRST_MS : k->aws->poll_ms;
    for (;;) {
        if (!cfn_change_set(k->client, k->a, k->journal.stack_id, k->journal.change_set_id, true,
                            &d->set, k->err))
            return over_world(k);
        if (d->set.there && !is_pending(d->set.status))
            return true;
        if (work_seconds(k) > until)
            return over_with(k, AWS_END_WORLD,
                             "CloudFormation did not say within %d minutes what would change",
                             WAIT_MAX_SECONDS / 60);
        if (!nap(k, ms))
            return left(d);
        ms = ms * 2 < k->aws->poll_ms ? ms * 2 : k->aws->poll_ms;
    }
}

// ---- Express mode -------------------------------------------------------------------------------

// What an endpoint runs on would be gone before the endpoint has moved over: SageMaker then neither
// goes back nor ever moves again.
static const AwsChange *pulled_away(const CfnChangeSet *set) {
    for (uint32_t i = 0; i < set->changes.n; i++) {
        const AwsChange *c = &set->changes.at[i];
        bool ground = str_is(c->resource, "AWS::SageMaker::EndpointConfig") ||
                      str_is(c->resource, "AWS::SageMaker::Model");
        if (ground && c->replacement != AWS_KEPT && !str_is(c->policy, "ReplaceAndRetain"))
            return c;
    }
    return NULL;
}

// Replaced by what the template says. What only follows another resource may come out as it is.
static bool surely_replaced(const AwsChange *c) {
    for (uint32_t i = 0; i < c->details.n; i++)
        if (str_is(c->details.at[i].recreation, "Always") && !c->details.at[i].cause.n)
            return c->replacement == AWS_REPLACED;
    return false;
}

static const AwsChange *replaced(const CfnChangeSet *set) {
    for (uint32_t i = 0; i < set->changes.n; i++)
        if (surely_replaced(&set->changes.at[i]))
            return &set->changes.at[i];
    return NULL;
}

// Whether the change set can be executed in the mode in which it was made. *again: in the other.
static bool mode_fits(Deployment *d, bool *again) {
    Work *k = d->k;
    const AwsChange *c = d->left ? replaced(&d->set) : NULL;
    *again = d->express && !d->left && !str_is(d->set.status, "FAILED") && pulled_away(&d->set);
    if (c) {
        over_with(
            k, AWS_END_STUCK,
            "`%.*s` (%.*s) would be replaced, which CloudFormation refuses while the stack is "
            "as an earlier deployment in Express mode left it",
            STR_ARG(c->id), STR_ARG(c->resource));
        hint(k,
             "deploy the program as it was deployed last with `pluto deploy --express`, then the "
             "change");
        return false;
    }
    if (!*again)
        return true;
    d->express = false;
    note(k,
         "this deployment waits for CloudFormation: the stack's last one was not in Express mode, "
         "so what an endpoint moves away from would go too early. The next one need not");
    return cfn_change_set_delete(k->client, k->a, k->journal.stack_id, k->journal.change_set_id,
                                 k->err) ||
           over_world(k);
}

static bool made(Deployment *d) {
    bool again;
    if (!ask_for_it(d) || !wait_for_it(d) || !mode_fits(d, &again))
        return false;
    return !again || (ask_for_it(d) && wait_for_it(d));
}

bool changes_make(Deployment *d) {
    Work *k = d->k;
    phase_begin(k, AWS_PHASE_CHANGES);
    k->journal.creates = d->creates;
    k->journal.no_rollback = d->in->no_rollback;
    k->journal.template_sha = d->template_sha;
    k->journal.bucket = d->bucket.name;
    // From here on there is something to clean up: requests are finished before we leave.
    abandon_on_interrupt(k, false);
    if (interrupted(k))
        return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    if (!made(d)) {
        if (k->journal.change_set_id.n && k->out->end != AWS_END_INTERRUPTED)
            changes_clean(d);
        return false;
    }
    // Events of what it does come after it; by AWS's clock, which may not be ours.
    k->journal.started = d->set.created;
    if (!str_is(d->set.status, "FAILED"))
        return true;
    if (!is_unchanged(d->set.reason))
        changes_explain(d);
    else
        over(k, AWS_END_UNCHANGED);
    changes_clean(d);
    return false;
}

// ---- Cleaning -----------------------------------------------------------------------------------

static bool only_ours(Work *k, bool *alone) {
    CfnSummaryVec sets = {0};
    Err err = {0};
    *alone = cfn_change_sets(k->client, k->a, k->journal.stack_id, &sets, &err);
    for (uint32_t i = 0; i < sets.n; i++)
        *alone = *alone && str_eq(sets.at[i].name, k->journal.change_set);
    return *alone;
}

// Of a creation a stack stays that is nothing but a name; it goes too, unless somebody else has a
// change set there.
bool clean_remains(Work *k) {
    AwsStack s;
    CfnRefusal r;
    Err err = {0};
    bool there, alone;
    if (!k->journal.stack_id.n || !k->journal.creates)
        return true;
    if (!cfn_stack(k->client, k->a, k->journal.stack_id, &there, &s, &err))
        return false;
    if (!there || !str_is(s.status, "REVIEW_IN_PROGRESS") || !only_ours(k, &alone))
        return true;
    return cfn_delete(k->client, k->a, s.id, token_new(k->a), NULL, 0, &r, &err) && !r.code.n;
}

void changes_clean(Deployment *d) {
    Work *k = d->k;
    Err err = {0};
    Str name = k->journal.change_set_id.n ? k->journal.change_set_id : k->journal.change_set;
    Str stack = k->journal.stack_id.n ? k->journal.stack_id : k->target->name;
    phase_begin(k, AWS_PHASE_CLEAN);
    bool clean = cfn_change_set_delete(k->client, k->a, stack, name, &err) && clean_remains(k);
    if (clean)
        journal_remove(k->a, k->journal_path);
    else
        warn(k, "the change set `%.*s` could not be taken away%s%s; the next deployment does it",
             STR_ARG(k->journal.change_set), err.message[0] ? ": " : "", err.message);
}

// ---- Executing ----------------------------------------------------------------------------------

static bool in_execution(Str execution) {
    return str_is(execution, "EXECUTE_IN_PROGRESS") || str_is(execution, "EXECUTE_COMPLETE") ||
           str_is(execution, "EXECUTE_FAILED");
}

// It is not to be executed: because it is already, or because the stack has moved on.
static Executed executed_already(Work *k) {
    CfnChangeSet set;
    if (!cfn_change_set(k->client, k->a, k->journal.stack_id, k->journal.change_set_id, false, &set,
                        k->err))
        return over_world(k), EXECUTE_OVER;
    return set.there && in_execution(set.execution) ? EXECUTED : EXECUTE_AGAIN;
}

static Executed execute_refused(Work *k, const CfnRefusal *r) {
    if (str_starts(r->code, "TokenAlreadyExists"))
        return EXECUTED;
    if (str_starts(r->code, "InvalidChangeSetStatus"))
        return executed_already(k);
    if (str_starts(r->code, "ChangeSetNotFound") || cfn_is_missing(r) || is_busy(r))
        return EXECUTE_AGAIN;
    cfn_refused("ExecuteChangeSet", r, k->err);
    say_unchanged(k);
    over(k, k->err->kind == ERR_ACCESS ? AWS_END_DENIED : AWS_END_WORLD);
    return EXECUTE_OVER;
}

Executed changes_execute(Work *k) {
    CfnRefusal r;
    Journal *j = &k->journal;
    phase_begin(k, AWS_PHASE_EXECUTE);
    if (!j->execute_token.n)
        j->execute_token = token_new(k->a);
    if (!journal_step(k, AWS_PHASE_EXECUTE))
        return EXECUTE_OVER;
    if (!cfn_change_set_execute(k->client, k->a, j->stack_id, j->change_set_id, j->execute_token,
                                j->express ? NULL : &j->no_rollback, &r, k->err)) {
        over_world(k);
        hint(k, "it may have arrived: `pluto deploy --resume` finds out and goes on");
        return EXECUTE_OVER;
    }
    Executed how = r.code.n ? execute_refused(k, &r) : EXECUTED;
    if (how != EXECUTED)
        return how;
    abandon_on_interrupt(k, true);
    return journal_step(k, AWS_PHASE_FOLLOW) ? EXECUTED : EXECUTE_OVER;
}
