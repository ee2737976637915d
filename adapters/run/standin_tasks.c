// The other tasks of Hugging Face's inference containers, as far as words can do them: answers in
// the shapes of their pipelines.
//
// Input: {"inputs", "parameters"} and HF_TASK. Output: what the pipeline of that task gives.
// Invariant: offsets count characters, as Python does; scores are between 0 and 1.

#include "adapters/run/standin_parts.h"
#include "adapters/run/text.h"

#include <math.h>

typedef struct Task {
    const char *name;
    bool flat; // of one text, too, a list; of several, one list
    // The answer for one text; false where `inputs` or `parameters` are not what the task needs.
    bool (*answer)(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                   const Tree *parameters);
} Task;

static Str text_of(const Tree *t) {
    return t && t->type == TREE_TEXT ? t->text : STR_EMPTY;
}

// Between 0.5 and 1, as the text's hash says.
static double score_of(Str text) {
    return 0.5 + (double)(str_hash(text) >> 40 & 0xFFFF) / 131072.0;
}

static uint32_t characters(Str s, uint32_t to) {
    uint32_t n = 0;
    for (uint32_t at = 0; at < to; n++)
        utf8_next(s, &at);
    return n;
}

static bool has_word(Str text, const char *const *words) {
    uint32_t at = 0;
    for (Str word; speech_word(text, &at, &word);)
        for (const char *const *w = words; *w; w++)
            if (text_same(word, str_of(*w)))
                return true;
    return false;
}

static bool classify(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                     const Tree *parameters) {
    static const char *const BAD[] = {"bad",   "awful", "terrible", "hate", "worst", "sad",
                                      "wrong", "poor",  "boring",   "not",  "never", NULL};
    Str text = text_of(inputs);
    (void)a, (void)q, (void)parameters;
    buf_printf(b, "{\"label\":\"%s\",\"score\":%.6f}",
               has_word(text, BAD) ? "NEGATIVE" : "POSITIVE", score_of(text));
    return text.n > 0;
}

// Names: what begins with a capital letter and does not begin a sentence.
static bool find_names(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                       const Tree *parameters) {
    Str text = text_of(inputs);
    uint32_t at = 0, n = 0;
    (void)a, (void)q, (void)parameters;
    buf_putc(b, '[');
    for (Str word; speech_word(text, &at, &word);) {
        uint32_t start = (uint32_t)(word.p - text.p);
        bool first = start < 2 || text.p[start - 2] == '.';
        if (word.p[0] < 'A' || word.p[0] > 'Z' || first)
            continue;
        buf_printf(b,
                   "%s{\"entity\":\"I-MISC\",\"score\":%.6f,\"index\":%u,\"word\":", n++ ? "," : "",
                   score_of(word), speech_count(str_slice(text, 0, start)) + 1);
        text_quote(b, word);
        buf_printf(b, ",\"start\":%u,\"end\":%u}", characters(text, start), characters(text, at));
    }
    buf_putc(b, ']');
    return text.n > 0;
}

static bool answer_question(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                            const Tree *parameters) {
    Str question = tree_str_at(a, inputs, "question"), context = tree_str_at(a, inputs, "context");
    Str found = speech_find(a, context, question);
    uint32_t start = found.n ? (uint32_t)(found.p - context.p) : 0;
    (void)q, (void)parameters;
    buf_printf(
        b, "{\"score\":%.6f,\"start\":%u,\"end\":%u,\"answer\":", found.n ? score_of(found) : 0.0,
        characters(context, start), characters(context, start + found.n));
    text_quote(b, found);
    buf_putc(b, '}');
    return question.n && context.n;
}

static Str first_sentence(Str text) {
    for (uint32_t i = 0; i + 1 < text.n; i++)
        if ((text.p[i] == '.' || text.p[i] == '!' || text.p[i] == '?') &&
            (text.p[i + 1] == ' ' || text.p[i + 1] == '\n'))
            return str_slice(text, 0, i + 1);
    return text;
}

static bool summarize(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                      const Tree *parameters) {
    Str text = str_trim(text_of(inputs));
    (void)a, (void)q, (void)parameters;
    buf_puts(b, "{\"summary_text\":");
    text_quote(b, first_sentence(text));
    buf_putc(b, '}');
    return text.n > 0;
}

// It knows no other language: it says so, around the text.
static bool translate(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                      const Tree *parameters) {
    Str text = text_of(inputs);
    (void)q, (void)parameters;
    buf_puts(b, "{\"translation_text\":");
    text_quote(b, str_cat(a, STR("(pluto's stand-in does not translate) "), text));
    buf_putc(b, '}');
    return text.n > 0;
}

