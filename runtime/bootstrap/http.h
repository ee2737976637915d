#pragma once
// HttpReply: reads one HTTP/1.1 response from bytes as they come, without any input or output of
// its own. Strict and bounded: a head of at most 64 KiB, lines end in CR LF, one way to tell the
// body's length, no folded lines, no control characters. What is not exactly right is HTTP_BAD, and
// stays so.
//
// Use: http_start, then http_read over everything received until it gives HTTP_DONE or HTTP_BAD; at
// the connection's end http_end. Interim answers (1xx) are passed over.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_HEAD_MAX = 64 * 1024, HTTP_INTERIM_MAX = 16 };

typedef enum HttpStep {
    HTTP_MORE, // everything was used up, the answer goes on
    HTTP_BODY, // a piece of the body is there
    HTTP_DONE, // the answer is complete; what was not used belongs to something else
    HTTP_BAD
} HttpStep;

typedef enum HttpPlace {
    HTTP_IN_HEAD,
    HTTP_IN_LENGTH,     // a body of known length
    HTTP_IN_REST,       // a body up to the end of the connection
    HTTP_IN_CHUNK_SIZE, // chunked: the line with the size
    HTTP_IN_CHUNK,
    HTTP_IN_CHUNK_END, // the CR LF after a chunk
    HTTP_IN_TRAILER,
    HTTP_AT_END,
    HTTP_AT_ERROR
} HttpPlace;

typedef struct HttpReply {
    HttpPlace place;
    unsigned status;
    bool keep_alive;
    unsigned interim; // 1xx seen
    uint64_t left;    // of the body or the chunk
    unsigned digits;  // of the chunk's size
    bool extension;   // past the digits of a chunk's size
    size_t line;      // bytes in the line of now; in a trailer: of all lines
    char last;        // the byte before, in lines
    // While it is read: the head's bytes. Then: lines `name: value\n`, names in lower case, values
    // trimmed.
    size_t head_size;
    char head[HTTP_HEAD_MAX];
} HttpReply;

void http_start(HttpReply *r);

// Reads from `in`; `used` says how much. With HTTP_BODY, `body` points into `in`.
HttpStep http_read(HttpReply *r, const char *in, size_t size, size_t *used, const char **body,
                   size_t *body_size);

// The connection has ended: is the answer complete?
bool http_end(HttpReply *r);

// The value of the header `name` (lower case), or 0 where it is missing.
const char *http_header(const HttpReply *r, const char *name, size_t *size);
