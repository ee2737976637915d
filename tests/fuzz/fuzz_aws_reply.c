// Any bytes as an answer, in each protocol: a refusal has a code and fits on a terminal, what is
// waited for has an end, nobody is asked again for what only people can change.
//
// The first byte is the protocol, the second the method, the third the status; then header lines,
// an empty line, and the body.

#include "adapters/aws/reply.h"
#include "adapters/aws/retry.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_terminal(const char *text) {
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            BUG("a control character for the terminal");
    uint32_t bad = 0;
    // The message's size may cut the last character short.
    if (!utf8_valid(str_of(text), &bad) && bad + 4 < strlen(text))
        BUG("not UTF-8");
}

static Str take_headers(Arena *a, Str text, HttpHeaderVec *headers) {
    for (uint32_t at = 0; at < text.n;) {
        int64_t end = str_find(text, STR("\n"), at);
        uint32_t to = end < 0 ? text.n : (uint32_t)end;
        Str line = str_slice(text, at, to);
        at = to + 1;
        if (line.n == 0)
            return str_slice(text, at, text.n);
        int64_t colon = str_find(line, STR(":"), 0);
        if (colon > 0)
            vec_push(a, headers,
                     (HttpHeader){str_slice(line, 0, (uint32_t)colon),
                                  str_trim(str_slice(line, (uint32_t)colon + 1, line.n))});
    }
    return STR_EMPTY;
}

static void check_refusal(const AwsReply *r) {
    Err err = {0};
    AwsCall q = {.service = AWS_S3, .operation = "Op"};
    if (r->code.n == 0)
        BUG("a refusal without a code");
    if (aws_refused(&q, r, &err) || err.kind == ERR_NONE)
        BUG("a refusal that is none");
    check_terminal(err.message);
    check_terminal(err.hint);
    RetryClass class = retry_class(r->status, r->code, r->message);
    uint32_t asked = retry_asked_ms(&r->headers, 1700000000);
    for (unsigned failed = 1; failed < 9; failed++)
        if (retry_delay_ms(class, failed, asked, asked * 2654435761u) > 25000)
            BUG("a delay without an end");
    if (reply_denied(r) && class == RETRY_TRANSIENT && r->status < 500)
        BUG("permissions come by themselves");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const methods[] = {"GET", "POST", "PUT", "HEAD"};
    static const int statuses[] = {200, 204, 301, 400, 403, 404, 429, 500, 503, 599};
    if (size < 3)
        return 0;
    Arena a;
    AwsReply r;
    HttpReply in = {.status = statuses[data[2] % 10]};
    arena_init(&a);
    in.body = take_headers(&a, (Str){(const char *)data + 3, (uint32_t)(size - 3)}, &in.headers);
    bool whole = aws_reply_read(&a, (AwsProtocol)(data[0] % 4), methods[data[1] % 4], &in, &r);
    bool good = in.status < 300;
    if (!good && (!whole || r.code.n == 0))
        BUG("a refusal is always one");
    if (r.code.n)
        check_refusal(&r);
    if (r.status != in.status || r.body.n != in.body.n)
        BUG("another answer");
    arena_release(&a);
    return 0;
}
