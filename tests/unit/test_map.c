// Maps: the order of insertion at every size, replacing, keys that share prefixes.

#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_order_and_lookup_at_every_size(void **state) {
    (void)state;
    enum { N = 5000 };
    static char values[N];
    Arena a;
    arena_init(&a);
    Map m = map_new(&a);
    assert_null(map_find(&m, STR("nothing")));
    for (uint32_t i = 0; i < N; i++) {
        assert_true(map_set(&m, str_fmt(&a, "key%u", (unsigned)i), &values[i]));
        // At the sizes where the shape changes, all of it is still there.
        if (i > 40 && i % 997 != 0)
            continue;
        for (uint32_t j = 0; j <= i; j++)
            assert_ptr_equal(map_find(&m, str_fmt(&a, "key%u", (unsigned)j)), &values[j]);
        assert_false(map_has(&m, str_fmt(&a, "key%u", (unsigned)i + 1)));
    }
    assert_int_equal(m.n, N);
    for (uint32_t i = 0; i < N; i++)
        assert_ptr_equal(m.at[i].value, &values[i]);
    arena_release(&a);
}

static void test_replacing_keeps_the_place(void **state) {
    (void)state;
    int one, two;
    Arena a;
    arena_init(&a);
    Map m = map_new(&a);
    assert_true(map_set(&m, STR("a"), &one));
    assert_true(map_set(&m, STR(""), NULL));
    assert_false(map_set(&m, STR("a"), &two));
    assert_int_equal(m.n, 2);
    assert_ptr_equal(m.at[0].value, &two);
    // A value that is NULL is there all the same.
    assert_true(map_has(&m, STR("")) && !map_find(&m, STR("")));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_lookup_at_every_size),
        cmocka_unit_test(test_replacing_keeps_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
