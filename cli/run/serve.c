// pluto run: the application on this machine, anew whenever a file that the compile asked for
// changes.
//
// Input: the command's arguments. Output: events (show.c); what is wrong with the program goes to
// the standard error.
// Invariant: each turn compiles from nothing, in memory of its own that goes with it; a turn that
// fails changes nothing of what runs.

#include "cli/run/serve.h"
#include "cli/packages.h"
#include "cli/report.h"
#include "cli/run/local.h"
#include "cli/run/show.h"
#include "cli/run/unset.h"
#include "cli/terminal.h"
#include "cli/turn.h"

#include <unistd.h>

// One after the other: two applications at a time keep their addresses from day to day.
static const uint16_t USUAL_PORTS[] = {4600, 4700, 4800, 4900, 0};

typedef struct Serve {
    Session *s;
    const RunApi *api;
    Run *run; // opened by the first turn that finds a project
    Packer packer;
    Recorder *recorder;
    Show show;
    Str state;  // DIR/.pluto/local
    Map hashes; // function to what its package had in it
    uint32_t port, workers;
    Str ready;  // what was said last of what serves
    bool moved; // the usual port is in use, and that has not been said yet
    Map unset;  // names of variables that were looked for
} Serve;

// ---- Opening ------------------------------------------------------------------------------------

static bool model_read(Arena *a, Str text, RunModel *out, Err *err) {
    int64_t equals = str_find(text, STR("="), 0), colon = str_find(text, STR("://"), 0);
    bool named = equals > 0 && (colon < 0 || equals < colon);
    out->name = named ? str_dup(a, str_slice(text, 0, (uint32_t)equals)) : STR_EMPTY;
    out->url = named ? str_slice(text, (uint32_t)equals + 1, text.n) : text;
    if (str_starts(out->url, "http://") || str_starts(out->url, "https://"))
        return true;
    err_set(err, ERR_USAGE, "`--model` cannot be `%.*s`: it takes an address", STR_ARG(text));
    err_hint(err, "like this: `--model llama=http://127.0.0.1:8080`");
    return false;
}

static bool options_read(Serve *v, RunOptions *o, Err *err) {
    Arena *a = v->s->arena;
    const ArgList *models = &v->s->args.models;
    RunModel *list = arena_array(a, RunModel, models->n);
    for (uint32_t i = 0; i < models->n; i++)
        if (!model_read(a, models->at[i], &list[i], err))
            return false;
    *o = (RunOptions){.port = (uint16_t)v->port,
                      .state = v->state,
                      .workers = v->workers,
                      .models = list,
                      .model_count = models->n};
    return adapters_folder(a, &o->lib, err);
}

// Without --port it is the usual one, so that addresses stay from day to day, or the next one.
static bool run_usual(Serve *v, RunOptions *o, Err *err) {
    for (size_t i = 0; i < sizeof USUAL_PORTS / sizeof *USUAL_PORTS; i++) {
        Err first = {0};
        o->port = USUAL_PORTS[i];
        v->run = v->api->open(v->s->arena, o, show_event, &v->show, &first);
        v->moved = i > 0;
        if (v->run)
            return true;
        *err = first;
        if (first.kind != ERR_EXISTS)
            return false;
    }
    return false;
}

static bool run_open(Serve *v, const Project *project, Err *err) {
    Arena *a = v->s->arena;
    RunOptions o;
    Str region = project->settings.generate.region;
    v->state = path_join(a, project->root, STR(".pluto/local"));
    v->show.project = str_dup(a, project->name);
    v->show.stack = str_dup(a, project->settings.stack);
    if (!options_read(v, &o, err))
        return false;
    o.region = region.n ? str_dup(a, region) : STR("us-east-1");
    if (!v->s->args.port.n)
        return run_usual(v, &o, err);
    v->run = v->api->open(a, &o, show_event, &v->show, err);
    return v->run != NULL;
}

// ---- One turn -----------------------------------------------------------------------------------

