// A reply of HTTP/1.1 as our own server writes it. In: all bytes of a connection. Out: status,
// headers, body.
//
// Invariant: the body is as long as Content-Length says, or the bytes are refused; no other way of
// saying where it ends is understood.

#include "adapters/run/client.h"

#include <string.h>

// The next line, without its end. False where there is none.
static bool line_next(Str text, uint32_t *at, Str *line) {
    int64_t end = str_find(text, STR("\r\n"), *at);
    if (end < 0)
        return false;
    *line = str_slice(text, *at, (uint32_t)end);
    *at = (uint32_t)end + 2;
    return true;
}

static bool number_read(Str s, uint32_t *out) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        n = n * 10 + (uint64_t)(s.p[i] - '0');
        if (s.p[i] < '0' || s.p[i] > '9' || n > UINT32_MAX)
            return false;
    }
    *out = (uint32_t)n;
    return s.n > 0;
}

bool client_reply(Arena *a, Str text, ClientReply *out) {
    enum { STATUS_AT = 9, STATUS_SIZE = 3 };
    uint32_t at = 0, status = 0, size = 0;
    Str line;
    *out = (ClientReply){.body = STR_EMPTY};
    if (!line_next(text, &at, &line) || !str_starts(line, "HTTP/1.1 ") ||
        !number_read(str_slice(line, STATUS_AT, STATUS_AT + STATUS_SIZE), &status))
        return false;
    out->status = (int)status;
    while (line_next(text, &at, &line) && line.n) {
        int64_t colon = str_find(line, STR(":"), 0);
        if (colon <= 0)
            return false;
        HttpHeader h = {str_slice(line, 0, (uint32_t)colon),
                        str_trim(str_slice(line, (uint32_t)colon + 1, line.n))};
        vec_push(a, &out->headers, h);
    }
    if (line.n || !number_read(http_header(&out->headers, "content-length"), &size) ||
        size != text.n - at)
        return false;
    out->body = str_slice(text, at, text.n);
    return true;
}
