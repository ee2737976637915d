#ifndef _GNU_SOURCE
#define _GNU_SOURCE // pipe2
#endif
// Spare instances: processes that are there before the code that they will run, so that who edits
// does not wait for Node.js to start. In: functions that have been asked. Out: of each an instance
// that is held, and that loads the function's code when there is newer code.
//
// Such a process is like any other of its function: environment, folder, limits. It waits for its
// standard input to end, and loads what its folder then holds (runtime/worker/held.mjs).
//
// Invariant: one that is held gets no work, and nothing that it writes is read; it counts as none
// of its pool's instances.

#include "adapters/run/pool.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

// Whoever is answered may ask more, and Node.js may be keeping what it has compiled.
enum { AFTER_ANSWER_MS = 250 };

static Instance *spare_of(const Pool *p) {
    for (Instance *n = p->instances; n; n = n->next)
        if (n->state == INSTANCE_HELD)
            return n;
    return NULL;
}

void spare_want(Pool *p) {
    Run *r = p->run;
    if (!p->retired && !p->unheld && !r->closing && r->spares < SPARES_MAX && !spare_of(p))
        instance_start_held(p);
}

static void let_go(Instance *n) {
    if (n->hold >= 0)
        close(n->hold);
    n->hold = -1;
    n->run->spares--;
    n->pool->live++;
    n->pool->starting++;
    n->state = INSTANCE_STARTING;
    n->started = now_ms();
    instance_alarm(n, INIT_MS);
    pthread_cond_broadcast(&n->asked);
}

bool spare_take(Pool *from, Pool *to) {
    Instance *n = str_eq(from->setting, to->setting) ? spare_of(from) : NULL;
    if (!n)
        return false;
    for (Instance **at = &from->instances; *at; at = &(*at)->next)
        if (*at == n) {
            *at = n->next;
            break;
        }
    n->next = to->instances;
    to->instances = n;
    to->refs++;
    pthread_mutex_lock(&n->log_lock);
    n->pool = to;
    n->mute = false;
    pthread_mutex_unlock(&n->log_lock);
    pool_drop(from);
    let_go(n);
    return true;
}

// With the lock: until then, or until the instance is another's or nobody's.
static void sleep_held(Instance *n, uint32_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (n->state == INSTANCE_HELD &&
           pthread_cond_timedwait(&n->asked, &n->run->lock, &until) == 0)
        ;
}

bool spare_wait(Instance *n, int *in, Pool **pool) {
    int ends[2];
    pthread_mutex_lock(&n->run->lock);
    sleep_held(n, AFTER_ANSWER_MS);
    *pool = n->pool;
    n->pool->refs++;
    if (n->state == INSTANCE_HELD && pipe2(ends, O_CLOEXEC) == 0) {
        *in = ends[0];
        n->hold = ends[1];
    } else if (n->state == INSTANCE_HELD) {
        instance_leave(n); // no descriptors are left
    }
    bool wanted = n->state != INSTANCE_GONE;
    pthread_mutex_unlock(&n->run->lock);
    return wanted;
}
