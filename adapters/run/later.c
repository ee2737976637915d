// Events whose sender has its answer already. In: an event for a function. Out: what became of it,
// as a `request` event and, where it failed, a line of the function's log.
//
// As on Lambda an event whose function fails is tried twice more, under the same request id; it
// waits seconds in between, where Lambda waits minutes. A function that is busy with as much as it
// may is asked again later, and that is no attempt. Each attempt runs what is deployed by then.
//
// Invariant: each event has a thread, counted in Run.threads, that owns all it works on.

#include "adapters/run/later.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <time.h>

enum { RUNNING_MAX = 256, ATTEMPTS = 3, SECOND_MS = 1000, LOOK_MS = 50 };

typedef struct Later {
    Run *run;
    Generation *first; // held: the one that the event came to
    Arena arena;
    Str id; // of the function
    InvokeInput in;
} Later;

// ---- One attempt --------------------------------------------------------------------------------

typedef enum Fate {
    FATE_DONE,
    FATE_FAILED,    // Lambda would try again
    FATE_ANSWERED,  // it failed, and answered so: Lambda takes that for a success
    FATE_THROTTLED, // nobody had time
    FATE_OVER,      // the function is gone, or all of it ends
} Fate;

// A function that is called directly answers {"code", "body"}, also where it throws.
static bool answers_failure(Arena *a, Str body, Str *why) {
    enum { FIRST_FAILURE = 400, MEMBERS = 2 };
    cJSON *json = cJSON_ParseWithLength(body.p, body.n);
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(json, "code");
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(json, "body");
    bool failed = cJSON_IsObject(json) && cJSON_GetArraySize(json) == MEMBERS &&
                  cJSON_IsNumber(code) && code->valuedouble >= FIRST_FAILURE && text;
    if (failed)
        *why = str_dup(a, cJSON_IsString(text) ? str_of(text->valuestring) : body);
    cJSON_Delete(json);
    return failed;
}

// "TypeError: no" of {"errorType":…,"errorMessage":…}.
static Str error_text(Arena *a, Str body) {
    cJSON *json = cJSON_ParseWithLength(body.p, body.n);
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "errorType"));
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "errorMessage"));
    Str text = type && said ? str_fmt(a, "%s: %s", type, said) : str_dup(a, body);
    cJSON_Delete(json);
    return text;
}

static Fate fate_of(Arena *a, const InvokeResult *result, Str *why) {
    switch (result->outcome) {
    case INVOKE_THROTTLED:
        return FATE_THROTTLED;
    case INVOKE_ERROR:
        *why = error_text(a, result->body);
        return FATE_FAILED;
    case INVOKE_BODY:
        return answers_failure(a, result->body, why) ? FATE_ANSWERED : FATE_DONE;
    case INVOKE_STREAM: // is not asked for
        break;
    }
    BUG("an event was answered by a stream");
}

static void tell(const Later *l, Arena *a, unsigned attempt, Fate fate, double ms) {
    Buf b = buf_new(a);
    buf_puts(&b, "{\"event\":\"request\"");
    text_member(&b, "resource", l->id);
    text_member(&b, "operation", STR("Event"));
    buf_printf(&b, ",\"attempt\":%u,\"status\":%d,\"ms\":%.1f", attempt,
               fate == FATE_DONE ? 200 : 500, ms);
    text_member(&b, "requestId", l->in.request_id);
    buf_putc(&b, '}');
    run_event(l->run, buf_str(&b));
}

static void tell_why(const Later *l, Arena *a, unsigned attempt, Fate fate, Str why) {
    Str next = fate == FATE_ANSWERED ? STR("it answered so, and Lambda does not try that again")
               : attempt == ATTEMPTS ? STR("it is given up")
                                     : str_fmt(a, "again in %u s", attempt);
    Str line = str_fmt(a, "the event failed, attempt %u of %u, %.*s: %.*s", attempt,
                       (unsigned)ATTEMPTS, STR_ARG(next), STR_ARG(why));
    run_log(l->run, l->id, l->in.request_id, "platform", line);
}

