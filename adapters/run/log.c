// What is told: events to whoever runs us, and each resource's log. In: lines. Out: a line of JSON
// for each, and .pluto/local/logs/<name>.log with the time before each line.
//
// Invariant: one lock, Run.sink_lock, which is taken last of all; so lines come whole and in the
// order in which they were written.

#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 8 << 20 };

struct LogFile {
    LogFile *next;
    char *id, *path;
    int fd;
    off_t size;
};

static void file_open(LogFile *l) {
    struct stat st;
    l->fd = open(l->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    l->size = l->fd >= 0 && fstat(l->fd, &st) == 0 ? st.st_size : 0;
}

// The one before is kept.
static void file_turn(LogFile *l) {
    Arena a;
    arena_init(&a);
    close(l->fd);
    if (rename(l->path, str_cstr(&a, str_fmt(&a, "%s.1", l->path))) != 0)
        unlink(l->path);
    file_open(l);
    arena_release(&a);
}

static LogFile *log_find(Run *r, Str id) {
    for (LogFile *l = r->logs; l; l = l->next)
        if (str_is(id, l->id))
            return l;
    Arena a;
    arena_init(&a);
    Str path = str_fmt(&a, "%.*s/logs/%.*s.log", STR_ARG(r->options.state),
                       STR_ARG(adapters_log_name(&a, id)));
    LogFile *l = calloc(1, sizeof *l);
    char *texts = malloc((size_t)id.n + path.n + 2);
    if (!l || !texts)
        BUG("no memory for a log");
    l->id = texts;
    l->path = texts + id.n + 1;
    memcpy(l->id, id.p, id.n);
    l->id[id.n] = '\0';
    memcpy(l->path, path.p, path.n);
    l->path[path.n] = '\0';
    file_open(l);
    l->next = r->logs;
    r->logs = l;
    arena_release(&a);
    return l;
}

static void put_time(Buf *b) {
    struct timespec now;
    struct tm t;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &t);
    buf_printf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
               t.tm_hour, t.tm_min, t.tm_sec, (int)(now.tv_nsec / 1000000));
}

static void file_add(LogFile *l, Arena *a, Str text) {
    Buf b = buf_new(a);
    for (uint32_t at = 0; at <= text.n;) {
        int64_t end = str_find(text, STR("\n"), at);
        uint32_t to = end < 0 ? text.n : (uint32_t)end;
        put_time(&b);
        buf_put(&b, str_slice(text, at, to));
        buf_putc(&b, '\n');
        at = to + 1;
    }
    if (l->fd >= 0 && l->size + b.n > FILE_BYTES_MAX)
        file_turn(l);
    // A full disk must not stop the function: what it says is still shown.
    ssize_t n = l->fd >= 0 ? write(l->fd, b.p, b.n) : 0;
    l->size += n > 0 ? (off_t)n : 0;
}

// Lambda's runtimes write a line break within one message as a carriage return.
static Str message_of(Arena *a, Str line) {
    char *text = arena_copy(a, line.p, line.n);
    for (uint32_t i = 0; i < line.n; i++)
        if (text[i] == '\r')
            text[i] = '\n';
    return (Str){text, line.n};
}

void run_event(Run *r, Str json) {
    pthread_mutex_lock(&r->sink_lock);
    if (r->sink)
        r->sink(r->context, json);
    pthread_mutex_unlock(&r->sink_lock);
}

void run_log(Run *r, Str id, Str request_id, const char *stream, Str line) {
    Arena a;
    arena_init(&a);
    bool is_report = strcmp(stream, "report") == 0;
    Str message = is_report ? line : message_of(&a, line);
    Buf b = buf_new(&a);
    buf_puts(&b, "{\"event\":\"log\"");
    text_member(&b, "resource", id);
    if (request_id.n)
        text_member(&b, "requestId", request_id);
    text_member(&b, "stream", str_of(stream));
    text_member(&b, "line", message);
    buf_putc(&b, '}');
    pthread_mutex_lock(&r->sink_lock);
    file_add(log_find(r, id), &a, line);
    if (r->sink && !is_report)
        r->sink(r->context, buf_str(&b));
    pthread_mutex_unlock(&r->sink_lock);
    arena_release(&a);
}

void logs_close(Run *r) {
    while (r->logs) {
        LogFile *l = r->logs;
        r->logs = l->next;
        if (l->fd >= 0)
            close(l->fd);
        free(l->id);
        free(l);
    }
}
