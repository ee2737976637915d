// Starts workers: see spawn.h. Between fork and exec only what is safe in a process with other
// threads. Invariant: whatever happens, no descriptor is left open that the caller does not know
// of.

#include "runtime/bootstrap/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

enum { SLOTS_MAX = 128, SOCKET_ROOM = 1 << 20, ARGUMENT_SIZE = 48 };

static bool runs(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && access(path, X_OK) == 0;
}

static bool use(const char *path, char *out, size_t room) {
    int n = snprintf(out, room, "%s", path);
    return n > 0 && (size_t)n < room && runs(out);
}

static bool in_path(const char *name, char *out, size_t room) {
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t n = strcspn(path, ":");
        int w = snprintf(out, room, "%.*s/%s", (int)n, path, name);
        if (n > 0 && w > 0 && (size_t)w < room && runs(out)) {
            return true;
        }
        path += n + (path[n] == ':');
    }
    return false;
}

bool spawn_find_node(const char *given, char *out, size_t room) {
    const char *set = getenv("PLUTO_NODE");
    if (set && *set) {
        return use(set, out, room);
    }
    return use("/var/lang/bin/node", out, room) ||
           (given && given[0] == '/' && use(given, out, room)) || in_path("node", out, room);
}

static bool is_file(const char *folder, const char *name, char *out, size_t room) {
    struct stat s;
    int n = snprintf(out, room, "%s/%s", folder, name);
    return n > 0 && (size_t)n < room && stat(out, &s) == 0 && S_ISREG(s.st_mode);
}

bool spawn_find_worker(char *out, size_t room) {
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    const char *root = getenv("LAMBDA_TASK_ROOT");
    if (n > 0) {
        self[n] = 0;
        char *slash = strrchr(self, '/');
        if (slash) {
            *slash = 0;
        }
        if (is_file(self, "worker.mjs", out, room) ||
            is_file(self, "pluto/worker.mjs", out, room)) {
            return true;
        }
    }
    return root && is_file(root, "pluto/worker.mjs", out, room);
}

static void close_all(const int *fds, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        close(fds[i]);
    }
}

// In the child: the worker's ends become 3, 4 …, everything else closes with exec.
static void become(char **argv, const int *ends, unsigned slots, char **env, pid_t parent) {
    int high[SLOTS_MAX];
    for (unsigned i = 0; i < slots; i++) {
        // Out of the way of the numbers that are to be used.
        high[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, SPAWN_FIRST_FD + (int)slots);
    }
    for (unsigned i = 0; i < slots; i++) {
        if (high[i] < 0 || dup2(high[i], SPAWN_FIRST_FD + (int)i) < 0) {
            _exit(127);
        }
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    // Without its bootstrap a worker has nothing to do.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }
    execve(argv[0], argv, env);
    _exit(127);
}

// Of the machine's memory V8 takes half; the machine is there for the function alone, so it gets
// what Lambda's own client gives it. What NODE_OPTIONS says comes first.
static void heap_of(char old[ARGUMENT_SIZE], char young[ARGUMENT_SIZE]) {
    const char *memory = getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
    const char *options = getenv("NODE_OPTIONS");
    unsigned long mb = memory ? strtoul(memory, NULL, 10) : 0;
    bool said = options && (strstr(options, "max-old-space") || strstr(options, "max_old_space") ||
                            strstr(options, "max-heap") || strstr(options, "semi"));
    if (mb >= 64 && mb <= 1 << 20 && !said) {
        snprintf(old, ARGUMENT_SIZE, "--max-old-space-size=%lu", mb - mb / 10);
        snprintf(young, ARGUMENT_SIZE, "--max-semi-space-size=%lu", mb / 20);
    }
}

// This process's environment with PLUTO_SLOTS set.
static char **environment(char *slots) {
    size_t n = 0;
    while (environ[n]) {
        n++;
    }
    char **env = malloc((n + 2) * sizeof *env);
    if (!env) {
        return NULL;
    }
    size_t w = 0;
    for (size_t i = 0; i < n; i++) {
        if (strncmp(environ[i], "PLUTO_SLOTS=", 12) != 0) {
            env[w++] = environ[i];
        }
    }
    env[w++] = slots;
    env[w] = NULL;
    return env;
}

pid_t spawn_worker(const char *node, const char *script, unsigned slots, int *fds) {
    int ends[SLOTS_MAX];
    unsigned made = 0;
    for (; made < slots && made < SLOTS_MAX; made++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
            break;
        }
        // As much as there may be: a stream's writer then seldom waits for its reader.
        int room = SOCKET_ROOM;
        setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        fds[made] = pair[0];
        ends[made] = pair[1];
    }
    char count[32];
    snprintf(count, sizeof count, "PLUTO_SLOTS=%u", slots);
    char **env = environment(count);
    char old[ARGUMENT_SIZE] = "", young[ARGUMENT_SIZE] = "";
    heap_of(old, young);
    // exec does not write to what it is given.
    char *argv[5] = {(char *)(size_t)node, old, young, (char *)(size_t)script};
    if (!*old) {
        argv[1] = argv[3];
        argv[2] = NULL;
    }
    pid_t parent = getpid();
    pid_t pid = made == slots && env ? fork() : -1;
    if (pid == 0) {
        become(argv, ends, slots, env, parent);
    }
    free(env);
    close_all(ends, made);
    if (pid < 0) {
        close_all(fds, made);
    }
    return pid;
}
