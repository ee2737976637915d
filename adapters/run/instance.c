#ifndef _GNU_SOURCE
#define _GNU_SOURCE // pidfd_open
#endif
// Instances: a process with the function's package, and the thread that looks after it. In: a pool.
// Out: its process asks the Runtime API for work until it ends or is ended.
//
// The thread starts the process (so that the kernel ends the one with the other), reads what it
// writes, keeps its deadline, and says why it ended to whoever waited for an answer.
//
// Invariant: whoever was served by a process that ended gets an error; a number of a process is
// used to kill only while the process has not been waited for.

#include "adapters/run/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 256 << 10,
    THREAD_STACK = 512 << 10,
    READ_SIZE = 16 << 10,
    READS_MAX = 256,
    PULSE_MS = 200
};

// ---- What it writes -----------------------------------------------------------------------------

static void tail_add(Instance *n, Str text) {
    if (text.n > TAIL_SIZE)
        text = str_slice(text, text.n - TAIL_SIZE, text.n);
    uint32_t over = n->tail_n + text.n > TAIL_SIZE ? n->tail_n + text.n - TAIL_SIZE : 0;
    memmove(n->tail, n->tail + over, n->tail_n - over);
    n->tail_n -= over;
    memcpy(n->tail + n->tail_n, text.p, text.n);
    n->tail_n += text.n;
}

static void line_out(Instance *n, int which) {
    Buf *line = &n->line[which];
    Str text = buf_str(line);
    if (str_ends(text, "\r"))
        text.n--;
    tail_add(n, text);
    tail_add(n, STR("\n"));
    run_log(n->pool->run, n->pool->f.id, str_of(n->log_id), which ? "stderr" : "stdout", text);
    line->n = 0;
    // Long lines are rare: their memory is given back.
    if (line->cap > READ_SIZE && !n->line[!which].n) {
        arena_release(&n->log_arena);
        arena_init(&n->log_arena);
        n->line[0] = buf_new(&n->log_arena);
        n->line[1] = buf_new(&n->log_arena);
    }
}

static void lines_take(Instance *n, int which, Str piece) {
    for (uint32_t at = 0; at < piece.n;) {
        int64_t end = str_find(piece, STR("\n"), at);
        uint32_t to = end < 0 ? piece.n : (uint32_t)end;
        buf_put(&n->line[which], str_slice(piece, at, to));
        at = end < 0 ? to : to + 1;
        if (end >= 0 || n->line[which].n > LINE_MAX_BYTES)
            line_out(n, which);
    }
}

