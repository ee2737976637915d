// What a container is asked, in the words of another server.
//
// Input: the body of POST /invocations. Output: the path and the body of a request, and the shape
// that its answer is wanted in. Invariant: nothing that bounds or shapes the answer is dropped:
// what the other side has no word for it gets under TGI's name, unless it has refused such words.

#include "adapters/run/translate.h"
#include "adapters/run/prompt.h"
#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <string.h>

enum { NEW_TOKENS_DEFAULT = 100 };

static bool given(const Tree *t) {
    return t && t->type != TREE_NONE && t->type != TREE_NULL;
}

static void put_key(Buf *b, const char *key) {
    if (b->n && b->p[b->n - 1] != '{')
        buf_putc(b, ',');
    buf_printf(b, "\"%s\":", key);
}

static void put_tree(Buf *b, const char *key, const Tree *value) {
    put_key(b, key);
    tree_write(b, value);
}

// ---- Parameters of generate --------------------------------------------------------------------

typedef struct Parameter {
    const char *ours, *ollama;
    bool extended; // OpenAI has it not; vLLM, llama.cpp and others have
} Parameter;

static const Parameter PARAMETERS[] = {
    {"temperature", "temperature", false},
    {"top_p", "top_p", false},
    {"top_k", "top_k", true},
    {"typical_p", "typical_p", true},
    {"seed", "seed", false},
    {"frequency_penalty", "frequency_penalty", false},
    {"repetition_penalty", "repeat_penalty", true},
};

// Without any of these the container takes the likeliest word, always.
static bool is_sampled(const Tree *parameters) {
    static const char *const SIGNS[] = {"temperature", "top_p", "top_k", "typical_p"};
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (given(tree_find(parameters, SIGNS[i])))
            return true;
    return tree_bool_at(parameters, "do_sample", false);
}

static const char *limit_name(const Upstream *up) {
    if (up->api == API_OLLAMA)
        return "num_predict";
    return up->chat_only && up->newest ? "max_completion_tokens" : "max_tokens";
}

static void put_parameters(Buf *b, const Tree *parameters, const Upstream *up, Outgoing *out) {
    bool ollama = up->api == API_OLLAMA;
    put_key(b, limit_name(up));
    buf_printf(b, "%.0f", tree_num_at(parameters, "max_new_tokens", NEW_TOKENS_DEFAULT));
    for (size_t i = 0; i < sizeof PARAMETERS / sizeof *PARAMETERS; i++) {
        const Parameter *p = &PARAMETERS[i];
        const Tree *t = tree_find(parameters, p->ours);
        if (!given(t) || (p->extended && up->strict))
            continue;
        put_tree(b, ollama ? p->ollama : p->ours, t);
        out->extended = out->extended || (p->extended && !ollama);
    }
    const Tree *penalty = tree_find(parameters, "repetition_penalty");
    if (given(penalty) && !ollama && !up->strict)
        put_tree(b, "repeat_penalty", penalty); // as llama.cpp says it
    if (!is_sampled(parameters)) {
        put_key(b, "temperature");
        buf_putc(b, '0');
    }
    const Tree *stop = tree_find(parameters, "stop");
    if (given(stop))
        put_tree(b, "stop", stop);
}

static void put_messages(Buf *b, Arena *a, Str prompt) {
    TurnVec turns;
    prompt_read(a, prompt, &turns);
    put_key(b, "messages");
    buf_putc(b, '[');
    for (uint32_t i = 0; i < turns.n; i++) {
        buf_printf(b, "%s{\"role\":\"%s\",\"content\":", i ? "," : "",
                   turn_role_name(turns.at[i].role));
        text_quote(b, turns.at[i].text);
        buf_putc(b, '}');
    }
    buf_putc(b, ']');
}

static void begin(Buf *b, const Upstream *up) {
    buf_putc(b, '{');
    if (up->model.n)
        text_member(b, "model", up->model);
}

// ---- Questions ---------------------------------------------------------------------------------

static void read_shape(Arena *a, const ModelQuestion *q, const Tree *body, Shape *s) {
    const Tree *parameters = tree_find(body, "parameters"), *seed = tree_find(parameters, "seed");
    const Tree *stop = tree_find(parameters, "stop");
    (void)q;
    s->stream = tree_bool_at(body, "stream", false);
    s->details = tree_bool_at(parameters, "details", false);
    s->prefix = tree_bool_at(parameters, "return_full_text", true) ? tree_str_at(a, body, "inputs")
                                                                   : STR_EMPTY;
    s->seed = seed && seed->type == TREE_NUMBER ? seed->text : STR("null");
    if (stop && stop->type == TREE_LIST)
        for (const Tree *t = stop->child; t; t = t->next)
            if (t->type == TREE_TEXT)
                vec_push(a, &s->stop, t->text);
}

