#pragma once
// Starting Node.js with the worker: which program, with which descriptors and environment.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Where the worker finds its sockets.
enum { SPAWN_FIRST_FD = 3 };

// Finds node: PLUTO_NODE, Lambda's own, `given` (the wrapper's first argument, may be 0), the PATH.
bool spawn_find_node(const char *given, char *out, size_t room);

// Finds worker.mjs: beside this program, in pluto/ beside it, or in pluto/ of the function's code.
bool spawn_find_worker(char *out, size_t room);

// Memory that another process can write to by the descriptor; 0 where there is none.
uint8_t *spawn_memory(size_t size, int *fd);

// What the worker has together with bootstrap, both or neither (-1).
typedef struct SpawnShared {
    int connection; // to the Runtime API
    int note;
} SpawnShared;
enum { SPAWN_SHARED = 2 };

// Starts the worker with one end of a socket pair for each slot, from descriptor 3 on, and what is
// shared behind them; `fds` gets the other ends. Gives the process, or -1.
pid_t spawn_worker(const char *node, const char *script, unsigned slots, int *fds,
                   const SpawnShared *shared);
