#pragma once
// What a change does to the architecture and to its permissions.

#include "generator/trace.h"
#include "generator/views.h"

typedef struct DiffSide {
    const Arch *arch;
    const GenerateSettings *settings;
    Str name; // for titles: "main", "arch.json", "the working tree"
} DiffSide;

// A value that is not the same on both sides.
typedef struct DiffMember {
    Str path;          // "options.memory"
    Str before, after; // JSON, compact; empty: not given. A secret is said to be hidden
} DiffMember;
typedef Vec(DiffMember) DiffMemberVec;

typedef struct DiffResource {
    ViewMark mark; // never MARK_NONE
    // Changed: the same thing under another name; `before` has the old one. Everything else in a
    // Diff speaks in the new names, so what follows from the name alone is no difference.
    bool renamed;
    const ArchResource *before, *after;
    DiffMemberVec members; // of MARK_CHANGED: what differs
    Str what;              // the same in words ("options.memory 256 → 512")
} DiffResource;

typedef struct DiffEdge {
    ViewMark mark;
    const ArchEdge *before, *after;
} DiffEdge;

// What one permission more or less comes to. None: the other side permits the same without a
// condition, or a function that is new or gone writes its own logs, as every function does.
typedef enum DiffEffect { EFFECT_WIDENS, EFFECT_NARROWS, EFFECT_NONE } DiffEffect;

typedef struct DiffPermission {
    bool added; // else removed
    DiffEffect effect;
    const TracePermission *permission;
} DiffPermission;

typedef struct DiffExposure {
    bool added;                          // or opened from IAM to anyone; else removed or closed
    const TraceExposure *exposure;       // the one of the side that has it, after's where both do
    const TraceExposure *before, *after; // or NULL
} DiffExposure;

typedef struct Diff {
    DiffSide before, after;
    Vec(DiffResource) resources;
    Vec(DiffEdge) edges;
    Vec(DiffPermission) permissions;
    Vec(DiffExposure) exposures;
    DiffMemberVec settings; // the project, the stack, and what pluto.yml says of it
    Trace was, is;          // what each side became; `was` in the new names
    bool widens;            // some role may do what no role of that principal could do before
    bool publishes;         // something becomes reachable for anyone
    Arch merged;            // the union, for pictures
    ViewMarks marks;        // of the union
} Diff;

// Everything in `out` lives in `a` or in the two graphs.
void diff(Arena *a, const DiffSide *before, const DiffSide *after, const KindTable *kinds,
          Diff *out);

// Nothing of it differs.
bool diff_empty(const Diff *d);

Str diff_text(Arena *a, const Diff *d, bool color);
Str diff_json(Arena *a, const Diff *d);
// For a pull request: a summary, tables, and a Mermaid picture where it is small enough.
Str diff_markdown(Arena *a, const Diff *d, const KindTable *kinds);
