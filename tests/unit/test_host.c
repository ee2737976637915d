// Hosts: what the disk and what memory say of the same questions; files that are no files.

#include "base/host.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Place {
    Arena arena;
    Str dir;
} Place;

static int set_up(void **state) {
    char name[] = "/tmp/pluto-host-XXXXXX";
    Place *p = calloc(1, sizeof *p);
    if (!p || !mkdtemp(name))
        return -1;
    p->dir = str_dup(&p->arena, str_of(name));
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    Place *p = *state;
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwx %.*s; rm -rf %.*s", STR_ARG(p->dir),
             STR_ARG(p->dir));
    int status = system(command);
    arena_release(&p->arena);
    free(p);
    return status;
}

static Str in_dir(Place *p, const char *name) {
    return str_cat(&p->arena, str_cat(&p->arena, p->dir, STR("/")), str_of(name));
}

static const char *c_in_dir(Place *p, const char *name) {
    return str_cstr(&p->arena, in_dir(p, name));
}

static void expect_read(Host *h, Place *p, Str path, size_t max, ErrKind kind, const char *words) {
    Err err = {0};
    Str text;
    bool ok = h->read_file(h, &p->arena, path, max, &text, &err);
    assert_int_equal(ok, kind == ERR_NONE);
    assert_int_equal(err.kind, kind);
    const char *got = ok ? str_cstr(&p->arena, text) : err.message;
    if (!str_contains(str_of(got), words))
        fail_msg("`%s` holds no `%s`", got, words);
}

static void test_written_files_are_read(void **state) {
    Place *p = *state;
    MemFile none = {STR("/x"), STR("")};
    Host *hosts[] = {host_posix(), host_memory(&p->arena, &none, 1)};
    for (int i = 0; i < 2; i++) {
        Host *h = hosts[i];
        Err err = {0};
        Str path = in_dir(p, "a/b/file.txt");
        assert_true(h->write_file(h, path, STR("one"), &err));
        assert_true(h->write_file(h, path, STR("hello"), &err));
        expect_read(h, p, path, 100, ERR_NONE, "hello");
        expect_read(h, p, path, 5, ERR_NONE, "hello");
        expect_read(h, p, path, 4, ERR_TOO_LARGE, "at most 4 are read");
        expect_read(h, p, in_dir(p, "a"), 100, ERR_NOT_REGULAR, "it is a folder");
        expect_read(h, p, in_dir(p, "no"), 100, ERR_NOT_FOUND, "no`: no such file");
        assert_false(h->write_file(h, in_dir(p, "a"), STR(""), &err));
        assert_int_equal(err.kind, ERR_NOT_REGULAR);
        assert_int_equal(h->type(h, path), HOST_FILE);
        assert_int_equal(h->type(h, in_dir(p, "a/b")), HOST_DIR);
        assert_int_equal(h->type(h, in_dir(p, "a/c")), HOST_NONE);
        Str real;
        assert_true(h->real_path(h, &p->arena, in_dir(p, "a/./b/../b/file.txt"), &real));
        assert_true(str_ends(real, "/a/b/file.txt"));
        assert_false(h->real_path(h, &p->arena, in_dir(p, "no"), &real));
        assert_true(h->write_file(h, in_dir(p, "empty"), (Str){NULL, 0}, &err));
        expect_read(h, p, in_dir(p, "empty"), 0, ERR_NONE, "");
    }
}

static void test_what_is_no_file(void **state) {
    Place *p = *state;
    Host *h = host_posix();
    assert_int_equal(mkfifo(c_in_dir(p, "fifo"), 0600), 0);
    assert_int_equal(symlink("loop", c_in_dir(p, "loop")), 0);
    expect_read(h, p, in_dir(p, "fifo"), 10, ERR_NOT_REGULAR, "not a regular file");
    expect_read(h, p, STR("/dev/zero"), 10, ERR_NOT_REGULAR, "not a regular file");
    expect_read(h, p, in_dir(p, "loop"), 10, ERR_NOT_FOUND, "too many levels");
    expect_read(h, p, STR(""), 10, ERR_NOT_FOUND, "no such file");
    expect_read(h, p, STR("a\0b"), 10, ERR_NOT_FOUND, "no such file");
    assert_int_equal(h->type(h, in_dir(p, "fifo")), HOST_OTHER);
    assert_int_equal(h->type(h, in_dir(p, "loop")), HOST_NONE);
    assert_int_equal(h->type(h, STR("a\0b")), HOST_NONE);
    char longer[6000];
    memset(longer, 'a', sizeof longer);
    assert_int_equal(h->type(h, (Str){longer, sizeof longer}), HOST_NONE);
    expect_read(h, p, (Str){longer, sizeof longer}, 10, ERR_IO, "name too long");
    Err err = {0};
    assert_false(h->write_file(h, in_dir(p, "fifo"), STR("x"), &err));
    assert_int_equal(err.kind, ERR_NOT_REGULAR);
    // A file of /proc has no size, but text.
    expect_read(h, p, STR("/proc/self/status"), 100000, ERR_NONE, "Name:");
    expect_read(h, p, STR("/proc/self/status"), 20, ERR_TOO_LARGE, "at most 20 are read");
}

