// Runs a program, and takes what it writes.
//
// In: its words. Out: both of its outputs and how it ended. Invariant: no shell, no standard input,
// no waiting without an end; the program is a group of its own, and all of it ends with it.

#include "adapters/aws/creds/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { LOOK_MS = 100 }; // so often it is looked whether we are stopped

typedef struct Child {
    pid_t pid;
    const Http *http;
    int outs[2]; // its standard output and error; -1: ended
    Buf texts[2];
} Child;

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool pipe_make(int ends[2]) {
    if (pipe(ends) != 0)
        return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

static int spawn(Child *c, char **argv, const int theirs[2]) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, theirs[0], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, theirs[1], STDERR_FILENO);
    int why = posix_spawnp(&c->pid, argv[0], &files, &how, argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return why;
}

static bool start(Arena *a, const WordVec *words, Child *c, Err *err) {
    char **argv = arena_array(a, char *, words->n + 1);
    for (uint32_t i = 0; i < words->n; i++)
        argv[i] = str_cstr(a, words->at[i]);
    int out[2], error[2];
    if (!pipe_make(out))
        return err_set(err, ERR_IO, "cannot start `%s`: %s", argv[0], strerror(errno));
    if (!pipe_make(error)) {
        close(out[0]);
        close(out[1]);
        return err_set(err, ERR_IO, "cannot start `%s`: %s", argv[0], strerror(errno));
    }
    int why = spawn(c, argv, (int[]){out[1], error[1]});
    close(out[1]);
    close(error[1]);
    c->outs[0] = out[0];
    c->outs[1] = error[0];
    if (why == 0)
        return true;
    close(out[0]);
    close(error[0]);
    Str name = str_visible(a, str_slice(words->at[0], 0, 200));
    return err_set(err, ERR_NOT_FOUND, "cannot start `%.*s`: %s", STR_ARG(name), strerror(why));
}

// What one of the outputs has now.
static void take(Child *c, int i, ProcessEnd *end) {
    char bytes[4096];
    ssize_t n = read(c->outs[i], bytes, sizeof bytes);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        close(c->outs[i]);
        c->outs[i] = -1;
        return;
    }
    Buf *to = &c->texts[i];
    if (to->n + (uint32_t)n <= PROCESS_REPLY_MAX)
        buf_put(to, (Str){bytes, (uint32_t)n});
    else if (i == 0)
        end->too_much = true;
}

// Whether it has to end now, done or not.
static bool is_over(const Child *c, int64_t until, ProcessEnd *end) {
    end->stopped = c->http && http_stopped(c->http);
    end->timed_out = !end->stopped && now_ms() >= until;
    return end->stopped || end->timed_out || end->too_much;
}

static void listen_to(Child *c, int64_t until, ProcessEnd *end) {
    while ((c->outs[0] >= 0 || c->outs[1] >= 0) && !is_over(c, until, end)) {
        struct pollfd two[] = {{.fd = c->outs[0], .events = POLLIN},
                               {.fd = c->outs[1], .events = POLLIN}};
        int n = poll(two, 2, LOOK_MS);
        for (int i = 0; n > 0 && i < 2; i++)
            if (two[i].revents)
                take(c, i, end);
    }
}

// It closed its outputs, and still has to end. Where time is up all of its group ends: it may have
// ended itself, and have left others behind that hold its outputs. Until it is waited for the
// group's number is nobody else's.
static int wait_for(const Child *c, int64_t until, ProcessEnd *end) {
    int status = 0;
    for (;;) {
        if (is_over(c, until, end)) {
            kill(-c->pid, SIGKILL);
            while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
                ;
            return status;
        }
        pid_t got = waitpid(c->pid, &status, WNOHANG);
        if (got == c->pid || (got < 0 && errno != EINTR))
            return status;
        nanosleep(&(struct timespec){0, 5000000}, NULL);
    }
}

bool process_run(Arena *a, const WordVec *words, unsigned ms, const Http *http, ProcessEnd *out,
                 Err *err) {
    Child c = {.http = http, .texts = {buf_new(a), buf_new(a)}};
    *out = (ProcessEnd){0};
    if (!start(a, words, &c, err))
        return false;
    int64_t until = now_ms() + ms;
    listen_to(&c, until, out);
    int status = wait_for(&c, until, out);
    for (int i = 0; i < 2; i++)
        if (c.outs[i] >= 0)
            close(c.outs[i]);
    Str said = str_trim(buf_str(&c.texts[1]));
    out->out = buf_str(&c.texts[0]);
    out->said = str_slice(said, said.n > PROCESS_SAID_MAX ? said.n - PROCESS_SAID_MAX : 0, said.n);
    out->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
}
