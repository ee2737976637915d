#pragma once
// What every command gets: one run of the program. Private to cli/.

#include "base/base.h"
#include "cli/args.h"

struct Session {
    Arena *arena; // lives as long as the run
    Host *host;
    Sources *sources;
    Diags *diags;
    Args args;
    bool color_out, color_err;
};

extern const Command command_new, command_init, command_graph, command_build, command_generate,
    command_explain, command_help, command_version, command_kinds, command_completion,
    command_doctor, command_why, command_diff, command_run, command_invoke, command_logs,
    command_deploy, command_destroy, command_bootstrap, command_status, command_outputs,
    command_rollback, command_drift, command_stack, command_watch;

// What the scripts of `pluto completion` ask: a shell's name and the words of a line.
int completion_answer(Session *s, const Str *words, uint32_t count);
