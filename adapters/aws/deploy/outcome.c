// How a deployment went.
//
// Input: what was executed. Output: the end, the outputs, the failures with their root first.
// Invariant: it is called a success only where CloudFormation says so and the services agree.

#include "adapters/aws/deploy/operations.h"

#include <stdio.h>

void outputs_read(Work *k) {
    phase_begin(k, AWS_PHASE_OUTPUTS);
    k->out->outputs = k->stack.outputs;
    k->out->status = k->stack.status;
}

// ---- Failure ------------------------------------------------------------------------------------

static const AwsFailure *root_of(const Work *k) {
    return k->out->failures.n ? &k->out->failures.at[0] : NULL;
}

static bool failed(Work *k, const Followed *f, AwsEnd end, const char *state, const char *next) {
    explain_failures(k, f);
    const AwsFailure *root = root_of(k);
    if (root)
        over_with(k, end, "%s: `%.*s` (%.*s) failed", state, STR_ARG(root->id),
                  STR_ARG(root->resource));
    else
        over_with(k, end, "%s (%.*s)", state, STR_ARG(f->status));
    hint(k, "%s", next);
    return false;
}

static bool ended_badly(Work *k, const Followed *f) {
    Str s = f->status;
    // What is over is over: a later run has nothing to take up but what the stack's state tells.
    journal_remove(k->a, k->journal_path);
    if (str_is(s, "ROLLBACK_COMPLETE"))
        return failed(k, f, AWS_END_FAILED, "the deployment failed and was rolled back",
                      "nothing of it is left; the next deployment starts from nothing");
    if (str_is(s, "UPDATE_ROLLBACK_COMPLETE"))
        return failed(k, f, AWS_END_FAILED, "the deployment failed and was rolled back",
                      "what was deployed before is in force");
    if (str_is(s, "UPDATE_FAILED") && k->journal.express)
        return failed(
            k, f, AWS_END_STUCK, "the deployment failed and was left as it is",
            "`pluto deploy --express` tries again from there, best with the program as it "
            "was deployed last");
    if (str_is(s, "CREATE_FAILED") || str_is(s, "UPDATE_FAILED"))
        return failed(k, f, AWS_END_FAILED, "the deployment failed and was left as it is",
                      "`pluto deploy --no-rollback` tries again from there, `pluto rollback` goes "
                      "back");
    if (str_is(s, "ROLLBACK_FAILED"))
        return failed(k, f, AWS_END_STUCK, "the deployment failed, and so did the rollback",
                      "put right what failed; `pluto deploy` then takes the rest away and starts "
                      "anew");
    if (str_is(s, "UPDATE_ROLLBACK_FAILED"))
        return failed(k, f, AWS_END_STUCK, "the deployment failed, and so did the rollback",
                      "put right what keeps it from going back and run `pluto rollback`; "
                      "`pluto status` lists it");
    if (str_starts(s, "DELETE_"))
        return failed(k, f, AWS_END_WORLD, "somebody deleted the stack while it was deployed",
                      "`pluto deploy` makes it anew");
    if (str_is(s, "REVIEW_IN_PROGRESS"))
        return failed(k, f, AWS_END_WORLD, "CloudFormation did not begin with the deployment",
                      "nothing was changed; run `pluto deploy` again");
    return failed(k, f, AWS_END_STUCK, "the deployment ended in a state that pluto does not know",
                  "look at the stack in AWS's console");
}

// ---- Success ------------------------------------------------------------------------------------

// Resources of the old template that could not be deleted stay behind and cost money.
static void warn_of_remains(Work *k, const Followed *f) {
    for (uint32_t i = 0; i < f->touched.n; i++) {
        const AwsResource *r = &f->touched.at[i];
        if (str_is(r->status, "DELETE_FAILED"))
            warn(k, "`%.*s` (%.*s) could not be deleted and stays behind: %.*s", STR_ARG(r->id),
                 STR_ARG(r->physical), STR_ARG(r->reason));
    }
}

bool outcome(Work *k, Str template_json) {
    Followed f = {0};
    Journal *j = &k->journal;
    phase_begin(k, AWS_PHASE_FOLLOW);
    if (!follow(k, j->stack_id, j->execute_token, j->started, &f))
        return false;
    k->out->express = f.stack.express;
    bool created = str_is(f.status, "CREATE_COMPLETE");
    if (!created && !str_is(f.status, "UPDATE_COMPLETE"))
        return ended_badly(k, &f);
    warn_of_remains(k, &f);
    j->express = j->express || f.stack.express;
    journal_step(k, AWS_PHASE_VERIFY);
    k->stack = f.stack;
    k->out->id = f.stack.id;
    if (!verify(k, &f, template_json)) {
        // What nobody could be asked about is still to be looked at.
        if (k->out->end != AWS_END_DETACHED && k->out->end != AWS_END_WORLD)
            journal_remove(k->a, k->journal_path);
        return false;
    }
    endpoints_collect(k, &f.touched);
    outputs_read(k);
    journal_remove(k->a, k->journal_path);
    k->journal_there = false;
    over(k, j->creates ? AWS_END_CREATED : AWS_END_UPDATED);
    return true;
}
