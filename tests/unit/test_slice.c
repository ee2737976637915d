// Slices: one table of programs, each with what is left of it for one function. Runs of
// spaces are one, and empty lines do not count; that nothing moves is checked of every text.

#include "deducer/deducer.h"
#include "generator/generator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Row {
    const char *what;
    const char *program; // its index.ts; "--- path" begins a further file
    const char *function;
    const char *slice; // the same way, what is left
} Row;

#define SDK "import { Function, KVStore, Queue, Router } from '@plutolang/pluto';\n"
#define SDK_FUNCTION "import { Function, } from '@plutolang/pluto';\n"

static const Row rows[] = {
    {"other functions go, and with them what they used",
     SDK "import { a } from 'a';\n"
         "import { b } from 'b';\n"
         "new Function(async () => a(), 'one');\n"
         "new Function(async () => b(), 'two');\n",
     "Function/two",
     SDK_FUNCTION "import { b } from 'b';\n"
                  "new Function(async () => b(), 'two');\n"},
    {"a handler of another function is null where its resource stays",
     SDK "import { a } from 'a';\n"
         "const one = new Function(async () => a(), 'one');\n"
         "new Function(async () => one.invoke(), 'two');\n",
     "Function/two",
     SDK_FUNCTION "const one = new Function(null , 'one');\n"
                  "new Function(async () => one.invoke(), 'two');\n"},
    {"no room for null",
     SDK "const f = async () => 1;\n"
         "const one = new Function(f, 'one');\n"
         "new Function(async () => one.invoke(), 'two');\n",
     "Function/two",
     SDK_FUNCTION "const f = async () => 1;\n"
                  "const one = new Function(f, 'one');\n"
                  "new Function(async () => one.invoke(), 'two');\n"},
    {"calls that are counted stay",
     SDK "const q = new Queue('q');\n"
         "q.subscribe(async () => 'one');\n"
         "q.subscribe(async () => 'two');\n"
         "q.subscribe(async () => 'three');\n",
     "Function/q-subscribe-2",
     "import { Queue, } from '@plutolang/pluto';\n"
     "const q = new Queue('q');\n"
     "q.subscribe(null );\n"
     "q.subscribe(async () => 'two');\n"},
    {"calls that have names go",
     SDK "const r = new Router('r');\n"
         "r.get('/a', async () => ({ body: 'a' }));\n"
         "r.get('/b', async () => ({ body: 'b' }));\n",
     "Function/r-get-b",
     "import { Router } from '@plutolang/pluto';\n"
     "const r = new Router('r');\n"
     "r.get('/b', async () => ({ body: 'b' }));\n"},
    {"what changes a kept value stays, through an alias too",
     SDK "const a = { n: 1 }, b = { n: 1 };\n"
         "const alias = a;\n"
         "alias.n = 2;\n"
         "const c = { n: 1 };\n"
         "c.n = 3;\n"
         "new Function(async () => a.n, 'f');\n",
     "Function/f",
     SDK_FUNCTION "const a = { n: 1 }, b = { n: 1 };\n"
                  "const alias = a;\n"
                  "alias.n = 2;\n"
                  "new Function(async () => a.n, 'f');\n"},
    {"what a variable held before counts",
     SDK "let now = { n: 0 };\n"
         "const first = now;\n"
         "now.n = 1;\n"
         "now = { n: 2 };\n"
         "new Function(async () => first.n, 'f');\n",
     "Function/f",
     SDK_FUNCTION "let now = { n: 0 };\n"
                  "const first = now;\n"
                  "now.n = 1;\n"
                  "now = { n: 2 };\n"
                  "new Function(async () => first.n, 'f');\n"},
    {"a factory is called for its function alone, unless it changes something",
     SDK "const names: string[] = [];\n"
         "const make = (n: string) => new Function(async () => n, n);\n"
         "const noted = (n: string) => { names.push(n); return make(n); };\n"
         "make('one');\n"
         "noted('two');\n"
         "new Function(async () => names, 'f');\n",
     "Function/f",
     SDK_FUNCTION "const names: string[] = [];\n"
                  "const make = (n: string) => new Function(async () => n, n);\n"
                  "const noted = (n: string) => { names.push(n); return make(n); };\n"
                  "noted('two');\n"
                  "new Function(async () => names, 'f');\n"},
    {"what is seen outside stays",
     SDK "import { init } from 'a';\n"
         "import { g } from 'b';\n"
         "init();\n"
         "console.log('x');\n"
         "if (!process.env.HOME) throw new Error('no home');\n"
         "if (!process.env.OTHER) throw new Error('of another function');\n"
         "const unused = g();\n"
         "new Function(async () => process.env.HOME, 'f');\n",
     "Function/f",
     SDK_FUNCTION "import { init } from 'a';\n"
                  "import { g } from 'b';\n"
                  "init();\n"
                  "console.log('x');\n"
                  "if (!process.env.HOME) throw new Error('no home');\n"
                  "const unused = g();\n"
                  "new Function(async () => process.env.HOME, 'f');\n"},
    {"what a library may call later changes what it changes",
     SDK "import { hub } from 'a';\n"
         "let n = 0, m = 0;\n"
         "const h = hub();\n"
         "h.on('x', () => { n++; });\n"
         "h.on('y', () => { m++; });\n"
         "h.start();\n"
         "new Function(async () => n, 'f');\n"
         "new Function(async () => h, 'g');\n"
         "new Function(async () => 1, 'i');\n",
     "Function/f",
     SDK_FUNCTION "import { hub } from 'a';\n"
                  "let n = 0, m = 0;\n"
                  "const h = hub();\n"
                  "h.on('x', () => { n++; });\n"
                  "h.on('y', () => { m++; });\n"
                  "h.start();\n"
                  "new Function(async () => n, 'f');\n"},
    {"two objects of one maker may be one",
     SDK "import { Db } from 'a';\n"
         "const one = Db.instance();\n"
         "const two = Db.instance();\n"
         "one.register('x');\n"
         "new Function(async () => one.find(), 'f');\n"
         "new Function(async () => two.find(), 'g');\n",
     "Function/g",
     SDK_FUNCTION "import { Db } from 'a';\n"
                  "const one = Db.instance();\n"
                  "const two = Db.instance();\n"
                  "one.register('x');\n"
                  "new Function(async () => two.find(), 'g');\n"},
    {"waiting for what is needed stays",
     SDK "import { slow, other } from 'a';\n"
         "let open = false;\n"
         "const ready = (async () => { await slow(); open = true; })();\n"
         "const wait = () => ready;\n"
         "const apart = other();\n"
         "await wait();\n"
         "await apart;\n"
         "new Function(async () => open, 'f');\n"
         "new Function(async () => apart, 'g');\n",
     "Function/f",
     SDK_FUNCTION "import { slow, } from 'a';\n"
                  "let open = false;\n"
                  "const ready = (async () => { await slow(); open = true; })();\n"
                  "const wait = () => ready;\n"
                  "await wait();\n"
                  "new Function(async () => open, 'f');\n"},
    {"what a library made is somebody's, or there for its effect",
     SDK "import { app, provider } from 'a';\n"
         "const web = app();\n"
         "web.use(1);\n"
         "const p = provider();\n"
         "p.register();\n"
         "new Function(web, 'web');\n"
         "new Function(async () => 1, 'f');\n",
     "Function/f",
     SDK_FUNCTION "import { provider } from 'a';\n"
                  "const p = provider();\n"
                  "p.register();\n"
                  "new Function(async () => 1, 'f');\n"},
    {"statements without semicolons stay apart",
     SDK "const a = { n: 1 }\n"
         "const gone = 1;\n"
         "[1].forEach((x) => (a.n += x))\n"
         "new Function(async () => a, 'f')\n"
         "new Function(async () => gone, 'g')\n",
     "Function/f",
     SDK_FUNCTION "const a = { n: 1 }\n"
                  ";\n"
                  "[1].forEach((x) => (a.n += x))\n"
                  "new Function(async () => a, 'f')\n"},
    {"imports: all forms",
     SDK "import d, { e as f, type T } from 'a';\n"
         "import g, * as h from 'b';\n"
         "import type { U } from 'c';\n"
         "import 'd';\n"
         "import { i } from 'e';\n"
         "new Function(async (x: T | U) => [f, h.x], 'f');\n"
         "new Function(async () => [d, g, i], 'g');\n",
     "Function/f",
     SDK_FUNCTION "import { e as f, } from 'a';\n"
                  "import * as h from 'b';\n"
                  "import 'd';\n"
                  "new Function(async (x: T | U) => [f, h.x], 'f');\n"},
    {"modules: names through lists and stars; what loads, loads",
     SDK "import { a } from './m';\n"
         "import { x } from './n';\n"
         "new Function(async () => a, 'f');\n"
         "new Function(async () => x, 'g');\n"
         "--- m.ts\n"
         "export * from './o';\n"
         "export { z } from 'z';\n"
         "--- n.ts\n"
         "import { start } from 'y';\n"
         "start();\n"
         "const x = 1, y = 2;\n"
         "export { x, y };\n"
         "--- o.ts\n"
         "export const a = 1;\n"
         "export const b = 2;\n"
         "export default class {}\n",
     "Function/f",
     SDK_FUNCTION "import { a } from './m';\n"
                  "import './n';\n"
                  "new Function(async () => a, 'f');\n"
                  "--- m.ts\n"
                  "export * from './o';\n"
                  "--- o.ts\n"
                  "export const a = 1;\n"
                  "--- n.ts\n"
                  "import { start } from 'y';\n"
                  "start();\n"},
    {"a CommonJS module is not cut",
     SDK "import { a } from './m.js';\n"
         "new Function(async () => a, 'f');\n"
         "--- m.js\n"
         "const b = require('b');\n"
         "export const a = 1;\n",
     "Function/f",
     SDK_FUNCTION "import { a } from './m.js';\n"
                  "new Function(async () => a, 'f');\n"
                  "--- m.js\n"
                  "const b = require('b');\n"
                  "export const a = 1;\n"},
};

