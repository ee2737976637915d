// Back from a deployment that failed and was left as it is, or from a rollback that failed itself.
//
// Input: a stack that stands still in the middle. Output: what was deployed before. Invariant:
// nothing is begun that nobody agreed to; the journal holds the token before CloudFormation gets
// it, so that what was begun is begun once, whoever takes it up.

#include "adapters/aws/deploy/operations.h"

enum { TURNS_MAX = 20, SKIPPED_MAX = 200 };

typedef Vec(Str) Ids;

static Ids ids_of(Arena *a, Str list) {
    Ids ids = {0};
    while (list.n) {
        int64_t comma = str_find(list, STR(","), 0);
        uint32_t end = comma < 0 ? list.n : (uint32_t)comma;
        if (end)
            vec_push(a, &ids, str_slice(list, 0, end));
        list = str_slice(list, end + 1, list.n);
    }
    return ids;
}

static Str list_of(Arena *a, const Str *ids, uint32_t count) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < count; i++) {
        buf_puts(&b, i ? "," : "");
        buf_put(&b, ids[i]);
    }
    return buf_str(&b);
}

static bool rolled_back(Str status) {
    return str_is(status, "UPDATE_ROLLBACK_COMPLETE") || str_is(status, "ROLLBACK_COMPLETE") ||
           str_is(status, "IMPORT_ROLLBACK_COMPLETE");
}

// ---- Beginning ----------------------------------------------------------------------------------

// Asks for what the journal says, with its token.
static bool ask_for(Work *k, bool stuck, CfnRefusal *r) {
    const Journal *j = &k->journal;
    Ids skip = ids_of(k->a, j->skip);
    return (stuck ? cfn_continue_rollback(k->client, k->a, j->stack_id, j->execute_token, skip.at,
                                          skip.n, r, k->err)
                  : cfn_rollback(k->client, k->a, j->stack_id, j->execute_token, r, k->err)) ||
           over_world(k);
}

// Where somebody was quicker, that is what there is to say.
static bool refused(Work *k, bool stuck, const CfnRefusal *r) {
    const char *operation = stuck ? "ContinueUpdateRollback" : "RollbackStack";
    if (acted(k, operation, r))
        return false;
    Err words = *k->err;
    if (look_up(k) && k->there && stack_state(k->stack.status) == STACK_BUSY)
        return say_busy(k), true;
    *k->err = words;
    return true;
}

static bool begin(Work *k, bool stuck) {
    CfnRefusal r;
    phase_begin(k, AWS_PHASE_EXECUTE);
    if (!journal_step(k, AWS_PHASE_EXECUTE) || !ask_for(k, stuck, &r))
        return false;
    if (refused(k, stuck, &r)) {
        journal_remove(k->a, k->journal_path);
        return false;
    }
    return journal_step(k, AWS_PHASE_FOLLOW);
}

// *status: how it ended.
static bool watch(Work *k, Str *status) {
    Followed f = {0};
    const Journal *j = &k->journal;
    phase_begin(k, AWS_PHASE_FOLLOW);
    if (!follow(k, j->stack_id, j->execute_token, j->started, &f))
        return false;
    *status = f.status;
    journal_remove(k->a, k->journal_path);
    return true;
}

static bool ended(Work *k, Str status) {
    if (rolled_back(status))
        return over(k, AWS_END_DONE);
    return look_up(k) && say_stuck(k);
}

// ---- Going on -----------------------------------------------------------------------------------

bool rollback_resume(Work *k) {
    Str status;
    CfnRefusal r;
    if (k->journal.phase == AWS_PHASE_EXECUTE) {
        // The same token: what has begun already is not begun again.
        if (!look_up(k))
            return false;
        StackState state = k->there ? stack_state(k->stack.status) : STACK_GONE;
        if (state == STACK_STUCK || state == STACK_PAUSED) {
            if (!ask_for(k, state == STACK_STUCK, &r) || refused(k, state == STACK_STUCK, &r))
                return false;
        }
        journal_step(k, AWS_PHASE_FOLLOW);
    }
    if (k->journal.phase < AWS_PHASE_EXECUTE) {
        journal_remove(k->a, k->journal_path);
        return over(k, AWS_END_NOTHING);
    }
    return watch(k, &status) && ended(k, status);
}

// ---- Agreeing -----------------------------------------------------------------------------------

