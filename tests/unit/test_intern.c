// Names: one number per text, also where several threads meet the same new texts at once.

#include "base/intern.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 4, NAMES = 20000 };

static void test_one_number_per_text(void **state) {
    (void)state;
    Interner *in = interner_open();
    assert_int_equal(sym_of(in, STR("")), 0);
    assert_int_equal(sym_str(in, 0).n, 0);
    char text[] = "name";
    Sym s = sym_of(in, str_of(text));
    assert_int_not_equal(s, 0);
    text[0] = 'X'; // the interner has a copy
    assert_int_equal(sym_lit(in, "name"), s);
    assert_int_not_equal(sym_lit(in, "Xame"), s);
    assert_true(str_is(sym_str(in, s), "name"));
    assert_int_not_equal(sym_of(in, STR("a\0b")), sym_of(in, STR("a\0c")));
    interner_close(in);
    interner_close(NULL);
}

typedef struct Job {
    Interner *in;
    unsigned step;
    Sym syms[NAMES];
} Job;

static void *intern_all(void *arg) {
    Job *job = arg;
    // Each thread in another order; the steps share no factor with NAMES.
    for (unsigned i = 0; i < NAMES; i++) {
        unsigned name = i * job->step % NAMES;
        char text[32];
        int n = snprintf(text, sizeof text, "name%u", name);
        job->syms[name] = sym_of(job->in, (Str){text, (uint32_t)n});
    }
    return NULL;
}

static void test_threads_agree(void **state) {
    (void)state;
    static Job jobs[THREADS];
    static const unsigned steps[THREADS] = {1, 3, 7, 19999};
    pthread_t threads[THREADS];
    Interner *in = interner_open();
    for (int i = 0; i < THREADS; i++) {
        jobs[i].in = in;
        jobs[i].step = steps[i];
        assert_int_equal(pthread_create(&threads[i], NULL, intern_all, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned name = 0; name < NAMES; name++) {
        char text[32];
        snprintf(text, sizeof text, "name%u", name);
        assert_true(str_is(sym_str(in, jobs[0].syms[name]), text));
        assert_in_range(jobs[0].syms[name], 1, NAMES);
        for (int i = 1; i < THREADS; i++)
            assert_int_equal(jobs[i].syms[name], jobs[0].syms[name]);
    }
    interner_close(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_number_per_text),
        cmocka_unit_test(test_threads_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
