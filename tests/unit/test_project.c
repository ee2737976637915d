// Where a project is, what it is called, what its pluto.yml says.

#include "cli/project/project.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const runtimes[] = {"nodejs24.x", "nodejs22.x", NULL};
static const Param function_options[] = {
    {.name = "memory", .type = P_NUMBER, .min = 128, .max = 10240, .doc = "MB"},
    {.name = "runtime", .type = P_STRING, .choices = runtimes},
    {.name = NULL},
};
static const Param function_params[] = {
    {.name = "options", .type = P_OBJECT, .fields = function_options},
    {.name = NULL},
};
static const Kind function_kind = {.name = "Function", .params = function_params};
static const Kind *const rows[] = {&function_kind};
static const KindTable kinds = {rows, 1};

typedef struct Fixture {
    Arena arena;
    Sources *sources;
    Diags *diags;
    Project project;
    Err err;
} Fixture;

static void open_fixture(Fixture *f) {
    arena_init(&f->arena);
    f->sources = sources_open();
    f->diags = diags_open(f->sources);
    f->err = (Err){0};
}

static void close_fixture(Fixture *f) {
    diags_close(f->diags);
    sources_close(f->sources);
    arena_release(&f->arena);
}

static const char *said(Fixture *f) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    diags_print(f->diags, to, DIAG_HUMAN, false, 0);
    fclose(to);
    const char *copy = str_cstr(&f->arena, (Str){text, (uint32_t)size});
    free(text);
    return copy;
}

// Opens a project of src/index.ts and this pluto.yml.
static bool open_with(Fixture *f, const char *yml, const char *stack) {
    MemFile files[] = {{STR("/home/me/app/src/index.ts"), STR("")},
                       {STR("/home/me/app/pluto.yml"), str_of(yml)}};
    Host *host = host_memory(&f->arena, files, 2);
    return project_open(&f->arena, host, STR("/home/me/app"), str_of(stack), &kinds, f->sources,
                        f->diags, &f->project, &f->err);
}

// ---- Finding ------------------------------------------------------------------------------------

