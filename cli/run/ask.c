// pluto invoke: an event for a function of a `pluto run` in another terminal.
//
// Input: arguments, each JSON or else a text; or an event as it is. Output: what the function gave.
// Invariant: exit code 1 says that the function failed, whatever it printed.

#include "cli/json.h"
#include "cli/report.h"
#include "cli/run/local.h"

#include "adapters/adapters.h"

#include <stdio.h>

enum { EVENT_MAX = 8 << 20 };

// ---- The event ----------------------------------------------------------------------------------

// An argument as JSON: itself where it is JSON, else a string of it.
static cJSON *argument(Arena *a, Str word) {
    const char *text = str_cstr(a, word);
    cJSON *json = cJSON_ParseWithOpts(text, NULL, true);
    return json ? json : cJSON_CreateString(text);
}

// Functions that are called directly take the list of their arguments.
static Str event_of_arguments(Session *s) {
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 1; i < s->args.count; i++)
        cJSON_AddItemToArray(list, argument(s->arena, s->args.arguments[i]));
    char *text = cJSON_PrintUnformatted(list);
    Str event = str_dup(s->arena, str_of(text));
    cJSON_free(text);
    cJSON_Delete(list);
    return event;
}

static bool event_of_input(Session *s, Str *out, Err *err) {
    enum { PIECE = 64 << 10 };
    Buf b = buf_new(s->arena);
    char *piece = arena_alloc(s->arena, PIECE);
    size_t n;
    while (b.n <= EVENT_MAX && (n = fread(piece, 1, PIECE, stdin)) > 0)
        buf_put(&b, (Str){piece, (uint32_t)n});
    *out = buf_str(&b);
    if (ferror(stdin))
        return err_set(err, ERR_IO, "cannot read the standard input");
    return b.n <= EVENT_MAX || err_set(err, ERR_TOO_LARGE, "the event is too large for Lambda");
}

static bool event_make(Session *s, Str *out, Err *err) {
    if (!s->args.event.n)
        return *out = event_of_arguments(s), true;
    if (s->args.count > 1)
        return err_set(err, ERR_USAGE, "arguments and `--event` do not go together");
    if (str_is(s->args.event, "-"))
        return event_of_input(s, out, err);
    return s->host->read_file(s->host, s->arena, s->args.event, EVENT_MAX, out, err);
}

// ---- The answer ---------------------------------------------------------------------------------

// A function answers a direct call with {"code", "body"}; without "body" where it gave nothing.
static void answer_open(const cJSON *answer, const cJSON **out, bool *failed) {
    enum { OK = 200 };
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(answer, "code");
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(answer, "body");
    int members = cJSON_GetArraySize(answer);
    if (!cJSON_IsObject(answer) || !cJSON_IsNumber(code) || members != (body ? 2 : 1))
        return;
    *failed = (int)code->valuedouble != OK;
    *out = body;
}

// A text stands for itself; {"errorType", "errorMessage", "trace"} is told as Node.js would.
static Str answer_text(Arena *a, const cJSON *value, bool failed) {
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(value, "errorType");
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(value, "errorMessage");
    if (cJSON_IsString(value))
        return str_dup(a, str_of(value->valuestring));
    if (failed && cJSON_IsString(type) && cJSON_IsString(message))
        return str_fmt(a, "%s: %s", type->valuestring, message->valuestring);
    return json_indented(a, value);
}

static int answer_show(Session *s, Str body, bool failed) {
    cJSON *answer = cJSON_ParseWithLength(body.p, body.n);
    const cJSON *value = answer;
    if (answer && !s->args.event.n)
        answer_open(answer, &value, &failed);
    Str text = answer ? STR("undefined") : body;
    if (value)
        text = answer_text(s->arena, value, failed);
    cJSON_Delete(answer);
    int code = failed ? EXIT_REJECTED : EXIT_DONE;
    if (failed) {
        Err err = {0};
        Str shown = str_slice(text, 0, sizeof err.message - 1);
        err_set(&err, ERR_IO, "%.*s", STR_ARG(shown));
        report_err(s, &err);
        return code;
    }
    return report_output(s, str_fmt(s->arena, "%.*s\n", STR_ARG(text)), code);
}

int ask_run(Session *s) {
    Err err = {0};
    Str state, event = STR_EMPTY, body = STR_EMPTY;
    bool failed = false;
    const RunApi *api = adapters_run(s->arena, &err);
    if (!api || !local_folder(s, &state, &err) || !event_make(s, &event, &err) ||
        !api->invoke(s->arena, state, s->args.arguments[0], event, &body, &failed, &err))
        return report_err(s, &err);
    return s->args.json ? report_output(s, str_fmt(s->arena, "%.*s\n", STR_ARG(body)),
                                        failed ? EXIT_REJECTED : EXIT_DONE)
                        : answer_show(s, body, failed);
}
