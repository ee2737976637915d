// pluto deploy, pluto destroy: from the command line to the engine and back.
//
// Input: the command's arguments. Output: a stack, told of while it comes to be. Invariant: AWS is
// asked for nothing before the program compiles and its packages are made.

#include "cli/deploy/deploy.h"
#include "cli/report.h"

static bool usage(Session *s, const char *message, int *code) {
    Err err = {0};
    err_set(&err, ERR_USAGE, "%s", message);
    *code = report_err(s, &err);
    return false;
}

static bool args_good(Session *s, int *code) {
    const Args *a = &s->args;
    unsigned modes = (unsigned)a->plan + a->resume + a->cancel + a->fast;
    if (modes > 1)
        return usage(s, "`--plan`, `--resume`, `--cancel` and `--fast` exclude each other", code);
    if (a->express && (a->no_express || a->no_rollback))
        return usage(s, "`--express` excludes `--no-express` and `--no-rollback`", code);
    if (a->external_id.n && !a->role_arn.n)
        return true; // pluto.yml may name the role
    return true;
}

static AwsTask task_of(Session *s, const Project *project, Teller *t) {
    const ArgList *ids = s->args.retain.n ? &s->args.retain : &s->args.skip;
    return (AwsTask){.target = target_of(s->arena, project),
                     .wait = s->args.wait,
                     .force = s->args.force,
                     .allow_replace = s->args.allow_replace,
                     .ids = ids->at,
                     .id_count = ids->n,
                     .sink = teller_event,
                     .ask = teller_ask,
                     .context = t};
}

// An operation that needs no compile.
typedef AwsEnd (*TaskRun)(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);

static int task_run(Session *s, const Project *project, const Deployer *d, TaskRun run,
                    const Map *places, const char *verb) {
    Err err = {0};
    AwsResult result;
    Teller teller;
    teller_open(s, places, verb, target_of(s->arena, project).name, &teller);
    teller.target = target_of(s->arena, project);
    AwsTask task = task_of(s, project, &teller);
    AwsEnd end = AWS_END_NOTHING;
    if (s->args.resume)
        end = d->api->resume(d->aws, s->arena, &task, &result, &err);
    if (end == AWS_END_NOTHING)
        run(d->aws, s->arena, &task, &result, &err);
    return teller_end(&teller, &result, &err);
}

// ---- pluto deploy -------------------------------------------------------------------------------

Str packages_folder(const Session *s, const Compile *c) {
    Str below = str_cat(s->arena, STR(".pluto/"), c->project.settings.stack);
    return path_join(s->arena, c->project.root, below);
}

int stack_deploy(Session *s, const Compile *c, const PackOutput *packages, const Deployer *d) {
    Err err = {0};
    AwsResult result;
    AwsDeploy in;
    Teller teller;
    Map places = places_read(s->arena, &c->output);
    if (!deploy_input(s, c, packages, &in, &err))
        return report_err(s, &err);
    teller_open(s, &places, "deploy this", in.target.name, &teller);
    teller.compile = c;
    in.sink = teller_event;
    in.ask = teller_ask;
    in.context = &teller;
    AwsEnd end = AWS_END_NOTHING;
    if (s->args.fast)
        end = d->api->fast(d->aws, s->arena, &in, &result, &err);
    if (end == AWS_END_NOTHING)
        d->api->deploy(d->aws, s->arena, &in, &result, &err);
    return teller_end(&teller, &result, &err);
}

// What was begun first; true where a deployment from the start has to follow.
static bool take_up(Session *s, const Compile *c, const Deployer *d, int *code) {
    Err err = {0};
    AwsResult result;
    Teller teller;
    Map places = places_read(s->arena, &c->output);
    teller_open(s, &places, "deploy this", target_of(s->arena, &c->project).name, &teller);
    AwsTask task = task_of(s, &c->project, &teller);
    if (d->api->resume(d->aws, s->arena, &task, &result, &err) == AWS_END_NOTHING) {
        if (teller.board)
            board_clear(teller.board);
        return true;
    }
    *code = teller_end(&teller, &result, &err);
    return false;
}

int deploy_run(Session *s) {
    Compile c;
    PackOutput packages = {0};
    Deployer d = {0};
    Err err = {0};
    int code;
    if (!args_good(s, &code))
        return code;
    code = pipeline_run(s, s->args.arguments[0], STAGE_PACK, &c);
    if (code != EXIT_DONE)
        return code;
    if (!deployer_open(s, &c.project, &d, &err))
        return deployer_failed(s, &err);
    Map places = places_read(s->arena, &c.output);
    if (s->args.cancel)
        code = task_run(s, &c.project, &d, d.api->cancel, &places, "stop it and delete this");
    else if (!s->args.resume || take_up(s, &c, &d, &code)) {
        code = packages_build(s, &c, packages_folder(s, &c), &packages);
        if (code == EXIT_DONE)
            code = stack_deploy(s, &c, &packages, &d);
    }
    deployer_close(&d);
    return code;
}

// ---- pluto destroy, rollback ----------------------------------------------------------------

// What belongs to what, as the deployed template says: for pictures alone, so where it is not to be
// had there are logical ids.
static const Map *places_deployed(Session *s, const Project *project, const Deployer *d) {
    Err ignored = {0};
    AwsDeployed there;
    AwsTarget target = target_of(s->arena, project);
    Map *places = arena_new(s->arena, Map);
    *places = map_new(s->arena);
    if (!board_possible(s) || !d->api->deployed(d->aws, s->arena, &target, &there, &ignored) ||
        !there.there)
        return NULL;
    places_add(s->arena, there.template_json, places);
    for (uint32_t i = 0; i < there.nested.n; i++)
        places_add(s->arena, there.nested.at[i].json, places);
    return places;
}

static int run_task(Session *s, const Project *project, bool destroys) {
    Deployer d = {0};
    Err err = {0};
    if (!deployer_open(s, project, &d, &err))
        return deployer_failed(s, &err);
    int code =
        task_run(s, project, &d, destroys ? d.api->destroy : d.api->rollback,
                 places_deployed(s, project, &d), destroys ? "destroy all of it" : "go back");
    deployer_close(&d);
    return code;
}

int destroy_project(Session *s, const Project *project) {
    return run_task(s, project, true);
}

static int run_on_stack(Session *s, bool destroys) {
    Project project;
    int code;
    return project_find(s, &project, &code) ? run_task(s, &project, destroys) : code;
}

int destroy_run(Session *s) {
    return run_on_stack(s, true);
}

int rollback_run(Session *s) {
    return run_on_stack(s, false);
}
