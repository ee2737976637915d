// Who keeps the process that holds the tables: a thread that starts it, reads what it writes, and
// starts it again where it dies.
//
// Input: local/dynamodb.mjs, bundled. Output: the port that it serves on. Invariant: the process
// ends with the thread, and the thread with dynamodb_close; whoever waits is told of every change.

#include "adapters/run/dynamodb.h"
#include "adapters/run/pool.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_FIRST_MS = 100, PAUSE_MAX_MS = 5000, MOMENT_MS = 50, LINE_SIZE = 1024 };

// A moment, or until something changes; with the lock held.
void dynamodb_wait_moment(Dynamodb *d) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += MOMENT_MS * 1000000L;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&d->changed, &d->lock, &until);
}

static bool is_closing(Dynamodb *d) {
    pthread_mutex_lock(&d->lock);
    bool closing = d->closing;
    pthread_mutex_unlock(&d->lock);
    return closing;
}

// The process is there, and not all know it, or not all tables are.
static bool is_behind(Dynamodb *d, unsigned port) {
    pthread_mutex_lock(&d->lock);
    bool behind = d->port != port || d->made != d->wanted;
    pthread_mutex_unlock(&d->lock);
    return behind;
}

static void complain(Dynamodb *d, const char *why) {
    pthread_mutex_lock(&d->lock);
    snprintf(d->trouble, sizeof d->trouble, "%s", why);
    pthread_mutex_unlock(&d->lock);
    run_log(d->run, STR("DynamoDB"), STR_EMPTY, "stderr", str_of(why));
}

// What the process writes: on its output the port, all else is trouble.
typedef struct Lines {
    char text[LINE_SIZE];
    size_t n;
} Lines;

static bool next_line(Lines *l, char out[LINE_SIZE]) {
    char *end = memchr(l->text, '\n', l->n);
    if (!end && l->n < sizeof l->text)
        return false;
    size_t n = end ? (size_t)(end - l->text) : l->n - 1;
    memcpy(out, l->text, n);
    out[n] = '\0';
    l->n -= n + 1;
    memmove(l->text, l->text + n + 1, l->n);
    return true;
}

// False at the end.
static bool take(int fd, Lines *l) {
    ssize_t n = read(fd, l->text + l->n, sizeof l->text - l->n);
    if (n > 0)
        l->n += (size_t)n;
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

// Until the process ends, or we do.
static void attend(Dynamodb *d, Process *p) {
    Lines out = {.n = 0}, trouble = {.n = 0};
    char line[LINE_SIZE], byte[16];
    unsigned port = 0;
    while (!is_closing(d)) {
        struct pollfd fds[] = {{.fd = p->out, .events = POLLIN},
                               {.fd = p->err, .events = POLLIN},
                               {.fd = d->wake[0], .events = POLLIN}};
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            return;
        if (fds[2].revents && read(d->wake[0], byte, sizeof byte) < 0 && errno != EAGAIN)
            return;
        if (fds[1].revents && !take(p->err, &trouble))
            return;
        while (next_line(&trouble, line))
            complain(d, line);
        if (fds[0].revents && !take(p->out, &out))
            return;
        while (next_line(&out, line))
            port = (unsigned)strtoul(line, NULL, 10);
        if (port && is_behind(d, port))
            dynamodb_make_tables(d, port);
    }
}

static bool start(Dynamodb *d, Process *p, Err *err) {
    Arena a;
    arena_init(&a);
    const char *argv[] = {str_cstr(&a, str_fmt(&a, "%.*s/node", STR_ARG(d->lib))),
                          "--no-deprecation", // dynalite is what it is
                          str_cstr(&a, str_fmt(&a, "%.*s/local/dynamodb.cjs", STR_ARG(d->lib))),
                          NULL};
    const char *env[] = {str_cstr(&a, str_fmt(&a, "PLUTO_SECRET=%s", d->secret)),
                         str_cstr(&a, str_fmt(&a, "PLUTO_DATA=%.*s/dynamodb", STR_ARG(d->state))),
                         NULL};
    bool good = process_start(argv, env, str_cstr(&a, d->state), -1, p, err);
    arena_release(&a);
    return good;
}

static void nap(Dynamodb *d, unsigned ms) {
    double end = now_ms() + ms;
    pthread_mutex_lock(&d->lock);
    while (!d->closing && now_ms() < end)
        dynamodb_wait_moment(d);
    pthread_mutex_unlock(&d->lock);
}

static void *keep(void *state) {
    Dynamodb *d = state;
    unsigned pause = PAUSE_FIRST_MS;
    while (!is_closing(d)) {
        Process p;
        Err err = {0};
        double began = now_ms();
        if (start(d, &p, &err)) {
            attend(d, &p);
            process_kill(&p);
            process_wait(&p);
        } else {
            complain(d, err.message);
        }
        pthread_mutex_lock(&d->lock);
        d->port = 0;
        d->made = d->wanted - 1; // the next process is asked for all of them again
        pthread_cond_broadcast(&d->changed);
        pthread_mutex_unlock(&d->lock);
        // One that ran for long died of something else than its start.
        pause = now_ms() - began > PAUSE_MAX_MS ? PAUSE_FIRST_MS
                : pause * 2 > PAUSE_MAX_MS      ? PAUSE_MAX_MS
                                                : pause * 2;
        nap(d, pause / 2);
    }
    return NULL;
}

void dynamodb_wake(const Dynamodb *d) {
    if (write(d->wake[1], "", 1) < 0)
        return; // full: it will wake anyway
}

// With the lock held.
bool dynamodb_keep(Dynamodb *d, Err *err) {
    if (d->kept)
        return true;
    if (pthread_create(&d->keeper, NULL, keep, d) != 0)
        return err_set(err, ERR_IO, "cannot start a thread");
    d->kept = true;
    return true;
}
