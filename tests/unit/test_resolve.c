// What import specifiers mean: one table of questions for each kind of project. The files exist in
// memory only; links are tried on the disk, in test_load.c.

#include "deducer/load/resolve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Row {
    const char *from, *specifier;
    TargetKind kind;
    const char
        *path; // TARGET_MODULE: the file; TARGET_NONE: the code, then words of the diagnostic
} Row;

typedef struct Project {
    const char *root;
    const MemFile *files;
    size_t file_count;
    const Row *rows;
    size_t row_count;
} Project;

#define FILE_AT(path_, content_)                                                                   \
    {                                                                                              \
        {path_, sizeof(path_) - 1}, {                                                              \
            content_, sizeof(content_) - 1                                                         \
        }                                                                                          \
    }
#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define PROJECT(root_, files_, rows_)                                                              \
    { root_, files_, COUNT(files_), rows_, COUNT(rows_) }

#define M TARGET_MODULE
#define X TARGET_EXTERNAL
#define S TARGET_SDK
#define NO TARGET_NONE

static char *printed(Diags *ds) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    diags_print(ds, to, DIAG_HUMAN, false, 0);
    fclose(to);
    return text;
}

// `wanted`: a code, then any number of "|words that the diagnostic has".
static void check_words(const char *text, const char *wanted, const Row *row) {
    char word[200];
    while (*wanted) {
        size_t n = strcspn(wanted, "|");
        memcpy(word, wanted, n);
        word[n] = '\0';
        if (!strstr(text, word))
            fail_msg("%s from %s: no `%s` in:\n%s", row->specifier, row->from, word, text);
        wanted += wanted[n] ? n + 1 : n;
    }
}

static void check_row(const Project *p, const Row *row) {
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    DeduceInput in = {.host = host_memory(&a, p->files, p->file_count), .root = str_of(p->root)};
    LoadContext lc = {.a = &a, .in = &in, .sources = sources, .diags = diags};
    Arena own;
    arena_init(&own);
    Resolver *r = resolver_new(&own, &lc);

    Request req = {.specifier = str_of(row->specifier)};
    FileId file = sources_add(sources, str_of(row->from), req.specifier);
    req.span = (Span){file, 0, req.specifier.n};
    Str found = STR_EMPTY;
    TargetKind kind = resolver_find(r, &a, str_of(row->from), &req, &found);
    resolver_close(r);
    char *text = printed(diags);
    if (kind != row->kind)
        fail_msg("%s from %s: kind %d (%.*s), not %d\n%s", row->specifier, row->from, (int)kind,
                 STR_ARG(found), (int)row->kind, text);
    if (kind == TARGET_MODULE && row->path && !str_is(found, row->path))
        fail_msg("%s from %s: %.*s, not %s", row->specifier, row->from, STR_ARG(found), row->path);
    if (kind == TARGET_NONE)
        check_words(text, row->path, row);
    free(text);
    diags_close(diags);
    sources_close(sources);
    arena_release(&own);
    arena_release(&a);
}

static void check_project(const Project *p) {
    for (size_t i = 0; i < p->row_count; i++)
        check_row(p, &p->rows[i]);
}

// ---- relative -----------------------------------------------------------------------------------

#define EMPTY(path) FILE_AT(path, "")