enum { ROWS = sizeof rows / sizeof rows[0], FILES_MAX = 8 };

static uint32_t split(Arena *a, Str text, MemFile *files) {
    Str path = STR("/app/index.ts"), mark = STR("--- ");
    uint32_t count = 0, from = 0;
    for (;;) {
        int64_t at = str_find(text, mark, from);
        files[count++] = (MemFile){path, str_slice(text, from, at < 0 ? text.n : (uint32_t)at)};
        if (at < 0)
            return count;
        uint32_t end = (uint32_t)str_find(text, STR("\n"), (uint32_t)at);
        path = path_join(a, STR("/app"), str_slice(text, (uint32_t)at + mark.n, end));
        from = end + 1;
    }
}

// Runs of spaces are one, and none at line ends; no blank lines.
static void put_lines(Buf *b, Str text) {
    uint32_t start = b->n;
    for (uint32_t i = 0; i <= text.n; i++) {
        bool space = i < text.n && text.p[i] == ' ', end = i == text.n || text.p[i] == '\n';
        while (end && b->n > start && b->p[b->n - 1] == ' ')
            b->n--;
        if (end && b->n > start)
            buf_putc(b, '\n');
        if (end)
            start = b->n;
        else if (!space || (b->n > start && b->p[b->n - 1] != ' '))
            buf_putc(b, text.p[i]);
    }
}

