// Between a container's words and those of other servers: URLs of servers, questions, answers,
// streams cut anywhere.

#include "adapters/run/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// ---- URLs ---------------------------------------------------------------------------------------

typedef struct UrlCase {
    const char *url;
    ModelApi api;
    const char *base, *model;
    bool local, trusted;
} UrlCase;

static void urls_say_what_is_there(void **state) {
    static const UrlCase cases[] = {
        {"http://127.0.0.1:8000", API_UNKNOWN, "http://127.0.0.1:8000", "", true, true},
        {"http://localhost:11434/", API_UNKNOWN, "http://localhost:11434", "", true, true},
        {"http://[::1]:80/v1", API_OPENAI, "http://[::1]:80", "", true, true},
        {"http://127.0.0.1:1234/v1#a/b%20c", API_OPENAI, "http://127.0.0.1:1234", "a/b c", true,
         true},
        {"https://host/x/v1/chat/completions", API_OPENAI, "https://host/x", "", false, true},
        {"http://192.168.1.7:11434/api#llama3:8b", API_OLLAMA, "http://192.168.1.7:11434",
         "llama3:8b", false, false},
        {"http://gpu.local:8080/generate", API_TGI, "http://gpu.local:8080", "", false, false},
        {"http://127.0.0.1:8080/invocations", API_CONTAINER, "http://127.0.0.1:8080/invocations",
         "", true, true},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const UrlCase *c = &cases[i];
        Upstream up;
        Err err = {0};
        if (!upstream_read(&a, str_of(c->url), &up, &err))
            fail_msg("%s: %s", c->url, err.message);
        if (up.api != c->api || !str_is(up.base, c->base) || !str_is(up.model, c->model) ||
            up.local != c->local || up.trusted != c->trusted)
            fail_msg("%s: %d %.*s %.*s", c->url, (int)up.api, STR_ARG(up.base), STR_ARG(up.model));
    }
    arena_release(&a);
}

static void urls_that_are_not_safe_are_refused(void **state) {
    static const struct {
        const char *url, *why;
    } cases[] = {
        {"", "not an `http://`"},
        {"ftp://host", "not an `http://`"},
        {"127.0.0.1:8000", "not an `http://`"},
        {"http://example.com", "only `https://` will do"},
        {"http://127.0.0.1.example.com", "only `https://` will do"},
        {"http://10.example.com", "only `https://` will do"},
        {"http://8.8.8.8", "only `https://` will do"},
        {"https://me:secret@host", "passwords"},
        {"https://host/?key=1", "a query"},
        {"https://", "names no host"},
        {"https://:80", "names no host"},
        {"http://localhost\r\nx", "not an `http://`"},
        {"http://localhost\\@example.com", "not an `http://`"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Upstream up;
        Err err = {0};
        if (upstream_read(&a, str_of(cases[i].url), &up, &err))
            fail_msg("%s is taken", cases[i].url);
        if (!strstr(err.message, cases[i].why))
            fail_msg("%s: %s", cases[i].url, err.message);
    }
    arena_release(&a);
}

static void the_wanted_model_is_found(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    Str openai = STR("{\"data\":[{\"id\":\"x\"},{\"id\":\"Org/Y\"}]}");
    assert_true(str_is(upstream_model(&a, openai, STR("org/y")), "Org/Y"));
    assert_true(str_is(upstream_model(&a, openai, STR("z")), "x"));
    assert_true(str_is(upstream_model(&a, STR("{\"models\":[{\"name\":\"m\"}]}"), STR_EMPTY), "m"));
    assert_int_equal(upstream_model(&a, STR("nonsense"), STR("z")).n, 0);
    arena_release(&a);
}

// ---- Questions ----------------------------------------------------------------------------------

#define IMAGE "x/huggingface-pytorch-tgi-inference:2.4"

static void translate(Arena *a, ModelApi api, const char *task, const char *body, bool chat,
                      Outgoing *out, ModelAnswer *refusal, bool *good) {
    AppPair env[] = {{STR("HF_TASK"), str_of(task)}};
    AppModel *m = arena_new(a, AppModel);
    *m = (AppModel){.id = STR("SageMaker/m"), .image = task ? STR("x") : STR(IMAGE)};
    m->env.at = arena_copy(a, env, sizeof env);
    m->env.n = task ? 1 : 0;
    Upstream up = {.api = api, .base = STR("b"), .model = STR("M"), .chat_only = chat};
    ModelQuestion q = {.model = m, .body = str_of(body)};
    *good = translate_question(a, &up, &q, out, refusal);
}

typedef struct QuestionCase {
    ModelApi api;
    const char *task, *body;
    bool chat;
    const char *path, *asked; // path NULL: refused with `asked` in it
} QuestionCase;

static void questions_are_put_in_other_words(void **state) {
    static const QuestionCase cases[] = {
        {API_CONTAINER, NULL, "any bytes", false, "", "any bytes"},
        {API_TGI, NULL, "{\"inputs\":\"a\",\"x\":1}", false, "/", "{\"inputs\":\"a\",\"x\":1}"},
        {API_TGI, NULL, "{\"messages\":[],\"model\":\"tgi\"}", false, "/v1/chat/completions",
         "{\"model\":\"M\",\"messages\":[]}"},
        {API_OPENAI, NULL, "{\"inputs\":\"a\"}", false, "/v1/completions",
         "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":100,\"temperature\":0}"},
        {API_OPENAI, NULL,
         "{\"inputs\":\"a\",\"parameters\":{\"do_sample\":true,\"top_p\":0.5,\"seed\":null},"
         "\"stream\":true}",
         false, "/v1/completions",
         "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":100,\"top_p\":0.5,\"stream\":true}"},
        {API_OPENAI, NULL, "{\"inputs\":\"Human: a\\nAI: b\\nHuman: c\\nAI:\"}", true,
         "/v1/chat/completions",
         "{\"model\":\"M\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":"
         "\"assistant\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"}],"
         "\"max_tokens\":100,\"temperature\":0}"},
        {API_OLLAMA, NULL, "{\"inputs\":\"a\",\"parameters\":{\"max_new_tokens\":5,\"top_k\":2}}",
         false, "/api/generate",
         "{\"model\":\"M\",\"prompt\":\"a\",\"raw\":true,\"stream\":false,\"options\":{\"num_"
         "predict\":5,\"top_k\":2}}"},
        {API_OLLAMA, NULL, "{\"messages\":[1],\"stream\":true}", false, "/v1/chat/completions",
         "{\"model\":\"M\",\"messages\":[1],\"stream\":true}"},
        {API_OPENAI, "feature-extraction", "{\"inputs\":[\"a\"]}", false, "/v1/embeddings",
         "{\"model\":\"M\",\"input\":[\"a\"]}"},
        {API_TGI, "sentence-embeddings", "{\"inputs\":\"a\"}", false, "/", "{\"inputs\":\"a\"}"},
        {API_OPENAI, "summarization", "{\"inputs\":\"a\"}", false, NULL, "only generate"},
        {API_OPENAI, NULL, "{\"inputs\":[\"a\"]}", false, NULL, "only generate"},
        {API_OPENAI, NULL, "nonsense", false, NULL, "Failed to parse"},
        {API_OPENAI, NULL, "{}", false, NULL, "missing field"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const QuestionCase *c = &cases[i];
        Outgoing out;
        ModelAnswer refusal = {0};
        bool good;
        translate(&a, c->api, c->task, c->body, c->chat, &out, &refusal, &good);
        if (!c->path && (good || refusal.status < 400 || !str_contains(refusal.body, c->asked)))
            fail_msg("%s: not refused: %.*s", c->body, STR_ARG(refusal.body));
        if (c->path && (!good || !str_is(out.path, c->path) || !str_is(out.body, c->asked)))
            fail_msg("%s: %.*s %.*s", c->body, STR_ARG(out.path), STR_ARG(out.body));
    }
    arena_release(&a);
}

