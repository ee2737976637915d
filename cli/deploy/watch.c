// pluto watch: a deployment at every save.
//
// Input: the command's arguments, then files as they are saved. Output: deployments, told as
// `pluto deploy` tells them. Invariant: each turn compiles from nothing, in memory of its own that
// goes with it; a turn that fails ends nothing, an interrupted one ends all.

#include "cli/deploy/deploy.h"
#include "cli/report.h"
#include "cli/turn.h"

typedef struct Watching {
    Session *s;
    const LiveApi *live_api;
    Live *live;
    Recorder *recorder;
    Packer packer;
    Deployer deployer;
} Watching;

static int compile_and_deploy(Watching *w, Session *t) {
    Compile c;
    PackOutput packages = {0};
    int code = pipeline_run(t, t->args.arguments[0], STAGE_PACK, &c);
    if (code != EXIT_DONE)
        return code;
    code = packages_build_with(t, &w->packer, &c, packages_folder(t, &c), &packages);
    return code == EXIT_DONE ? stack_deploy(t, &c, &packages, &w->deployer) : code;
}

static int turn(Watching *w) {
    Turn of;
    int code = compile_and_deploy(w, turn_begin(&of, w->s, w->recorder));
    turn_end(&of);
    return code;
}

// What no save of a file will put right.
static bool is_final(int code) {
    return code == EXIT_USAGE || code == EXIT_DENIED || code == EXIT_UNSAFE ||
           code == EXIT_DETACHED;
}

static int turns(Watching *w) {
    uint32_t count;
    int code = turn(w);
    // A folder that is no project will not become one.
    recorder_paths(w->recorder, &count);
    if (is_final(code) || (code == EXIT_WORLD && !count))
        return code;
    for (;;) {
        const Str *paths = recorder_paths(w->recorder, &count);
        report_note(w->s, STR("waiting for changes; Ctrl-C ends"));
        if (!w->live_api->wait(w->live, paths, count))
            return EXIT_DONE;
        code = turn(w);
        if (is_final(code) && code != EXIT_UNSAFE)
            return code;
    }
}

// With everything open that outlives a turn.
static int watch_opened(Watching *w) {
    Session *s = w->s;
    Err err = {0};
    w->live = w->live_api->open(s->arena, 0, NULL, &err);
    if (!w->live)
        return report_err(s, &err);
    w->recorder = recorder_open(s->arena, s->host);
    int code = turns(w);
    w->live_api->close(w->live);
    recorder_close(w->recorder);
    return code;
}

int watch_deploys(Session *s) {
    Err err = {0};
    Project project;
    int code;
    Watching w = {.s = s, .live_api = adapters_live(s->arena, &err)};
    s->args.fast = true;
    if (!w.live_api)
        return report_err(s, &err);
    // Who deploys, and where to, is settled once; what settings say of the rest may change.
    if (!project_find(s, &project, &code))
        return code;
    if (!deployer_open(s, &project, &w.deployer, &err))
        return deployer_failed(s, &err);
    code = packer_open(s->arena, &w.packer, &err) ? watch_opened(&w) : report_err(s, &err);
    packer_close(&w.packer);
    deployer_close(&w.deployer);
    return code;
}
