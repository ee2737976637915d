#ifndef _GNU_SOURCE
#define _GNU_SOURCE // accept4
#endif
// The HTTP server: many ports on 127.0.0.1, a thread for each connection. In: ports with those who
// answer there. Out: their handlers' replies.
//
// libmicrohttpd speaks HTTP; it has no socket of its own to listen on. One thread of ours accepts
// on all ports and hands connections over, so ports come and go while it runs.
//
// Invariant: a request reaches a handler only where it came from this user's process, under a name
// of this machine, and, unless the role allows it, not at the word of a foreign page.

#include "adapters/run/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BACKLOG = 1024,
    CONNECTIONS_MAX = 4096,
    TIMEOUT_SECONDS = 120,         // for requests that do not end, and connections that stay silent
    CONNECTION_MEMORY = 128 << 10, // headers must fit, and pieces of bodies
    STACK_SIZE = 1 << 20,
    REPLY_BLOCK = 32 << 10,
    EVENTS_MAX = 64,
};

struct Listener {
    Server *server;
    const ServerRole *role;
    void *owner;
    Loopback place;
    int fd;        // -1 when no longer listened on
    unsigned refs; // under the server's lock: the server and each connection
    Listener *next;
};

struct Server {
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;
    Listener *listeners; // under the lock
    int epoll, stop;
    pthread_t accepting;
};

// A connection: which port it came to, and whether its process may ask.
typedef struct Link {
    Listener *listener;
    bool known, own;
} Link;

// From a request's first line to the end of its reply. Freed when both the library and the reply
// have let go of it.
typedef struct Asked {
    Arena arena;
    Str target;
    HttpRequest q;
    HttpReply reply;
    HttpReceiver receiver;
    Link *link;
    Buf body;
    double began;
    void *call;
    unsigned refs;
    bool begun, too_large, receiving, handled;
} Asked;

static double clock_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

// ---- Listeners ----------------------------------------------------------------------------------

static void listener_drop(Server *s, Listener *l) {
    pthread_mutex_lock(&s->lock);
    bool last = --l->refs == 0;
    pthread_mutex_unlock(&s->lock);
    if (!last)
        return;
    if (l->role->release)
        l->role->release(l->owner);
    free(l);
}

// The one on that port, held.
static Listener *listener_hold(Server *s, uint16_t port) {
    pthread_mutex_lock(&s->lock);
    Listener *l = s->listeners;
    while (l && l->place.port != port)
        l = l->next;
    if (l)
        l->refs++;
    pthread_mutex_unlock(&s->lock);
    return l;
}

uint16_t listener_port(const Listener *l) {
    return l->place.port;
}

Listener *server_listen(Server *s, uint16_t port, const ServerRole *role, void *owner, Err *err) {
    Loopback place;
    int fd = loopback_listen(port, BACKLOG, &place, err);
    if (fd < 0)
        return NULL;
    Listener *l = calloc(1, sizeof *l);
    if (!l)
        BUG("no memory for a listener");
    *l = (Listener){.server = s, .role = role, .owner = owner, .place = place, .fd = fd, .refs = 1};
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
        err_set(err, ERR_IO, "cannot serve on port %u: %s", (unsigned)place.port, strerror(errno));
        close(fd);
        free(l);
        return NULL;
    }
    pthread_mutex_lock(&s->lock);
    l->next = s->listeners;
    s->listeners = l;
    pthread_mutex_unlock(&s->lock);
    return l;
}

void server_unlisten(Server *s, Listener *l) {
    pthread_mutex_lock(&s->lock);
    for (Listener **at = &s->listeners; *at; at = &(*at)->next)
        if (*at == l) {
            *at = l->next;
            break;
        }
    // Under the lock: the number of a closed socket is soon another's.
    epoll_ctl(s->epoll, EPOLL_CTL_DEL, l->fd, NULL);
    close(l->fd);
    l->fd = -1;
    pthread_mutex_unlock(&s->lock);
    listener_drop(s, l);
}

