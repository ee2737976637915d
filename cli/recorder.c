// A Host that remembers what was asked of it. In: questions, from several threads. Out: the answers
// of the host below, and the list of what was asked.
//
// Invariant: whatever could change an answer is in the list: a file that is missing now is looked
// for again when it comes.

#include "cli/recorder.h"

#include <pthread.h>

typedef Vec(Str) Paths;

struct Recorder {
    Host host; // first: what the compiler holds is this
    Host *base;
    pthread_mutex_t lock;
    Arena arena; // of what follows
    Map seen;
    Paths paths;
};

static void note(Recorder *r, Str path) {
    pthread_mutex_lock(&r->lock);
    if (path.n && !map_has(&r->seen, path)) {
        Str mine = str_dup(&r->arena, path);
        map_set(&r->seen, mine, r);
        vec_push(&r->arena, &r->paths, mine);
    }
    pthread_mutex_unlock(&r->lock);
}

static bool read_file(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err) {
    Recorder *r = (Recorder *)h;
    note(r, path);
    return r->base->read_file(r->base, a, path, max, out, err);
}

static bool write_file(Host *h, Str path, Str content, Err *err) {
    Recorder *r = (Recorder *)h;
    return r->base->write_file(r->base, path, content, err);
}

// That a folder is there is no news worth waiting for; what is in it is asked for by itself.
static HostType type(Host *h, Str path) {
    Recorder *r = (Recorder *)h;
    HostType found = r->base->type(r->base, path);
    if (found != HOST_DIR)
        note(r, path);
    return found;
}

static bool real_path(Host *h, Arena *a, Str path, Str *out) {
    Recorder *r = (Recorder *)h;
    bool there = r->base->real_path(r->base, a, path, out);
    if (!there)
        note(r, path);
    return there;
}

static bool list(Host *h, Arena *a, Str path, Str **names, size_t *count) {
    Recorder *r = (Recorder *)h;
    note(r, path);
    return r->base->list(r->base, a, path, names, count);
}

static bool env(Host *h, Arena *a, Str name, Str *out) {
    Recorder *r = (Recorder *)h;
    return r->base->env(r->base, a, name, out);
}

Recorder *recorder_open(Arena *a, Host *base) {
    Recorder *r = arena_new(a, Recorder);
    r->host = (Host){read_file, write_file, type, real_path, list, env};
    r->base = base;
    pthread_mutex_init(&r->lock, NULL);
    arena_init(&r->arena);
    r->seen = map_new(&r->arena);
    return r;
}

Host *recorder_host(Recorder *r) {
    return &r->host;
}

const Str *recorder_paths(const Recorder *r, uint32_t *count) {
    *count = r->paths.n;
    return r->paths.at;
}

void recorder_reset(Recorder *r) {
    arena_release(&r->arena);
    arena_init(&r->arena);
    r->seen = map_new(&r->arena);
    r->paths = (Paths){0};
}

void recorder_close(Recorder *r) {
    arena_release(&r->arena);
    pthread_mutex_destroy(&r->lock);
}
