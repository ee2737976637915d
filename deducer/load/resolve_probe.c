// What stands at a path that was written as import specifiers are: without extension, with the
// extension of the file that a compiler would make of it, or as the name of a folder.
//
// Input: an absolute path. Output: the path of a file that is there; links are not followed here.
// Invariant: the order of the candidates is fixed, and the commonest one (`./x` for x.ts) costs a
// single look at the file system.

#include "deducer/load/resolve.h"

static const char *const SOURCE_EXTENSIONS[] = {".ts", ".tsx", ".mts", ".cts",
                                                ".js", ".jsx", ".mjs", ".cjs"};
enum { SOURCE_EXTENSION_COUNT = 8, TYPESCRIPT_EXTENSION_COUNT = 4 };

static const char *const TYPES_EXTENSIONS[] = {".d.ts", ".d.mts", ".d.cts"};
enum { TYPES_EXTENSION_COUNT = 3 };

// TypeScript's imports may name the file that it will be compiled to.
static const struct {
    const char *written;
    const char *meant[3];
} COMPILED[] = {
    {".js", {".ts", ".tsx", NULL}},
    {".jsx", {".tsx", ".ts", NULL}},
    {".mjs", {".mts", NULL, NULL}},
    {".cjs", {".cts", NULL, NULL}},
};
enum { COMPILED_COUNT = 4 };

static bool ends_with_any(Str path, const char *const *extensions, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        if (str_ends(path, extensions[i]))
            return true;
    return false;
}

FileClass file_class(Str path) {
    if (ends_with_any(path, TYPES_EXTENSIONS, TYPES_EXTENSION_COUNT))
        return FILE_TYPES;
    if (ends_with_any(path, SOURCE_EXTENSIONS, SOURCE_EXTENSION_COUNT))
        return FILE_SOURCE;
    return str_ends(path, ".json") ? FILE_JSON : FILE_ASSET;
}

bool file_is_typescript(Str path) {
    return file_class(path) == FILE_SOURCE &&
           ends_with_any(path, SOURCE_EXTENSIONS, TYPESCRIPT_EXTENSION_COUNT);
}

Str file_stem(Str path) {
    if (file_class(path) != FILE_SOURCE)
        return path;
    return str_slice(path, 0, path.n - path_ext(path).n);
}

// A device or FIFO counts as there: reading it will say what is wrong with it.
static bool is_there(Resolver *r, Str path) {
    HostType type = r->host->type(r->host, path);
    return type == HOST_FILE || type == HOST_OTHER;
}

static bool probe_with(Resolver *r, Arena *a, Str stem, const char *extension, Str *found) {
    Str path = str_cat(a, stem, str_of(extension));
    if (!is_there(r, path))
        return false;
    *found = path;
    return true;
}

// Where both stand side by side, x.js is what was made of x.ts.
static bool probe_compiled(Resolver *r, Arena *a, Str path, Str *found) {
    Str extension = path_ext(path);
    for (unsigned i = 0; i < COMPILED_COUNT; i++) {
        if (!str_is(extension, COMPILED[i].written))
            continue;
        Str stem = str_slice(path, 0, path.n - extension.n);
        for (unsigned k = 0; COMPILED[i].meant[k]; k++)
            if (probe_with(r, a, stem, COMPILED[i].meant[k], found))
                return true;
    }
    return false;
}

// TypeScript before JavaScript, as compilers do; JSON last, as Node does.
static bool probe_implied(Resolver *r, Arena *a, Str path, Str *found) {
    for (unsigned i = 0; i < SOURCE_EXTENSION_COUNT; i++)
        if (probe_with(r, a, path, SOURCE_EXTENSIONS[i], found))
            return true;
    return probe_with(r, a, path, ".json", found);
}

// Declarations come last: where there is a file with values, that one is meant.
static bool probe_types(Resolver *r, Arena *a, Str path, Str *found) {
    Str stem = file_stem(path);
    for (unsigned i = 0; i < TYPES_EXTENSION_COUNT; i++)
        if (probe_with(r, a, stem, TYPES_EXTENSIONS[i], found))
            return true;
    return false;
}

// `./notes.md` is most likely that very file; `./util` is most likely util.ts, and asking for it
// first saves a look.
static bool probe_file(Resolver *r, Arena *a, Str path, Str *found) {
    if (probe_compiled(r, a, path, found))
        return true;
    bool exact_first = path_ext(path).n > 0;
    if (exact_first && is_there(r, path))
        return *found = path, true;
    if (probe_implied(r, a, path, found))
        return true;
    if (!exact_first && is_there(r, path))
        return *found = path, true;
    return false;
}

// What package.json says stands before the index file, as in Node.
static bool probe_folder(Resolver *r, Arena *a, Str path, Str *found) {
    if (r->host->type(r->host, path) != HOST_DIR)
        return false;
    const Package *package = package_at(r, path);
    static const char *const ENTRIES[] = {"source", "module", "main"};
    for (unsigned i = 0; package && i < 3; i++) {
        Str entry = json_member(package->json, ENTRIES[i]);
        if (!entry.n)
            continue;
        Str target = path_join(a, path, entry);
        // A `main` that leads out of its package is ignored, one that names the folder itself goes
        // round.
        if (!path_is_under(target, path) || str_eq(target, path))
            continue;
        if (probe_file(r, a, target, found))
            return true;
        if (probe_file(r, a, path_join(a, target, STR("index")), found))
            return true;
    }
    Str index = path_join(a, path, STR("index"));
    return probe_file(r, a, index, found) || probe_types(r, a, index, found);
}

bool probe_path(Resolver *r, Arena *a, Str path, bool folder_only, Str *found) {
    if (folder_only)
        return probe_folder(r, a, path, found);
    return probe_file(r, a, path, found) || probe_folder(r, a, path, found) ||
           probe_types(r, a, path, found);
}
