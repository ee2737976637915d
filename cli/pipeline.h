#pragma once
// The whole compile. Private to cli/.

#include "cli/project/project.h"
#include "cli/session.h"
#include "deducer/deducer.h"

typedef struct Compile {
    Project project;
    Arch *arch;
    Output output;   // where the template was asked for
    SliceVec slices; // STAGE_SLICES, STAGE_PACK: what each function's package is made of
} Compile;

// STAGE_SLICES: the graph, and what packages are made of; STAGE_PACK: that and the template.
typedef enum Stage { STAGE_GRAPH, STAGE_SLICES, STAGE_TEMPLATE, STAGE_PACK } Stage;

// Compiles the project at `where` (a folder, an entry, or empty: this folder), up to a stage.
// Everything there is to say has been reported when it returns; EXIT_DONE where `out` is complete.
int pipeline_run(Session *s, Str where, Stage last, Compile *out);

// The same without a word: what there is to say of the program stays in s->diags, and where that
// has errors `out` is not to be used. False where the outside world failed.
bool pipeline_compile(Session *s, Str where, Stage last, Compile *out, Err *err);
// The graph alone, without a word of what is wrong; false where there is none. The diagnostics stay
// in s->diags for whoever wants to count them.
bool pipeline_graph(Session *s, Str where, Compile *out);
