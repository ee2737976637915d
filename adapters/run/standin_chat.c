// The Messages API as TGI, vLLM and their kin speak it: chat/completions, and completions.
//
// Input: {"messages"} or {"prompt"}. Output: an object in OpenAI's shape, or its chunks as
// server-sent events up to [DONE]. Invariant: joined, the chunks say what the object says.

#include "adapters/run/standin_parts.h"
#include "adapters/run/text.h"

enum { TOKENS_MANY = 1 << 20 };

typedef struct Chat {
    bool messages; // else completions
    bool stream, usage;
    SpeechLimits limits;
    Str model, tool; // the function that must be called, if any
    uint32_t prompt_tokens;
    int64_t now;
} Chat;

void standin_stop(Arena *a, const Tree *stop, TextVec *out) {
    if (!stop)
        return;
    if (stop->type == TREE_TEXT)
        vec_push(a, out, stop->text);
    if (stop->type == TREE_LIST)
        for (const Tree *t = stop->child; t; t = t->next)
            if (t->type == TREE_TEXT)
                vec_push(a, out, t->text);
}

// Parts of other types than text have nothing that a stand-in could read.
static Str content_of(Arena *a, const Tree *content) {
    if (!content || content->type == TREE_TEXT)
        return content ? content->text : STR_EMPTY;
    Buf b = buf_new(a);
    if (content->type == TREE_LIST)
        for (const Tree *part = content->child; part; part = part->next) {
            if (b.n)
                buf_putc(&b, '\n');
            buf_put(&b, tree_str_at(a, part, "text"));
        }
    return buf_str(&b);
}

static TurnRole role_of(Str role) {
    if (str_is(role, "user"))
        return TURN_USER;
    return str_is(role, "assistant") ? TURN_ASSISTANT : TURN_SYSTEM;
}

void standin_turns(Arena *a, const Tree *messages, TurnVec *out) {
    if (!messages || messages->type != TREE_LIST)
        return;
    for (const Tree *m = messages->child; m; m = m->next) {
        Str text = content_of(a, tree_find(m, "content"));
        vec_push(a, out, (Turn){role_of(tree_str_at(a, m, "role")), text});
    }
}

// ---- Parts of the answer -----------------------------------------------------------------------

static void put_head(Buf *b, const Chat *c, const char *object) {
    buf_printf(b, "{\"id\":\"\",\"object\":\"%s\",\"created\":%lld,\"model\":", object,
               (long long)c->now);
    text_quote(b, c->model);
    buf_puts(b, ",\"system_fingerprint\":\"pluto-stand-in\",\"choices\":[");
}

static const char *finish(const Speech *s) {
    return s->end == SPEECH_LENGTH ? "\"length\"" : "\"stop\"";
}

static void put_usage(Buf *b, const Chat *c, const Speech *s) {
    buf_printf(b, "{\"prompt_tokens\":%u,\"completion_tokens\":%u,\"total_tokens\":%u}",
               c->prompt_tokens, s->tokens.n, c->prompt_tokens + s->tokens.n);
}

// A call without arguments: what they mean is for a model to know.
static void put_tool_call(Buf *b, const Chat *c, bool chunk) {
    buf_printf(b,
               "\"tool_calls\":[{%s\"id\":\"call_0\",\"type\":\"function\",\"function\":{\"name\":",
               chunk ? "\"index\":0," : "");
    text_quote(b, c->tool);
    buf_puts(b, ",\"arguments\":\"{}\"}}]");
}

static void answer_whole(Arena *a, const Chat *c, const Speech *s, ModelAnswer *out) {
    Buf b = buf_new(a);
    put_head(&b, c, c->messages ? "chat.completion" : "text_completion");
    buf_puts(&b, "{\"index\":0,");
    if (c->tool.n) {
        buf_puts(&b, "\"message\":{\"role\":\"assistant\",\"content\":null,");
        put_tool_call(&b, c, false);
        buf_puts(&b, "}");
    } else {
        buf_puts(&b,
                 c->messages ? "\"message\":{\"role\":\"assistant\",\"content\":" : "\"text\":");
        text_quote(&b, s->text);
        buf_puts(&b, c->messages ? "}" : "");
    }
    buf_printf(&b, ",\"logprobs\":null,\"finish_reason\":%s}],\"usage\":",
               c->tool.n ? "\"tool_calls\"" : finish(s));
    put_usage(&b, c, s);
    buf_putc(&b, '}');
    out->content_type = STR("application/json");
    out->body = buf_str(&b);
}

