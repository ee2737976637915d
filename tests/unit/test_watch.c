// graph --watch over many turns, with a page server that only takes notes: what is shown, what is
// said, what is waited for, and that a thousand turns need no more memory than a few.

#include "cli/recorder.h"
#include "cli/watch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TURNS = 1000, WARM = 100, GROWTH_MAX_KB = 8 << 10 };

// AddressSanitizer keeps what was freed for a while, and says itself what was not.
#if defined(__SANITIZE_ADDRESS__)
enum { GROWTH_KB = GROWTH_MAX_KB + (300 << 10) };
#else
enum { GROWTH_KB = GROWTH_MAX_KB };
#endif

typedef struct Live {
    char dir[64];
    unsigned turns, last, pages, problems, mended;
    long warm_kb;
    bool was_problem, files_seen, missing_seen;
    char page[64], problem[256];
} Live;

static long resident_kb(void) {
    FILE *f = fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;
    char line[128];
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    fclose(f);
    char *end;
    all = strtol(line, &end, 10);
    resident = strtol(end, NULL, 10);
    assert_true(all > 0);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void write_text(const Live *l, const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", l->dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *const PROGRAMS[] = {
    "import { Function, KVStore } from \"@plutolang/pluto\";\nimport \"./more\";\n"
    "const s = new KVStore(\"notes\");\nnew Function(async () => s.get(\"a\"), \"reader\");\n",
    "import { Function, KVStore } from \"@plutolang/pluto\";\nimport \"./more\";\n"
    "const s = new KVStore(\"books\");\nnew Function(async () => s.set(\"a\", \"b\"), "
    "\"writer\");\n",
    "import { Function } from \"@plutolang/pluto\";\nimport \"./none\";\n"
    "new Function(async () => 1, \"one\");\n",
};

// ---- A page server that takes notes -------------------------------------------------------------

static Live *notes; // open() has no other way to it

static Live *fake_open(Arena *a, uint16_t port, Str *url, Err *err) {
    (void)a, (void)err;
    assert_int_equal(port, 4000);
    *url = STR("http://127.0.0.1:4000/");
    return notes;
}

static void fake_publish(Live *l, Str html) {
    l->pages++;
    assert_true(str_starts(html, "<!doctype html>"));
    assert_false(l->turns % 3 == 2);
    assert_true(str_contains(html, l->turns % 3 == 0 ? "KVStore/notes" : "KVStore/books"));
}

static void fake_complain(Live *l, Str text) {
    l->problems += text.n > 0;
    l->mended += l->was_problem && text.n == 0;
    l->was_problem = text.n > 0;
    snprintf(l->problem, sizeof l->problem, "%.*s", STR_ARG(text));
}

static bool fake_wait(Live *l, const Str *paths, uint32_t count) {
    static const char *const wanted[] = {"src/index.ts", "src/more.ts", "pluto.yml", "package.json",
                                         "tsconfig.json"};
    unsigned found = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
            found += str_ends(paths[i], wanted[k]) && path_is_under(paths[i], str_of(l->dir));
        l->missing_seen = l->missing_seen || str_ends(paths[i], "/src/none.ts");
    }
    l->files_seen = l->files_seen || found >= sizeof wanted / sizeof *wanted;
    if (l->turns == WARM)
        l->warm_kb = resident_kb();
    if (++l->turns == l->last)
        return false;
    write_text(l, "src/index.ts", PROGRAMS[l->turns % 3]);
    return true;
}

static void fake_close(Live *l) {
    (void)l;
}

static const LiveApi fake = {fake_open, fake_publish, fake_complain, fake_wait, fake_close};

// ---- A session ----------------------------------------------------------------------------------

static int watch(Live *l, unsigned turns) {
    snprintf(l->dir, sizeof l->dir, "/tmp/pluto-watch-XXXXXX");
    assert_non_null(mkdtemp(l->dir));
    char command[160];
    snprintf(command, sizeof command, "mkdir %s/src", l->dir);
    assert_int_equal(system(command), 0);
    write_text(l, "src/index.ts", PROGRAMS[0]);
    write_text(l, "src/more.ts", "export const more = 1;\n");
    l->last = turns;
    notes = l;
    Arena a;
    arena_init(&a);
    Session s = {.arena = &a, .host = host_posix(), .sources = sources_open()};
    s.diags = diags_open(s.sources);
    s.args = (Args){.arguments = {str_of(l->dir)}, .count = 1, .port = STR("4000"), .quiet = true};
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), none = open("/dev/null", O_WRONLY);
    fflush(stdout);
    dup2(none, STDOUT_FILENO);
    dup2(none, STDERR_FILENO);
    int code = watch_with(&s, &fake);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out), close(err), close(none);
    diags_close(s.diags);
    sources_close(s.sources);
    arena_release(&a);
    snprintf(command, sizeof command, "rm -rf %s", l->dir);
    assert_int_equal(system(command), 0);
    return code;
}

