#pragma once
// TypeScript in, architecture graph out. The one public header of deducer/.
//
// The deducer knows TypeScript and is told the kinds of resources as data. All it reads comes
// through `host`; all it has to say of the program goes to `diags`.

#include "arch/arch.h"

typedef struct DeduceInput {
    Host *host;
    Str root;    // absolute path of the project's folder; files outside of it are refused
    Str entry;   // relative to root: "src/index.ts"
    Str project; // names in the graph
    Str stack;
    const KindTable *kinds;
    unsigned threads; // for reading and parsing; 0: as many as there are cores
    // Of the evaluator, for the top level and for each function; 0: a bound no real program meets.
    uint64_t step_limit;
    // Environment variables whose values are known when compiling (PLUTO_STACK_NAME …), pairs.
    const Str *known_env;     // name, value, name, value …
    uint32_t known_env_count; // of pairs
} DeduceInput;

typedef struct DeduceStats {
    uint32_t modules;
    uint64_t source_bytes;
    uint64_t steps; // of the evaluator, both phases
    double load_ms, evaluate_ms, explore_ms;
} DeduceStats;

// The graph, in `a`; NULL where there were errors. `stats_out` may be NULL.
Arch *deduce(Arena *a, const DeduceInput *in, Sources *sources, Diags *diags,
             DeduceStats *stats_out);
