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
    command_explain, command_help, command_version, command_kinds, command_why;
