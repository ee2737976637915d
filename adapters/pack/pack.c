// The pack adapter: the table of its functions. In: what each function is made of. Out: a folder
// and an archive for each, and what there is to say.
//
// Invariant: what comes out follows from what goes in and from the files it names; the folder it
// happens in, the machine, the time and the umask leave no trace in an archive.

#include "adapters/pack/pack.h"

#include "adapters/module.h"

enum { FILE_MAX = 64 << 20, LAMBDA_UNPACKED_MAX = 250 << 20 };

struct Pack {
    Arena *arena;
    Str lib;
    Str tools; // hash of all of ours that a package follows from; empty: not looked at yet
    Child *child;
};

// ---- Our own files ------------------------------------------------------------------------------

static bool tool_add(Arena *a, Hash *h, Str path, Err *err) {
    Host *host = host_posix();
    Str content;
    if (!host->read_file(host, a, path, FILE_MAX, &content, err))
        return false;
    hash_part(h, content);
    return true;
}

static bool tools_add(Arena *a, Hash *h, Str folder, Err *err) {
    Host *host = host_posix();
    Str *names;
    size_t count;
    if (!host->list(host, a, folder, &names, &count))
        return err_set(err, ERR_NOT_FOUND, "`%.*s` is missing", STR_ARG(folder));
    for (size_t i = 0; i < count; i++) {
        Str path = path_join(a, folder, names[i]);
        if (host->type(host, path) != HOST_FILE)
            continue;
        hash_part(h, names[i]);
        if (!tool_add(a, h, path, err))
            return false;
    }
    return true;
}

static bool tools_hash(Pack *p, Arena *a, Err *err) {
    static const char *const folders[] = {"pack", "runtime", "runtime/client"};
    if (p->tools.n)
        return true;
    Hash *h = hash_open(a, err);
    if (!h)
        return false;
    hash_part(h, STR(PLUTO_VERSION));
    bool good = tool_add(a, h, path_join(a, p->lib, STR("esbuild/package.json")), err);
    for (size_t i = 0; good && i < sizeof folders / sizeof *folders; i++)
        good = tools_add(a, h, path_join(a, p->lib, str_of(folders[i])), err);
    Str hash = hash_close(h, p->arena);
    if (good)
        p->tools = hash;
    else
        err_hint(err, "install pluto whole, with `make install`");
    return good;
}

static bool runtime_add(Pack *p, Arena *a, const char *from, const char *to, bool executable,
                        PackFileVec *files, Err *err) {
    Host *host = host_posix();
    PackFile file = {.path = str_of(to), .executable = executable};
    Str path = path_join(a, path_join(a, p->lib, STR("runtime")), str_of(from));
    if (!host->read_file(host, a, path, FILE_MAX, &file.content, err)) {
        err_hint(err, "install pluto whole, with `make install`");
        return false;
    }
    vec_push(a, files, file);
    return true;
}

static bool runtime_files(Pack *p, Arena *a, Str architecture, PackFileVec *files, Err *err) {
    bool arm = str_is(architecture, "arm64");
    return runtime_add(p, a, arm ? "bootstrap-arm64" : "bootstrap-x86_64", "pluto/bootstrap", true,
                       files, err) &&
           runtime_add(p, a, "start", "pluto/start", true, files, err) &&
           runtime_add(p, a, "worker.mjs", "pluto/worker.mjs", false, files, err);
}

// ---- One function -------------------------------------------------------------------------------

typedef struct Work {
    Pack *pack;
    Arena *a;
    const PackInput *in;
    PackOutput *out;
} Work;

static Str place_of(const Work *w, const PackFunction *f, const char *folder, const char *end) {
    return str_fmt(w->a, "%.*s/%s/%.*s%s", STR_ARG(w->in->out), folder, STR_ARG(f->name), end);
}

