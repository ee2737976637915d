// The stand-in for a model: prompts taken apart, what it says to which body, what it refuses and in
// which words.

#include "adapters/run/prompt.h"
#include "adapters/run/standin.h"
#include "adapters/run/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// ---- Prompts ------------------------------------------------------------------------------------

typedef struct PromptCase {
    const char *prompt, *turns; // "role=text|role=text"
} PromptCase;

static void prompts_are_taken_apart(void **state) {
    static const PromptCase cases[] = {
        {"", ""},
        {"  hello \n", "user=hello"},
        {"<|system|>\nBe kind.</s>\n<|user|>\nWhy?</s>\n<|assistant|>\n",
         "system=Be kind.|user=Why?"},
        {"<|user|>\nQuestion: a?\nAnswer: b</s>\n<|assistant|>", "user=Question: a?\nAnswer: b"},
        {"<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nHi [/INST] Hello </s><s>[INST] Why? [/INST]",
         "system=Be kind.|user=Hi|assistant=Hello|user=Why?"},
        {"<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n",
         "system=S|user=U"},
        {"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>", "user=U"},
        {"<bos><start_of_turn>user\nU<end_of_turn>\n<start_of_turn>model\n", "user=U"},
        {"### Instruction:\nDo it.\n\n### Response:\n", "user=Do it."},
        {"Context here.\n\nQuestion: Why?\nAnswer:", "system=Context here.|user=Why?"},
        {"Human: I am Ada\nAI: Hello\nHuman: Who am I?\nAI:",
         "user=I am Ada|assistant=Hello|user=Who am I?"},
        {"not Human: a turn", "user=not Human: a turn"},
        {"<|user|><|user|>", ""},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TurnVec turns;
        Buf b = buf_new(&a);
        prompt_read(&a, str_of(cases[i].prompt), &turns);
        for (uint32_t t = 0; t < turns.n; t++)
            buf_printf(&b, "%s%s=%.*s", t ? "|" : "", turn_role_name(turns.at[t].role),
                       STR_ARG(turns.at[t].text));
        if (!str_is(buf_str(&b), cases[i].turns))
            fail_msg("`%s`: %.*s", cases[i].prompt, STR_ARG(buf_str(&b)));
    }
    arena_release(&a);
}

// ---- Answers ------------------------------------------------------------------------------------

#define TGI "x/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu"
#define TASKS "x/huggingface-pytorch-inference:2.1.0"

static void ask(Arena *a, const char *image, const char *task, const char *body, ModelAnswer *out) {
    AppPair env[] = {{STR("HF_MODEL_ID"), STR("org/model")}, {STR("HF_TASK"), str_of(task)}};
    AppModel m = {.id = STR("SageMaker/tiny"), .endpoint = STR("e"), .image = str_of(image)};
    m.env.at = env;
    m.env.n = task ? 2 : 1;
    ModelQuestion q = {.model = &m, .body = str_of(body), .now = 1700000000};
    *out = (ModelAnswer){0};
    standin_answer(a, &q, out);
}

static Str joined(Arena *a, const ModelAnswer *m) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < m->pieces.n; i++)
        buf_put(&b, m->pieces.at[i]);
    return m->streamed ? buf_str(&b) : m->body;
}

typedef struct AnswerCase {
    const char *image, *task, *body;
    int status;
    const char *holds, *lacks; // parts of the answer
} AnswerCase;

