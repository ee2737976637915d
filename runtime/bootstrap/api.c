// The Runtime API's client: see api.h. Blocking, without time limits: Lambda answers when there is
// something to do, and the machine may be frozen meanwhile. The only wait that watches for two
// things is that for room to send: an answer that comes before everything was sent (413) ends the
// sending.

#include "runtime/bootstrap/api.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BASE "/2018-06-01/runtime/"

// ---- connection ---------------------------------------------------------------------------------

bool api_address(const char *text, ApiAddress *out) {
    const char *colon = strrchr(text, ':');
    size_t size = colon ? (size_t)(colon - text) : 0;
    char host[64];
    if (size == 0 || size >= sizeof host || strlen(text) >= sizeof out->host) {
        return false;
    }
    memcpy(host, text, size);
    host[size] = 0;
    char *end = NULL;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (end == colon + 1 || *end || port == 0 || port > 65535) {
        return false;
    }
    memset(&out->to, 0, sizeof out->to);
    out->to.sin_family = AF_INET;
    out->to.sin_port = htons((uint16_t)port);
    const char *address = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    snprintf(out->host, sizeof out->host, "%s", text);
    for (const char *c = text; *c; c++) {
        if (*c <= ' ' || *c == 127) {
            return false;
        }
    }
    return inet_pton(AF_INET, address, &out->to.sin_addr) == 1;
}

void api_init(Api *api, const ApiAddress *address) {
    memset(api, 0, sizeof *api);
    api->address = address;
    api->fd = -1;
}

void api_close(Api *api) {
    if (api->fd >= 0) {
        close(api->fd);
    }
    api->fd = -1;
    api->shared = false;
}

int api_open(const ApiAddress *address) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (const struct sockaddr *)&address->to, sizeof address->to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool api_connect(Api *api) {
    api_close(api);
    api->fd = api_open(api->address);
    api->used = false;
    return api->fd >= 0;
}

void api_share(Api *api, int fd) {
    api_close(api);
    api->fd = fd;
    api->used = false;
    api->shared = true;
}

static bool silent(const Api *api) {
    struct pollfd p = {api->fd, POLLIN, 0};
    return api->fd >= 0 && poll(&p, 1, 0) == 0;
}

bool api_lends(const Api *api) {
    return api->shared && silent(api);
}

// A connection to send a request on. One that has something to read while nothing was asked has
// ended.
static bool ready(Api *api) {
    return silent(api) || api_connect(api);
}

// SENT_ANSWERED: not all of it, and there is something to read.
typedef enum Sent { SENT, SENT_ANSWERED, SENT_NOT } Sent;

static Sent send_parts(Api *api, WireParts *parts) {
    for (;;) {
        Wire wire = wire_send(api->fd, parts);
        if (wire == WIRE_DONE) {
            return SENT;
        }
        // What the server answered before it closed the connection can still be read.
        if (wire == WIRE_BROKEN) {
            return errno == EPIPE || errno == ECONNRESET ? SENT_ANSWERED : SENT_NOT;
        }
        struct pollfd p = {api->fd, POLLIN | POLLOUT, 0};
        if (poll(&p, 1, -1) > 0 && (p.revents & POLLIN)) {
            return SENT_ANSWERED;
        }
    }
}

// ---- answers ------------------------------------------------------------------------------------

typedef enum Answer { ANSWERED, ANSWER_NONE, ANSWER_BAD } Answer;

// Takes what was received; MORE until the answer is complete.
static ReplyStep take(Api *api, const char *in, size_t size) {
    size_t at = 0;
    for (;;) {
        const char *piece = NULL;
        size_t used = 0;
        size_t n = 0;
        ReplyStep step = reply_read(&api->reply, in + at, size - at, &used, &piece, &n);
        at += used;
        if (step == REPLY_BODY) {
            if (api->body.size + n > API_BODY_MAX || !bytes_add(&api->body, piece, n)) {
                return REPLY_BAD;
            }
            if (api->reply.place != REPLY_AT_END && at == size) {
                return REPLY_MORE;
            }
            continue;
        }
        // What comes after an answer was not asked for: the connection is not used again.
        if (step == REPLY_DONE && at < size) {
            api->reply.keep_alive = false;
        }
        return step;
    }
}

// Waits for bytes. A worker that has been lent the connection has made it one that doesn't.
static ssize_t wait_bytes(Api *api) {
    for (;;) {
        ssize_t n = recv(api->fd, api->in, sizeof api->in, 0);
        if (n >= 0) {
            return n;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd p = {api->fd, POLLIN, 0};
            poll(&p, 1, -1);
        } else if (errno != EINTR) {
            return n;
        }
    }
}

