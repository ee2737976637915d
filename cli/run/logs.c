// pluto logs: what functions wrote, from the files that `pluto run` keeps.
//
// Input: .pluto/local/logs, each line with its time before it. Output: the lines of one function,
// or of all of them in the order of their times; with --follow those that come, too. Invariant: a
// line is shown once it is there whole, and what it holds is shown, not obeyed.

#include "cli/report.h"
#include "cli/run/local.h"
#include "cli/run/since.h"
#include "cli/terminal.h"

#include "adapters/adapters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX = 32 << 20, LOOK_NS = 100 * 1000 * 1000, TIME_SIZE = 24, SECOND_MS = 1000 };

typedef struct Log {
    Str name, path;
    uint32_t seen; // bytes of it that were shown
} Log;
typedef Vec(Log) LogVec;

typedef struct LogLine {
    Str time, text, name;
    uint32_t order;
} LogLine;
typedef Vec(LogLine) LogLineVec;

typedef struct Logs {
    Session *s;
    LogVec logs;
    Str since; // as the times of lines are written
    bool named;
    uint32_t width;
} Logs;

// ---- Since when ---------------------------------------------------------------------------------

static Str time_text(Arena *a, int64_t ms) {
    struct tm t;
    time_t at = (time_t)(ms / SECOND_MS);
    gmtime_r(&at, &t);
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1,
                   t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(ms % SECOND_MS));
}

// As the times of lines are written.
static bool since_read(Arena *a, Str text, Str *out, Err *err) {
    int64_t ms;
    if (!since_ms(text, (int64_t)time(NULL) * SECOND_MS, &ms, err))
        return false;
    *out = time_text(a, ms);
    return true;
}

// ---- Lines --------------------------------------------------------------------------------------

static int by_time(const void *x, const void *y) {
    const LogLine *a = x, *b = y;
    int order = str_cmp(a->time, b->time);
    return order ? order : a->order < b->order ? -1 : 1;
}

// What is new in a file, as far as lines are whole.
static void lines_read(Logs *l, Arena *a, Log *log, LogLineVec *out) {
    Err ignored = {0};
    Str text = STR_EMPTY;
    Host *host = l->s->host;
    if (!host->read_file(host, a, log->path, FILE_MAX, &text, &ignored))
        return;
    // It was begun anew.
    if (text.n < log->seen)
        log->seen = 0;
    for (;;) {
        int64_t end = str_find(text, STR("\n"), log->seen);
        if (end < 0)
            return;
        Str line = str_slice(text, log->seen, (uint32_t)end);
        log->seen = (uint32_t)end + 1;
        bool timed = line.n > TIME_SIZE && line.p[TIME_SIZE] == ' ';
        LogLine one = {.time = timed ? str_slice(line, 0, TIME_SIZE) : STR_EMPTY,
                       .text = timed ? str_slice(line, TIME_SIZE + 1, line.n) : line,
                       .name = log->name,
                       .order = out->n};
        if (str_cmp(one.time, l->since) >= 0)
            vec_push(a, out, one);
    }
}

static void put_line(const Logs *l, Buf *b, const LogLine *line) {
    const char *dim = l->s->color_out ? "\033[2m" : "", *off = l->s->color_out ? "\033[0m" : "";
    buf_printf(b, "%s%.*s%s ", dim, STR_ARG(line->time), off);
    if (!l->named) {
        Str name = str_visible(b->arena, line->name);
        buf_put(b, name);
        buf_pad(b, ' ', l->width > name.n ? l->width - name.n : 0);
        buf_printf(b, "%s | %s", dim, off);
    }
    // A carriage return is a line break within one message.
    for (uint32_t at = 0; at <= line->text.n;) {
        int64_t end = str_find(line->text, STR("\r"), at);
        uint32_t to = end < 0 ? line->text.n : (uint32_t)end;
        buf_puts(b, at ? "    " : "");
        buf_put(b, str_visible(b->arena, str_slice(line->text, at, to)));
        buf_putc(b, '\n');
        at = to + 1;
    }
}

static bool show_new(Logs *l, Err *err) {
    Arena a;
    arena_init(&a);
    LogLineVec lines = {0};
    for (uint32_t i = 0; i < l->logs.n; i++)
        lines_read(l, &a, &l->logs.at[i], &lines);
    if (lines.n)
        qsort(lines.at, lines.n, sizeof *lines.at, by_time);
    Buf b = buf_new(&a);
    for (uint32_t i = 0; i < lines.n; i++)
        put_line(l, &b, &lines.at[i]);
    bool good = !b.n || terminal_write(buf_str(&b), err);
    arena_release(&a);
    return good;
}

// ---- Files --------------------------------------------------------------------------------------

static void log_add(Logs *l, Str folder, Str name) {
    Arena *a = l->s->arena;
    Str path = path_join(a, folder, str_fmt(a, "%.*s.log", STR_ARG(name)));
    for (uint32_t i = 0; i < l->logs.n; i++)
        if (str_eq(l->logs.at[i].path, path))
            return;
    vec_push(a, &l->logs, (Log){.name = str_dup(a, name), .path = path});
    l->width = name.n > l->width ? name.n : l->width;
}

static void logs_find(Logs *l, Str folder) {
    Str *names;
    size_t count;
    Arena a;
    arena_init(&a);
    if (l->s->host->list(l->s->host, &a, folder, &names, &count))
        for (size_t i = 0; i < count; i++)
            if (str_ends(names[i], ".log"))
                log_add(l, folder, str_slice(names[i], 0, names[i].n - 4));
    arena_release(&a);
}

static bool logs_open(Logs *l, Str folder, Err *err) {
    Session *s = l->s;
    if (l->named)
        log_add(l, folder, adapters_log_name(s->arena, s->args.arguments[0]));
    else
        logs_find(l, folder);
    bool there = l->logs.n > 0;
    if (l->named)
        there = s->host->type(s->host, l->logs.at[0].path) == HOST_FILE;
    if (there || s->args.follow)
        return true;
    if (l->named)
        err_set(err, ERR_NOT_FOUND, "there is no log of `%.*s`", STR_ARG(s->args.arguments[0]));
    else
        err_set(err, ERR_NOT_FOUND, "there are no logs yet");
    err_hint(err,
             "`pluto run` writes them while it serves; --deployed shows those of what is deployed");
    return false;
}

int logs_run(Session *s) {
    Err err = {0};
    Str state, folder;
    Logs l = {.s = s, .since = STR_EMPTY, .named = s->args.count > 0};
    if ((s->args.since.n && !since_read(s->arena, s->args.since, &l.since, &err)) ||
        !local_folder(s, &state, &err))
        return report_err(s, &err);
    folder = path_join(s->arena, state, STR("logs"));
    if (!logs_open(&l, folder, &err))
        return report_err(s, &err);
    while (show_new(&l, &err) && s->args.follow) {
        nanosleep(&(struct timespec){0, LOOK_NS}, NULL);
        if (!l.named)
            logs_find(&l, folder);
    }
    return err.kind == ERR_NONE ? EXIT_DONE : report_err(s, &err);
}