static void test_access(void **state) {
    Place *p = *state;
    Host *h = host_posix();
    Err err = {0};
    assert_true(h->write_file(h, in_dir(p, "secret"), STR("x"), &err));
    assert_int_equal(chmod(c_in_dir(p, "secret"), 0), 0);
    // root may read everything.
    if (geteuid() != 0)
        expect_read(h, p, in_dir(p, "secret"), 10, ERR_ACCESS, "secret`: permission denied");
    assert_false(h->write_file(h, STR("/proc/none/x"), STR("x"), &err));
    assert_true(str_starts(str_of(err.message), "cannot write `/proc/none/x`: "));
}

static void test_writing_leaves_nothing_else(void **state) {
    Place *p = *state;
    Host *h = host_posix();
    Err err = {0};
    mode_t before = umask(027);
    assert_true(h->write_file(h, in_dir(p, "d/file"), STR("x"), &err));
    assert_int_equal(symlink("d/file", c_in_dir(p, "link")), 0);
    assert_true(h->write_file(h, in_dir(p, "link"), STR("through"), &err));
    umask(before);
    expect_read(h, p, in_dir(p, "d/file"), 10, ERR_NONE, "through");
    struct stat st;
    assert_int_equal(stat(c_in_dir(p, "d/file"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(lstat(c_in_dir(p, "link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    // A folder that holds the file alone can be removed once that is gone.
    assert_int_equal(unlink(c_in_dir(p, "d/file")), 0);
    assert_int_equal(rmdir(c_in_dir(p, "d")), 0);
    // A file stands where a folder should be.
    assert_true(h->write_file(h, in_dir(p, "f"), STR("x"), &err));
    assert_false(h->write_file(h, in_dir(p, "f/g"), STR("x"), &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void test_folders_are_listed_in_order(void **state) {
    Place *p = *state;
    MemFile none = {STR("/x"), STR("")};
    Host *hosts[] = {host_posix(), host_memory(&p->arena, &none, 1)};
    for (int i = 0; i < 2; i++) {
        Host *h = hosts[i];
        Err err = {0};
        static const char *const made[] = {"l/b", "l/a/deep", "l/C", "l/.d"};
        static const char *const expect[] = {".d", "C", "a", "b"};
        for (size_t j = 0; j < 4; j++)
            assert_true(h->write_file(h, in_dir(p, made[j]), STR(""), &err));
        Str *names;
        size_t count;
        assert_true(h->list(h, &p->arena, in_dir(p, "l"), &names, &count));
        assert_int_equal(count, 4);
        for (size_t j = 0; j < 4; j++)
            assert_true(str_is(names[j], expect[j]));
        assert_false(h->list(h, &p->arena, in_dir(p, "l/b"), &names, &count));
        assert_false(h->list(h, &p->arena, in_dir(p, "no"), &names, &count));
    }
}

static void test_environment(void **state) {
    Place *p = *state;
    Host *h = host_posix();
    Str value;
    assert_int_equal(setenv("PLUTO_TEST", "v", 1), 0);
    assert_true(h->env(h, &p->arena, STR("PLUTO_TEST"), &value));
    assert_true(str_is(value, "v"));
    assert_false(h->env(h, &p->arena, STR("PLUTO_TEST_NONE"), &value));
    MemFile file = {STR("/x/y"), STR("")};
    Host *m = host_memory(&p->arena, &file, 1);
    assert_false(m->env(m, &p->arena, STR("PLUTO_TEST"), &value));
    assert_int_equal(m->type(m, STR("/")), HOST_DIR);
    assert_int_equal(m->type(m, STR("/x/../x/./y")), HOST_FILE);
    assert_int_equal(m->type(m, STR("x")), HOST_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_written_files_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_access, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_writing_leaves_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folders_are_listed_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_environment, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