static void assert_in_place(Str text, Str source, bool whole) {
    assert_int_equal(text.n, source.n);
    assert_true(!whole || str_eq(text, source));
    for (uint32_t i = 0; i < text.n; i++) {
        assert_int_equal(text.p[i] == '\n', source.p[i] == '\n');
        if (text.p[i] != source.p[i] && !strchr(" nul;{}", text.p[i]))
            fail_msg("`%c` is new", text.p[i]);
    }
}

static Str shown(Arena *a, const Slice *slice, const MemFile *files, uint32_t count, bool whole) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < slice->modules.n; i++) {
        const SliceModule *m = &slice->modules.at[i];
        if (i)
            buf_printf(&b, "--- %.*s\n", STR_ARG(m->path));
        put_lines(&b, m->text);
        for (uint32_t k = 0; k < count; k++)
            if (str_ends(files[k].path, str_cstr(a, str_cat(a, STR("/"), m->path))))
                assert_in_place(m->text, files[k].content, whole);
    }
    return buf_str(&b);
}

static bool check(const Row *row, bool whole) {
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    MemFile files[FILES_MAX];
    uint32_t count = split(&a, str_of(row->program), files);
    SliceVec slices = {0};
    DeduceInput in = {.host = host_memory(&a, files, count),
                      .root = STR("/app"),
                      .entry = STR("index.ts"),
                      .project = STR("app"),
                      .stack = STR("dev"),
                      .kinds = &kind_table,
                      .threads = 1,
                      .slices = &slices,
                      .whole = whole};
    bool same = deduce(&a, &in, sources, diags, NULL) != NULL;
    for (uint32_t i = 0; i < slices.n && same; i++) {
        if (!str_is(slices.at[i].function, row->function))
            continue;
        Buf expected = buf_new(&a);
        put_lines(&expected, str_of(row->slice));
        Str got = shown(&a, &slices.at[i], files, count, whole);
        same = whole || str_eq(got, buf_str(&expected));
        if (!same)
            print_error("%s:\n%.*s", row->what, STR_ARG(got));
    }
    if (diags_has_errors(diags))
        diags_print(diags, stderr, DIAG_HUMAN, false, 0);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
    return same && slices.n > 0;
}

