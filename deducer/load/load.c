// From the entry to all modules of the program: who reads what, in which thread.
//
// Input: the entry's path. Output: the modules, parsed, bound, and linked to each other by their
// requests. Each thread takes the next module that nobody has read yet, parses it into an arena of
// its own and adds what it imports. Threads start only when more modules wait than are being
// served. Invariant: the order of Program.modules, and of everything reported, is that of a walk
// from the entry along the requests, whatever thread was first.

#include "deducer/load/cst.h"
#include "deducer/load/resolve.h"
#include "deducer/load/text.h"

#include <unistd.h>

enum {
    FILE_MAX_BYTES = 10 << 20,
    MODULES_MAX = 10000,
    PROGRAM_MAX_BYTES = 256 << 20,
    THREADS_MAX = 64,
    STACK_BYTES = 16 << 20, // of a thread: the parser goes a thousand levels deep
};

typedef struct Item { // a module, and what became of reading it
    Module module;    // first: a Module * of the program is an Item *
    Err *failure;     // NULL where the file was read
    bool seen;        // by the walk that orders the modules
} Item;

typedef struct Loader Loader;

typedef struct Worker {
    Loader *loader;
    Arena arena; // the trees of what it parsed
    pthread_t thread;
} Worker;

struct Loader {
    Program program; // first: a Program * of load_program is a Loader *
    LoadContext *lc;
    Resolver *resolver;
    Arena resolver_arena;
    Worker workers[THREADS_MAX]; // [0] is the calling thread

    pthread_mutex_t lock; // guards what follows, and lc->a
    pthread_cond_t changed;
    uint32_t worker_count, worker_max;
    uint32_t waiting, busy; // workers
    Map by_path;            // without links → Item
    Vec(Item *) items;      // in order of discovery; those from `next` on were not read yet
    uint32_t next;
    uint64_t bytes;
    bool too_many, too_large;
};

static void *run_worker(void *worker);

// ---- the list of modules; called with the lock held ---------------------------------------------

// Asked for only where there is more than one module: the answer costs as much as a small file.
static uint32_t thread_limit(unsigned wanted) {
    long n = wanted ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);
    if (n < 1)
        n = 1;
    return n > THREADS_MAX ? THREADS_MAX : (uint32_t)n;
}

static void start_worker(Loader *l) {
    if (!l->worker_max)
        l->worker_max = thread_limit(l->lc->in->threads);
    if (l->worker_count >= l->worker_max)
        return;
    Worker *w = &l->workers[l->worker_count];
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes))
        return;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    w->loader = l;
    arena_init(&w->arena);
    // Where the system gives no thread, those that run do all the work.
    if (pthread_create(&w->thread, &attributes, run_worker, w) == 0)
        l->worker_count++;
    else
        l->worker_max = l->worker_count;
    pthread_attr_destroy(&attributes);
}

// Paths live as long as the sources, which name them in diagnostics.
static Item *new_item(Loader *l, Str abs_path) {
    Arena *a = l->lc->a;
    Item *item = arena_new(a, Item);
    item->module.abs_path = str_dup(a, abs_path);
    item->module.path = str_dup(a, resolver_shown(l->resolver, a, abs_path));
    item->module.is_json = file_class(abs_path) == FILE_JSON;
    vec_push(a, &l->items, item);
    map_set(&l->by_path, item->module.abs_path, item);
    return item;
}

// The module of a path, new or known; NULL where there are too many.
static Module *add_module(Loader *l, Str abs_path) {
    Item *item = map_find(&l->by_path, abs_path);
    if (item)
        return &item->module;
    if (l->items.n >= MODULES_MAX) {
        l->too_many = true;
        return NULL;
    }
    item = new_item(l, abs_path);
    pthread_cond_signal(&l->changed);
    // The thread that adds it will serve one itself.
    if (l->items.n - l->next > l->waiting + 1)
        start_worker(l);
    return &item->module;
}

// ---- one module, without the lock ---------------------------------------------------------------

// Reads into the worker's arena and keeps a copy: what diagnostics show outlives the program.
static bool read_item(Worker *w, Item *item, char **bytes, uint32_t *size) {
    Loader *l = w->loader;
    Host *host = l->lc->in->host;
    ArenaMark mark = arena_mark(&w->arena);
    Str text;
    Err err;
    bool ok = host->read_file(host, &w->arena, item->module.abs_path, FILE_MAX_BYTES, &text, &err);
    pthread_mutex_lock(&l->lock);
    if (!ok) {
        item->failure = arena_new(l->lc->a, Err);
        *item->failure = err;
    } else if (l->bytes + text.n > PROGRAM_MAX_BYTES) {
        l->too_large = true;
        ok = false;
    } else {
        l->bytes += text.n;
        *bytes = arena_copy(l->lc->a, text.p, text.n);
        *size = text.n;
    }
    pthread_mutex_unlock(&l->lock);
    arena_reset(&w->arena, mark);
    return ok;
}

