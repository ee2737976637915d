// What is asked of the bundler and what it answers, as JSON. In: functions that have changed. Out:
// their bundles, and messages.
//
// Invariant: the answer is checked like any input; names of files that lead out are refused.

#include "adapters/pack/pack.h"

#include <cjson/cJSON.h>

enum { STAGED_MAX = 1 << 30 };

// ---- The question -------------------------------------------------------------------------------

static void set(Arena *a, cJSON *object, const char *name, Str value) {
    cJSON_AddStringToObject(object, name, str_cstr(a, value));
}

static cJSON *module_json(Arena *a, const PackModule *m) {
    cJSON *json = cJSON_CreateObject(), *imports;
    set(a, json, "path", m->path);
    set(a, json, "text", m->text);
    imports = cJSON_AddArrayToObject(json, "imports");
    for (uint32_t i = 0; i < m->import_count; i++) {
        cJSON *import = cJSON_CreateObject();
        set(a, import, "specifier", m->imports[i].specifier);
        set(a, import, "module", m->imports[i].module);
        cJSON_AddItemToArray(imports, import);
    }
    return json;
}

static cJSON *function_json(Arena *a, const Stale *stale) {
    const PackFunction *f = stale->function;
    cJSON *json = cJSON_CreateObject(), *modules, *checked;
    set(a, json, "id", f->id);
    set(a, json, "name", f->name);
    set(a, json, "key", f->key);
    set(a, json, "runtime", f->runtime);
    set(a, json, "architecture", f->architecture);
    set(a, json, "libraries", stale->libraries);
    cJSON_AddBoolToObject(json, "raw", f->raw);
    checked = cJSON_AddArrayToObject(json, "checked");
    for (uint32_t i = 0; i < f->checked_count; i++)
        cJSON_AddItemToArray(checked, cJSON_CreateString(str_cstr(a, f->checked[i])));
    modules = cJSON_AddArrayToObject(json, "modules");
    for (uint32_t i = 0; i < f->module_count; i++)
        cJSON_AddItemToArray(modules, module_json(a, &f->modules[i]));
    return json;
}

static Str question(Arena *a, const Asking *asking) {
    const PackInput *in = asking->in;
    const Stale *stale = asking->stale;
    cJSON *json = cJSON_CreateObject(), *functions;
    set(a, json, "root", in->root);
    set(a, json, "out", in->out);
    set(a, json, "entry", stale[0].function->modules[0].path);
    cJSON_AddBoolToObject(json, "minify", in->minify);
    cJSON_AddBoolToObject(json, "maps", in->zip); // of libraries: a third of the time they take
    cJSON_AddBoolToObject(json, "local", !in->zip);
    set(a, json, "tools", asking->tools);
    set(a, json, "staging", asking->staging);
    functions = cJSON_AddArrayToObject(json, "functions");
    for (uint32_t i = 0; i < asking->count; i++)
        cJSON_AddItemToArray(functions, function_json(a, &stale[i]));
    char *text = cJSON_PrintUnformatted(json);
    Str out = str_dup(a, str_of(text));
    cJSON_free(text);
    cJSON_Delete(json);
    return out;
}

// ---- The answer ---------------------------------------------------------------------------------

static Str text_at(Arena *a, const cJSON *object, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text ? str_dup(a, str_of(text)) : STR_EMPTY;
}

static uint64_t number_at(const cJSON *object, const char *name) {
    double d = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return d > 0 && d < 9007199254740992.0 ? (uint64_t)d : 0;
}

static const char *const TOPICS[] = {"import", "code", "size", "moved", "native"};
enum { TOPIC_COUNT = sizeof TOPICS / sizeof *TOPICS };

Str topic_name(PackTopic topic) {
    return str_of(TOPICS[topic]);
}

bool topic_find(Str name, PackTopic *out) {
    for (unsigned i = 0; i < TOPIC_COUNT; i++)
        if (str_is(name, TOPICS[i]))
            return *out = (PackTopic)i, true;
    return false;
}

static void messages_read(Arena *a, const cJSON *list, PackMessageVec *out) {
    const cJSON *m;
    cJSON_ArrayForEach(m, list) {
        PackTopic topic = PACK_CODE;
        topic_find(text_at(a, m, "topic"), &topic);
        PackMessage message = {
            .topic = topic,
            .error = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(m, "error")),
            .text = text_at(a, m, "text"),
            .help = text_at(a, m, "help"),
            .file = text_at(a, m, "file"),
            .line = (uint32_t)number_at(m, "line"),
            .column = (uint32_t)number_at(m, "column"),
        };
        vec_push(a, out, message);
    }
}

