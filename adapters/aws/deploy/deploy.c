// A deployment, from looking to the outputs.
//
// Input: what the compiler made. Output: a stack that is so, or how it ended and what state things
// are in. Invariant: each state of a stack is met as the table in README.md says; nothing is
// changed before somebody agreed, and from the moment on in which something may have been, the
// journal says so.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/deploy/preflight.h"

enum { TURNS_MAX = 5 };

// ---- What there is ------------------------------------------------------------------------------

// What is deployed, and what became of it since. *same: the program is no other.
static bool unchanged(Deployment *d, bool *same) {
    *same = false;
    if (!deployed_read(d) || !prepare_parameters(d))
        return false;
    if (!endpoints_meet(d))
        return false;
    *same = same_parameters(d) && same_tags(d) && template_same(d->deployed, d->program);
    for (uint32_t i = 0; i < d->endpoints.n; i++)
        *same = *same && d->endpoints.at[i].state != AWS_ENDPOINT_DEAD;
    return true;
}

// Endpoints of a stack that is not whole keep their names, too.
static bool names_read(Deployment *d) {
    Work *k = d->k;
    Str deployed;
    if (!cfn_template(k->client, k->a, k->stack.id, &deployed, k->err))
        return over_world(k);
    marks_names(k->a, deployed, &d->names);
    return true;
}

// A name with nothing behind it. Somebody may be looking at change sets there: only if none of them
// is a stranger's, or the name is tagged as ours, is it taken.
static bool review_stack(Deployment *d) {
    Work *k = d->k;
    CfnSummaryVec sets = {0};
    d->creates = true;
    if (is_own(k, &k->stack))
        return true;
    if (k->stack.project.n)
        return must_be_own(k);
    if (!cfn_change_sets(k->client, k->a, k->stack.id, &sets, k->err))
        return over_world(k);
    for (uint32_t i = 0; i < sets.n; i++)
        if (!str_starts(sets.at[i].description, "pluto "))
            return must_be_own(k);
    return true;
}

// What a first deployment left that failed: nothing, but a name that can only be deleted.
static bool remains_are_empty(Work *k) {
    AwsResourceVec all = {0};
    if (!cfn_resources(k->client, k->a, k->stack.id, &all, k->err))
        return over_world(k);
    for (uint32_t i = 0; i < all.n; i++) {
        const AwsResource *r = &all.at[i];
        if (str_is(r->status, "DELETE_COMPLETE"))
            continue;
        over_with(k, AWS_END_UNSAFE,
                  "the first deployment failed, and `%.*s` (%.*s) of it is still there",
                  STR_ARG(r->id), STR_ARG(r->resource));
        hint(k, "look at `%.*s`; `pluto destroy` takes the stack away, then deploy again",
             STR_ARG(r->physical));
        return false;
    }
    return true;
}

static bool agree_to_remove(Work *k) {
    AwsQuestion q = {.type = AWS_ASK_REMAINS,
                     .text = str_fmt(k->a,
                                     "the stack `%.*s` is in the state %.*s; it has to be "
                                     "deleted before it can be deployed again",
                                     STR_ARG(k->stack.name), STR_ARG(k->stack.status)),
                     .wake = wake_descriptor(k)};
    AwsAnswer answer = k->ask ? k->ask(k->context, &q) : AWS_YES;
    if (answer == AWS_LEFT || interrupted(k))
        return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    return answer == AWS_YES || over(k, AWS_END_DECLINED);
}

static bool remains_remove(Deployment *d, bool jammed) {
    Work *k = d->k;
    if (k->stack.protected) {
        over_with(k, AWS_END_UNSAFE, "the stack `%.*s` failed to be created and is protected",
                  STR_ARG(k->stack.name));
        hint(k, "`pluto destroy --force` lifts the protection and takes it away");
        return false;
    }
    if (d->in->plan) {
        d->creates = true;
        over_with(k, AWS_END_STUCK, "the stack `%.*s` has to be deleted first: it is %.*s",
                  STR_ARG(k->stack.name), STR_ARG(k->stack.status));
        hint(k, "`pluto deploy` does it; a plan alone changes nothing");
        return false;
    }
    if (jammed ? !agree_to_remove(k) : !remains_are_empty(k))
        return false;
    note(k, "taking away what the failed first deployment left: stack `%.*s` (%.*s)",
         STR_ARG(k->stack.name), STR_ARG(k->stack.status));
    if ((jammed && !endpoints_rest(k)) || !stack_remove(k))
        return false;
    k->there = false;
    k->journal.stack_id = STR_EMPTY;
    d->creates = true;
    return true;
}

// Another tool's: pluto always has Express mode roll back. RollbackStack is refused, and so is
// every deployment but one in the same mode.
static bool left_by_express(Deployment *d) {
    Work *k = d->k;
    bool update = str_is(k->stack.status, "UPDATE_FAILED");
    if (update && d->in->express) {
        note(k,
             "a deployment in Express mode without a rollback failed and left the stack as it is: "
             "going on from there in the same mode");
        return d->left = true;
    }
    return say_express_left(k);
}

