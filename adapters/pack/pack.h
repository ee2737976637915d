#pragma once
// Private to adapters/pack: from functions to packages, in parts that each can be tested alone.

#include "adapters/adapters.h"

// ---- Files of a package -------------------------------------------------------------------------

typedef struct PackFile {
    Str path; // inside the package, '/', "pluto/bootstrap"
    Str content;
    bool executable;
    bool aside; // in the folder, not in the archive: index.mjs.map
    bool named; // its path says what is in it
    bool kept;  // lies in the folder as it is, with `bytes`; it has no content here
    uint64_t bytes;
    Str staged; // not empty: the file that becomes this one; it has no content here where it is
                // aside
} PackFile;
typedef Vec(PackFile) PackFileVec;
typedef Vec(Str) PathVec;
typedef Vec(PackMessage) PackMessageVec;

void pack_files_sort(PackFileVec *files); // by the bytes of their paths
// Relative, without empty parts, "." and "..": nothing else is written or archived.
bool pack_path_safe(Str path);
// A function's name as the name of a file.
bool pack_name_safe(Str name);

// ---- Archive and hashes (archive.c, hash.c) -----------------------------------------------------

// The zip archive of sorted files: the same bytes for the same files, whatever machine, time zone,
// or umask.
bool archive_make(Arena *a, const PackFileVec *files, Str *out, Err *err);

typedef struct Hash Hash; // SHA-256
Hash *hash_open(Arena *a, Err *err);
void hash_add(Hash *h, Str bytes);  // as they are
void hash_part(Hash *h, Str bytes); // with their length, so that parts cannot run into each other
Str hash_close(Hash *h, Arena *a);  // 64 hex digits

// ---- The bundler (child.c, ask.c) ---------------------------------------------------------------

typedef struct Child Child;
// `once`: it is asked once, and left then.
Child *child_open(Arena *a, Str lib, bool once, Err *err);
// One frame each way. What the child wrote to its standard error is in err where it has ended.
bool child_send(Child *c, Str payload, Err *err);
bool child_receive(Child *c, Arena *a, Str *payload, Err *err);
void child_leave(Child *c); // it ends by itself, and nobody waits for that before the end
void child_close(Child *c);

typedef struct PackChain { // how a package got in
    PackWeight weight;
    Str chain; // "src/index.ts → langchain"
} PackChain;

typedef struct Bundle {
    Str name;
    Str libraries;         // what the bundler wants to hear of them the next time, in its own words
    PackFileVec files;     // index.mjs, index.mjs.map, native addons
    PathVec inputs;        // absolute: what a change of makes another bundle
    Vec(PackChain) chains; // heaviest first
    PackMessageVec messages; // none of them an error
} Bundle;

typedef struct Bundles {
    Vec(Bundle *) bundles;
    PackMessageVec messages;
} Bundles;

// The names of topics, as the bundler and records write them.
Str topic_name(PackTopic topic);
bool topic_find(Str name, PackTopic *out);
// A function to be bundled, and what the bundler said of its libraries, where all that was read for
// them is as it was.
typedef struct Stale {
    const PackFunction *function;
    Str libraries;
} Stale;
// A question, and who is told of a bundle when all that its archive is made of is there, which may
// be before the rest of it is.
typedef struct Asking {
    const PackInput *in;
    Str tools;   // hash of all of ours that bundles follow from
    Str staging; // the folder where files are put instead of being sent; empty: none
    const Stale *stale;
    uint32_t count;
    void (*ready)(void *state, Bundle *bundle);
    void *state;
} Asking;
bool ask_bundles(Child *c, Arena *a, const Asking *asking, Bundles *out, Err *err);
Bundle *bundle_of(const Bundles *bundles, Str name); // NULL: there is none

// ---- Threads (crew.c) ---------------------------------------------------------------------------

typedef struct Job {
    void (*run)(struct Job *);
    struct Job *next;
    bool added, done;
} Job;

typedef struct Crew Crew;
Crew *crew_open(Arena *a);
void crew_add(Crew *c, Job *job); // it is done some time from now on
void crew_wait(Crew *c, Job *job);
void crew_close(Crew *c); // all jobs are done then

// ---- What was made before (record.c) ------------------------------------------------------------

typedef struct Record {
    Str key;     // hash of all that the package follows from, but for the inputs
    Str content; // hash of its files
    Str libraries;
    Package package;
    PathVec inputs;
    PathVec looks; // of the first of the inputs: how they looked
    PackMessageVec messages;
} Record;

// False where there is none, it is of another key, or anything that it saw has changed since. Of
// another key, but with nothing changed, it gives what is known of the libraries.
bool record_fits(Arena *a, Str path, Str key, Record *out);
// What is recorded of the archive at `zip`, where it is that of the same files and untouched:
// places may move in a source (and so in the map) without anything to be made anew.
bool record_same(Arena *a, Str path, Str content, Str zip, Package *out);
void record_look(Arena *a, Record *record); // at the inputs that it has by now
bool record_write(Arena *a, Str path, const Record *record, Err *err);

// ---- Places (place.c) ---------------------------------------------------------------------------

// Writes a file whole or not at all, makes missing folders, and gives it exactly this mode.
bool place_write(Arena *a, Str path, Str content, bool executable, Err *err);
// Makes `folder` hold these files, and no native addon beside them.
bool place_folder(Arena *a, Str folder, const PackFileVec *files, Err *err);
// A folder below `cache`, of this process, for files that are to become others; gone with all in
// it.
bool place_staging(Arena *a, Str cache, Str *out, Err *err);
void place_clear(Arena *a, Str staging);

// ---- What Lambda takes (weight.c) ---------------------------------------------------------------

// Adds an error where the package is larger than `limit`, unpacked.
void weight_check(Arena *a, const PackFunction *f, const Package *p, const Bundle *bundle,
                  uint64_t limit, PackMessageVec *messages);
