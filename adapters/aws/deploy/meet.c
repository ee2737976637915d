// What every operation does with the stack that it meets.
//
// Input: a stack as it was looked up, a journal that an earlier run left. Output: go on, or over
// with words that say what state things are in and what to do. Invariant: nothing of another
// project is touched, and what an earlier run may have started is never started twice.

#include "adapters/aws/deploy/operations.h"

// ---- An earlier run -----------------------------------------------------------------------------

bool journal_is_here(const Work *k, const Journal *j) {
    const AwsIdentity *i = &k->aws->identity;
    return str_eq(j->account, i->account) && str_eq(j->region, i->region);
}

static void journal_begin(Work *k) {
    const AwsIdentity *i = &k->aws->identity;
    k->journal = (Journal){.account = i->account,
                           .region = i->region,
                           .partition = i->partition,
                           .project = k->target->project,
                           .stack = k->target->stack,
                           .stack_name = k->target->name};
}

// Never executed, so nobody agreed to it: it goes, with the name that it may have brought. One
// whose execution was asked for may be under way all the same: then it is left alone.
static bool leftovers_remove(Work *k, const Journal *old) {
    Str name = old->change_set_id.n ? old->change_set_id : old->change_set;
    Str stack = old->stack_id.n ? old->stack_id : old->stack_name;
    CfnChangeSet set = {0};
    if (!name.n)
        return true;
    if (old->phase == AWS_PHASE_EXECUTE &&
        !cfn_change_set(k->client, k->a, stack, name, false, &set, k->err))
        return over_world(k);
    if (str_starts(set.execution, "EXECUTE_"))
        return true;
    note(k, "taking away the change set of an earlier run that never came to its end");
    if (!cfn_change_set_delete(k->client, k->a, stack, name, k->err))
        return over_world(k);
    return true;
}

bool journal_take_up(Work *k) {
    Journal old;
    journal_begin(k);
    if (!journal_load(k, &k->journal_there, &old))
        return false;
    if (!k->journal_there || !str_eq(old.stack_name, k->target->name))
        return true;
    if (old.act == JOURNAL_DEPLOY && old.phase <= AWS_PHASE_EXECUTE && !leftovers_remove(k, &old))
        return false;
    if (old.phase < AWS_PHASE_EXECUTE)
        return true;
    // Where it is still under way, looking at the stack will tell.
    k->earlier_token = old.execute_token;
    return true;
}

// ---- Another operation --------------------------------------------------------------------------

// When it began and whose it is, from the newest event that began an operation of the stack.
static void last_begun(Work *k, CfnEvent *out) {
    CfnEventVec page = {0};
    CfnRefusal r;
    Str next;
    Err err = {0};
    if (!cfn_events(k->client, k->a, k->stack.id, STR_EMPTY, &page, &next, &r, &err))
        return;
    for (uint32_t i = 0; i < page.n; i++) {
        const CfnEvent *e = &page.at[i];
        if (str_eq(e->physical, e->stack_id) && status_under_way(e->status)) {
            *out = *e;
            return;
        }
    }
}

bool say_busy(Work *k) {
    CfnEvent e = {0};
    last_begun(k, &e);
    bool ours = k->earlier_token.n && str_eq(e.token, k->earlier_token);
    Str since = e.time.n ? str_fmt(k->a, " since %.*s", STR_ARG(e.time)) : STR_EMPTY;
    Str token = e.token.n && !ours ? str_fmt(k->a, ", request %.*s", STR_ARG(e.token)) : STR_EMPTY;
    over_with(k, AWS_END_BUSY, "%s of the stack `%.*s`%s is under way%.*s (%.*s%.*s)",
              status_operation(k->stack.status), STR_ARG(k->stack.name),
              ours ? ", which you began," : "", STR_ARG(since), STR_ARG(k->stack.status),
              STR_ARG(token));
    if (ours && str_starts(k->stack.status, "DELETE"))
        hint(k, "`pluto destroy` follows it to its end");
    else if (ours || !k->locks) // who only looks cannot wait
        hint(k, "`pluto deploy --resume` follows it to its end");
    else
        hint(k, "--wait waits for its end and goes on; `pluto deploy --resume` only follows it");
    return false;
}

bool wait_for_other(Work *k) {
    Followed f = {0};
    note(k, "%s of the stack `%.*s` is under way: waiting for its end",
         status_operation(k->stack.status), STR_ARG(k->stack.name));
    return follow(k, k->stack.id, STR_EMPTY, last_time(k, k->stack.id), &f);
}

// ---- Somebody's help ----------------------------------------------------------------------------

static Str failed_ids(Work *k, const char *ending, const char *separator) {
    AwsResourceVec all = {0};
    Buf b = buf_new(k->a);
    Err err = {0};
    if (!cfn_resources(k->client, k->a, k->stack.id, &all, &err))
        return STR_EMPTY;
    for (uint32_t i = 0; i < all.n; i++) {
        const AwsResource *r = &all.at[i];
        if (!str_ends(r->status, ending))
            continue;
        AwsFailure f = {.id = r->id,
                        .physical = r->physical,
                        .resource = r->resource,
                        .status = r->status,
                        .reason = r->reason,
                        .code = failure_code(r->reason)};
        f.remedy = failure_remedy(f.resource, f.code, f.reason);
        vec_push(k->a, &k->out->failures, f);
        buf_puts(&b, b.n ? separator : "");
        buf_put(&b, r->id);
    }
    return buf_str(&b);
}

