// The stand-in for a model's container: which of its parts answers.
//
// Input: the body of POST /invocations. Output: the container's answer, whole or in pieces.
// Invariant: depends on nothing but the question; any bytes get an answer.
//
// The shape of the body decides, as in TGI since 2.4: `messages` is a chat, `prompt` a completion,
// `inputs` what the container's task is. What it cannot stand in for is refused in so many words.

#include "adapters/run/standin_parts.h"

static void refuse_json(Arena *a, ModelAnswer *out, int status, const char *why) {
    *out = (ModelAnswer){.status = status,
                         .content_type = STR("text/plain; charset=utf-8"),
                         .body = str_dup(a, str_of(why))};
}

static void refuse_task(Arena *a, const ModelQuestion *q, ModelAnswer *out) {
    Str task = model_env(q->model, "HF_TASK");
    int64_t slash = str_rfind_char(q->model->id, '/');
    Str name = str_slice(q->model->id, (uint32_t)(slash + 1), q->model->id.n);
    Str what = task.n ? str_fmt(a, "HF_TASK `%.*s`", STR_ARG(task))
                      : str_fmt(a, "the image `%.*s`", STR_ARG(q->model->image));
    model_fail(a, out, 400, "stand_in",
               str_fmt(a,
                       "pluto's stand-in cannot do %.*s; give a server that can: pluto run "
                       "--model %.*s=URL",
                       STR_ARG(what), STR_ARG(name)));
}

void standin_answer(Arena *a, const ModelQuestion *q, ModelAnswer *out) {
    const Tree *body = tree_read(a, q->body);
    ModelTask task = model_task(q->model);
    if (!body && task == TASK_OTHER)
        refuse_task(a, q, out);
    else if (!body)
        refuse_json(a, out, 400, "Failed to parse the request body as JSON");
    else if (tree_find(body, "messages"))
        standin_chat(a, q, body, out);
    else if (tree_find(body, "prompt"))
        standin_complete(a, q, body, out);
    else if (task == TASK_EMBED || task == TASK_EMBED_TOKENS || task == TASK_EMBED_SENTENCES ||
             tree_find(body, "input"))
        standin_embed(a, q, body, out);
    else if (task == TASK_OTHER && standin_task(a, q, body, out))
        return;
    else if (task == TASK_OTHER)
        refuse_task(a, q, out);
    else if (!tree_find(body, "inputs"))
        refuse_json(a, out, 422,
                    "Failed to deserialize the JSON body into the target type: missing field "
                    "`inputs`");
    else
        standin_generate(a, q, body, out);
}
