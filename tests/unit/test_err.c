// Errors and bugs: texts that fit, and how the process ends.

#include "base/bug.h"
#include "base/err.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_a_message_that_fits(void **state) {
    (void)state;
    Err err = {.hint = "old"};
    assert_false(err_set(&err, ERR_IO, "cannot read `%s`", "x"));
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.message, "cannot read `x`");
    assert_string_equal(err.hint, "");
    err_hint(&err, "try %d", 2);
    assert_string_equal(err.hint, "try 2");
}

static void test_a_message_that_is_cut(void **state) {
    (void)state;
    Err err;
    char text[1200];
    // Three bytes each, behind one, two or three others: the cut falls on every byte of a
    // character.
    for (unsigned shift = 1; shift <= 3; shift++) {
        memset(text, 'x', shift);
        for (unsigned i = 0; i < 390; i++)
            memcpy(text + shift + 3 * i, "\xE6\xBC\xA2", 4);
        err_set(&err, ERR_USAGE, "%s", text);
        Str got = str_of(err.message);
        assert_true(got.n >= sizeof err.message - 6);
        assert_true(utf8_valid(got, NULL));
        assert_true(str_ends(got, "..."));
    }
}

static void test_a_bug_ends_the_process(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        bug_at("a.c", 12, "no %s", "way");
    }
    close(ends[1]);
    char text[1024] = "";
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)got;
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(str_starts(str_of(text), "pluto: internal error: a.c:12: no way\n"));
    assert_true(str_contains(str_of(text), "please report"));
    // Builds for tools abort, so that the stack is there to see.
    assert_true((WIFEXITED(status) && WEXITSTATUS(status) == EXIT_BUG) ||
                (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_that_fits),
        cmocka_unit_test(test_a_message_that_is_cut),
        cmocka_unit_test(test_a_bug_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