static Fate invoke_in(const Later *l, Generation *g, Arena *a, Str *why, double *ms) {
    Call call = {.run = l->run, .generation = g, .app = &g->app};
    for (uint32_t i = 0; i < g->app.functions.n; i++) {
        if (!str_eq(g->app.functions.at[i].id, l->id))
            continue;
        InvokeResult result;
        double begin = now_ms();
        invoke_start(&call, i, a, &l->in, &result);
        *ms = now_ms() - begin;
        return fate_of(a, &result, why);
    }
    return FATE_OVER;
}

static Fate attempt_once(const Later *l, Generation *g, unsigned attempt) {
    Arena a;
    Str why = STR_EMPTY;
    double ms = 0;
    arena_init(&a);
    Fate fate = invoke_in(l, g, &a, &why, &ms);
    bool over = run_closing(l->run);
    if (!over && fate != FATE_THROTTLED && fate != FATE_OVER)
        tell(l, &a, attempt, fate, ms);
    if (!over && (fate == FATE_FAILED || fate == FATE_ANSWERED))
        tell_why(l, &a, attempt, fate, why);
    arena_release(&a);
    return fate;
}

// ---- All of them --------------------------------------------------------------------------------

// False where all of it ends meanwhile.
static bool pause_for(Run *r, unsigned ms) {
    for (double end = now_ms() + ms; now_ms() < end;) {
        if (run_closing(r))
            return false;
        nanosleep(&(struct timespec){0, LOOK_MS * 1000000L}, NULL);
    }
    return true;
}

static void serve(Later *l) {
    for (unsigned attempt = 1; attempt <= ATTEMPTS;) {
        Generation *g = l->first ? l->first : generation_hold(l->run);
        l->first = NULL;
        if (!g)
            return;
        Fate fate = attempt_once(l, g, attempt);
        generation_drop(g);
        if (fate != FATE_FAILED && fate != FATE_THROTTLED)
            return;
        // One second after the first attempt, two after the second.
        unsigned wait = fate == FATE_THROTTLED ? SECOND_MS : attempt * SECOND_MS;
        attempt += fate == FATE_FAILED;
        if (attempt <= ATTEMPTS && !pause_for(l->run, wait))
            return;
    }
}

static void later_free(Later *l) {
    arena_release(&l->arena);
    free(l);
}

static void *later_main(void *state) {
    Later *l = state;
    Run *r = l->run;
    serve(l);
    later_free(l);
    pthread_mutex_lock(&r->lock);
    r->threads--;
    r->events--;
    pthread_cond_broadcast(&r->quiet);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static bool thread_start(Later *l) {
    pthread_attr_t how;
    pthread_t thread;
    pthread_attr_init(&how);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    bool good = pthread_create(&thread, &how, later_main, l) == 0;
    pthread_attr_destroy(&how);
    return good;
}

static Later *later_new(const Call *call, uint32_t function, const InvokeInput *in) {
    Later *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    *l = (Later){.run = call->run, .first = call->generation, .in = *in};
    arena_init(&l->arena);
    Arena *a = &l->arena;
    l->id = str_dup(a, call->app->functions.at[function].id);
    l->in.event = str_dup(a, in->event);
    l->in.client_context = str_dup(a, in->client_context);
    l->in.trace_id = str_dup(a, in->trace_id);
    l->in.tenant = str_dup(a, in->tenant);
    l->in.request_id = str_dup(a, in->request_id);
    l->in.stream_whole = true;
    l->in.tail = false;
    return l;
}

bool later_start(const Call *call, uint32_t function, const InvokeInput *in) {
    Run *r = call->run;
    Later *l = later_new(call, function, in);
    if (!l)
        return false;
    pthread_mutex_lock(&r->lock);
    call->generation->refs++;
    bool room = !r->closing && r->events < RUNNING_MAX;
    r->events += room;
    r->threads += room;
    pthread_mutex_unlock(&r->lock);
    if (room && thread_start(l))
        return true;
    pthread_mutex_lock(&r->lock);
    call->generation->refs--; // the caller's own is left
    r->events -= room;
    r->threads -= room;
    pthread_mutex_unlock(&r->lock);
    later_free(l);
    return false;
}