// All that a package follows from, but for the files that bundling finds.
static bool key_make(const Work *w, const PackFunction *f, Str *out, Err *err) {
    Hash *h = hash_open(w->a, err);
    if (!h)
        return false;
    hash_part(h, w->pack->tools);
    hash_part(h, w->in->root);
    hash_part(h, w->in->minify ? STR("minify") : STR_EMPTY);
    hash_part(h, w->in->zip ? STR("zip") : STR_EMPTY);
    hash_part(h, f->raw ? STR("raw") : STR_EMPTY);
    const Str words[] = {f->id, f->name, f->key, f->architecture, f->runtime};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        hash_part(h, words[i]);
    for (uint32_t i = 0; i < f->checked_count; i++)
        hash_part(h, f->checked[i]);
    for (uint32_t i = 0; i < f->module_count; i++) {
        const PackModule *m = &f->modules[i];
        hash_part(h, m->path);
        hash_part(h, m->text);
        for (uint32_t k = 0; k < m->import_count; k++) {
            hash_part(h, m->imports[k].specifier);
            hash_part(h, m->imports[k].module);
        }
        hash_part(h, STR_EMPTY);
    }
    *out = hash_close(h, w->a);
    return true;
}

static bool folder_hash(Arena *a, const PackFileVec *files, Str *out, Err *err) {
    Hash *h = hash_open(a, err);
    if (!h)
        return false;
    for (uint32_t i = 0; i < files->n; i++) {
        const PackFile *f = &files->at[i];
        if (f->aside)
            continue;
        hash_part(h, f->path);
        hash_part(h, f->executable ? STR("x") : STR_EMPTY);
        if (!f->named)
            hash_part(h, f->content);
    }
    *out = hash_close(h, a);
    return true;
}

static bool archive_write(const Work *w, const PackFunction *f, Str content,
                          const PackFileVec *files, Package *p, Err *err) {
    Str archive;
    Package before;
    if (record_same(w->a, place_of(w, f, "cache", ".json"), content, p->zip, &before)) {
        p->bytes = before.bytes;
        p->hash = before.hash;
        p->reused = true;
        return true;
    }
    if (!archive_make(w->a, files, &archive, err) ||
        !place_write(w->a, p->zip, archive, false, err))
        return false;
    Hash *h = hash_open(w->a, err);
    if (!h)
        return false;
    hash_add(h, archive);
    p->bytes = archive.n;
    p->hash = hash_close(h, w->a);
    return true;
}

static void package_places(const Work *w, const PackFunction *f, Package *p) {
    p->id = f->id;
    p->folder = place_of(w, f, "functions", "");
    p->zip = w->in->zip ? place_of(w, f, "functions", ".zip") : STR_EMPTY;
}

// The record also sees what was written: a package that somebody changed is made again.
static bool remember(const Work *w, const PackFunction *f, Record *record, Bundle *b,
                     const Package *p, Err *err) {
    record->package = *p;
    record->inputs = b->inputs;
    record->messages = b->messages;
    record->libraries = b->libraries;
    for (uint32_t i = 0; i < b->files.n; i++)
        vec_push(w->a, &record->inputs, path_join(w->a, p->folder, b->files.at[i].path));
    if (p->zip.n)
        vec_push(w->a, &record->inputs, p->zip);
    return record_write(w->a, place_of(w, f, "cache", ".json"), record, err);
}

static void say(const Work *w, const PackMessageVec *messages) {
    for (uint32_t i = 0; i < messages->n; i++)
        vec_push(w->a, &w->out->messages, messages->at[i]);
}

static bool package_make(const Work *w, const PackFunction *f, Str key, Bundle *b, Package *p,
                         Err *err) {
    PackMessageVec over = {0};
    if (!runtime_files(w->pack, w->a, f->architecture, &b->files, err))
        return false;
    pack_files_sort(&b->files);
    package_places(w, f, p);
    for (uint32_t i = 0; i < b->files.n; i++)
        p->unpacked += b->files.at[i].aside  ? 0
                       : b->files.at[i].kept ? b->files.at[i].bytes
                                             : b->files.at[i].content.n;
    for (uint32_t i = 0; i < b->chains.n; i++)
        vec_push(w->a, &p->weights, b->chains.at[i].weight);
    weight_check(w->a, f, p, b, LAMBDA_UNPACKED_MAX, &over);
    say(w, &b->messages);
    say(w, &over);
    if (over.n)
        return true;
    if (!folder_hash(w->a, &b->files, &p->hash, err))
        return false;
    Record record = {.key = key, .content = p->hash};
    return (!w->in->zip || archive_write(w, f, record.content, &b->files, p, err)) &&
           place_folder(w->a, p->folder, &b->files, err) && remember(w, f, &record, b, p, err);
}

