// Events of `pluto run`. In: lines of JSON from any thread, one at a time. Out: the same lines, or
// text for people, on the standard output.
//
// Invariant: nothing that a function or a request says reaches a terminal as anything but text, and
// each event goes out in one piece.

#include "cli/run/show.h"
#include "cli/report.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define DIM "\033[2m"
#define BOLD "\033[1m"
#define OFF "\033[0m"

// ---- Parts --------------------------------------------------------------------------------------

static Str text_of(const cJSON *event, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(event, name);
    return str_of(cJSON_IsString(item) ? item->valuestring : NULL);
}

static double number_of(const cJSON *event, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(event, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void put_colored(Buf *b, const Show *show, const char *color, Str text) {
    Str visible = str_visible(b->arena, text);
    buf_puts(b, show->color ? color : "");
    buf_put(b, visible);
    buf_puts(b, show->color ? OFF : "");
}

static void put_time(Buf *b, const Show *show) {
    time_t now = time(NULL);
    struct tm t;
    localtime_r(&now, &t);
    Str text = str_fmt(b->arena, "%02d:%02d:%02d ", t.tm_hour, t.tm_min, t.tm_sec);
    put_colored(b, show, DIM, text);
}

// "chatbot" of "Function/chatbot"; others keep their kind.
static Str short_name(Str id) {
    return str_starts(id, "Function/") ? str_slice(id, sizeof "Function/" - 1, id.n) : id;
}

// Each resource has a colour of its own, as far as there are colours.
static void put_name(Buf *b, const Show *show, Str id) {
    static const char *const colors[] = {"\033[36m", "\033[35m", "\033[34m",
                                         "\033[96m", "\033[95m", "\033[94m"};
    put_colored(b, show, colors[str_hash(id) % (sizeof colors / sizeof *colors)], short_name(id));
}

Str show_message(Str line, Str *level) {
    *level = STR_EMPTY;
    int64_t first = str_find(line, STR("\t"), 0);
    int64_t second = first < 0 ? -1 : str_find(line, STR("\t"), (uint32_t)first + 1);
    int64_t third = second < 0 ? -1 : str_find(line, STR("\t"), (uint32_t)second + 1);
    enum { TIME_SIZE = 24 };
    if (first != TIME_SIZE || third < 0 || line.p[TIME_SIZE - 1] != 'Z')
        return line;
    *level = str_slice(line, (uint32_t)second + 1, (uint32_t)third);
    return str_slice(line, (uint32_t)third + 1, line.n);
}

// ---- Events -------------------------------------------------------------------------------------

// Indented, so that all addresses of a list begin at one column.
static void put_row(Buf *b, const Show *show, Str id, uint32_t width) {
    buf_puts(b, "  ");
    put_name(b, show, id);
    buf_pad(b, ' ', width > short_name(id).n ? width - short_name(id).n : 0);
}

static void put_properties(Buf *b, const Show *show, const cJSON *resource, uint32_t width) {
    const cJSON *p;
    put_row(b, show, str_of(resource->string), width);
    for (p = resource->child; p; p = p->next) {
        if (!cJSON_IsString(p) || !p->string)
            continue;
        bool is_url = strcmp(p->string, "url") == 0;
        put_colored(b, show, is_url ? BOLD : DIM,
                    is_url ? str_of(p->valuestring)
                           : str_fmt(b->arena, "%s %s", p->string, p->valuestring));
        buf_puts(b, p->next && cJSON_IsString(p->next) ? "  " : "");
    }
    buf_putc(b, '\n');
}

static const cJSON *routes_of(const cJSON *resource) {
    return cJSON_GetObjectItemCaseSensitive(resource, "routes");
}

// What a router leads to, each by its address: what is typed after `curl`.
static void put_routes(Buf *b, const Show *show, const cJSON *routes, uint32_t width) {
    enum { METHOD_SIZE = 8 };
    const cJSON *r;
    cJSON_ArrayForEach(r, routes) {
        Str method = text_of(r, "method");
        buf_pad(b, ' ', width + 2);
        put_colored(b, show, DIM, method);
        buf_pad(b, ' ', METHOD_SIZE > method.n ? METHOD_SIZE - method.n : 1);
        put_colored(b, show, BOLD, text_of(r, "url"));
        buf_puts(b, "  ");
        put_name(b, show, text_of(r, "function"));
        buf_putc(b, '\n');
    }
}

// Handlers of routes stand with their routes.
static bool has_row(const cJSON *resources, const cJSON *one) {
    if (text_of(one, "url").n)
        return true;
    for (const cJSON *r = resources->child; r; r = r->next) {
        const cJSON *route;
        cJSON_ArrayForEach(
            route, routes_of(r)) if (str_is(text_of(route, "function"), one->string)) return false;
    }
    return true;
}

static void put_resources(Buf *b, const Show *show, const cJSON *resources) {
    uint32_t width = 0;
    const cJSON *r;
    if (cJSON_GetArraySize(resources) == 0)
        buf_puts(b,
                 "  no resources yet: the first `new Function(...)` is served when it is saved\n");
    cJSON_ArrayForEach(r, resources) {
        uint32_t n = has_row(resources, r) ? short_name(str_of(r->string)).n + 2 : 0;
        width = n > width ? n : width;
    }
    cJSON_ArrayForEach(r, resources) {
        if (has_row(resources, r))
            put_properties(b, show, r, width);
        put_routes(b, show, routes_of(r), width);
    }
}

static void put_ready(Buf *b, const Show *show, const cJSON *event) {
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(event, "notes"), *note;
    Str endpoint = text_of(cJSON_GetObjectItemCaseSensitive(event, "aws"), "endpoint");
    put_colored(b, show, BOLD, show->project);
    buf_puts(b, " is running, stack ");
    buf_put(b, str_visible(b->arena, show->stack));
    buf_puts(b, "\n\n");
    put_resources(b, show, cJSON_GetObjectItemCaseSensitive(event, "resources"));
    buf_puts(b, "\n  AWS, as far as it is emulated: ");
    buf_put(b, str_visible(b->arena, endpoint));
    buf_puts(b, "\n");
    cJSON_ArrayForEach(note, notes) {
        buf_puts(b, "  note: ");
        buf_put(b, str_visible(b->arena, str_of(cJSON_GetStringValue(note))));
        buf_putc(b, '\n');
    }
    buf_puts(b, "  Ctrl-C ends it\n\n");
}

static void put_request(Buf *b, const Show *show, const cJSON *event) {
    enum { WORST = 500, BAD = 400 };
    double status = number_of(event, "status");
    Str operation = text_of(event, "operation"), resource = text_of(event, "resource");
    put_time(b, show);
    put_name(b, show, resource.n ? resource : STR("aws"));
    buf_putc(b, ' ');
    if (operation.n) {
        buf_put(b, str_visible(b->arena, operation));
    } else {
        buf_put(b, str_visible(b->arena, text_of(event, "method")));
        buf_putc(b, ' ');
        buf_put(b, str_visible(b->arena, text_of(event, "path")));
    }
    buf_putc(b, ' ');
    put_colored(b, show,
                status >= WORST ? RED
                : status >= BAD ? YELLOW
                                : GREEN,
                str_fmt(b->arena, "%.0f", status));
    // Lambda's Invoke is a 200 even then.
    if (text_of(event, "functionError").n)
        put_colored(b, show, RED, STR(" failed"));
    put_colored(b, show, DIM, str_fmt(b->arena, " %.0f ms", number_of(event, "ms")));
    buf_putc(b, '\n');
}

static void put_log(Buf *b, const Show *show, const cJSON *event) {
    Str level, message = show_message(text_of(event, "line"), &level);
    bool bad = str_is(level, "ERROR") || str_is(level, "FATAL");
    bool ours = str_is(text_of(event, "stream"), "platform");
    // One line each, so that every line says whose it is.
    for (uint32_t at = 0; at <= message.n;) {
        int64_t end = str_find(message, STR("\n"), at);
        uint32_t to = end < 0 ? message.n : (uint32_t)end;
        put_time(b, show);
        put_name(b, show, text_of(event, "resource"));
        put_colored(b, show, DIM, STR(" | "));
        put_colored(b, show,
                    bad || ours             ? RED
                    : str_is(level, "WARN") ? YELLOW
                                            : "",
                    str_slice(message, at, to));
        buf_putc(b, '\n');
        at = to + 1;
    }
}

static void put_reload(Buf *b, const Show *show, const cJSON *event) {
    double n = number_of(event, "functions");
    put_time(b, show);
    buf_printf(b, "reloaded in %.0f ms", number_of(event, "ms"));
    if (n > 0)
        buf_printf(b, ", %.0f function%s new", n, n == 1 ? "" : "s");
    buf_putc(b, '\n');
}

static void put_event(Buf *b, const Show *show, const cJSON *event) {
    static const struct {
        const char *name;
        void (*put)(Buf *b, const Show *show, const cJSON *event);
    } events[] = {
        {"ready", put_ready}, {"request", put_request}, {"log", put_log}, {"reload", put_reload}};
    Str name = text_of(event, "event");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (str_is(name, events[i].name))
            events[i].put(b, show, event);
}

void show_event(void *state, Str line) {
    const Show *show = state;
    Arena a;
    arena_init(&a);
    Buf b = buf_new(&a);
    cJSON *event = NULL;
    if (show->json) {
        buf_put(&b, json_visible(&a, line));
        buf_putc(&b, '\n');
    } else if (!show->quiet && (event = cJSON_ParseWithLength(line.p, line.n)) != NULL) {
        put_event(&b, show, event);
    }
    cJSON_Delete(event);
    outlet_put(show->outlet, buf_str(&b));
    arena_release(&a);
}

// ---- Our own ------------------------------------------------------------------------------------

static void emit(const Show *show, cJSON *event) {
    char *text = cJSON_PrintUnformatted(event);
    // The sink does not write to it.
    if (text)
        show_event((void *)(uintptr_t)show, str_of(text));
    cJSON_free(text);
    cJSON_Delete(event);
}

// The diagnostics' own JSON, a line each, as a list.
static cJSON *diagnostics_json(Diags *diags) {
    cJSON *list = cJSON_CreateArray();
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        return list;
    diags_print(diags, to, DIAG_JSON, false, 0);
    if (fclose(to) != 0)
        length = 0;
    for (size_t at = 0; at < length;) {
        size_t n = strcspn(text + at, "\n");
        cJSON *one = cJSON_ParseWithLength(text + at, n);
        if (one)
            cJSON_AddItemToArray(list, one);
        at += n + 1;
    }
    free(text);
    return list;
}

void show_problem(const Show *show, Diags *diags, const Err *err, bool serving) {
    if (!show->json)
        return;
    cJSON *event = cJSON_CreateObject();
    cJSON_AddStringToObject(event, "event", "error");
    if (err->message[0]) {
        cJSON_AddStringToObject(event, "message", err->message);
        if (err->hint[0])
            cJSON_AddStringToObject(event, "help", err->hint);
    } else {
        cJSON_AddStringToObject(event, "message", "the program was rejected");
    }
    cJSON_AddItemToObject(event, "diagnostics", diagnostics_json(diags));
    cJSON_AddBoolToObject(event, "serving", serving);
    emit(show, event);
}

static void add_text(cJSON *event, Arena *a, const char *name, Str text) {
    if (text.n)
        cJSON_AddStringToObject(event, name, str_cstr(a, text));
}

void show_warning(const Show *show, const Session *s, const Warning *w) {
    Str message = w->message;
    if (w->file.n)
        message = str_fmt(s->arena, "%.*s (%.*s:%u:%u)", STR_ARG(message), STR_ARG(w->file),
                          w->line, w->column);
    report_warning(s, message, w->help);
    if (!show->json)
        return;
    cJSON *event = cJSON_CreateObject();
    cJSON_AddStringToObject(event, "event", "warning");
    add_text(event, s->arena, "message", w->message);
    add_text(event, s->arena, "help", w->help);
    if (w->file.n) {
        add_text(event, s->arena, "file", w->file);
        cJSON_AddNumberToObject(event, "line", w->line);
        cJSON_AddNumberToObject(event, "column", w->column);
    }
    emit(show, event);
}

void show_reload(const Show *show, double ms, uint32_t functions) {
    cJSON *event = cJSON_CreateObject();
    cJSON_AddStringToObject(event, "event", "reload");
    cJSON_AddNumberToObject(event, "ms", (double)(int64_t)(ms + 0.5));
    cJSON_AddNumberToObject(event, "functions", functions);
    emit(show, event);
}