static void roots_entries_and_names_are_found(void **state) {
    (void)state;
    static const struct {
        const char *files[4], *texts[4]; // NULL-terminated
        const char *where, *root, *entry, *name;
    } cases[] = {
        {{"/a/app/src/index.ts"}, {""}, "/a/app", "/a/app", "src/index.ts", "app"},
        {{"/a/app/index.ts"}, {""}, "/a/app", "/a/app", "index.ts", "app"},
        {{"/a/My app (2)/index.ts"},
         {""},
         "/a/My app (2)",
         "/a/My app (2)",
         "index.ts",
         "My-app-2"},
        {{"/a/app/src/index.ts", "/a/app/package.json"},
         {"", "{\"name\":\"@scope/thing\"}"},
         "/a/app",
         "/a/app",
         "src/index.ts",
         "thing"},
        {{"/a/app/src/index.ts", "/a/app/package.json"},
         {"", "{\"name\":1}"},
         "/a/app",
         "/a/app",
         "src/index.ts",
         "app"},
        {{"/a/app/src/index.ts", "/a/app/package.json", "/a/app/pluto.yml"},
         {"", "{\"name\":\"x\"}", "name: y"},
         "/a/app",
         "/a/app",
         "src/index.ts",
         "y"},
        {{"/a/app/src/index.ts", "/a/app/.pluto/pluto.yaml"},
         {"", "name: y"},
         "/a/app",
         "/a/app",
         "src/index.ts",
         "y"},
        {{"/a/app/lib/deep/x.ts", "/a/app/tsconfig.json"},
         {"", "{}"},
         "/a/app/lib/deep/x.ts",
         "/a/app",
         "lib/deep/x.ts",
         "app"},
        {{"/a/lone/x.ts"}, {""}, "/a/lone/x.ts", "/a/lone", "x.ts", "lone"},
        {{"/a/app/main.ts", "/a/app/pluto.yml"},
         {"", "entry: ./main.ts"},
         "/a/app",
         "/a/app",
         "main.ts",
         "app"},
        {{"/a/app/index.js"}, {""}, "/a/app", "/a/app", "index.js", "app"},
        {{"/a/app/index.tsx", "/a/app/index.js"}, {"", ""}, "/a/app", "/a/app", "index.tsx", "app"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Fixture f;
        open_fixture(&f);
        MemFile files[4];
        size_t n = 0;
        for (; n < 4 && cases[i].files[n]; n++)
            files[n] = (MemFile){str_of(cases[i].files[n]), str_of(cases[i].texts[n])};
        Host *host = host_memory(&f.arena, files, n);
        bool good = project_open(&f.arena, host, str_of(cases[i].where), STR_EMPTY, &kinds,
                                 f.sources, f.diags, &f.project, &f.err);
        if (!good || diags_has_errors(f.diags))
            fail_msg("%s: %s%s", cases[i].where, f.err.message, said(&f));
        assert_true(str_is(f.project.root, cases[i].root));
        assert_true(str_is(f.project.entry, cases[i].entry));
        assert_true(str_is(f.project.name, cases[i].name));
        assert_true(str_is(f.project.settings.stack, "dev"));
        close_fixture(&f);
    }
}

static void what_is_missing_is_said(void **state) {
    (void)state;
    static const struct {
        const char *file, *where, *stack, *message;
        ErrKind kind;
    } cases[] = {
        {"/a/x.ts", "/b", "", "there is no file or folder `/b`", ERR_NOT_FOUND},
        {"/a/x.ts", "/a", "", "there is neither `src/index.ts` nor `index.ts` in `/a`",
         ERR_NOT_FOUND},
        {"/a/b.yml", "/a/b.yml", "", "`/a/b.yml` is not a TypeScript file", ERR_USAGE},
        {"/a/index.ts", "/a", "no good", "`no good` is not a valid name for a stack", ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Fixture f;
        open_fixture(&f);
        MemFile file = {str_of(cases[i].file), STR_EMPTY};
        assert_false(project_open(&f.arena, host_memory(&f.arena, &file, 1), str_of(cases[i].where),
                                  str_of(cases[i].stack), &kinds, f.sources, f.diags, &f.project,
                                  &f.err));
        assert_string_equal(f.err.message, cases[i].message);
        assert_int_equal(f.err.kind, cases[i].kind);
        close_fixture(&f);
    }
}

// ---- Settings -----------------------------------------------------------------------------------

static const char two_stacks[] = "current: prod\n"
                                 "language: typescript\n"
                                 "region: us-east-1\n"
                                 "configs: {simulator: {address: 'localhost:80'}}\n"
                                 "functions:\n"
                                 "  memory: 512\n"
                                 "  environment: {AA: 1, BB: two, EMPTY: ''}\n"
                                 "tags: {team: chat}\n"
                                 "stacks:\n"
                                 "  - name: dev\n"
                                 "    platformType: AWS\n"
                                 "    provisionType: Pulumi\n"
                                 "    configs: {}\n"
                                 "  - name: prod\n"
                                 "    platformType: aws\n"
                                 "    region: eu-central-1\n"
                                 "    functions:\n"
                                 "      memory: 1024\n"
                                 "      runtime: nodejs22.x\n"
                                 "      environment: {BB: three}\n"
                                 "    tags: {stage: prod}\n"
                                 "  - name: cluster\n"
                                 "    platformType: K8s\n";

static void a_stack_stands_over_the_project(void **state) {
    (void)state;
    Fixture f;
    open_fixture(&f);
    assert_true(open_with(&f, two_stacks, ""));
    assert_string_equal(said(&f), "");
    const GenerateSettings *g = &f.project.settings.generate;
    assert_true(str_is(f.project.settings.stack, "prod"));
    assert_true(str_is(g->region, "eu-central-1"));
    assert_int_equal(g->memory, 1024);
    assert_true(str_is(g->runtime, "nodejs22.x"));
    assert_int_equal(g->environment.n, 3);
    assert_true(str_is(g->environment.at[0].value, "1"));
    assert_true(str_is(g->environment.at[1].value, "three"));
    assert_int_equal(g->tags.n, 2);
    close_fixture(&f);

    open_fixture(&f);
    assert_true(open_with(&f, two_stacks, "dev"));
    assert_true(str_is(f.project.settings.generate.region, "us-east-1"));
    assert_int_equal(f.project.settings.generate.memory, 512);
    assert_int_equal(f.project.settings.generate.tags.n, 1);
    close_fixture(&f);
}

static void stacks_are_chosen(void **state) {
    (void)state;
    static const struct {
        const char *yml, *wanted, *stack;
    } cases[] = {
        {"", "", "dev"},
        {"", "any", "any"},
        {"stacks:\n", "", "dev"},
        {"current: test\n", "", "test"},
        {"stacks: [{name: one}, {name: two}]\n", "", "one"},
        {"current: two\nstacks: [{name: one}, {name: two}]\n", "", "two"},
        {"current: two\nstacks: [{name: one}, {name: two}]\n", "one", "one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Fixture f;
        open_fixture(&f);
        assert_true(open_with(&f, cases[i].yml, cases[i].wanted));
        assert_string_equal(said(&f), "");
        assert_true(str_is(f.project.settings.stack, cases[i].stack));
        close_fixture(&f);
    }
}

static void problems_have_a_code_and_a_place(void **state) {
    (void)state;
    static const struct {
        const char *yml, *wanted, *says, *place;
    } cases[] = {
        {"stakcs: []\n", "", "P0602|the key `stakcs`|did you mean `stacks`?", ":1:1"},
        {"a: 1\n", "", "P0602|the key `a`|there is `name`", ":1:1"},
        {"functions:\n  memroy: 1\n", "", "P0602|did you mean `memory`?", ":2:3"},
        {"stacks:\n  - nmae: x\n", "", "P0602|did you mean `name`?", ":2:5"},
        {"name: [\n", "", "P0601", ":2:1"},
        {"name: x\nname: y\n", "", "P0601|the key `name` stands twice", ":2:1"},
        {"name: &a x\nregion: *a\n", "", "P0601|aliases are not supported", ":2:9"},
        {"name: !!str x\n", "", "P0601|tags are not supported", ":1:7"},
        {"name: x\n---\nname: y\n", "", "P0601|more than one document", ":2:1"},
        {"name: \"\xC3\xA9\xF0\x9F\x98\x80\" x\n", "", "P0601", ":1:13"},
        {"name: \xFF\n", "", "P0601|not valid UTF-8", ":1:7"},
        {"- a\n", "", "P0603|a map", ":1:1"},
        {"name: [x]\n", "", "P0603|a word", ":1:7"},
        {"name: a b\n", "", "P0603|`a b` is not a valid name for a project", ":1:7"},
        {"language: python\n", "", "P0603|cannot be `python`|TypeScript alone", ":1:11"},
        {"region: Frankfurt\n", "", "P0603|is not a region of AWS", ":1:9"},
        {"entry: ../x.ts\n", "", "P0603|must be a file of the project", ":1:8"},
        {"entry: /etc/passwd\n", "", "P0603|must be a file of the project", ":1:8"},
        {"entry: gone.ts\n", "", "P0603|the entry `gone.ts` does not exist", ":1:8"},
        {"entry: pluto.yml\n", "", "P0603|`pluto.yml` is not a TypeScript file", ":1:8"},
        {"entry: src\n", "", "P0603|`src` is not a file", ":1:8"},
        {"functions: {memory: 100}\n", "", "P0603|`memory` is out of range|128 to 10240", ":1:21"},
        {"functions: {memory: '512'}\n", "", "P0603|`memory` must be", ":1:21"},
        {"functions: {memory: 1e3}\n", "", "P0603|`memory` must be", ":1:21"},
        {"functions: {runtime: nodejs23.x}\n", "", "P0603|`runtime` cannot be|did you mean",
         ":1:22"},
        {"functions: {environment: {1A: x}}\n", "", "P0603|`1A` is not a valid name", ":1:27"},
        {"functions: {environment: {A: x}}\n", "", "P0603|`A` is not a valid name", ":1:27"},
        {"functions: {environment: {AA: [x]}}\n", "", "P0603|a word", ":1:31"},
        {"tags: {'aws:x': y}\n", "", "P0603|AWS's own", ":1:8"},
        {"stacks: {name: x}\n", "", "P0603|a list of stacks", ":1:9"},
        {"stacks: [{region: us-east-1}]\n", "", "P0603|has no `name`", ":1:10"},
        {"stacks: [{name: a}, {name: a}]\n", "", "P0603|two stacks have the name `a`", ":1:28"},
        {"stacks: [{name: a, platformType: AWZ}]\n", "", "P0603|did you mean `AWS`?", ":1:34"},
        {"stacks: [{name: a, platformType: K8s}]\n", "", "P0603|is for `K8s`, which pluto cannot",
         ":1:34"},
        {"stacks: [{name: a, provisionType: CDK}]\n", "", "P0603|`provisionType` cannot be",
         ":1:35"},
        {"stacks:\n  - name: dev\n  - name: prod\n", "prd",
         "P0604|there is no stack `prd`|`dev`, `prod`|did you mean `prod`?", ":1:1"},
        {"current: x\nstacks: [{name: dev}]\n", "", "P0604|there is no stack `x`", ":1:10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Fixture f;
        open_fixture(&f);
        open_with(&f, cases[i].yml, cases[i].wanted);
        const char *text = said(&f);
        char words[200];
        snprintf(words, sizeof words, "%s", cases[i].says);
        for (char *word = words, *end; *word; word = end + 1) {
            end = word + strcspn(word, "|");
            bool last = !*end;
            *end = '\0';
            if (!strstr(text, word))
                fail_msg("%s\nshould say: %s\nsays: %s%s", cases[i].yml, word, text, f.err.message);
            if (last)
                break;
        }
        if (!strstr(text, cases[i].place))
            fail_msg("%s\nshould point to %s\nsays: %s", cases[i].yml, cases[i].place, text);
        if (diags_error_count(f.diags) != 1)
            fail_msg("%s\nshould have one error\nsays: %s", cases[i].yml, text);
        close_fixture(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_entries_and_names_are_found),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(a_stack_stands_over_the_project),
        cmocka_unit_test(stacks_are_chosen),
        cmocka_unit_test(problems_have_a_code_and_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