// False at its end.
static bool read_all(Instance *n, int which, int fd) {
    char bytes[READ_SIZE];
    ssize_t got = 0;
    for (int k = 0; fd >= 0 && k < READS_MAX; k++) {
        got = read(fd, bytes, sizeof bytes);
        if (got <= 0)
            break;
        lines_take(n, which, (Str){bytes, (uint32_t)got});
    }
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

// Under log_lock, for the thread may be about to close them: the pipes are the thread's.
void instance_drain(Instance *n) {
    pthread_mutex_lock(&n->log_lock);
    if (!n->mute) {
        read_all(n, 0, n->process.out);
        read_all(n, 1, n->process.err);
    }
    pthread_mutex_unlock(&n->log_lock);
}

// Called with Run.lock: the log has a lock of its own, which comes after it.
void instance_report(Instance *n, Str line) {
    pthread_mutex_lock(&n->log_lock);
    tail_add(n, line);
    tail_add(n, STR("\n"));
    run_log(n->pool->run, n->pool->f.id, str_of(n->log_id), "report", line);
    pthread_mutex_unlock(&n->log_lock);
}

// ---- Its process --------------------------------------------------------------------------------

void instance_leave(Instance *n) {
    enum { GRACE_MS = 1000 };
    if (n->state == INSTANCE_STARTING)
        n->pool->starting--;
    if (n->state == INSTANCE_HELD)
        n->pool->run->spares--;
    else if (n->state != INSTANCE_GONE)
        n->pool->live--;
    n->state = INSTANCE_GONE;
    instance_alarm(n, GRACE_MS);
    pthread_cond_broadcast(&n->asked);
}

// While it loads or works it rings in between, too, for a look at its memory.
static void timer_set(Instance *n) {
    double left = n->alarm_at - now_ms();
    bool looks = n->state == INSTANCE_STARTING || n->state == INSTANCE_BUSY;
    long ms = left < 1 ? 1 : looks && left > PULSE_MS ? PULSE_MS : (long)left + 1;
    struct itimerspec at = {.it_value = {0, 0}};
    if (n->alarm_at > 0)
        at.it_value = (struct timespec){ms / 1000, ms % 1000 * 1000000};
    timerfd_settime(n->timer, 0, &at, NULL);
}

void instance_alarm(Instance *n, uint32_t ms) {
    n->alarm_at = ms ? now_ms() + ms : 0;
    timer_set(n);
}

void instance_kill(Instance *n) {
    instance_leave(n);
    process_kill(&n->process);
}

typedef struct Env {
    Arena *arena;
    Vec(const char *) at;
} Env;

static const char **env_find(const Env *e, const char *name) {
    size_t n = strlen(name);
    for (uint32_t i = 0; i < e->at.n; i++)
        if (strncmp(e->at.at[i], name, n) == 0 && e->at.at[i][n] == '=')
            return &e->at.at[i];
    return NULL;
}

static void env_set(Env *e, const char *name, Str value) {
    const char *text = str_cstr(e->arena, str_fmt(e->arena, "%s=%.*s", name, STR_ARG(value)));
    const char **there = env_find(e, name);
    if (there)
        *there = text;
    else
        vec_push(e->arena, &e->at, text);
}

// What a function may set itself.
static void env_default(Env *e, const char *name, Str value) {
    if (!env_find(e, name))
        env_set(e, name, value);
}

static void env_lambda(Env *e, const Instance *n, const AppFunction *f) {
    const RunOptions *o = &n->run->options;
    Arena *a = e->arena;
    uint16_t port = listener_port(n->listener);
    env_set(e, "AWS_LAMBDA_RUNTIME_API", str_fmt(a, "127.0.0.1:%u", (unsigned)port));
    env_set(e, "AWS_LAMBDA_FUNCTION_NAME", f->name);
    env_set(e, "AWS_LAMBDA_FUNCTION_VERSION", STR("$LATEST"));
    env_set(e, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", str_fmt(a, "%u", f->memory_mb));
    env_set(e, "AWS_LAMBDA_LOG_GROUP_NAME", f->log_group);
    env_set(e, "AWS_LAMBDA_LOG_STREAM_NAME", str_fmt(a, "local/[$LATEST]%08x", n->number));
    env_set(e, "AWS_LAMBDA_LOG_FORMAT", f->log_format.n ? f->log_format : STR("Text"));
    env_set(e, "AWS_LAMBDA_INITIALIZATION_TYPE", STR("on-demand"));
    env_set(e, "AWS_EXECUTION_ENV", str_fmt(a, "AWS_Lambda_%.*s", STR_ARG(f->runtime)));
    env_set(e, "LAMBDA_TASK_ROOT", f->folder);
    env_set(e, "LAMBDA_RUNTIME_DIR", f->folder);
    env_set(e, "_HANDLER", f->handler);
    env_set(e, "PLUTO_COMPILED",
            path_join(a, o->state, STR("compiled"))); // the worker takes it off
    env_set(e, "AWS_REGION", o->region);
    env_set(e, "AWS_DEFAULT_REGION", o->region);
    env_default(e, "TZ", STR(":UTC"));
    env_default(e, "LANG", STR("en_US.UTF-8"));
    env_default(e, "PATH",
                str_fmt(a, "%.*s:/usr/local/bin:/usr/bin:/bin:/opt/bin", STR_ARG(o->lib)));
}

// Nothing real is ever called by accident: what there is of credentials is made up, and the places
// where others may lie are closed.
static void env_aws(Env *e, const Instance *n) {
    const Run *r = n->run;
    uint16_t port = listener_port(r->endpoint);
    env_set(e, "AWS_ACCESS_KEY_ID", str_of(r->access_key));
    env_set(e, "AWS_SECRET_ACCESS_KEY", str_of(r->secret_key));
    env_set(e, "AWS_SESSION_TOKEN", str_of(r->session));
    env_set(e, "AWS_ENDPOINT_URL", str_fmt(e->arena, "http://127.0.0.1:%u", (unsigned)port));
    env_set(e, "AWS_EC2_METADATA_DISABLED", STR("true"));
    env_set(e, "AWS_CONFIG_FILE", STR("/dev/null"));
    env_set(e, "AWS_SHARED_CREDENTIALS_FILE", STR("/dev/null"));
}

static bool is_program(const char *path) {
    return access(path, X_OK) == 0;
}

// The package's own bootstrap where this machine can run it, else the same for this machine; what
// has none is a runtime of its own (provided.al2023).
static const char *program_of(Arena *a, const Instance *n, const AppFunction *f) {
#if defined(__aarch64__)
    static const char host[] = "arm64";
#else
    static const char host[] = "x86_64";
#endif
    const char *own = str_cstr(a, path_join(a, f->folder, STR("pluto/bootstrap")));
    Str lib = n->run->options.lib;
    const char *ours = str_cstr(a, str_fmt(a, "%.*s/runtime/bootstrap-%s", STR_ARG(lib), host));
    if (is_program(own) && str_is(f->architecture, host))
        return own;
    if (is_program(own) && is_program(ours))
        return ours;
    return str_cstr(a, path_join(a, f->folder, STR("bootstrap")));
}

static bool process_begin(const Instance *n, const AppFunction *f, int in, Process *p, Err *err) {
    Arena a;
    arena_init(&a);
    Env env = {.arena = &a};
    for (uint32_t i = 0; i < f->env.n; i++)
        env_set(&env, str_cstr(&a, f->env.at[i].key), f->env.at[i].value);
    env_lambda(&env, n, f);
    env_aws(&env, n);
    if (in >= 0)
        env_set(&env, "PLUTO_HELD", STR("1"));
    vec_push(&a, &env.at, NULL);
    Str node = path_join(&a, n->run->options.lib, STR("node"));
    const char *argv[] = {program_of(&a, n, f), str_cstr(&a, node), NULL};
    bool good = process_start(argv, env.at.at, str_cstr(&a, f->folder), in, p, err);
    arena_release(&a);
    return good;
}

// ---- Its end ------------------------------------------------------------------------------------

static const char *signal_name(int number) {
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGKILL, "killed"},
                 {SIGABRT, "aborted"},
                 {SIGBUS, "bus error"},
                 {SIGSEGV, "segmentation fault"},
                 {SIGTERM, "terminated"},
                 {SIGILL, "illegal instruction"},
                 {SIGFPE, "floating point exception"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number)
            return names[i].name;
    return "unknown";
}

// As Lambda words it. That the kernel killed it is what running out of memory looks like.
static const char *why_ended(int status, char *text, size_t size) {
    if (WIFSIGNALED(status))
        snprintf(text, size, "Runtime exited with error: signal: %s",
                 signal_name(WTERMSIG(status)));
    else if (WEXITSTATUS(status))
        snprintf(text, size, "Runtime exited with error: exit status %d", WEXITSTATUS(status));
    else
        snprintf(text, size, "Runtime exited without providing a reason");
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? "Runtime.OutOfMemory"
                                                              : "Runtime.ExitError";
}

static void say(Instance *n, Str text) {
    pthread_mutex_lock(&n->log_lock);
    tail_add(n, text);
    tail_add(n, STR("\n"));
    run_log(n->pool->run, n->pool->f.id, str_of(n->log_id), "platform", text);
    pthread_mutex_unlock(&n->log_lock);
}

// With the lock; the process has ended by itself or was ended. Whoever waits is told.
static void ended(Instance *n, const char *type, const char *why) {
    Pool *p = n->pool;
    bool starting = n->state == INSTANCE_STARTING;
    char text[256];
    p->unheld = p->unheld || n->state == INSTANCE_HELD;
    if (n->current && !n->timed_out) {
        snprintf(text, sizeof text, "RequestId: %s Error: %s", n->current->id, why);
        say(n, str_of(text));
    } else if (starting && !n->reported_init) {
        snprintf(text, sizeof text, "INIT_REPORT Status: error: %s", why);
        say(n, str_of(text));
    }
    instance_kill(n);
    if (n->current)
        invocation_fail(n->current, type, str_of(why));
    // The same code would end the same way for all of them.
    if (starting)
        pool_fail_waiting(p, type, str_of(why), STR_EMPTY);
    pool_dispatch(p);
}

void instance_out_of_memory(Instance *n) {
    char line[128];
    snprintf(line, sizeof line, "pluto: Node.js took %u MB of memory, the function has %u MB",
             memory_peak(n), n->pool->f.memory_mb);
    say(n, str_of(line));
    ended(n, "Runtime.OutOfMemory", "Runtime exited with error: signal: killed");
}

static void timed_out(Instance *n) {
    char why[64];
    Invocation *i = n->current;
    // It may have been set anew since it rang, or have rung for a look.
    if (n->alarm_at == 0 || now_ms() + 1 < n->alarm_at) {
        timer_set(n);
        return;
    }
    if (i) {
        n->timed_out = true;
        snprintf(why, sizeof why, "Task timed out after %.2f seconds",
                 (double)n->pool->f.timeout_ms / 1000);
        char line[128];
        snprintf(line, sizeof line, "%s %s", i->id, why);
        say(n, str_of(line));
        instance_kill(n);
        invocation_fail(i, "Sandbox.Timedout", str_of(why));
        pool_dispatch(n->pool);
    } else if (n->state == INSTANCE_STARTING && !n->init_late) {
        // Lambda starts again, as part of an invocation; here it goes on, with its time counted.
        say(n, STR("INIT_REPORT Init Duration: 10000 ms\tPhase: init\tStatus: timeout"));
        n->init_late = true;
        instance_alarm(n, n->pool->f.timeout_ms);
    } else if (n->state == INSTANCE_STARTING) {
        n->reported_init = true;
        ended(n, "Sandbox.Timedout", "Task timed out while its code was being loaded");
    } else if (n->state == INSTANCE_ANSWERED) {
        // It answered and did not ask again: it is no use any more.
        ended(n, "Sandbox.Timedout", "");
    } else if (n->state == INSTANCE_GONE) {
        process_kill(&n->process);
    }
}

// ---- Its thread ---------------------------------------------------------------------------------

static void alarm_rang(Instance *n) {
    uint64_t times;
    Run *r = n->run;
    // Taken off in the meantime, it gives nothing.
    if (read(n->timer, &times, sizeof times) != (ssize_t)sizeof times)
        return;
    instance_drain(n);
    bool over = memory_over(n);
    pthread_mutex_lock(&r->lock);
    if (over && (n->state == INSTANCE_STARTING || n->state == INSTANCE_BUSY))
        instance_out_of_memory(n);
    else
        timed_out(n);
    pthread_mutex_unlock(&r->lock);
}

// What one that is held writes waits in its pipes.
static void hear(Instance *n, struct pollfd *out, struct pollfd *err_out) {
    pthread_mutex_lock(&n->log_lock);
    out->fd = n->mute ? -1 : n->process.out;
    err_out->fd = n->mute ? -1 : n->process.err;
    pthread_mutex_unlock(&n->log_lock);
}

// `hold`: what one that is held waits for; it ends for us as it does for the process.
static void look_after(Instance *n, int pidfd, int hold) {
    enum { OUT, ERR_OUT, TIMER, PROCESS, HOLD, COUNT };
    struct pollfd on[COUNT] = {[OUT] = {-1, POLLIN, 0},
                               [ERR_OUT] = {-1, POLLIN, 0},
                               [TIMER] = {n->timer, POLLIN, 0},
                               [PROCESS] = {pidfd, POLLIN, 0},
                               [HOLD] = {hold, POLLIN, 0}};
    hear(n, &on[OUT], &on[ERR_OUT]);
    while (!on[PROCESS].revents) {
        if (poll(on, COUNT, -1) < 0 && errno != EINTR)
            return;
        if (on[OUT].revents || on[ERR_OUT].revents) {
            pthread_mutex_lock(&n->log_lock);
            for (int which = 0; which < 2; which++)
                if (on[which].revents && !read_all(n, which, on[which].fd))
                    on[which].fd = -1;
            pthread_mutex_unlock(&n->log_lock);
        }
        if (on[TIMER].revents)
            alarm_rang(n);
        if (on[HOLD].revents) {
            on[HOLD].fd = -1;
            hear(n, &on[OUT], &on[ERR_OUT]);
        }
    }
}

static void finish(Instance *n) {
    Run *r = n->run;
    char why[128];
    instance_drain(n);
    // From here on nobody kills it by its number, and nobody reads its pipes.
    pthread_mutex_lock(&r->lock);
    pthread_mutex_lock(&n->log_lock);
    Process p = n->process;
    n->process = (Process){.pid = -1, .out = -1, .err = -1};
    memory_close(n);
    for (int which = 0; which < 2; which++)
        if (n->line[which].n)
            line_out(n, which);
    pthread_mutex_unlock(&n->log_lock);
    pthread_mutex_unlock(&r->lock);
    int status = process_wait(&p);
    const char *type = why_ended(status, why, sizeof why);
    pthread_mutex_lock(&r->lock);
    if (n->state != INSTANCE_GONE || n->current)
        ended(n, type, why);
    pthread_mutex_unlock(&r->lock);
}

static void start_failed(Instance *n, const Err *err) {
    Run *r = n->run;
    pthread_mutex_lock(&r->lock);
    if (n->state != INSTANCE_GONE)
        ended(n, "Runtime.InvalidEntrypoint", err->message);
    pthread_mutex_unlock(&r->lock);
}

static void *instance_main(void *state) {
    Instance *n = state;
    Run *r = n->run;
    Err err = {0};
    Process p;
    int in = -1;
    Pool *pool; // as it is now: one that is held may be another's before its process runs
    bool wanted = spare_wait(n, &in, &pool);
    bool good = wanted && process_begin(n, &pool->f, in, &p, &err);
    int pidfd = good ? pidfd_open(p.pid, 0) : -1;
    if (good) {
        pthread_mutex_lock(&r->lock);
        pthread_mutex_lock(&n->log_lock);
        n->process = p;
        pthread_mutex_unlock(&n->log_lock);
        if (n->state == INSTANCE_GONE || pidfd < 0)
            instance_kill(n);
        pthread_mutex_unlock(&r->lock);
        if (pidfd >= 0)
            look_after(n, pidfd, in);
        finish(n);
        close(pidfd);
    } else if (wanted) {
        start_failed(n, &err);
    }
    if (in >= 0)
        close(in);
    server_unlisten(r->server, n->listener);
    pthread_mutex_lock(&r->lock);
    pool_drop(pool);
    for (Instance **at = &n->pool->instances; *at; at = &(*at)->next)
        if (*at == n) {
            *at = n->next;
            break;
        }
    instance_drop(n);
    r->threads--;
    pthread_cond_broadcast(&r->quiet);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

void instance_hold(Instance *n) {
    n->refs++;
}

void instance_drop(Instance *n) {
    if (--n->refs)
        return;
    if (n->hold >= 0)
        close(n->hold);
    close(n->timer);
    arena_release(&n->log_arena);
    pthread_cond_destroy(&n->asked);
    pthread_mutex_destroy(&n->log_lock);
    pool_drop(n->pool);
    free(n);
}

static Instance *instance_new(Pool *p) {
    Instance *n = calloc(1, sizeof *n);
    if (!n)
        BUG("no memory for an instance");
    n->run = p->run;
    n->pool = p;
    p->refs++;
    n->hold = -1;
    n->refs = 2; // the thread, the listener
    n->process = (Process){.pid = -1, .out = -1, .err = -1};
    n->memory.folder = -1;
    n->number = ++p->run->numbers;
    n->started = now_ms();
    n->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    pthread_cond_init(&n->asked, NULL);
    pthread_mutex_init(&n->log_lock, NULL);
    arena_init(&n->log_arena);
    n->line[0] = buf_new(&n->log_arena);
    n->line[1] = buf_new(&n->log_arena);
    return n;
}

static bool thread_start(Instance *n) {
    pthread_attr_t how;
    pthread_t thread;
    pthread_attr_init(&how);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&how, THREAD_STACK);
    bool good = pthread_create(&thread, &how, instance_main, n) == 0;
    pthread_attr_destroy(&how);
    return good;
}

static bool begin(Pool *p, InstanceState state) {
    Err err = {0};
    Run *r = p->run;
    Instance *n = instance_new(p);
    bool held = state == INSTANCE_HELD;
    n->state = state;
    n->mute = held;
    n->listener = server_listen(r->server, 0, &runtime_role, n, &err);
    if (!n->listener)
        n->refs--;
    n->next = p->instances;
    p->instances = n;
    p->live += !held;
    p->starting += !held;
    r->spares += held;
    r->threads++;
    if (n->listener) {
        instance_alarm(n, held ? 0 : INIT_MS);
        if (thread_start(n))
            return true;
        server_unlisten(r->server, n->listener);
    }
    // No descriptors or threads are left.
    p->instances = n->next;
    p->live -= !held;
    p->starting -= !held;
    r->spares -= held;
    r->threads--;
    instance_drop(n);
    return false;
}

bool instance_start(Pool *p) {
    return begin(p, INSTANCE_STARTING);
}

bool instance_start_held(Pool *p) {
    return begin(p, INSTANCE_HELD);
}
