// Whole programs: which modules are loaded, in which order, and what is reported of files that are
// no programs. Every program is loaded by one thread and by eight, which must say the same.

#include "deducer/load/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define FILE_AT(path_, content_)                                                                   \
    {                                                                                              \
        {path_, sizeof(path_) - 1}, {                                                              \
            content_, sizeof(content_) - 1                                                         \
        }                                                                                          \
    }

typedef struct Outcome {
    char *modules;     // paths in order, each with a blank behind it
    char *diagnostics; // as printed
} Outcome;

static void outcome_free(Outcome *o) {
    free(o->modules);
    free(o->diagnostics);
}

static Outcome load(Host *host, const char *root, const char *entry, unsigned threads) {
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    Interner *interner = interner_open();
    DeduceInput in = {
        .host = host, .root = str_of(root), .entry = str_of(entry), .threads = threads};
    LoadContext lc = {.a = &a, .in = &in, .sources = sources, .interner = interner, .diags = diags};
    Program *p = load_program(&lc);

    Outcome o = {0};
    size_t size;
    FILE *to = open_memstream(&o.modules, &size);
    assert_non_null(to);
    for (uint32_t i = 0; i < p->modules.n; i++) {
        const Module *m = p->modules.at[i];
        assert_int_equal(m->index, i);
        fprintf(to, "%.*s ", STR_ARG(m->path));
    }
    fclose(to);
    assert_ptr_equal(p->entry, p->modules.at[0]);
    load_release(p);
    // What is shown must not depend on what was released.
    to = open_memstream(&o.diagnostics, &size);
    assert_non_null(to);
    diags_print(diags, to, DIAG_HUMAN, false, 0);
    fclose(to);
    interner_close(interner);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
    return o;
}

// `words`: what the diagnostics must hold, separated by '|'; "" for no diagnostic at all.
static void check(Host *host, const char *root, const char *entry, const char *modules,
                  const char *words) {
    Outcome one = load(host, root, entry, 1);
    if (modules && strcmp(one.modules, modules) != 0)
        fail_msg("modules: %s\nnot:     %s\n%s", one.modules, modules, one.diagnostics);
    if (!*words && *one.diagnostics)
        fail_msg("reported:\n%s", one.diagnostics);
    char word[200];
    while (*words) {
        size_t n = strcspn(words, "|");
        memcpy(word, words, n);
        word[n] = '\0';
        if (!strstr(one.diagnostics, word))
            fail_msg("no `%s` in:\n%s", word, one.diagnostics);
        words += words[n] ? n + 1 : n;
    }
    for (unsigned round = 0; round < 4; round++) {
        Outcome many = load(host, root, entry, 8);
        assert_string_equal(one.modules, many.modules);
        assert_string_equal(one.diagnostics, many.diagnostics);
        outcome_free(&many);
    }
    outcome_free(&one);
}

static void check_memory(const MemFile *files, size_t count, const char *entry, const char *modules,
                         const char *words) {
    Arena a;
    arena_init(&a);
    check(host_memory(&a, files, count), "/app", entry, modules, words);
    arena_release(&a);
}

#define CHECK(files, entry, modules, words) check_memory(files, COUNT(files), entry, modules, words)

// ---- the graph ----------------------------------------------------------------------------------

static void test_one(void **state) {
    (void)state;
    const MemFile files[] = {FILE_AT("/app/src/index.ts", "const a = 1;\n")};
    CHECK(files, "src/index.ts", "src/index.ts ", "");
    CHECK(files, "./src/../src/index.ts", "src/index.ts ", "");
}

static void test_order(void **state) {
    (void)state;
    const MemFile files[] = {
        FILE_AT("/app/index.ts", "import './z'; import './a'; export * from './m'; import 'x';\n"
                                 "import('./dynamic'); import type {T} from './types';\n"),
        FILE_AT("/app/z.ts", "import './deep/z2'; import './a';\n"),
        FILE_AT("/app/a.ts", "import './index';\n"),
        FILE_AT("/app/m.ts", "import d from './d.json'; export const n = d;\n"),
        FILE_AT("/app/d.json", "{\"a\": [1, 2]}"),
        FILE_AT("/app/deep/z2.ts", "import '../z'; import './z2';\n"),
        FILE_AT("/app/dynamic.ts", "export const late = 1;\n"),
        FILE_AT("/app/types.ts", "export type T = string; syntax error here\n"),
    };
    CHECK(files, "index.ts", "index.ts z.ts deep/z2.ts a.ts m.ts d.json dynamic.ts ", "");
}

