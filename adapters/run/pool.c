// Functions: who waits for an instance, and which instance gets whom. In: invocations from callers.
// Out: each of them given to an instance that is idle, or to one that is started for it.
//
// An instance serves one invocation at a time, as on Lambda. Where there are as many as may be,
// callers wait in a row; where a function's reserved concurrency is used up, they are sent away.
//
// Invariant: everything here happens with Run.lock held, but for invoke_start, invoke_read and
// invoke_end, which take it. An invocation's caller, and its instance, each hold it.

#include "adapters/run/pool.h"

#include <stdlib.h>
#include <string.h>

// ---- Pools --------------------------------------------------------------------------------------

// All that makes an instance of one unfit for the other, but for the code.
static Str setting_of(Arena *a, const AppFunction *f) {
    Buf b = buf_new(a);
    const Str parts[] = {f->id,      f->name,         f->arn,       f->folder,    f->runtime,
                         f->handler, f->architecture, f->log_group, f->log_format};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        buf_printf(&b, "%u:%.*s", parts[i].n, STR_ARG(parts[i]));
    buf_printf(&b, "%u,%u,%lld", f->timeout_ms, f->memory_mb, (long long)f->reserved);
    for (uint32_t i = 0; i < f->env.n; i++)
        buf_printf(&b, "%u:%.*s%u:%.*s", f->env.at[i].key.n, STR_ARG(f->env.at[i].key),
                   f->env.at[i].value.n, STR_ARG(f->env.at[i].value));
    return buf_str(&b);
}

static AppFunction function_copy(Arena *a, const AppFunction *f) {
    AppFunction to = *f;
    Str *const texts[] = {&to.id,           &to.logical,   &to.name,      &to.arn,
                          &to.folder,       &to.hash,      &to.handler,   &to.runtime,
                          &to.architecture, &to.log_group, &to.log_format};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_dup(a, *texts[i]);
    to.env = (AppPairVec){0};
    for (uint32_t i = 0; i < f->env.n; i++)
        vec_push(a, &to.env,
                 (AppPair){str_dup(a, f->env.at[i].key), str_dup(a, f->env.at[i].value)});
    return to;
}

static Pool *pool_new(Run *r, const AppFunction *f, Str setting, Str fingerprint) {
    Pool *p = calloc(1, sizeof *p);
    if (!p)
        BUG("no memory for a function");
    p->run = r;
    p->refs = 1;
    p->waiting_end = &p->waiting;
    arena_init(&p->arena);
    p->f = function_copy(&p->arena, f);
    p->setting = str_dup(&p->arena, setting);
    p->fingerprint = str_dup(&p->arena, fingerprint);
    p->next = r->pools;
    r->pools = p;
    return p;
}

Pool *pool_get(Run *r, const AppFunction *f, const Generation *old) {
    Arena a;
    arena_init(&a);
    Str setting = setting_of(&a, f), fingerprint = str_cat(&a, f->hash, setting);
    Pool *p = NULL;
    for (uint32_t i = 0; old && !p && i < old->app.functions.n; i++)
        if (str_eq(old->pools[i]->fingerprint, fingerprint))
            p = old->pools[i];
    if (p)
        p->refs++;
    else
        p = pool_new(r, f, setting, fingerprint);
    arena_release(&a);
    return p;
}

void pool_drop(Pool *p) {
    if (--p->refs)
        return;
    for (Pool **at = &p->run->pools; *at; at = &(*at)->next)
        if (*at == p) {
            *at = p->next;
            break;
        }
    arena_release(&p->arena);
    free(p);
}

void pool_retire(Pool *p) {
    p->retired = true;
    for (Instance *n = p->instances; n; n = n->next)
        if (n->state == INSTANCE_HELD || n->state == INSTANCE_IDLE ||
            (n->state == INSTANCE_STARTING && !p->waiting))
            instance_kill(n);
}

void pool_prewarm(Pool *p) {
    if (p->live == 0)
        instance_start(p);
}

// ---- Work ---------------------------------------------------------------------------------------

// The one that was last at work: its caches are warm.
static Instance *idle_one(const Pool *p) {
    Instance *best = NULL;
    for (Instance *n = p->instances; n; n = n->next)
        if (n->state == INSTANCE_IDLE && (!best || n->started > best->started))
            best = n;
    return best;
}

static void assign(Instance *n, Invocation *i) {
    uint32_t timeout = n->pool->f.timeout_ms;
    n->state = INSTANCE_BUSY;
    n->responding = n->timed_out = false;
    n->current = i;
    n->started = i->served = now_ms();
    i->instance = n;
    i->refs++;
    i->state = INVOCATION_SERVED;
    // An init that took too long counts as part of the invocation: its alarm is set already.
    if (!n->init_late)
        instance_alarm(n, timeout);
    n->init_late = false;
    i->deadline_ms = wall_ms() + (int64_t)(n->alarm_at - n->started);
    pthread_cond_signal(&n->asked);
}

static uint32_t most(const Pool *p) {
    uint32_t workers = p->run->workers;
    return p->f.reserved > 0 && p->f.reserved < (int64_t)workers ? (uint32_t)p->f.reserved
                                                                 : workers;
}

