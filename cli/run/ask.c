// pluto invoke: an event for a function of a `pluto run` in another terminal.
//
// Input: arguments, each JSON or else a text; or an event as it is. Output: what the function gave.
// Invariant: exit code 1 says that the function failed, whatever it printed; nothing that was meant
// as JSON goes out as something else.

#include "cli/json.h"
#include "cli/packages.h"
#include "cli/report.h"
#include "cli/run/local.h"

#include "adapters/adapters.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EVENT_MAX = 8 << 20 };

// ---- The event ----------------------------------------------------------------------------------

// As JSON has it: `007` and `1.` are texts.
static bool is_number(Str s) {
    uint32_t at = s.n && s.p[0] == '-', from = at;
    while (at < s.n && isdigit((unsigned char)s.p[at]))
        at++;
    if (at == from || (s.p[from] == '0' && at > from + 1))
        return false;
    return at == s.n || (strchr(".eE", s.p[at]) && isdigit((unsigned char)s.p[s.n - 1]));
}

// What somebody who writes it means as JSON; anything else may be a text as well.
static bool begins_as_json(Str s) {
    return s.n && strchr("{[\"", s.p[0]);
}

// An argument as JSON: itself where it is JSON, else a string of it. NULL where it was to be JSON
// and is not.
static cJSON *argument(const Session *s, Str word, Err *err) {
    const char *text = str_cstr(s->arena, word), *end = NULL;
    Str trimmed = str_trim(word);
    bool may_be_number = trimmed.n && (isdigit((unsigned char)trimmed.p[0]) || trimmed.p[0] == '-');
    bool plain = s->args.text || (may_be_number && !is_number(trimmed));
    cJSON *json = plain ? NULL : cJSON_ParseWithOpts(text, &end, true);
    if (json || plain || !begins_as_json(trimmed))
        return json ? json : cJSON_CreateString(text);
    // Where it went wrong, in characters as a terminal counts them.
    uint32_t at = end >= text && end <= text + word.n ? (uint32_t)(end - text) : word.n;
    uint32_t column = 1;
    for (uint32_t i = 0; i < at; i++)
        column += ((unsigned char)word.p[i] & 0xc0) != 0x80;
    if (at >= word.n)
        err_set(err, ERR_USAGE, "`%.*s` begins as JSON and ends too early", STR_ARG(word));
    else
        err_set(err, ERR_USAGE, "`%.*s` begins as JSON and is none: see character %u",
                STR_ARG(word), column);
    err_hint(err, "if it is meant as a text: `--text`");
    return NULL;
}

// Functions that are called directly take the list of their arguments.
static bool event_of_arguments(Session *s, Str *out, Err *err) {
    cJSON *list = cJSON_CreateArray();
    bool good = true;
    for (uint32_t i = 1; i < s->args.count && good; i++) {
        cJSON *one = argument(s, s->args.arguments[i], err);
        good = one != NULL;
        cJSON_AddItemToArray(list, one);
    }
    char *text = cJSON_PrintUnformatted(list);
    *out = str_dup(s->arena, str_of(text));
    cJSON_free(text);
    cJSON_Delete(list);
    return good;
}

// Of a raw function: the only argument.
static bool event_of_argument(Session *s, Str *out, Err *err) {
    enum { FUNCTION_AND_EVENT = 2 };
    *out = STR("null");
    if (s->args.count > FUNCTION_AND_EVENT) {
        err_set(err, ERR_USAGE, "`%.*s` takes its event as it comes, so one argument at most",
                STR_ARG(s->args.arguments[0]));
        err_hint(err, "write the event as one argument, or hand it over with `--event`");
        return false;
    }
    if (s->args.count < FUNCTION_AND_EVENT)
        return true;
    cJSON *one = argument(s, s->args.arguments[1], err);
    if (!one)
        return false;
    char *text = cJSON_PrintUnformatted(one);
    *out = str_dup(s->arena, str_of(text));
    cJSON_free(text);
    cJSON_Delete(one);
    return true;
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

bool event_check(Session *s, Err *err) {
    Str ignored;
    if (!s->args.event.n)
        return event_of_arguments(s, &ignored, err);
    return s->args.count <= 1 ||
           err_set(err, ERR_USAGE, "arguments and `--event` do not go together");
}

bool event_make(Session *s, bool raw, Str *out, Err *err) {
    if (!s->args.event.n)
        return raw ? event_of_argument(s, out, err) : event_of_arguments(s, out, err);
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

// To a program it goes as it is; what a terminal would obey is shown there.
static int answer_write(const Session *s, Str text, int code) {
    if (isatty(STDOUT_FILENO))
        text = lines_visible(s->arena, text);
    return report_output(s, str_cat(s->arena, text, STR("\n")), code);
}

static int answer_show(Session *s, bool raw, Str body, bool failed) {
    cJSON *answer = cJSON_ParseWithLength(body.p, body.n);
    const cJSON *value = answer;
    if (answer && !raw && !s->args.event.n)
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
    return answer_write(s, text, code);
}

int answer_give(Session *s, bool raw, Str body, bool failed) {
    return s->args.json ? answer_write(s, body, failed ? EXIT_REJECTED : EXIT_DONE)
                        : answer_show(s, raw, body, failed);
}

// ---- Raw functions ------------------------------------------------------------------------------

static Str raw_path(Session *s, Str state) {
    return path_join(s->arena, state, STR("raw.json"));
}

bool raw_write(Session *s, Str state, const Arch *arch, Err *err) {
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 0; i < arch->resources.n; i++) {
        const ArchResource *r = &arch->resources.at[i];
        if (str_is(r->kind, "Function") && function_is_raw(arch, r))
            cJSON_AddItemToArray(list, cJSON_CreateString(str_cstr(s->arena, r->id)));
    }
    char *text = cJSON_PrintUnformatted(list);
    bool good = s->host->write_file(s->host, raw_path(s, state), str_of(text), err);
    cJSON_free(text);
    cJSON_Delete(list);
    return good;
}

bool raw_read(Session *s, Str state, Str function) {
    Str text, id = str_cat(s->arena, STR("Function/"), function);
    Err unread = {0};
    bool raw = false;
    if (!s->host->read_file(s->host, s->arena, raw_path(s, state), EVENT_MAX, &text, &unread))
        return false;
    cJSON *list = cJSON_ParseWithLength(text.p, text.n);
    const cJSON *one;
    cJSON_ArrayForEach(one, list) {
        Str name = str_of(cJSON_GetStringValue(one));
        raw = raw || str_eq(name, id) || str_eq(name, function);
    }
    cJSON_Delete(list);
    return raw;
}

int ask_run(Session *s) {
    Err err = {0};
    Str state, event = STR_EMPTY, body = STR_EMPTY;
    bool failed = false;
    const RunApi *api = adapters_run(s->arena, &err);
    if (!api || !local_folder(s, &state, &err) || !event_check(s, &err))
        return report_err(s, &err);
    bool raw = raw_read(s, state, s->args.arguments[0]);
    if (!event_make(s, raw, &event, &err) ||
        !api->invoke(s->arena, state, s->args.arguments[0], event, &body, &failed, &err))
        return report_err(s, &err);
    return answer_give(s, raw, body, failed);
}
