// Literals that look like secrets: found wherever they stand, not found where they are words. No
// key below is one; they are put together so that scanners of this repository leave them alone.

#include "tests/unit/fixture_generate.h"

static const char *const SECRETS[] = {
    "hf_"
    "EmXPwpnyxxxxxxx",
    "hf_"
    "abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "sk-"
    "proj-abcdEFGH1234abcdEFGH1234",
    "sk-"
    "abcdefghijklmnopqrstuvwxyz",
    "AKIA"
    "IOSFODNN7EXAMPLE",
    "ASIA"
    "IOSFODNN7EXAMPLE",
    "key=AKIA"
    "IOSFODNN7EXAMPLE;",
    "ghp_"
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "github_pat_"
    "11ABCDEFG0abcdefghijkl_mnopqrstuv",
    "xoxb-"
    "123456789012-abcdefghijkl",
    "-----BEGIN RSA "
    "PRIVATE KEY-----\nMIIE",
    "Bearer eyJ"
    "hbGciOiJIUzI1NiJ9.eyJ"
    "zdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijk",
};

static const char *const WORDS[] = {
    "",
    "hf_",
    "hf_model",
    "sk-learn-inference",
    "task-abcdefghijklmnopqrstuvwxyz",
    "AKIA",
    "AKIATOOSHORT",
    "meta-llama/Llama-2-7b-chat-hf",
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0",
    "-----BEGIN CERTIFICATE-----",
    "eyJ is how JSON starts",
    "https://example.com/?q=mask-of-the-red-death",
};

static void secrets_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++)
        if (!secret_in(str_of(SECRETS[i])))
            fail_msg("not found: secret %zu", i);
}

static void words_are_not(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (secret_in(str_of(WORDS[i])))
            fail_msg("`%s` was taken for %s", WORDS[i], secret_in(str_of(WORDS[i])));
}

#define TOKEN                                                                                      \
    "hf_"                                                                                          \
    "abcdefghijklmnopqrstuvwxyz12345678"

static void a_secret_in_the_environment_is_refused_and_not_printed(void **state) {
    Fixture *f = *state;
    const char *r = FUNCTION("f", "\"envs\":{\"HF_TOKEN\":\"" TOKEN "\"}");
    assert_false(run(f, graph(f, r, "")));
    Str text = said(f);
    assert_true(str_contains(text, "P0504"));
    assert_true(str_contains(text, "options.envs.HF_TOKEN"));
    assert_true(str_contains(text, "a.ts:4:1"));
    assert_false(str_contains(text, "abcdef"));
}

static void so_is_one_within_a_joined_text(void **state) {
    Fixture *f = *state;
    const char *r = FUNCTION("f", "\"envs\":{\"AUTH\":{\"$concat\":[\"Bearer " TOKEN
                                  "\",{\"$env\":\"REST\"}]}}");
    assert_false(run(f, graph(f, r, "")));
    assert_true(str_contains(said(f), "P0504"));
}

static void the_override_lets_it_stand(void **state) {
    Fixture *f = *state;
    const char *r =
        FUNCTION("f", "\"envs\":{\"HF_TOKEN\":\"" TOKEN "\"},\"allowPlaintextSecrets\":true");
    assert_true(run(f, graph(f, r, "")));
}

static void settings_are_checked_too(void **state) {
    Fixture *f = *state;
    vec_push(&f->arena, &f->settings.environment, (Pair){STR("TOKEN"), STR(TOKEN)});
    assert_false(run(f, graph(f, FUNCTION("f", ""), "")));
    assert_true(str_contains(said(f), "pluto.yml"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_are_found),
        cmocka_unit_test(words_are_not),
        cmocka_unit_test_setup_teardown(a_secret_in_the_environment_is_refused_and_not_printed,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(so_is_one_within_a_joined_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_override_lets_it_stand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_are_checked_too, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