// ---- Answers ------------------------------------------------------------------------------------

typedef struct AnswerCase {
    ModelApi api;
    const char *task, *body; // the question
    int status;              // of the server
    const char *said;
    int wanted;
    const char *answer;
} AnswerCase;

static void answers_come_back_in_the_containers_words(void **state) {
    static const char *const GENERATE = "{\"inputs\":\"q\",\"parameters\":{\"details\":true}}";
    const AnswerCase cases[] = {
        {API_OPENAI, NULL, GENERATE, 200,
         "{\"choices\":[{\"text\":\" x\",\"finish_reason\":\"stop\",\"stop_reason\":\".\"}],"
         "\"usage\":{\"completion_tokens\":2}}",
         200,
         "[{\"generated_text\":\"q x.\",\"details\":{\"finish_reason\":\"stop_sequence\","
         "\"generated_tokens\":2,\"seed\":null,\"prefill\":[],\"tokens\":[]}}]"},
        {API_OLLAMA, NULL, "{\"inputs\":\"q\"}", 200, "{\"response\":\"x\",\"done\":true}", 200,
         "[{\"generated_text\":\"qx\"}]"},
        {API_OPENAI, NULL, GENERATE, 200, "{\"choices\":[]}", 424,
         "{\"error\":\"the model's server answered in a shape that is not "
         "known\",\"error_type\":\"generation\"}"},
        {API_OPENAI, NULL, GENERATE, 400, "{\"error\":{\"message\":\"too long\"}}", 422,
         "{\"error\":\"Input validation error: too long\",\"error_type\":\"validation\"}"},
        {API_OPENAI, NULL, GENERATE, 429, "{\"detail\":\"slow\"}", 429,
         "{\"error\":\"slow\",\"error_type\":\"overloaded\"}"},
        {API_OLLAMA, NULL, GENERATE, 404, "{\"error\":\"no model\"}", 424,
         "{\"error\":\"the model's server answered 404: no model\",\"error_type\":\"generation\"}"},
        {API_OPENAI, NULL, GENERATE, 302, "moved", 424,
         "{\"error\":\"the model's server answered 302: moved\",\"error_type\":\"generation\"}"},
        {API_TGI, NULL, GENERATE, 422, "{\"error\":\"e\",\"error_type\":\"validation\"}", 422,
         "{\"error\":\"e\",\"error_type\":\"validation\"}"},
        {API_OPENAI, "feature-extraction", "{\"inputs\":[\"a\",\"b\"]}", 200,
         "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[3,4]}]}", 200, "[[[1,2]],[[3,4]]]"},
        {API_TGI, "sentence-embeddings", "{\"inputs\":\"a\"}", 200, "[[1,2]]", 200,
         "{\"embeddings\":[1,2]}"},
        {API_OPENAI, NULL, "{\"messages\":[]}", 200, "{\"anything\":1}", 200, "{\"anything\":1}"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const AnswerCase *c = &cases[i];
        Outgoing out;
        ModelAnswer answer = {0};
        bool good;
        translate(&a, c->api, c->task, c->body, false, &out, &answer, &good);
        assert_true(good);
        translate_answer(&a, &out.shape, c->status, STR("application/json"), str_of(c->said),
                         &answer);
        if (answer.status != c->wanted || !str_is(answer.body, c->answer))
            fail_msg("%s: %d %.*s", c->said, answer.status, STR_ARG(answer.body));
    }
    arena_release(&a);
}

// ---- Streams ------------------------------------------------------------------------------------

// Feeds `said` in pieces of `step` bytes.
static bool stream(Arena *a, ModelApi api, Str said, uint32_t step, Str *out, Str *why) {
    Outgoing o;
    ModelAnswer refusal;
    bool good;
    translate(a, api, NULL, "{\"inputs\":\"q\",\"stream\":true}", false, &o, &refusal, &good);
    assert_true(good);
    Translator t;
    Buf b = buf_new(a);
    translator_init(&t, a, &o.shape);
    for (uint32_t at = 0; at < said.n; at += step)
        translator_feed(&t, str_slice(said, at, at + step < said.n ? at + step : said.n), &b);
    good = translator_end(&t, &b);
    *out = buf_str(&b);
    *why = t.why;
    return good;
}

#define EVENT(n, text, special, rest)                                                              \
    "data:{\"index\":" n ",\"token\":{\"id\":0,\"text\":\"" text                                   \
    "\",\"logprob\":0.0,\"special\":" special "},\"generated_text\":" rest "\n\n"

static void streams_are_the_same_however_they_are_cut(void **state) {
    static const char OPENAI[] =
        ": hello\r\n\r\ndata: {\"choices\":[{\"text\":\"\xC3\xA4\"}]}\r\n\r\n"
        "data:{\"choices\":[{\"text\":\" b\",\"finish_reason\":\"length\"}]}\n\n"
        "data: {\"choices\":[]}\n\ndata: [DONE]\n\n";
    static const char OLLAMA[] = "{\"response\":\"\xC3\xA4\"}\n{\"response\":\" b\"}\n"
                                 "{\"response\":\"\",\"done\":true,\"done_reason\":\"length\"}";
    static const char WANTED[] = EVENT("1", "\xC3\xA4", "false", "null,\"details\":null}")
        EVENT("2", " b", "false", "null,\"details\":null}")
            EVENT("3", "</s>", "true",
                  "\"q\xC3\xA4 b\",\"details\":{\"finish_reason\":\"length\",\"generated_tokens\":"
                  "3,\"seed\":null}}");
    Arena a;
    Str out, why;
    (void)state;
    arena_init(&a);
    for (uint32_t step = 1; step < 60; step++) {
        if (!stream(&a, API_OPENAI, str_of(OPENAI), step, &out, &why) || !str_is(out, WANTED))
            fail_msg("%u: %.*s", step, STR_ARG(out));
        if (!stream(&a, API_OLLAMA, str_of(OLLAMA), step, &out, &why) || !str_is(out, WANTED))
            fail_msg("%u: %.*s", step, STR_ARG(out));
    }
    arena_release(&a);
}

static void streams_that_stop_early_are_told_apart(void **state) {
    Arena a;
    Str out, why;
    (void)state;
    arena_init(&a);
    Str half = STR("data: {\"choices\":[{\"text\":\"a\"}]}\n\n");
    assert_false(stream(&a, API_OPENAI, half, 7, &out, &why));
    assert_true(str_contains(why, "in the middle"));
    Str failed = STR("data: {\"error\":{\"message\":\"out of memory\"}}\n\n");
    assert_false(stream(&a, API_OPENAI, failed, 7, &out, &why));
    assert_true(str_is(why, "out of memory"));
    Str finished = STR("data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\n");
    assert_true(stream(&a, API_OPENAI, finished, 7, &out, &why));
    assert_true(str_contains(out, "\"finish_reason\":\"eos_token\""));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_say_what_is_there),
        cmocka_unit_test(urls_that_are_not_safe_are_refused),
        cmocka_unit_test(the_wanted_model_is_found),
        cmocka_unit_test(questions_are_put_in_other_words),
        cmocka_unit_test(answers_come_back_in_the_containers_words),
        cmocka_unit_test(streams_are_the_same_however_they_are_cut),
        cmocka_unit_test(streams_that_stop_early_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
