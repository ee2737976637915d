#pragma once
// Where a program is and what it is called. Private to cli/.

#include "cli/project/settings.h"

typedef struct Project {
    Str root;          // absolute, without links
    Str settings_file; // absolute; empty: there is none
    Str entry;         // relative to root
    Str name;
    Settings settings;
} Project;

// `where`: a folder, or the entry itself; `stack`: what --stack says, or empty. False with err
// where the outside world failed or `where` is no project; what is wrong in pluto.yml goes to ds,
// and then the project is not to be used.
bool project_open(Arena *a, Host *host, Str where, Str stack, const KindTable *kinds,
                  Sources *sources, Diags *ds, Project *out, Err *err);
