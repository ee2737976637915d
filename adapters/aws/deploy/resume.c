// What was begun and not seen to its end: followed, stopped.
//
// Input: a journal, or a stack on which something is under way. Output: how it ended. Invariant:
// nothing is begun that nobody agreed to; an execution that may have been asked for is asked for
// with the same token, so that it happens once.

#include "adapters/aws/deploy/operations.h"

Work work_of(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err) {
    return (Work){.aws = w,
                  .a = a,
                  .target = &in->target,
                  .sink = in->sink,
                  .ask = in->ask,
                  .context = in->context,
                  .wait = in->wait,
                  .out = out,
                  .err = err};
}

// ---- Resume -------------------------------------------------------------------------------------

static bool say_elsewhere(Work *k) {
    const AwsIdentity *i = &k->aws->identity;
    Journal j;
    if (!journal_elsewhere(k, &j) || journal_is_here(k, &j))
        return false;
    over_with(
        k, AWS_END_UNSAFE,
        "what is to be taken up is in account %.*s, %.*s; these credentials are of %.*s, %.*s",
        STR_ARG(j.account), STR_ARG(j.region), STR_ARG(i->account), STR_ARG(i->region));
    hint(k, "choose the other with --profile and --region");
    return true;
}

static bool finished(Work *k) {
    journal_remove(k->a, k->journal_path);
    return over(k, AWS_END_NOTHING);
}

// Perhaps the earlier run did not come to it. Where the name is another stack's by now, they are
// that one's.
static bool packages_remove(Work *k) {
    AwsStack s;
    bool there;
    if (!cfn_stack(k->client, k->a, k->target->name, &there, &s, k->err))
        return over_world(k);
    if (!there || str_eq(s.id, k->journal.stack_id))
        artifacts_remove(k);
    return true;
}

static void left_list(Work *k, const Followed *f) {
    for (uint32_t i = 0; i < f->touched.n; i++) {
        const AwsResource *r = &f->touched.at[i];
        if (str_is(r->status, "DELETE_SKIPPED"))
            vec_push(k->a, &k->out->left,
                     str_fmt(k->a, "%.*s %.*s", STR_ARG(r->resource), STR_ARG(r->physical)));
    }
}

bool deletion_resume(Work *k) {
    Followed f = {0};
    const Journal *j = &k->journal;
    JournalAct act = j->act;
    phase_begin(k, AWS_PHASE_DELETE);
    if ((act == JOURNAL_DESTROY && !packages_remove(k)) ||
        !follow(k, j->stack_id, j->execute_token, j->started, &f))
        return false;
    left_list(k, &f);
    if (stack_state(f.status) == STACK_GONE) {
        journal_remove(k->a, k->journal_path);
        // A deployment's was only its first step.
        return over(k, act == JOURNAL_DESTROY ? AWS_END_DESTROYED : AWS_END_NOTHING);
    }
    return look_up(k) && say_stuck(k);
}

static bool journal_resume(Work *k) {
    const Journal *j = &k->journal;
    if (j->phase == AWS_PHASE_DELETE)
        return deletion_resume(k);
    if (j->act == JOURNAL_ROLLBACK)
        return rollback_resume(k);
    if (j->phase < AWS_PHASE_EXECUTE)
        return over(k, AWS_END_NOTHING);
    if (j->phase == AWS_PHASE_EXECUTE) {
        Executed how = changes_execute(k);
        if (how == EXECUTE_OVER)
            return false;
        if (how == EXECUTE_AGAIN)
            return over(k, AWS_END_NOTHING);
    }
    return outcome(k, STR_EMPTY);
}

// Begun elsewhere, or the journal is lost: what is under way can be watched all the same.
static bool attach(Work *k) {
    Followed f = {0};
    if (!look_up(k))
        return false;
    if (!k->there || stack_state(k->stack.status) != STACK_BUSY)
        return over(k, AWS_END_NOTHING);
    if (!must_be_own(k))
        return false;
    note(k, "%s of the stack `%.*s` is under way", status_operation(k->stack.status),
         STR_ARG(k->stack.name));
    phase_begin(k, AWS_PHASE_FOLLOW);
    k->journal.stack_id = k->stack.id;
    k->journal.started = k->stack.updated.n ? k->stack.updated : k->stack.created;
    k->journal.creates = str_starts(k->stack.status, "CREATE");
    if (!str_starts(k->stack.status, "DELETE"))
        return outcome(k, STR_EMPTY);
    if (!follow(k, k->stack.id, STR_EMPTY, k->journal.started, &f))
        return false;
    if (stack_state(f.status) == STACK_GONE)
        return over(k, AWS_END_DESTROYED);
    return look_up(k) && say_stuck(k);
}

