// The page server. In: the page, and what is wrong with the program. Out: GET / is the page, GET
// /events tells open pages what became of it, as server-sent events.
//
// Events: `page` with the page's number where there is a newer one than the listener has; `problem`
// with a JSON string, empty where nothing is wrong any more; a comment now and then. Numbers only
// grow, over restarts too, so whoever connects again is told what it missed.
//
// Invariant: only this user's processes on this machine are answered, and only to the name they
// asked by: a foreign page that points a name of its own here (DNS rebinding), or embeds what is
// here, gets nothing. One thread serves all; a browser that does not read keeps nobody waiting.

#include "adapters/live/live.h"

#include <cjson/cJSON.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    BACKLOG = 32,
    CONNECTIONS_MAX = 256,
    TIMEOUT_SECONDS = 30, // for a request that does not end; open event streams have none
    EVENTS_BLOCK = 4096
};

// An open event stream. Freed by libmicrohttpd when its connection goes.
typedef struct Stream Stream;
struct Stream {
    Server *server;
    struct MHD_Connection *connection;
    Stream *next;
    Arena arena; // of what is being sent
    Str sending; // and how much of it was taken
    uint32_t sent;
    uint64_t page;    // the newest one it was told of
    uint64_t problem; // the same
    uint64_t beat;
    bool greeted, asleep;
};

struct Server {
    struct MHD_Daemon *daemon;
    Loopback at;
    pthread_mutex_t lock;
    // Below: guarded by the lock.
    Arena page_arena, problem_arena;
    Str page, problem;
    uint64_t page_number, problem_number, beat_number;
    uint64_t served; // the page that a browser got last
    Stream *streams;
    bool closing;
};

// ---- Event streams ------------------------------------------------------------------------------

static Str json_text(Arena *a, Str text) {
    cJSON *item = cJSON_CreateString(str_cstr(a, text));
    char *printed = item ? cJSON_PrintUnformatted(item) : NULL;
    Str out = printed ? str_dup(a, str_of(printed)) : STR("\"\"");
    cJSON_free(printed);
    cJSON_Delete(item);
    return out;
}

// What the stream was not told yet; with the lock held.
static Str news(Stream *st) {
    Server *s = st->server;
    arena_release(&st->arena);
    arena_init(&st->arena);
    Buf b = buf_new(&st->arena);
    unsigned long long number = s->page_number;
    // An id without data tells nobody anything, but comes back as Last-Event-ID.
    if (st->page < number)
        buf_printf(&b, "event: page\nid: %llu\ndata: %llu\n\n", number, number);
    else if (!st->greeted)
        buf_printf(&b, "id: %llu\n\n", number);
    st->greeted = true;
    if (st->problem < s->problem_number) {
        Str json = json_text(&st->arena, s->problem);
        buf_printf(&b, "event: problem\ndata: %.*s\n\n", STR_ARG(json));
    }
    if (b.n == 0 && st->beat < s->beat_number)
        buf_puts(&b, ": beat\n\n");
    st->page = s->page_number;
    st->problem = s->problem_number;
    st->beat = s->beat_number;
    return buf_str(&b);
}

