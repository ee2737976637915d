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

// The record also sees what was written: a package that somebody changed is made again. All but the
// archive is looked at while that is being made.
static void remember(const Work *w, Record *record, const Bundle *b, const Package *p) {
    record->inputs = b->inputs;
    record->messages = b->messages;
    record->libraries = b->libraries;
    for (uint32_t i = 0; i < b->files.n; i++)
        vec_push(w->a, &record->inputs, path_join(w->a, p->folder, b->files.at[i].path));
    record_look(w->a, record);
    if (p->zip.n)
        vec_push(w->a, &record->inputs, p->zip);
}

static void say(const Work *w, const PackMessageVec *messages) {
    for (uint32_t i = 0; i < messages->n; i++)
        vec_push(w->a, &w->out->messages, messages->at[i]);
}

// One package on its way; the archive is made by a thread, in memory of its own.
typedef struct Making {
    Job job; // the first: what a thread gets
    const PackFunction *f;
    Bundle *bundle; // NULL: not there yet
    Package *package;
    Record record;
    PackFileVec archived;
    bool refused;
    Arena arena;
    Str archive, hash;
    Err err;
    bool good; // err says why not
} Making;

static void archive_run(Job *job) {
    Making *m = (Making *)job;
    Hash *h;
    m->good = archive_make(&m->arena, &m->archived, &m->archive, &m->err) &&
              (h = hash_open(&m->arena, &m->err)) != NULL;
    if (m->good) {
        hash_add(h, m->archive);
        m->hash = hash_close(h, &m->arena);
    }
}

// Where the files are what they were, so is the archive.
static bool archive_kept(const Work *w, const Making *m) {
    Package before, *p = m->package;
    if (!record_same(w->a, place_of(w, m->f, "cache", ".json"), m->record.content, p->zip, &before))
        return false;
    p->bytes = before.bytes;
    p->hash = before.hash;
    p->reused = true;
    return true;
}

// All that the archive is made of is there; of what lies beside it some may not be.
static void making_begin(const Work *w, Crew *crew, Making *m, Bundle *bundle) {
    Package *p = m->package;
    m->bundle = bundle;
    package_places(w, m->f, p);
    m->good = runtime_files(w->pack, w->a, m->f->architecture, &bundle->files, &m->err);
    for (uint32_t i = 0; i < bundle->files.n; i++)
        if (!bundle->files.at[i].aside)
            vec_push(w->a, &m->archived, bundle->files.at[i]);
    pack_files_sort(&m->archived);
    m->good = m->good && folder_hash(w->a, &m->archived, &p->hash, &m->err);
    m->record.content = p->hash;
    if (m->good && w->in->zip && !archive_kept(w, m))
        crew_add(crew, &m->job);
}

// Everything but the archive.
static bool making_place(const Work *w, Making *m, Err *err) {
    PackMessageVec over = {0};
    Package *p = m->package;
    for (uint32_t i = 0; i < m->archived.n; i++)
        p->unpacked +=
            m->archived.at[i].kept ? m->archived.at[i].bytes : m->archived.at[i].content.n;
    for (uint32_t i = 0; i < m->bundle->chains.n; i++)
        vec_push(w->a, &p->weights, m->bundle->chains.at[i].weight);
    weight_check(w->a, m->f, p, m->bundle, LAMBDA_UNPACKED_MAX, &over);
    say(w, &m->bundle->messages);
    say(w, &over);
    m->refused = over.n > 0;
    if (m->refused)
        return true;
    if (!place_folder(w->a, p->folder, &m->bundle->files, err))
        return false;
    remember(w, &m->record, m->bundle, p);
    return true;
}

static bool making_end(const Work *w, Crew *crew, Making *m, Err *err) {
    Package *p = m->package;
    if (m->refused)
        return true;
    crew_wait(crew, &m->job);
    if (!m->good)
        return *err = m->err, false;
    if (m->job.added) {
        p->bytes = m->archive.n;
        p->hash = str_dup(w->a, m->hash);
        if (!place_write(w->a, p->zip, m->archive, false, err))
            return false;
    }
    m->record.package = *p;
    return record_write(w->a, place_of(w, m->f, "cache", ".json"), &m->record, err);
}

// ---- All of them --------------------------------------------------------------------------------

static bool errors_among(const PackMessageVec *messages) {
    for (uint32_t i = 0; i < messages->n; i++)
        if (messages->at[i].error)
            return true;
    return false;
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

typedef struct Makings {
    const Work *work;
    Crew *crew;
    Making *at;
    uint32_t count;
} Makings;

static void making_ready(void *state, Bundle *bundle) {
    Makings *all = state;
    for (uint32_t i = 0; i < all->count; i++)
        if (!all->at[i].bundle && str_eq(all->at[i].f->name, bundle->name))
            making_begin(all->work, all->crew, &all->at[i], bundle);
}

static bool bundle_all(Makings *all, const Stale *stale, Str staging, Bundles *bundles, Err *err) {
    const Work *w = all->work;
    Pack *p = w->pack;
    Asking asking = {w->in, p->tools, staging, stale, all->count, making_ready, all};
    if (!bundler_start(p, w->in->zip, err))
        return false;
    bool good = ask_bundles(p->child, w->a, &asking, bundles, err);
    if (!good)
        bundler_close(&p->child);
    else if (w->in->zip)
        bundler_leave(p);
    return good;
}

static bool make_all(Makings *all, const Stale *stale, Str staging, Err *err) {
    Bundles bundles;
    if (!bundle_all(all, stale, staging, &bundles, err))
        return false;
    say(all->work, &bundles.messages);
    if (errors_among(&bundles.messages))
        return true;
    for (uint32_t i = 0; i < all->count; i++) {
        Str name = stale[i].function->name;
        Bundle *bundle = bundle_of(&bundles, name);
        if (!bundle)
            return err_set(err, ERR_IO, "the bundler has not made `%.*s`", STR_ARG(name));
        making_ready(all, bundle);
    }
    bool good = true;
    for (uint32_t i = 0; good && i < all->count; i++)
        good = making_place(all->work, &all->at[i], err);
    for (uint32_t i = 0; good && i < all->count; i++)
        good = making_end(all->work, all->crew, &all->at[i], err);
    return good;
}

static bool make_stale(const Work *w, const Stale *stale, const Str *keys, uint32_t count,
                       Err *err) {
    Str staging = STR_EMPTY;
    if (w->in->zip &&
        !place_staging(w->a, path_join(w->a, w->in->out, STR("cache")), &staging, err))
        return false;
    Makings all = {w, crew_open(w->a), arena_array(w->a, Making, count), count};
    for (uint32_t i = 0; i < count; i++) {
        const PackFunction *f = stale[i].function;
        all.at[i] = (Making){.job.run = archive_run,
                             .f = f,
                             .package = &w->out->packages.at[f - w->in->functions],
                             .record = {.key = keys[f - w->in->functions]}};
        arena_init(&all.at[i].arena);
    }
    bool good = make_all(&all, stale, staging, err);
    crew_close(all.crew);
    for (uint32_t i = 0; i < count; i++)
        arena_release(&all.at[i].arena);
    if (staging.n)
        place_clear(w->a, staging);
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
