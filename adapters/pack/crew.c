// Threads that archives are made in: as many as there are processors, started when there is work.
//
// In: jobs. Out: the same jobs, done. Invariant: a job that was added is done before the crew is
// closed; where no thread can be started, whoever adds it does it.

#include "adapters/pack/pack.h"

#include <pthread.h>
#include <unistd.h>

enum { CREW_MAX = 8 };

struct Crew {
    pthread_mutex_t lock;
    pthread_cond_t added, done;
    Job *first, *last; // those that nobody has taken
    unsigned queued, idle, started, most;
    bool closing;
    pthread_t threads[CREW_MAX];
};

static void job_put(Crew *c, Job *job) {
    if (c->last)
        c->last->next = job;
    else
        c->first = job;
    c->last = job;
    c->queued++;
}

static Job *job_take(Crew *c) {
    Job *job = c->first;
    c->first = job->next;
    if (!c->first)
        c->last = NULL;
    c->queued--;
    return job;
}

static void *crew_run(void *state) {
    Crew *c = state;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        c->idle++;
        while (!c->first && !c->closing)
            pthread_cond_wait(&c->added, &c->lock);
        c->idle--;
        if (!c->first)
            break;
        Job *job = job_take(c);
        pthread_mutex_unlock(&c->lock);
        job->run(job);
        pthread_mutex_lock(&c->lock);
        job->done = true;
        pthread_cond_broadcast(&c->done);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

Crew *crew_open(Arena *a) {
    Crew *c = arena_new(a, Crew);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    c->most = processors < 1 ? 1 : processors > CREW_MAX ? CREW_MAX : (unsigned)processors;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->added, NULL);
    pthread_cond_init(&c->done, NULL);
    return c;
}

void crew_add(Crew *c, Job *job) {
    pthread_mutex_lock(&c->lock);
    job->added = true;
    if (c->started < c->most && c->queued >= c->idle &&
        pthread_create(&c->threads[c->started], NULL, crew_run, c) == 0)
        c->started++;
    bool alone = !c->started;
    if (!alone)
        job_put(c, job);
    pthread_cond_signal(&c->added);
    pthread_mutex_unlock(&c->lock);
    if (!alone)
        return;
    job->run(job);
    job->done = true;
}

void crew_wait(Crew *c, Job *job) {
    pthread_mutex_lock(&c->lock);
    while (job->added && !job->done)
        pthread_cond_wait(&c->done, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

void crew_close(Crew *c) {
    pthread_mutex_lock(&c->lock);
    c->closing = true;
    pthread_cond_broadcast(&c->added);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->started; i++)
        pthread_join(c->threads[i], NULL);
    pthread_cond_destroy(&c->added);
    pthread_cond_destroy(&c->done);
    pthread_mutex_destroy(&c->lock);
}