// What npm, pnpm and the two yarns write last when they have installed something: asked for, so
// that it is waited for.
static void installs_note(const Session *t, Str root) {
    static const char *const MARKS[] = {".package-lock.json", ".modules.yaml", ".yarn-state.yml",
                                        ".yarn-integrity"};
    bool there = false;
    // In a workspace packages lie in a folder above, with the repository.
    for (Str folder = root; !there && folder.n; folder = path_dir(folder)) {
        Str modules = path_join(t->arena, folder, STR("node_modules"));
        there = t->host->type(t->host, modules) == HOST_DIR;
        for (size_t i = 0; (there || str_eq(folder, root)) && i < sizeof MARKS / sizeof *MARKS; i++)
            t->host->type(t->host, path_join(t->arena, modules, str_of(MARKS[i])));
        if (folder.n == 1 ||
            t->host->type(t->host, path_join(t->arena, folder, STR(".git"))) != HOST_NONE)
            break;
    }
}

// How many functions are not what they were.
static uint32_t changed(Serve *v, const PackOutput *packages) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < packages->packages.n; i++) {
        const Package *p = &packages->packages.at[i];
        const Str *before = map_find(&v->hashes, p->id);
        if (before && str_eq(*before, p->hash))
            continue;
        Str hash = str_dup(v->s->arena, p->hash);
        map_set(&v->hashes, before ? p->id : str_dup(v->s->arena, p->id),
                arena_copy(v->s->arena, &hash, sizeof hash));
        n++;
    }
    return n;
}

static bool deploy(Serve *v, Session *t, const Compile *c, const PackOutput *packages, Err *err) {
    RunFunction *functions = arena_array(t->arena, RunFunction, packages->packages.n);
    for (uint32_t i = 0; i < packages->packages.n; i++) {
        const Package *p = &packages->packages.at[i];
        functions[i] = (RunFunction){p->id, p->folder, p->hash};
    }
    RunTemplate *nested = arena_array(t->arena, RunTemplate, c->output.nested.n);
    for (uint32_t i = 0; i < c->output.nested.n; i++)
        nested[i] = (RunTemplate){c->output.nested.at[i].id, c->output.nested.at[i].json};
    RunApp app = {.template_json = c->output.main.json,
                  .nested = nested,
                  .nested_count = c->output.nested.n,
                  .arch_json = arch_to_json(t->arena, c->arch),
                  .functions = functions,
                  .function_count = packages->packages.n,
                  .host = t->host};
    return v->api->deploy(v->run, &app, err) && raw_write(t, v->state, c->arch, err);
}

// False where err says why; what is wrong with the program is among the diagnostics.
static bool make(Serve *v, Session *t, Compile *c, Err *err, uint32_t *functions) {
    PackOutput packages = {0};
    if (!pipeline_compile(t, t->args.arguments[0], STAGE_PACK, c, err))
        return false;
    if (!v->run && !run_open(v, &c->project, err))
        return false;
    if (diags_has_errors(t->diags))
        return true;
    installs_note(t, c->project.root);
    PackageOptions how = {.out = v->state};
    if (!packages_make(t, &v->packer, c, &how, &packages, err))
        return false;
    if (diags_has_errors(t->diags))
        return true;
    *functions = changed(v, &packages);
    return deploy(v, t, c, &packages, err);
}

static Str endpoint_in(Str ready) {
    Str key = STR("\"endpoint\":\"");
    int64_t at = str_find(ready, key, 0);
    int64_t end = at < 0 ? -1 : str_find(ready, STR("\""), (uint32_t)at + key.n);
    return end < 0 ? STR_EMPTY : str_slice(ready, (uint32_t)at + key.n, (uint32_t)end);
}

static void warn_unset(const Serve *v, const Session *t, const Unset *u) {
    Warning w = {
        .message = str_fmt(t->arena, "`process.env.%.*s` is not set, and %.*s needs it",
                           STR_ARG(u->name), STR_ARG(u->resource)),
        .help = str_fmt(t->arena,
                        "start `%.*s=… pluto run`, or set it in pluto.yml under `functions`, "
                        "`environment`",
                        STR_ARG(u->name)),
        .file = u->file,
        .line = u->line,
        .column = u->column,
    };
    show_warning(&v->show, t, &w);
}

