// Making a project: names, the edit of package.json, files into folders, all or none.

#include "cli/start/start.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static Arena arena;

static int set_up(void **state) {
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static void expect_text(Str got, const char *wanted) {
    assert_string_equal(str_cstr(&arena, got), wanted);
}

static void test_names(void **state) {
    (void)state;
    static const struct {
        const char *name, *wrong; // "" : right
    } rows[] = {
        {"a", ""},
        {"9", ""},
        {"hello-pluto_2.x", ""},
        {"", "a name is needed"},
        {"Hello", "npm takes small letters only: `hello`"},
        {"a b", "a name has no spaces: use `-`"},
        {"../x", "a name is not a path"},
        {".x", "a name begins with a letter or a digit"},
        {"node_modules", "npm keeps the name `node_modules` for itself"},
        {"\xc3\xa9",
         "`\xc3\xa9` cannot be in a name: letters a to z, digits, `-`, `_` and `.` can"},
        {"a\xff",
         "`\xef\xbf\xbd` cannot be in a name: letters a to z, digits, `-`, `_` and `.` can"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_text(project_name_wrong(&arena, str_of(rows[i].name)), rows[i].wrong);
    expect_text(stack_name_wrong(&arena, STR("Prod_1")), "");
    expect_text(stack_name_wrong(&arena, STR("a.b")),
                "`.` cannot be in a name: letters a to z, digits, `-` and `_` can");
    char name[65];
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = 'x';
    expect_text(project_name_wrong(&arena, (Str){name, 64}), "");
    expect_text(project_name_wrong(&arena, (Str){name, 65}),
                "a name has at most 64 characters, this one has 65");
}

static void test_names_made(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"My App (2)", "my-app-2"}, {"hello", "hello"}, {"...", "app"},   {"\xc3\xa9", "app"},
        {"node_modules", "app"},    {"-a-", "a"},       {"A  B!!", "a-b"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_text(project_name_made(&arena, str_of(rows[i][0])), rows[i][1]);
}

static void test_rename(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"{\"name\":\"a\"}", "{\"name\":\"new\"}"},
        {"{ \"x\": {\"name\": \"keep\"}, \"name\" : \"a\\\"b\" , \"y\": 1.50 }",
         "{ \"x\": {\"name\": \"keep\"}, \"name\" : \"new\" , \"y\": 1.50 }"},
        {"{\"x\":\"name\",\"name\":\"a\"}", "{\"x\":\"name\",\"name\":\"new\"}"},
        {"{\"x\":\"\\\"name\\\": \",\"name\":\"a\"}",
         "{\"x\":\"\\\"name\\\": \",\"name\":\"new\"}"},
        {"[\"name\"]", NULL},
        {"{\"name\":\"a\"", NULL},
        {"{\"name\":[\"a\"]}", NULL},
        {"", NULL},
        {"{} {\"name\":\"a\"}", NULL},
        {"{}", "{\n  \"name\": \"new\"\n}"},
        {"{\"v\":1}", "{\n  \"name\": \"new\",\"v\":1}"},
        {"{\"v\":[\"name\",{\"name\":\"x\"}]}",
         "{\n  \"name\": \"new\",\"v\":[\"name\",{\"name\":\"x\"}]}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str out, name;
        bool good = package_json_rename(&arena, str_of(rows[i][0]), STR("new"), &out);
        assert_int_equal(good, rows[i][1] != NULL);
        if (!good)
            continue;
        expect_text(out, rows[i][1]);
        assert_true(package_json_name(&arena, out, &name));
        expect_text(name, "new");
    }
}

static void test_package_json(void **state) {
    (void)state;
    Str name;
    assert_true(package_json_name(&arena, STR("{\"name\":\"@me/app\"}"), &name));
    expect_text(name, "app");
    assert_true(package_json_name(&arena, STR("{}"), &name));
    expect_text(name, "");
    assert_false(package_json_name(&arena, STR("3"), &name));
    StartStrVec lacks = {0};
    package_json_lacks(&arena, STR("{\"dependencies\":{\"b\":\"9\"}}"),
                       STR("{\"dependencies\":{\"a\":\"1\"},\"devDependencies\":{\"b\":\"2\","
                           "\"c\":\"3\",\"d\":4}}"),
                       &lacks);
    assert_int_equal(lacks.n, 2);
    expect_text(lacks.at[0], "a@1");
    expect_text(lacks.at[1], "c@3");
}

// ---- Folders ------------------------------------------------------------------------------------

static Str folder_new(void) {
    char name[] = "/tmp/pluto-start-XXXXXX";
    assert_non_null(mkdtemp(name));
    return str_dup(&arena, str_of(name));
}

static Str below(Str folder, const char *name) {
    return path_join(&arena, folder, str_of(name));
}

static void folder_drop(Str folder) {
    assert_int_equal(system(str_cstr(&arena, str_fmt(&arena, "rm -r %.*s", STR_ARG(folder)))), 0);
}

static StartFileVec two_files(void) {
    StartFileVec files = {0};
    vec_push(&arena, &files, (StartFile){.path = STR("a/b/one"), .content = STR("1")});
    vec_push(&arena, &files,
             (StartFile){.path = STR("two"), .content = STR("2"), .executable = true});
    return files;
}

static uint32_t entries(Str folder) {
    Host *host = host_posix();
    Str *names;
    size_t count = 0;
    assert_true(host->list(host, &arena, folder, &names, &count));
    return (uint32_t)count;
}

static void seen_last(Arena *a, Str folder, void *with) {
    (void)a;
    *(Str *)with = str_dup(&arena, folder);
    assert_int_equal(entries(folder), 2);
}

static void test_folder_make(void **state) {
    (void)state;
    Str root = folder_new(), target = below(root, "p"), last = STR_EMPTY;
    StartFileVec files = two_files();
    Err err = {0};
    assert_true(folder_make(&arena, host_posix(), target, &files, seen_last, &last, &err));
    assert_false(str_eq(last, target));
    assert_int_equal(entries(root), 1);
    struct stat st;
    assert_int_equal(stat(str_cstr(&arena, below(target, "two")), &st), 0);
    assert_int_equal(st.st_mode & 0100, 0100);
    assert_int_equal(stat(str_cstr(&arena, below(target, "a/b/one")), &st), 0);
    assert_int_equal(st.st_mode & 0111, 0);

    // It is there now, so it is not touched; an empty folder is taken.
    assert_false(folder_make(&arena, host_posix(), target, &files, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_int_equal(entries(root), 1);
    assert_int_equal(folder_state(&arena, target), FOLDER_TAKEN);
    assert_int_equal(folder_state(&arena, below(target, "two")), FOLDER_TAKEN);
    Str empty = below(root, "q");
    assert_int_equal(folder_state(&arena, empty), FOLDER_FREE);
    assert_int_equal(mkdir(str_cstr(&arena, empty), 0755), 0);
    assert_int_equal(folder_state(&arena, empty), FOLDER_EMPTY);
    assert_true(folder_make(&arena, host_posix(), empty, &files, NULL, NULL, &err));
    assert_int_equal(entries(empty), 2);
    folder_drop(root);
}

static void test_folder_make_fails(void **state) {
    (void)state;
    Str root = folder_new();
    StartFileVec files = two_files();
    // A file where a folder is needed, after others have been written.
    vec_push(&arena, &files, (StartFile){.path = STR("two/three"), .content = STR("3")});
    Err err = {0};
    assert_false(folder_make(&arena, host_posix(), below(root, "p"), &files, NULL, NULL, &err));
    assert_true(str_starts(
        str_of(err.message),
        str_cstr(&arena, str_fmt(&arena, "cannot write `%.*s/p/two/three`: ", STR_ARG(root)))));
    assert_int_equal(entries(root), 0);
    assert_false(folder_make(&arena, host_posix(), below(root, "no/p"), &files, NULL, NULL, &err));
    assert_int_equal(entries(root), 0);
    folder_drop(root);
}

static void test_folder_add(void **state) {
    (void)state;
    Host *host = host_posix();
    Str root = folder_new(), text;
    StartFileVec files = two_files();
    Err err = {0};
    assert_int_equal(mkdir(str_cstr(&arena, below(root, "a")), 0755), 0);
    assert_true(host->write_file(host, below(root, "a/own"), STR("mine"), &err));
    assert_true(folder_add(&arena, host, root, &files, &err));
    assert_int_equal(entries(root), 2);
    assert_int_equal(entries(below(root, "a")), 2);

    // `two` is there by now, so nothing is added, and what was is taken back.
    StartFileVec more = {0};
    vec_push(&arena, &more, (StartFile){.path = STR("c/d/e"), .content = STR("5")});
    vec_push(&arena, &more, (StartFile){.path = STR("two"), .content = STR("other")});
    assert_false(folder_add(&arena, host, root, &more, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_int_equal(entries(root), 2);
    assert_true(host->read_file(host, &arena, below(root, "two"), 10, &text, &err));
    expect_text(text, "2");
    folder_drop(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rename, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_package_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder_make, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder_make_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder_add, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