// Many modules that import each other: every way to start must give one order.
static void test_wide(void **state) {
    (void)state;
    enum { WIDE = 200 };
    Arena a;
    arena_init(&a);
    MemFile *files = arena_array(&a, MemFile, WIDE + 1);
    Buf entry = buf_new(&a);
    for (int i = 0; i < WIDE; i++) {
        buf_printf(&entry, "import './m%d';\n", (i * 37) % WIDE);
        files[i].path = str_fmt(&a, "/app/m%d.ts", i);
        files[i].content = str_fmt(&a, "import './m%d'; import './index'; import './gone%d';\n",
                                   (i * 7 + 3) % WIDE, i);
    }
    files[WIDE] = (MemFile){STR("/app/index.ts"), buf_str(&entry)};
    check(host_memory(&a, files, WIDE + 1), "/app", "index.ts", NULL, "P0107|`./gone199`");
    arena_release(&a);
}

static void test_missing(void **state) {
    (void)state;
    const MemFile files[] = {
        FILE_AT("/app/src/index.ts", "import { a } from './halper';\n"
                                     "import type { B } from './nowhere';\n"
                                     "import { C } from './unused';\n"
                                     "console.log(a as C);\n"),
        FILE_AT("/app/src/helper.ts", "export const a = 1;\n"),
    };
    CHECK(files, "src/index.ts", "src/index.ts ",
          "P0107|src/index.ts:1:19|did you mean `./helper`?");
}

// ---- the entry ----------------------------------------------------------------------------------

static void test_entry(void **state) {
    (void)state;
    const MemFile files[] = {
        FILE_AT("/app/main.ts", "1;\n"),      FILE_AT("/app/notes.md", "# notes\n"),
        FILE_AT("/app/data.json", "{}\n"),    FILE_AT("/app/types.d.ts", "\n"),
        FILE_AT("/app/lib/index.ts", "1;\n"), FILE_AT("/outside.ts", "1;\n"),
    };
    CHECK(files, "src/index.ts", NULL, "P0101|`src/index.ts` does not exist|`main.ts` is there");
    CHECK(files, "main", NULL, "P0101|`main` does not exist|`entry: main.ts`");
    CHECK(files, "lib", NULL, "P0110|`lib` is a folder|`entry: lib/index.ts`");
    CHECK(files, ".", NULL, "P0110");
    CHECK(files, "", NULL, "P0101");
    CHECK(files, "notes.md", NULL, "P0101|neither TypeScript nor JavaScript");
    CHECK(files, "data.json", NULL, "P0101|neither TypeScript nor JavaScript");
    CHECK(files, "types.d.ts", NULL, "P0101");
    CHECK(files, "../outside.ts", NULL, "P0109|is outside of the project");
    CHECK(files, "/etc/passwd", NULL, "P0109|is outside of the project");
}

// ---- text ---------------------------------------------------------------------------------------

static void test_text(void **state) {
    (void)state;
    static const struct {
        MemFile file;
        const char *words;
    } ROWS[] = {
        {FILE_AT("/app/index.ts", ""), ""},
        {FILE_AT("/app/index.ts", "\xEF\xBB\xBF"), ""},
        {FILE_AT("/app/index.ts", "\xEF\xBB\xBF// text\n"), ""},
        {FILE_AT("/app/index.ts", "\xEF\xBB\xBFimport './x';\n"), "P0107|index.ts:1:8"},
        {FILE_AT("/app/index.ts", "// \xC3\xA4\n// a\xFF z\n"), "P0102|index.ts:2:5|byte 0xFF"},
        {FILE_AT("/app/index.ts", "// \xED\xA0\x80\n"), "P0102|index.ts:1:4"},
        {FILE_AT("/app/index.ts", "// \xC0\xAF\n"), "P0102|index.ts:1:4"},
        {FILE_AT("/app/index.ts", "// cut \xE2\x82"), "P0102|index.ts:1:8"},
        {FILE_AT("/app/index.ts", "\xFF\xFE"
                                  "a\0b\0"),
         "P0102|UTF-16|save the file as UTF-8"},
        {FILE_AT("/app/index.ts", "\xFE\xFF\0a\0b"), "P0102|UTF-16"},
        {FILE_AT("/app/index.ts", "a\0b\0c\0d\0"), "P0103|it may be UTF-16"},
        {FILE_AT("/app/index.ts", "let a;\nlet \0b;\n"), "P0103|index.ts:2:5"},
        {FILE_AT("/app/index.ts", "\0"), "P0103|index.ts:1:1"},
    };
    for (size_t i = 0; i < COUNT(ROWS); i++)
        check_memory(&ROWS[i].file, 1, "index.ts", "index.ts ", ROWS[i].words);
}