static void ask_ollama(Arena *a, const Upstream *up, const Tree *body, Outgoing *out) {
    Buf b = buf_new(a), options = buf_new(a);
    begin(&b, up);
    text_member(&b, "prompt", tree_str_at(a, body, "inputs"));
    buf_printf(&b, ",\"raw\":true,\"stream\":%s", out->shape.stream ? "true" : "false");
    buf_putc(&options, '{');
    put_parameters(&options, tree_find(body, "parameters"), up, out);
    buf_printf(&b, ",\"options\":%.*s}}", STR_ARG(buf_str(&options)));
    out->path = STR("/api/generate");
    out->body = buf_str(&b);
}

static void ask_openai(Arena *a, const Upstream *up, const Tree *body, Outgoing *out) {
    Str prompt = tree_str_at(a, body, "inputs");
    Buf b = buf_new(a);
    out->shape.chat = up->chat_only;
    begin(&b, up);
    if (up->chat_only)
        put_messages(&b, a, prompt);
    else
        text_member(&b, "prompt", prompt);
    put_parameters(&b, tree_find(body, "parameters"), up, out);
    if (out->shape.stream)
        buf_puts(&b, ",\"stream\":true");
    buf_putc(&b, '}');
    out->path = up->chat_only ? STR("/v1/chat/completions") : STR("/v1/completions");
    out->body = buf_str(&b);
}

// {"inputs": …} of the tasks that make vectors.
static void ask_embedding(Arena *a, const Upstream *up, const Tree *body, Outgoing *out) {
    const Tree *inputs = tree_find(body, "inputs");
    Buf b = buf_new(a);
    out->shape.kind = SHAPE_EMBEDDING;
    out->shape.stream = false;
    out->shape.list = inputs && inputs->type == TREE_LIST;
    out->path = up->api == API_TGI ? STR("/") : STR("/v1/embeddings");
    if (up->api == API_TGI)
        buf_putc(&b, '{');
    else
        begin(&b, up);
    if (inputs)
        put_tree(&b, up->api == API_TGI ? "inputs" : "input", inputs);
    buf_putc(&b, '}');
    out->body = buf_str(&b);
}

// A body in OpenAI's own shape: with the model's name as the server knows it, else as it is.
static void ask_same(Arena *a, const Upstream *up, const Tree *body, const char *path,
                     Outgoing *out) {
    Buf b = buf_new(a);
    Str model = up->model.n ? up->model : tree_str_at(a, body, "model");
    buf_putc(&b, '{');
    text_member(&b, "model", model.n ? model : STR("tgi"));
    for (const Tree *t = body->child; t; t = t->next) {
        if (str_is(t->key, "model") || t->type == TREE_NONE)
            continue;
        buf_putc(&b, ',');
        text_quote(&b, t->key);
        buf_putc(&b, ':');
        tree_write(&b, t);
    }
    buf_putc(&b, '}');
    out->shape.kind = SHAPE_SAME;
    out->path = str_of(path);
    out->body = buf_str(&b);
}

static bool refuse(Arena *a, ModelAnswer *refusal, int status, const char *why) {
    model_fail(a, refusal, status, "validation", str_of(why));
    return false;
}

bool translate_question(Arena *a, const Upstream *up, const ModelQuestion *q, Outgoing *out,
                        ModelAnswer *refusal) {
    const Tree *body = tree_read(a, q->body);
    ModelTask task = model_task(q->model);
    *out = (Outgoing){.path = STR_EMPTY, .body = q->body, .shape = {.api = up->api, .task = task}};
    out->shape.prefix = out->shape.seed = STR_EMPTY;
    if (body)
        read_shape(a, q, body, &out->shape);
    if (up->api == API_CONTAINER)
        return true;
    if (!body || body->type != TREE_OBJECT)
        return refuse(a, refusal, 400, "Failed to parse the request body as JSON");
    if (tree_find(body, "messages"))
        ask_same(a, up, body, "/v1/chat/completions", out);
    else if (tree_find(body, "prompt"))
        ask_same(a, up, body, "/v1/completions", out);
    else if (tree_find(body, "input"))
        ask_same(a, up, body, "/v1/embeddings", out);
    else if (!tree_find(body, "inputs"))
        return refuse(a, refusal, 422, "missing field `inputs`");
    else if (task == TASK_EMBED || task == TASK_EMBED_TOKENS || task == TASK_EMBED_SENTENCES)
        ask_embedding(a, up, body, out);
    else if (up->api == API_TGI)
        out->path = STR("/");
    else if (task == TASK_OTHER || tree_find(body, "inputs")->type != TREE_TEXT)
        return refuse(a, refusal, 422, "servers of this kind only generate text and embeddings");
    else {
        out->shape.kind = SHAPE_GENERATED;
        if (up->api == API_OLLAMA)
            ask_ollama(a, up, body, out);
        else
            ask_openai(a, up, body, out);
    }
    return true;
}
