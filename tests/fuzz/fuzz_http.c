// Any bytes as an HTTP response: no crash; cut into pieces anywhere it reads the same; the body is
// no longer than what came; headers are lines that can be handed on, and an end stays an end.

#include "base/base.h"
#include "runtime/bootstrap/reply.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Read {
    ReplyStep last;
    size_t used;
    size_t body;
    uint32_t sum; // of the body's bytes
} Read;

// Reads all of it in pieces of `step` bytes.
static Read read_in(Reply *r, const char *in, size_t size, size_t step) {
    Read all = {REPLY_MORE, 0, 0, 1};
    reply_start(r);
    while (all.used < size && all.last != REPLY_DONE && all.last != REPLY_BAD) {
        size_t there = size - all.used < step ? size - all.used : step;
        const char *body = NULL;
        size_t used = 0;
        size_t n = 0;
        all.last = reply_read(r, in + all.used, there, &used, &body, &n);
        if (used > there || n > used || (n && all.last != REPLY_BODY))
            BUG("read more than there is");
        for (size_t i = 0; i < n; i++)
            all.sum = all.sum * 31 + (uint8_t)body[i];
        all.used += used;
        all.body += n;
        if (all.last == REPLY_MORE && used < there)
            BUG("left something over");
    }
    return all;
}

static void check_head(const Reply *r) {
    if (r->head_size > REPLY_HEAD_MAX || (r->head_size && r->head[r->head_size - 1] != '\n'))
        BUG("a head that does not end");
    for (size_t i = 0; i < r->head_size; i++) {
        unsigned char c = (unsigned char)r->head[i];
        if (c != '\n' && c != '\t' && (c < 32 || c == 127))
            BUG("a control character in a header");
    }
    size_t n = 0;
    const char *id = reply_header(r, "lambda-runtime-aws-request-id", &n);
    if (id && (id < r->head || id + n > r->head + r->head_size))
        BUG("a value outside of the head");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const size_t steps[] = {1, 2, 7, 64};
    Reply *r = malloc(sizeof *r);
    if (!r)
        return 0;
    const char *in = (const char *)data;
    Read whole = read_in(r, in, size, size ? size : 1);
    bool complete = reply_end(r);
    bool over = r->place == REPLY_AT_END || r->place == REPLY_AT_ERROR;
    if (whole.body > size || (over && whole.last == REPLY_MORE && whole.used < size))
        BUG("an end that is none");
    if (r->place != REPLY_IN_HEAD && r->place != REPLY_AT_ERROR)
        check_head(r);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        Read cut = read_in(r, in, size, steps[i]);
        if (reply_end(r) != complete || cut.body != whole.body || cut.sum != whole.sum)
            BUG("reads differently in pieces of %zu", steps[i]);
    }
    free(r);
    return 0;
}
