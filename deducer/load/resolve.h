#pragma once
// What the files of the resolver share; private to load/.
//
// One resolver serves all threads. What it learns from configuration files goes into its own arena,
// under its lock, and is never changed after: threads keep pointers to it. The lock is recursive,
// because finding one configuration file may need another.
// Invariant: no folder named node_modules is ever looked into, so that a program means the same
// before and after its packages are installed.

#include "deducer/load/load.h"

#include <cjson/cJSON.h>
#include <pthread.h>

typedef Vec(Str) StrList;

// Something wrong in a configuration file: reported when the resolver closes, once for each file.
typedef struct Problem {
    Str path, text;
    uint32_t offset;
    Severity severity;
    Code code;
    Str message, help;
} Problem;

typedef struct PathRule { // one line of tsconfig's `paths`: "@/*": ["src/*"]
    Str prefix, suffix;   // around the star
    bool star;
    Str folder; // what the targets are relative to
    const Str *targets;
    uint32_t count;
} PathRule;

typedef struct TsConfig {
    Str path;     // of the file
    Str base_url; // absolute, or empty
    const PathRule *rules;
    uint32_t count;
    Str jsx_factory, jsx_fragment; // as written, or empty
    bool legacy_decorators;
} TsConfig;

typedef struct Package {
    Str folder, name;
    const cJSON *json;
} Package;

typedef enum AnswerKind {
    ANSWER_NONE,     // not decided here: ask the next
    ANSWER_MISSING,  // decided, and there is no such file
    ANSWER_OUTSIDE,  // it leaves the project
    ANSWER_EXTERNAL, // code that is not looked into
    ANSWER_FILE,     // a module of the project: `path` without links
} AnswerKind;

typedef struct Answer {
    AnswerKind kind;
    Str path;
} Answer;

struct Resolver {
    Arena *arena; // guarded by the lock, like all that follows
    LoadContext *lc;
    Host *host;
    Str root; // without links
    pthread_mutex_t lock;
    Map answers;  // path → Answer
    Map configs;  // folder → TsConfig, the nearest one
    Map packages; // folder → Package of this very folder
    Map members;  // name of a workspace's package → its folder (Str)
    bool workspace_known;
    Str workspace; // the workspace's root, or the project's where there is none
    Vec(cJSON *) trees;
    Vec(Problem) problems;
};

// ---- resolve.c ----------------------------------------------------------------------------------

// Whether files at this place may be read at all.
bool resolver_allows(Resolver *r, Str path);
// True where a folder on the way down from the project or workspace is named node_modules.
bool resolver_is_installed(Resolver *r, Str path);
// The path as it is printed: relative to the project's folder, with ".." where it is beside it.
Str resolver_shown(const Resolver *r, Arena *a, Str path);
// What stands at a path that may lack its extension. `folder_only`: written with a '/' at the end.
Answer resolver_answer(Resolver *r, Arena *a, Str path, bool folder_only);

// ---- resolve_probe.c ----------------------------------------------------------------------------

typedef enum FileClass { FILE_SOURCE, FILE_JSON, FILE_TYPES, FILE_ASSET } FileClass;

FileClass file_class(Str path);
bool file_is_typescript(Str path);
// The path without an extension that modules have, or as it is.
Str file_stem(Str path);
bool probe_path(Resolver *r, Arena *a, Str path, bool folder_only, Str *found);

// ---- resolve_json.c -----------------------------------------------------------------------------

// NULL where there is no such file or it is broken (a problem is noted unless `quiet`).
const cJSON *json_load(Resolver *r, Str path, bool comments, bool quiet);
Str json_member(const cJSON *object, const char *key); // empty where it is no string
void json_problem(Resolver *r, Problem problem);

// ---- resolve_tsconfig.c -------------------------------------------------------------------------

// Of the nearest tsconfig.json at or above a folder of the project; NULL where there is none.
const TsConfig *tsconfig_nearest(Resolver *r, Str folder);
// The rule for a specifier, or NULL; `*star` is what the star stands for.
const PathRule *tsconfig_rule(const TsConfig *config, Str specifier, Str *star);
Str path_rule_target(Arena *a, const PathRule *rule, uint32_t index, Str star);

// ---- resolve_package.c --------------------------------------------------------------------------

const Package *package_at(Resolver *r, Str folder);      // NULL where there is no package.json
const Package *package_nearest(Resolver *r, Str folder); // at or above it
bool package_depends(const Package *p, Str name, Str *version);
// "@scope/name/sub/path": its two parts; false where it cannot be a package's name.
bool package_split(Str specifier, Str *name, Str *subpath);
// Where `exports` or `imports` lead: file names relative to the package or other packages' names,
// most wanted first. `key` is ".", "./sub" or "#name".
void package_targets(Arena *a, const cJSON *map, Str key, StrList *out);
// The TypeScript source of a package of the project.
Answer package_answer(Resolver *r, Arena *a, const Package *p, Str subpath);

// ---- resolve_workspace.c ------------------------------------------------------------------------

Str workspace_root(Resolver *r); // the project's root where it is part of none
const Package *workspace_member(Resolver *r, Str name);
bool workspace_glob_matches(Str glob, Str path);

// ---- resolve_report.c ---------------------------------------------------------------------------

// `looked`: where the file would stand, or empty; `why`: a note, or NULL.
void report_missing(Resolver *r, Arena *a, Str from, const Request *req, Str looked,
                    const char *why);
void report_outside(Resolver *r, Arena *a, const Request *req);