// Of a bundle that comes in two parts, either says what the other one does not.
static void bundle_read(Arena *a, const cJSON *f, Bundle *out) {
    const cJSON *at;
    Str libraries = text_at(a, f, "libraries");
    if (libraries.n)
        out->libraries = libraries;
    messages_read(a, cJSON_GetObjectItemCaseSensitive(f, "messages"), &out->messages);
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(f, "inputs")) {
        if (cJSON_IsString(at))
            vec_push(a, &out->inputs, str_dup(a, str_of(at->valuestring)));
    }
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(f, "weights")) {
        PackChain chain = {{text_at(a, at, "package"), number_at(at, "bytes")},
                           text_at(a, at, "chain")};
        vec_push(a, &out->chains, chain);
    }
}

// A file has been put into the folder for it, or follows as a frame.
static bool file_read(Child *c, Arena *a, Str staging, Str staged, PackFile *file, Err *err) {
    Host *host = host_posix();
    if (!pack_path_safe(file->path) || (staged.n && !pack_path_safe(staged)))
        return err_set(err, ERR_IO, "the bundler's answer names the file `%.*s`",
                       STR_ARG(str_visible(a, staged.n ? staged : file->path)));
    file->aside = str_ends(file->path, ".map");
    if (!staged.n)
        return file->kept || child_receive(c, a, &file->content, err);
    file->staged = path_join(a, staging, staged);
    return file->aside || host->read_file(host, a, file->staged, STAGED_MAX, &file->content, err);
}

static bool files_read(Child *c, Arena *a, Str staging, const cJSON *f, Bundle *out, Err *err) {
    const cJSON *at;
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(f, "files")) {
        PackFile file = {
            .path = text_at(a, at, "path"),
            .content = STR_EMPTY,
            .named = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(at, "named")),
            .kept = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(at, "kept")),
            .bytes = number_at(at, "bytes"),
        };
        if (!file_read(c, a, staging, text_at(a, at, "staged"), &file, err))
            return false;
        vec_push(a, &out->files, file);
    }
    return true;
}

Bundle *bundle_of(const Bundles *bundles, Str name) {
    for (uint32_t i = 0; i < bundles->bundles.n; i++)
        if (str_eq(bundles->bundles.at[i]->name, name))
            return bundles->bundles.at[i];
    return NULL;
}

static Bundle *bundle_named(Arena *a, Bundles *bundles, Str name) {
    Bundle *bundle = bundle_of(bundles, name);
    if (bundle)
        return bundle;
    bundle = arena_new(a, Bundle);
    bundle->name = name;
    vec_push(a, &bundles->bundles, bundle);
    return bundle;
}

static bool part_read(Child *c, Arena *a, const Asking *asking, const cJSON *json, bool more,
                      Bundles *out, Err *err) {
    Str failed = text_at(a, json, "failed");
    if (failed.n)
        return err_set(err, ERR_IO, "the bundler failed: %.*s",
                       STR_ARG(str_visible(a, str_slice(failed, 0, 400))));
    messages_read(a, cJSON_GetObjectItemCaseSensitive(json, "messages"), &out->messages);
    const cJSON *f;
    cJSON_ArrayForEach(f, cJSON_GetObjectItemCaseSensitive(json, "functions")) {
        Bundle *bundle = bundle_named(a, out, text_at(a, f, "name"));
        bundle_read(a, f, bundle);
        if (!files_read(c, a, asking->staging, f, bundle, err))
            return false;
        if (more)
            asking->ready(asking->state, bundle);
    }
    return true;
}

bool ask_bundles(Child *c, Arena *a, const Asking *asking, Bundles *out, Err *err) {
    bool good = true, more = true;
    Str part;
    *out = (Bundles){0};
    if (!child_send(c, question(a, asking), err))
        return false;
    while (good && more) {
        if (!child_receive(c, a, &part, err))
            return false;
        cJSON *json = cJSON_ParseWithLength(part.p, part.n);
        if (!json)
            return err_set(err, ERR_IO, "the bundler's answer is no JSON");
        more = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "more"));
        good = part_read(c, a, asking, json, more, out, err);
        cJSON_Delete(json);
    }
    return good;
}