// ---- Connections --------------------------------------------------------------------------------

static void connection_changed(void *state, struct MHD_Connection *c, void **context,
                               enum MHD_ConnectionNotificationCode what) {
    Server *s = state;
    Link *link = *context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (link && link->listener)
            listener_drop(s, link->listener);
        free(link);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct sockaddr_in at = {0};
    socklen_t size = sizeof at;
    link = calloc(1, sizeof *link);
    *context = link;
    if (link && info && getsockname(info->connect_fd, (struct sockaddr *)&at, &size) == 0)
        link->listener = listener_hold(s, ntohs(at.sin_port));
}

static bool link_is_own(Link *link, struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct sockaddr_in from;
    if (link->known)
        return link->own;
    if (!info || !info->client_addr || info->client_addr->sa_family != AF_INET)
        return false;
    memcpy(&from, info->client_addr, sizeof from);
    link->own = peer_is_own(&from, &link->listener->place.at);
    link->known = true;
    return link->own;
}

static void accept_all(Server *s, int fd) {
    for (;;) {
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        int client = accept4(fd, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client < 0) {
            // Out of descriptors: the others that wait do so until some are free.
            if (errno == EMFILE || errno == ENFILE)
                nanosleep(&(struct timespec){0, 10000000L}, NULL);
            return;
        }
        MHD_add_connection(s->daemon, client, (struct sockaddr *)&from, size);
    }
}

static void *accepting(void *state) {
    Server *s = state;
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int n = epoll_wait(s->epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == s->stop)
                return NULL;
            accept_all(s, events[i].data.fd);
        }
    }
}

// ---- Replies ------------------------------------------------------------------------------------

static void asked_drop(Asked *k) {
    if (--k->refs)
        return;
    arena_release(&k->arena);
    free(k);
}

