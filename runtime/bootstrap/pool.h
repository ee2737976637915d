#pragma once
// Pool: the one worker process of now and what the slots know of it. The main thread starts
// workers, sees them end and starts others (pool_run); each slot's thread borrows its end of a
// socket pair for one invocation at a time. One lock, one condition: every change of state wakes
// everybody.

#include "runtime/bootstrap/api.h"
#include "runtime/bootstrap/bytes.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { POOL_SLOTS_MAX = 128, POOL_DEATHS_MAX = 3 };

typedef struct Pool {
    // Never change.
    const char *node;
    const char *script;
    unsigned slots;
    const ApiAddress *address;
    int signals;   // a signalfd
    bool snapshot; // the machine is to be copied once the handler has loaded: SnapStart
    bool held;     // on a developer's machine: the code is not there before standard input ends
    // Where one worker may be lent the connection (lend.h): what it notes, else 0.
    uint8_t *note;
    int note_fd;
    // Under the lock.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pid_t pid;           // 0: there is none
    unsigned generation; // workers started
    unsigned deaths;     // workers ended
    int status;          // of the last that ended
    bool loaded;
    int64_t began; // of the worker, in milliseconds of this machine's uptime
    bool open;     // slots may ask for invocations
    bool failed;   // it cannot load: init_error says why
    bool stop;     // SIGTERM came
    bool restored; // with `snapshot`: this is a copy
    bool renewing; // the worker of the original is being ended
    bool lends;    // the worker can be lent the connection
    int shared;    // a connection that the worker has, too; -1: the slot took it
    int fds[POOL_SLOTS_MAX];
    bool lent[POOL_SLOTS_MAX];
    unsigned busy;        // slots with an invocation
    unsigned late;        // of them, whose invocation is past its deadline and unanswered
    unsigned idle_deaths; // workers in a row that ended without being given an invocation
    Bytes init_error;
} Pool;

typedef enum PoolLoan { POOL_LENT, POOL_DIED, POOL_LATE, POOL_FAILED } PoolLoan;

// Milliseconds since 1970.
int64_t pool_now(void);

void pool_init(Pool *p);

// With one slot, and no copies of the machine: makes the memory for notes, so that the connection
// is lent. Without it everything works, more slowly.
void pool_share(Pool *p);

// The main thread: starts the worker and keeps one running. Gives the exit code of the process.
int pool_run(Pool *p);

// Slots: waits until invocations may be asked for.
void pool_wait_open(Pool *p);

// SnapStart. This machine is a copy of the one that the worker was loaded on, and so are others:
// they must not share what the worker thinks is chance, nor its credentials and connections.
// Node.js cannot renew these, so the worker is ended, and slots wait for the next one.
void pool_restored(Pool *p);
void pool_wait_restored(Pool *p);

// Between these two the slot has an invocation.
void pool_begin(Pool *p);
void pool_end(Pool *p);

// Borrows the slot's descriptor as soon as the worker has loaded, until `limit` (0: however long).
// POOL_DIED: the worker ended while it was waited for.
PoolLoan pool_borrow(Pool *p, unsigned slot, int64_t limit, int *fd, unsigned *generation);
void pool_return(Pool *p, unsigned slot, int fd, unsigned generation);

// The connection that the worker of `generation` has, too: once, -1 then.
int pool_connection(Pool *p, unsigned *generation);
// Borrows the descriptor of a worker that has loaded and can be lent the connection; does not wait.
bool pool_lend(Pool *p, unsigned slot, int *fd, unsigned *generation);

// The worker has been given an invocation: it counts as working.
void pool_given(Pool *p);

void pool_kill(Pool *p, unsigned generation);

// An invocation is late because the worker loads. It goes on loading, for the next one; one that
// has had its time and more is ended (true).
bool pool_slow(Pool *p, unsigned generation);

// The slot's invocation is late. A worker is ended once no slot of it is left that can work.
void pool_late(Pool *p, unsigned generation);
// It was answered all the same: the slot can work again.
void pool_recovered(Pool *p, unsigned generation);

// Waits until the worker, which does not speak any more, has ended, and ends it where it does not
// by itself; gives how it ended.
int pool_wait_death(Pool *p, unsigned generation);

// Nothing more can be done here: ends the worker and this process, with 1 unless it was told to
// end.
_Noreturn void pool_abandon(Pool *p);