static bool paused(Deployment *d) {
    Work *k = d->k;
    if (k->stack.express)
        return left_by_express(d);
    if (d->in->no_rollback)
        return true;
    over_with(k, AWS_END_FAILED,
              "the last deployment of `%.*s` failed and was left as it is (%.*s)%s%.*s",
              STR_ARG(k->stack.name), STR_ARG(k->stack.status), k->stack.reason.n ? ": " : "",
              STR_ARG(k->stack.reason));
    hint(k, "`pluto deploy --no-rollback` tries again from there, `pluto rollback` goes back");
    return false;
}

static bool busy(Deployment *d) {
    Work *k = d->k;
    if (d->in->wait)
        return wait_for_other(k);
    return say_busy(k);
}

// *again: what was there is gone or has ended: look once more.
static bool look(Deployment *d, bool *again) {
    Work *k = d->k;
    phase_begin(k, AWS_PHASE_LOOKUP);
    *again = false;
    d->creates = d->left = false;
    d->express = d->in->express;
    d->deployed = STR_EMPTY;
    d->names = (EndpointNameVec){0};
    d->endpoints = (EndpointVec){0};
    k->journal.stack_id = STR_EMPTY;
    if (!look_up(k))
        return false;
    StackState state = k->there ? stack_state(k->stack.status) : STACK_GONE;
    if (state == STACK_GONE) {
        k->there = false;
        return d->creates = true;
    }
    if (state == STACK_REVIEW)
        return review_stack(d);
    if (!must_be_own(k))
        return false;
    switch (state) {
    case STACK_READY:
        return true;
    case STACK_PAUSED:
        return paused(d);
    case STACK_REMAINS:
    case STACK_JAMMED:
        return remains_remove(d, state == STACK_JAMMED);
    case STACK_BUSY:
        return *again = busy(d);
    case STACK_STUCK:
    case STACK_UNDEAD:
    case STACK_UNKNOWN:
        return say_stuck(k);
    case STACK_REVIEW:
    case STACK_GONE:
        break;
    }
    BUG("a stack in the state `%.*s`", STR_ARG(k->stack.status));
}

// ---- One turn after the other -------------------------------------------------------------------

// *again: the stack has moved on meanwhile.
static bool turn(Deployment *d, bool *again) {
    Work *k = d->k;
    bool same = false;
    if (!look(d, again))
        return false;
    if (*again)
        return true;
    // What failed and was left as it is has the new template, but not all of its resources.
    bool there = k->there && !d->creates;
    bool whole = there && stack_state(k->stack.status) == STACK_READY;
    if (there && !(whole ? unchanged(d, &same) : names_read(d)))
        return false;
    if (same)
        return endpoints_heal(d) && fast_heal(d) && over(k, AWS_END_UNCHANGED);
    prepare_template(d);
    if (!preflight(d) || !upload_all(d))
        return false;
    // Somebody was quicker: what there is now says how to go on.
    if (!changes_make(d))
        return *again = k->out->end == AWS_END_BUSY;
    if (!changes_review(d) || !endpoints_ready(d, again))
        return false;
    Executed how = *again ? EXECUTE_AGAIN : changes_execute(k);
    *again = how == EXECUTE_AGAIN;
    if (*again)
        changes_clean(d);
    return how != EXECUTE_OVER;
}

static void finish(Deployment *d) {
    Work *k = d->k;
    AwsEnd end = k->out->end;
    if (end == AWS_END_UNCHANGED)
        outputs_read(k);
    bool nothing_begun = end == AWS_END_INTERRUPTED && !k->journal.change_set.n;
    if (k->journal_there && (end <= AWS_END_PLANNED || nothing_begun))
        journal_remove(k->a, k->journal_path);
    if (end != AWS_END_CREATED && end != AWS_END_UPDATED)
        return;
    Err unseen = {0};
    if (!d->creates && !d->deployed.n && !fast_marked(d, k->a, &d->marked, &unseen))
        d->marked = false;
    if (fast_heal(d))
        over(k, end);
    artifacts_collect(d);
}

static void run(Deployment *d) {
    Work *k = d->k;
    bool again = true;
    if (!prepare(d) || !resolve(k) || !journal_take_up(k))
        return;
    for (int i = 0; again && i < TURNS_MAX; i++)
        if (!turn(d, &again)) {
            finish(d);
            return;
        }
    if (again) {
        over_with(k, AWS_END_BUSY, "somebody else changes the stack `%.*s` again and again",
                  STR_ARG(k->target->name));
        hint(k, "nothing was changed; `pluto status` tells what is there now");
        return;
    }
    if (!outcome(k, d->facts.text))
        return;
    endpoints_collect_seen(d);
    finish(d);
}

Work work_of_deploy(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err) {
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

AwsEnd deploy_stack(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err) {
    Work k = work_of_deploy(w, a, in, out, err);
    Deployment d = {.k = &k, .in = in};
    if (work_begin(&k, true))
        run(&d);
    return work_end(&k);
}
