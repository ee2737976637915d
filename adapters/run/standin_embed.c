// Embeddings of a stand-in: words become directions, so that texts which share words are near each
// other, and a search among them finds what one would expect.
//
// Input: {"inputs"} or, in OpenAI's shape, {"input"}; a text or a list of them. Output: the vectors
// in the shape of the task. Invariant: each has length 1; the same text, the same vector.

#include "adapters/run/standin_parts.h"
#include "adapters/run/text.h"

#include <math.h>
#include <string.h>

enum { SIZE_SMALL = 384, SIZE_BASE = 768, SIZE_LARGE = 1024, TEXTS_MAX = 2048, DIRECTIONS = 8 };

static unsigned size_of(Str id) {
    if (str_contains(id, "large"))
        return SIZE_LARGE;
    return str_contains(id, "base") || str_contains(id, "mpnet") ? SIZE_BASE : SIZE_SMALL;
}

// Adds a word: a few places of the vector, up or down, as its hash says.
static void add_word(double *v, unsigned size, uint64_t hash) {
    for (int i = 0; i < DIRECTIONS; i++) {
        hash = (hash ^ hash >> 31) * 0x9E3779B97F4A7C15u;
        v[hash % size] += hash >> 63 ? 1 : -1;
    }
}

static void embed(Arena *a, double *v, unsigned size, Str text) {
    memset(v, 0, size * sizeof *v);
    uint32_t at = 0;
    for (Str word; speech_word(text, &at, &word);)
        add_word(v, size, str_hash(text_lower(a, word)));
    double sum = 0;
    for (unsigned i = 0; i < size; i++)
        sum += v[i] * v[i];
    if (sum <= 0) {
        v[0] = sum = 1;
    }
    for (unsigned i = 0; i < size; i++)
        v[i] /= sqrt(sum);
}

static void put_vector(Buf *b, Arena *scratch, unsigned size, Str text) {
    ArenaMark mark = arena_mark(scratch);
    double *v = arena_array(scratch, double, size);
    embed(scratch, v, size, text);
    buf_putc(b, '[');
    for (unsigned i = 0; i < size; i++)
        if (fabs(v[i]) < 1e-9)
            buf_puts(b, i ? ",0" : "0");
        else
            buf_printf(b, "%s%.6f", i ? "," : "", v[i]);
    buf_putc(b, ']');
    arena_reset(scratch, mark);
}

static bool read_texts(Arena *a, const Tree *t, TextVec *out) {
    if (t && t->type == TREE_TEXT)
        vec_push(a, out, t->text);
    if (t && t->type == TREE_LIST)
        for (const Tree *item = t->child; item; item = item->next) {
            if (item->type != TREE_TEXT || out->n >= TEXTS_MAX)
                return false;
            vec_push(a, out, item->text);
        }
    return out->n > 0;
}

static void put_openai(Buf *b, Arena *scratch, const ModelQuestion *q, const TextVec *texts,
                       unsigned size) {
    uint32_t tokens = 0;
    buf_puts(b, "{\"object\":\"list\",\"data\":[");
    for (uint32_t i = 0; i < texts->n; i++) {
        buf_printf(b, "%s{\"object\":\"embedding\",\"index\":%u,\"embedding\":", i ? "," : "", i);
        put_vector(b, scratch, size, texts->at[i]);
        buf_putc(b, '}');
        tokens += speech_count(texts->at[i]);
    }
    buf_puts(b, "],\"model\":");
    text_quote(b, model_id(q->model));
    buf_printf(b, ",\"usage\":{\"prompt_tokens\":%u,\"total_tokens\":%u}}", tokens, tokens);
}

// feature-extraction has a vector for each token; one that stands for all of them is their mean,
// too, and that is what callers make of them.
static void put_plain(Buf *b, Arena *scratch, ModelTask task, const TextVec *texts, unsigned size,
                      bool list) {
    const char *open = task == TASK_EMBED_TOKENS ? "[" : "",
               *end = task == TASK_EMBED_TOKENS ? "]" : "";
    bool one = task == TASK_EMBED_SENTENCES && !list;
    buf_puts(b, task == TASK_EMBED_SENTENCES ? "{\"embeddings\":" : "");
    buf_puts(b, one ? "" : "[");
    for (uint32_t i = 0; i < texts->n; i++) {
        buf_printf(b, "%s%s", i ? "," : "", open);
        put_vector(b, scratch, size, texts->at[i]);
        buf_puts(b, end);
    }
    buf_puts(b, one ? "" : "]");
    buf_puts(b, task == TASK_EMBED_SENTENCES ? "}" : "");
}

void standin_embed(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out) {
    const Tree *input = tree_find(body, "input"), *inputs = tree_find(body, "inputs");
    TextVec texts = {0};
    if (!read_texts(a, input ? input : inputs, &texts)) {
        model_fail(a, out, 422, "Validation",
                   STR("`inputs` must be a text, or a list of at most 2048"));
        return;
    }
    unsigned size = size_of(model_id(q->model));
    Arena scratch;
    arena_init(&scratch);
    Buf b = buf_new(a);
    if (input)
        put_openai(&b, &scratch, q, &texts, size);
    else
        put_plain(&b, &scratch, model_task(q->model), &texts, size, inputs->type == TREE_LIST);
    arena_release(&scratch);
    *out =
        (ModelAnswer){.status = 200, .content_type = STR("application/json"), .body = buf_str(&b)};
}
