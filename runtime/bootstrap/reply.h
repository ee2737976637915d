#pragma once
// Reply: reads one HTTP/1.1 response from bytes as they come, without any input or output of
// its own. Strict and bounded: a head of at most 64 KiB, lines end in CR LF, one way to tell the
// body's length, no folded lines, no control characters. What is not exactly right is REPLY_BAD,
// and stays so.
//
// Use: reply_start, then reply_read over everything received until it gives REPLY_DONE or
// REPLY_BAD; at the connection's end reply_end. Interim answers (1xx) are passed over.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLY_HEAD_MAX = 64 * 1024, REPLY_INTERIM_MAX = 16 };

typedef enum ReplyStep {
    REPLY_MORE, // everything was used up, the answer goes on
    REPLY_BODY, // a piece of the body is there
    REPLY_DONE, // the answer is complete; what was not used belongs to something else
    REPLY_BAD
} ReplyStep;

typedef enum ReplyPlace {
    REPLY_IN_HEAD,
    REPLY_IN_LENGTH,     // a body of known length
    REPLY_IN_REST,       // a body up to the end of the connection
    REPLY_IN_CHUNK_SIZE, // chunked: the line with the size
    REPLY_IN_CHUNK,
    REPLY_IN_CHUNK_END, // the CR LF after a chunk
    REPLY_IN_TRAILER,
    REPLY_AT_END,
    REPLY_AT_ERROR
} ReplyPlace;

typedef struct Reply {
    ReplyPlace place;
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
    char head[REPLY_HEAD_MAX];
} Reply;

void reply_start(Reply *r);

// Reads from `in`; `used` says how much. With REPLY_BODY, `body` points into `in`.
ReplyStep reply_read(Reply *r, const char *in, size_t size, size_t *used, const char **body,
                     size_t *body_size);

// The connection has ended: is the answer complete?
bool reply_end(Reply *r);

// The value of the header `name` (lower case), or 0 where it is missing.
const char *reply_header(const Reply *r, const char *name, size_t *size);
