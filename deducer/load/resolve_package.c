// package.json: which file of a package of the project an import means, and what a package depends
// on.
//
// Input: folders, names, and cJSON's trees. Output: files, as an Answer.
// Invariant: a package's TypeScript source is meant wherever there is one, so that the program
// reads the same before and after its packages were built.

#include "deducer/load/resolve.h"

enum { MAP_MAX_DEPTH = 16, MAP_MAX_TARGETS = 32 };

// Where compilers put what they make of src/.
static const char *const BUILD_FOLDERS[] = {"dist", "build", "lib", "out", "output",
                                            "esm",  "cjs",   "es",  "mjs", "node"};
enum { BUILD_FOLDER_COUNT = 10 };

static const char *const DEPENDENCY_LISTS[] = {"dependencies", "devDependencies",
                                               "peerDependencies", "optionalDependencies"};
enum { DEPENDENCY_LIST_COUNT = 4 };

const Package *package_at(Resolver *r, Str folder) {
    static const Package NO_PACKAGE = {0};
    pthread_mutex_lock(&r->lock);
    Package *package = map_find(&r->packages, folder);
    if (!package) {
        // Above the project and its workspace, files are none of the user's concern here.
        bool quiet = !path_is_under(folder, r->root);
        Str path = path_join(r->arena, folder, STR("package.json"));
        const cJSON *json = json_load(r, path, false, quiet);
        package = arena_new(r->arena, Package);
        *package = NO_PACKAGE;
        package->folder = str_dup(r->arena, folder);
        if (cJSON_IsObject(json)) {
            package->json = json;
            package->name = json_member(json, "name");
        }
        map_set(&r->packages, package->folder, package);
    }
    pthread_mutex_unlock(&r->lock);
    return package->json ? package : NULL;
}

const Package *package_nearest(Resolver *r, Str folder) {
    for (; resolver_allows(r, folder); folder = path_dir(folder)) {
        const Package *package = package_at(r, folder);
        if (package)
            return package;
        if (folder.n <= 1)
            break;
    }
    return NULL;
}

// Peers and optional ones count: what matters is that the name is meant to be a package.
bool package_depends(const Package *p, Str name, Str *version) {
    for (unsigned i = 0; i < DEPENDENCY_LIST_COUNT; i++) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(p->json, DEPENDENCY_LISTS[i]);
        for (const cJSON *one = list ? list->child : NULL; one; one = one->next) {
            if (!one->string || !str_is(name, one->string))
                continue;
            *version = cJSON_IsString(one) ? str_of(one->valuestring) : STR_EMPTY;
            return true;
        }
    }
    return false;
}

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

// More is allowed than the registry allows today: old packages have capitals.
static bool is_name_part(Str part) {
    if (!part.n || part.p[0] == '.' || str_is(part, "~"))
        return false;
    for (uint32_t i = 0; i < part.n; i++)
        if (!is_name_char(part.p[i]))
            return false;
    return true;
}

bool package_split(Str specifier, Str *name, Str *subpath) {
    bool scoped = str_starts(specifier, "@");
    int64_t slash = str_find(specifier, STR("/"), 0);
    int64_t end = scoped && slash >= 0 ? str_find(specifier, STR("/"), (uint32_t)slash + 1) : slash;
    uint32_t cut = end >= 0 ? (uint32_t)end : specifier.n;
    *name = str_slice(specifier, 0, cut);
    *subpath = str_slice(specifier, cut + 1, specifier.n);
    if (!scoped)
        return is_name_part(*name);
    if (slash < 0)
        return false;
    return is_name_part(str_slice(*name, 1, (uint32_t)slash)) &&
           is_name_part(str_slice(*name, (uint32_t)slash + 1, name->n));
}

// ---- exports and imports ------------------------------------------------------------------------

typedef struct Walk {
    Arena *arena;
    StrList *out;
    Str star;
    bool has_star;
    bool with_require; // the second round: what only require() would get
} Walk;

// Keeps a target once, its star replaced. The caps bound what a hostile map can ask of the disk.
static void walk_text(Walk *w, Str target) {
    int64_t at = w->has_star ? str_find(target, STR("*"), 0) : -1;
    Buf b = buf_new(w->arena);
    while (at >= 0) {
        buf_put(&b, str_slice(target, 0, (uint32_t)at));
        buf_put(&b, w->star);
        target = str_slice(target, (uint32_t)at + 1, target.n);
        at = str_find(target, STR("*"), 0);
    }
    buf_put(&b, target);
    Str made = str_dup(w->arena, buf_str(&b));
    for (uint32_t i = 0; i < w->out->n; i++)
        if (str_eq(w->out->at[i], made))
            return;
    if (w->out->n < MAP_MAX_TARGETS)
        vec_push(w->arena, w->out, made);
}

// `types` leads to declarations, which hold no values; `browser` and the like are not where this
// runs.
static bool is_condition(const Walk *w, Str key) {
    return str_is(key, "import") || str_is(key, "node") || str_is(key, "default") ||
           str_is(key, "module") || (w->with_require && str_is(key, "require"));
}

// In the order of the keys, as Node reads them, except that `source` is wanted before all.
static void walk_target(Walk *w, const cJSON *target, unsigned depth) {
    if (depth > MAP_MAX_DEPTH)
        return;
    if (cJSON_IsString(target)) {
        walk_text(w, str_of(target->valuestring));
    } else if (cJSON_IsArray(target)) {
        for (const cJSON *one = target->child; one; one = one->next)
            walk_target(w, one, depth + 1);
    } else if (cJSON_IsObject(target)) {
        walk_target(w, cJSON_GetObjectItemCaseSensitive(target, "source"), depth + 1);
        for (const cJSON *one = target->child; one; one = one->next)
            if (is_condition(w, str_of(one->string)))
                walk_target(w, one, depth + 1);
    }
}