static void test_relative(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        EMPTY("/app/src/index.ts"),
        EMPTY("/app/src/a.ts"),
        EMPTY("/app/src/b.tsx"),
        EMPTY("/app/src/c.mts"),
        EMPTY("/app/src/d.cts"),
        EMPTY("/app/src/e.js"),
        EMPTY("/app/src/f.jsx"),
        EMPTY("/app/src/g.mjs"),
        EMPTY("/app/src/h.cjs"),
        FILE_AT("/app/src/data.json", "{}"),
        EMPTY("/app/src/both.ts"),
        EMPTY("/app/src/both.js"),
        EMPTY("/app/src/both/index.ts"),
        EMPTY("/app/src/folder/index.ts"),
        EMPTY("/app/src/view/index.tsx"),
        EMPTY("/app/src/old/index.js"),
        EMPTY("/app/src/only.d.ts"),
        EMPTY("/app/src/typed.d.ts"),
        EMPTY("/app/src/typed.js"),
        EMPTY("/app/src/user.service.ts"),
        EMPTY("/app/src/style.css"),
        EMPTY("/app/src/notes.md"),
        EMPTY("/app/src/LICENSE"),
        EMPTY("/app/src/module.wasm"),
        FILE_AT("/app/src/pkg/package.json", "{\"main\": \"lib/start.js\"}"),
        EMPTY("/app/src/pkg/lib/start.ts"),
        EMPTY("/app/src/pkg/index.ts"),
        FILE_AT("/app/src/away/package.json", "{\"main\": \"../a.ts\"}"),
        EMPTY("/app/src/away/index.ts"),
        FILE_AT("/app/src/folded/package.json", "{\"main\": \"lib\"}"),
        EMPTY("/app/src/folded/lib/index.ts"),
        EMPTY("/app/lib/util.ts"),
        EMPTY("/app/lib/index.ts"),
        EMPTY("/app/index.ts"),
        EMPTY("/app/src/chart.js/index.ts"),
        EMPTY("/app/src/with space.ts"),
        EMPTY("/app/src/h\xC3\xA4ndler.ts"),
        EMPTY("/app/node_modules/pkg/index.js"),
        EMPTY("/outside.ts"),
        EMPTY("/application/x.ts"),
    };
    static const char *const F = "/app/src/index.ts";
    const Row rows[] = {
        {F, "./a", M, "/app/src/a.ts"},
        {F, "./a.ts", M, "/app/src/a.ts"},
        {F, "./a.js", M, "/app/src/a.ts"},
        {F, "./b", M, "/app/src/b.tsx"},
        {F, "./b.js", M, "/app/src/b.tsx"},
        {F, "./b.jsx", M, "/app/src/b.tsx"},
        {F, "./c", M, "/app/src/c.mts"},
        {F, "./c.mjs", M, "/app/src/c.mts"},
        {F, "./d.cjs", M, "/app/src/d.cts"},
        {F, "./e", M, "/app/src/e.js"},
        {F, "./e.js", M, "/app/src/e.js"},
        {F, "./f", M, "/app/src/f.jsx"},
        {F, "./g", M, "/app/src/g.mjs"},
        {F, "./h.cjs", M, "/app/src/h.cjs"},
        {F, "./data.json", M, "/app/src/data.json"},
        {F, "./data", M, "/app/src/data.json"},
        {F, "./both", M, "/app/src/both.ts"},
        {F, "./both.js", M, "/app/src/both.ts"},
        {F, "./both/", M, "/app/src/both/index.ts"},
        {F, "./both/index", M, "/app/src/both/index.ts"},
        {F, "./folder", M, "/app/src/folder/index.ts"},
        {F, "./folder/", M, "/app/src/folder/index.ts"},
        {F, "./folder/index.js", M, "/app/src/folder/index.ts"},
        {F, "./view", M, "/app/src/view/index.tsx"},
        {F, "./old", M, "/app/src/old/index.js"},
        {F, ".", M, "/app/src/index.ts"},
        {F, "./", M, "/app/src/index.ts"},
        {F, "..", M, "/app/index.ts"},
        {F, "../lib", M, "/app/lib/index.ts"},
        {F, "../lib/util", M, "/app/lib/util.ts"},
        {F, "../lib/../lib/./util", M, "/app/lib/util.ts"},
        {F, "./folder/..", M, "/app/src/index.ts"},
        {"/app/src/folder/index.ts", "..", M, "/app/src/index.ts"},
        {F, "./index", M, "/app/src/index.ts"},
        {F, "./only", X, NULL},
        {F, "./only.d.ts", X, NULL},
        {F, "./only.js", X, NULL},
        {F, "./typed", M, "/app/src/typed.js"},
        {F, "./user.service", M, "/app/src/user.service.ts"},
        {F, "./user.service.js", M, "/app/src/user.service.ts"},
        {F, "./style.css", X, NULL},
        {F, "./notes.md", X, NULL},
        {F, "./notes.md?raw", X, NULL},
        {F, "./a?worker", X, NULL},
        {F, "./LICENSE", X, NULL},
        {F, "./module.wasm", X, NULL},
        {F, "./pkg", M, "/app/src/pkg/lib/start.ts"},
        {F, "./pkg/index", M, "/app/src/pkg/index.ts"},
        {F, "./away", M, "/app/src/away/index.ts"},
        {F, "./folded", M, "/app/src/folded/lib/index.ts"},
        {F, "./chart.js", M, "/app/src/chart.js/index.ts"},
        {F, "./with space", M, "/app/src/with space.ts"},
        {F, "./h\xC3\xA4ndler", M, "/app/src/h\xC3\xA4ndler.ts"},
        {F, "/app/src/a", M, "/app/src/a.ts"},
        {F, "../node_modules/pkg/index.js", X, NULL},
        {F, "../node_modules/missing", X, NULL},
        {F, "./nothing", NO, "P0107|cannot find module `./nothing` from `src/index.ts`"},
        {F, "./A", NO, "P0107|did you mean `./a`?"},
        {F, "./user.servcie", NO, "P0107|did you mean `./user.service`?"},
        {F, "./user.servcie.js", NO, "P0107|did you mean `./user.service.js`?"},
        {F, "./user.servcie.ts", NO, "P0107|did you mean `./user.service.ts`?"},
        {F, "./styl.css", NO, "P0107|did you mean `./style.css`?"},
        {F, "./foldre/index", NO, "P0107|did you mean `./folder/index`?"},
        {F, "../libs/util", NO, "P0107|did you mean `../lib/util`?"},
        {F, "./a/", NO, "P0107"},
        {F, "", NO, "P0107|an import names no module"},
        {F, "../../outside", NO, "P0109|the import `../../outside` leaves the project"},
        {F, "../../application/x", NO, "P0109"},
        {F, "/etc/passwd", NO, "P0109|`/etc/passwd`"},
        {F, "/application/x", NO, "P0109"},
        {F, "../../../../../../etc/passwd", NO, "P0109"},
        {F, "/", NO, "P0109"},
    };
    const Project project = PROJECT("/app", FILES, rows);
    check_project(&project);
}