// Called when the connection can take more. With nothing to say it is put to sleep, under the lock:
// so nobody can have news between the look and the sleep.
static ssize_t stream_read(void *state, uint64_t position, char *out, size_t max) {
    Stream *st = state;
    Server *s = st->server;
    (void)position;
    ssize_t n = 0;
    pthread_mutex_lock(&s->lock);
    if (st->sent == st->sending.n) {
        st->sending = news(st);
        st->sent = 0;
    }
    if (s->closing) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (st->sent == st->sending.n) {
        st->asleep = true;
        MHD_suspend_connection(st->connection);
    } else {
        uint32_t left = st->sending.n - st->sent;
        uint32_t part = left < max ? left : (uint32_t)max;
        memcpy(out, st->sending.p + st->sent, part);
        st->sent += part;
        n = (ssize_t)part;
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

static void stream_free(void *state) {
    Stream *st = state;
    Server *s = st->server;
    pthread_mutex_lock(&s->lock);
    for (Stream **at = &s->streams; *at; at = &(*at)->next)
        if (*at == st) {
            *at = st->next;
            break;
        }
    pthread_mutex_unlock(&s->lock);
    arena_release(&st->arena);
    free(st);
}

// With the lock held: whoever sleeps looks for news.
static void streams_wake(Server *s) {
    for (Stream *st = s->streams; st; st = st->next) {
        if (!st->asleep)
            continue;
        st->asleep = false;
        MHD_resume_connection(st->connection);
    }
}

// ---- Answers ------------------------------------------------------------------------------------

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *type,
                              struct MHD_Response *response) {
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "X-Frame-Options", "DENY");
    MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(c, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result answer_text(struct MHD_Connection *c, unsigned status, Str text) {
    struct MHD_Response *r =
        MHD_create_response_from_buffer(text.n, (void *)(uintptr_t)text.p, MHD_RESPMEM_MUST_COPY);
    return answer(c, status, "text/plain; charset=utf-8", r);
}

// The first compile may fail. What is wrong is shown until there is a page, which is asked for
// again and again: a page without a graph has no script that could listen.
static struct MHD_Response *waiting_page(const Server *s) {
    Arena a;
    arena_init(&a);
    Buf b = buf_new(&a);
    buf_puts(&b,
             "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"1\">"
             "<meta name=\"color-scheme\" content=\"light dark\"><title>pluto</title><pre>");
    for (uint32_t i = 0; i < s->problem.n; i++) {
        char c = s->problem.p[i];
        if (c == '<' || c == '&')
            buf_puts(&b, c == '<' ? "&lt;" : "&amp;");
        else
            buf_putc(&b, c);
    }
    buf_puts(&b, "</pre>\n");
    struct MHD_Response *r = MHD_create_response_from_buffer(b.n, b.p, MHD_RESPMEM_MUST_COPY);
    arena_release(&a);
    return r;
}

// A copy for each: the page may be replaced while a slow browser still reads this one.
static enum MHD_Result answer_page(Server *s, struct MHD_Connection *c) {
    pthread_mutex_lock(&s->lock);
    bool there = s->page_number > 0;
    s->served = s->page_number;
    struct MHD_Response *r =
        there ? MHD_create_response_from_buffer(s->page.n, (void *)(uintptr_t)s->page.p,
                                                MHD_RESPMEM_MUST_COPY)
              : waiting_page(s);
    pthread_mutex_unlock(&s->lock);
    return answer(c, there ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, "text/html; charset=utf-8",
                  r);
}

// What the page of a new stream knows already. One that was connected before says it itself; else
// it is the page that was got a moment ago.
static void stream_begin(Stream *st, const char *last_id) {
    Server *s = st->server;
    char *end = NULL;
    unsigned long long number = last_id ? strtoull(last_id, &end, 10) : 0;
    bool again = end && end != last_id && *end == '\0';
    st->page = again ? number : s->served;
    st->problem = again || s->problem.n ? 0 : s->problem_number;
    st->beat = s->beat_number;
    st->next = s->streams;
    s->streams = st;
}

static enum MHD_Result answer_events(Server *s, struct MHD_Connection *c) {
    Stream *st = calloc(1, sizeof *st);
    if (!st)
        return MHD_NO;
    st->server = s;
    st->connection = c;
    st->sending = STR_EMPTY;
    arena_init(&st->arena);
    pthread_mutex_lock(&s->lock);
    stream_begin(st, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Last-Event-ID"));
    pthread_mutex_unlock(&s->lock);
    struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, EVENTS_BLOCK,
                                                               stream_read, st, stream_free);
    if (!r) {
        stream_free(st);
        return MHD_NO;
    }
    MHD_add_response_header(r, "X-Accel-Buffering", "no");
    return answer(c, MHD_HTTP_OK, "text/event-stream; charset=utf-8", r);
}

// Before anything is read: a stranger takes up no connection.
static enum MHD_Result admit(void *state, const struct sockaddr *peer, socklen_t size) {
    const Server *s = state;
    struct sockaddr_in from;
    if (size < sizeof from || peer->sa_family != AF_INET)
        return MHD_NO;
    memcpy(&from, peer, sizeof from);
    return peer_is_own(&from, &s->at.at) ? MHD_YES : MHD_NO;
}

static enum MHD_Result handle(void *state, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **request) {
    Server *s = state;
    (void)version, (void)body, (void)body_size, (void)request;
    if (!loopback_is_host(&s->at, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host")) ||
        !loopback_is_origin(&s->at, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin")))
        return answer_text(c, MHD_HTTP_FORBIDDEN, STR("only this machine is answered\n"));
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return answer_text(c, MHD_HTTP_METHOD_NOT_ALLOWED, STR("only GET and HEAD\n"));
    if (strcmp(url, "/") == 0)
        return answer_page(s, c);
    if (strcmp(url, "/events") == 0)
        return answer_events(s, c);
    return answer_text(c, MHD_HTTP_NOT_FOUND, STR("there is nothing here\n"));
}

// ---- The server ---------------------------------------------------------------------------------

// Larger than any number that an earlier server gave: its pages, which may still be open, see that
// there is news in ours.
static uint64_t number_first(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

Server *server_open(Arena *a, uint16_t *port, Err *err) {
    Server *s = arena_new(a, Server);
    if (!peer_can_tell()) {
        err_set(err, ERR_ACCESS, "cannot serve: this system does not tell whose connections are");
        err_hint(err, "it needs `/proc`; `pluto graph --open` shows the picture without a server");
        return NULL;
    }
    int fd = loopback_listen(*port, BACKLOG, &s->at, err);
    if (fd < 0)
        return NULL;
    *port = s->at.port;
    pthread_mutex_init(&s->lock, NULL);
    arena_init(&s->page_arena);
    arena_init(&s->problem_arena);
    s->problem_number = 1; // "nothing", which pages of an earlier server may not know
    s->daemon =
        MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME,
                         0, admit, s, handle, s, MHD_OPTION_LISTEN_SOCKET, fd,
                         MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS, MHD_OPTION_END);
    if (s->daemon)
        return s;
    close(fd);
    err_set(err, ERR_IO, "cannot start the page server");
    return NULL;
}

void server_publish(Server *s, Str html) {
    pthread_mutex_lock(&s->lock);
    arena_release(&s->page_arena);
    arena_init(&s->page_arena);
    s->page = str_dup(&s->page_arena, html);
    s->page_number = s->page_number ? s->page_number + 1 : number_first();
    streams_wake(s);
    pthread_mutex_unlock(&s->lock);
}

void server_complain(Server *s, Str text) {
    pthread_mutex_lock(&s->lock);
    // Nothing after nothing is no news.
    if (text.n || s->problem.n) {
        arena_release(&s->problem_arena);
        arena_init(&s->problem_arena);
        s->problem = str_dup(&s->problem_arena, text);
        s->problem_number++;
        streams_wake(s);
    }
    pthread_mutex_unlock(&s->lock);
}

void server_beat(Server *s) {
    pthread_mutex_lock(&s->lock);
    s->beat_number++;
    streams_wake(s);
    pthread_mutex_unlock(&s->lock);
}

void server_close(Server *s) {
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    streams_wake(s);
    pthread_mutex_unlock(&s->lock);
    MHD_stop_daemon(s->daemon);
    arena_release(&s->page_arena);
    arena_release(&s->problem_arena);
    pthread_mutex_destroy(&s->lock);
}
