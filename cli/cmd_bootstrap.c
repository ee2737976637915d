// pluto bootstrap: what an account has to have before the first deployment.
//
// Input: a program. Output: the least policy that whoever deploys it needs. Invariant: no account
// and no credentials are asked for; nothing is created: the bucket for packages comes with the
// first deployment.
#include "cli/deploy/deploy.h"
#include "cli/report.h"

static int policy_print(Session *s, const Compile *c) {
    Err err = {0};
    AwsDeploy in;
    const AwsApi *api = adapters_aws(s->arena, &err);
    if (!api)
        return report_err(s, &err);
    deploy_templates(s->arena, c, &in);
    Str region = s->args.region.n ? s->args.region : c->project.settings.generate.region;
    return report_output(s, api->policy(s->arena, &in, region), EXIT_DONE);
}

static int run(Session *s) {
    Err err = {0};
    Compile c;
    if (!s->args.print_policy) {
        err_set(&err, ERR_USAGE,
                "`pluto bootstrap` makes nothing: the first deployment makes the "
                "bucket for packages");
        err_hint(&err, "--print-policy prints what a deployer has to be allowed");
        return report_err(s, &err);
    }
    int code = pipeline_run(s, s->args.arguments[0], STAGE_TEMPLATE, &c);
    return code == EXIT_DONE ? policy_print(s, &c) : code;
}

const Command command_bootstrap = {
    .name = "bootstrap",
    .arguments = "[DIR]",
    .doc = "print the IAM policy that whoever deploys a program needs",
    .details =
        "--print-policy prints the least that somebody has to be allowed to deploy, update and\n"
        "destroy the program in DIR (default: this folder), as a policy of IAM: hand it to "
        "whoever\n"
        "administers the account. It is derived from the template alone; no account is asked.\n"
        "Resources are narrowed to the stack's names, and to the region and the account where\n"
        "--region or pluto.yml name them.",
    .takes = TAKES(O_STACK) | TAKES(O_PRINT_POLICY) | TAKES(O_REGION),
    .run = run,
};