// ---- names --------------------------------------------------------------------------------------

static void test_names(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        EMPTY("/app/src/index.ts"),
        EMPTY("/app/node_modules/langchain/index.js"),
    };
    static const char *const F = "/app/src/index.ts";
    const Row rows[] = {
        {F, "@plutolang/pluto", S, NULL},
        {F, "@plutolang/pluto/dist/index", S, NULL},
        {F, "@plutolang/pluto-infra", X, NULL},
        {F, "langchain", X, NULL},
        {F, "langchain/chains", X, NULL},
        {F, "not-installed", X, NULL},
        {F, "@scope/name", X, NULL},
        {F, "@scope/name/deep/er.js", X, NULL},
        {F, "lodash.merge", X, NULL},
        {F, "fs", X, NULL},
        {F, "fs/promises", X, NULL},
        {F, "node:fs", X, NULL},
        {F, "node:test/reporters", X, NULL},
        {F, "https://esm.sh/x", NO, "P0109|not loaded from URLs"},
        {F, "http://x/y.ts", NO, "P0109|not loaded from URLs"},
        {F, "file:///etc/passwd", NO, "P0109|not loaded from URLs"},
        {F, "data:text/javascript,1", NO, "P0107|not loaded from URLs"},
        {F, "bun:sqlite", NO, "P0107|another runtime"},
        {F, "npm:chalk@5", NO, "P0107|another runtime"},
        {F, "@/util", NO, "P0107|no package can have this name"},
        {F, "~/util", NO, "P0107|no package can have this name"},
        {F, "@scope", NO, "P0107"},
        {F, "#internal", NO, "P0107|`imports` of package.json"},
        {F, "bad name", NO, "P0107"},
        {F, ".hidden", NO, "P0107"},
    };
    const Project project = PROJECT("/app", FILES, rows);
    check_project(&project);
}

static void test_types_only(void **state) {
    (void)state;
    static const MemFile FILES[] = {EMPTY("/app/index.ts")};
    static const char *const SPECIFIERS[] = {"./nothing", "../outside", "#x", "@/y", ""};
    for (size_t i = 0; i < COUNT(SPECIFIERS); i++) {
        Arena a, own;
        arena_init(&a);
        arena_init(&own);
        Sources *sources = sources_open();
        Diags *diags = diags_open(sources);
        DeduceInput in = {.host = host_memory(&a, FILES, COUNT(FILES)), .root = STR("/app")};
        LoadContext lc = {.a = &a, .in = &in, .sources = sources, .diags = diags};
        Resolver *r = resolver_new(&own, &lc);
        Request req = {.specifier = str_of(SPECIFIERS[i]), .types_only = true};
        Str path;
        assert_int_equal(resolver_find(r, &a, STR("/app/index.ts"), &req, &path), TARGET_EXTERNAL);
        assert_false(diags_has_errors(diags));
        resolver_close(r);
        diags_close(diags);
        sources_close(sources);
        arena_release(&own);
        arena_release(&a);
    }
}

