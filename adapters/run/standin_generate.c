// TGI's generate, as the container of text-generation-inference answers it on POST /invocations.
//
// Input: {"inputs", "parameters", "stream"}. Output: [{"generated_text", "details"}], server-sent
// events, or 422 with what is wrong, in TGI's words. Invariant: what TGI refuses is refused here;
// what it takes and a stand-in has no use for is taken.

#include "adapters/run/standin_parts.h"
#include "adapters/run/text.h"

#include <math.h>

enum {
    NEW_TOKENS_DEFAULT = 100,
    STOP_MAX = 4,
    INPUT_DEFAULT = 1024, // of the versions before 2.0, like the next one
    TOTAL_DEFAULT = 2048
};

typedef struct Generate {
    Str inputs;
    uint32_t input_tokens;
    SpeechLimits limits;
    bool full_text, details, prefill, stream;
    Str seed; // as JSON
    const char *wrong;
    Str why; // in the place of `wrong`, where it has numbers in it
} Generate;

// ---- What is asked -----------------------------------------------------------------------------

static bool given(const Tree *t) {
    return t && t->type != TREE_NONE && t->type != TREE_NULL;
}

// The range of each number, and what TGI says outside of it.
typedef struct Range {
    const char *name;
    double above, below; // both excluded
    const char *wrong;
} Range;

static const Range RANGES[] = {
    {"best_of", 0, 3, "`best_of` must be > 0 and <= 2"},
    {"temperature", 0, INFINITY, "`temperature` must be strictly positive"},
    {"repetition_penalty", 0, INFINITY, "`repetition_penalty` must be strictly positive"},
    {"top_p", 0, 1, "`top_p` must be > 0.0 and < 1.0"},
    {"top_k", 0, INFINITY, "`top_k` must be strictly positive"},
    {"typical_p", 0, 1, "`typical_p` must be > 0.0 and < 1.0"},
    {"max_new_tokens", 0, INFINITY, "`max_new_tokens` must be strictly positive"},
    {"truncate", 0, INFINITY, "`truncate` must be strictly positive"},
};

static void check_ranges(Arena *a, Generate *g, const Tree *parameters) {
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES && !g->wrong; i++) {
        const Range *r = &RANGES[i];
        const Tree *t = tree_find(parameters, r->name);
        if (!given(t))
            continue;
        if (t->type != TREE_NUMBER) {
            g->why = str_fmt(a, "parameters.%s: invalid type, expected a number", r->name);
            return;
        }
        if (!(t->number > r->above && t->number < r->below))
            g->wrong = r->wrong;
    }
    bool sampled = tree_bool_at(parameters, "do_sample", false);
    for (int i = 1; i < 6; i++)
        if (i != 2)
            sampled |= given(tree_find(parameters, RANGES[i].name));
    if (g->wrong || tree_num_at(parameters, "best_of", 1) < 2)
        return;
    if (!sampled)
        g->wrong = "you must use sampling when `best_of` is > 1";
    else if (g->stream)
        g->wrong = "`best_of` != 1 is not supported when streaming tokens";
}

static uint32_t limit_of(const AppModel *m, const char *name, uint32_t fallback) {
    Str text = model_env(m, name);
    uint64_t n = 0;
    for (uint32_t i = 0; i < text.n && i < 9; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return fallback;
        n = n * 10 + (uint32_t)(text.p[i] - '0');
    }
    return n ? (uint32_t)n : fallback;
}

// Newer versions set their limits by the model and the machine; then only those are checked that
// the program sets.
static void check_lengths(Arena *a, Generate *g, const AppModel *m) {
    bool old = str_contains(m->image, "-tgi1.") || str_contains(m->image, "-tgi0.");
    uint32_t total = limit_of(m, "MAX_TOTAL_TOKENS", old ? TOTAL_DEFAULT : UINT32_MAX);
    uint32_t input = limit_of(m, "MAX_INPUT_LENGTH", old ? INPUT_DEFAULT : UINT32_MAX);
    uint32_t asked = g->limits.max_tokens;
    input = limit_of(m, "MAX_INPUT_TOKENS", input);
    if ((uint64_t)g->input_tokens + asked > total)
        g->why = str_fmt(a,
                         "`inputs` tokens + `max_new_tokens` must be <= %u. Given: %u `inputs` "
                         "tokens and %u `max_new_tokens`",
                         total, g->input_tokens, asked);
    else if (g->input_tokens > input)
        g->why =
            str_fmt(a, "`inputs` must have less than %u tokens. Given: %u", input, g->input_tokens);
}

static void read_limits(Arena *a, Generate *g, const Tree *parameters) {
    double most = tree_num_at(parameters, "max_new_tokens", NEW_TOKENS_DEFAULT);
    g->limits.max_tokens = most < 1e9 ? (uint32_t)most : 1000000000;
    standin_stop(a, tree_find(parameters, "stop"), &g->limits.stop);
    if (g->limits.stop.n > STOP_MAX)
        g->why = str_fmt(a, "`stop` supports up to %d stop sequences. Given: %u", (int)STOP_MAX,
                         g->limits.stop.n);
}

static bool is_t5(Str id) {
    return str_contains(id, "t5") || str_contains(id, "T5") || str_contains(id, "bart");
}