// Reads an answer, of which `size` bytes have been read already.
static Answer receive(Api *api, const char *have, size_t size) {
    reply_start(&api->reply);
    bytes_clear(&api->body);
    bool any = false;
    for (;;) {
        const char *in = size > 0 ? have : api->in;
        ssize_t n = size > 0 ? (ssize_t)size : wait_bytes(api);
        size = 0;
        ReplyStep step = REPLY_BAD;
        if (n > 0) {
            any = true;
            step = take(api, in, (size_t)n);
        } else if (n == 0 && reply_end(&api->reply)) {
            step = REPLY_DONE;
        }
        if (step == REPLY_MORE) {
            continue;
        }
        api->used = true;
        if (step != REPLY_DONE || !api->reply.keep_alive) {
            api_close(api);
        }
        return step == REPLY_DONE ? ANSWERED : any ? ANSWER_BAD : ANSWER_NONE;
    }
}

// Sends head and body and reads the answer. A kept connection that has ended before a byte of an
// answer came is replaced, once.
static Answer exchange(Api *api, const char *body, size_t size) {
    for (;;) {
        if (!ready(api)) {
            return ANSWER_NONE;
        }
        bool kept = api->used;
        WireParts parts = {0};
        wire_add(&parts, api->head.at, api->head.size);
        wire_add(&parts, body, size);
        Sent sent = send_parts(api, &parts);
        Answer answer = sent == SENT_NOT ? ANSWER_NONE : receive(api, NULL, 0);
        if (sent != SENT) {
            api_close(api);
        }
        if (answer != ANSWER_NONE || !kept) {
            return answer;
        }
        api_close(api);
    }
}

// ---- requests -----------------------------------------------------------------------------------

static bool head_start(Api *api, const char *method, const char *path) {
    bytes_clear(&api->head);
    return bytes_text(&api->head, method) && bytes_text(&api->head, " " BASE) &&
           bytes_text(&api->head, path) && bytes_text(&api->head, " HTTP/1.1\r\nHost: ") &&
           bytes_text(&api->head, api->address->host) &&
           bytes_text(&api->head, "\r\nUser-Agent: pluto/" PLUTO_VERSION "\r\n");
}

// What the invocation is called and when it must be done.
static bool invocation(const Reply *reply, ApiInvocation *out) {
    size_t size = 0;
    const char *id = reply_header(reply, "lambda-runtime-aws-request-id", &size);
    if (!id || !report_id_fits(id, size)) {
        return false;
    }
    memcpy(out->id, id, size);
    out->id[size] = 0;
    out->deadline = 0;
    const char *deadline = reply_header(reply, "lambda-runtime-deadline-ms", &size);
    for (size_t i = 0; deadline && i < size; i++) {
        if (deadline[i] < '0' || deadline[i] > '9' || i >= 15) {
            out->deadline = 0;
            break;
        }
        out->deadline = out->deadline * 10 + (deadline[i] - '0');
    }
    return true;
}

static ApiNext next_of(const Api *api, ApiInvocation *out) {
    // 500: the container is beyond repair, and the runtime should end.
    if (api->reply.status == 500) {
        return API_END;
    }
    return api->reply.status == 200 && invocation(&api->reply, out) ? API_GOT : API_TRY_AGAIN;
}

ApiNext api_next(Api *api, ApiInvocation *out) {
    if (!head_start(api, "GET", "invocation/next") || !bytes_text(&api->head, "\r\n") ||
        exchange(api, NULL, 0) != ANSWERED) {
        return API_TRY_AGAIN;
    }
    return next_of(api, out);
}

ApiNext api_next_rest(Api *api, ApiInvocation *out, const char *have, size_t size) {
    Answer answer = receive(api, have, size);
    if (answer == ANSWER_NONE) { // as with any connection that was kept
        api_close(api);
        return api_next(api, out);
    }
    return answer == ANSWERED ? next_of(api, out) : API_TRY_AGAIN;
}

// The API's word on a body. What it would not take may still lie on the connection, unread.
static unsigned said(Api *api) {
    if (api->reply.status == 413) {
        api_close(api);
    }
    return api->reply.status;
}

unsigned api_post_rest(Api *api, const char *have, size_t size) {
    return receive(api, have, size) == ANSWERED ? said(api) : 0;
}

int64_t api_taken(const Api *api) {
    enum { AT_RECEIVED = 128 }; // tcpi_bytes_received, which not every libc knows
    uint8_t info[AT_RECEIVED + sizeof(int64_t)];
    socklen_t size = sizeof info;
    int64_t received = 0;
    int unread = 0;
    if (getsockopt(api->fd, IPPROTO_TCP, TCP_INFO, info, &size) != 0 || size < sizeof info ||
        ioctl(api->fd, FIONREAD, &unread) != 0) {
        return -1;
    }
    memcpy(&received, info + AT_RECEIVED, sizeof received);
    return received - unread;
}

bool api_peek(Api *api, ApiInvocation *out) {
    const char *body = NULL;
    size_t used = 0;
    size_t body_size = 0;
    ssize_t n = recv(api->fd, api->in, sizeof api->in, MSG_PEEK | MSG_DONTWAIT);
    reply_start(&api->reply);
    if (n <= 0) {
        return false;
    }
    ReplyStep step = reply_read(&api->reply, api->in, (size_t)n, &used, &body, &body_size);
    return (step == REPLY_BODY || step == REPLY_DONE) && next_of(api, out) == API_GOT;
}

