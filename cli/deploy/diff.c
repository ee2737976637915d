// pluto diff against what is deployed.
//
// Input: a program, and the stack that is there. Output: a plan on the standard output. Invariant:
// nothing at AWS is made, changed or deleted to find it out; only reads are asked for.

#include "cli/deploy/deploy.h"
#include "cli/plan.h"
#include "cli/report.h"

// Its template is there still, and nothing else: the next deployment makes everything.
static bool failed_at_first(const AwsStack *stack) {
    return str_is(stack->status, "ROLLBACK_COMPLETE");
}

// Where something is under way, or broke off and was left, a template tells what was meant.
static void warn_of_state(const Session *s, const AwsStack *stack) {
    Stand stand = stand_of_stack(stack);
    if (str_is(stack->status, "REVIEW_IN_PROGRESS") || stand.code == EXIT_DONE ||
        str_ends(stack->status, "ROLLBACK_COMPLETE"))
        return;
    report_warning(s,
                   str_fmt(s->arena,
                           "`%.*s`: %s (%.*s): this compares with its template, and what is there "
                           "may be other",
                           STR_ARG(stack->name), stand.words, STR_ARG(stack->status)),
                   str_of(stand.next));
}

static Str name_of(Session *s, const AwsDeployed *there, const AwsIdentity *who, Str stack) {
    if (there->there && failed_at_first(&there->stack))
        return str_fmt(s->arena, "nothing (the first deployment of `%.*s` failed in %.*s, %.*s)",
                       STR_ARG(stack), STR_ARG(who->account), STR_ARG(who->region));
    if (there->there)
        return str_fmt(s->arena, "what is deployed (%.*s, %.*s)", STR_ARG(who->account),
                       STR_ARG(who->region));
    return str_fmt(s->arena, "nothing (there is no stack `%.*s` yet in %.*s, %.*s)", STR_ARG(stack),
                   STR_ARG(who->account), STR_ARG(who->region));
}

static int compare(Session *s, const Compile *c, const PackOutput *packages, const Deployer *d) {
    Err err = {0};
    AwsDeploy in;
    AwsDeployed there;
    AwsIdentity who;
    AwsPairVec parameters = {0};
    Plan plan;
    if (!deploy_input(s, c, packages, &in, &err))
        return report_err(s, &err);
    if (!identity_fits(d, s->arena, &in.target, &who, &err) ||
        !d->api->deployed(d->aws, s->arena, &in.target, &there, &err))
        return deployer_failed(s, &err);
    if (there.there && !stack_is_own(&there.stack, &in.target, &err))
        return deployer_failed(s, &err);
    if (there.there)
        warn_of_state(s, &there.stack);
    bool nothing = failed_at_first(&there.stack);
    Deployed from = {.name = name_of(s, &there, &who, in.target.name),
                     .template_json = nothing ? STR_EMPTY : there.template_json,
                     .nested = &there.nested,
                     .parameters_before = &there.stack.parameters,
                     .parameters = &parameters};
    if (!d->api->parameters(d->aws, s->arena, &in, &parameters, &err) ||
        !review_compare(s->arena, c, &from, &plan, &err))
        return report_err(s, &err);
    return plan_show(s, &plan);
}

int diff_run(Session *s) {
    Compile c;
    PackOutput packages = {0};
    Deployer d = {0};
    Err err = {0};
    int code = pipeline_run(s, s->args.arguments[0], STAGE_PACK, &c);
    if (code != EXIT_DONE)
        return code;
    if (!deployer_open(s, &c.project, &d, &err))
        return deployer_failed(s, &err);
    code = packages_build(s, &c, packages_folder(s, &c), &packages);
    if (code == EXIT_DONE)
        code = compare(s, &c, &packages, &d);
    deployer_close(&d);
    return code;
}
