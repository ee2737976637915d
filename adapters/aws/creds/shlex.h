#pragma once
// A command line into words, as a POSIX shell would, without a shell. Private to creds/.

#include "base/base.h"

typedef Vec(Str) WordVec;

// Quotes and backslashes are understood, nothing is expanded. False where a quote is not closed.
bool shlex_split(Arena *a, Str line, WordVec *out);
