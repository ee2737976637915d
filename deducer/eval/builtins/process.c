// `process`: the environment is process.env, whose every read is known or late (access.c); what
// differs from machine to machine is unknown and says so; leaving ends the path.
// Functions handed to it (`on`, `nextTick`) escape: they may be called.

#include "deducer/eval/builtins/builtins.h"
#include "deducer/eval/effects.h"

static Value machine(Interp *I, const Call *c, uint32_t mask) {
    return interp_prim(I, mask, c->span, "`process.%s()` differs from machine to machine",
                       c->callee->u.native.row->name);
}

static Value text(Interp *I, const Call *c) {
    return machine(I, c, PT_STRING);
}

static Value number(Interp *I, const Call *c) {
    return machine(I, c, PT_NUMBER);
}

static Value leave(Interp *I, const Call *c) {
    (void)c;
    effects_world(I);
    I->dead = true;
    return UNDEFINED;
}

static Value later(Interp *I, const Call *c) {
    Items *args = call_items(I, c, 0);
    effects_world(I);
    for (uint32_t i = 0; i < args->n && !I->dead; i++)
        interp_escape(I, args->at[i], NULL, c->span);
    if (args->open && !I->dead)
        interp_escape(I, args->rest, NULL, c->span);
    return c->self;
}

static Value nothing(Interp *I, const Call *c) {
    (void)c;
    effects_world(I);
    return UNDEFINED;
}

static Value written(Interp *I, const Call *c) {
    (void)c;
    effects_world(I);
    return value_bool(true);
}

static Value unknown(Interp *I, const Call *c) {
    return opaque_from(I, UNDEFINED, c->span, c->callee->u.native.row->name);
}

static Value bigint(Interp *I, const Call *c) {
    return interp_prim(I, PT_BIGINT, c->span, "the present time differs from run to run");
}

static const Native process_methods[] = {
    {"abort", leave, 0},
    {"addListener", later, 2},
    {"chdir", nothing, 1},
    {"cpuUsage", unknown, 0},
    {"cwd", text, 0},
    {"emit", nothing, 1},
    {"emitWarning", nothing, 1},
    {"exit", leave, 1},
    {"getegid", number, 0},
    {"geteuid", number, 0},
    {"getgid", number, 0},
    {"getuid", number, 0},
    {"hrtime", unknown, 0},
    {"kill", leave, 2},
    {"memoryUsage", unknown, 0},
    {"nextTick", later, 1},
    {"off", nothing, 2},
    {"on", later, 2},
    {"once", later, 2},
    {"removeAllListeners", nothing, 1},
    {"removeListener", nothing, 2},
    {"resourceUsage", unknown, 0},
    {"umask", number, 0},
    {"uptime", number, 0},
    {NULL, NULL, 0},
};

static void unknown_texts(Interp *I, Obj *o) {
    static const char *const names[] = {"arch",     "argv0", "execPath",
                                        "platform", "title", "version"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        obj_define_lit(I, o, names[i],
                       interp_prim(I, PT_STRING, SPAN_NONE,
                                   "`process.%s` differs from machine to machine", names[i]));
    const char *const numbers[] = {"pid", "ppid", "debugPort"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        obj_define_lit(I, o, numbers[i],
                       interp_prim(I, PT_NUMBER, SPAN_NONE, "`process.%s` differs from run to run",
                                   numbers[i]));
}

static void unknown_objects(Interp *I, Obj *o) {
    static const char *const names[] = {"config", "features", "release",
                                        "report", "stdin",    "versions"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const Reason *why = reason_new(I, SPAN_NONE, NULL,
                                       "`process.%s` differs from machine to machine", names[i]);
        obj_define_lit(I, o, names[i], interp_unknown(I, why, str_of(names[i])));
    }
    static const char *const lists[] = {"argv", "execArgv"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        Value arg =
            interp_prim(I, PT_STRING, SPAN_NONE, "`process.%s` differs from run to run", lists[i]);
        Items *it = items_new(I);
        items_open(I, it, arg, arg.u.reason);
        obj_define_lit(I, o, lists[i], array_of(I, it, SPAN_NONE));
    }
}

void install_process(Interp *I) {
    static const Native stream[] = {{"write", written, 1},
                                    {"end", nothing, 0},
                                    {"on", later, 2},
                                    {"once", later, 2},
                                    {NULL, NULL, 0}};
    static const Native time = {"bigint", bigint, 0};
    Obj *o = obj_plain(I, SPAN_NONE), *out = obj_plain(I, SPAN_NONE);
    I->realm.env = obj_plain(I, SPAN_NONE);
    obj_natives(I, o, process_methods);
    obj_natives(I, out, stream);
    obj_define_lit(
        I, out, "isTTY",
        interp_prim(I, PT_BOOL | PT_UNDEFINED, SPAN_NONE, "the terminal differs from run to run"));
    obj_define_lit(I, out, "columns",
                   interp_prim(I, PT_NUMBER | PT_UNDEFINED, SPAN_NONE,
                               "the terminal differs from run to run"));
    obj_define_lit(I, o, "stdout", value_object(out));
    obj_define_lit(I, o, "stderr", value_object(out));
    obj_define_lit(I, o, "env", value_object(I->realm.env));
    obj_define_lit(I, obj_find(o, key_of(I, "hrtime"))->cell.v.u.obj, "bigint",
                   value_object(obj_native(I, &time)));
    unknown_texts(I, o);
    unknown_objects(I, o);
    global_set(I, "process", value_object(o));
}
