// CloudWatch Logs: what functions wrote, and what they write.
//
// Input: log groups. Output: events. Invariant: an empty page is no end, as AWS has it; a stream
// that breaks is an error, never a silence.

#include "adapters/aws/service/logs.h"

#include "adapters/aws/service/json.h"
#include "adapters/shared/eventstream.h"

// Milliseconds since 1970; 0 for what is in no year of four digits.
static int64_t time_of(const cJSON *object, const char *name) {
    static const double last = 253402300799999;
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(object, name);
    bool sane = cJSON_IsNumber(n) && n->valuedouble >= 0 && n->valuedouble <= last;
    return sane ? (int64_t)n->valuedouble : 0;
}

static LogsEvent event_read(Arena *a, const cJSON *json, Str group) {
    return (LogsEvent){.group = group,
                       .stream = json_get(a, json, "logStreamName"),
                       .message = json_get(a, json, "message"),
                       .time = time_of(json, "timestamp")};
}

// ---- What was written ---------------------------------------------------------------------------

static bool page(Client *c, Arena *a, Str group, int64_t since, Str token, LogsEventVec *out,
                 Str *next, Err *err) {
    AwsCall q = {.service = AWS_LOGS, .operation = "FilterLogEvents", .safe = true};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject(), *json;
    json_add_text(a, body, "logGroupName", group);
    cJSON_AddNumberToObject(body, "startTime", (double)since);
    if (token.n)
        json_add_text(a, body, "nextToken", token);
    q.body = json_take(a, body);
    *next = STR_EMPTY;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (reply_is(&r, "ResourceNotFoundException"))
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    if (!json_read(r.body, "CloudWatch Logs", &json, err))
        return false;
    const cJSON *event;
    cJSON_ArrayForEach(event, cJSON_GetObjectItemCaseSensitive(json, "events"))
        vec_push(a, out, event_read(a, event, group));
    *next = json_get(a, json, "nextToken");
    cJSON_Delete(json);
    return true;
}

bool logs_filter(Client *c, Arena *a, Str group, int64_t since, LogsEventVec *out, Err *err) {
    Str next = STR_EMPTY, said;
    do
        if (!page(c, a, group, since, next, out, &said, err) ||
            !aws_next_page("FilterLogEvents", &next, said, err))
            return false;
    while (next.n);
    return true;
}

// ---- What is being written ----------------------------------------------------------------------

typedef struct Tail {
    Arena *arena; // of the reader
    EventReader reader;
    const LogsSink *sink;
    Err *err;
    bool began, failed;
} Tail;

// "123456789012:/aws/lambda/name" names a group here.
static Str group_of(Str identifier) {
    int64_t colon = str_find(identifier, STR(":"), 0);
    return colon < 0 ? identifier : str_slice(identifier, (uint32_t)colon + 1, identifier.n);
}

static bool update(Tail *t, Str payload) {
    Arena scratch;
    LogsEventVec events = {0};
    cJSON *json;
    arena_init(&scratch);
    bool good = json_read(payload, "CloudWatch Logs", &json, t->err);
    if (good) {
        const cJSON *event;
        cJSON_ArrayForEach(event, cJSON_GetObjectItemCaseSensitive(json, "sessionResults"))
            vec_push(&scratch, &events,
                     event_read(&scratch, event,
                                group_of(json_get(&scratch, event, "logGroupIdentifier"))));
        cJSON_Delete(json);
    }
    t->failed = !good;
    if (good && !t->began)
        good = t->began = t->sink->began(t->sink->context);
    good = good && (!events.n || t->sink->events(t->sink->context, &events));
    arena_release(&scratch);
    return good;
}

static bool take(void *context, Str bytes) {
    Tail *t = context;
    EventFrame f;
    eventreader_feed(&t->reader, bytes);
    for (;;) {
        EventStep step = eventreader_next(&t->reader, &f);
        if (step == EVENT_MORE)
            return true;
        if (step == EVENT_BROKEN || !str_is(f.message, "event")) {
            t->failed = true;
            err_set(t->err, ERR_IO, "CloudWatch Logs ended the live tail: %.*s",
                    STR_ARG(step == EVENT_BROKEN ? STR("what came is no event stream") : f.type));
            return false;
        }
        if (str_is(f.type, "sessionUpdate") && !update(t, f.payload))
            return false;
    }
}

bool logs_tail(Client *c, Arena *a, const Str *arns, uint32_t count, const LogsSink *sink,
               bool *denied, Err *err) {
    AwsCall q = {.service = AWS_LOGS, .operation = "StartLiveTail", .safe = true};
    AwsReply r = {0};
    Tail t = {.arena = a, .reader = eventreader_new(a), .sink = sink, .err = err};
    cJSON *body = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(body, "logGroupIdentifiers");
    for (uint32_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(str_cstr(a, arns[i])));
    q.body = json_take(a, body);
    q.sink = take;
    q.context = &t;
    *denied = false;
    if (!aws_call(c, a, &q, &r, err) || t.failed)
        return false;
    *denied = r.code.n > 0;
    return true;
}
