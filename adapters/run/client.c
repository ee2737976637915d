// Asks a `pluto run` of this machine: what `pluto invoke` does. In: the project's .pluto/local, a
// function, an event. Out: what the function gave.
//
// Invariant: it talks to 127.0.0.1 only, to the port that a living process of ours wrote down.

#include "adapters/run/client.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MAX = 32 << 20 };

static int connect_to(uint16_t port, Err *err) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    err_set(err, ERR_IO, "cannot reach `pluto run` on port %u: %s", (unsigned)port,
            strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool send_all(int fd, Str s) {
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = str_slice(s, (uint32_t)n, s.n);
    }
    return true;
}

static bool receive_all(Arena *a, int fd, Str *out) {
    enum { PIECE = 64 << 10 };
    Buf b = buf_new(a);
    char *piece = arena_alloc(a, PIECE);
    for (;;) {
        ssize_t n = recv(fd, piece, PIECE, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || b.n > REPLY_MAX)
            return false;
        if (n == 0)
            break;
        buf_put(&b, (Str){piece, (uint32_t)n});
    }
    *out = buf_str(&b);
    return true;
}

static bool ask(Arena *a, uint16_t port, Str function, Str event, ClientReply *out, Err *err) {
    int fd = connect_to(port, err);
    if (fd < 0)
        return false;
    Str head = str_fmt(a,
                       "POST /2015-03-31/functions/%.*s/invocations HTTP/1.1\r\n"
                       "Host: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
                       "Content-Length: %u\r\nConnection: close\r\n\r\n",
                       STR_ARG(function), (unsigned)port, event.n);
    Str text = STR_EMPTY;
    bool good = send_all(fd, head) && send_all(fd, event);
    // Even where not all of it was taken there may be a word of why.
    good = receive_all(a, fd, &text) && (good || text.n);
    close(fd);
    if (good && client_reply(a, text, out))
        return true;
    return err_set(err, ERR_IO, "`pluto run` ended in the middle of its answer");
}

static Str path_part(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';
        if (plain)
            buf_putc(&b, c);
        else
            buf_printf(&b, "%%%02X", (unsigned)(unsigned char)c);
    }
    return buf_str(&b);
}

// What an error of Lambda's API says: {"message"}, or {"Message"} where it is about a function.
static Str refusal(Arena *a, Str body) {
    cJSON *json = cJSON_ParseWithLength(body.p, body.n);
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItem(json, "message"));
    Str text = said ? str_dup(a, str_of(said)) : body;
    cJSON_Delete(json);
    return text;
}

bool client_invoke(Arena *a, Str state, Str function, Str event, Str *body, bool *failed,
                   Err *err) {
    uint16_t port;
    ClientReply reply = {.body = STR_EMPTY};
    if (!state_read(a, state, &port, err) ||
        !ask(a, port, path_part(a, function), event, &reply, err))
        return false;
    *body = reply.body;
    *failed = http_header(&reply.headers, "x-amz-function-error").n > 0;
    if (reply.status == 200)
        return true;
    if (reply.status == 404) {
        err_set(err, ERR_USAGE, "there is no function `%.*s`", STR_ARG(function));
        err_hint(err, "`pluto graph` shows which there are");
        return false;
    }
    return err_set(err, ERR_IO, "`pluto run` refused it: %.*s", STR_ARG(refusal(a, reply.body)));
}
