#pragma once
// Making a project. Private to cli/.

#include "cli/session.h"
#include "cli/start/builtin.h"

// ---- names.c ------------------------------------------------------------------------------------

// Why this cannot be a project's or a stack's name, for people; empty where it can.
Str project_name_wrong(Arena *a, Str name);
Str stack_name_wrong(Arena *a, Str name);
// A name made of anything, such as a folder's.
Str project_name_made(Arena *a, Str from);

// ---- questions.c --------------------------------------------------------------------------------

typedef struct Plan {
    Str name, stack;
    const BuiltinTemplate *builtin; // NULL: `source` names a git repository, or no template is used
    Str source;
} Plan;

typedef struct Wanted {
    Str name;         // the default for it
    bool name_known;  // it is not asked
    bool name_is_new; // it is to become a folder's, so nothing may stand there
    bool no_template; // there are sources already: none is asked for
} Wanted;

// Flags first, then questions where there is a terminal and no --yes. Gives EXIT_DONE, or what the
// command is to end with; everything is said by then.
int plan_make(Session *s, const Wanted *wanted, Plan *out);
const BuiltinTemplate *builtin_find(Str name);

// ---- files.c ------------------------------------------------------------------------------------

typedef struct StartFile {
    Str path, content;
    bool executable;
} StartFile;
typedef Vec(StartFile) StartFileVec;

enum { START_JSON_MAX = 1 << 20 };
#define START_TYPES "types/pluto/index.d.ts"

// Says on a terminal what is fetched: that may take a while.
bool start_files(const Session *s, const Plan *plan, StartFileVec *out, Err *err);

// ---- package_json.c -----------------------------------------------------------------------------

// The text with `name` as its name. False where it is no JSON object.
bool package_json_rename(Arena *a, Str text, Str name, Str *out);
// The name in it without a scope, empty where there is none. False where it is no JSON object.
bool package_json_name(Arena *a, Str text, Str *out);
// "name@version" of each dependency of `wanted` that `have` lacks.
typedef Vec(Str) StartStrVec;
void package_json_lacks(Arena *a, Str have, Str wanted, StartStrVec *out);

// ---- folder.c -----------------------------------------------------------------------------------

typedef enum FolderState { FOLDER_FREE, FOLDER_EMPTY, FOLDER_TAKEN } FolderState;
// What stands at a path that is to become a project; links are not followed.
FolderState folder_state(Arena *a, Str path);
bool path_taken(Arena *a, Str path);
// Whether a part of `path` below `folder` is a symbolic link, with err saying so. A folder that
// came from strangers must not choose where in the user's home our files go.
bool path_has_link(Arena *a, Str folder, Str path, Err *err);

// Makes `target` with these files. `last` runs when they are there, in the folder that will become
// the target; what it fails at is its own affair.
typedef void FolderLast(Arena *a, Str folder, void *with);
bool folder_make(Arena *a, Host *host, Str target, const StartFileVec *files, FolderLast *last,
                 void *with, Err *err);
// Adds the files to `target`, where none of them stands yet.
bool folder_add(Arena *a, Host *host, Str target, const StartFileVec *files, Err *err);

// ---- repository.c -------------------------------------------------------------------------------

typedef struct Repository {
    Str message; // of the first commit
    bool made;
    Str note; // why there is none
} Repository;

// A FolderLast: `with` is a Repository.
void repository_start(Arena *a, Str folder, void *with);
