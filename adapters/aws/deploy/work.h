#pragma once
// One operation on a stack: what it knows, whom it tells, how it ends. Private to
// adapters/aws/deploy.
//
//     if (!lookup(k)) return;          // it is over: k->out->end says how
//
// Every step is false where the operation is over, whether well or badly; then `out->end` and, from
// AWS_END_WORLD on, `err` are set.

#include "adapters/aws/deploy/journal.h"
#include "adapters/aws/deploy/root.h"
#include "adapters/aws/deploy/state.h"
#include "adapters/aws/service/cloudformation.h"

typedef struct Interrupt Interrupt;
typedef struct Lock Lock;

struct Aws {
    Arena *arena;
    AwsOptions options;
    Client *client;
    AwsIdentity identity; // once `identified`
    bool identified;
    uint32_t poll_ms;       // between two looks while something is under way
    _Atomic uint32_t calls; // requests so far
};

typedef struct Work {
    Aws *aws;
    Client *client;
    Arena *a;
    const AwsTarget *target;
    AwsSink sink;
    AwsAsk ask;
    void *context;
    AwsResult *out;
    Err *err;
    AwsPhase phase;
    double started; // on the monotonic clock
    uint32_t calls; // before it began
    uint32_t total; // resources that will change, 0: not known
    Interrupt *interrupt;
    bool locks;    // it changes something: no other of this project, account and region may
    bool wait;     // where another operation is at work: for its end
    bool takes_up; // what an earlier run began may be under way
    int lock;      // -1: none
    Journal journal;
    Str journal_path; // empty: this operation keeps none
    bool journal_there;
    Str earlier_token; // of what an earlier run of ours started, where it may be under way
    AwsStack stack;    // as it was looked up last, where `there`
    bool there;
} Work;

// ---- work.c -------------------------------------------------------------------------------------

// Takes signals over; `locks`: this operation changes something, so no other on the same stack may.
bool work_begin(Work *k, bool locks);
AwsEnd work_end(Work *k);

bool over(Work *k, AwsEnd end); // without words
bool over_with(Work *k, AwsEnd end, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool over_world(Work *k);    // a call failed, and err says why
void say_unchanged(Work *k); // in front of the hint, where what was asked for was refused
void hint(Work *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void phase_begin(Work *k, AwsPhase phase);
void tell(Work *k, AwsEvent event); // fills in phase and seconds
void note(Work *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void warn(Work *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

bool interrupted(const Work *k);
int wake_descriptor(const Work *k);
bool nap(Work *k, uint32_t ms); // false where it was interrupted
double work_seconds(const Work *k);
// From now on (or no longer) an interrupt ends requests at once: there is nothing to clean up.
void abandon_on_interrupt(Work *k, bool now);

Str token_new(Arena *a);                       // 32 hex digits that nobody can guess
Str time_text(Arena *a, int64_t unix_seconds); // 2026-01-31T12:00:00

// What stands in front of every operation: who we are, whether the account is the right one. Takes
// the lock, and says where the journal is.
bool resolve(Work *k);
// The journal of this stack in this account and region.
bool journal_load(Work *k, bool *there, Journal *out);
// One of the same stack in another account or region.
bool journal_elsewhere(Work *k, Journal *out);
bool identity_of(Aws *w, Arena *a, AwsIdentity *out, Err *err);
// Reads the stack by its name, or by its ARN once that is known.
bool look_up(Work *k);
bool is_own(const Work *k, const AwsStack *s);
// Over with AWS_END_UNSAFE where the stack is somebody else's.
bool must_be_own(Work *k);
// Writes the journal's next step. Before an execution a journal that cannot be written ends it.
bool journal_step(Work *k, AwsPhase phase);

// ---- interrupt.c --------------------------------------------------------------------------------

Interrupt *interrupt_open(Arena *a, Client *client, Err *err);
void interrupt_close(Interrupt *i);
bool interrupt_came(const Interrupt *i);
int interrupt_descriptor(const Interrupt *i);
void interrupt_abandon(Interrupt *i, bool now);

// ---- follow.c -----------------------------------------------------------------------------------

typedef struct Followed {
    Str status;     // the stack's, in the end
    AwsStack stack; // as it was then, where `there`
    bool there;
    HappenedVec happened;
    AwsResourceVec touched; // resources that ended well, with their last status
} Followed;

// When something happened to the stack last, by AWS's clock; empty where that cannot be known.
Str last_time(Work *k, Str stack_id);

// Until the stack's operation has ended. Over where we are interrupted, or AWS cannot be reached.
// `token`: of the operation, empty where it is not ours.
bool follow(Work *k, Str stack_id, Str token, Str since, Followed *out);
// One screen about a failed operation: fills out->failures, gives the first.
void explain_failures(Work *k, const Followed *f);
