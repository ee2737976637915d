// The workspace (monorepo) that a project is part of, and the packages in it by name.
//
// Input: package.json's `workspaces` or pnpm-workspace.yaml, in the project's folder or above it.
// Output: the workspace's root, and each member's folder. Invariant: members are found by the
// workspace's globs, never through links in node_modules; a folder above the project is its
// workspace only if its globs include the project.

#include "deducer/load/resolve.h"

#include <yaml.h>

enum {
    GLOB_MAX_DEPTH = 8,  // steps that `**` takes down the tree
    FOLDERS_MAX = 20000, // looked into for one workspace
    YAML_MAX_BYTES = 1 << 20,
};

// ---- globs --------------------------------------------------------------------------------------

static Str next_part(Str *path) {
    int64_t slash = str_find(*path, STR("/"), 0);
    uint32_t end = slash >= 0 ? (uint32_t)slash : path->n;
    Str part = str_slice(*path, 0, end);
    *path = str_slice(*path, end + 1, path->n);
    return part;
}

// '*' within one part of a path. Going back to the last star is enough, so this never grows with
// the number of stars.
static bool part_matches(Str glob, Str part) {
    uint32_t g = 0, p = 0, star = UINT32_MAX, mark = 0;
    while (p < part.n) {
        if (g < glob.n && glob.p[g] == '*') {
            star = g++;
            mark = p;
        } else if (g < glob.n && glob.p[g] == part.p[p]) {
            g++;
            p++;
        } else if (star != UINT32_MAX) {
            g = star + 1;
            p = ++mark;
        } else {
            return false;
        }
    }
    while (g < glob.n && glob.p[g] == '*')
        g++;
    return g == glob.n;
}

// The same over whole parts, where `**` stands for any number of them.
static bool glob_matches(Str glob, Str path) {
    Str behind_star = STR_EMPTY, retry = STR_EMPTY;
    bool starred = false;
    while (path.n) {
        Str glob_rest = glob, path_rest = path;
        Str part = next_part(&glob_rest), name = next_part(&path_rest);
        if (glob.n && str_is(part, "**")) {
            starred = true;
            behind_star = glob = glob_rest;
            retry = path;
        } else if (glob.n && part_matches(part, name)) {
            glob = glob_rest;
            path = path_rest;
        } else if (starred) {
            next_part(&retry);
            path = retry;
            glob = behind_star;
        } else {
            return false;
        }
    }
    while (str_is(glob, "**") || str_starts(glob, "**/"))
        next_part(&glob);
    return glob.n == 0;
}

static Str plain_glob(Str glob) {
    if (str_starts(glob, "./"))
        glob = str_slice(glob, 2, glob.n);
    while (str_ends(glob, "/"))
        glob = str_slice(glob, 0, glob.n - 1);
    return glob;
}

bool workspace_glob_matches(Str glob, Str path) {
    return glob_matches(plain_glob(glob), path);
}

// ---- what a workspace says of itself ------------------------------------------------------------

// The scalars of the sequence `packages` at the top of pnpm-workspace.yaml.
static void read_yaml(Resolver *r, yaml_parser_t *parser, StrList *globs) {
    unsigned depth = 0;
    bool wanted = false; // the last scalar directly in the top mapping was `packages`
    for (bool done = false; !done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return;
        bool opens =
            event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
        bool closes = event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
        if (event.type == YAML_SCALAR_EVENT) {
            Str value = {(const char *)event.data.scalar.value, (uint32_t)event.data.scalar.length};
            if (depth == 1)
                wanted = str_is(value, "packages");
            if (depth == 2 && wanted)
                vec_push(r->arena, globs, str_dup(r->arena, value));
        }
        if (opens)
            depth++;
        if (closes)
            depth--;
        if (closes && depth == 1)
            wanted = false;
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
}

// pnpm's file stands before package.json: pnpm ignores `workspaces` there. A broken one names
// nobody.
static bool yaml_globs(Resolver *r, Str folder, StrList *globs) {
    Str path = path_join(r->arena, folder, STR("pnpm-workspace.yaml"));
    if (r->host->type(r->host, path) != HOST_FILE)
        return false;
    Str text;
    Err err;
    if (!r->host->read_file(r->host, r->arena, path, YAML_MAX_BYTES, &text, &err))
        return false;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
    read_yaml(r, &parser, globs);
    yaml_parser_delete(&parser);
    return true;
}

static void package_globs(Resolver *r, Str folder, StrList *globs) {
    const Package *package = package_at(r, folder);
    if (!package)
        return;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(package->json, "workspaces");
    if (cJSON_IsObject(list))
        list = cJSON_GetObjectItemCaseSensitive(list, "packages");
    for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one; one = one->next)
        if (cJSON_IsString(one))
            vec_push(r->arena, globs, str_of(one->valuestring));
}

