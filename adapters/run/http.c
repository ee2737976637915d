// What every part needs of HTTP and JSON: headers, replies, texts as JSON. In: slices. Out: slices
// in the arena that is given.
//
// Invariant: nothing here knows of sockets or of the library that serves them.

#include "adapters/run/server.h"
#include "adapters/run/text.h"

#include <string.h>
#include <strings.h>

Str http_header(const HttpHeaderVec *headers, const char *name) {
    size_t n = strlen(name);
    for (uint32_t i = 0; i < headers->n; i++)
        if (headers->at[i].name.n == n && strncasecmp(headers->at[i].name.p, name, n) == 0)
            return headers->at[i].value;
    return STR_EMPTY;
}

void http_add(Arena *a, HttpReply *reply, Str name, Str value) {
    vec_push(a, &reply->headers, (HttpHeader){name, value});
}

void http_json(HttpReply *reply, Arena *a, int status, Str json) {
    reply->status = status;
    reply->body = json;
    http_add(a, reply, STR("content-type"), STR("application/json"));
}

// A request target is a path, or (from clients that take us for a proxy) a whole address.
bool http_target(Str target, Str *path, Str *query) {
    if (!str_starts(target, "/")) {
        int64_t host = str_find(target, STR("://"), 0);
        int64_t slash = host < 0 ? -1 : str_find(target, STR("/"), (uint32_t)host + 3);
        if (slash < 0)
            return false;
        target = str_slice(target, (uint32_t)slash, target.n);
    }
    int64_t mark = str_find(target, STR("?"), 0);
    *path = mark < 0 ? target : str_slice(target, 0, (uint32_t)mark);
    *query = mark < 0 ? STR_EMPTY : str_slice(target, (uint32_t)mark + 1, target.n);
    return true;
}

Str json_error(Arena *a, const char *type, Str message) {
    Buf b = buf_new(a);
    buf_puts(&b, "{\"errorType\":");
    text_quote(&b, str_of(type));
    buf_puts(&b, ",\"errorMessage\":");
    text_quote(&b, message);
    buf_putc(&b, '}');
    return buf_str(&b);
}
