#pragma once
// The packages of a program's functions: from slices to what the pack adapter takes, and from its
// messages to diagnostics. Private to cli/; build and run use it.

#include "adapters/adapters.h"
#include "cli/pipeline.h"

typedef struct Packer {
    const PackApi *api;
    Pack *pack;
} Packer;

// Loads the adapter; `a` outlives the packer.
bool packer_open(Arena *a, Packer *out, Err *err);
void packer_close(Packer *p);

typedef struct PackageOptions {
    Str out;          // absolute or relative to the current folder
    bool zip, minify; // PackInput
} PackageOptions;

// Packages of a compile up to STAGE_PACK, in the order of the graph's functions. What there is to
// say of the program goes to s->diags; where that has errors, packages are missing. False where the
// outside world failed.
bool packages_make(Session *s, const Packer *p, const Compile *c, const PackageOptions *how,
                   PackOutput *out, Err *err);

// Whether it takes events as they come: its own option, or that of the call that made it a handler.
bool function_is_raw(const Arch *arch, const ArchResource *function);

// For `pluto build`: all of it, with packages.json in `folder`; everything is reported.
int packages_build(Session *s, const Compile *c, Str folder, PackOutput *out);
// By a packer that is kept from one build to the next.
int packages_build_with(Session *s, const Packer *packer, const Compile *c, Str folder,
                        PackOutput *out);
// One line for each package on the standard output, unless --quiet.
int packages_summary(const Session *s, Str folder, const PackOutput *out);