// The entry for a key: the exact one, or the pattern with the longest part before its star.
static const cJSON *map_entry(const cJSON *map, Str key, Str *star, bool *has_star) {
    const cJSON *best = NULL;
    uint32_t best_length = 0;
    *has_star = false;
    for (const cJSON *one = map->child; one; one = one->next) {
        Str pattern = str_of(one->string);
        if (str_eq(pattern, key))
            return *has_star = false, one;
        int64_t at = str_find(pattern, STR("*"), 0);
        if (at < 0 || key.n < pattern.n || (best && (uint32_t)at <= best_length))
            continue;
        Str before = str_slice(pattern, 0, (uint32_t)at);
        Str after = str_slice(pattern, (uint32_t)at + 1, pattern.n);
        if (!str_eq(str_slice(key, 0, before.n), before))
            continue;
        if (!str_eq(str_slice(key, key.n - after.n, key.n), after))
            continue;
        best = one;
        best_length = before.n;
        *star = str_slice(key, before.n, key.n - after.n);
        *has_star = true;
    }
    return best;
}

// A map without subpaths is short for {".": map}.
void package_targets(Arena *a, const cJSON *map, Str key, StrList *out) {
    bool has_subpaths = cJSON_IsObject(map) && map->child &&
                        (str_starts(str_of(map->child->string), ".") || str_starts(key, "#"));
    Walk w = {.arena = a, .out = out, .star = STR_EMPTY};
    const cJSON *entry = map;
    if (has_subpaths)
        entry = map_entry(map, key, &w.star, &w.has_star);
    else if (!str_is(key, "."))
        return;
    for (unsigned round = 0; entry && round < 2; round++) {
        w.with_require = round > 0;
        walk_target(&w, entry, 0);
    }
}

// ---- a package of the project -------------------------------------------------------------------

static bool is_build_folder(Str name) {
    for (unsigned i = 0; i < BUILD_FOLDER_COUNT; i++)
        if (str_is(name, BUILD_FOLDERS[i]))
            return true;
    return false;
}

// "./dist/esm/api/index.js" was made of "api/index", in the package's src or in the package itself.
static bool source_name(Str target, Str *out) {
    Str rest = str_starts(target, "./") ? str_slice(target, 2, target.n) : target;
    bool built = false;
    for (;;) {
        int64_t slash = str_find(rest, STR("/"), 0);
        if (slash < 0 || !is_build_folder(str_slice(rest, 0, (uint32_t)slash)))
            break;
        rest = str_slice(rest, (uint32_t)slash + 1, rest.n);
        built = true;
    }
    *out = file_stem(rest);
    return built;
}

// A target that climbs out of its package is none.
static Answer inside(Resolver *r, Arena *a, const Package *p, Str name) {
    Str path = path_join(a, p->folder, name);
    if (!path_is_under(path, p->folder))
        return (Answer){ANSWER_MISSING, path};
    return resolver_answer(r, a, path, str_ends(name, "/"));
}

// Beside the folder itself only TypeScript counts as source: a stray index.js may be anything.
static Answer target_answer(Resolver *r, Arena *a, const Package *p, Str target) {
    Str stem;
    if (source_name(target, &stem)) {
        Answer source = inside(r, a, p, path_join(a, STR("src"), stem));
        if (source.kind == ANSWER_FILE)
            return source;
        source = inside(r, a, p, stem);
        if (source.kind == ANSWER_FILE && file_is_typescript(source.path))
            return source;
    }
    return inside(r, a, p, target);
}

static void main_targets(Arena *a, const Package *p, StrList *out) {
    static const char *const ENTRIES[] = {"source", "module", "main"};
    for (unsigned i = 0; i < 3; i++) {
        Str entry = json_member(p->json, ENTRIES[i]);
        if (entry.n)
            vec_push(a, out, entry);
    }
}

Answer package_answer(Resolver *r, Arena *a, const Package *p, Str subpath) {
    StrList targets = {0};
    const cJSON *exports = cJSON_GetObjectItemCaseSensitive(p->json, "exports");
    // `exports` is a closed list: what it does not name cannot be imported, though a file is there.
    if (exports && !cJSON_IsNull(exports)) {
        Str key = subpath.n ? str_cat(a, STR("./"), subpath) : STR(".");
        package_targets(a, exports, key, &targets);
        if (!targets.n)
            return (Answer){ANSWER_MISSING, STR_EMPTY};
    } else if (!subpath.n) {
        main_targets(a, p, &targets);
    }
    // Where the package was never built, or says nothing: the places that everybody uses.
    if (subpath.n) {
        vec_push(a, &targets, subpath);
        vec_push(a, &targets, str_cat(a, STR("src/"), subpath));
    } else {
        vec_push(a, &targets, STR("src/index"));
        vec_push(a, &targets, STR("index"));
        vec_push(a, &targets, STR("src/main"));
    }
    for (uint32_t i = 0; i < targets.n; i++) {
        Answer answer = target_answer(r, a, p, targets.at[i]);
        if (answer.kind != ANSWER_MISSING)
            return answer;
    }
    return (Answer){ANSWER_MISSING, path_join(a, p->folder, targets.at[0])};
}
