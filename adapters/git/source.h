#pragma once
// Where a template comes from: `<url>[#ref][:folder]`. Private to adapters/git; knows nothing of
// libgit2.

#include "base/base.h"

typedef enum OriginType {
    ORIGIN_LOCAL, // a folder of this machine
    ORIGIN_HTTPS,
    ORIGIN_SSH,
    ORIGIN_GIT,
} OriginType;

typedef struct Origin {
    OriginType type;
    Str url;    // ORIGIN_LOCAL: the folder's path
    Str ref;    // a branch, tag or commit; empty: what the repository has checked out
    Str folder; // within the repository; empty: all of it
} Origin;

// False where it is no such source, or one that is not safe to read from.
bool source_parse(Arena *a, Str text, Origin *out, Err *err);