// What the modules ask for while they load, beyond what the handler reads.
static void test_environment(void **state) {
    static const char program[] =
        SDK "function need(name: string) {\n"
            "  const v = process.env[name];\n"
            "  if (!v) throw new Error(name);\n"
            "  return v;\n"
            "}\n"
            "const config = { b: need('B'), a: need('A'), stack: process.env.PLUTO_STACK_NAME };\n"
            "const other = need('C');\n"
            "new Function(async () => config.a, 'f');\n"
            "new Function(async () => other, 'g');\n";
    (void)state;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    const MemFile file = {STR("/app/index.ts"), STR(program)};
    const Str known[] = {STR("PLUTO_STACK_NAME"), STR("dev")};
    SliceVec slices = {0};
    DeduceInput in = {.host = host_memory(&a, &file, 1),
                      .root = STR("/app"),
                      .entry = STR("index.ts"),
                      .kinds = &kind_table,
                      .threads = 1,
                      .known_env = known,
                      .known_env_count = 1,
                      .slices = &slices};
    assert_non_null(deduce(&a, &in, sources, diags, NULL));
    assert_int_equal(slices.n, 2);
    assert_int_equal(slices.at[0].environment.n, 1);
    assert_true(str_is(slices.at[0].environment.at[0], "B"));
    assert_int_equal(slices.at[1].environment.n, 0);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
}

static void test_slices(void **state) {
    (void)state;
    uint32_t failed = 0;
    for (uint32_t i = 0; i < ROWS; i++)
        failed += !check(&rows[i], false);
    assert_int_equal(failed, 0);
}

static void test_whole(void **state) {
    (void)state;
    for (uint32_t i = 0; i < ROWS; i++)
        assert_true(check(&rows[i], true));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_slices), cmocka_unit_test(test_whole),
                                       cmocka_unit_test(test_environment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
