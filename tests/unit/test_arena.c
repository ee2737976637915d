// Arenas: alignment, growing in place, marks that may be returned to any number of times.

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_every_size_is_aligned_and_whole(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4096, 65536, 65537, 1 << 20, (1 << 20) + 1};
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *p = arena_alloc(&a, sizes[i]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        memset(p, 0xAB, sizes[i]);
        unsigned char *z = arena_zalloc(&a, sizes[i]);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(z[j], 0);
    }
    arena_release(&a);
}

static void test_allocations_do_not_overlap(void **state) {
    (void)state;
    enum { N = 3000 };
    Arena a;
    arena_init(&a);
    unsigned char *all[N];
    for (int i = 0; i < N; i++) {
        all[i] = arena_alloc(&a, (size_t)i % 97);
        memset(all[i], i & 0xFF, (size_t)i % 97);
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i % 97; j++)
            assert_int_equal(all[i][j], i & 0xFF);
    arena_release(&a);
}

static void test_the_newest_grows_in_place(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    char *p = arena_alloc(&a, 10);
    memcpy(p, "0123456789", 10);
    assert_ptr_equal(arena_grow(&a, p, 10, 1000), p);
    char *other = arena_alloc(&a, 1);
    assert_true(other >= p + 1000);
    char *q = arena_grow(&a, p, 1000, 2000);
    assert_ptr_not_equal(q, p);
    assert_memory_equal(q, "0123456789", 10);
    char *far = arena_grow(&a, q, 2000, 3 << 20);
    assert_memory_equal(far, "0123456789", 10);
    assert_non_null(arena_grow(&a, NULL, 0, 8));
    arena_release(&a);
}

static void test_reset_gives_back_what_came_after_the_mark(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    ArenaMark empty = arena_mark(&a);
    char *kept = arena_copy(&a, "kept", 5);
    ArenaMark mark = arena_mark(&a);
    char *first = arena_alloc(&a, 100);
    for (int round = 0; round < 50; round++) {
        arena_reset(&a, mark);
        assert_ptr_equal(arena_alloc(&a, 100), first);
        // Over several blocks and one that is larger than any.
        for (int i = 0; i < 40; i++)
            memset(arena_alloc(&a, 50000), 1, 50000);
        memset(arena_alloc(&a, 5 << 20), 2, 5 << 20);
    }
    arena_reset(&a, mark);
    assert_string_equal(kept, "kept");
    assert_int_equal(a.total, mark.total);
    arena_reset(&a, empty);
    assert_int_equal(a.total, 0);
    assert_ptr_equal(arena_alloc(&a, 5), kept);
    arena_reset(&a, empty);
    arena_release(&a);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size_is_aligned_and_whole),
        cmocka_unit_test(test_allocations_do_not_overlap),
        cmocka_unit_test(test_the_newest_grows_in_place),
        cmocka_unit_test(test_reset_gives_back_what_came_after_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