// Globs that start with '!' take members away, wherever they stand in the list.
static bool any_glob_matches(const StrList *globs, Str path, bool excluded) {
    for (uint32_t i = 0; i < globs->n; i++) {
        Str glob = globs->at[i];
        if (str_starts(glob, "!") != excluded)
            continue;
        if (excluded)
            glob = str_slice(glob, 1, glob.n);
        if (workspace_glob_matches(glob, path))
            return true;
    }
    return false;
}

// ---- its members --------------------------------------------------------------------------------

typedef struct Expansion {
    Resolver *r;
    Str root;
    const StrList *globs;
    uint32_t folders; // looked into so far
} Expansion;

// The first package of a name wins; globs are walked in their order, folders by name.
static void add_member(Expansion *e, Str folder) {
    Resolver *r = e->r;
    Str real;
    if (!r->host->real_path(r->host, r->arena, folder, &real))
        return;
    if (!path_is_under(real, e->root) || resolver_is_installed(r, real))
        return;
    if (any_glob_matches(e->globs, path_relative(r->arena, folder, e->root), true))
        return;
    const Package *package = package_at(r, real);
    if (!package || !package->name.n || map_has(&r->members, package->name))
        return;
    map_set(&r->members, package->name, (void *)package);
}

static void expand(Expansion *e, Str folder, Str glob, unsigned depth);

// One part of a glob that has a star, or `**`. Hidden folders are never members.
static void expand_names(Expansion *e, Str folder, Str part, Str rest, unsigned depth) {
    Resolver *r = e->r;
    Str *names = NULL;
    size_t count = 0;
    bool deep = str_is(part, "**");
    if (!r->host->list(r->host, r->arena, folder, &names, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        if (str_starts(names[i], ".") || str_is(names[i], "node_modules"))
            continue;
        if (!deep && !part_matches(part, names[i]))
            continue;
        Str child = path_join(r->arena, folder, names[i]);
        if (r->host->type(r->host, child) != HOST_DIR)
            continue;
        if (deep)
            expand(e, child, str_cat(r->arena, STR("**/"), rest), depth + 1);
        if (!deep)
            expand(e, child, rest, depth);
    }
}

// Plain parts cost one look each; only a part with a star lists its folder.
static void expand(Expansion *e, Str folder, Str glob, unsigned depth) {
    if (depth > GLOB_MAX_DEPTH || ++e->folders > FOLDERS_MAX)
        return;
    Resolver *r = e->r;
    while (glob.n) {
        Str rest = glob;
        Str part = next_part(&rest);
        if (str_is(part, "**")) {
            expand(e, folder, rest, depth + 1);
            expand_names(e, folder, part, rest, depth);
            return;
        }
        if (str_find(part, STR("*"), 0) >= 0) {
            expand_names(e, folder, part, rest, depth);
            return;
        }
        folder = path_join(r->arena, folder, part);
        if (!path_is_under(folder, e->root) || r->host->type(r->host, folder) != HOST_DIR)
            return;
        glob = rest;
    }
    add_member(e, folder);
}

static void find_members(Resolver *r, Str root, const StrList *globs) {
    Expansion e = {.r = r, .root = root, .globs = globs};
    for (uint32_t i = 0; i < globs->n; i++)
        if (!str_starts(globs->at[i], "!"))
            expand(&e, root, plain_glob(globs->at[i]), 0);
}

// The nearest folder upward that has members and counts the project among them.
static void find_workspace(Resolver *r) {
    r->workspace = r->root;
    // Known from here on: reading the packages below asks what may be read.
    r->workspace_known = true;
    for (Str folder = r->root;; folder = path_dir(folder)) {
        StrList globs = {0};
        if (!yaml_globs(r, folder, &globs))
            package_globs(r, folder, &globs);
        Str project =
            str_eq(folder, r->root) ? STR_EMPTY : path_relative(r->arena, r->root, folder);
        bool member =
            any_glob_matches(&globs, project, false) && !any_glob_matches(&globs, project, true);
        if (globs.n && (!project.n || member)) {
            r->workspace = folder;
            find_members(r, folder, &globs);
            return;
        }
        if (folder.n <= 1)
            return;
    }
}

Str workspace_root(Resolver *r) {
    pthread_mutex_lock(&r->lock);
    if (!r->workspace_known)
        find_workspace(r);
    Str root = r->workspace;
    pthread_mutex_unlock(&r->lock);
    return root;
}

const Package *workspace_member(Resolver *r, Str name) {
    workspace_root(r);
    pthread_mutex_lock(&r->lock);
    const Package *package = map_find(&r->members, name);
    pthread_mutex_unlock(&r->lock);
    return package;
}