void pool_dispatch(Pool *p) {
    uint32_t waiting = 0;
    for (Instance *n; p->waiting && (n = idle_one(p)) != NULL;) {
        Invocation *first = p->waiting;
        p->waiting = first->next;
        if (!p->waiting)
            p->waiting_end = &p->waiting;
        first->next = NULL;
        assign(n, first);
    }
    for (const Invocation *i = p->waiting; i; i = i->next)
        waiting++;
    bool more = !p->run->closing;
    while (more && waiting > p->starting && p->live < most(p))
        more = instance_start(p);
    if (!more && !p->live)
        pool_fail_waiting(p, "Runtime.Unavailable",
                          STR("no descriptors or threads are left for another process"), STR_EMPTY);
    if (p->retired && !p->waiting)
        pool_retire(p);
}

void pool_fail_waiting(Pool *p, const char *type, Str message, Str body) {
    Invocation *i = p->waiting;
    p->waiting = NULL;
    p->waiting_end = &p->waiting;
    while (i) {
        Invocation *next = i->next;
        if (body.n)
            invocation_finish(i, INVOKE_ERROR, body);
        else
            invocation_fail(i, type, message);
        i = next;
    }
}

// ---- Invocations --------------------------------------------------------------------------------

static Invocation *invocation_new(Pool *p, Arena *a, const InvokeInput *in, InvokeResult *out) {
    Invocation *i = calloc(1, sizeof *i);
    if (!i)
        BUG("no memory for an invocation");
    *i = (Invocation){.pool = p, .in = in, .out = out, .arena = a, .refs = 1, .begun = now_ms()};
    uuid_make(i->id);
    if (in->request_id.n && in->request_id.n < sizeof i->id)
        snprintf(i->id, sizeof i->id, "%.*s", STR_ARG(in->request_id));
    unsigned char r[16];
    char hex[2 * sizeof r + 1];
    random_bytes(r, sizeof r);
    for (size_t k = 0; k < sizeof r; k++)
        snprintf(hex + 2 * k, 3, "%02x", r[k]);
    if (in->trace_id.n && in->trace_id.n < sizeof i->trace)
        snprintf(i->trace, sizeof i->trace, "%.*s", STR_ARG(in->trace_id));
    else
        snprintf(i->trace, sizeof i->trace, "Root=1-%08llx-%.24s;Parent=%.16s;Sampled=0",
                 (unsigned long long)(wall_ms() / 1000), hex, hex + 16);
    pthread_cond_init(&i->changed, NULL);
    arena_init(&i->own);
    i->failure = i->log = STR_EMPTY;
    i->tail = in->tail;
    p->refs++;
    p->served++;
    return i;
}

void invocation_drop(Invocation *i) {
    if (--i->refs)
        return;
    pool_drop(i->pool);
    pthread_cond_destroy(&i->changed);
    arena_release(&i->own);
    free(i->bytes);
    free(i);
}

// Its instance has it no more; the caller is told.
static void invocation_end(Invocation *i) {
    Instance *n = i->instance;
    i->state = INVOCATION_DONE;
    i->pool->served--;
    if (n) {
        n->current = NULL;
        if (n->state == INSTANCE_BUSY)
            n->state = INSTANCE_ANSWERED;
        i->instance = NULL;
    }
    pthread_cond_broadcast(&i->changed);
    spare_want(i->pool);
    if (n)
        invocation_drop(i);
}

static void result_fill(Invocation *i, InvokeOutcome outcome, Str body) {
    i->out->outcome = outcome;
    i->out->body = str_dup(i->arena, body);
    i->out->timed_out = i->timed_out;
    i->out->log = str_dup(i->arena, i->log);
}

static void tail_take(Invocation *i, Instance *n) {
    i->timed_out = n->timed_out;
    pthread_mutex_lock(&n->log_lock);
    if (i->tail)
        i->log = str_dup(&i->own, (Str){n->tail, n->tail_n});
    pthread_mutex_unlock(&n->log_lock);
}

static void report(const Invocation *i, const char *status) {
    Instance *n = i->instance;
    char line[512];
    double ms = now_ms() - i->served;
    uint32_t size = i->pool->f.memory_mb;
    int at =
        snprintf(line, sizeof line,
                 "END RequestId: %s\nREPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: "
                 "%.0f ms\tMemory Size: %u MB",
                 i->id, i->id, ms, ms + 0.999, size);
    uint32_t peak = memory_peak(n);
    if (peak)
        at += snprintf(line + at, sizeof line - (size_t)at, "\tMax Memory Used: %u MB",
                       peak < size ? peak : size);
    if (!n->reported_init)
        at += snprintf(line + at, sizeof line - (size_t)at, "\tInit Duration: %.2f ms", n->init_ms);
    if (status)
        snprintf(line + at, sizeof line - (size_t)at, "\tStatus: %s", status);
    n->reported_init = true;
    instance_report(n, str_of(line));
}