static bool agree(Work *k, const AwsTask *in) {
    AwsPlan plan;
    const AwsChange *lost = NULL;
    phase_begin(k, AWS_PHASE_REVIEW);
    if (!rollback_plan(k, in, &plan))
        return false;
    for (uint32_t i = 0; i < plan.changes.n && !lost; i++)
        lost = plan.changes.at[i].loses_data ? &plan.changes.at[i] : NULL;
    bool refuses = lost && !in->allow_replace;
    AwsQuestion q = {
        .type = AWS_ASK_ROLLBACK, .plan = &plan, .shown = refuses, .wake = wake_descriptor(k)};
    AwsAnswer answer = k->ask ? k->ask(k->context, &q) : AWS_YES;
    if (answer == AWS_LEFT || interrupted(k))
        return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    if (refuses) {
        over_with(k, AWS_END_UNSAFE, "`%.*s` (%.*s), which holds data, would be deleted",
                  STR_ARG(lost->id), STR_ARG(lost->resource));
        hint(k, "nothing was changed; --allow-replace does it, when the data is saved or not "
                "needed");
        return false;
    }
    return answer == AWS_YES || over(k, AWS_END_DECLINED);
}

// What was agreed to is what is done: whoever came in between is heard.
static bool unmoved(Work *k, Str status, Str since) {
    if (!look_up(k))
        return false;
    if (k->there && str_eq(k->stack.status, status) && str_eq(last_time(k, k->stack.id), since))
        return true;
    if (k->there && stack_state(k->stack.status) == STACK_BUSY)
        return say_busy(k);
    over_with(k, AWS_END_BUSY, "somebody else changed the stack `%.*s` meanwhile",
              STR_ARG(k->target->name));
    hint(k, "nothing was changed; run `pluto rollback` again to see what is there now");
    return false;
}

// ---- Going back ---------------------------------------------------------------------------------

// With --force: what cannot be put back is left as it is.
static Str failed_list(Work *k) {
    AwsResourceVec all = {0};
    Ids ids = {0};
    Err err = {0};
    if (!cfn_resources(k->client, k->a, k->stack.id, &all, &err))
        return STR_EMPTY;
    for (uint32_t i = 0; i < all.n && ids.n < SKIPPED_MAX; i++)
        if (str_is(all.at[i].status, "UPDATE_FAILED"))
            vec_push(k->a, &ids, all.at[i].id);
    return list_of(k->a, ids.at, ids.n);
}

static bool once(Work *k, Str skip, Str *status) {
    Journal *j = &k->journal;
    j->act = JOURNAL_ROLLBACK;
    j->stack_id = k->stack.id;
    j->execute_token = token_new(k->a);
    j->started = last_time(k, k->stack.id);
    j->skip = skip;
    return begin(k, stack_state(k->stack.status) == STACK_STUCK) && watch(k, status);
}

static bool still(Work *k, const AwsTask *in) {
    StackState state = stack_state(k->stack.status);
    if (state == STACK_BUSY) {
        if (!in->wait)
            return say_busy(k);
        if (!wait_for_other(k) || !own_stack(k))
            return false;
        state = stack_state(k->stack.status);
    }
    return state == STACK_STUCK || state == STACK_PAUSED || over(k, AWS_END_NOTHING);
}

static void run(Work *k, const AwsTask *in) {
    if (!resolve(k) || !journal_take_up(k) || !own_stack(k) || !still(k, in))
        return;
    if (stack_state(k->stack.status) == STACK_PAUSED && k->stack.express) {
        say_express_left(k);
        return;
    }
    Str status = k->stack.status, since = last_time(k, k->stack.id);
    if (!agree(k, in) || !endpoints_rest(k) || !unmoved(k, status, since))
        return;
    bool stuck = stack_state(status) == STACK_STUCK;
    Str skip = stuck ? list_of(k->a, in->ids, in->id_count) : STR_EMPTY;
    for (int i = 0; i < TURNS_MAX; i++) {
        if (!once(k, skip, &status))
            return;
        if (!in->force || stack_state(status) != STACK_STUCK || !look_up(k))
            break;
        skip = failed_list(k);
        if (!skip.n)
            break;
        warn(k, "left as they are: %.*s", STR_ARG(skip));
    }
    ended(k, status);
}

AwsEnd rollback_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err) {
    Work k = work_of(w, a, in, out, err);
    if (work_begin(&k, true))
        run(&k, in);
    return work_end(&k);
}
