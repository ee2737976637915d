// The new project as a git repository with a first commit.
//
// Input: a folder that holds the project. Output: whether it is a repository now, or why not.
// Invariant: no failure here is one of the project's: it is made all the same, and a note says what
// is missing.

#include "adapters/adapters.h"
#include "cli/start/start.h"

void repository_start(Arena *a, Str folder, void *with) {
    Repository *r = with;
    Err err = {0};
    const GitApi *git = adapters_git(a, &err);
    if (git && git->start(a, folder, r->message, &r->made, &err)) {
        if (!r->made)
            r->note = STR("no git repository was made: the folder lies in one already");
        return;
    }
    r->made = false;
    r->note = str_fmt(a, "no git repository was made: %s", err.message);
    if (err.hint[0])
        r->note = str_fmt(a, "%.*s; %s", STR_ARG(r->note), err.hint);
}