bool api_speaks(const Api *api, int ms) {
    struct pollfd p = {api->fd, POLLIN, 0};
    return api->fd >= 0 && poll(&p, 1, ms) > 0;
}

ApiNext api_restore_next(Api *api) {
    if (!head_start(api, "GET", "restore/next") || !bytes_text(&api->head, "\r\n") ||
        exchange(api, NULL, 0) != ANSWERED) {
        return API_TRY_AGAIN;
    }
    unsigned status = api->reply.status;
    return status == 200 ? API_GOT : status == 500 ? API_END : API_TRY_AGAIN;
}

static bool error_header(Bytes *to, const char *error_type) {
    return !error_type || (bytes_text(to, "Lambda-Runtime-Function-Error-Type: ") &&
                           bytes_text(to, error_type) && bytes_text(to, "\r\n"));
}

bool api_header_fits(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] < 32 || text[i] == 127) {
            return false;
        }
    }
    return size > 0;
}

static bool cause_header(Api *api, const ApiError *error) {
    static const char name[] = "Lambda-Runtime-Function-XRay-Error-Cause: ";
    if (error->cause_size > API_CAUSE_MAX || !api_header_fits(error->cause, error->cause_size)) {
        return true;
    }
    return bytes_text(&api->head, name) && bytes_add(&api->head, error->cause, error->cause_size) &&
           bytes_text(&api->head, "\r\n");
}

unsigned api_post(Api *api, const char *path, const ApiError *error, const char *body,
                  size_t size) {
    char length[64];
    snprintf(length, sizeof length, "Content-Length: %zu\r\n\r\n", size);
    if (!head_start(api, "POST", path) ||
        (error && (!error_header(&api->head, error->type) || !cause_header(api, error))) ||
        !bytes_text(&api->head, "Content-Type: application/json\r\n") ||
        !bytes_text(&api->head, length)) {
        return 0;
    }
    return exchange(api, body, size) == ANSWERED ? said(api) : 0;
}

// ---- streams ------------------------------------------------------------------------------------

// What there is of a request goes in one piece: its head, one chunk of all that is held, its end.
static void stream_send(Api *api, const Bytes *tail) {
    WireParts parts = {0};
    char length[32];
    size_t size = 0;
    for (uint8_t i = 0; i < api->held.parts; i++) {
        size += api->held.part[i].iov_len;
    }
    if (api->waits) {
        wire_add(&parts, api->head.at, api->head.size);
    }
    if (size > 0) { // an empty chunk would be the last one
        wire_add(&parts, length, (size_t)snprintf(length, sizeof length, "%zx\r\n", size));
        for (uint8_t i = 0; i < api->held.parts; i++) {
            wire_add(&parts, api->held.part[i].iov_base, api->held.part[i].iov_len);
        }
        wire_add(&parts, "\r\n", 2);
    }
    if (tail) {
        wire_add(&parts, tail->at, tail->size);
    }
    api->waits = false;
    api->held.parts = 0;
    if (!api->streams || parts.parts == 0) {
        return;
    }
    Sent sent = send_parts(api, &parts);
    if (sent != SENT) {
        api->streams = false;
        api->early =
            sent == SENT_ANSWERED && receive(api, NULL, 0) == ANSWERED ? api->reply.status : 0;
        api_close(api);
    }
}

void api_stream_begin(Api *api, const char *path, const char *content_type, size_t size) {
    api->early = 0;
    api->streams = ready(api) && head_start(api, "POST", path) &&
                   bytes_text(&api->head, "Content-Type: ") &&
                   bytes_add(&api->head, content_type, size) &&
                   bytes_text(&api->head, "\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n"
                                          "Transfer-Encoding: chunked\r\n"
                                          "Trailer: Lambda-Runtime-Function-Error-Type, "
                                          "Lambda-Runtime-Function-Error-Body\r\n\r\n");
    api->waits = api->streams;
    api->held.parts = 0;
}

void api_stream_data(Api *api, const char *bytes, size_t size) {
    enum { BESIDE = 4 }; // head, length, end of the chunk, end of all
    if (api->held.parts == WIRE_PARTS - BESIDE) {
        stream_send(api, NULL);
    }
    wire_add(&api->held, bytes, size);
}

void api_stream_flush(Api *api) {
    if (api->waits || api->held.parts > 0) {
        stream_send(api, NULL);
    }
}

unsigned api_stream_end(Api *api, const char *error_type, const char *body, size_t size) {
    bytes_clear(&api->tail);
    bool ok = bytes_text(&api->tail, "0\r\n") && error_header(&api->tail, error_type);
    if (error_type) {
        ok = ok && bytes_text(&api->tail, "Lambda-Runtime-Function-Error-Body: ") &&
             bytes_add(&api->tail, body, size) && bytes_text(&api->tail, "\r\n");
    }
    ok = ok && bytes_text(&api->tail, "\r\n");
    if (ok) {
        stream_send(api, &api->tail);
    }
    if (!ok || !api->streams) {
        api_close(api);
        return api->early;
    }
    api->streams = false;
    return receive(api, NULL, 0) == ANSWERED ? api->reply.status : 0;
}