// What a user would otherwise find out by asking why: said once.
static void warn(Serve *v, Session *t, const Compile *c) {
    UnsetVec unset = {0};
    if (v->moved) {
        Str endpoint = endpoint_in(v->ready);
        Warning w = {.message = str_fmt(t->arena, "port %u is in use, the AWS endpoint is %.*s",
                                        (unsigned)USUAL_PORTS[0], STR_ARG(endpoint)),
                     .help = STR("`--port N` takes the one that you want")};
        show_warning(&v->show, t, &w);
        v->moved = false;
    }
    unset_find(t, c, &v->unset, v->s->arena, &unset);
    for (uint32_t i = 0; i < unset.n; i++)
        warn_unset(v, t, &unset.at[i]);
}

// Without this the terminal would look as if it hung.
static void say_waiting(const Serve *v, const Session *t) {
    report_note(t, v->ready.n ? STR("the version before goes on; waiting for a change")
                              : STR("nothing runs yet; waiting for a change"));
}

// Says how it went; true where what runs is the program as it is now.
static bool turn_report(Serve *v, Session *t, bool good, const Err *err, double ms,
                        uint32_t functions) {
    bool rejected = report_diags(t) != EXIT_DONE;
    if (!good)
        report_err(t, err);
    if (!good || rejected) {
        show_problem(&v->show, t->diags, err, v->ready.n > 0);
        if (v->run)
            say_waiting(v, t);
        return false;
    }
    if (v->ready.n)
        show_reload(&v->show, ms, functions);
    Str ready = v->api->ready(v->run, t->arena);
    // Said again where a resource came or went.
    if (!str_eq(ready, v->ready)) {
        show_event(&v->show, ready);
        v->ready = str_dup(v->s->arena, ready);
    }
    return true;
}

static bool turn(Serve *v, Err *err) {
    Turn of;
    uint32_t functions = 0;
    double begin = terminal_clock_ms();
    Session *t = turn_begin(&of, v->s, v->recorder);
    Compile c = {0};
    bool good = make(v, t, &c, err, &functions);
    good = turn_report(v, t, good, err, terminal_clock_ms() - begin, functions);
    if (good)
        warn(v, t, &c);
    turn_end(&of);
    return good;
}

// ---- All of them --------------------------------------------------------------------------------

// A folder that is no project will not become one; a program that is rejected may be mended.
static int turns(Serve *v) {
    for (;;) {
        Err err = {0};
        uint32_t count;
        turn(v, &err);
        if (!v->run)
            return err.kind == ERR_USAGE ? EXIT_USAGE : EXIT_WORLD;
        const Str *paths = recorder_paths(v->recorder, &count);
        if (!v->api->wait(v->run, paths, count))
            return EXIT_DONE;
    }
}

int serve_run(Session *s) {
    Err err = {0};
    Serve v = {.s = s,
               .show = {.json = s->args.json, .color = s->color_out, .quiet = s->args.quiet},
               .hashes = map_new(s->arena),
               .unset = map_new(s->arena),
               .ready = STR_EMPTY};
    if ((s->args.port.n && !args_number(s->args.port, "port", 0, UINT16_MAX, &v.port, &err)) ||
        (s->args.workers.n && !args_number(s->args.workers, "workers", 1, 1000, &v.workers, &err)))
        return report_err(s, &err);
    v.api = adapters_run(s->arena, &err);
    if (!v.api || !packer_open(s->arena, &v.packer, &err))
        return report_err(s, &err);
    v.recorder = recorder_open(s->arena, s->host);
    v.show.outlet = outlet_open(STDOUT_FILENO);
    int code = turns(&v);
    if (v.run)
        v.api->close(v.run);
    outlet_close(v.show.outlet);
    packer_close(&v.packer);
    recorder_close(v.recorder);
    return code;
}
