// The bundler as a process: one Node.js, started without a shell, spoken to over one socket.
//
// In: requests. Out: answers, and what Node.js said where it has ended instead. Invariant: it ends
// with us, however we end, because its end of the socket tells it.

#include "adapters/pack/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 30, SAID_MAX = 2000, HEAD = 4 };

struct Child {
    pid_t pid; // 0: none
    int socket;
    FILE *said; // its standard output and error
};

// ---- Start --------------------------------------------------------------------------------------

static bool program_at(Arena *a, Str path) {
    return access(str_cstr(a, path), X_OK) == 0;
}

// Our own Node.js; where pluto was installed without it, the user's.
static bool node_find(Arena *a, Str lib, Str *out, Err *err) {
    *out = path_join(a, lib, STR("node"));
    if (program_at(a, *out))
        return true;
    Str rest = str_of(getenv("PATH"));
    while (rest.n) {
        int64_t colon = str_find(rest, STR(":"), 0);
        Str folder = str_slice(rest, 0, colon < 0 ? rest.n : (uint32_t)colon);
        rest = str_slice(rest, folder.n + 1, rest.n);
        *out = path_join(a, folder, STR("node"));
        if (str_starts(folder, "/") && program_at(a, *out))
            return true;
    }
    err_set(err, ERR_NOT_FOUND,
            "there is no Node.js to bundle with, neither `%.*s/node` nor `node`", STR_ARG(lib));
    err_hint(err, "install pluto whole, with `make install`, or Node.js 22 or newer");
    return false;
}

// Little of our environment is its business: options for Node.js and esbuild would change bundles.
static char **environment_of(Arena *a) {
    static const char *const kept[] = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL"};
    enum { KEPT = sizeof kept / sizeof *kept };
    char **env = arena_array(a, char *, KEPT + 1);
    size_t n = 0;
    for (size_t i = 0; i < KEPT; i++) {
        const char *value = getenv(kept[i]);
        if (value)
            env[n++] = str_cstr(a, str_fmt(a, "%s=%s", kept[i], value));
    }
    return env;
}

// A process group of its own: the terminal's Ctrl-C is for us, who end it when we are ready.
static bool spawn(Child *c, char **argv, char **env, int theirs, Err *err) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawn_file_actions_adddup2(&files, theirs, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, fileno(c->said), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, fileno(c->said), STDERR_FILENO);
    int why = posix_spawn(&c->pid, argv[0], &files, &how, argv, env);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    if (why == 0)
        return true;
    c->pid = 0;
    return err_set(err, ERR_IO, "cannot start `%s`: %s", argv[0], strerror(why));
}

static bool socket_make(int ends[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

Child *child_open(Arena *a, Str lib, bool once, Err *err) {
    Child *c = arena_new(a, Child);
    int ends[2];
    Str node;
    c->socket = -1;
    if (!node_find(a, lib, &node, err))
        return NULL;
    c->said = tmpfile();
    if (!c->said || fcntl(fileno(c->said), F_SETFD, FD_CLOEXEC) < 0 || !socket_make(ends)) {
        err_set(err, ERR_IO, "cannot start the bundler: %s", strerror(errno));
        child_close(c);
        return NULL;
    }
    c->socket = ends[0];
    char *argv[] = {str_cstr(a, node), str_cstr(a, path_join(a, lib, STR("pack/bundle.mjs"))),
                    str_cstr(a, lib), once ? "once" : NULL, NULL};
    bool good = spawn(c, argv, environment_of(a), ends[1], err);
    close(ends[1]);
    if (good)
        return c;
    child_close(c);
    return NULL;
}

// ---- Frames -------------------------------------------------------------------------------------

// It has ended, or does not answer: what it said last, which is where Node.js puts the reason.
static bool gone(Child *c, Err *err) {
    char said[SAID_MAX + 1];
    rewind(c->said);
    size_t n = fread(said, 1, SAID_MAX, c->said);
    Arena a;
    arena_init(&a);
    Str text = str_visible(&a, str_trim((Str){said, (uint32_t)n}));
    if (text.n)
        err_set(err, ERR_IO, "the bundler has ended: %.*s", STR_ARG(text));
    else
        err_set(err, ERR_IO, "the bundler has ended without a word");
    arena_release(&a);
    return false;
}

static bool send_all(Child *c, Str bytes) {
    while (bytes.n) {
        ssize_t n = send(c->socket, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = str_slice(bytes, (uint32_t)n, bytes.n);
    }
    return true;
}

static bool receive_all(Child *c, char *to, size_t n) {
    while (n) {
        ssize_t got = recv(c->socket, to, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

bool child_send(Child *c, Str payload, Err *err) {
    char head[HEAD];
    for (unsigned i = 0; i < HEAD; i++)
        head[i] = (char)(payload.n >> (8 * i) & 0xff);
    return (send_all(c, (Str){head, HEAD}) && send_all(c, payload)) || gone(c, err);
}

bool child_receive(Child *c, Arena *a, Str *payload, Err *err) {
    unsigned char head[HEAD];
    uint32_t n = 0;
    if (!receive_all(c, (char *)head, HEAD))
        return gone(c, err);
    for (unsigned i = 0; i < HEAD; i++)
        n |= (uint32_t)head[i] << (8 * i);
    if (n > ANSWER_MAX)
        return err_set(err, ERR_TOO_LARGE, "the bundler's answer is longer than 1 GB");
    char *bytes = arena_alloc(a, n);
    *payload = (Str){bytes, n};
    return receive_all(c, bytes, n) || gone(c, err);
}

void child_leave(Child *c) {
    if (c->socket >= 0)
        close(c->socket); // which it takes as its end
    c->socket = -1;
    if (c->pid > 0)
        kill(c->pid, SIGTERM);
}

void child_close(Child *c) {
    child_leave(c);
    if (c->said)
        fclose(c->said);
    if (c->pid > 0) {
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    *c = (Child){.socket = -1};
}