static ssize_t reply_read(void *state, uint64_t position, char *buf, size_t max) {
    Asked *k = state;
    (void)position;
    ssize_t n = k->reply.read(k->reply.state, buf, max);
    return n > 0    ? n
           : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM
                    : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void reply_free(void *state) {
    Asked *k = state;
    if (k->reply.close)
        k->reply.close(k->reply.state);
    asked_drop(k);
}

// What the library writes itself, and what is between two machines and not for the next.
static bool is_own_header(Str name) {
    static const char *const own[] = {"content-length", "transfer-encoding", "connection",
                                      "keep-alive",     "trailer",           "upgrade"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (name.n == strlen(own[i]) && strncasecmp(name.p, own[i], name.n) == 0)
            return true;
    return false;
}

static void header_add(Asked *k, struct MHD_Response *r, const HttpHeader *h) {
    char *value = str_cstr(&k->arena, h->value);
    // A line break would begin another header.
    for (char *p = value; *p; p++)
        if (*p == '\r' || *p == '\n' || *p == '\t')
            *p = ' ';
    // The library takes no empty value; white space around one does not count in HTTP.
    if (!is_own_header(h->name))
        MHD_add_response_header(r, str_cstr(&k->arena, h->name), *value ? value : " ");
}

static enum MHD_Result reply_send(Asked *k, struct MHD_Connection *c) {
    enum { LOWEST = 200, HIGHEST = 599, BROKEN = 502 };
    HttpReply *reply = &k->reply;
    if (reply->status == 0)
        reply->status = MHD_HTTP_OK;
    if (reply->status < LOWEST || reply->status > HIGHEST)
        reply->status = BROKEN;
    k->refs++;
    // To HEAD the library would send the end of a stream, which the client takes for the beginning
    // of the next reply.
    bool streams = reply->read && !str_is(k->q.method, "HEAD");
    struct MHD_Response *r =
        streams ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, REPLY_BLOCK, reply_read, k,
                                                    reply_free)
                : MHD_create_response_from_buffer_with_free_callback_cls(
                      reply->body.n, (void *)(uintptr_t)reply->body.p, reply_free, k);
    if (!r) {
        reply_free(k);
        return MHD_NO;
    }
    for (uint32_t i = 0; i < reply->headers.n; i++)
        header_add(k, r, &reply->headers.at[i]);
    enum MHD_Result queued = MHD_queue_response(c, (unsigned)reply->status, r);
    MHD_destroy_response(r);
    return queued;
}

static enum MHD_Result refuse(Asked *k, struct MHD_Connection *c, int status, const char *why) {
    Str message = str_fmt(&k->arena, "{\"message\":\"%s\"}", why);
    k->handled = true;
    http_json(&k->reply, &k->arena, status, message);
    return reply_send(k, c);
}

// ---- Requests -----------------------------------------------------------------------------------

typedef struct Headers {
    Arena *arena;
    HttpHeaderVec *to;
} Headers;

static enum MHD_Result header_take(void *state, enum MHD_ValueKind kind, const char *name,
                                   const char *value) {
    Headers *h = state;
    (void)kind;
    HttpHeader one = {str_dup(h->arena, str_of(name)), str_dup(h->arena, str_of(value))};
    vec_push(h->arena, h->to, one);
    return MHD_YES;
}

static void *asked_open(void *state, const char *target, struct MHD_Connection *c) {
    (void)state, (void)c;
    Asked *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->refs = 1;
    arena_init(&k->arena);
    k->target = str_dup(&k->arena, str_of(target));
    k->body = buf_new(&k->arena);
    k->began = clock_ms();
    return k;
}

static void asked_done(void *state, struct MHD_Connection *c, void **request,
                       enum MHD_RequestTerminationCode how) {
    Asked *k = *request;
    (void)state, (void)c, (void)how;
    *request = NULL;
    if (!k)
        return;
    if (k->receiving && k->receiver.close)
        k->receiver.close(k->receiver.state);
    const ServerRole *role = k->link && k->link->listener ? k->link->listener->role : NULL;
    if (role && role->done && k->begun)
        role->done(k->link->listener->owner, &k->q, k->reply.status, clock_ms() - k->began,
                   k->call);
    asked_drop(k);
}

// Asked for as one host, one origin, by one of ours; NULL where that is so.
static const char *why_not(const Asked *k, struct MHD_Connection *c) {
    const Loopback *place = &k->link->listener->place;
    unsigned hosts = 0;
    for (uint32_t i = 0; i < k->q.headers.n; i++)
        hosts += k->q.headers.at[i].name.n == 4 &&
                 strncasecmp(k->q.headers.at[i].name.p, "host", 4) == 0;
    if (!link_is_own(k->link, c))
        return "only the user who started this is answered";
    if (hosts != 1 ||
        !loopback_is_host(place, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host")))
        return "only 127.0.0.1 and localhost are answered";
    if (k->link->listener->role->foreign_origins)
        return NULL;
    Str site = http_header(&k->q.headers, "sec-fetch-site");
    if (!loopback_is_origin(place, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin")) ||
        str_is(site, "cross-site"))
        return "a page from elsewhere may not ask here";
    return NULL;
}

static enum MHD_Result asked_begin(Asked *k, struct MHD_Connection *c, const char *method) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    k->link = info ? info->socket_context : NULL;
    if (!k->link || !k->link->listener)
        return MHD_NO;
    const ServerRole *role = k->link->listener->role;
    k->q.arena = &k->arena;
    k->q.method = str_dup(&k->arena, str_of(method));
    k->q.client = STR("127.0.0.1");
    Headers headers = {&k->arena, &k->q.headers};
    MHD_get_connection_values(c, MHD_HEADER_KIND, header_take, &headers);
    const char *why = why_not(k, c);
    if (why)
        return refuse(k, c, MHD_HTTP_FORBIDDEN, why);
    if (!http_target(k->target, &k->q.path, &k->q.query))
        return refuse(k, c, MHD_HTTP_BAD_REQUEST, "that is no path");
    if (role->lasting)
        MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    k->begun = true;
    if (!role->receive)
        return MHD_YES;
    k->receiving = role->receive(k->link->listener->owner, &k->q, &k->receiver, &k->reply);
    if (k->receiving || !k->reply.status)
        return MHD_YES;
    k->handled = true;
    return reply_send(k, c);
}

static void asked_piece(Asked *k, const char *data, size_t size) {
    const ServerRole *role = k->link->listener->role;
    Str piece = {data, (uint32_t)size};
    if (k->receiving)
        k->receiver.data(k->receiver.state, piece);
    else if (k->body.n + size > role->body_max)
        k->too_large = true;
    else if (!k->handled)
        buf_put(&k->body, piece);
}

static enum MHD_Result asked_answer(Asked *k, struct MHD_Connection *c) {
    const ServerRole *role = k->link->listener->role;
    if (k->handled)
        return MHD_YES;
    if (k->too_large)
        return refuse(k, c, MHD_HTTP_CONTENT_TOO_LARGE, role->too_large);
    k->handled = true;
    if (k->receiving) {
        HttpHeaderVec trailers = {0};
        Headers headers = {&k->arena, &trailers};
        MHD_get_connection_values(c, MHD_FOOTER_KIND, header_take, &headers);
        k->receiver.end(k->receiver.state, &trailers, &k->reply);
    } else {
        k->q.body = buf_str(&k->body);
        role->handle(k->link->listener->owner, &k->q, &k->reply, &k->call);
    }
    return reply_send(k, c);
}

// The library calls it when the headers are there, for each piece of the body, and at the end.
static enum MHD_Result asked(void *state, struct MHD_Connection *c, const char *url,
                             const char *method, const char *version, const char *data,
                             size_t *size, void **request) {
    Asked *k = *request;
    (void)state, (void)url, (void)version;
    if (!k)
        return MHD_NO;
    if (!k->link)
        return asked_begin(k, c, method);
    if (!*size)
        return asked_answer(k, c);
    asked_piece(k, data, *size);
    *size = 0;
    return MHD_YES;
}

// Paths stay as they were sent.
static size_t as_sent(void *state, struct MHD_Connection *c, char *text) {
    (void)state, (void)c;
    return strlen(text);
}

// ---- The server ---------------------------------------------------------------------------------

static struct MHD_Daemon *daemon_start(Server *s) {
    return MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                                MHD_USE_POLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
                            0, NULL, NULL, asked, s, MHD_OPTION_URI_LOG_CALLBACK, asked_open, s,
                            MHD_OPTION_UNESCAPE_CALLBACK, as_sent, s, MHD_OPTION_NOTIFY_COMPLETED,
                            asked_done, s, MHD_OPTION_NOTIFY_CONNECTION, connection_changed, s,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                            MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_SIZE, MHD_OPTION_END);
}

Server *server_open(Arena *a, Err *err) {
    Server *s = arena_new(a, Server);
    if (!peer_can_tell()) {
        err_set(err, ERR_ACCESS, "cannot serve: this system does not tell whose connections are");
        err_hint(err, "it needs `/proc`");
        return NULL;
    }
    pthread_mutex_init(&s->lock, NULL);
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->stop = eventfd(0, EFD_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = s->stop};
    bool good = s->epoll >= 0 && s->stop >= 0 &&
                epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->stop, &e) == 0 &&
                (s->daemon = daemon_start(s)) != NULL &&
                pthread_create(&s->accepting, NULL, accepting, s) == 0;
    if (good)
        return s;
    err_set(err, ERR_IO, "cannot start the server: %s", strerror(errno));
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    close(s->epoll);
    close(s->stop);
    return NULL;
}

void server_close(Server *s) {
    uint64_t one = 1;
    if (write(s->stop, &one, sizeof one) == sizeof one)
        pthread_join(s->accepting, NULL);
    while (s->listeners)
        server_unlisten(s, s->listeners);
    MHD_stop_daemon(s->daemon);
    close(s->epoll);
    close(s->stop);
    pthread_mutex_destroy(&s->lock);
}
