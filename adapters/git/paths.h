#pragma once
// Which names a template's files may have. Private to adapters/git; knows nothing of libgit2.

#include "base/base.h"

// A template's files lie at most this many folders deep, and a name is at most this long.
enum { PATHS_DEPTH_MAX = 24, PATHS_NAME_MAX = 255 };

// Why no file or folder of a template may have this name, or NULL where it may.
const char *paths_name_wrong(Str name);
// The same for a path of such names, with '/' between them.
const char *paths_wrong(Str path);
// What two names have in common that are one file where letter case does not count.
Str paths_folded(Arena *a, Str name);