// ---- tsconfig.json ------------------------------------------------------------------------------

static void test_tsconfig(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        FILE_AT("/app/tsconfig.json", "\xEF\xBB\xBF{ // comments, and \"strings\" in them\n"
                                      "  \"compilerOptions\": { /* a block ** / */\n"
                                      "    \"baseUrl\": \".\",\n"
                                      "    \"paths\": {\n"
                                      "      \"@/*\": [\"src/*\",],\n"
                                      "      \"@/special/*\": [\"gone/*\", \"special/*\"],\n"
                                      "      \"exact\": [\"src/exact/target.ts\"],\n"
                                      "      \"~/*.view\": [\"src/views/*.tsx\"],\n"
                                      "      \"url//*\": [\"src/*\"],\n"
                                      "      \"lodash\": [\"node_modules/lodash-es\"],\n"
                                      "      \"out/*\": [\"../*\"],\n"
                                      "    },\n"
                                      "  },\n"
                                      "}\n"),
        FILE_AT("/app/package.json",
                "{\"dependencies\": {\"@scope/dep\": \"1\", \"exact2\": \"1\"}}"),
        EMPTY("/app/src/index.ts"),
        EMPTY("/app/src/util.ts"),
        EMPTY("/app/src/folder/index.ts"),
        EMPTY("/app/src/exact/target.ts"),
        EMPTY("/app/src/views/home.tsx"),
        EMPTY("/app/special/one.ts"),
        EMPTY("/app/fs.ts"),
        EMPTY("/app/rooted/x.ts"),
        EMPTY("/outside.ts"),
        // Nearer than the project's own; extends two others, of which the last wins.
        FILE_AT("/app/src/inner/tsconfig.json",
                "{\"extends\": [\"../../conf/one\", \"../../conf/two.json\"]}"),
        FILE_AT("/app/conf/one.json",
                "{\"compilerOptions\": {\"paths\": {\"#lib/*\": [\"./1/*\"]}}}"),
        FILE_AT("/app/conf/two.json", "{\"extends\": \"./three.json\", \"compilerOptions\": {}}"),
        FILE_AT("/app/conf/three.json", "{\"extends\": \"./two.json\","
                                        "\"compilerOptions\": {\"paths\": {\"#lib/*\": [\"./3/*\"],"
                                        " \"$c/*\": [\"${configDir}/c/*\"]}}}"),
        EMPTY("/app/conf/1/x.ts"),
        EMPTY("/app/conf/3/x.ts"),
        EMPTY("/app/src/inner/index.ts"),
        EMPTY("/app/src/inner/c/x.ts"),
        // A solution: the rules stand in a part of it.
        FILE_AT("/app/src/parts/tsconfig.json",
                "{\"files\": [], \"references\": [{\"path\": \"./tsconfig.app.json\"}]}"),
        FILE_AT("/app/src/parts/tsconfig.app.json",
                "{\"compilerOptions\": {\"paths\": {\"p/*\": [\"./*\"]}}}"),
        EMPTY("/app/src/parts/index.ts"),
        EMPTY("/app/src/parts/x.ts"),
    };
    static const char *const F = "/app/src/index.ts";
    static const char *const I = "/app/src/inner/index.ts";
    const Row rows[] = {
        {F, "@/util", M, "/app/src/util.ts"},
        {F, "@/util.js", M, "/app/src/util.ts"},
        {F, "@/folder", M, "/app/src/folder/index.ts"},
        {F, "@/special/one", M, "/app/special/one.ts"},
        {F, "exact", M, "/app/src/exact/target.ts"},
        {F, "exact/more", X, NULL},
        {F, "~/home.view", M, "/app/src/views/home.tsx"},
        {F, "url//util", M, "/app/src/util.ts"},
        {F, "rooted/x", M, "/app/rooted/x.ts"},
        {F, "fs", X, NULL},
        {F, "lodash", X, NULL},
        {F, "langchain", X, NULL},
        {F, "./util", M, "/app/src/util.ts"},
        {F, "@/nothing", NO, "P0107|`paths` of tsconfig.json|there is no `src/nothing`"},
        {F, "@/utli", NO, "P0107|did you mean `@/util`?"},
        {F, "out/outside", NO, "P0109"},
        {I, "#lib/x", M, "/app/conf/3/x.ts"},
        {I, "$c/x", M, "/app/src/inner/c/x.ts"},
        {I, "@/util", NO, "P0107"},
        {"/app/src/parts/index.ts", "p/x", M, "/app/src/parts/x.ts"},
    };
    const Project project = PROJECT("/app", FILES, rows);
    check_project(&project);
}

