// A queue in front of the standard output, and the thread that empties it.
//
// Input: lines from any thread. Output: the same bytes, in order, to a descriptor.
// Invariant: outlet_put never blocks on the reader. A terminal that is stopped with Ctrl-S, or a
// pipe that nobody reads, keeps no request waiting and no signal from ending the application.

#include "cli/run/outlet.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct Outlet {
    pthread_mutex_t lock;
    pthread_cond_t changed; // something waits, all is written, or it ends
    pthread_t thread;
    int descriptor;
    bool threaded, ending, busy;
    char *waiting; // not yet taken by the thread
    size_t size, capacity;
};

// Whoever read it may have gone: that does not end the application.
static void write_all(int descriptor, const char *bytes, size_t size) {
    for (size_t at = 0; at < size;) {
        ssize_t n = write(descriptor, bytes + at, size - at);
        if (n < 0 && errno != EINTR)
            return;
        at += n > 0 ? (size_t)n : 0;
    }
}

static void *run(void *arg) {
    Outlet *o = arg;
    pthread_mutex_lock(&o->lock);
    for (;;) {
        while (o->size == 0 && !o->ending)
            pthread_cond_wait(&o->changed, &o->lock);
        if (o->size == 0)
            break;
        char *taken = o->waiting;
        size_t size = o->size;
        o->waiting = NULL;
        o->size = o->capacity = 0;
        o->busy = true;
        pthread_mutex_unlock(&o->lock);
        write_all(o->descriptor, taken, size);
        free(taken);
        pthread_mutex_lock(&o->lock);
        o->busy = false;
        pthread_cond_broadcast(&o->changed);
    }
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

Outlet *outlet_open(int descriptor) {
    Outlet *o = calloc(1, sizeof *o);
    if (!o)
        BUG("no memory");
    o->descriptor = descriptor;
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->changed, NULL);
    // Signals are for those who wait for them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    o->threaded = pthread_create(&o->thread, NULL, run, o) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return o;
}

// False where it would be more than may wait.
static bool reserve(Outlet *o, size_t more) {
    size_t wanted = o->size + more;
    if (wanted > OUTLET_MAX)
        return false;
    if (wanted <= o->capacity)
        return true;
    size_t capacity = o->capacity ? o->capacity : 4096;
    while (capacity < wanted)
        capacity *= 2;
    char *grown = realloc(o->waiting, capacity);
    if (!grown)
        return false;
    o->waiting = grown;
    o->capacity = capacity;
    return true;
}

void outlet_put(Outlet *o, Str lines) {
    if (lines.n == 0)
        return;
    pthread_mutex_lock(&o->lock);
    if (!o->threaded) {
        write_all(o->descriptor, lines.p, lines.n);
    } else if (reserve(o, lines.n)) {
        memcpy(o->waiting + o->size, lines.p, lines.n);
        o->size += lines.n;
        pthread_cond_broadcast(&o->changed);
    }
    pthread_mutex_unlock(&o->lock);
}

void outlet_close(Outlet *o) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += OUTLET_PATIENCE_MS / 1000;
    pthread_mutex_lock(&o->lock);
    o->ending = true;
    pthread_cond_broadcast(&o->changed);
    int late = 0;
    while (o->threaded && (o->size > 0 || o->busy) && late == 0)
        late = pthread_cond_timedwait(&o->changed, &o->lock, &until);
    pthread_mutex_unlock(&o->lock);
    if (late != 0) {
        // It hangs in a write, with what it needs: both go with the process.
        pthread_detach(o->thread);
        return;
    }
    if (o->threaded)
        pthread_join(o->thread, NULL);
    pthread_cond_destroy(&o->changed);
    pthread_mutex_destroy(&o->lock);
    free(o->waiting);
    free(o);
}
