#pragma once
// `pluto graph --diff REV|FILE`: what a change does. Private to cli/.

#include "cli/pipeline.h"

// The graph that is compared with the other side.
typedef struct Compared {
    const Arch *arch;
    const GenerateSettings *settings;
    // Of the project that it was compiled from, NULL where it was read from `file`.
    const Project *project;
    Str file;
} Compared;

// False: options that are for comparisons, and none is asked for.
bool compare_fits(const Args *args, Err *err);
// Finds the graph that --diff names, compares, and hands out the result in the format asked for.
int compare_run(Session *s, const Compared *after);
