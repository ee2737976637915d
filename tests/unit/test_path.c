// Paths as text: what normalising, joining and taking apart give.

#include "base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(Str got, const char *expect) {
    if (!str_is(got, expect))
        fail_msg("`%.*s` instead of `%s`", STR_ARG(got), expect);
}

static void test_normal(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"", "."},
        {".", "."},
        {"/", "/"},
        {"//", "/"},
        {"a", "a"},
        {"a/", "a"},
        {"a//b", "a/b"},
        {"./a/./b/.", "a/b"},
        {"a/../b", "b"},
        {"a/..", "."},
        {"..", ".."},
        {"../../a", "../../a"},
        {"../a/..", ".."},
        {"../a/../..", "../.."},
        {"/..", "/"},
        {"/../a", "/a"},
        {"/a/b/../c", "/a/c"},
        {"/a/..", "/"},
        {"a/b/../../..", ".."},
        {"...", "..."},
        {"a/..b/c", "a/..b/c"},
        {"/a/../../b", "/b"},
    };
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str once = path_normal(&a, str_of(rows[i][0]));
        check(once, rows[i][1]);
        check(path_normal(&a, once), rows[i][1]);
    }
    arena_release(&a);
}

static void test_join(void **state) {
    (void)state;
    static const char *const rows[][3] = {
        {"a/b", "../c", "a/c"}, {"a", "/b", "/b"}, {"", "b", "b"},        {"a", "", "a"},
        {"/", "a", "/a"},       {"a", "..", "."},  {"..", "..", "../.."}, {"", "", "."},
    };
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(path_join(&a, str_of(rows[i][0]), str_of(rows[i][1])), rows[i][2]);
    arena_release(&a);
}

static void test_parts(void **state) {
    (void)state;
    static const struct {
        const char *path, *dir, *base, *ext;
    } rows[] = {
        {"a/b.ts", "a", "b.ts", ".ts"},
        {"/x", "/", "x", ""},
        {"x.d.ts", "", "x.d.ts", ".ts"},
        {"a/.env", "a", ".env", ""},
        {"a.b/c", "a.b", "c", ""},
        {"", "", "", ""},
        {"/", "/", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str path = str_of(rows[i].path);
        check(path_dir(path), rows[i].dir);
        check(path_base(path), rows[i].base);
        check(path_ext(path), rows[i].ext);
    }
}

static void test_under_and_relative(void **state) {
    (void)state;
    static const struct {
        const char *path, *dir;
        bool under;
        const char *relative;
    } rows[] = {
        {"/a/b", "/a", true, "b"},  {"/a", "/a", true, "."},         {"/ab", "/a", false, "/ab"},
        {"/a/b", "/", true, "a/b"}, {"a/b", "", true, "a/b"},        {"../b", ".", false, "../b"},
        {"..", "", false, ".."},    {"..b", "", true, "..b"},        {"/a", "", false, "/a"},
        {"a", "a/b", false, "a"},   {"src/x/y", "src", true, "x/y"},
    };
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(path_is_under(str_of(rows[i].path), str_of(rows[i].dir)), rows[i].under);
        check(path_relative(&a, str_of(rows[i].path), str_of(rows[i].dir)), rows[i].relative);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_under_and_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
