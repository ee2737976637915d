// An answer of a model as a stream of events: what InvokeEndpointWithResponseStream gives.
//
// Input: a model's answer. Output: PayloadPart events, and ModelStreamError where it breaks off.
//
// AWS promises nothing about where one part ends and the next begins: within a line, within a
// character. Here they never end where the model's own pieces do, so that a program that takes
// parts for lines fails on this machine and not in production.

#include "adapters/run/models.h"
#include "adapters/run/text.h"
#include "adapters/shared/eventstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PART_MAX = 32 << 10, TOKEN_MS = 10 };

typedef struct Stream {
    ModelAnswer answer; // borrowed from the request's arena
    uint32_t at;        // the next of its pieces
    Arena arenas[2];    // of what is being sent, and of what is held back for the next time
    unsigned turn;
    Str sending, held;
    bool plain; // without frames, and cut as the model does
    bool over, broken;
} Stream;

static void pause_token(void) {
    struct timespec left = {0, TOKEN_MS * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

// The next piece of the model's own; false at the end.
static bool next_piece(Stream *s, Arena *a, Str *piece, Str *why) {
    ModelFlow *flow = &s->answer.flow;
    if (flow->next)
        return flow->next(flow->state, a, piece, why);
    if (!s->answer.streamed) {
        *piece = s->answer.body;
        return s->at++ == 0;
    }
    if (s->at >= s->answer.pieces.n)
        return false;
    if (s->at)
        pause_token();
    *piece = s->answer.pieces.at[s->at++];
    return true;
}

// How much of `n` bytes goes now: never all, where some may wait.
static uint32_t cut(const Stream *s, uint32_t n) {
    static const unsigned char SHARES[] = {5, 7, 3, 6, 2, 7, 4}; // eighths
    uint32_t now = (uint32_t)((uint64_t)n * SHARES[s->turn % sizeof SHARES] / 8);
    return now ? now : n;
}

static void put_parts(Buf *b, Str bytes) {
    for (uint32_t at = 0; at < bytes.n; at += PART_MAX)
        eventstream_event(b, "PayloadPart", "application/octet-stream",
                          str_slice(bytes, at, bytes.n - at > PART_MAX ? at + PART_MAX : bytes.n));
}

static void put_broken(Buf *b, Str why) {
    Buf body = buf_new(b->arena);
    buf_putc(&body, '{');
    text_member(&body, "ErrorCode", STR("StreamBroken"));
    text_member(&body, "Message", why);
    buf_putc(&body, '}');
    eventstream_exception(b, "ModelStreamError", buf_str(&body));
}

// Fills `sending` with the next frames.
static void advance(Stream *s) {
    Arena *a = &s->arenas[++s->turn & 1];
    arena_release(a);
    arena_init(a);
    Buf b = buf_new(a);
    Str piece = STR_EMPTY, why = STR_EMPTY;
    bool more = next_piece(s, a, &piece, &why);
    if (s->plain) {
        s->sending = more ? piece : STR_EMPTY;
        s->over = !more;
        s->broken = why.n > 0;
        return;
    }
    if (more) {
        Str bytes = str_cat(a, s->held, piece);
        uint32_t now = cut(s, bytes.n);
        put_parts(&b, str_slice(bytes, 0, now));
        s->held = str_slice(bytes, now, bytes.n);
    } else {
        s->over = true;
        put_parts(&b, s->held);
        if (why.n)
            put_broken(&b, why);
    }
    s->sending = buf_str(&b);
}

static ssize_t stream_read(void *state, char *buf, size_t max) {
    Stream *s = state;
    while (s->sending.n == 0 && !s->over)
        advance(s);
    uint32_t n = s->sending.n < max ? s->sending.n : (uint32_t)max;
    if (n)
        memcpy(buf, s->sending.p, n);
    s->sending = str_slice(s->sending, n, s->sending.n);
    return n == 0 && s->broken ? -1 : (ssize_t)n;
}

static void stream_close(void *state) {
    Stream *s = state;
    if (s->answer.flow.close)
        s->answer.flow.close(s->answer.flow.state);
    arena_release(&s->arenas[0]);
    arena_release(&s->arenas[1]);
    free(s);
}

void sagemaker_stream(Arena *a, const ModelAnswer *answer, bool plain, HttpReply *reply) {
    Stream *s = calloc(1, sizeof *s);
    BUG_IF(!s);
    s->answer = *answer;
    s->plain = plain;
    s->sending = s->held = STR_EMPTY;
    arena_init(&s->arenas[0]);
    arena_init(&s->arenas[1]);
    reply->status = 200;
    http_add(a, reply, STR("content-type"),
             plain ? answer->content_type : STR("application/vnd.amazon.eventstream"));
    if (!plain)
        http_add(a, reply, STR("x-amzn-sagemaker-content-type"), answer->content_type);
    reply->read = stream_read;
    reply->close = stream_close;
    reply->state = s;
}
