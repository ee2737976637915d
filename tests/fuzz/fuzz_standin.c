// Any bytes as what a model is asked, behind each kind of container. The first byte chooses which.
// No crash; there is always an answer, the same one again; what it calls JSON is JSON.

#include "adapters/run/prompt.h"
#include "adapters/run/standin.h"
#include "adapters/run/tree.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const TASKS[] = {
    "",          "feature-extraction",       "sentence-embeddings", "text-classification",
    "ner",       "question-answering",       "summarization",       "translation",
    "fill-mask", "zero-shot-classification", "object-detection"};
enum { TASK_COUNT = sizeof TASKS / sizeof *TASKS, SIZE_MAX_READ = 1 << 14 };

static Str written(Arena *a, const ModelAnswer *answer) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < answer->pieces.n; i++)
        buf_put(&b, answer->pieces.at[i]);
    return answer->streamed ? buf_str(&b) : answer->body;
}

static void check_events(Arena *a, const ModelAnswer *answer) {
    for (uint32_t i = 0; i < answer->pieces.n; i++) {
        Str piece = answer->pieces.at[i];
        BUG_IF(!str_starts(piece, "data:") || !str_ends(piece, "\n\n"));
        Str text = str_trim(str_slice(piece, 5, piece.n));
        BUG_IF(!str_is(text, "[DONE]") && !tree_read(a, text));
    }
}

// Turns are parts of the prompt, in its order.
static void check_prompt(Arena *a, Str text) {
    TurnVec turns;
    const char *at = text.p;
    prompt_read(a, text, &turns);
    for (uint32_t i = 0; i < turns.n; i++) {
        Str turn = turns.at[i].text;
        BUG_IF(turn.n == 0 || turn.p < at || turn.p + turn.n > text.p + text.n);
        at = turn.p + turn.n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > SIZE_MAX_READ)
        return 0;
    Arena a;
    arena_init(&a);
    Str task = str_of(TASKS[data[0] % TASK_COUNT]);
    AppPair env[] = {{STR("HF_TASK"), task}, {STR("HF_MODEL_ID"), STR("org/base")}};
    AppModel model = {.id = STR("SageMaker/m"),
                      .image = data[0] / TASK_COUNT % 2 ? STR("tgi-inference:2.1.1-tgi1.4.0")
                                                        : STR("inference:2")};
    model.env.at = env;
    model.env.n = sizeof env / sizeof *env;
    Str body = {(const char *)data + 1, (uint32_t)size - 1};
    ModelQuestion q = {.model = &model, .body = body};
    ModelAnswer answer = {0}, again = {0};
    standin_answer(&a, &q, &answer);
    standin_answer(&a, &q, &again);
    BUG_IF(answer.status < 200 || answer.content_type.n == 0);
    BUG_IF(!str_eq(written(&a, &answer), written(&a, &again)));
    BUG_IF(str_is(answer.content_type, "application/json") && !tree_read(&a, answer.body));
    check_events(&a, &answer);
    check_prompt(&a, body);
    arena_release(&a);
    return 0;
}
