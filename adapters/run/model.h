#pragma once
// What a model's container is asked and what it answers, whoever stands in for it: standin.c, or a
// server elsewhere (translate.c, proxy.c). Private to adapters/run.

#include "adapters/run/run.h"

typedef struct ModelQuestion {
    const AppModel *model;
    Str body, content_type, accept;
    int64_t now; // seconds since 1970
    uint32_t timeout_ms;
} ModelQuestion;

// An answer that comes piece by piece, from elsewhere.
typedef struct ModelFlow {
    // Blocks until there is something: the next bytes, in `a`. False at the end; then *why says why
    // it broke off, if it did.
    bool (*next)(void *state, Arena *a, Str *piece, Str *why);
    void (*close)(void *state); // once
    void *state;
} ModelFlow;

typedef struct ModelAnswer {
    int status; // as the container gives it: 200, 422, 424 …
    Str content_type;
    Str body;
    bool streamed;  // then, in the place of `body`, it writes these pieces one after another,
    TextVec pieces; // or, where flow.next is there,
    ModelFlow flow; // what comes of that
} ModelAnswer;

// The tasks of Hugging Face's containers, as far as they differ in what they are asked.
typedef enum ModelTask {
    TASK_GENERATE,        // text in, text out, with TGI's parameters
    TASK_EMBED_TOKENS,    // feature-extraction: [[[…]]]
    TASK_EMBED_SENTENCES, // sentence-embeddings: {"embeddings": …}
    TASK_EMBED,           // Text Embeddings Inference: [[…]]
    TASK_OTHER
} ModelTask;

ModelTask model_task(const AppModel *m);
Str model_env(const AppModel *m, const char *name); // of the container; empty where it is not set
Str model_id(const AppModel *m);                    // HF_MODEL_ID, or what there is

// {"error": message, "error_type": type}, as TGI says what is wrong.
void model_fail(Arena *a, ModelAnswer *out, int status, const char *type, Str message);
