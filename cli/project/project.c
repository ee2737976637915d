// Where a program is and what it is called: its root, its entry, its settings, its name.
//
// Input: what the user gave as DIR. Output: a Project. Rules: a folder is the root; for a file, the
// root is the nearest folder upwards that holds pluto.yml, package.json or tsconfig.json, else the
// file's own. The name is pluto.yml's `name`, else package.json's, else the folder's. Invariant:
// nothing but these files is looked at, no variable of the environment, so the same project gives
// the same answer to everybody.

#include "cli/project/project.h"

#include <cjson/cJSON.h>

static const char *const SETTINGS_FILES[] = {"pluto.yml", "pluto.yaml", ".pluto/pluto.yml",
                                             ".pluto/pluto.yaml"};
static const char *const ENTRIES[] = {"src/index.ts", "src/index.tsx", "index.ts",
                                      "index.tsx",    "src/index.js",  "index.js"};

enum { PACKAGE_JSON_MAX = 1 << 20 };

static bool is_program(Str path) {
    static const char *const extensions[] = {".ts", ".tsx", ".mts", ".cts",
                                             ".js", ".jsx", ".mjs", ".cjs"};
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (str_is(path_ext(path), extensions[i]))
            return true;
    return false;
}

static bool is_there(Arena *a, Host *host, Str folder, const char *name) {
    return host->type(host, path_join(a, folder, str_of(name))) != HOST_NONE;
}

static bool is_root(Arena *a, Host *host, Str folder) {
    for (size_t i = 0; i < sizeof SETTINGS_FILES / sizeof *SETTINGS_FILES; i++)
        if (is_there(a, host, folder, SETTINGS_FILES[i]))
            return true;
    return is_there(a, host, folder, "package.json") || is_there(a, host, folder, "tsconfig.json");
}

// The root of the project that `file` belongs to.
static Str root_above(Arena *a, Host *host, Str file) {
    for (Str folder = path_dir(file);; folder = path_dir(folder)) {
        if (is_root(a, host, folder))
            return folder;
        if (folder.n <= 1)
            return path_dir(file);
    }
}

static bool root_find(Arena *a, Host *host, Str where, Project *out, Err *err) {
    Str path;
    HostType type = host->type(host, where);
    if (type == HOST_NONE || !host->real_path(host, a, where, &path)) {
        err_set(err, ERR_NOT_FOUND, "there is no file or folder `%.*s`", STR_ARG(where));
        return false;
    }
    if (type == HOST_OTHER)
        return err_set(err, ERR_NOT_REGULAR, "`%.*s` is neither a file nor a folder",
                       STR_ARG(where));
    out->root = path;
    out->entry = STR_EMPTY;
    if (type == HOST_DIR)
        return true;
    if (!is_program(path)) {
        err_set(err, ERR_USAGE, "`%.*s` is not a TypeScript file", STR_ARG(where));
        err_hint(err, "give a project's folder, or its first file");
        return false;
    }
    out->root = root_above(a, host, path);
    out->entry = path_relative(a, path, out->root);
    return true;
}

static bool settings_open(Arena *a, Host *host, Str stack, const KindTable *kinds, Sources *sources,
                          Diags *ds, Project *out, Err *err) {
    const Yaml *yaml = NULL;
    for (size_t i = 0; i < sizeof SETTINGS_FILES / sizeof *SETTINGS_FILES; i++) {
        if (!is_there(a, host, out->root, SETTINGS_FILES[i]))
            continue;
        Str path = path_join(a, out->root, str_of(SETTINGS_FILES[i])), text;
        if (!host->read_file(host, a, path, YAML_MAX, &text, err))
            return false;
        FileId file = sources_add(sources, str_of(SETTINGS_FILES[i]), text);
        yaml = yaml_parse(a, file, text, ds);
        out->settings_file = path;
        if (!yaml)
            return true; // said in ds
        break;
    }
    settings_read(a, yaml, stack, kinds, ds, &out->settings);
    return true;
}