void invocation_finish(Invocation *i, InvokeOutcome outcome, Str body) {
    if (i->state == INVOCATION_DONE)
        return;
    if (i->instance) {
        report(i, outcome == INVOKE_BODY ? NULL : i->instance->timed_out ? "timeout" : "error");
        tail_take(i, i->instance);
    }
    if (i->state == INVOCATION_STREAMING) {
        i->broken = outcome != INVOKE_BODY;
        if (i->broken)
            i->failure = str_dup(&i->own, body);
    } else {
        result_fill(i, outcome, body);
    }
    invocation_end(i);
}

void invocation_fail(Invocation *i, const char *type, Str message) {
    Arena a;
    arena_init(&a);
    Str text = str_fmt(&a, "RequestId: %s Error: %.*s", i->id, STR_ARG(message));
    invocation_finish(i, INVOKE_ERROR, json_error(&a, type, text));
    arena_release(&a);
}

// ---- Callers ------------------------------------------------------------------------------------

static void enqueue(Pool *p, Invocation *i) {
    *p->waiting_end = i;
    p->waiting_end = &i->next;
    p->used = true;
    pool_dispatch(p);
}

// As if it had not been streamed.
static void collect(Invocation *i, Arena *a, InvokeResult *out) {
    Run *r = i->pool->run;
    Buf b = buf_new(a);
    char piece[16 << 10];
    ssize_t n;
    while ((n = invoke_read(i, piece, sizeof piece)) > 0 && b.n <= PAYLOAD_MAX)
        buf_put(&b, (Str){piece, (uint32_t)n});
    out->outcome = n == 0 ? INVOKE_BODY : INVOKE_ERROR;
    out->body = n == 0  ? buf_str(&b)
                : n < 0 ? invoke_error(i, a)
                        : json_error(a, "Function.ResponseSizeTooLarge",
                                     STR("Response payload size exceeded maximum allowed payload "
                                         "size (6291556 bytes)."));
    pthread_mutex_lock(&r->lock);
    out->log = str_dup(a, i->log);
    out->timed_out = i->timed_out;
    out->ms = now_ms() - i->begun;
    pthread_mutex_unlock(&r->lock);
    invoke_end(i);
}

void invoke_start(const Call *call, uint32_t function, Arena *a, const InvokeInput *in,
                  InvokeResult *out) {
    Run *r = call->run;
    Pool *p = call->generation->pools[function];
    *out = (InvokeResult){
        .request_id = STR_EMPTY, .body = STR_EMPTY, .content_type = STR_EMPTY, .log = STR_EMPTY};
    pthread_mutex_lock(&r->lock);
    if (p->f.reserved >= 0 && p->served >= p->f.reserved) {
        out->outcome = INVOKE_THROTTLED;
        pthread_mutex_unlock(&r->lock);
        return;
    }
    if (r->closing) {
        out->outcome = INVOKE_ERROR;
        out->body = json_error(a, "Runtime.Shutdown", STR("pluto run is ending"));
        pthread_mutex_unlock(&r->lock);
        return;
    }
    Invocation *i = invocation_new(p, a, in, out);
    out->request_id = str_dup(a, str_of(i->id));
    enqueue(p, i);
    while (i->state < INVOCATION_STREAMING)
        pthread_cond_wait(&i->changed, &r->lock);
    out->ms = now_ms() - i->begun;
    bool streams = out->outcome == INVOKE_STREAM;
    if (streams)
        out->stream = i;
    else
        invocation_drop(i);
    pthread_mutex_unlock(&r->lock);
    if (streams && in->stream_whole)
        collect(i, a, out);
}

// At most what lies in the ring in one piece.
static uint32_t ring_take(Invocation *i, char *buf, size_t max) {
    uint32_t n = STREAM_SIZE - i->first;
    n = n < i->count ? n : i->count;
    n = n < max ? n : (uint32_t)max;
    memcpy(buf, i->bytes + i->first, n);
    i->first = (i->first + n) % STREAM_SIZE;
    i->count -= n;
    return n;
}

ssize_t invoke_read(Invocation *i, char *buf, size_t max) {
    Run *r = i->pool->run;
    pthread_mutex_lock(&r->lock);
    while (!i->count && i->state != INVOCATION_DONE)
        pthread_cond_wait(&i->changed, &r->lock);
    ssize_t n = i->count ? (ssize_t)ring_take(i, buf, max) : i->broken ? -1 : 0;
    if (n > 0)
        pthread_cond_broadcast(&i->changed); // there is room
    pthread_mutex_unlock(&r->lock);
    return n;
}

Str invoke_error(Invocation *i, Arena *a) {
    Run *r = i->pool->run;
    pthread_mutex_lock(&r->lock);
    Str failure = str_dup(a, i->failure);
    pthread_mutex_unlock(&r->lock);
    return failure;
}

void invoke_end(Invocation *i) {
    Run *r = i->pool->run;
    pthread_mutex_lock(&r->lock);
    i->unheard = true;
    pthread_cond_broadcast(&i->changed);
    invocation_drop(i);
    pthread_mutex_unlock(&r->lock);
}
