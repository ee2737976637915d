#pragma once
// What the parts of the git adapter share. Private to adapters/git.

#include "adapters/adapters.h"
#include "adapters/git/source.h"

#include <git2.h>
#include <signal.h>

bool start(Arena *a, Str folder, Str message, bool *made, Err *err);
bool template_files(Arena *a, Str source, GitFileVec *out, Err *err);
Host *host_at(Arena *a, Host *base, Str folder, Str revision, Str *name, Err *err);
void host_close(Host *host);

// Sets err to "cannot <what>: <libgit2's reason>"; false. `what` is a format.
bool git_fail(Err *err, const char *what, ...) __attribute__((format(printf, 2, 3)));

// Between the two, Ctrl-C waits: what was begun is finished or undone first.
void signals_hold(sigset_t *before);
void signals_release(const sigset_t *before);

// Brings what a template needs of another machine's repository here, into a bare one in the new
// folder `into`; where a branch or tag is meant, as the reference FETCHED. A process of its own
// does it, which ends at its limits and, with signals held, at a signal (which stays pending).
#define FETCHED "refs/pluto/template"
bool fetch(const Origin *origin, const char *into, Err *err);

// Removes the folder and all that it holds; links are removed, not followed.
void folder_remove(const char *path);
