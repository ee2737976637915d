#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 // realpath
#endif
// Changes of files. In: paths, which may or may not exist. Out: a return, when one of them changed.
//
// Invariant: no change is lost. What happens between two waits is found in the queue; where a
// folder was not watched yet, its files are asked whether they changed since the last wait ended.
//
// Folders are watched, never files: editors save by renaming, which a watch on the file would not
// survive. What does not exist is waited for in the nearest folder that does.

#include "adapters/shared/shared.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    QUIET_MS = 15,     // so long nothing changes: then a save is complete
    PATIENCE_MS = 250, // with something changing all the time, this long
    BEAT_MS = 10000,
    LOOK_MS = 500,       // where the system cannot watch any more folders, files are looked at
    CLOCK_GRAIN_MS = 10, // times of files are coarser than the clock
    EVENTS_SIZE = 16384
};

// One name in one folder; an empty name: the folder's list of names.
typedef struct Want {
    int folder; // inotify's number of it
    Str name;
} Want;

// What one wait waits for. The one before is kept while the next is made.
typedef struct Turn {
    Arena arena;
    Vec(Want) wants; // sorted
    Map folders;     // path to inotify's number + 1
    bool blind;      // some folder could not be watched
    bool is_new;     // some folder was not watched before
} Turn;

struct Watcher {
    int fd;
    int64_t since_ms; // by the clock of files: when the last wait ended
    Turn turns[2];
    unsigned now;
};

