// What another server answers, in the words of a container.
//
// Input: an answer, whole or as it comes. Output: TGI's JSON or its events; vectors in the task's
// shape; errors as {"error", "error_type"}. Invariant: any bytes get an answer; events that are
// written are whole, and a stream that stops early is told from one that ends.

#include "adapters/run/text.h"
#include "adapters/run/translate.h"
#include "adapters/run/tree.h"

enum { MESSAGE_MAX = 2000, LINE_MAX = 4 << 20 };

// ---- Errors ------------------------------------------------------------------------------------

// Where the usual servers say what is wrong.
static Str message_of(Arena *a, Str body) {
    const Tree *t = tree_read(a, body), *error = tree_find(t, "error");
    Str said = tree_str_at(a, error, "message");
    if (said.n == 0)
        said = tree_str(a, error);
    if (said.n == 0)
        said = tree_str_at(a, t, "message");
    if (said.n == 0)
        said = tree_str_at(a, t, "detail");
    if (said.n == 0)
        said = str_slice(str_trim(body), 0, MESSAGE_MAX);
    return said;
}

static void answer_error(Arena *a, int status, Str body, ModelAnswer *out) {
    Str said = message_of(a, body);
    if (status == 400 || status == 413 || status == 422) {
        model_fail(a, out, 422, "validation", str_cat(a, STR("Input validation error: "), said));
    } else if (status == 429) {
        model_fail(a, out, 429, "overloaded", said);
    } else {
        model_fail(a, out, 424, "generation",
                   str_fmt(a, "the model's server answered %d: %.*s", status, STR_ARG(said)));
    }
}

// ---- Whole answers -----------------------------------------------------------------------------

typedef struct Generated {
    Str text;
    const char *reason; // TGI's word
    uint32_t tokens;
} Generated;

// What TGI calls it. `stopped`: the sequence that ended it, where the server says which.
static const char *reason_of(Str reason, Str stopped) {
    if (str_is(reason, "length"))
        return "length";
    return stopped.n ? "stop_sequence" : "eos_token";
}

static uint32_t count_of(double n) {
    return n >= 0 && n < 1e9 ? (uint32_t)n : 0;
}

static bool read_generated(Arena *a, const Shape *s, const Tree *t, Generated *g) {
    const Tree *text, *choice = NULL;
    Str stopped = STR_EMPTY, reason;
    if (s->api == API_OLLAMA) {
        text = tree_find(t, "response");
        reason = tree_str_at(a, t, "done_reason");
        g->tokens = count_of(tree_num_at(t, "eval_count", 0));
    } else {
        const Tree *choices = tree_find(t, "choices");
        choice = choices && choices->type == TREE_LIST ? choices->child : NULL;
        text = s->chat ? tree_find(tree_find(choice, "message"), "content")
                       : tree_find(choice, "text");
        reason = tree_str_at(a, choice, "finish_reason");
        const Tree *by = tree_find(choice, "stop_reason");
        stopped = by && by->type == TREE_TEXT ? by->text : STR_EMPTY;
        g->tokens = count_of(tree_num_at(tree_find(t, "usage"), "completion_tokens", 0));
    }
    if (!text || text->type != TREE_TEXT)
        return false;
    // TGI ends its text with the sequence, OpenAI's servers before it.
    g->text = str_cat(a, text->text, stopped);
    g->reason = reason_of(reason, stopped);
    return true;
}

static void put_details(Buf *b, const Shape *s, const char *reason, uint32_t tokens) {
    buf_printf(b, "{\"finish_reason\":\"%s\",\"generated_tokens\":%u,\"seed\":%.*s", reason, tokens,
               STR_ARG(s->seed));
}

static bool answer_generated(Arena *a, const Shape *s, const Tree *t, Buf *b) {
    Generated g = {.text = STR_EMPTY};
    if (!read_generated(a, s, t, &g))
        return false;
    buf_puts(b, "[{\"generated_text\":");
    text_quote(b, str_cat(a, s->prefix, g.text));
    if (s->details) {
        buf_puts(b, ",\"details\":");
        put_details(b, s, g.reason, g.tokens);
        buf_puts(b, ",\"prefill\":[],\"tokens\":[]}");
    }
    buf_puts(b, "}]");
    return true;
}

static bool is_vector(const Tree *t) {
    return t && t->type == TREE_LIST && t->child && t->child->type == TREE_NUMBER;
}

// [[…]] of TEI, or {"data": [{"embedding": […]}]} of OpenAI's servers.
static bool answer_embedding(const Shape *s, const Tree *t, Buf *b) {
    const Tree *list = t && t->type == TREE_LIST ? t : tree_find(t, "data");
    bool sentences = s->task == TASK_EMBED_SENTENCES, tokens = s->task == TASK_EMBED_TOKENS;
    if (!list || list->type != TREE_LIST || !list->child)
        return false;
    bool one = sentences && !s->list;
    buf_puts(b, sentences ? "{\"embeddings\":" : "");
    buf_puts(b, one ? "" : "[");
    for (const Tree *item = list->child; item; item = one ? NULL : item->next) {
        const Tree *v = item->type == TREE_LIST ? item : tree_find(item, "embedding");
        if (!is_vector(v))
            return false;
        buf_puts(b, item == list->child ? "" : ",");
        buf_puts(b, tokens ? "[" : "");
        tree_write(b, v);
        buf_puts(b, tokens ? "]" : "");
    }
    buf_puts(b, one ? "" : "]");
    buf_puts(b, sentences ? "}" : "");
    return true;
}

