// Questions that are asked at the same time.
//
// Input: checks. Output: their findings. Invariant: a check is run once, by one thread; where no
// threads are to be had they are run one after the other.

#include "adapters/aws/deploy/checks.h"

#include <pthread.h>

enum { ASKERS = 8 };

typedef struct Round {
    Check *checks;
    uint32_t count, next;
    pthread_mutex_t lock;
} Round;

static void *asker(void *context) {
    Round *r = context;
    for (;;) {
        pthread_mutex_lock(&r->lock);
        uint32_t i = r->next < r->count ? r->next++ : r->count;
        pthread_mutex_unlock(&r->lock);
        if (i == r->count)
            return NULL;
        r->checks[i].run(&r->checks[i]);
    }
}

void checks_run(CheckVec *checks) {
    pthread_t threads[ASKERS];
    Round r = {.checks = checks->at, .count = checks->n};
    uint32_t n = 0;
    for (uint32_t i = 0; i < checks->n; i++)
        arena_init(&checks->at[i].arena);
    pthread_mutex_init(&r.lock, NULL);
    // This thread asks, too: where none can be started it does it all.
    while (n + 1 < ASKERS && n + 1 < checks->n && pthread_create(&threads[n], NULL, asker, &r) == 0)
        n++;
    asker(&r);
    for (uint32_t i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&r.lock);
}

void checks_close(CheckVec *checks) {
    for (uint32_t i = 0; i < checks->n; i++)
        arena_release(&checks->at[i].arena);
    checks->n = 0;
}

void finding_add(Check *c, Finding f) {
    vec_push(&c->arena, &c->findings, f);
}
