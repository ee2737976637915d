#pragma once
// Variables that a program wants and that are not set where `pluto run` runs. Private to cli/run.

#include "cli/pipeline.h"

typedef struct Unset {
    Str name;
    Str resource; // "Function/chatbot": who gets the variable; the first one of them
    Str file;     // where it is read
    uint32_t line, column;
} Unset;
typedef Vec(Unset) UnsetVec;

// Those that the template would take from the deployer's environment, by name, without those that
// the program has another value for (`process.env.X ?? "…"`). `done` holds the names that were
// asked for before, and gets the new ones: nothing is said twice. Its keys live in `keep`.
void unset_find(Session *s, const Compile *c, Map *done, Arena *keep, UnsetVec *out);