// The member `name` of package.json without its scope; empty where there is none.
static bool package_name(Arena *a, Host *host, Str root, Sources *sources, Diags *ds, Str *out,
                         Err *err) {
    *out = STR_EMPTY;
    if (!is_there(a, host, root, "package.json"))
        return true;
    Str path = path_join(a, root, STR("package.json")), text;
    if (!host->read_file(host, a, path, PACKAGE_JSON_MAX, &text, err))
        return false;
    const char *start = str_cstr(a, text), *end = start;
    cJSON *tree = cJSON_ParseWithLengthOpts(start, (size_t)text.n + 1, &end, true);
    if (!tree) {
        uint32_t at = (uint32_t)(end - start);
        FileId file = sources_add(sources, STR("package.json"), text);
        diag_error(ds, P0111, (Span){file, at, at}, "`package.json` is not valid JSON");
        return true;
    }
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "name"));
    Str full = str_dup(a, str_of(name));
    cJSON_Delete(tree);
    *out = str_slice(full, (uint32_t)(str_rfind_char(full, '/') + 1), full.n);
    return true;
}

// A name that was not chosen for us, made to fit: "My app (2)" becomes "My-app-2".
static Str name_made_of(Arena *a, Str s) {
    enum { NAME_MAX_LENGTH = 64 };
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n && b.n < NAME_MAX_LENGTH; i++) {
        Str one = str_slice(s, i, i + 1);
        bool fits = settings_name_valid(str_cat(a, STR("a"), one), true);
        if (fits && (b.n || settings_name_valid(one, false)))
            buf_put(&b, one);
        else if (b.n && b.p[b.n - 1] != '-')
            buf_putc(&b, '-');
    }
    while (b.n && b.p[b.n - 1] == '-')
        b.n--;
    return b.n ? buf_str(&b) : STR("app");
}

static bool entry_find(Arena *a, Host *host, Str where, Diags *ds, Project *out, Err *err) {
    if (out->entry.n)
        return true; // given as DIR
    Str wanted = out->settings.entry;
    if (wanted.n) {
        out->entry = wanted;
        HostType type = host->type(host, path_join(a, out->root, wanted));
        if (type == HOST_FILE && is_program(wanted))
            return true;
        const char *wrong = type == HOST_NONE   ? "does not exist"
                            : type == HOST_FILE ? "is not a TypeScript file"
                                                : "is not a file";
        diag_error(ds, P0603, out->settings.entry_span, "the entry `%.*s` %s", STR_ARG(wanted),
                   wrong);
        return true;
    }
    for (size_t i = 0; i < sizeof ENTRIES / sizeof *ENTRIES; i++) {
        if (!is_there(a, host, out->root, ENTRIES[i]))
            continue;
        out->entry = str_of(ENTRIES[i]);
        return true;
    }
    err_set(err, ERR_NOT_FOUND, "there is neither `src/index.ts` nor `index.ts` in `%.*s`",
            STR_ARG(where));
    err_hint(err,
             "name the program's first file in pluto.yml (`entry: …`), or give it instead of the "
             "folder");
    return false;
}

bool project_open(Arena *a, Host *host, Str where, Str stack, const KindTable *kinds,
                  Sources *sources, Diags *ds, Project *out, Err *err) {
    *out = (Project){0};
    if (stack.n && !settings_name_valid(stack, false)) {
        err_set(err, ERR_USAGE, "`%.*s` is not a valid name for a stack", STR_ARG(stack));
        err_hint(err,
                 "a name is made of letters, digits, `-` and `_`, and has at most 64 characters");
        return false;
    }
    if (!root_find(a, host, where, out, err))
        return false;
    if (!settings_open(a, host, stack, kinds, sources, ds, out, err))
        return false;
    if (diags_has_errors(ds))
        return true;
    if (!entry_find(a, host, where, ds, out, err))
        return false;
    out->name = out->settings.project;
    if (out->name.n)
        return true;
    if (!package_name(a, host, out->root, sources, ds, &out->name, err))
        return false;
    out->name = name_made_of(a, out->name.n ? out->name : path_base(out->root));
    return true;
}
