#pragma once
// Between what a SageMaker container is asked and what other servers of models are: pure, no
// network. Private to adapters/run.

#include "adapters/run/model.h"

// What a server speaks.
typedef enum ModelApi {
    API_UNKNOWN,
    API_CONTAINER, // the same as a container of SageMaker: POST /invocations
    API_TGI,       // text-generation-inference, and text-embeddings-inference: POST /
    API_OPENAI,    // vLLM, llama.cpp, LM Studio … : /v1/…
    API_OLLAMA,    // /api/generate, and /v1/…
} ModelApi;

typedef struct Upstream {
    ModelApi api;
    Str base;       // "http://127.0.0.1:8000", without what is asked of it and without a last '/'
    Str model;      // as the server knows it; may be empty
    bool chat_only; // has no completions
    bool strict;    // refuses parameters that OpenAI has not
    bool newest;    // calls the limit of a chat's answer max_completion_tokens
    bool local, trusted; // on this machine; there or behind TLS, so that it gets the key
} Upstream;

// Reads the URL of --model: `#model` names the model, and a path may say what the server speaks.
bool upstream_read(Arena *a, Str url, Upstream *out, Err *err);
// Bodies of GET /v1/models or /api/tags: the model's name; `wanted` where it is among them.
Str upstream_model(Arena *a, Str listing, Str wanted);

// What comes back, and in which shape it is wanted.
typedef enum ShapeKind {
    SHAPE_SAME,      // as it comes
    SHAPE_GENERATED, // TGI's generated_text
    SHAPE_EMBEDDING,
} ShapeKind;

typedef struct Shape {
    ShapeKind kind;
    ModelApi api;
    ModelTask task;
    bool chat, stream, list; // of an OpenAI server: a chat's answer; streamed; several inputs
    bool details;
    Str prefix; // the prompt, where it is wanted back
    Str seed;
    TextVec stop;
} Shape;

typedef struct Outgoing {
    Str path; // behind Upstream.base
    Str body;
    bool extended; // has parameters that OpenAI has not
    Shape shape;
} Outgoing;

// What to ask. False where `out` could not say it: *refusal is the container's answer.
bool translate_question(Arena *a, const Upstream *up, const ModelQuestion *q, Outgoing *out,
                        ModelAnswer *refusal);
// The whole answer of a server, of any status.
void translate_answer(Arena *a, const Shape *shape, int status, Str content_type, Str body,
                      ModelAnswer *out);

// A streamed answer, line by line.
typedef struct Translator {
    const Shape *shape;
    Arena *arena; // of what is remembered
    Buf line;     // not whole yet
    Buf text;     // generated so far
    uint32_t tokens;
    Str reason; // finish_reason, in TGI's words
    bool over;
    Str why; // the server said that it failed
} Translator;

void translator_init(Translator *t, Arena *a, const Shape *shape);
// Bytes as they come; what the container would have written is appended.
void translator_feed(Translator *t, Str bytes, Buf *out);
// At the end; false where the server stopped before it was done.
bool translator_end(Translator *t, Buf *out);