void translate_answer(Arena *a, const Shape *shape, int status, Str content_type, Str body,
                      ModelAnswer *out) {
    bool same = shape->api == API_CONTAINER || (shape->api == API_TGI && shape->kind == SHAPE_SAME);
    bool good = status >= 200 && status < 300;
    *out = (ModelAnswer){.status = status, .content_type = content_type, .body = body};
    if (same || (good && shape->kind == SHAPE_SAME))
        return;
    if (!good) {
        answer_error(a, status, body, out);
        return;
    }
    const Tree *t = tree_read(a, body);
    Buf b = buf_new(a);
    bool found = shape->kind == SHAPE_EMBEDDING ? answer_embedding(shape, t, &b)
                                                : answer_generated(a, shape, t, &b);
    if (found)
        *out = (ModelAnswer){
            .status = 200, .content_type = STR("application/json"), .body = buf_str(&b)};
    else
        model_fail(a, out, 424, "generation",
                   STR("the model's server answered in a shape that is not known"));
}

// ---- Streams -----------------------------------------------------------------------------------

void translator_init(Translator *t, Arena *a, const Shape *shape) {
    *t = (Translator){.shape = shape,
                      .arena = a,
                      .line = buf_new(a),
                      .text = buf_new(a),
                      .reason = STR_EMPTY,
                      .why = STR_EMPTY};
}

static void put_token(Translator *t, Str text, bool special, Buf *out) {
    buf_printf(out, "data:{\"index\":%u,\"token\":{\"id\":0,\"text\":", ++t->tokens);
    text_quote(out, text);
    buf_printf(out,
               ",\"logprob\":0.0,\"special\":%s},\"generated_text\":", special ? "true" : "false");
}

static void put_text(Translator *t, Str text, Buf *out) {
    if (text.n == 0)
        return;
    buf_put(&t->text, text);
    put_token(t, text, false, out);
    buf_puts(out, "null,\"details\":null}\n\n");
}

static void put_end(Translator *t, Buf *out) {
    const char *reason = str_is(t->reason, "length") ? "length" : "eos_token";
    put_token(t, STR("</s>"), true, out);
    text_quote(out, str_cat(t->arena, t->shape->prefix, buf_str(&t->text)));
    buf_puts(out, ",\"details\":");
    put_details(out, t->shape, reason, t->tokens);
    buf_puts(out, "}}\n\n");
}

static void take_event(Translator *t, Str json, Buf *out) {
    Arena scratch;
    arena_init(&scratch);
    const Tree *event = tree_read(&scratch, json);
    const Tree *error = tree_find(event, "error"), *choices = tree_find(event, "choices");
    if (error && error->type != TREE_NULL) {
        t->why = str_dup(t->arena, message_of(&scratch, json));
        t->over = true;
    } else if (t->shape->api == API_OLLAMA) {
        put_text(t, tree_str_at(&scratch, event, "response"), out);
        if (tree_bool_at(event, "done", false)) {
            t->reason = str_dup(t->arena, tree_str_at(&scratch, event, "done_reason"));
            t->over = true;
        }
    } else if (choices && choices->type == TREE_LIST && choices->child) {
        const Tree *choice = choices->child;
        Str reason = tree_str_at(&scratch, choice, "finish_reason");
        put_text(t,
                 t->shape->chat ? tree_str_at(&scratch, tree_find(choice, "delta"), "content")
                                : tree_str_at(&scratch, choice, "text"),
                 out);
        if (reason.n)
            t->reason = str_dup(t->arena, reason);
    }
    arena_release(&scratch);
}

static void take_line(Translator *t, Str line, Buf *out) {
    line = str_trim(line);
    if (t->shape->api != API_OLLAMA) {
        if (!str_starts(line, "data:"))
            return;
        line = str_trim(str_slice(line, 5, line.n));
    }
    if (str_is(line, "[DONE]"))
        t->over = true;
    else if (line.n)
        take_event(t, line, out);
    if (t->over && t->why.n == 0)
        put_end(t, out);
}

void translator_feed(Translator *t, Str bytes, Buf *out) {
    while (bytes.n && !t->over) {
        int64_t end = str_find(bytes, STR("\n"), 0);
        uint32_t n = end < 0 ? bytes.n : (uint32_t)end + 1;
        buf_put(&t->line, str_slice(bytes, 0, n));
        bytes = str_slice(bytes, n, bytes.n);
        if (t->line.n > LINE_MAX) {
            t->why = STR("the model's server sent a line that is too long");
            t->over = true;
        } else if (end >= 0) {
            take_line(t, buf_str(&t->line), out);
            t->line.n = 0;
        }
    }
}

bool translator_end(Translator *t, Buf *out) {
    if (!t->over && t->line.n)
        take_line(t, buf_str(&t->line), out);
    t->line.n = 0;
    // Some end after the reason, without [DONE].
    if (!t->over && t->reason.n) {
        t->over = true;
        put_end(t, out);
    }
    if (!t->over)
        t->why = STR("the model's server stopped in the middle of its answer");
    return t->over && t->why.n == 0;
}