static int64_t clock_ms(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// ---- What is waited for -------------------------------------------------------------------------

static int compare_wants(const void *x, const void *y) {
    const Want *a = x, *b = y;
    return a->folder != b->folder ? (a->folder < b->folder ? -1 : 1) : str_cmp(a->name, b->name);
}

static bool wants_has(const Turn *t, int folder, Str name) {
    Want key = {folder, name};
    return t->wants.n && bsearch(&key, t->wants.at, t->wants.n, sizeof key, compare_wants);
}

static int compare_folders(const void *x, const void *y) {
    const Want *a = x, *b = y;
    return a->folder == b->folder ? 0 : a->folder < b->folder ? -1 : 1;
}

static bool wants_folder(const Turn *t, int folder) {
    Want key = {folder, STR_EMPTY};
    return t->wants.n && bsearch(&key, t->wants.at, t->wants.n, sizeof key, compare_folders);
}

// inotify's number of a folder, or -1 with errno.
static int folder_watch(Watcher *w, Str folder) {
    static const uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                   IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    Turn *t = &w->turns[w->now];
    const Turn *last = &w->turns[!w->now];
    int *known = map_find(&t->folders, folder);
    if (known)
        return *known;
    int number = inotify_add_watch(w->fd, str_cstr(&t->arena, folder), events);
    if (number < 0)
        return number;
    const int *before = last->folders.arena ? map_find(&last->folders, folder) : NULL;
    t->is_new = t->is_new || !before || *before != number;
    map_set(&t->folders, folder, arena_copy(&t->arena, &number, sizeof number));
    return number;
}

static void want(Watcher *w, Str folder, Str name) {
    Turn *t = &w->turns[w->now];
    int number = folder_watch(w, folder);
    while (number < 0 && (errno == ENOENT || errno == ENOTDIR) && folder.n > 1) {
        name = path_base(folder);
        folder = path_dir(folder);
        if (folder.n == 0)
            folder = STR(".");
        number = folder_watch(w, folder);
        if (str_is(folder, "."))
            break;
    }
    if (number >= 0)
        vec_push(&t->arena, &t->wants, (Want){number, name});
    else
        t->blind = true;
}

static void want_path(Watcher *w, Str path) {
    Arena *a = &w->turns[w->now].arena;
    struct stat st;
    path = path_normal(a, path);
    const char *c_path = str_cstr(a, path);
    Str folder = path_dir(path);
    want(w, folder.n ? folder : STR("."), path_base(path));
    bool is_link = lstat(c_path, &st) == 0 && S_ISLNK(st.st_mode);
    char *real = is_link ? realpath(c_path, NULL) : NULL;
    if (real) {
        Str to = str_dup(a, str_of(real));
        want(w, path_dir(to), path_base(to));
        free(real);
    }
    if (stat(c_path, &st) == 0 && S_ISDIR(st.st_mode))
        want(w, path, STR_EMPTY);
}

static void turn_begin(Watcher *w, const Str *paths, uint32_t count) {
    w->now = !w->now;
    Turn *t = &w->turns[w->now], *last = &w->turns[!w->now];
    arena_release(&t->arena);
    *t = (Turn){0};
    arena_init(&t->arena);
    t->folders = map_new(&t->arena);
    for (uint32_t i = 0; i < count; i++)
        want_path(w, paths[i]);
    if (t->wants.n)
        qsort(t->wants.at, t->wants.n, sizeof *t->wants.at, compare_wants);
    for (uint32_t i = 0; i < last->folders.n; i++) {
        int number = *(int *)last->folders.at[i].value;
        if (!wants_folder(t, number))
            inotify_rm_watch(w->fd, number);
    }
}

// Whether one of the paths is newer than the last wait's end.
static bool is_newer(Watcher *w, const Str *paths, uint32_t count) {
    Arena a;
    arena_init(&a);
    ArenaMark start = arena_mark(&a);
    bool newer = false;
    for (uint32_t i = 0; i < count && !newer; i++) {
        struct stat st;
        if (stat(str_cstr(&a, paths[i]), &st) == 0) {
            int64_t ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
            newer = ms >= w->since_ms - CLOCK_GRAIN_MS;
        }
        arena_reset(&a, start);
    }
    arena_release(&a);
    return newer;
}

// ---- Events -------------------------------------------------------------------------------------

// In a folder that is watched as such, names come and go; editors' copies and hidden ones are no
// news.
static bool is_listed(Str name) {
    return name.n && *name.p != '.' && !str_ends(name, "~");
}

static bool is_wanted(const Turn *t, const struct inotify_event *e) {
    if (e->mask & IN_Q_OVERFLOW)
        return true;
    if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
        return wants_folder(t, e->wd);
    Str name = e->len ? str_of(e->name) : STR_EMPTY;
    if (name.n && wants_has(t, e->wd, name))
        return true;
    return !(e->mask & (IN_CLOSE_WRITE | IN_IGNORED)) && is_listed(name) &&
           wants_has(t, e->wd, STR_EMPTY);
}

// Empties the queue; true where something in it is waited for.
static bool events_read(Watcher *w) {
    _Alignas(struct inotify_event) char bytes[EVENTS_SIZE];
    const Turn *t = &w->turns[w->now];
    bool wanted = false;
    for (;;) {
        ssize_t n = read(w->fd, bytes, sizeof bytes);
        if (n <= 0)
            return wanted;
        for (const char *at = bytes; at < bytes + n;) {
            struct inotify_event e;
            memcpy(&e, at, sizeof e);
            const struct inotify_event *whole = (const struct inotify_event *)(const void *)at;
            wanted = is_wanted(t, whole) || wanted;
            at += sizeof e + e.len;
        }
    }
}

// A save is often several changes: waits until there are no more.
static void settle(Watcher *w) {
    int64_t until = clock_ms(CLOCK_MONOTONIC) + PATIENCE_MS;
    struct pollfd on = {w->fd, POLLIN, 0};
    while (clock_ms(CLOCK_MONOTONIC) < until && poll(&on, 1, QUIET_MS) > 0)
        events_read(w);
}

bool watcher_wait(Watcher *w, const Str *paths, uint32_t count, int signals,
                  void (*beat_out)(void *context), void *context) {
    turn_begin(w, paths, count);
    const Turn *t = &w->turns[w->now];
    bool changed = t->is_new && is_newer(w, paths, count);
    int64_t beat = clock_ms(CLOCK_MONOTONIC) + BEAT_MS;
    while (!changed) {
        struct pollfd on[2] = {{w->fd, POLLIN, 0}, {signals, POLLIN, 0}};
        if (poll(on, 2, t->blind ? LOOK_MS : BEAT_MS) < 0 && errno != EINTR)
            return false;
        if (on[1].revents)
            return false;
        if (on[0].revents)
            changed = events_read(w);
        if (t->blind && !changed)
            changed = is_newer(w, paths, count);
        if (clock_ms(CLOCK_MONOTONIC) >= beat) {
            if (beat_out)
                beat_out(context);
            beat = clock_ms(CLOCK_MONOTONIC) + BEAT_MS;
        }
    }
    settle(w);
    w->since_ms = clock_ms(CLOCK_REALTIME);
    return true;
}

Watcher *watcher_open(Arena *a, Err *err) {
    Watcher *w = arena_new(a, Watcher);
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0) {
        err_set(err, ERR_IO, "cannot watch files: %s", strerror(errno));
        err_hint(err, "`fs.inotify.max_user_instances` limits how many programs may");
        return NULL;
    }
    w->since_ms = clock_ms(CLOCK_REALTIME);
    arena_init(&w->turns[0].arena);
    arena_init(&w->turns[1].arena);
    return w;
}

void watcher_close(Watcher *w) {
    arena_release(&w->turns[0].arena);
    arena_release(&w->turns[1].arena);
    close(w->fd);
}
