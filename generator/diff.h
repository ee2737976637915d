#pragma once
// What a change does to the architecture and to its permissions.

#include "generator/trace.h"
#include "generator/views.h"

typedef struct DiffSide {
    const Arch *arch;
    const GenerateSettings *settings;
    Str name; // for titles: "main", "arch.json", "the working tree"
} DiffSide;

typedef struct DiffResource {
    ViewMark mark; // never MARK_NONE
    const ArchResource *before, *after;
    Str what; // of MARK_CHANGED: what differs, in words ("options.memory 256 → 512")
} DiffResource;

typedef struct DiffEdge {
    ViewMark mark;
    const ArchEdge *before, *after;
} DiffEdge;

typedef struct DiffPermission {
    bool added; // else removed
    const TracePermission *permission;
} DiffPermission;

typedef struct DiffExposure {
    bool added; // or opened from IAM to anyone; else removed or closed
    const TraceExposure *exposure;
} DiffExposure;

typedef struct Diff {
    DiffSide before, after;
    Vec(DiffResource) resources;
    Vec(DiffEdge) edges;
    Vec(DiffPermission) permissions;
    Vec(DiffExposure) exposures;
    bool widens;     // some role may do what no role of that principal could do before
    bool publishes;  // something becomes reachable for anyone
    Arch merged;     // the union, for pictures
    ViewMarks marks; // of the union
} Diff;

// Everything in `out` lives in `a` or in the two graphs.
void diff(Arena *a, const DiffSide *before, const DiffSide *after, const KindTable *kinds,
          Diff *out);

Str diff_text(Arena *a, const Diff *d, bool color);
Str diff_json(Arena *a, const Diff *d);
// For a pull request: a summary, tables, and a Mermaid picture where it is small enough.
Str diff_markdown(Arena *a, const Diff *d, const KindTable *kinds);
