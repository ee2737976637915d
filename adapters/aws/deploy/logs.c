// Logs of what is deployed, and calls of it.
//
// Input: log groups and a moment; a function and an event. Output: lines in the order of their
// times, each once; an answer. Invariant: nothing that was written after the moment is left out:
// what a live tail may have missed at its beginning is asked for once it has begun.

#include "adapters/aws/service/logs.h"
#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/service/lambda.h"

#include <stdlib.h>
#include <time.h>

enum {
    // CloudWatch takes a line some seconds after it was written.
    LATE_MS = 60 * 1000,
    SEEN_MAX = 50000,
};

typedef struct Reader {
    Aws *aws;
    const AwsLogs *in;
    Err *err;
    Arena seen_arena;
    Map seen; // of lines that came: they come again
    int64_t since;
    bool began; // the live tail has
    bool enough;
} Reader;

static void seen_forget(Reader *r) {
    arena_release(&r->seen_arena);
    arena_init(&r->seen_arena);
    r->seen = map_new(&r->seen_arena);
}

static bool is_new(Reader *r, const LogsEvent *e) {
    Str key = str_fmt(&r->seen_arena, "%lld %.*s %.*s %.*s", (long long)e->time, STR_ARG(e->group),
                      STR_ARG(e->stream), STR_ARG(e->message));
    return map_set(&r->seen, key, r);
}

// What came at the same moment stays in its order.
static int by_time(const void *x, const void *y) {
    const LogsEvent *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static uint32_t group_index(const AwsLogs *in, Str name) {
    for (uint32_t i = 0; i < in->count; i++)
        if (str_eq(in->groups[i], name))
            return i;
    return in->count;
}

static bool deliver(Reader *r, LogsEvent *events, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        events[i].order = i;
    if (count)
        qsort(events, count, sizeof *events, by_time);
    for (uint32_t i = 0; i < count && !r->enough; i++) {
        const LogsEvent *e = &events[i];
        AwsLogLine line = {group_index(r->in, e->group), e->time, e->stream, e->message};
        if (line.group == r->in->count || (r->in->follow && !is_new(r, e)))
            continue;
        if (e->time > r->since)
            r->since = e->time;
        r->enough = !r->in->sink(r->in->context, &line);
    }
    return !r->enough;
}

// What was written from then on. `late`: also what came in afterwards.
static bool catch_up(Reader *r, bool late) {
    Arena scratch;
    LogsEventVec events = {0};
    bool good = true;
    int64_t since = late && r->since > LATE_MS ? r->since - LATE_MS : r->since;
    arena_init(&scratch);
    if (since < r->in->since)
        since = r->in->since;
    for (uint32_t i = 0; good && i < r->in->count; i++)
        good = logs_filter(r->aws->client, &scratch, r->in->groups[i], since, &events, r->err);
    if (r->seen.n > SEEN_MAX)
        seen_forget(r);
    good = good && deliver(r, events.at, events.n);
    arena_release(&scratch);
    return good;
}

// ---- Following ----------------------------------------------------------------------------------

static bool tail_began(void *context) {
    Reader *r = context;
    r->began = true;
    return catch_up(r, true);
}

static bool tail_events(void *context, const LogsEventVec *events) {
    Reader *r = context;
    if (r->seen.n > SEEN_MAX)
        seen_forget(r);
    return deliver(r, events->at, events->n);
}

static void pause_between(const Reader *r) {
    uint32_t ms = r->aws->poll_ms;
    nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000 * 1000}, NULL);
}

static bool poll_logs(Reader *r) {
    while (catch_up(r, true))
        pause_between(r);
    return r->enough;
}

// Where live tails may not be had, one asks again and again.
static bool follow_logs(Reader *r, const AwsIdentity *who) {
    LogsSink sink = {tail_began, tail_events, r};
    Arena a;
    bool good = true, denied = r->in->count > LOGS_TAIL_MAX;
    Str arns[LOGS_TAIL_MAX];
    while (good && !denied && !r->enough) {
        r->began = false;
        arena_init(&a);
        for (uint32_t i = 0; i < r->in->count; i++)
            arns[i] =
                str_fmt(&a, "arn:%.*s:logs:%.*s:%.*s:log-group:%.*s", STR_ARG(who->partition),
                        STR_ARG(who->region), STR_ARG(who->account), STR_ARG(r->in->groups[i]));
        good = logs_tail(r->aws->client, &a, arns, r->in->count, &sink, &denied, r->err);
        arena_release(&a);
        if (good && !r->began)
            pause_between(r);
        // A line that was cut is begun anew, and what was missed is asked for.
        if (!good && r->began && !r->enough) {
            *r->err = (Err){0};
            good = true;
        }
    }
    return denied ? poll_logs(r) : good || r->enough;
}

bool logs_of(Aws *w, Arena *a, const AwsLogs *in, Err *err) {
    AwsIdentity who = {0};
    Reader r = {.aws = w, .in = in, .err = err, .since = in->since};
    if (in->follow && !identity_of(w, a, &who, err))
        return false;
    arena_init(&r.seen_arena);
    r.seen = map_new(&r.seen_arena);
    bool good = catch_up(&r, false) && (!in->follow || follow_logs(&r, &who));
    arena_release(&r.seen_arena);
    return good || r.enough;
}

// ---- Calls --------------------------------------------------------------------------------------

bool invoke_function(Aws *w, Arena *a, Str function, Str event, AwsInvoked *out, Err *err) {
    LambdaAnswer answer;
    *out = (AwsInvoked){0};
    if (!lambda_invoke(w->client, a, function, event, &answer, err))
        return false;
    if (!answer.there)
        return err_set(err, ERR_NOT_FOUND, "Lambda has no function `%.*s`", STR_ARG(function));
    *out = (AwsInvoked){answer.failed, answer.body, answer.log};
    return true;
}