// What was called off when something else failed is in nobody's way, and cannot be skipped.
static bool say_rollback_failed(Work *k) {
    Str ids = failed_ids(k, "UPDATE_FAILED", " --skip ");
    over_with(k, AWS_END_STUCK, "the stack `%.*s` could not be rolled back (%.*s)%s%.*s",
              STR_ARG(k->stack.name), STR_ARG(k->stack.status), k->stack.reason.n ? ": " : "",
              STR_ARG(k->stack.reason));
    hint(k, "put right what failed and run `pluto rollback`%s%.*s%s",
         ids.n ? "; or leave it as it is: `pluto rollback --skip " : "", STR_ARG(ids),
         ids.n ? "`" : "");
    return false;
}

// A first deployment's rollback is its deletion.
static bool say_jammed(Work *k) {
    failed_ids(k, "DELETE_FAILED", "");
    over_with(k, AWS_END_STUCK,
              "the failed first deployment of `%.*s` could not be taken away "
              "(%.*s)%s%.*s",
              STR_ARG(k->stack.name), STR_ARG(k->stack.status), k->stack.reason.n ? ": " : "",
              STR_ARG(k->stack.reason));
    hint(k, "put right what failed and run `pluto destroy`");
    return false;
}

static bool say_import_failed(Work *k) {
    over_with(k, AWS_END_STUCK,
              "an import into the stack `%.*s` failed, and so did going back (%.*s)",
              STR_ARG(k->stack.name), STR_ARG(k->stack.status));
    hint(k, "nothing was changed; look at it in AWS's console");
    return false;
}

static bool say_delete_failed(Work *k) {
    Str ids = failed_ids(k, "DELETE_FAILED", " --retain ");
    over_with(k, AWS_END_STUCK, "the stack `%.*s` could not be deleted (DELETE_FAILED)%s%.*s",
              STR_ARG(k->stack.name), k->stack.reason.n ? ": " : "", STR_ARG(k->stack.reason));
    hint(k, "put right what failed and run `pluto destroy` again%s%.*s%s",
         ids.n ? "; or leave it there: `pluto destroy --retain " : "", STR_ARG(ids),
         ids.n ? "`" : "");
    return false;
}

bool say_stuck(Work *k) {
    switch (stack_state(k->stack.status)) {
    case STACK_UNDEAD:
        return say_delete_failed(k);
    case STACK_JAMMED:
        return say_jammed(k);
    case STACK_STUCK:
        return str_starts(k->stack.status, "IMPORT") ? say_import_failed(k)
                                                     : say_rollback_failed(k);
    case STACK_READY:
    case STACK_REVIEW:
    case STACK_REMAINS:
    case STACK_PAUSED:
    case STACK_BUSY:
    case STACK_GONE:
    case STACK_UNKNOWN:
        break;
    }
    over_with(k, AWS_END_STUCK, "the stack `%.*s` is in a state that pluto does not know: %.*s",
              STR_ARG(k->stack.name), STR_ARG(k->stack.status));
    hint(k, "nothing was changed; look at it in AWS's console");
    return false;
}

bool say_express_left(Work *k) {
    bool first = str_is(k->stack.status, "CREATE_FAILED");
    over_with(k, AWS_END_STUCK,
              "a deployment of `%.*s` in Express mode without a rollback failed and left the stack "
              "as it is (%.*s)%s%.*s",
              STR_ARG(k->stack.name), STR_ARG(k->stack.status), k->stack.reason.n ? ": " : "",
              STR_ARG(k->stack.reason));
    if (first)
        hint(k, "CloudFormation does not roll it back: `pluto destroy`, then deploy again");
    else
        hint(k,
             "CloudFormation does not roll it back: `pluto deploy --express` goes on from there, "
             "best with the program as it was deployed last");
    return false;
}

// ---- Deleting -----------------------------------------------------------------------------------

bool deletion_begin(Work *k, const Str *retain, uint32_t retain_count) {
    Journal *j = &k->journal;
    CfnRefusal r;
    j->stack_id = k->stack.id;
    j->execute_token = token_new(k->a);
    j->started = last_time(k, k->stack.id);
    j->bucket = bucket_expected(k, k->a);
    if (!journal_step(k, AWS_PHASE_DELETE))
        return false;
    phase_begin(k, AWS_PHASE_DELETE);
    if (!cfn_delete(k->client, k->a, k->stack.id, j->execute_token, retain, retain_count, &r,
                    k->err))
        return over_world(k);
    if (r.code.n && !str_starts(r.code, "TokenAlreadyExists")) {
        cfn_refused("DeleteStack", &r, k->err);
        say_unchanged(k);
        return over(k, str_contains(r.message, "TerminationProtection") ? AWS_END_UNSAFE
                       : k->err->kind == ERR_ACCESS                     ? AWS_END_DENIED
                                                                        : AWS_END_WORLD);
    }
    return true;
}

bool deletion_follow(Work *k) {
    Followed f = {0};
    if (!follow(k, k->stack.id, k->journal.execute_token, k->journal.started, &f))
        return false;
    k->stack.status = f.status;
    if (stack_state(f.status) == STACK_GONE)
        return true;
    k->stack.reason = STR_EMPTY; // what it said before
    return say_stuck(k);
}

bool stack_remove(Work *k) {
    return deletion_begin(k, NULL, 0) && deletion_follow(k);
}