static bool fill_mask(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                      const Tree *parameters) {
    static const char *const WORDS[] = {"new", "good", "first", "other", "small"};
    Str text = text_of(inputs), mask = STR("[MASK]");
    int64_t at = str_find(text, mask, 0);
    (void)q, (void)parameters;
    if (at < 0) {
        mask = STR("<mask>");
        at = str_find(text, mask, 0);
    }
    if (at < 0)
        return false;
    Str before = str_slice(text, 0, (uint32_t)at);
    Str behind = str_slice(text, (uint32_t)at + mask.n, text.n);
    buf_putc(b, '[');
    for (int i = 0; i < (int)(sizeof WORDS / sizeof *WORDS); i++) {
        Str word = str_of(WORDS[i]);
        buf_printf(b, "%s{\"score\":%.6f,\"token\":%u,\"token_str\":\"%s\",\"sequence\":",
                   i ? "," : "", ldexp(0.4, -i), speech_token_id(word), WORDS[i]);
        text_quote(b, str_cat(a, str_cat(a, before, word), behind));
        buf_putc(b, '}');
    }
    buf_putc(b, ']');
    return true;
}

static const Tree *labels_of(const Tree *parameters) {
    const Tree *labels = tree_find(parameters, "candidate_labels");
    return labels && labels->type == TREE_LIST && labels->child ? labels : NULL;
}

// Labels in the order given, but those first whose words are in the text.
static bool zero_shot(Buf *b, Arena *a, const ModelQuestion *q, const Tree *inputs,
                      const Tree *parameters) {
    Str text = text_of(inputs), low = text_lower(a, text);
    const Tree *labels = labels_of(parameters);
    TextVec order = {0};
    (void)q;
    if (!labels || text.n == 0)
        return false;
    for (int there = 1; there >= 0; there--)
        for (const Tree *t = labels->child; t; t = t->next)
            if (t->type == TREE_TEXT && (str_find(low, text_lower(a, t->text), 0) >= 0) == there)
                vec_push(a, &order, t->text);
    buf_puts(b, "{\"sequence\":");
    text_quote(b, text);
    buf_puts(b, ",\"labels\":[");
    for (uint32_t i = 0; i < order.n; i++) {
        buf_puts(b, i ? "," : "");
        text_quote(b, order.at[i]);
    }
    buf_puts(b, "],\"scores\":[");
    // Each is half as likely as the one before it; all of them together are certain.
    double sum = 2 - ldexp(1, 1 - (int)order.n);
    for (uint32_t i = 0; i < order.n; i++)
        buf_printf(b, "%s%.6f", i ? "," : "", ldexp(1, -(int)i) / sum);
    buf_puts(b, "]}");
    return true;
}

static const Task TASKS[] = {
    {"text-classification", true, classify},
    {"sentiment-analysis", true, classify},
    {"token-classification", false, find_names},
    {"ner", false, find_names},
    {"question-answering", false, answer_question},
    {"summarization", true, summarize},
    {"translation", true, translate},
    {"translation_xx_to_yy", true, translate},
    {"fill-mask", false, fill_mask},
    {"zero-shot-classification", false, zero_shot},
};

static const Task *find_task(Str name) {
    for (size_t i = 0; i < sizeof TASKS / sizeof *TASKS; i++)
        if (str_is(name, TASKS[i].name))
            return &TASKS[i];
    return str_starts(name, "translation_") ? find_task(STR("translation")) : NULL;
}

bool standin_task(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out) {
    Str name = model_env(q->model, "HF_TASK");
    const Task *task = find_task(name);
    if (!task)
        return false;
    const Tree *inputs = tree_find(body, "inputs"), *parameters = tree_find(body, "parameters");
    bool many = inputs && inputs->type == TREE_LIST, good = inputs && (!many || inputs->child);
    bool list = many || task->flat;
    Buf b = buf_new(a);
    buf_puts(&b, list ? "[" : "");
    for (const Tree *t = many ? inputs->child : inputs; t && good; t = many ? t->next : NULL) {
        good = task->answer(&b, a, q, t, parameters);
        buf_puts(&b, many && t->next ? "," : "");
    }
    buf_puts(&b, list ? "]" : "");
    if (good)
        *out = (ModelAnswer){
            .status = 200, .content_type = STR("application/json"), .body = buf_str(&b)};
    else
        model_fail(a, out, 400, "InternalServerException",
                   str_fmt(a, "the task `%.*s` cannot be done with these inputs", STR_ARG(name)));
    return true;
}