// The resolver's scratch is given back after each request: what it found is copied into the list.
static void find_targets(Worker *w, Module *m) {
    Loader *l = w->loader;
    for (uint32_t i = 0; i < m->requests.n; i++) {
        Request *req = &m->requests.at[i];
        ArenaMark mark = arena_mark(&w->arena);
        Str path = STR_EMPTY;
        req->kind = resolver_find(l->resolver, &w->arena, m->abs_path, req, &path);
        // What only types come from is erased with them.
        if (req->kind == TARGET_MODULE && req->types_only && !req->dynamic)
            req->kind = TARGET_EXTERNAL;
        if (req->kind == TARGET_MODULE) {
            pthread_mutex_lock(&l->lock);
            req->module = add_module(l, path);
            pthread_mutex_unlock(&l->lock);
            if (!req->module)
                req->kind = TARGET_NONE;
        }
        if (req->kind == TARGET_NONE)
            m->has_errors = true;
        arena_reset(&w->arena, mark);
    }
}

// A module whose text is no program still answers for its path: those who import it report no more.
static void load_item(Worker *w, Item *item) {
    LoadContext *lc = w->loader->lc;
    Module *m = &item->module;
    char *bytes = NULL;
    uint32_t size = 0;
    Str text;
    if (!read_item(w, item, &bytes, &size) || !text_accept(lc, m, bytes, size, &text)) {
        m->has_errors = true;
        return;
    }
    if (m->is_json) {
        m->json_text = text;
        return;
    }
    parse_module(&w->arena, lc, m, text);
    if (m->program)
        bind_module(&w->arena, lc, m);
    if (m->has_jsx || m->has_decorators)
        resolver_options(w->loader->resolver, m);
    find_targets(w, m);
}

