// A template becomes the files of one project.
//
// Input: the plan. Output: paths and contents, nothing written yet. Invariant: only these are
// changed on the way: `{{name}}` and `{{stack}}` in README.md and pluto.yml at the top, and `name`
// in package.json. Everything else is copied byte for byte: braces mean something else in other
// people's programs.

#include "adapters/adapters.h"
#include "cli/prompt/prompt.h"
#include "cli/report.h"
#include "cli/start/start.h"

static const StartFile *file_find(const StartFileVec *files, const char *path) {
    for (uint32_t i = 0; i < files->n; i++)
        if (str_is(files->at[i].path, path))
            return &files->at[i];
    return NULL;
}

static void file_add(Arena *a, StartFileVec *files, const char *path, const char *text) {
    if (!file_find(files, path))
        vec_push(a, files, (StartFile){.path = str_of(path), .content = str_of(text)});
}

// The adapter promises as much; a path that leads out must not get through even if it is wrong.
static bool path_is_clean(Arena *a, Str path) {
    return path.n > 0 && !path_is_absolute(path) && !str_contains(path, "\\") &&
           str_eq(path_normal(a, path), path) && !str_starts(path, "../") && !str_is(path, ".") &&
           !str_is(path, "..");
}

static bool files_fetch(Arena *a, Str source, StartFileVec *out, Err *err) {
    const GitApi *git = adapters_git(a, err);
    GitFileVec found = {0};
    if (!git || !git->template_files(a, source, &found, err))
        return false;
    for (uint32_t i = 0; i < found.n; i++) {
        const GitFile *f = &found.at[i];
        if (!path_is_clean(a, f->path))
            return err_set(err, ERR_IO, "the template holds a path that leads out of it: `%.*s`",
                           STR_ARG(f->path));
        StartFile file = {.path = f->path, .content = f->content, .executable = f->executable};
        vec_push(a, out, file);
    }
    if (out->n)
        return true;
    return err_set(err, ERR_NOT_FOUND, "the template `%.*s` holds no file", STR_ARG(source));
}

static Str filled(Arena *a, Str text, Str name, Str value) {
    Buf b = buf_new(a);
    uint32_t from = 0;
    for (int64_t at; (at = str_find(text, name, from)) >= 0; from = (uint32_t)at + name.n) {
        buf_put(&b, str_slice(text, from, (uint32_t)at));
        buf_put(&b, value);
    }
    buf_put(&b, str_slice(text, from, text.n));
    return buf_str(&b);
}

// YAML has its own idea of this word.
static Str yaml_word(Arena *a, Str word) {
    static const char *const nulls[] = {"null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        if (str_is(word, nulls[i]))
            return str_fmt(a, "\"%.*s\"", STR_ARG(word));
    return word;
}

static bool file_fill(Arena *a, const Plan *plan, StartFile *f, Err *err) {
    bool is_yaml = str_is(f->path, "pluto.yml");
    if (is_yaml || str_is(f->path, "README.md")) {
        Str stack = is_yaml ? yaml_word(a, plan->stack) : plan->stack;
        f->content = filled(a, f->content, STR("{{name}}"), plan->name);
        f->content = filled(a, f->content, STR("{{stack}}"), stack);
    } else if (str_is(f->path, "package.json") &&
               !package_json_rename(a, f->content, plan->name, &f->content)) {
        return err_set(err, ERR_IO, "the template's `package.json` is not a JSON object");
    }
    return true;
}

bool start_files(const Session *s, const Plan *plan, StartFileVec *out, Err *err) {
    Arena *a = s->arena;
    *out = (StartFileVec){0};
    bool fetched = !plan->builtin && plan->source.n;
    if (fetched && prompt_possible())
        report_note(s, str_fmt(a, "fetching %.*s", STR_ARG(plan->source)));
    if (fetched && !files_fetch(a, plan->source, out, err))
        return false;
    for (unsigned i = 0; plan->builtin && i < plan->builtin->count; i++)
        file_add(a, out, plan->builtin->files[i].path, plan->builtin->files[i].text);
    bool has_settings = file_find(out, "pluto.yaml") || file_find(out, ".pluto/pluto.yml") ||
                        file_find(out, ".pluto/pluto.yaml");
    for (unsigned i = 0; i < builtin_common_count; i++)
        if (!has_settings || !str_is(str_of(builtin_common[i].path), "pluto.yml"))
            file_add(a, out, builtin_common[i].path, builtin_common[i].text);
    // A template may take the types from elsewhere.
    if (str_contains(file_find(out, "tsconfig.json")->content, START_TYPES))
        file_add(a, out, START_TYPES, builtin_types);
    for (uint32_t i = 0; i < out->n; i++)
        if (!file_fill(a, plan, &out->at[i], err))
            return false;
    return true;
}
