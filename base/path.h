#pragma once
// Paths as text: '/' only, no look at the file system.

#include "base/str.h"

// Joins and normalises: "a/b" + "../c" gives "a/c"; an absolute second part stands alone.
Str path_join(Arena *a, Str base, Str rel);
Str path_normal(Arena *a, Str path); // no ".", "..", "//" or trailing '/', where they can go
Str path_dir(Str path);              // "" where there is no '/'; "/" for "/x"
Str path_base(Str path);
Str path_ext(Str path); // ".ts", or empty
bool path_is_absolute(Str path);
// True where path is dir or below it; both normal.
bool path_is_under(Str path, Str dir);
// path relative to dir where it is below it, else path itself.
Str path_relative(Arena *a, Str path, Str dir);
