// The worker of now: see pool.h. Invariants: only the main thread starts and reaps workers; a
// process is signalled under the lock, so never after it was reaped; fds[i] is open while the
// worker it leads to is the one of now, and a slot that borrowed it from an earlier one closes it
// itself.

#include "runtime/bootstrap/pool.h"

#include "runtime/bootstrap/frames.h"
#include "runtime/bootstrap/note.h"
#include "runtime/bootstrap/spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Lambda gives the init phase ten seconds and all of the processor: slots do not ask for an
// invocation before the handler has loaded, unless that takes longer than this.
enum { LOADING_MS = 9000, LAST_WORDS_MS = 500, PATIENCE_MS = 1000, INIT_ERROR_MAX = 1024 * 1024 };

int64_t pool_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct timespec timespec_of(int64_t ms) {
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    return t;
}

static int64_t uptime(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void pool_init(Pool *p) {
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    for (unsigned i = 0; i < POOL_SLOTS_MAX; i++) {
        p->fds[i] = -1;
    }
    p->shared = -1;
    p->note_fd = -1;
}

void pool_share(Pool *p) {
    if (p->slots == 1 && !p->snapshot) {
        p->note = spawn_memory(NOTE_SIZE, &p->note_fd);
    }
}

// ---- slots --------------------------------------------------------------------------------------

void pool_wait_open(Pool *p) {
    pthread_mutex_lock(&p->lock);
    while (!p->open) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
}

void pool_restored(Pool *p) {
    pthread_mutex_lock(&p->lock);
    p->restored = true;
    p->open = false;
    if (p->pid > 0) {
        p->renewing = true;
        kill(p->pid, SIGKILL);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

void pool_wait_restored(Pool *p) {
    pthread_mutex_lock(&p->lock);
    while (!p->restored) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
}

void pool_begin(Pool *p) {
    pthread_mutex_lock(&p->lock);
    p->busy++;
    pthread_mutex_unlock(&p->lock);
}

void pool_end(Pool *p) {
    pthread_mutex_lock(&p->lock);
    p->busy--;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

PoolLoan pool_borrow(Pool *p, unsigned slot, int64_t limit, int *fd, unsigned *generation) {
    struct timespec until = timespec_of(limit);
    pthread_mutex_lock(&p->lock);
    unsigned deaths = p->deaths;
    int waited = 0;
    while (!p->failed && !(p->loaded && p->fds[slot] >= 0) && p->deaths == deaths && waited == 0) {
        waited = limit ? pthread_cond_timedwait(&p->changed, &p->lock, &until)
                       : pthread_cond_wait(&p->changed, &p->lock);
    }
    PoolLoan loan = POOL_LATE;
    if (p->failed) {
        loan = POOL_FAILED;
    } else if (p->deaths != deaths) {
        loan = POOL_DIED;
    } else if (p->loaded && p->fds[slot] >= 0) {
        loan = POOL_LENT;
        p->lent[slot] = true;
        *fd = p->fds[slot];
    }
    // Another worker may have been started already: the one that died is meant.
    *generation = loan == POOL_DIED ? p->deaths : p->generation;
    pthread_mutex_unlock(&p->lock);
    return loan;
}

void pool_return(Pool *p, unsigned slot, int fd, unsigned generation) {
    pthread_mutex_lock(&p->lock);
    if (p->generation == generation) {
        p->lent[slot] = false;
    } else {
        close(fd);
    }
    pthread_mutex_unlock(&p->lock);
}

int pool_connection(Pool *p, unsigned *generation) {
    pthread_mutex_lock(&p->lock);
    int fd = p->shared;
    p->shared = -1;
    *generation = p->generation;
    pthread_mutex_unlock(&p->lock);
    return fd;
}

bool pool_lend(Pool *p, unsigned slot, int *fd, unsigned *generation) {
    pthread_mutex_lock(&p->lock);
    bool can = p->loaded && p->lends && !p->failed && p->fds[slot] >= 0;
    if (can) {
        p->lent[slot] = true;
        *fd = p->fds[slot];
        *generation = p->generation;
    }
    pthread_mutex_unlock(&p->lock);
    return can;
}

void pool_given(Pool *p) {
    pthread_mutex_lock(&p->lock);
    p->idle_deaths = 0;
    pthread_mutex_unlock(&p->lock);
}

static void kill_worker(Pool *p, int signal) {
    if (p->pid > 0) {
        kill(p->pid, signal);
    }
}

void pool_kill(Pool *p, unsigned generation) {
    pthread_mutex_lock(&p->lock);
    if (p->generation == generation) {
        kill_worker(p, SIGKILL);
    }
    pthread_mutex_unlock(&p->lock);
}

bool pool_slow(Pool *p, unsigned generation) {
    pthread_mutex_lock(&p->lock);
    bool slow = p->generation == generation && !p->loaded && uptime() - p->began > LOADING_MS;
    if (slow) {
        kill_worker(p, SIGKILL);
    }
    pthread_mutex_unlock(&p->lock);
    return slow;
}

void pool_late(Pool *p, unsigned generation) {
    pthread_mutex_lock(&p->lock);
    if (p->generation == generation && ++p->late >= p->slots) {
        kill_worker(p, SIGKILL);
    }
    pthread_mutex_unlock(&p->lock);
}

void pool_recovered(Pool *p, unsigned generation) {
    pthread_mutex_lock(&p->lock);
    p->late -= p->generation == generation && p->late > 0;
    pthread_mutex_unlock(&p->lock);
}

int pool_wait_death(Pool *p, unsigned generation) {
    struct timespec until = timespec_of(pool_now() + PATIENCE_MS);
    pthread_mutex_lock(&p->lock);
    for (int waited = 0; p->deaths < generation && waited == 0;) {
        waited = pthread_cond_timedwait(&p->changed, &p->lock, &until);
    }
    if (p->deaths < generation) {
        kill_worker(p, SIGKILL);
    }
    while (p->deaths < generation) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    int status = p->status;
    pthread_mutex_unlock(&p->lock);
    return status;
}

// ---- the main thread: start and end -------------------------------------------------------------

// Starts a worker. Descriptors that a slot still holds are the slot's to close.
static bool start(Pool *p) {
    int fds[POOL_SLOTS_MAX];
    SpawnShared shared = {p->note ? api_open(p->address) : -1, p->note_fd};
    pthread_mutex_lock(&p->lock);
    pid_t pid = spawn_worker(p->node, p->script, p->slots, fds, &shared);
    for (unsigned i = 0; pid > 0 && i < p->slots; i++) {
        if (p->fds[i] >= 0 && !p->lent[i]) {
            close(p->fds[i]);
        }
        p->fds[i] = fds[i];
        p->lent[i] = false;
    }
    if (p->shared >= 0) {
        close(p->shared);
    }
    p->shared = shared.connection;
    if (pid > 0) {
        p->pid = pid;
        p->generation++;
        p->loaded = false;
        p->lends = false;
        p->began = uptime();
        p->late = 0;
    }
    pthread_mutex_unlock(&p->lock);
    return pid > 0;
}

static void set_open(Pool *p, bool loaded, bool lends) {
    pthread_mutex_lock(&p->lock);
    p->open = true;
    p->lends = lends;
    p->loaded = p->loaded || loaded;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

// The slots stop waiting for what cannot come any more. What the worker had sent can still be read.
static void ended(Pool *p, int status) {
    pthread_mutex_lock(&p->lock);
    for (unsigned i = 0; i < p->slots; i++) {
        shutdown(p->fds[i], SHUT_RDWR);
    }
    p->pid = 0;
    p->deaths++;
    p->status = status;
    p->loaded = false;
    if (p->note) {
        Note note;
        note_read(p->note, &note);
        p->idle_deaths = note.given ? 0 : p->idle_deaths;
        note_forget(p->note);
    }
    p->idle_deaths++;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

// Reaps everything that ended: also what a worker left behind, where this is the first process of
// all.
static bool reap(Pool *p) {
    bool worker = false;
    int status = 0;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        if (pid == p->pid) {
            ended(p, status);
            worker = true;
        }
    }
    return worker;
}

// Gives the slots a moment to tell the API what happened.
static void last_words(Pool *p) {
    struct timespec until = timespec_of(pool_now() + LAST_WORDS_MS);
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->changed);
    int waited = 0;
    while (p->busy > 0 && waited == 0) {
        waited = pthread_cond_timedwait(&p->changed, &p->lock, &until);
    }
    pthread_mutex_unlock(&p->lock);
}

// The worker wrote its last lines before it said that it cannot load: lets it end by itself.
static void let_end(Pool *p) {
    for (unsigned i = 0; i < 20 && p->pid > 0; i++) {
        struct pollfd f = {p->signals, POLLIN, 0};
        if (poll(&f, 1, 10) > 0) {
            struct signalfd_siginfo info;
            (void)!read(p->signals, &info, sizeof info);
        }
        reap(p);
    }
    pthread_mutex_lock(&p->lock);
    kill_worker(p, SIGKILL);
    pthread_mutex_unlock(&p->lock);
}

// The handler cannot be loaded: tells the API, or the invocations that wait for it.
static int give_up(Pool *p, const char *json, size_t size) {
    pthread_mutex_lock(&p->lock);
    bool asked = p->open;
    p->failed = true;
    bytes_clear(&p->init_error);
    bytes_add(&p->init_error, json, size);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    if (asked) {
        last_words(p);
    } else {
        char type[REPORT_TYPE_MAX];
        report_type(json, size, "Runtime.Unknown", type);
        Api *api = malloc(sizeof *api); // too large for a stack
        if (api) {
            api_init(api, p->address);
            const ApiError error = {.type = type};
            api_post(api, p->restored ? "restore/error" : "init/error", &error, json, size);
            api_close(api);
        }
        free(api);
    }
    let_end(p);
    return 1;
}

static int give_up_because(Pool *p, const char *type, const char *why) {
    Bytes json = {0};
    report_body(&json, type, NULL, why);
    fprintf(stderr, "pluto: %s\n", why);
    return give_up(p, json.at, json.size);
}

// ---- the main thread: what the worker says while it loads ---------------------------------------

typedef enum Load { LOAD_MORE, LOAD_READY, LOAD_ERROR, LOAD_BROKEN } Load;

typedef struct Loading {
    uint8_t header[FRAME_HEADER];
    size_t got;  // of the header
    Frame frame; // once the header is there
    Bytes json;  // of an INIT_ERROR
} Loading;

// Reads what is there, and nothing beyond the frame: what comes later is for the slots.
static Load load_read(Loading *l, int fd) {
    for (;;) {
        char some[4096];
        bool head = l->got < FRAME_HEADER;
        size_t want = head ? FRAME_HEADER - l->got : l->frame.size - l->json.size;
        if (want == 0) {
            return l->frame.type == FRAME_INIT_ERROR ? LOAD_ERROR : LOAD_READY;
        }
        void *to = head ? (void *)(l->header + l->got) : (void *)some;
        ssize_t n = recv(fd, to, !head && want > sizeof some ? sizeof some : want, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return LOAD_MORE;
        }
        if (n <= 0) {
            return LOAD_BROKEN;
        }
        if (!head) {
            if (!bytes_add(&l->json, some, (size_t)n)) {
                return LOAD_BROKEN;
            }
            continue;
        }
        l->got += (size_t)n;
        FrameTalk talk = TALK_LOADING;
        if (l->got == FRAME_HEADER &&
            (!frame_read(l->header, &l->frame) || !frame_follows(&talk, &l->frame) ||
             l->frame.size > INIT_ERROR_MAX)) {
            return LOAD_BROKEN;
        }
    }
}

// ---- the main thread: its life ------------------------------------------------------------------

// SIGTERM and SIGINT go on to the worker; a second one ends it.
static void signalled(Pool *p, int number) {
    pthread_mutex_lock(&p->lock);
    kill_worker(p, p->stop ? SIGKILL : number);
    p->stop = true;
    pthread_mutex_unlock(&p->lock);
}

// Now there is something to load, and what that takes counts.
static void let_go(Pool *p) {
    p->held = false;
    pthread_mutex_lock(&p->lock);
    p->began = uptime();
    pthread_mutex_unlock(&p->lock);
}

// Waits for something to happen. True: the worker has ended.
static bool wait_event(Pool *p, int loading_fd) {
    int timeout = -1;
    // A snapshot is of a worker that has loaded, however long that takes.
    if (!p->open && !p->held && (!p->snapshot || p->restored)) {
        int64_t left = p->began + LOADING_MS - uptime();
        timeout = left > 0 ? (int)left : 0;
    }
    struct pollfd f[3] = {
        {p->signals, POLLIN, 0}, {loading_fd, POLLIN, 0}, {p->held ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(f, 3, timeout) == 0) {
        set_open(p, false, false);
    }
    if (f[2].revents) {
        let_go(p);
    }
    if (!(f[0].revents & POLLIN)) {
        return false;
    }
    struct signalfd_siginfo info;
    if (read(p->signals, &info, sizeof info) != (ssize_t)sizeof info) {
        return false;
    }
    if (info.ssi_signo != SIGCHLD) {
        signalled(p, (int)info.ssi_signo);
    }
    return reap(p);
}

// One worker from start to end. Gives the exit code of the process, or -1 where another is to be
// started.
static int live(Pool *p) {
    Loading l = {0};
    if (!start(p)) {
        return give_up_because(p, "Runtime.InvalidEntrypoint", "the worker cannot be started");
    }
    Load load = LOAD_MORE;
    bool dead = false;
    while (!dead) {
        dead = wait_event(p, load == LOAD_MORE ? p->fds[0] : -1);
        if (load == LOAD_MORE) {
            load = load_read(&l, p->fds[0]);
            if (load == LOAD_READY && !dead) {
                set_open(p, true, l.frame.type == FRAME_ABLE);
            } else if (load == LOAD_BROKEN && !dead) {
                pool_kill(p, p->generation);
            }
        }
        if (load == LOAD_ERROR) {
            return give_up(p, l.json.at, l.json.size);
        }
    }
    if (p->stop) {
        last_words(p);
        return 0;
    }
    if (p->renewing) {
        p->renewing = false;
        p->idle_deaths = 0;
        return -1;
    }
    char why[128];
    report_exit(p->status, why, sizeof why);
    if (!p->open) {
        return give_up_because(p, "Runtime.ExitError", why);
    }
    if (p->idle_deaths >= POOL_DEATHS_MAX) {
        return give_up_because(p, "Runtime.ExitError", why);
    }
    return -1;
}

void pool_abandon(Pool *p) {
    pthread_mutex_lock(&p->lock);
    kill_worker(p, SIGKILL);
    _exit(p->stop ? 0 : 1);
}

int pool_run(Pool *p) {
    int code = -1;
    if (!p->node) {
        return give_up_because(p, "Runtime.InvalidEntrypoint", "there is no node: set PLUTO_NODE");
    }
    if (!p->script) {
        return give_up_because(p, "Runtime.InvalidEntrypoint",
                               "there is no worker.mjs beside bootstrap");
    }
    while (code < 0) {
        code = live(p);
    }
    return code;
}
