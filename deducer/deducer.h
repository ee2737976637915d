#pragma once
// TypeScript in, architecture graph out. The one public header of deducer/.
//
// The deducer knows TypeScript and is told the kinds of resources as data. All it reads comes
// through `host`; all it has to say of the program goes to `diags`.

#include "arch/arch.h"

// The program as one function needs it: a Slice is all modules that the function's package is made
// of. Each text has the length and the lines of its source: what is not needed is blanked out, so
// places stay true. docs/deducer.md says what goes and what stays.
typedef struct SliceImport {
    Str specifier; // as written
    Str module;    // the module of the program that it names, relative to the root
} SliceImport;

typedef struct SliceModule {
    Str path; // relative to the root
    Str text;
    Vec(SliceImport) imports; // of other modules of the program; packages are not listed
} SliceModule;

typedef struct Slice {
    Str function; // "Function/chatbot"
    // By which the replayed program knows the handler again: "Function/chatbot" for
    // `new Function(…)`, "Router/api get /hello" and "Queue/jobs subscribe #1" for handlers that an
    // infrastructure call got: what names the call, else (or where an earlier call has that name)
    // its number among the calls of that operation on the resource.
    Str key;
    Vec(SliceModule) modules; // the entry first
    // Variables without which these modules would not load, though the function does not get them,
    // sorted: what is checked to be there, and then goes to nobody but a resource's constructor, as
    // in `new SageMaker(…, { envs: { TOKEN: need("TOKEN") } })`. The package makes values up.
    Vec(Str) environment;
} Slice;
typedef Vec(Slice) SliceVec;

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
    SliceVec *slices;         // filled, in the order of the graph's functions; NULL: not wanted
    bool whole;               // slices keep everything: to compare with
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