static void test_json(void **state) {
    (void)state;
    static const struct {
        const char *content, *words;
    } ROWS[] = {
        {"{}", ""},
        {" [1, {\"a\": null}] \n", ""},
        {"\"text\"", ""},
        {"\xEF\xBB\xBF{}", ""},
        {"", "P0111|the file is empty"},
        {"{\n  \"a\": 1,\n  b: 2\n}", "P0111|d.json:3:3"},
        {"{\"a\": 1,\n}\n", "P0111|d.json:2:1"},
        {"{\"a\": 1,}\n", "P0111|d.json:1:9"},
        {"[1, 2 3]", "P0111|d.json:1:7"},
        {"{\"a\" 1}", "P0111|d.json:1:6"},
        {"{} x", "P0111|d.json:1:4|the value ends before this"},
        {"[1, 2", "P0111"},
        {"\"never closed", "P0111"},
        {"{\"a\": \"\xFF\"}", "P0102"},
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const MemFile files[] = {
            FILE_AT("/app/index.ts", "import d from './d.json'; console.log(d);\n"),
            {STR("/app/d.json"), str_of(ROWS[i].content)},
        };
        CHECK(files, "index.ts", "index.ts d.json ", ROWS[i].words);
    }
}

static void test_deep_json(void **state) {
    (void)state;
    enum { DEEP = 100000 };
    static char text[DEEP];
    memset(text, '[', DEEP);
    const MemFile files[] = {
        FILE_AT("/app/index.ts", "import d from './d.json'; console.log(d);\n"),
        {STR("/app/d.json"), {text, DEEP}},
    };
    CHECK(files, "index.ts", "index.ts d.json ", "P0105|d.json:1:");
}

// ---- limits -------------------------------------------------------------------------------------

static void test_too_many(void **state) {
    (void)state;
    enum { MANY = 10050 };
    Arena a;
    arena_init(&a);
    MemFile *files = arena_array(&a, MemFile, MANY + 1);
    Buf entry = buf_new(&a);
    for (int i = 0; i < MANY; i++) {
        buf_printf(&entry, "import './m%d';\n", i);
        files[i] = (MemFile){str_fmt(&a, "/app/m%d.ts", i), STR_EMPTY};
    }
    files[MANY] = (MemFile){STR("/app/index.ts"), buf_str(&entry)};
    Outcome o = load(host_memory(&a, files, MANY + 1), "/app", "index.ts", 0);
    if (!strstr(o.diagnostics, "P0113"))
        fail_msg("no P0113 in:\n%s", o.diagnostics);
    outcome_free(&o);
    arena_release(&a);
}

// ---- on the disk --------------------------------------------------------------------------------

static char disk[] = "/tmp/pluto-load-XXXXXX";

static void disk_path(char *out, size_t size, const char *name) {
    snprintf(out, size, "%s/%s", disk, name);
}

static void disk_file(const char *name, const char *content) {
    char path[256];
    disk_path(path, sizeof path, name);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs(content, to);
    fclose(to);
}

static void disk_link(const char *target, const char *name) {
    char path[256];
    disk_path(path, sizeof path, name);
    assert_int_equal(symlink(target, path), 0);
}

static void mkdir_at(const char *name) {
    char path[256];
    disk_path(path, sizeof path, name);
    mkdir(path, 0755);
}