// `text` with what comes in the place of the delta's content, or NULL for the last one.
static void push_chunk(Arena *a, const Chat *c, const Str *text, const char *reason,
                       ModelAnswer *out) {
    Buf b = buf_new(a);
    buf_puts(&b, "data: ");
    put_head(&b, c, c->messages ? "chat.completion.chunk" : "text_completion");
    buf_puts(&b, "{\"index\":0,");
    if (c->messages)
        buf_puts(&b, "\"delta\":{");
    if (c->messages && text)
        buf_puts(&b, "\"role\":\"assistant\",");
    if (c->messages && text && c->tool.n) {
        put_tool_call(&b, c, true);
    } else if (text || !c->messages) {
        buf_puts(&b, c->messages ? "\"content\":" : "\"text\":");
        text_quote(&b, text ? *text : STR_EMPTY);
    }
    if (c->messages)
        buf_putc(&b, '}');
    buf_printf(&b, ",\"logprobs\":null,\"finish_reason\":%s}]", reason);
    buf_puts(&b, c->usage ? ",\"usage\":null}\n\n" : "}\n\n");
    vec_push(a, &out->pieces, buf_str(&b));
}

static void answer_stream(Arena *a, const Chat *c, const Speech *s, ModelAnswer *out) {
    out->content_type = STR("text/event-stream");
    out->streamed = true;
    if (c->tool.n)
        push_chunk(a, c, &c->tool, "null", out);
    for (uint32_t i = 0; i < s->tokens.n && c->tool.n == 0; i++)
        push_chunk(a, c, &s->tokens.at[i], "null", out);
    push_chunk(a, c, NULL, c->tool.n ? "\"tool_calls\"" : finish(s), out);
    if (c->usage) {
        Buf b = buf_new(a);
        buf_puts(&b, "data: ");
        put_head(&b, c, c->messages ? "chat.completion.chunk" : "text_completion");
        buf_puts(&b, "],\"usage\":");
        put_usage(&b, c, s);
        buf_puts(&b, "}\n\n");
        vec_push(a, &out->pieces, buf_str(&b));
    }
    vec_push(a, &out->pieces, STR("data: [DONE]\n\n"));
}

// ---- What is asked -----------------------------------------------------------------------------

// `tool_choice` names a function, or wants any.
static Str wanted_tool(Arena *a, const Tree *body) {
    const Tree *choice = tree_find(body, "tool_choice"), *tools = tree_find(body, "tools");
    Str named = tree_str_at(a, tree_find(choice, "function"), "name");
    if (named.n || !choice || choice->type != TREE_TEXT || !str_is(choice->text, "required") ||
        !tools || !tools->child)
        return named;
    return tree_str_at(a, tree_find(tools->child, "function"), "name");
}

static const char *read_chat(Arena *a, const ModelQuestion *q, const Tree *body, Chat *c) {
    double most = tree_num_at(body, "max_completion_tokens", tree_num_at(body, "max_tokens", 0));
    c->stream = tree_bool_at(body, "stream", false);
    c->usage = c->stream && tree_bool_at(tree_find(body, "stream_options"), "include_usage", false);
    c->now = q->now;
    c->model = tree_str_at(a, body, "model");
    if (c->model.n == 0)
        c->model = model_id(q->model);
    c->limits.max_tokens = most >= 1 && most < TOKENS_MANY ? (uint32_t)most : TOKENS_MANY;
    standin_stop(a, tree_find(body, "stop"), &c->limits.stop);
    if (tree_num_at(body, "temperature", 1) < 0)
        return "`temperature` must be strictly positive";
    if (tree_num_at(body, "n", 1) > 1)
        return "`n` > 1 is not supported";
    return NULL;
}

static void answer(Arena *a, const ModelQuestion *q, const Chat *c, const TurnVec *turns,
                   ModelAnswer *out) {
    Speech speech;
    speech_make(a, q->model, turns, "", &c->limits, &speech);
    *out = (ModelAnswer){.status = 200};
    if (c->stream)
        answer_stream(a, c, &speech, out);
    else
        answer_whole(a, c, &speech, out);
}

static void refuse(Arena *a, const char *why, ModelAnswer *out) {
    model_fail(a, out, 422, "validation", str_fmt(a, "Input validation error: %s", why));
}

void standin_chat(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out) {
    Chat c = {.messages = true, .tool = wanted_tool(a, body)};
    TurnVec turns = {0};
    const char *wrong = read_chat(a, q, body, &c);
    standin_turns(a, tree_find(body, "messages"), &turns);
    if (!wrong && turns.n == 0)
        wrong = "`messages` cannot be empty";
    for (uint32_t i = 0; i < turns.n; i++)
        c.prompt_tokens += speech_count(turns.at[i].text) + 4; // what the template puts around
    if (wrong)
        refuse(a, wrong, out);
    else
        answer(a, q, &c, &turns, out);
}

void standin_complete(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out) {
    Chat c = {0};
    TurnVec turns = {0};
    const char *wrong = read_chat(a, q, body, &c);
    Str prompt = content_of(a, tree_find(body, "prompt"));
    if (!wrong && prompt.n == 0)
        wrong = "`prompt` cannot be empty";
    if (wrong) {
        refuse(a, wrong, out);
        return;
    }
    prompt_read(a, prompt, &turns);
    c.prompt_tokens = speech_count(prompt);
    answer(a, q, &c, &turns, out);
}
