// Any bytes as a question, as what a server answers to it, and as the URL of a server. The first
// three bytes choose what the server speaks, its status, and how its stream is cut; a NUL ends the
// question. No crash; a stream that is well has whole events, however it is cut.

#include "adapters/run/translate.h"
#include "adapters/run/tree.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 3, SIZE_MAX_READ = 1 << 14 };

static void check_url(Arena *a, Str url) {
    Upstream up;
    Err err = {0};
    if (!upstream_read(a, url, &up, &err)) {
        BUG_IF(!err.message[0]);
        return;
    }
    BUG_IF(!str_starts(up.base, "http://") && !str_starts(up.base, "https://"));
    BUG_IF(str_starts(up.base, "http://") && up.trusted && !up.local);
    for (uint32_t i = 0; i < up.base.n; i++)
        BUG_IF((unsigned char)up.base.p[i] <= ' ');
}

static bool stream(Arena *a, const Shape *shape, Str bytes, uint32_t step, Str *out) {
    Translator t;
    Buf b = buf_new(a);
    translator_init(&t, a, shape);
    for (uint32_t at = 0; at < bytes.n; at += step)
        translator_feed(&t, str_slice(bytes, at, at + step < bytes.n ? at + step : bytes.n), &b);
    bool good = translator_end(&t, &b);
    BUG_IF(!good && t.why.n == 0);
    *out = buf_str(&b);
    return good;
}

static void check_stream(Arena *a, const Shape *shape, Str bytes, uint32_t step) {
    Str cut, whole;
    bool good = stream(a, shape, bytes, step, &cut);
    BUG_IF(good != stream(a, shape, bytes, bytes.n + 1, &whole));
    BUG_IF(!str_eq(cut, whole));
    for (uint32_t at = 0; at < cut.n;) {
        int64_t end = str_find(cut, STR("\n\n"), at);
        BUG_IF(end < 0 || !str_starts(str_slice(cut, at, cut.n), "data:"));
        BUG_IF(!tree_read(a, str_slice(cut, at + 5, (uint32_t)end)));
        at = (uint32_t)end + 2;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < HEAD || size > SIZE_MAX_READ)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = {(const char *)data + HEAD, (uint32_t)(size - HEAD)};
    const char *nul = memchr(text.p, '\0', text.n);
    uint32_t split = nul ? (uint32_t)(nul - text.p) : text.n;
    Str said = str_slice(text, split + 1, text.n);
    AppPair env[] = {{STR("HF_TASK"), data[0] & 8 ? STR("feature-extraction") : STR_EMPTY}};
    AppModel model = {.id = STR("SageMaker/m"), .image = STR("x")};
    model.env.at = env;
    model.env.n = 1;
    Upstream up = {.api = (ModelApi)(API_CONTAINER + data[0] % 4),
                   .base = STR("http://127.0.0.1"),
                   .model = data[0] & 16 ? STR("m") : STR_EMPTY,
                   .chat_only = data[0] & 32,
                   .strict = data[0] & 64,
                   .newest = data[0] & 128};
    ModelQuestion q = {.model = &model, .body = str_slice(text, 0, split)};
    Outgoing out;
    ModelAnswer answer = {0};
    if (translate_question(&a, &up, &q, &out, &answer)) {
        BUG_IF(up.api != API_CONTAINER && !tree_read(&a, out.body));
        translate_answer(&a, &out.shape, 200 + data[1] % 4 * 100, STR("t"), said, &answer);
        if (out.shape.kind == SHAPE_GENERATED)
            check_stream(&a, &out.shape, said, 1 + data[2]);
    }
    BUG_IF(answer.status < 200);
    check_url(&a, text);
    upstream_model(&a, said, STR("m"));
    arena_release(&a);
    return 0;
}
