// The pack adapter: the table of its functions. In: what each function is made of. Out: a folder
// and an archive for each, and what there is to say.
//
// Invariant: what comes out follows from what goes in and from the files it names; the folder it
// happens in, the machine, the time and the umask leave no trace in an archive.

#include "adapters/pack/pack.h"

#include "adapters/module.h"

#include <pthread.h>

enum { FILE_MAX = 64 << 20, LAMBDA_UNPACKED_MAX = 250 << 20 };

struct Pack {
    Arena *arena;
    Str lib;
    Str tools; // hash of all of ours that a package follows from; empty: not looked at yet
    Child *child;
    Child *left; // has answered, and is ending
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

// One package on its way; the archive is made by a thread, in memory of its own.
typedef struct Making {
    const PackFunction *f;
    Bundle *bundle;
    Package *package;
    Record record;
    bool refused;
    Arena arena;
    Str archive;
    Err err;
    bool started, threaded, good;
    pthread_t thread;
} Making;

static void *archive_run(void *state) {
    Making *m = state;
    Hash *h;
    m->good = archive_make(&m->arena, &m->bundle->files, &m->archive, &m->err) &&
              (h = hash_open(&m->arena, &m->err)) != NULL;
    if (m->good) {
        hash_add(h, m->archive);
        m->package->hash = hash_close(h, &m->arena);
    }
    return NULL;
}

// Where the files are what they were, so is the archive.
static void archive_start(const Work *w, Making *m) {
    Package before, *p = m->package;
    if (record_same(w->a, place_of(w, m->f, "cache", ".json"), m->record.content, p->zip,
                    &before)) {
        p->bytes = before.bytes;
        p->hash = before.hash;
        p->reused = true;
        return;
    }
    m->started = true;
    m->threaded = pthread_create(&m->thread, NULL, archive_run, m) == 0;
    if (!m->threaded)
        archive_run(m);
}

static bool archive_end(const Work *w, Making *m, Err *err) {
    if (!m->started)
        return true;
    if (m->threaded)
        pthread_join(m->thread, NULL);
    m->started = m->threaded = false;
    if (!m->good)
        return *err = m->err, false;
    m->package->bytes = m->archive.n;
    m->package->hash = str_dup(w->a, m->package->hash);
    return place_write(w->a, m->package->zip, m->archive, false, err);
}

static void making_leave(Making *m) {
    if (m->threaded)
        pthread_join(m->thread, NULL);
    arena_release(&m->arena);
}

static bool making_begin(const Work *w, Making *m, Err *err) {
    PackMessageVec over = {0};
    PackFileVec *files = &m->bundle->files;
    Package *p = m->package;
    if (!runtime_files(w->pack, w->a, m->f->architecture, files, err))
        return false;
    pack_files_sort(files);
    package_places(w, m->f, p);
    for (uint32_t i = 0; i < files->n; i++)
        p->unpacked += files->at[i].aside  ? 0
                       : files->at[i].kept ? files->at[i].bytes
                                           : files->at[i].content.n;
    for (uint32_t i = 0; i < m->bundle->chains.n; i++)
        vec_push(w->a, &p->weights, m->bundle->chains.at[i].weight);
    weight_check(w->a, m->f, p, m->bundle, LAMBDA_UNPACKED_MAX, &over);
    say(w, &m->bundle->messages);
    say(w, &over);
    m->refused = over.n > 0;
    if (m->refused)
        return true;
    if (!folder_hash(w->a, files, &p->hash, err))
        return false;
    m->record.content = p->hash;
    if (w->in->zip)
        archive_start(w, m);
    return true;
}

static bool making_end(const Work *w, Making *m, Err *err) {
    return m->refused ||
           (place_folder(w->a, m->package->folder, &m->bundle->files, err) &&
            archive_end(w, m, err) && remember(w, m->f, &m->record, m->bundle, m->package, err));
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
static bool bundler_start(Pack *p, bool once, Err *err) {
    if (!p->child)
        p->child = child_open(p->arena, p->lib, once, err);
    return p->child != NULL;
}

static void bundler_close(Child **child) {
    if (*child)
        child_close(*child);
    *child = NULL;
}

// Archives are asked for once. Giving back its memory takes a while, which they are made in.
static void bundler_leave(Pack *p) {
    bundler_close(&p->left);
    child_leave(p->child);
    p->left = p->child;
    p->child = NULL;
}

static bool bundle_all(const Work *w, const Stale *stale, uint32_t count, Bundles *bundles,
                       Err *err) {
    Pack *p = w->pack;
    if (!bundler_start(p, w->in->zip, err))
        return false;
    bool good = ask_bundles(p->child, w->a, w->in, p->tools, stale, count, bundles, err);
    if (!good)
        bundler_close(&p->child);
    else if (w->in->zip)
        bundler_leave(p);
    return good;
}

enum { AT_ONCE = 8 };

// Several at a time: compressing takes most of it.
static bool make_some(const Work *w, const Stale *stale, const Str *keys, uint32_t count,
                      Bundles *bundles, Err *err) {
    Making making[AT_ONCE];
    bool good = true;
    for (uint32_t i = 0; i < count; i++) {
        const PackFunction *f = stale[i].function;
        uint32_t at = (uint32_t)(f - w->in->functions);
        making[i] = (Making){.f = f,
                             .bundle = bundle_of(bundles, f->name),
                             .package = &w->out->packages.at[at],
                             .record = {.key = keys[at]}};
        arena_init(&making[i].arena);
        good = good && making_begin(w, &making[i], err);
    }
    for (uint32_t i = 0; i < count; i++) {
        good = good && making_end(w, &making[i], err);
        making_leave(&making[i]);
    }
    return good;
}

static bool make_stale(const Work *w, const Stale *stale, const Str *keys, uint32_t count,
                       Err *err) {
    Bundles bundles;
    if (!bundle_all(w, stale, count, &bundles, err))
        return false;
    say(w, &bundles.messages);
    if (errors_among(&bundles.messages))
        return true;
    for (uint32_t i = 0; i < count; i++)
        if (!bundle_of(&bundles, stale[i].function->name))
            return err_set(err, ERR_IO, "the bundler has not made `%.*s`",
                           STR_ARG(stale[i].function->name));
    bool good = true;
    for (uint32_t i = 0; good && i < count; i += AT_ONCE)
        good =
            make_some(w, stale + i, keys, count - i < AT_ONCE ? count - i : AT_ONCE, &bundles, err);
    return good;
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
    // Who edits does not wait for it to start; where it cannot, the edit says so.
    if (!count && !in->zip)
        bundler_start(p, false, &(Err){0});
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
    bundler_close(&p->child);
    bundler_close(&p->left);
}

static const PackApi api = {pack_open, pack_pack, pack_close};

const AdapterModule pluto_adapter = {ADAPTER_ABI, sizeof(PackApi), PLUTO_VERSION, &api};
