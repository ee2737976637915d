// The built-in objects of JavaScript: each row of tests/data/builtins.txt is an expression and the
// string it gives in Node (tests/second-opinion/builtins.mjs checks the table there). Here the
// expression is the argument of a resource in a program of one line, which goes through the whole
// deducer.

#include "deducer/deducer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

static const Param probe_params[] = {
    {.name = "name", .type = P_STRING, .required = true},
    {.name = "value", .type = P_STRING},
    {0},
};
static const char *const no_actions[] = {NULL};
static const Op probe_ops[] = {{.name = "use", .role = OP_CLIENT, .actions = no_actions}, {0}};
static const Property probe_properties[] = {{.name = "id"}, {0}};
static const Kind probe = {.name = "Probe",
                           .doc = "holds the value of an expression",
                           .params = probe_params,
                           .ops = probe_ops,
                           .properties = probe_properties};
static const Param function_params[] = {
    {.name = "handler", .type = P_FUNCTION, .required = true},
    {.name = "name", .type = P_STRING},
    {0},
};
static const Op no_ops[] = {{0}};
static const Kind function = {.name = "Function",
                              .doc = "a function",
                              .params = function_params,
                              .ops = no_ops,
                              .properties = probe_properties};
static const Kind *const kinds[] = {&function, &probe};
static const KindTable table = {kinds, 2};

typedef struct Run {
    Arena a;
    Sources *sources;
    Diags *diags;
    Arch *arch;
} Run;

static void run_begin(Run *r, const char *format, const char *code) {
    arena_init(&r->a);
    Buf program = buf_new(&r->a);
    for (const char *p = format; *p; p++)
        if (*p == '~')
            buf_puts(&program, code);
        else
            buf_putc(&program, *p);
    MemFile file = {STR("/p/main.ts"), buf_str(&program)};
    r->sources = sources_open();
    r->diags = diags_open(r->sources);
    DeduceInput in = {.host = host_memory(&r->a, &file, 1),
                      .root = STR("/p"),
                      .entry = STR("main.ts"),
                      .project = STR("p"),
                      .stack = STR("dev"),
                      .kinds = &table,
                      .threads = 1};
    r->arch = deduce(&r->a, &in, r->sources, r->diags, NULL);
}

static void run_end(Run *r) {
    diags_close(r->diags);
    sources_close(r->sources);
    arena_release(&r->a);
}

// The value of the expression as text; what was reported where there is none. To be freed.
static char *evaluate(const char *expression) {
    Run r;
    run_begin(&r,
              "import { Probe } from \"@plutolang/pluto\";\nconst probe = new Probe(\"q\");\n"
              "new Probe(\"p\", ~);\n",
              expression);
    char *out = NULL;
    size_t size;
    FILE *to = open_memstream(&out, &size);
    assert_non_null(to);
    const ArchValue *v = r.arch && r.arch->resources.n > 1
                             ? arch_find(r.arch->resources.at[1].arguments, "value")
                             : NULL;
    if (v && v->type == ARCH_STRING)
        fwrite(v->text.p, 1, v->text.n, to);
    else if (v)
        fprintf(to, "%.*s", STR_ARG(arch_value_to_json(&r.a, v)));
    else
        diags_print(r.diags, to, DIAG_SHORT, false, 3);
    fclose(to);
    run_end(&r);
    return out;
}

static unsigned failures, rows;

static void check_row(char *line) {
    char *arrow = NULL;
    for (char *p = strstr(line, " //=> "); p; p = strstr(p + 1, " //=> "))
        arrow = p;
    if (line[0] == '#' || !arrow)
        return;
    *arrow = 0;
    cJSON *expected = cJSON_Parse(arrow + 6);
    assert_non_null(expected);
    char expression[2100];
    snprintf(expression, sizeof expression, "String(%s)", line);
    char *got = evaluate(expression);
    rows++;
    if (strcmp(got, expected->valuestring) != 0) {
        failures++;
        print_error("%s\n  expected %s\n  got      %s\n", line, expected->valuestring, got);
    }
    free(got);
    cJSON_Delete(expected);
}

static void test_table(void **state) {
    (void)state;
    FILE *from = fopen("tests/data/builtins.txt", "r");
    assert_non_null(from);
    char line[2000];
    while (fgets(line, sizeof line, from)) {
        line[strcspn(line, "\n")] = 0;
        check_row(line);
    }
    fclose(from);
    assert_true(rows > 300);
    assert_int_equal(failures, 0);
}