static const AnswerCase ANSWERS[] = {
    {TGI, NULL, "{\"inputs\":\"Why?\"}", 200, "[{\"generated_text\":\"Why? This is pluto's", NULL},
    {TGI, NULL, "{\"inputs\":\"Why?\"}", 200, "read your question \xE2\x80\x9CWhy?\xE2\x80\x9D",
     "details"},
    {TGI, NULL, "{\"inputs\":\"Why?\",\"parameters\":{\"return_full_text\":false}}", 200,
     "\"generated_text\":\" This", NULL},
    {TGI, "summarization", "{\"inputs\":\"a\"}", 200, "generated_text", "summary"},
    {TGI, NULL,
     "{\"inputs\":\"a\",\"parameters\":{\"details\":true,\"max_new_tokens\":2,\"seed\":5}}", 200,
     "\"finish_reason\":\"length\",\"generated_tokens\":2,\"seed\":5,", "</s>"},
    {TGI, NULL,
     "{\"inputs\":\"a\",\"parameters\":{\"details\":true,\"decoder_input_details\":true}}", 200,
     "\"logprob\":null}],\"tokens\":[", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"details\":true,\"stop\":[\"pluto\"]}}", 200,
     "This is pluto\",\"details\":{\"finish_reason\":\"stop_sequence\"", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"stream\":true}", 200, "\"text\":\"</s>\"", "[DONE]"},
    {TGI, NULL,
     "{\"inputs\":\"The tower stands on a hill. It was built in 1809.\\n\\nQuestion: When was the "
     "tower built?\\nAnswer:\"}",
     200, "the text says: ", NULL},
    {TGI, NULL, "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", 200,
     "\"object\":\"chat.completion\"", NULL},
    {TGI, NULL, "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":1}", 200,
     "\"finish_reason\":\"length\"", NULL},
    {TGI, NULL, "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}", 200,
     "data: [DONE]", "usage"},
    {TGI, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\","
     "\"function\":{\"name\":"
     "\"look\"}}],\"tool_choice\":\"required\"}",
     200, "\"name\":\"look\",\"arguments\":\"{}\"", NULL},
    {TGI, NULL, "{\"prompt\":\"hi\"}", 200, "\"object\":\"text_completion\"", NULL},
    {"x/tei", NULL, "{\"inputs\":\"hi\"}", 200, "[[", "[[["},
    {TASKS, "feature-extraction", "{\"inputs\":\"hi\"}", 200, "[[[", NULL},
    {TASKS, "sentence-embeddings", "{\"inputs\":\"hi\"}", 200, "{\"embeddings\":[", "[["},
    {TASKS, "sentence-embeddings", "{\"inputs\":[\"hi\"]}", 200, "{\"embeddings\":[[", NULL},
    {TASKS, "text-classification", "{\"inputs\":\"I hate it\"}", 200, "[{\"label\":\"NEGATIVE\"",
     NULL},
    {TASKS, "text-classification", "{\"inputs\":[\"a\",\"bad\"]}", 200, "},{\"label\":\"NEGATIVE\"",
     "]["},
    {TASKS, "summarization", "{\"inputs\":\"One. Two.\"}", 200, "[{\"summary_text\":\"One.\"}]",
     NULL},
    {TASKS, "translation_en_to_de", "{\"inputs\":\"One.\"}", 200, "translation_text", NULL},
    {TASKS, "fill-mask", "{\"inputs\":\"a <mask> c\"}", 200, "\"sequence\":\"a new c\"", NULL},
    {TASKS, "ner", "{\"inputs\":\"I met Ada.\"}", 200, "\"word\":\"Ada\",\"start\":6,\"end\":9",
     NULL},
    {TASKS, "question-answering",
     "{\"inputs\":{\"question\":\"Where is Ada?\",\"context\":\"\xC3\xA4h. Ada is home.\"}}", 200,
     "\"start\":4,\"end\":16,\"answer\":\"Ada is home.\"", NULL},
    {TASKS, "zero-shot-classification",
     "{\"inputs\":\"of tax\",\"parameters\":{\"candidate_labels\":[\"cat\",\"tax\"]}}", 200,
     "\"labels\":[\"tax\",\"cat\"]", NULL},
    // What is refused.
    {TGI, NULL, "{", 400, "Failed to parse the request body as JSON", NULL},
    {TGI, NULL, "{\"input_text\":1}", 422, "missing field `inputs`", NULL},
    {TGI, NULL, "{\"inputs\":\"\"}", 422,
     "\"Input validation error: `inputs` cannot be empty\",\"error_type\":\"validation\"", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"temperature\":0}}", 422,
     "`temperature` must be strictly positive", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"temperature\":\"1\"}}", 422,
     "parameters.temperature: invalid type", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"max_new_tokens\":0}}", 422,
     "`max_new_tokens` must be strictly positive", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"max_new_tokens\":2048}}", 422,
     "must be <= 2048. Given: 1 `inputs` tokens and 2048", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}}", 422,
     "`stop` supports up to 4 stop sequences. Given: 5", NULL},
    {TGI, NULL, "{\"inputs\":\"a\",\"parameters\":{\"best_of\":2}}", 422,
     "you must use sampling when `best_of` is > 1", NULL},
    {TGI, NULL, "{\"messages\":[]}", 422, "`messages` cannot be empty", NULL},
    {TASKS, "fill-mask", "{\"inputs\":\"a\"}", 400, "cannot be done with these inputs", NULL},
    {TASKS, "object-detection", "{\"inputs\":\"a\"}", 400,
     "stand-in cannot do HF_TASK `object-detection`", NULL},
    {TASKS, "object-detection", "\xFF\xD8", 400, "--model tiny=URL", NULL},
};

static void bodies_get_their_answers(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        const AnswerCase *c = &ANSWERS[i];
        ModelAnswer got, again;
        ask(&a, c->image, c->task, c->body, &got);
        ask(&a, c->image, c->task, c->body, &again);
        Str text = joined(&a, &got);
        if (got.status != c->status || !str_contains(text, c->holds) ||
            (c->lacks && str_contains(text, c->lacks)))
            fail_msg("%s: %d %.*s", c->body, got.status, STR_ARG(text));
        assert_true(str_eq(text, joined(&a, &again)));
    }
    arena_release(&a);
}

// Each server-sent event is JSON, the last one has the whole text.
static void streams_say_what_the_whole_says(void **state) {
    Arena a;
    ModelAnswer whole, streamed;
    (void)state;
    arena_init(&a);
    ask(&a, TGI, NULL,
        "{\"inputs\":\"Gr\xC3\xBC\xC3\x9F"
        "e?\"}",
        &whole);
    ask(&a, TGI, NULL,
        "{\"inputs\":\"Gr\xC3\xBC\xC3\x9F"
        "e?\",\"stream\":true}",
        &streamed);
    assert_true(streamed.streamed && streamed.pieces.n > 10);
    Buf text = buf_new(&a);
    buf_puts(&text, "Gr\xC3\xBC\xC3\x9F"
                    "e?");
    Str last = STR_EMPTY;
    for (uint32_t i = 0; i < streamed.pieces.n; i++) {
        Str piece = streamed.pieces.at[i];
        assert_true(str_starts(piece, "data:") && str_ends(piece, "\n\n"));
        const Tree *t = tree_read(&a, str_slice(piece, 5, piece.n - 2));
        const Tree *token = tree_find(t, "token");
        assert_non_null(token);
        if (!tree_bool_at(token, "special", false))
            buf_put(&text, tree_str_at(&a, token, "text"));
        last = tree_str_at(&a, t, "generated_text");
    }
    assert_true(str_eq(last, buf_str(&text)));
    const Tree *one = tree_read(&a, whole.body);
    assert_true(str_eq(last, tree_str_at(&a, one->child, "generated_text")));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts_are_taken_apart),
        cmocka_unit_test(bodies_get_their_answers),
        cmocka_unit_test(streams_say_what_the_whole_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
