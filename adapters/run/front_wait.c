// Invoking for somebody who does not wait for ever: an API gives up on a function that runs on.
//
// Input: an event, and how long to wait. Output: the answer, or that it came too late. Invariant:
// the function's thread owns all it works on, and is counted in Run.threads: nothing of a request
// that has been answered is touched by it.
#include "adapters/run/front.h"
#include "adapters/run/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

// Of two: the one who waits and the one who works. Whoever comes last frees it.
typedef struct Wait {
    Call call;
    Arena arena;
    uint32_t function;
    InvokeInput in;
    InvokeResult out;
    pthread_cond_t done; // with Run.lock
    bool finished, left;
} Wait;

static void wait_free(Wait *w) {
    pthread_cond_destroy(&w->done);
    arena_release(&w->arena);
    free(w);
}

static void *wait_main(void *state) {
    Wait *w = state;
    Run *r = w->call.run;
    invoke_start(&w->call, w->function, &w->arena, &w->in, &w->out);
    generation_drop(w->call.generation);
    pthread_mutex_lock(&r->lock);
    w->finished = true;
    bool last = w->left;
    pthread_cond_signal(&w->done);
    r->threads--;
    pthread_cond_broadcast(&r->quiet);
    pthread_mutex_unlock(&r->lock);
    if (last)
        wait_free(w);
    return NULL;
}

static Wait *wait_new(const Call *call, uint32_t function, const InvokeInput *in) {
    Wait *w = calloc(1, sizeof *w);
    pthread_condattr_t clock;
    if (!w)
        BUG("no memory for a request");
    w->call = *call;
    w->function = function;
    w->in = *in;
    arena_init(&w->arena);
    w->in.event = str_dup(&w->arena, in->event);
    w->in.client_context = str_dup(&w->arena, in->client_context);
    w->in.trace_id = str_dup(&w->arena, in->trace_id);
    w->in.tenant = str_dup(&w->arena, in->tenant);
    w->in.request_id = str_dup(&w->arena, in->request_id);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&w->done, &clock);
    pthread_condattr_destroy(&clock);
    return w;
}

// With the lock.
static bool wait_start(Wait *w) {
    pthread_attr_t how;
    pthread_t thread;
    pthread_attr_init(&how);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    bool good = pthread_create(&thread, &how, wait_main, w) == 0;
    pthread_attr_destroy(&how);
    return good;
}

static bool wait_for(Wait *w, uint32_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (!w->finished)
        if (pthread_cond_timedwait(&w->done, &w->call.run->lock, &until) == ETIMEDOUT)
            break;
    return w->finished;
}

static void take(Arena *a, const Wait *w, InvokeResult *out) {
    *out = w->out;
    out->request_id = str_dup(a, w->out.request_id);
    out->body = str_dup(a, w->out.body);
    out->content_type = str_dup(a, w->out.content_type);
    out->log = STR_EMPTY;
}

bool front_invoke(const Call *call, uint32_t function, uint32_t wait_ms, Arena *a,
                  const InvokeInput *in, InvokeResult *out) {
    // Who runs out of time before that needs nobody to wait beside him.
    if (call->app->functions.at[function].timeout_ms <= wait_ms) {
        invoke_start(call, function, a, in, out);
        return true;
    }
    Run *r = call->run;
    Wait *w = wait_new(call, function, in);
    pthread_mutex_lock(&r->lock);
    bool started = !r->closing && wait_start(w);
    call->generation->refs += started;
    r->threads += started;
    bool finished = started && wait_for(w, wait_ms);
    w->left = true;
    pthread_mutex_unlock(&r->lock);
    if (!started) {
        wait_free(w);
        return false;
    }
    if (finished) {
        take(a, w, out);
        wait_free(w);
    }
    return finished;
}