static void resume_run(Work *k) {
    bool there;
    if (!resolve(k))
        return;
    if (!journal_load(k, &there, &k->journal))
        return;
    k->journal_there = there;
    if (there)
        journal_resume(k);
    else if (!attach(k) && k->out->end == AWS_END_NOTHING)
        say_elsewhere(k);
}

AwsEnd resume_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err) {
    Work k = work_of(w, a, in, out, err);
    k.takes_up = true;
    if (work_begin(&k, true))
        resume_run(&k);
    return work_end(&k);
}

// ---- Cancel -------------------------------------------------------------------------------------

bool acted(Work *k, const char *operation, const CfnRefusal *r) {
    if (!r->code.n || str_starts(r->code, "TokenAlreadyExists"))
        return true;
    if (cfn_is_express_left(r))
        return say_express_left(k);
    cfn_refused(operation, r, k->err);
    return over(k, k->err->kind == ERR_ACCESS ? AWS_END_DENIED : AWS_END_WORLD);
}

// Begins something that is not a deployment and follows it. *out: how that ended.
static bool began(Work *k, Str token, Str since, Followed *f) {
    phase_begin(k, AWS_PHASE_FOLLOW);
    return follow(k, k->stack.id, token, since, f);
}

bool own_stack(Work *k) {
    phase_begin(k, AWS_PHASE_LOOKUP);
    if (!look_up(k))
        return false;
    if (!k->there || stack_state(k->stack.status) == STACK_GONE)
        return finished(k);
    return must_be_own(k);
}

// An update that came to its end meanwhile is not there to be stopped any more.
static bool cancel_refused(Work *k) {
    Err words = *k->err;
    AwsEnd end = k->out->end;
    if (end == AWS_END_WORLD && look_up(k) && !str_is(k->stack.status, "UPDATE_IN_PROGRESS"))
        return over(k, AWS_END_NOTHING);
    *k->err = words;
    return over(k, end);
}

static bool update_cancel(Work *k) {
    CfnRefusal r;
    Followed f = {0};
    Str since = last_time(k, k->stack.id);
    if (!cfn_cancel(k->client, k->a, k->stack.id, token_new(k->a), &r, k->err))
        return over_world(k);
    if (!acted(k, "CancelUpdateStack", &r))
        return cancel_refused(k);
    if (!began(k, STR_EMPTY, since, &f))
        return false;
    if (str_is(f.status, "UPDATE_ROLLBACK_COMPLETE")) {
        journal_remove(k->a, k->journal_path);
        return over(k, AWS_END_DONE);
    }
    return look_up(k) && (str_is(f.status, "UPDATE_COMPLETE") ? finished(k) : say_stuck(k));
}

// There is nothing to go back to: what there is of it is deleted.
static void creation_cancel(Work *k, const AwsTask *in) {
    k->journal.act = JOURNAL_DESTROY;
    if (!deletion_agreed(k, in) || !stack_remove(k))
        return;
    journal_remove(k->a, k->journal_path);
    over(k, AWS_END_DONE);
}

static void cancel_run(Work *k, const AwsTask *in) {
    if (!resolve(k) || !journal_take_up(k) || !own_stack(k))
        return;
    if (str_is(k->stack.status, "UPDATE_IN_PROGRESS")) {
        update_cancel(k);
        return;
    }
    if (str_is(k->stack.status, "CREATE_IN_PROGRESS")) {
        creation_cancel(k, in);
        return;
    }
    over(k, AWS_END_NOTHING);
}

AwsEnd cancel_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err) {
    Work k = work_of(w, a, in, out, err);
    if (work_begin(&k, true))
        cancel_run(&k, in);
    return work_end(&k);
}