static void test_catch_all(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        FILE_AT("/app/tsconfig.json",
                "{\"compilerOptions\":{\"paths\":{\"*\":[\"./node_modules/*\",\"./types/*\"]}}}"),
        EMPTY("/app/index.ts"),
        EMPTY("/app/types/own.ts"),
    };
    const Row rows[] = {
        {"/app/index.ts", "own", M, "/app/types/own.ts"},
        {"/app/index.ts", "langchain", X, NULL},
    };
    const Project project = PROJECT("/app", FILES, rows);
    check_project(&project);
}

// A broken configuration must not pass for none. The question itself is answered all the same.
static void test_broken_config(void **state) {
    (void)state;
    static const struct {
        MemFile file;
        const char *specifier, *words;
    } ROWS[] = {
        {FILE_AT("/app/tsconfig.json", "{\n  \"compilerOptions\": oops\n}"), "x",
         "P0111|tsconfig.json:2:"},
        {FILE_AT("/app/tsconfig.json", "{} {}"), "x", "P0111"},
        {FILE_AT("/app/tsconfig.json", ""), "x", "P0111"},
        {FILE_AT("/app/tsconfig.json", "/* never closed"), "x", "P0111"},
        {FILE_AT("/app/tsconfig.json", "{\"a\": \"never closed"), "x", "P0111"},
        {FILE_AT("/app/package.json", "{,}"), "x", "P0111|package.json:1:"},
        {FILE_AT("/app/tsconfig.json", "{\"extends\": \"../base.json\"}"), "x",
         "P0109|extends `../base.json`"},
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Arena a, own;
        arena_init(&a);
        arena_init(&own);
        Sources *sources = sources_open();
        Diags *diags = diags_open(sources);
        DeduceInput in = {.host = host_memory(&a, &ROWS[i].file, 1), .root = STR("/app")};
        LoadContext lc = {.a = &a, .in = &in, .sources = sources, .diags = diags};
        Resolver *r = resolver_new(&own, &lc);
        Request req = {.specifier = str_of(ROWS[i].specifier)};
        Str path;
        resolver_find(r, &a, STR("/app/index.ts"), &req, &path);
        resolver_close(r);
        char *text = printed(diags);
        const Row row = {ROWS[i].file.path.p, ROWS[i].specifier, NO, NULL};
        check_words(text, ROWS[i].words, &row);
        free(text);
        diags_close(diags);
        sources_close(sources);
        arena_release(&own);
        arena_release(&a);
    }
}

// ---- package.json -------------------------------------------------------------------------------

