#pragma once
// A comparison in words: what its text and its Markdown share. Private to generator/diff/.
//
// Nothing here is escaped: names are the program's own.

#include "generator/diff.h"

// One line about permissions: the actions that one edge asks for, on one thing.
typedef struct PowerLine {
    bool added;
    Str principal; // id
    Str actions;   // "dynamodb:GetItem, dynamodb:PutItem"
    Str on;        // "KVStore notes (KVStoreNotes.Arn)"
    Str condition; // JSON, or empty
    ArchPlace place;
    Str note; // what stands there: "calls notes.set"; may be empty
} PowerLine;
typedef Vec(const PowerLine *) PowerLineVec;

Str words_id(Arena *a, Str id);             // "KVStore notes"
Str words_place(Arena *a, ArchPlace place); // "src/index.ts:3:1", or empty

// Values are shortened where they are long, so that where they differ stays to be seen.
Str words_member(Arena *a, const DiffMember *m);
Str words_members(Arena *a, const DiffResource *r);

// What widens (with the conditions that fall), else what narrows (with those that come).
PowerLineVec words_powers(Arena *a, const Diff *d, bool widening);
// A function that is new or gone writes its own logs, which is told with the function.
bool words_own_log(const DiffPermission *p);

typedef enum WayIn { WAY_OPENS, WAY_CLOSES, WAY_SIGNED, WAY_COUNT } WayIn;
WayIn words_way(const DiffExposure *e);
Str words_exposure(Arena *a, const DiffExposure *e);
ArchPlace words_exposure_place(Arena *a, const Diff *d, const DiffExposure *e);

ArchPlace words_edge_place(const DiffEdge *e);
// "set", "get /notes/:id", "reads url"
Str words_operation(Arena *a, const ArchEdge *e);

// "permissions widen", without what it rests on; and that: "3 permissions more, 1 resource
// differs".
const char *words_headline(const Diff *d);
Str words_counts(Arena *a, const Diff *d);
