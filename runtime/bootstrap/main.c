// bootstrap: owns Lambda's Runtime API and has Node.js answer invocations.
//
//   AWS_LAMBDA_RUNTIME_API     host:port of the API
//   AWS_LAMBDA_MAX_CONCURRENCY how many invocations at a time (1)
//   AWS_LAMBDA_INITIALIZATION_TYPE snap-start: the machine is copied when the handler has loaded
//   PLUTO_HELD                 the code to load is there when standard input ends
//   PLUTO_NODE                 the node to use (else Lambda's own, the first argument, that of the
//   PATH)
//
// Each invocation that may be under way has a thread (slot.h); the main thread looks after the
// worker process (pool.h). Ends with 0 after SIGTERM, with 1 when the handler cannot be loaded or
// the API is gone.

#include "runtime/bootstrap/pool.h"
#include "runtime/bootstrap/slot.h"
#include "runtime/bootstrap/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

// What is told to the API is told by pool_run; before there is an address it can only be written.
static int refuse(const char *what) {
    fprintf(stderr, "pluto: %s\n", what);
    return 1;
}

static unsigned slots_wanted(void) {
    const char *text = getenv("AWS_LAMBDA_MAX_CONCURRENCY");
    char *end = NULL;
    unsigned long n = text ? strtoul(text, &end, 10) : 1;
    if (!text || *text < '0' || *text > '9' || *end || n == 0) {
        return 1;
    }
    return n < POOL_SLOTS_MAX ? (unsigned)n : POOL_SLOTS_MAX;
}

// Lambda's pipe for logs may have a number that the worker's sockets are to have: it gets another.
static void move_logs(unsigned slots) {
    const char *text = getenv("_LAMBDA_TELEMETRY_LOG_FD");
    char *end = NULL;
    long fd = text ? strtol(text, &end, 10) : -1;
    if (!text || *end || fd < SPAWN_FIRST_FD || fd >= SPAWN_FIRST_FD + (long)slots + SPAWN_SHARED) {
        return;
    }
    char number[16];
    int moved = fcntl((int)fd, F_DUPFD, SPAWN_FIRST_FD + (int)slots + SPAWN_SHARED);
    if (moved >= 0) {
        snprintf(number, sizeof number, "%d", moved);
        setenv("_LAMBDA_TELEMETRY_LOG_FD", number, 1);
    }
}

// Signals are read from a descriptor; the threads inherit that they are blocked, the worker does
// not.
static int watch_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? signalfd(-1, &set, SFD_CLOEXEC) : -1;
}

static bool start_slots(Pool *pool) {
    for (unsigned i = 0; i < pool->slots; i++) {
        Slot *slot = calloc(1, sizeof *slot);
        pthread_t thread;
        if (!slot) {
            return false;
        }
        slot->pool = pool;
        slot->number = i;
        api_init(&slot->api, pool->address);
        if (pthread_create(&thread, NULL, slot_run, slot) != 0) {
            free(slot);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    char node[4096];
    char script[4096];
    ApiAddress address;
    Pool pool;
    memset(&pool, 0, sizeof pool);
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    if (!api || !api_address(api, &address)) {
        return refuse("AWS_LAMBDA_RUNTIME_API is to be host:port; this program runs inside Lambda");
    }
    pool_init(&pool);
    pool.address = &address;
    pool.slots = slots_wanted();
    const char *type = getenv("AWS_LAMBDA_INITIALIZATION_TYPE");
    pool.snapshot = type && strcmp(type, "snap-start") == 0;
    pool.held = getenv("PLUTO_HELD") != NULL;
    pool_share(&pool);
    move_logs(pool.slots);
    pool.node = spawn_find_node(argc > 1 ? argv[1] : NULL, node, sizeof node) ? node : NULL;
    pool.script = spawn_find_worker(script, sizeof script) ? script : NULL;
    pool.signals = watch_signals();
    if (pool.signals < 0 || !start_slots(&pool)) {
        return refuse("no memory or descriptors left");
    }
    int code = pool_run(&pool);
    fflush(NULL);
    _exit(code);
}