static int make_disk(void **state) {
    (void)state;
    char path[256];
    if (!mkdtemp(disk))
        return -1;
    static const char *const FOLDERS[] = {"app",           "app/src",   "app/lib",
                                          "app/folder.ts", "elsewhere", "app/node_modules"};
    for (size_t i = 0; i < COUNT(FOLDERS); i++)
        mkdir_at(FOLDERS[i]);
    disk_file("elsewhere/secret.ts", "export const secret = 1;\n");
    disk_file("app/lib/shared.ts", "export const shared = 1;\n");
    disk_file("app/src/twice.ts", "import '../lib/shared'; import '../linked/shared';\n"
                                  "import './alias';\n");
    disk_link("lib", "app/linked");
    disk_link("../lib/shared.ts", "app/src/alias.ts");
    disk_file("app/src/out.ts", "import './secret';\n");
    disk_link("../../elsewhere/secret.ts", "app/src/secret.ts");
    disk_file("app/src/outdir.ts", "import './elsewhere/secret';\n");
    disk_link("../../elsewhere", "app/src/elsewhere");
    disk_file("app/src/loop.ts", "import './loop1';\n");
    disk_link("loop2.ts", "app/src/loop1.ts");
    disk_link("loop1.ts", "app/src/loop2.ts");
    disk_file("app/src/fifo.ts", "import './pipe';\n");
    disk_path(path, sizeof path, "app/src/pipe.ts");
    mkfifo(path, 0644);
    disk_link("/dev/zero", "app/src/zero.ts");
    disk_file("app/src/device.ts", "import './zero';\n");
    disk_file("app/src/dir.ts", "import '../folder.ts';\n");
    disk_file("app/src/large.ts", "import './huge'; import './other';\n");
    disk_file("app/src/other.ts", "import './huge';\n");
    disk_path(path, sizeof path, "app/src/huge.ts");
    disk_file("app/src/huge.ts", "//");
    if (truncate(path, 50 << 20))
        return -1;
    disk_file("app/src/locked.ts", "1;\n");
    disk_file("app/src/unreadable.ts", "import './locked';\n");
    disk_path(path, sizeof path, "app/src/locked.ts");
    chmod(path, 0);
    disk_link("../../elsewhere", "app/node_modules/linked");
    mkdir_at("app/src/conf");
    disk_file("app/src/conf/a.ts", "import 'name';\n");
    disk_file("elsewhere/tsconfig.json", "secret words\n");
    disk_link("../../../elsewhere/tsconfig.json", "app/src/conf/tsconfig.json");
    disk_file("app/src/package.ts", "import 'linked'; import '../node_modules/linked/secret';\n");
    return 0;
}

static int drop_disk(void **state) {
    (void)state;
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", disk);
    return system(command);
}

static void test_disk(void **state) {
    (void)state;
    char root[256];
    disk_path(root, sizeof root, "app");
    static const struct {
        const char *entry, *modules, *words;
    } ROWS[] = {
        {"src/twice.ts", "src/twice.ts lib/shared.ts ", ""},
        {"src/alias.ts", "lib/shared.ts ", ""},
        {"src/out.ts", "src/out.ts ", "P0109|`./secret` leaves the project"},
        {"src/outdir.ts", "src/outdir.ts ", "P0109"},
        {"src/secret.ts", NULL, "P0109|is outside of the project"},
        {"src/loop.ts", "src/loop.ts ", "P0107|`./loop1`"},
        {"src/loop1.ts", NULL, "P0101|does not exist"},
        {"src/fifo.ts", NULL, "P0110|src/fifo.ts:1:8|`src/pipe.ts` is not a regular file"},
        {"src/pipe.ts", NULL, "P0110"},
        {"src/device.ts", NULL, "P0109"},
        {"src/dir.ts", NULL, "P0107"},
        {"folder.ts", NULL, "P0110|is a folder"},
        {"src/large.ts", NULL, "P0104|src/large.ts:1:8|`src/huge.ts` is too large|52428800 bytes"},
        {"src/package.ts", "src/package.ts ", ""},
        {"src/conf/a.ts", "src/conf/a.ts ", "P0109|a link to a file outside"},
    };
    for (size_t i = 0; i < COUNT(ROWS); i++)
        check(host_posix(), root, ROWS[i].entry, ROWS[i].modules, ROWS[i].words);
    // The superuser may read everything.
    if (geteuid() != 0)
        check(host_posix(), root, "src/unreadable.ts", NULL, "P0101|cannot read `src/locked.ts`");
}

static void test_link_to_root(void **state) {
    (void)state;
    char root[256];
    disk_link("app", "link-to-app");
    disk_path(root, sizeof root, "link-to-app");
    check(host_posix(), root, "src/twice.ts", "src/twice.ts lib/shared.ts ", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),          cmocka_unit_test(test_order),
        cmocka_unit_test(test_wide),         cmocka_unit_test(test_missing),
        cmocka_unit_test(test_entry),        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),         cmocka_unit_test(test_deep_json),
        cmocka_unit_test(test_too_many),     cmocka_unit_test(test_disk),
        cmocka_unit_test(test_link_to_root),
    };
    return cmocka_run_group_tests(tests, make_disk, drop_disk);
}
