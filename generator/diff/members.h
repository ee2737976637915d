#pragma once
// Values compared member by member. Private to generator/diff/.

#include "generator/diff.h"

// Adds what differs between the two, each NULL where there is none, with paths below `path`.
void members_of_values(Arena *a, Str path, const ArchValue *before, const ArchValue *after,
                       DiffMemberVec *out);
// The arguments, and the variables that a function reads.
void members_of_resources(Arena *a, const ArchResource *before, const ArchResource *after,
                          DiffMemberVec *out);
// The project, the stack, and what pluto.yml says of it.
void members_of_sides(Arena *a, const DiffSide *before, const DiffSide *after, DiffMemberVec *out);
