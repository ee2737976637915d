#pragma once
// What the compiler asks of the outside world beyond files: git and a page server. The one public
// header of adapters/.
//
// Each adapter is a shared object of its own, `pluto-git.so` and `pluto-live.so`, which alone is
// linked with the libraries it needs. It is loaded when a command asks for it, from `lib/pluto/`
// beside the program or `../lib/pluto/` where it is installed; whoever only compiles never pays.

#include "base/base.h"

typedef struct GitFile {
    Str path; // relative, '/', never with "." or ".." as a part
    Str content;
    bool executable;
} GitFile;
typedef Vec(GitFile) GitFileVec;

typedef struct GitApi {
    // Makes `folder` a repository whose first commit holds everything in it that .gitignore does
    // not exclude. The author is the user's identity as git finds it, else `pluto
    // <pluto@localhost>`. Where the folder lies in a work tree already, *made is false and nothing
    // happens.
    bool (*start)(Arena *a, Str folder, Str message, bool *made, Err *err);
    // The files of `<url>[#ref][:folder]`, in path order: read from the repository's objects, never
    // checked out, so no hook, filter or submodule has a say. Links, paths that lead out or into
    // `.git`, and more than TEMPLATE_FILES_MAX files or TEMPLATE_BYTES_MAX bytes are refused.
    bool (*template_files)(Arena *a, Str source, GitFileVec *out, Err *err);
    // A host that reads `folder` as it was at the revision, and everything outside of the
    // repository through `base`. Writing through it is an error. *name: the revision, shortened.
    Host *(*host_at)(Arena *a, Host *base, Str folder, Str revision, Str *name, Err *err);
    void (*host_close)(Host *host);
} GitApi;

enum { TEMPLATE_FILES_MAX = 2000, TEMPLATE_BYTES_MAX = 16 << 20 };

typedef struct Live Live;
typedef struct LiveApi {
    // Serves on 127.0.0.1 alone; port 0: a free one. *url is what a browser opens.
    Live *(*open)(Arena *a, uint16_t port, Str *url, Err *err);
    // The page from now on; pages that are open take it over at once, in place.
    void (*publish)(Live *l, Str html);
    // What is wrong with the program, as text; the last good page stays, with this over it. Empty:
    // nothing any more.
    void (*complain)(Live *l, Str text);
    // Waits until one of these files or folders changes (and then a moment, until it stops
    // changing). False on SIGINT or SIGTERM.
    bool (*wait)(Live *l, const Str *paths, uint32_t count);
    void (*close)(Live *l);
} LiveApi;

// NULL where the adapter cannot be loaded, with err saying what to install.
const GitApi *adapters_git(Arena *a, Err *err);
const LiveApi *adapters_live(Arena *a, Err *err);
