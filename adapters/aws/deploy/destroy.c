// A stack taken down.
//
// Input: a target. Output: nothing left of it but what its template keeps on purpose, which is
// listed. Invariant: a stack that is not this project's, or is protected, is not touched.

#include "adapters/aws/deploy/operations.h"

static bool is_retained(const AwsPairVec *retained, Str id) {
    for (uint32_t i = 0; i < retained->n; i++)
        if (str_eq(retained->at[i].key, id))
            return true;
    return false;
}

static bool listed(const AwsTask *in, Str id) {
    for (uint32_t i = 0; i < in->id_count; i++)
        if (str_eq(in->ids[i], id))
            return true;
    return false;
}

// What goes and what stays, as changes.
static bool plan_read(Work *k, const AwsTask *in, AwsPlan *out) {
    AwsResourceVec all = {0};
    AwsPairVec retained = {0};
    Str template_json;
    if (!cfn_resources(k->client, k->a, k->stack.id, &all, k->err) ||
        !cfn_template(k->client, k->a, k->stack.id, &template_json, k->err))
        return over_world(k);
    template_retained(k->a, template_json, &retained);
    *out = (AwsPlan){.identity = k->aws->identity, .template_before = template_json};
    for (uint32_t i = 0; i < all.n; i++) {
        const AwsResource *r = &all.at[i];
        if (str_is(r->status, "DELETE_COMPLETE"))
            continue;
        bool stays = is_retained(&retained, r->id) || listed(in, r->id);
        AwsChange c = {.action = STR("Remove"),
                       .policy = stays ? STR("Retain") : STR("Delete"),
                       .id = r->id,
                       .physical = r->physical,
                       .resource = r->resource};
        change_judge(&c);
        vec_push(k->a, &out->changes, c);
        if (stays)
            vec_push(k->a, &k->out->left,
                     str_fmt(k->a, "%.*s %.*s", STR_ARG(r->resource), STR_ARG(r->physical)));
    }
    k->total = out->changes.n;
    return true;
}

static bool agree(Work *k, const AwsPlan *plan) {
    AwsQuestion q = {.type = AWS_ASK_DESTROY, .plan = plan, .wake = wake_descriptor(k)};
    phase_begin(k, AWS_PHASE_REVIEW);
    AwsAnswer answer = k->ask ? k->ask(k->context, &q) : AWS_YES;
    if (answer == AWS_LEFT || interrupted(k))
        return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    return answer == AWS_YES || over(k, AWS_END_DECLINED);
}

bool deletion_agreed(Work *k, const AwsTask *in) {
    AwsPlan plan;
    return plan_read(k, in, &plan) && agree(k, &plan);
}

static bool unprotect(Work *k, const AwsTask *in) {
    if (!k->stack.protected)
        return true;
    if (!in->force) {
        over_with(k, AWS_END_UNSAFE, "the stack `%.*s` is protected against being deleted",
                  STR_ARG(k->stack.name));
        hint(k, "nothing was changed; --force lifts the protection first");
        return false;
    }
    return cfn_protect(k->client, k->a, k->stack.id, false, k->err) || over_world(k);
}

static bool find(Work *k, const AwsTask *in, bool *there) {
    *there = true;
    for (;;) {
        phase_begin(k, AWS_PHASE_LOOKUP);
        k->journal.stack_id = STR_EMPTY;
        if (!look_up(k))
            return false;
        *there = k->there && stack_state(k->stack.status) != STACK_GONE;
        if (!*there || stack_state(k->stack.status) != STACK_BUSY)
            return !*there || must_be_own(k);
        if (!must_be_own(k))
            return false;
        if (str_is(k->stack.status, "DELETE_IN_PROGRESS"))
            return true;
        if (!in->wait)
            return say_busy(k);
        if (!wait_for_other(k))
            return false;
    }
}

// What an earlier run began may have come to its end without it.
static void gone(Work *k) {
    Journal old;
    bool there;
    if (!journal_load(k, &there, &old))
        return;
    if (there && old.act == JOURNAL_DESTROY && old.phase == AWS_PHASE_DELETE &&
        str_eq(old.stack_name, k->target->name)) {
        k->journal = old;
        deletion_resume(k);
        return;
    }
    journal_remove(k->a, k->journal_path);
    over(k, AWS_END_NOTHING);
}

// Asking again while it is being deleted does no harm, and gives us a token to follow.
static void run(Work *k, const AwsTask *in) {
    AwsPlan plan;
    bool there;
    if (!resolve(k) || !journal_take_up(k) || !find(k, in, &there))
        return;
    if (!there) {
        gone(k);
        return;
    }
    k->journal.act = JOURNAL_DESTROY;
    bool going = str_is(k->stack.status, "DELETE_IN_PROGRESS");
    bool undead = stack_state(k->stack.status) == STACK_UNDEAD;
    if (in->id_count && !undead) {
        over_with(k, AWS_END_UNSAFE, "resources can be kept only after a deletion failed");
        hint(k, "nothing was changed; run `pluto destroy` without --retain first");
        return;
    }
    if (!plan_read(k, in, &plan) || (!going && (!agree(k, &plan) || !unprotect(k, in))))
        return;
    if ((!going && !endpoints_rest(k)) || !deletion_begin(k, in->ids, in->id_count))
        return;
    artifacts_remove(k);
    if (!deletion_follow(k))
        return;
    journal_remove(k->a, k->journal_path);
    over(k, AWS_END_DESTROYED);
}

AwsEnd destroy_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err) {
    Work k = work_of(w, a, in, out, err);
    if (work_begin(&k, true))
        run(&k, in);
    return work_end(&k);
}
