// Places in files: all line ends, UTF-16 columns, there and back at every offset.

#include "base/source.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_lines_and_columns(void **state) {
    (void)state;
    // é is one unit in two bytes, the thumb two units in four bytes.
    Str text = STR("ab\ncd\r\n\re\xC3\xA9"
                   "f\xF0\x9F\x91\x8Dg\n");
    static const struct {
        uint32_t offset, line, column;
    } rows[] = {
        {0, 1, 1},  {2, 1, 3},  {3, 2, 1},  {5, 2, 3},  {6, 2, 4},  {7, 3, 1},
        {8, 4, 1},  {9, 4, 2},  {11, 4, 3}, {12, 4, 4}, {16, 4, 6}, {17, 4, 7},
        {18, 5, 1}, {99, 5, 1}, {10, 4, 2}, {14, 4, 4},
    };
    Sources *ss = sources_open();
    FileId f = sources_add(ss, STR("a.ts"), text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        LineCol at = source_line_col(ss, f, rows[i].offset);
        if (at.line != rows[i].line || at.column != rows[i].column)
            fail_msg("offset %u is at %u:%u", (unsigned)rows[i].offset, (unsigned)at.line,
                     (unsigned)at.column);
    }
    static const char *const lines[] = {"ab", "cd", "", "\x65\xC3\xA9\x66\xF0\x9F\x91\x8Dg", ""};
    for (uint32_t i = 0; i < 5; i++)
        assert_true(str_is(source_line(ss, f, i + 1), lines[i]));
    assert_int_equal(source_line(ss, f, 0).n, 0);
    assert_int_equal(source_line(ss, f, 6).n, 0);
    sources_close(ss);
}

static void test_there_and_back(void **state) {
    (void)state;
    static const Str texts[] = {
        {"", 0},
        {"\n", 1},
        {"\r\n", 2},
        {"a\r", 2},
        {"\r\r\n\n", 4},
        {"x\xFF\x80y\nz", 6},
        {"\xE6\xBC\xA2\n\xF0\x9F\x91\x8D\r\nq", 11},
    };
    Sources *ss = sources_open();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        FileId f = sources_add(ss, STR("t"), texts[i]);
        for (uint32_t at = 0;; utf8_next(texts[i], &at)) {
            assert_int_equal(source_offset(ss, f, source_line_col(ss, f, at)), at);
            if (at == texts[i].n)
                break;
        }
    }
    sources_close(ss);
}

static void test_places_that_are_none(void **state) {
    (void)state;
    Sources *ss = sources_open();
    FileId f = sources_add(ss, STR("a"), STR("ab\ncd"));
    assert_int_equal(source_offset(ss, f, (LineCol){0, 0}), 0);
    assert_int_equal(source_offset(ss, f, (LineCol){1, 99}), 2);
    assert_int_equal(source_offset(ss, f, (LineCol){2, 99}), 5);
    assert_int_equal(source_offset(ss, f, (LineCol){99, 1}), 5);
    assert_int_equal(source_offset(ss, f, (LineCol){UINT32_MAX, UINT32_MAX}), 5);
    assert_int_equal(source_line_col(ss, 0, 3).line, 0);
    assert_null(sources_get(ss, 0));
    assert_null(sources_get(ss, 2));
    sources_close(ss);
}

enum { THREADS = 4, EACH = 1000 };

static void *add_files(void *arg) {
    Sources *ss = arg;
    for (int i = 0; i < EACH; i++) {
        FileId f = sources_add(ss, STR("same"), STR("a\nb"));
        const Source *s = sources_get(ss, f);
        if (s->text.n != 3 || source_line_col(ss, f, 2).line != 2)
            return arg;
    }
    return NULL;
}

static void test_threads_add_files(void **state) {
    (void)state;
    Sources *ss = sources_open();
    FileId first = sources_add(ss, STR("first"), STR("x"));
    const Source *stays = sources_get(ss, first);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_files, ss), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    assert_ptr_equal(sources_get(ss, first), stays);
    assert_int_equal(sources_find(ss, STR("same")), 2);
    assert_int_equal(sources_find(ss, STR("first")), first);
    assert_int_equal(sources_find(ss, STR("other")), 0);
    assert_non_null(sources_get(ss, THREADS * EACH + 1));
    sources_close(ss);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_columns),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_places_that_are_none),
        cmocka_unit_test(test_threads_add_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