// Takes modules until there are none, and nobody is left who could find more.
static void work(Worker *w) {
    Loader *l = w->loader;
    pthread_mutex_lock(&l->lock);
    for (;;) {
        while (l->next == l->items.n && l->busy) {
            l->waiting++;
            pthread_cond_wait(&l->changed, &l->lock);
            l->waiting--;
        }
        if (l->next == l->items.n)
            break;
        Item *item = l->items.at[l->next++];
        l->busy++;
        pthread_mutex_unlock(&l->lock);
        load_item(w, item);
        pthread_mutex_lock(&l->lock);
        l->busy--;
    }
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

static void *run_worker(void *worker) {
    work(worker);
    return NULL;
}

// ---- the entry ----------------------------------------------------------------------------------

static void help_with_entry(Loader *l, Diag *d, Str written) {
    static const char *const USUAL[] = {"src/index.ts", "index.ts",     "src/main.ts", "main.ts",
                                        "src/app.ts",   "src/index.js", "index.js"};
    Arena *a = l->lc->a;
    Resolver *r = l->resolver;
    Str found = path_join(a, r->root, written);
    Str shown = STR("src/index.ts");
    bool there = resolver_allows(r, found) && probe_path(r, a, found, false, &found);
    if (there)
        shown = resolver_shown(r, a, found);
    for (unsigned i = 0; !there && i < sizeof USUAL / sizeof USUAL[0]; i++) {
        shown = str_of(USUAL[i]);
        there = r->host->type(r->host, path_join(a, r->root, shown)) == HOST_FILE;
    }
    if (there)
        diag_help(d, "`%.*s` is there: name it in pluto.yml, `entry: %.*s`", STR_ARG(shown),
                  STR_ARG(shown));
    else
        diag_help(d, "name the program's first file in pluto.yml, as in `entry: src/index.ts`");
}

// The entry's path without links, or a diagnostic.
static bool find_entry(Loader *l, Str *real) {
    Resolver *r = l->resolver;
    Diags *ds = l->lc->diags;
    Str written = l->lc->in->entry;
    Str path = path_join(l->lc->a, r->root, written);
    HostType type = HOST_NONE;
    if (written.n && resolver_allows(r, path))
        type = r->host->type(r->host, path);
    bool there = type != HOST_NONE && r->host->real_path(r->host, l->lc->a, path, real);
    if (!resolver_allows(r, path) || (there && !resolver_allows(r, *real))) {
        Diag *d = diag_error(ds, P0109, SPAN_NONE, "the entry `%.*s` is outside of the project",
                             STR_ARG(written));
        help_with_entry(l, d, STR("src/index"));
    } else if (!there) {
        Diag *d =
            diag_error(ds, P0101, SPAN_NONE, "the entry `%.*s` does not exist", STR_ARG(written));
        help_with_entry(l, d, written);
    } else if (type == HOST_DIR) {
        Diag *d =
            diag_error(ds, P0110, SPAN_NONE, "the entry `%.*s` is a folder", STR_ARG(written));
        help_with_entry(l, d, written);
    } else if (file_class(*real) != FILE_SOURCE) {
        Diag *d =
            diag_error(ds, P0101, SPAN_NONE,
                       "the entry `%.*s` is neither TypeScript nor JavaScript", STR_ARG(written));
        help_with_entry(l, d, STR("src/index"));
    } else {
        return true;
    }
    return false;
}

// ---- after all threads are done -----------------------------------------------------------------

// Modules as a walk from the entry meets them: each before what it imports, imports in their order.
static void order_modules(Loader *l, Item *entry) {
    Arena *a = l->lc->a;
    Program *p = &l->program;
    Vec(Item *) stack = {0};
    vec_push(a, &stack, entry);
    while (stack.n) {
        Item *item = vec_pop(&stack);
        if (item->seen)
            continue;
        item->seen = true;
        item->module.index = p->modules.n;
        vec_push(a, &p->modules, &item->module);
        for (uint32_t i = item->module.requests.n; i-- > 0;) {
            Item *target = (Item *)item->module.requests.at[i].module;
            if (target && !target->seen)
                vec_push(a, &stack, target);
        }
    }
}

// The system's answer, without the place where the project happens to stand.
static Str without_root(Loader *l, const char *message) {
    Arena *a = l->lc->a;
    Str text = str_of(message), root = str_cat(a, l->resolver->root, STR("/"));
    int64_t at = str_find(text, root, 0);
    if (at < 0)
        return str_dup(a, text);
    return str_cat(a, str_slice(text, 0, (uint32_t)at),
                   str_slice(text, (uint32_t)at + root.n, text.n));
}

static void report_failure(Loader *l, Item *item, Span span) {
    Diags *ds = l->lc->diags;
    const Err *err = item->failure;
    Str path = item->module.path;
    Diag *d;
    if (err->kind == ERR_TOO_LARGE)
        d = diag_error(ds, P0104, span, "`%.*s` is too large: a source file has at most %d MB",
                       STR_ARG(path), FILE_MAX_BYTES >> 20);
    else if (err->kind == ERR_NOT_REGULAR)
        d = diag_error(ds, P0110, span, "`%.*s` is not a regular file", STR_ARG(path));
    else
        d = diag_error(ds, P0101, span, "cannot read `%.*s`", STR_ARG(path));
    diag_note(d, "%.*s", STR_ARG(without_root(l, err->message)));
    if (err->hint[0])
        diag_help(d, "%s", err->hint);
}

// Files that could not be read, each at the first import of it.
static void report_failures(Loader *l) {
    Program *p = &l->program;
    for (uint32_t i = 0; i < p->modules.n; i++) {
        Module *m = p->modules.at[i];
        for (uint32_t k = 0; k < m->requests.n; k++) {
            Item *target = (Item *)m->requests.at[k].module;
            if (!target || !target->failure)
                continue;
            report_failure(l, target, m->requests.at[k].span);
            target->failure = NULL;
        }
    }
}

static void report_limits(Loader *l) {
    Diags *ds = l->lc->diags;
    if (l->too_many)
        diag_error(ds, P0113, SPAN_NONE, "the program has more than %d modules", MODULES_MAX);
    if (l->too_large)
        diag_error(ds, P0113, SPAN_NONE, "the program has more than %d MB of source",
                   PROGRAM_MAX_BYTES >> 20);
}

// From here on a single thread: what is reported now comes in the order of the modules.
static void finish(Loader *l, Item *entry) {
    Program *p = &l->program;
    order_modules(l, entry);
    p->entry = &entry->module;
    p->bytes = l->bytes;
    if (entry->failure) {
        report_failure(l, entry, SPAN_NONE);
        entry->failure = NULL;
    }
    report_failures(l);
    report_limits(l);
    for (uint32_t i = 0; i < p->modules.n; i++) {
        Module *m = p->modules.at[i];
        if (m->is_json && !m->has_errors)
            text_check_json(l->lc, m);
    }
}

// ---- the public functions -----------------------------------------------------------------------

Program *load_program(LoadContext *lc) {
    Loader *l = arena_new(lc->a, Loader);
    l->lc = lc;
    if (!lc->grammar)
        lc->grammar = grammar_new(lc->a);
    arena_init(&l->resolver_arena);
    l->resolver = resolver_new(&l->resolver_arena, lc);
    l->by_path = map_new(lc->a);
    l->worker_count = 1;
    l->workers[0].loader = l;
    arena_init(&l->workers[0].arena);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);

    Str path;
    bool found = find_entry(l, &path);
    Item *entry = new_item(l, found ? path : path_join(lc->a, l->resolver->root, lc->in->entry));
    if (found) {
        work(&l->workers[0]);
        // No thread starts after the last module was taken: the count stands.
        for (uint32_t i = 1; i < l->worker_count; i++)
            pthread_join(l->workers[i].thread, NULL);
    } else {
        entry->module.has_errors = true;
    }
    finish(l, entry);
    resolver_close(l->resolver);
    return &l->program;
}

void load_release(Program *p) {
    Loader *l = (Loader *)p;
    for (uint32_t i = 0; i < l->worker_count; i++)
        arena_release(&l->workers[i].arena);
    arena_release(&l->resolver_arena);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
}