static void read_generate(Arena *a, const ModelQuestion *q, const Tree *body, Generate *g) {
    const Tree *parameters = tree_find(body, "parameters"), *seed = tree_find(parameters, "seed");
    g->inputs = tree_str_at(a, body, "inputs");
    g->stream = tree_bool_at(body, "stream", false);
    g->full_text = tree_bool_at(parameters, "return_full_text", !is_t5(model_id(q->model)));
    g->details = tree_bool_at(parameters, "details", false);
    g->prefill = tree_bool_at(parameters, "decoder_input_details", false);
    g->seed = seed && seed->type == TREE_NUMBER ? seed->text : STR("null");
    if (g->inputs.n == 0) {
        g->wrong = "`inputs` cannot be empty";
        return;
    }
    check_ranges(a, g, parameters);
    if (g->wrong || g->why.n)
        return;
    double truncate = tree_num_at(parameters, "truncate", 0);
    g->input_tokens = speech_count(g->inputs);
    if (truncate > 0 && g->input_tokens > truncate)
        g->input_tokens = (uint32_t)truncate;
    read_limits(a, g, parameters);
    if (g->why.n == 0)
        check_lengths(a, g, q->model);
}

// ---- What is answered --------------------------------------------------------------------------

static const char *end_name(SpeechEnd end) {
    static const char *const NAMES[] = {"eos_token", "length", "stop_sequence"};
    return NAMES[end];
}

void standin_put_token(Buf *b, Str text, bool special) {
    buf_printf(b, "{\"id\":%u,\"text\":", special ? 2 : speech_token_id(text));
    text_quote(b, text);
    buf_printf(b, ",\"logprob\":%.6f,\"special\":%s}", speech_token_logprob(text),
               special ? "true" : "false");
}

static const Str EOS = {"</s>", 4};

static uint32_t generated(const Speech *s) {
    return s->tokens.n + (s->end == SPEECH_EOS);
}

static void put_prefill(Buf *b, Arena *a, const Generate *g) {
    TextVec tokens = {0};
    speech_tokens(a, g->inputs, &tokens);
    for (uint32_t i = 0; i < tokens.n; i++) {
        buf_printf(b, "%s{\"id\":%u,\"text\":", i ? "," : "", speech_token_id(tokens.at[i]));
        text_quote(b, tokens.at[i]);
        if (i == 0)
            buf_puts(b, ",\"logprob\":null}");
        else
            buf_printf(b, ",\"logprob\":%.6f}", speech_token_logprob(tokens.at[i]));
    }
}

static void put_details(Buf *b, Arena *a, const Generate *g, const Speech *s) {
    buf_printf(b,
               ",\"details\":{\"finish_reason\":\"%s\",\"generated_tokens\":%u,\"seed\":%.*s,"
               "\"prefill\":[",
               end_name(s->end), generated(s), STR_ARG(g->seed));
    if (g->prefill)
        put_prefill(b, a, g);
    buf_puts(b, "],\"tokens\":[");
    for (uint32_t i = 0; i < s->tokens.n; i++) {
        if (i)
            buf_putc(b, ',');
        standin_put_token(b, s->tokens.at[i], false);
    }
    if (s->end == SPEECH_EOS) {
        if (s->tokens.n)
            buf_putc(b, ',');
        standin_put_token(b, EOS, true);
    }
    buf_puts(b, "]}");
}

static void answer_whole(Arena *a, const Generate *g, const Speech *s, ModelAnswer *out) {
    Buf b = buf_new(a);
    buf_puts(&b, "[{\"generated_text\":");
    text_quote(&b, g->full_text ? str_cat(a, g->inputs, s->text) : s->text);
    if (g->details)
        put_details(&b, a, g, s);
    buf_puts(&b, "}]");
    out->content_type = STR("application/json");
    out->body = buf_str(&b);
}

static void answer_stream(Arena *a, const Generate *g, const Speech *s, ModelAnswer *out) {
    out->content_type = STR("text/event-stream");
    out->streamed = true;
    uint32_t count = generated(s);
    for (uint32_t i = 0; i < count; i++) {
        Buf b = buf_new(a);
        bool special = i == s->tokens.n;
        buf_printf(&b, "data:{\"index\":%u,\"token\":", i + 1);
        standin_put_token(&b, special ? EOS : s->tokens.at[i], special);
        buf_puts(&b, ",\"generated_text\":");
        if (i + 1 < count) {
            buf_puts(&b, "null,\"details\":null}\n\n");
        } else {
            text_quote(&b, g->full_text ? str_cat(a, g->inputs, s->text) : s->text);
            buf_printf(&b,
                       ",\"details\":{\"finish_reason\":\"%s\",\"generated_tokens\":%u,"
                       "\"seed\":%.*s,\"input_length\":%u}}\n\n",
                       end_name(s->end), count, STR_ARG(g->seed), g->input_tokens);
        }
        vec_push(a, &out->pieces, buf_str(&b));
    }
}

// What comes first where the prompt ends with a mark (a new line), a word (a space), or white
// space.
static const char *lead_of(Str prompt) {
    char last = prompt.p[prompt.n - 1];
    return last == '>' || last == ']' ? "\n" : last == '\n' || last == ' ' ? "" : " ";
}

void standin_generate(Arena *a, const ModelQuestion *q, const Tree *body, ModelAnswer *out) {
    Generate g = {0};
    read_generate(a, q, body, &g);
    if (g.wrong || g.why.n) {
        Str why = g.wrong ? str_of(g.wrong) : g.why;
        model_fail(a, out, 422, "validation", str_cat(a, STR("Input validation error: "), why));
        return;
    }
    TurnVec turns;
    Speech speech;
    prompt_read(a, g.inputs, &turns);
    speech_make(a, q->model, &turns, lead_of(g.inputs), &g.limits, &speech);
    *out = (ModelAnswer){.status = 200};
    if (g.stream)
        answer_stream(a, &g, &speech, out);
    else
        answer_whole(a, &g, &speech, out);
}