// ---- Late values --------------------------------------------------------------------------------

static void test_late(void **state) {
    (void)state;
    static const struct {
        const char *expression, *expected; // "P0310": it cannot be written into the graph
    } cases[] = {
        {"process.env.X", "{\"$env\":\"X\"}"},
        {"String(process.env.X)", "{\"$env\":\"X\"}"},
        {"process.env.X.toString()", "{\"$env\":\"X\"}"},
        {"process.env[\"X\"]", "{\"$env\":\"X\"}"},
        {"probe.id", "{\"$property\":{\"resource\":\"Probe/q\",\"property\":\"id\"}}"},
        {"\"a\".concat(process.env.X, \"b\")", "{\"$concat\":[\"a\",{\"$env\":\"X\"},\"b\"]}"},
        {"[\"a\", process.env.X].join(\"-\")", "{\"$concat\":[\"a-\",{\"$env\":\"X\"}]}"},
        {"[process.env.X].map((x) => x)[0]", "{\"$env\":\"X\"}"},
        {"new Map([[\"k\", process.env.X]]).get(\"k\")", "{\"$env\":\"X\"}"},
        {"Object.values({ a: process.env.X })[0]", "{\"$env\":\"X\"}"},
        {"await Promise.resolve(process.env.X)", "{\"$env\":\"X\"}"},
        {"structuredClone({ a: process.env.X }).a", "{\"$env\":\"X\"}"},
        {"process.env.X.trim()", "P0310"},
        {"probe.id.toUpperCase()", "P0310"},
        {"\"x\".replace(\"x\", probe.id)", "P0310"},
        {"JSON.stringify({ a: probe.id })", "P0310"},
        {"probe.id.split(\"-\")[0]", "P0310"},
        {"encodeURIComponent(probe.id)", "P0310"},
        {"Buffer.from(probe.id).toString(\"base64\")", "P0310"},
        {"new URL(probe.id).hostname", "P0310"},
        {"String(Math.random())", "P0310"},
        {"new Date().toISOString()", "P0310"},
        {"crypto.randomUUID()", "P0310"},
        {"process.cwd()", "P0310"},
        {"process.platform", "P0310"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *got = evaluate(cases[i].expression);
        if (!strstr(got, cases[i].expected)) {
            print_error("%s\n  expected %s\n  got      %s\n", cases[i].expression,
                        cases[i].expected, got);
            fail();
        }
        free(got);
    }
}

// ---- Handlers -----------------------------------------------------------------------------------

// The names of the probes that a handler with this body may use, each with a blank behind it.
static char *used_by(const char *body) {
    Run r;
    run_begin(&r,
              "import { Function, Probe } from \"@plutolang/pluto\";\n"
              "const a = new Probe(\"a\"), b = new Probe(\"b\"), c = new Probe(\"c\");\n"
              "new Function(async (q: any) => { ~ });\n",
              body);
    char *out = NULL;
    size_t size;
    FILE *to = open_memstream(&out, &size);
    assert_non_null(to);
    if (!r.arch)
        diags_print(r.diags, to, DIAG_SHORT, false, 3);
    for (uint32_t i = 0; r.arch && i < r.arch->edges.n; i++)
        fprintf(to, "%.*s ", STR_ARG(str_slice(r.arch->edges.at[i].to, 6, 100)));
    fclose(to);
    run_end(&r);
    return out;
}

typedef struct Use {
    const char *body, *expected;
} Use;

static void check_uses(const Use *cases, size_t n) {
    unsigned wrong = 0;
    for (size_t i = 0; i < n; i++) {
        char *got = used_by(cases[i].body);
        if (strcmp(got, cases[i].expected) != 0) {
            print_error("%s\n  expected %s\n  got      %s\n", cases[i].body, cases[i].expected,
                        got);
            wrong++;
        }
        free(got);
    }
    assert_int_equal(wrong, 0);
}

static void test_collections(void **state) {
    static const Use cases[] = {
        {"[a, b].forEach((p) => p.use());", "a b "},
        {"[a, b, c].find((p) => p === q)!.use();", "a b c "},
        {"[a, b, c].find((p) => p === b)!.use();", "b "},
        {"[a, b, c].findLast(() => q)!.use();", "a b c "},
        {"[a, b, c].filter(() => q.x)[0].use();", "a b c "},
        {"[a, b, c].filter((p) => p !== b).forEach((p) => p.use());", "a c "},
        {"[a, b].at(q)!.use();", "a b "},
        {"[a, b].at(-1)!.use();", "b "},
        {"[a, b].slice(q)[0].use();", "a b "},
        {"[a, b, c].slice(1)[0].use();", "b "},
        {"[a, b, c].reduce((x, y) => (q ? x : y)).use();", "a b c "},
        {"[a, b].sort(() => q - 1)[0].use();", "a b "},
        {"const l = [a, b]; l.splice(q, 1); l[0].use();", "a b "},
        {"const l: any[] = []; if (q) l.push(a); l.push(b); l[0].use();", "a b "},
        {"const l: any[] = [a]; if (q) l.pop(); l.push(b); l[0].use();", "a b "},
        {"const l = [a, b, c]; l.shift(); l[0].use();", "b "},
        {"[[a], [b]].flat()[1].use();", "b "},
        {"[a, b].concat(q ? [c] : []).forEach((p) => p.use());", "a b c "},
        {"[a, b].some((p) => { p.use(); return q; });", "a b "},
        {"[a, b].some((p) => { p.use(); return true; });", "a "},
        {"[a, b].every((p) => { p.use(); return false; });", "a "},
        {"([a, b].includes(a) ? a : b).use();", "a "},
        {"([a, b].indexOf(b) === 1 ? a : b).use();", "a "},
        {"Array.from({ length: q }, () => a.use());", "a "},
        {"q.items.map(() => a.use());", "a "},
        {"for (const x of [a, b].entries()) x[1].use();", "a b "},
        {"[a, b].values().next().value!.use();", "a "},
        {"Object.values({ a, b }).map((p) => p.use());", "a b "},
        {"Object.entries({ a, b })[1][1].use();", "b "},
        {"({ a, b } as any)[q].use();", "a b "},
        {"Object.assign({}, q ? { p: a } : { p: b }).p.use();", "a b "},
        {"Object.fromEntries([[q, a]]).k.use();", "a "},
        {"Object.fromEntries([[\"x\", a], [\"y\", b]]).y.use();", "b "},
        {"Object.freeze([a])[0].use();", "a "},
        {"(Object.groupBy([a, b], () => q) as any).x[0].use();", "a b "},
        {"const o: any = {}; o[q] ?\?= a; o[q].use();", "a "},
        {"new Map([[\"a\", a], [\"b\", b]]).get(q)!.use();", "a b "},
        {"new Map([[\"a\", a], [\"b\", b]]).get(\"a\")!.use();", "a "},
        {"new WeakMap([[a, b]]).get(a)!.use();", "b "},
        {"for (const x of new Set([a, b])) x.use();", "a b "},
        {"new Map([[1, a], [2, b]]).forEach((p) => p.use());", "a b "},
        {"const m = new Map(); for (const k of q) m.set(k, a); m.get(\"x\").use();", "a "},
        {"const m = new Map([[\"k\", a]]); if (q) m.set(\"k\", b); m.get(\"k\")!.use();", "a b "},
        {"const m = new Map([[\"k\", a]]); m.delete(\"k\"); m.get(\"k\")?.use();", ""},
        {"const s = new Set(); while (q()) s.add(b); ([...s][0] as any).use();", "b "},
        {"(function* () { yield a; yield b; })().next().value!.use();", "a "},
        {"for (const x of (function* () { if (q) yield a; yield b; })()) x.use();", "a b "},
    };
    (void)state;
    check_uses(cases, sizeof cases / sizeof cases[0]);
}

// What is made anew in every round of an unknown loop, from what was made before, comes to rest.
static void test_loops(void **state) {
    static const Use cases[] = {
        {"let p: any = Promise.resolve(a); for (const x of q) p = p.then((v: any) => (x ? v : b)); "
         "(await p).use();",
         "a b "},
        {"let p: any = Promise.resolve(a); for (const x of q) p = p.finally(() => b); (await "
         "p).use();",
         "a "},
        {"let p: any = [a]; for (const x of q) p = p.map((y: any) => y); p[0].use();", "a "},
        {"let p: any = [a]; for (const x of q) p = p.concat([b]); p[0].use();", "a b "},
        {"let p: any = a.use.bind(a); for (const x of q) p = p.bind(null); p();", "a "},
        {"let p: any = { v: a }; for (const x of q) p = structuredClone({ k: p }); b.use();", "b "},
        {"let s = new Set<any>(); for (const x of q) s = s.union(new Set([x])); a.use();", "a "},
        {"let m = new Map([[\"k\", a]]); for (const x of q) m = new Map(m); m.get(\"k\")!.use();",
         "a "},
        {"let s = \"\"; for (const x of q) s = [s, x.trim(), a.id].join(\"-\").concat(b.id);",
         "a b "},
        {"let d = new Date(0); for (const x of q) d = new Date(d.getTime() + 1); a.use();", "a "},
        {"const m = new Map(); for (const x of q) { const l = m.get(x) ?? []; l.push(a); m.set(x, "
         "l); } "
         "for (const [, l] of m) l[0].use();",
         "a "},
    };
    (void)state;
    check_uses(cases, sizeof cases / sizeof cases[0]);
}

static void test_callbacks(void **state) {
    static const Use cases[] = {
        {"Promise.resolve(a).then((p) => p.use());", "a "},
        {"(await Promise.all([a, b]))[1].use();", "b "},
        {"await Promise.all([a, b].map((p) => p.use()));", "a b "},
        {"(await Promise.race([a, b])).use();", "a b "},
        {"(await Promise.allSettled([a])).forEach((r: any) => r.value.use());", "a "},
        {"fetch(\"x\").then(() => a.use());", "a "},
        {"fetch(\"x\").catch(() => a.use());", "a "},
        {"Promise.resolve(1).catch(() => a.use());", "a "},
        {"Promise.resolve(1).finally(() => a.use());", "a "},
        {"Promise.reject(a).catch((p) => p.use());", "a "},
        {"(async () => { throw a; })().catch((p) => p.use?.());", "a "},
        {"(async () => { if (q) throw new Error(); return a; })().then((p) => p.use(), () => "
         "b.use());",
         "a b "},
        {"new Promise<any>((r) => setTimeout(() => r(a), 1)).then((p) => p.use());", "a "},
        {"await new Promise((r) => setTimeout(r, 1)); a.use();", "a "},
        {"setTimeout(() => a.use(), 10);", "a "},
        {"queueMicrotask(() => a.use());", "a "},
        {"process.on(\"exit\", () => a.use());", "a "},
        {"process.nextTick((p: any) => p.use(), a);", "a "},
        {"q.replace(/x/g, () => { a.use(); return \"\"; });", "a "},
        {"\"abc\".replace(\"z\", () => { a.use(); return \"\"; });", ""},
        {"\"abc\".replace(q, () => { a.use(); return \"\"; });", "a "},
        {"JSON.parse(q, () => a.use());", "a "},
        {"JSON.stringify({ toJSON: () => a.use() });", "a "},
        {"a.use.bind(a)();", "a "},
        {"a.use.call(a); b.use.apply(b, []);", "a b "},
        {"Reflect.apply(a.use, a, []);", "a "},
        {"((f: any) => f())(() => a.use());", "a "},
        {"console.log(a); JSON.stringify(a); String(a); Object.keys(a); structuredClone({ a: 1 });",
         ""},
        {"if (q) process.exit(1); a.use();", "a "},
        {"process.exit(1); a.use();", ""},
        {"(typeof q === \"string\" ? a : b).use();", "a b "},
        {"({ get x() { a.use(); return 1; } }).x;", "a "},
        {"Object.defineProperty({} as any, \"x\", { get: () => a.use() }).x;", "a "},
        {"new Intl.NumberFormat(\"en\").format(q); a.use();", "a "},
        {"[...\"ab\"].forEach(() => a.use());", "a "},
        {"[].forEach(() => a.use());", ""},
        {"try { JSON.parse(q); } catch { a.use(); }", "a "},
        {"try { JSON.parse(\"{}\"); } catch { a.use(); }", ""},
    };
    (void)state;
    check_uses(cases, sizeof cases / sizeof cases[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),       cmocka_unit_test(test_late),
        cmocka_unit_test(test_collections), cmocka_unit_test(test_loops),
        cmocka_unit_test(test_callbacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