// ---- All of them --------------------------------------------------------------------------------

static bool errors_among(const PackMessageVec *messages) {
    for (uint32_t i = 0; i < messages->n; i++)
        if (messages->at[i].error)
            return true;
    return false;
}

static Bundle *bundle_of(Bundles *bundles, Str name) {
    for (uint32_t i = 0; i < bundles->bundles.n; i++)
        if (str_eq(bundles->bundles.at[i].name, name))
            return &bundles->bundles.at[i];
    return NULL;
}

// Where it has ended (somebody may have killed it), the next request starts another.
static bool bundle_all(const Work *w, const Stale *stale, uint32_t count, Bundles *bundles,
                       Err *err) {
    Pack *p = w->pack;
    if (!p->child)
        p->child = child_open(p->arena, p->lib, err);
    if (!p->child)
        return false;
    if (ask_bundles(p->child, w->a, w->in, p->tools, stale, count, bundles, err))
        return true;
    child_close(p->child);
    p->child = NULL;
    return false;
}

static bool make_stale(const Work *w, const Stale *stale, const Str *keys, uint32_t count,
                       Err *err) {
    Bundles bundles;
    if (!bundle_all(w, stale, count, &bundles, err))
        return false;
    say(w, &bundles.messages);
    if (errors_among(&bundles.messages))
        return true;
    for (uint32_t i = 0; i < count; i++) {
        const PackFunction *f = stale[i].function;
        uint32_t at = (uint32_t)(f - w->in->functions);
        Bundle *b = bundle_of(&bundles, f->name);
        if (!b)
            return err_set(err, ERR_IO, "the bundler has not made `%.*s`", STR_ARG(f->name));
        if (!package_make(w, f, keys[at], b, &w->out->packages.at[at], err))
            return false;
    }
    return true;
}

static bool pack_pack(Pack *p, Arena *a, const PackInput *in, PackOutput *out, Err *err) {
    Work w = {p, a, in, out};
    Stale *stale = arena_array(a, Stale, in->function_count);
    Str *keys = arena_array(a, Str, in->function_count);
    uint32_t count = 0;
    *out = (PackOutput){0};
    if (!tools_hash(p, a, err))
        return false;
    for (uint32_t i = 0; i < in->function_count; i++) {
        const PackFunction *f = &in->functions[i];
        Record record;
        if (!pack_name_safe(f->name) || !f->module_count)
            BUG("a package `%.*s` of %u modules", STR_ARG(f->name), f->module_count);
        if (!key_make(&w, f, &keys[i], err))
            return false;
        vec_push(a, &out->packages, (Package){.id = f->id});
        if (record_fits(a, place_of(&w, f, "cache", ".json"), keys[i], &record)) {
            package_places(&w, f, &record.package);
            out->packages.at[i] = record.package;
            say(&w, &record.messages);
        } else {
            stale[count++] = (Stale){f, record.libraries};
        }
    }
    return !count || make_stale(&w, stale, keys, count, err);
}

static Pack *pack_open(Arena *a, Str lib, Err *err) {
    (void)err;
    Pack *p = arena_new(a, Pack);
    p->arena = a;
    p->lib = lib;
    return p;
}

static void pack_close(Pack *p) {
    if (p->child)
        child_close(p->child);
    p->child = NULL;
}

static const PackApi api = {pack_open, pack_pack, pack_close};

const AdapterModule pluto_adapter = {ADAPTER_ABI, sizeof(PackApi), PLUTO_VERSION, &api};
