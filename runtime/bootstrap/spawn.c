// Starts workers: see spawn.h. Between fork and exec only what is safe in a process with other
// threads. Invariant: whatever happens, no descriptor is left open that the caller does not know
// of.

#define _GNU_SOURCE // memfd_create's flags

#include "runtime/bootstrap/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

enum {
    SLOTS_MAX = 128,
    ENDS_MAX = SLOTS_MAX + SPAWN_SHARED,
    SOCKET_ROOM = 1 << 20,
    ARGUMENT_SIZE = 48
};

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

uint8_t *spawn_memory(size_t size, int *fd) {
    *fd = (int)syscall(SYS_memfd_create, "pluto", MFD_CLOEXEC);
    if (*fd < 0) {
        return NULL;
    }
    void *at = MAP_FAILED;
    if (ftruncate(*fd, (off_t)size) == 0) {
        at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    }
    if (at == MAP_FAILED) {
        close(*fd);
        *fd = -1;
        return NULL;
    }
    return at;
}

// In the child: the worker's ends become 3, 4 …, everything else closes with exec.
static void become(char **argv, const int *ends, unsigned count, char **env, pid_t parent) {
    int high[ENDS_MAX];
    for (unsigned i = 0; i < count; i++) {
        // Out of the way of the numbers that are to be used.
        high[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, SPAWN_FIRST_FD + (int)count);
    }
    for (unsigned i = 0; i < count; i++) {
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

static bool is_ours(const char *variable) {
    return strncmp(variable, "PLUTO_SLOTS=", 12) == 0 || strncmp(variable, "PLUTO_LENT=", 11) == 0;
}

// This process's environment, and what tells the worker of its descriptors.
static char **environment(char *slots, const char *lent) {
    size_t n = 0;
    while (environ[n]) {
        n++;
    }
    char **env = malloc((n + 3) * sizeof *env);
    if (!env) {
        return NULL;
    }
    size_t w = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_ours(environ[i])) {
            env[w++] = environ[i];
        }
    }
    env[w++] = slots;
    if (lent) {
        env[w++] = (char *)(size_t)lent; // exec does not write to what it is given
    }
    env[w] = NULL;
    return env;
}

pid_t spawn_worker(const char *node, const char *script, unsigned slots, int *fds,
                   const SpawnShared *shared) {
    static const char lent[] = "PLUTO_LENT=pluto/" PLUTO_VERSION;
    int ends[ENDS_MAX];
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
    bool shares = shared->connection >= 0 && shared->note >= 0;
    char **env = environment(count, shares ? lent : NULL);
    char old[ARGUMENT_SIZE] = "", young[ARGUMENT_SIZE] = "";
    heap_of(old, young);
    char *argv[5] = {(char *)(size_t)node, old, young, (char *)(size_t)script};
    if (!*old) {
        argv[1] = argv[3];
        argv[2] = NULL;
    }
    if (shares) {
        ends[made] = shared->connection;
        ends[made + 1] = shared->note;
    }
    pid_t parent = getpid();
    pid_t pid = made == slots && env ? fork() : -1;
    if (pid == 0) {
        become(argv, ends, slots + (shares ? SPAWN_SHARED : 0), env, parent);
    }
    free(env);
    close_all(ends, made);
    if (pid < 0) {
        close_all(fds, made);
    }
    return pid;
}