static void test_own_package(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        FILE_AT(
            "/app/package.json",
            "{\"name\": \"my-app\","
            "\"exports\": {\".\": {\"types\": \"./dist/index.d.ts\", \"import\": "
            "\"./dist/index.js\"},"
            " \"./feature/*\": {\"require\": \"./dist/feature/*.cjs\", \"default\": "
            "\"./dist/feature/*.mjs\"},"
            " \"./feature/private/*\": null,"
            " \"./listed\": [\"./gone.js\", \"./lib/listed.js\"]},"
            "\"imports\": {\"#db\": {\"node\": \"./src/db/node.js\", \"default\": "
            "\"./src/db/any.js\"},"
            " \"#lib/*\": \"./src/lib/*.js\", \"#lib/deep/*\": \"./src/deep/*.js\","
            " \"#dep\": \"lodash\", \"#sdk\": \"@plutolang/pluto\", \"#up\": \"./../outside.ts\","
            " \"#fs\": \"node:fs\", \"#built\": \"./dist/built.js\"},"
            "\"dependencies\": {\"linked\": \"file:./local/linked\", \"tarball\": \"file:./x.tgz\","
            " \"away\": \"file:../away\"}}"),
        EMPTY("/app/src/index.ts"),
        EMPTY("/app/src/feature/one.ts"),
        EMPTY("/app/lib/listed.js"),
        EMPTY("/app/src/db/node.ts"),
        EMPTY("/app/src/db/any.ts"),
        EMPTY("/app/src/lib/x.ts"),
        EMPTY("/app/src/deep/x.ts"),
        EMPTY("/app/src/built.ts"),
        FILE_AT("/app/local/linked/package.json",
                "{\"name\": \"linked\", \"main\": \"dist/main.js\"}"),
        EMPTY("/app/local/linked/src/main.ts"),
        EMPTY("/app/local/linked/src/sub.ts"),
        EMPTY("/outside.ts"),
        FILE_AT("/away/package.json", "{\"name\": \"away\"}"),
        EMPTY("/away/index.ts"),
    };
    static const char *const F = "/app/src/index.ts";
    const Row rows[] = {
        {F, "my-app", M, "/app/src/index.ts"},
        {F, "my-app/feature/one", M, "/app/src/feature/one.ts"},
        {F, "my-app/feature/private/x", NO, "P0107|`exports` of its package.json"},
        {F, "my-app/listed", M, "/app/lib/listed.js"},
        {F, "my-app/other", NO, "P0107|`exports` of its package.json"},
        {F, "#db", M, "/app/src/db/node.ts"},
        {F, "#lib/x", M, "/app/src/lib/x.ts"},
        {F, "#lib/deep/x", M, "/app/src/deep/x.ts"},
        {F, "#dep", X, NULL},
        {F, "#sdk", S, NULL},
        {F, "#fs", X, NULL},
        {F, "#built", M, "/app/src/built.ts"},
        {F, "#up", NO, "P0107"},
        {F, "#none", NO, "P0107|`imports` of package.json"},
        {F, "#lib/none", NO, "P0107"},
        {F, "linked", M, "/app/local/linked/src/main.ts"},
        {F, "linked/sub", M, "/app/local/linked/src/sub.ts"},
        {F, "tarball", X, NULL},
        {F, "away", X, NULL},
    };
    const Project project = PROJECT("/app", FILES, rows);
    check_project(&project);
}

// ---- workspaces ---------------------------------------------------------------------------------

#define MEMBERS                                                                                    \
    EMPTY("/repo/apps/api/src/index.ts"),                                                          \
        FILE_AT("/repo/apps/api/package.json", "{\"name\": \"api\"}"),                             \
        FILE_AT("/repo/packages/shared/package.json",                                              \
                "{\"name\": \"@repo/shared\", \"main\": \"dist/index.js\"}"),                      \
        EMPTY("/repo/packages/shared/src/index.ts"), EMPTY("/repo/packages/shared/src/util.ts"),   \
        EMPTY("/repo/packages/shared/dist/index.js"),                                              \
        FILE_AT("/repo/packages/exported/package.json",                                            \
                "{\"name\": \"exported\", \"exports\": {\".\": \"./dist/esm/main.mjs\","           \
                " \"./sub\": {\"source\": \"./code/sub.ts\", \"default\": \"./dist/sub.js\"}}}"),  \
        EMPTY("/repo/packages/exported/src/main.ts"),                                              \
        EMPTY("/repo/packages/exported/code/sub.ts"),                                              \
        FILE_AT("/repo/packages/deep/er/package.json", "{\"name\": \"deeper\"}"),                  \
        EMPTY("/repo/packages/deep/er/index.ts"),                                                  \
        FILE_AT("/repo/packages/hollow/package.json", "{\"name\": \"hollow\"}"),                   \
        FILE_AT("/repo/packages/excluded/package.json", "{\"name\": \"excluded\"}"),               \
        EMPTY("/repo/packages/excluded/index.ts"),                                                 \
        FILE_AT("/repo/packages/node_modules/installed/package.json",                              \
                "{\"name\": \"installed\"}"),                                                      \
        EMPTY("/repo/packages/node_modules/installed/index.ts"), EMPTY("/repo/tools/x.ts"),        \
        EMPTY("/outside.ts")

