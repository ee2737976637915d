// The way to AWS: the adapter, opened for a project.
//
// Input: the command line and pluto.yml. Output: a Deployer, a target. Invariant: where both say
// something, the command line wins; endpoints never come from a project's files.

#include "cli/deploy/deploy.h"
#include "cli/report.h"
#include "cli/terminal.h"

#include <stdlib.h>
#include <unistd.h>

static void say_request(void *context, Str line) {
    const Session *s = context;
    Arena a;
    arena_init(&a);
    Str visible = str_visible(&a, line);
    fprintf(stderr, "%.*s\n", STR_ARG(visible));
    arena_release(&a);
    (void)s;
}

bool deployer_open(Session *s, const Project *project, Deployer *out, Err *err) {
    const Args *args = &s->args;
    const AwsSettings *aws = &project->settings.aws;
    // A role on the command line has its own external id, or none.
    bool own_role = args->role_arn.n > 0;
    AwsOptions o = {
        .host = s->host,
        .profile = args->profile,
        .region = args->region,
        .settings_region = project->settings.generate.region,
        .role_arn = own_role ? args->role_arn : aws->role_arn,
        .external_id = own_role || args->external_id.n ? args->external_id : aws->external_id,
        .state = path_join(s->arena, project->root, STR(".pluto/deploys")),
        .version = STR(PLUTO_VERSION),
        .terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO),
        .insecure = args->insecure_endpoint,
        .trace = args->verbose ? say_request : NULL,
        .context = s,
    };
    *out = (Deployer){.api = adapters_aws(s->arena, err)};
    if (out->api)
        out->aws = out->api->open(s->arena, &o, err);
    return out->aws != NULL;
}

void deployer_close(Deployer *d) {
    if (d->aws)
        d->api->close(d->aws);
    d->aws = NULL;
}

int deployer_failed(Session *s, const Err *err) {
    int code = report_err(s, err);
    return err->kind == ERR_ACCESS ? EXIT_DENIED : err->kind == ERR_EXISTS ? EXIT_UNSAFE : code;
}

AwsTarget target_of(Arena *a, const Project *project) {
    return (AwsTarget){.project = project->name,
                       .stack = project->settings.stack,
                       .name = stack_name(a, project->name, project->settings.stack),
                       .account = project->settings.aws.account};
}

bool identity_fits(const Deployer *d, Arena *a, const AwsTarget *target, AwsIdentity *out,
                   Err *err) {
    if (!d->api->identity(d->aws, a, out, err))
        return false;
    if (!target->account.n || str_eq(target->account, out->account))
        return true;
    err_set(err, ERR_EXISTS,
            "the credentials are of account %.*s, but the stack `%.*s` belongs into %.*s",
            STR_ARG(out->account), STR_ARG(target->stack), STR_ARG(target->account));
    err_hint(err, "choose another profile with --profile; pluto.yml's `account` says where the "
                  "stack belongs");
    return false;
}

bool stack_is_own(const AwsStack *stack, const AwsTarget *target, Err *err) {
    if (str_eq(stack->project, target->project) && str_eq(stack->stack, target->stack))
        return true;
    if (stack->project.n)
        err_set(err, ERR_EXISTS,
                "the CloudFormation stack `%.*s` belongs to the project `%.*s`, stack `%.*s`",
                STR_ARG(stack->name), STR_ARG(stack->project), STR_ARG(stack->stack));
    else
        err_set(err, ERR_EXISTS, "the CloudFormation stack `%.*s` was not made by pluto",
                STR_ARG(stack->name));
    err_hint(err, "give the project or the stack another name in pluto.yml, or choose another "
                  "account or region");
    return false;
}

bool project_find(Session *s, Project *out, int *code) {
    Err err = {0};
    bool by_option = s->args.command->takes & TAKES(O_PROJECT);
    Str where = by_option ? s->args.project : s->args.arguments[0];
    bool opened = project_open(s->arena, s->host, where.n ? where : STR("."), s->args.stack,
                               &kind_table, s->sources, s->diags, out, &err);
    *code = report_diags(s);
    if (!opened)
        *code = report_err(s, &err);
    return *code == EXIT_DONE;
}
