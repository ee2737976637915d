#pragma once
// Functions and their instances, as the parts that drive them see them. Private to adapters/run.
//
// One monitor guards all of it: Run.lock. What is written down under another lock says so.

#include "adapters/run/server.h"

#include <pthread.h>

// Sizes as on Lambda.
enum {
    PAYLOAD_MAX = 6 * 1024 * 1024 + 100,
    INIT_MS = 10000,
    ID_SIZE = 37,
    TAIL_SIZE = 4096,
    STREAM_SIZE = 256 << 10, // so much of a stream waits for its reader
};

typedef struct Pool Pool;
typedef struct Instance Instance;
typedef struct LogFile LogFile;

// ---- Invocations --------------------------------------------------------------------------------

typedef enum InvocationState {
    INVOCATION_WAITING,   // for an instance
    INVOCATION_SERVED,    // by one
    INVOCATION_STREAMING, // the head is there
    INVOCATION_DONE,
} InvocationState;

struct Invocation {
    Pool *pool;
    Instance *instance; // that serves it
    Invocation *next;   // that waits behind it
    InvocationState state;
    char id[ID_SIZE];
    char trace[96];
    const InvokeInput *in; // while its caller waits: until the state is STREAMING or DONE
    InvokeResult *out;     // the same; what is in it lives in `arena`
    Arena *arena;          // the caller's
    pthread_cond_t changed;
    int64_t deadline_ms; // by the clock of the wall, for the runtime
    double begun, served;
    unsigned refs;
    // Of a stream.
    char *bytes; // a ring
    uint32_t first, count;
    bool unheard; // nobody reads it any more
    bool tail;    // the end of the log is wanted
    bool broken, timed_out;
    Arena own; // of what follows
    Str failure, log;
};

// ---- Instances ----------------------------------------------------------------------------------

typedef enum InstanceState {
    INSTANCE_HELD,     // waits for code that is not there yet (spare.c)
    INSTANCE_STARTING, // has not asked for work yet
    INSTANCE_IDLE,     // waits in /next
    INSTANCE_BUSY,     // owes an answer
    INSTANCE_ANSWERED, // has not asked again yet
    INSTANCE_GONE,     // its process has ended, or is about to
} InstanceState;

// What its Node.js takes of memory (memory.c).
typedef struct Memory {
    int folder;       // of /proc; -1: not known yet
    uint32_t peak_kb; // 0: not known
    double looked_at;
} Memory;

struct Instance {
    Run *run;
    Pool *pool; // of one that is held it changes: under both locks
    Instance *next;
    InstanceState state;
    Invocation *current;
    bool responding; // an answer is on its way in
    int hold;        // of one that is held: its process goes on when this closes; else -1
    Process process; // pid -1 when it must not be killed any more
    Listener *listener;
    int timer; // a timerfd: of init, then of each invocation
    pthread_cond_t asked;
    uint64_t asking; // counts calls of /next: only the last one is answered
    unsigned number; // for the name of its log stream
    double started, init_ms, alarm_at;
    bool reported_init, timed_out, init_late;
    unsigned refs;
    // Under log_lock, which is taken after Run.lock and never before it.
    pthread_mutex_t log_lock;
    Arena log_arena;
    bool mute; // held: what it writes waits
    Memory memory;
    Buf line[2]; // begun on standard output and error
    char log_id[ID_SIZE];
    char tail[TAIL_SIZE];
    uint32_t tail_n;
};

struct Pool {
    Run *run;
    Pool *next; // of all pools that there are
    Arena arena;
    AppFunction f;
    Str fingerprint; // of all that an instance depends on
    Str setting;     // the same but for the code
    Instance *instances;
    Invocation *waiting, **waiting_end;
    uint32_t live, starting, served; // instances; invocations that were begun and not ended
    unsigned refs;
    bool retired; // newer code is there: nobody new comes
    bool used;
    bool unheld; // its processes do not stay where there is no code yet
};

struct Generation {
    Run *run;
    Arena arena;
    App app;
    Pool **pools; // as app.functions
    unsigned refs;
};

// A port of a Function URL or an API.
typedef struct Front {
    Run *run;
    Str id;
    Listener *listener;
    uint16_t port;
    struct Front *next;
} Front;