#define WORKSPACE_ROWS                                                                             \
    {"/repo/apps/api/src/index.ts", "@repo/shared", M, "/repo/packages/shared/src/index.ts"},      \
        {"/repo/apps/api/src/index.ts", "@repo/shared/util", M,                                    \
         "/repo/packages/shared/src/util.ts"},                                                     \
        {"/repo/packages/shared/src/index.ts", "exported", M,                                      \
         "/repo/packages/exported/src/main.ts"},                                                   \
        {"/repo/apps/api/src/index.ts", "exported/sub", M, "/repo/packages/exported/code/sub.ts"}, \
        {"/repo/apps/api/src/index.ts", "exported/none", NO, "P0107|`exports`"},                   \
        {"/repo/apps/api/src/index.ts", "hollow", NO, "P0107|part of the workspace"},              \
        {"/repo/apps/api/src/index.ts", "excluded", X, NULL},                                      \
        {"/repo/apps/api/src/index.ts", "installed", X, NULL},                                     \
        {"/repo/apps/api/src/index.ts", "langchain", X, NULL},                                     \
        {"/repo/apps/api/src/index.ts", "../../../tools/x", M, "/repo/tools/x.ts"},                \
        {"/repo/apps/api/src/index.ts", "../../../../outside", NO, "P0109"},

static void test_npm_workspace(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        FILE_AT("/repo/package.json",
                "{\"workspaces\": [\"apps/*\", \"./packages/**/\", \"!packages/excluded\"]}"),
        MEMBERS};
    const Row rows[] = {WORKSPACE_ROWS{"/repo/apps/api/src/index.ts", "deeper", M,
                                       "/repo/packages/deep/er/index.ts"}};
    const Project project = PROJECT("/repo/apps/api", FILES, rows);
    check_project(&project);
    const Project whole = PROJECT("/repo", FILES, rows);
    check_project(&whole);
}

static void test_pnpm_workspace(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        FILE_AT("/repo/pnpm-workspace.yaml",
                "catalog:\n  packages: ['no']\npackages:\n  - 'apps/*'\n"
                "  - \"packages/*\"\n  - '!packages/excluded'\n"
                "other:\n  - tools\n"),
        MEMBERS};
    const Row rows[] = {WORKSPACE_ROWS{"/repo/apps/api/src/index.ts", "deeper", X, NULL}};
    const Project project = PROJECT("/repo/apps/api", FILES, rows);
    check_project(&project);
}

// A folder above the project whose globs do not name it opens nothing.
static void test_foreign_workspace(void **state) {
    (void)state;
    static const MemFile FILES[] = {
        FILE_AT("/repo/package.json", "{\"workspaces\": {\"packages\": [\"packages/*\"]}}"),
        MEMBERS};
    const Row rows[] = {
        {"/repo/apps/api/src/index.ts", "@repo/shared", X, NULL},
        {"/repo/apps/api/src/index.ts", "../../../tools/x", NO, "P0109"},
    };
    const Project project = PROJECT("/repo/apps/api", FILES, rows);
    check_project(&project);
}

static void test_globs(void **state) {
    (void)state;
    static const struct {
        const char *glob, *path;
        bool matches;
    } ROWS[] = {
        {"packages/*", "packages/a", true},
        {"packages/*", "packages/a/b", false},
        {"packages/*", "packages", false},
        {"packages/**", "packages", true},
        {"packages/**", "packages/a/b/c", true},
        {"./packages/*/", "packages/a", true},
        {"**/api", "apps/deep/api", true},
        {"**", "anything/at/all", true},
        {"*", "a", true},
        {"*", "a/b", false},
        {"a*c", "abbbc", true},
        {"a*c", "abbbd", false},
        {"a*b*c", "aXbYc", true},
        {"**/a/**/b", "x/a/y/a/z/b", true},
        {"**/a/**", "x/y", false},
        {"a/**/**", "a", true},
        {"a/**/b", "a/c/b/c", false},
        {"", "", true},
        {"", "a", false},
        {"*-app", "my-app", true},
    };
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (workspace_glob_matches(str_of(ROWS[i].glob), str_of(ROWS[i].path)) != ROWS[i].matches)
            fail_msg("%s on %s", ROWS[i].glob, ROWS[i].path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_types_only),     cmocka_unit_test(test_tsconfig),
        cmocka_unit_test(test_catch_all),      cmocka_unit_test(test_broken_config),
        cmocka_unit_test(test_own_package),    cmocka_unit_test(test_npm_workspace),
        cmocka_unit_test(test_pnpm_workspace), cmocka_unit_test(test_foreign_workspace),
        cmocka_unit_test(test_globs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
