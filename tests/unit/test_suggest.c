// Suggestions: what is near enough to be what was meant, and what is not.

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_the_nearest_name(void **state) {
    (void)state;
    static const Str names[] = {
        {"Bucket", 6},  {"Queue", 5}, {"Function", 8}, {"Router", 6},
        {"KVStore", 7}, {"get", 3},   {"x", 1},
    };
    static const struct {
        const char *word, *expect;
    } rows[] = {
        {"Bukcet", "Bucket"}, // a swap is one edit
        {"bucket", "Bucket"}, // case is free
        {"Buckets", "Bucket"},
        {"Queu", "Queue"},
        {"Fnction", "Function"},
        {"Functoin", "Function"},
        {"kvstor", "KVStore"},
        {"Ruoter", "Router"},
        {"gte", "get"},
        {"put", ""},
        {"Bicycle", ""},
        {"", ""},
        {"y", ""},
        {"Scheduler", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str found = str_suggest(str_of(rows[i].word), names, sizeof names / sizeof *names);
        if (!str_is(found, rows[i].expect))
            fail_msg("%s: `%.*s` instead of `%s`", rows[i].word, STR_ARG(found), rows[i].expect);
    }
    assert_int_equal(str_suggest(STR("a"), NULL, 0).n, 0);
}

static void test_long_words_are_left_alone(void **state) {
    (void)state;
    char word[100];
    memset(word, 'a', sizeof word);
    Str same[] = {{word, 99}, {word, 64}};
    assert_int_equal(str_suggest((Str){word, 100}, same, 2).n, 0);
    assert_int_equal(str_suggest((Str){word, 63}, same, 2).n, 64);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_nearest_name),
        cmocka_unit_test(test_long_words_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