struct Run {
    Arena *arena; // of open; only under the lock, and little
    RunOptions options;
    RunSink sink;
    void *context;
    Server *server;
    Listener *endpoint;
    Watcher *watcher;
    Signals signals;
    int state; // run.json, open and locked
    Models *models;
    Dynamodb *dynamodb;
    pthread_mutex_t sink_lock;
    pthread_mutex_t lock;
    // Below: under the lock.
    pthread_cond_t quiet; // a thread of an instance, or of an event, ended
    uint32_t threads;
    uint32_t events;  // of those: invocations that nobody waits for
    uint32_t numbers; // of instances
    uint32_t spares;  // instances that are held
    bool closing;
    Generation *current;
    Pool *pools;
    Front *fronts;
    LogFile *logs; // under sink_lock
    uint32_t workers;
    char access_key[21], secret_key[41], session[65];
};

// ---- pool.c -------------------------------------------------------------------------------------

// The pool of a function: the one among `old` that fits, else a new one. Held.
Pool *pool_get(Run *r, const AppFunction *f, const Generation *old);
void pool_drop(Pool *p);
// No new work: idle instances end now, the others when they have finished.
void pool_retire(Pool *p);
// Gives work to whoever is free, and starts instances where there are too few.
void pool_dispatch(Pool *p);
// Starts one instance so that the first request need not.
void pool_prewarm(Pool *p);
// All that wait get this failure, or `body` where that is not empty.
void pool_fail_waiting(Pool *p, const char *type, Str message, Str body);
// With the answer, or why there is none. The instance, if there is one, has answered.
void invocation_finish(Invocation *i, InvokeOutcome outcome, Str body);
void invocation_fail(Invocation *i, const char *type, Str message);
void invocation_drop(Invocation *i);

// ---- instance.c ---------------------------------------------------------------------------------

// Starts its thread, which starts its process. With the lock.
// False where the system has nothing left for it.
bool instance_start(Pool *p);
// The same for one that is held: it is none of those that the pool counts.
bool instance_start_held(Pool *p);
// It takes no work any more, and has a moment to end by itself. With the lock.
void instance_leave(Instance *n);
// Ends its processes at once. With the lock.
void instance_kill(Instance *n);
// It took more memory than the function has: ends as it would on Lambda. With the lock.
void instance_out_of_memory(Instance *n);
// Sets the alarm; 0 takes it off.
void instance_alarm(Instance *n, uint32_t ms);
void instance_hold(Instance *n);
void instance_drop(Instance *n);
// Takes what it has written so far, as of the request it serves. Without the lock.
void instance_drain(Instance *n);
// A line of the platform's own in its log.
void instance_report(Instance *n, Str line);

// ---- memory.c -----------------------------------------------------------------------------------

// Whether it has taken more than its function has. Without the lock. Looks again where the last
// look was not just now.
bool memory_over(Instance *n);
// The most that it has taken, as it was seen last, in MB; 0: not known.
uint32_t memory_peak(Instance *n);
// Under log_lock.
void memory_close(Instance *n);

// ---- spare.c ------------------------------------------------------------------------------------

enum { SPARES_MAX = 4 };

// What was asked for may be edited soon: has an instance for it started, before long. With the
// lock.
void spare_want(Pool *p);
// Newer code of the same function is there: its spare instance, where there is one, loads that.
// With the lock.
bool spare_take(Pool *from, Pool *to);
// By the instance's thread: waits until it is time for its process. False where it is not wanted
// any more; `in` is what the process waits for, -1 where it need not. The pool is held.
bool spare_wait(Instance *n, int *in, Pool **pool);

// ---- runtime_api.c ------------------------------------------------------------------------------

extern const ServerRole runtime_role; // owner: an Instance, held

// ---- log.c --------------------------------------------------------------------------------------

void logs_close(Run *r);

// ---- invoke.c, aws.c ----------------------------------------------------------------------------

// Lambda's Invoke. `name` is a name, an ARN, a part of one, or pluto's own "Function/name".
void lambda_handle(void *state, const HttpRequest *q, HttpReply *reply);
void aws_handle(void *state, const HttpRequest *q, HttpReply *reply);

// ---- generation.c -------------------------------------------------------------------------------

extern const ServerRole endpoint_role; // owner: the Run
extern const ServerRole front_role;    // owner: a Front
bool generation_deploy(Run *r, const RunApp *app, Err *err);
Generation *generation_hold(Run *r);
void generation_drop(Generation *g);

// ---- state.c ------------------------------------------------------------------------------------

bool state_write(Run *r, Err *err);
void state_remove(Run *r);
bool state_read(Arena *a, Str folder, uint16_t *port, Err *err);

// ---- time and names -----------------------------------------------------------------------------

double now_ms(void);   // monotonic
int64_t wall_ms(void); // since 1970
void random_bytes(void *to, size_t n);
void uuid_make(char out[ID_SIZE]);