static void pages_and_problems_follow_the_program(void **state) {
    (void)state;
    Live l = {0};
    // notes, books, broken, notes, books, broken, notes
    assert_int_equal(watch(&l, 7), EXIT_DONE);
    assert_int_equal(l.pages, 5);
    assert_int_equal(l.problems, 2);
    assert_int_equal(l.mended, 2);
    assert_true(l.files_seen);
    assert_true(l.missing_seen);
}

static void a_problem_is_said_in_short(void **state) {
    (void)state;
    Live l = {0};
    assert_int_equal(watch(&l, 3), EXIT_DONE);
    assert_true(l.was_problem);
    assert_true(str_starts(str_of(l.problem), "src/index.ts:2:"));
    assert_true(str_contains(str_of(l.problem), "error[P0"));
}

static void a_thousand_turns_need_no_more_than_a_few(void **state) {
    (void)state;
    Live l = {0};
    assert_int_equal(watch(&l, TURNS), EXIT_DONE);
    long grown = resident_kb() - l.warm_kb;
    print_message("memory grew by %ld KB from turn %d to turn %d\n", grown, WARM, TURNS);
    assert_true(l.warm_kb > 0 && grown < GROWTH_KB);
}

static void what_does_not_fit_is_said(void **state) {
    static const Args wrong[] = {
        {.format = FORMAT_SVG},  {.output = {"x.svg", 5}}, {.diff = {"main", 4}},
        {.from = {"a.json", 6}}, {.port = {"65536", 5}},   {.port = {"80a", 3}},
        {.port = {"-1", 2}},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Session s = {.arena = &a, .host = host_posix(), .args = wrong[i]};
        assert_int_equal(watch_with(&s, &fake), EXIT_USAGE);
    }
    arena_release(&a);
}

// ---- What a compile asked for -------------------------------------------------------------------

static void a_recorder_remembers_each_question_once(void **state) {
    const MemFile files[] = {{STR("/p/a.ts"), STR("a")}, {STR("/p/q/b.ts"), STR("b")}};
    (void)state;
    Arena a;
    arena_init(&a);
    Recorder *r = recorder_open(&a, host_memory(&a, files, 2));
    Host *h = recorder_host(r);
    Str text, *names;
    Err err = {0};
    size_t n;
    uint32_t count;
    assert_true(h->read_file(h, &a, STR("/p/a.ts"), 10, &text, &err));
    assert_false(h->read_file(h, &a, STR("/p/c.ts"), 10, &text, &err));
    assert_int_equal(h->type(h, STR("/p/a.ts")), HOST_FILE);
    assert_int_equal(h->type(h, STR("/p/q")), HOST_DIR);
    assert_int_equal(h->type(h, STR("/p/d.ts")), HOST_NONE);
    assert_false(h->real_path(h, &a, STR("/p/e.ts"), &text));
    assert_true(h->list(h, &a, STR("/p/q"), &names, &n));
    const Str *paths = recorder_paths(r, &count);
    assert_int_equal(count, 5);
    static const char *const wanted[] = {"/p/a.ts", "/p/c.ts", "/p/d.ts", "/p/e.ts", "/p/q"};
    for (uint32_t i = 0; i < count; i++)
        assert_true(str_is(paths[i], wanted[i]));
    recorder_reset(r);
    recorder_paths(r, &count);
    assert_int_equal(count, 0);
    recorder_close(r);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_and_problems_follow_the_program),
        cmocka_unit_test(a_problem_is_said_in_short),
        cmocka_unit_test(a_thousand_turns_need_no_more_than_a_few),
        cmocka_unit_test(what_does_not_fit_is_said),
        cmocka_unit_test(a_recorder_remembers_each_question_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
