#pragma once
// What the parts of the SageMaker runtime share. Private to adapters/run.

#include "adapters/run/proxy.h"

#include <pthread.h>

enum {
    MODEL_BODY_MAX = 6 << 20, // of a request and, unless streamed, of an answer
    MODEL_VARIANT_MAX = 64,
};

// A server given by --model.
typedef struct ModelServer {
    Str name; // of the resource; empty: of all
    Proxy *proxy;
} ModelServer;

struct Models {
    Arena *arena;
    Run *run;
    Str state; // the project's .pluto/local
    ModelServer *servers;
    uint32_t server_count;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    unsigned working; // threads of asynchronous invocations
};

// sagemaker.c: asks whoever stands behind the endpoint.
void models_ask(Models *m, Arena *a, const ModelQuestion *q, ModelAnswer *out);
// What it has written by the end; false where it broke off, with why.
bool models_whole(Arena *a, ModelAnswer *answer, Str *why);

// sagemaker_error.c: an error in AWS's shape.
void sagemaker_error(Arena *a, HttpReply *reply, int status, const char *type, Str message);
// The container's own: ModelError, 424.
void sagemaker_model_error(Arena *a, HttpReply *reply, const App *app, const AppModel *m,
                           int status, Str original);
Str sagemaker_model_message(Arena *a, const AppModel *m, Str account, int status, Str original);

// sagemaker_stream.c: `answer` as events of a PayloadPart each; `plain`: as the container sends it.
void sagemaker_stream(Arena *a, const ModelAnswer *answer, bool plain, HttpReply *reply);

// sagemaker_async.c
void sagemaker_async(Models *m, const App *app, const AppModel *model, const HttpRequest *q,
                     HttpReply *reply);
// The file that `s3://bucket/key` is on this machine; false where that is no such location.
bool sagemaker_s3_file(Arena *a, Str state, Str location, Str *file);
