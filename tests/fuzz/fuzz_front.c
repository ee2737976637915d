// Any bytes as a whole project, through all of the compiler: a line "--- path" starts a file, and
// what stands before the first one is src/index.ts. No crash, an end within the budget, a word for
// every refusal; and of what is accepted, a graph that survives its JSON and a template or the
// reason for none.

#include "deducer/deducer.h"
#include "generator/generator.h"
#include "generator/views.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { FILES_MAX = 5, SIZE_MAX_READ = 1 << 14, STEPS = 20000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t split(Arena *a, Str text, MemFile *files) {
    uint32_t count = 0, from = 0;
    Str path = STR("/app/src/index.ts");
    while (count < FILES_MAX) {
        int64_t at = str_find(text, STR("\n--- "), from);
        uint32_t end = at >= 0 ? (uint32_t)at + 1 : text.n;
        files[count++] = (MemFile){path, str_slice(text, from, end)};
        if (at < 0)
            break;
        int64_t line_end = str_find(text, STR("\n"), end);
        uint32_t next = line_end >= 0 ? (uint32_t)line_end + 1 : text.n;
        path = path_join(a, STR("/app"), str_trim(str_slice(text, end + 4, next)));
        from = next;
    }
    return count;
}

static void print(Diags *diags, DiagFormat format) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (to) {
        diags_print(diags, to, format, false, 0);
        fclose(to);
    }
    free(text);
}

// The graph read back from its JSON is the same graph, and it is a valid one.
static void check_graph(Arena *a, const Arch *arch) {
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    Str json = arch_to_json(a, arch);
    Arch *again = arch_from_json(a, json, STR("arch.json"), &kind_table, diags);
    BUG_IF(!again || diags_has_errors(diags));
    BUG_IF(!str_eq(arch_to_json(a, again), json));
    view_text(a, arch, &kind_table, true);
    diags_close(diags);
    sources_close(sources);
}

// Nothing moves, and each function has its slice.
static void check_slices(const Arch *arch, const Sources *sources, const SliceVec *slices) {
    uint32_t functions = 0;
    for (uint32_t i = 0; i < arch->resources.n; i++)
        functions += arch->resources.at[i].handler.present;
    BUG_IF(slices->n != functions);
    for (uint32_t i = 0; i < slices->n; i++)
        for (uint32_t k = 0; k < slices->at[i].modules.n; k++) {
            const SliceModule *m = &slices->at[i].modules.at[k];
            Str source = sources_get(sources, sources_find(sources, m->path))->text;
            BUG_IF(m->text.n != source.n);
            for (uint32_t at = 0; at < source.n; at++)
                BUG_IF((m->text.p[at] == '\n') != (source.p[at] == '\n'));
        }
}

static void compile(Arena *a, Host *host, Sources *sources, Diags *diags) {
    SliceVec slices = {0};
    const Str known[] = {STR("PLUTO_STACK_NAME"), STR("dev")};
    DeduceInput in = {.host = host,
                      .root = STR("/app"),
                      .entry = STR("src/index.ts"),
                      .project = STR("app"),
                      .stack = STR("dev"),
                      .kinds = &kind_table,
                      .threads = 1,
                      .step_limit = STEPS,
                      .known_env = known,
                      .known_env_count = 1,
                      .slices = &slices};
    Arch *arch = deduce(a, &in, sources, diags, NULL);
    BUG_IF((arch == NULL) != diags_has_errors(diags));
    if (!arch)
        return;
    check_graph(a, arch);
    check_slices(arch, sources, &slices);
    GenerateSettings settings = {.sources = sources};
    Output out = {0};
    bool made = generate(a, arch, &kind_table, &settings, &out, diags);
    BUG_IF(made == diags_has_errors(diags));
    BUG_IF(made != (out.main.json.n > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > SIZE_MAX_READ)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    MemFile files[FILES_MAX];
    uint32_t count = split(&a, (Str){(const char *)data, (uint32_t)size}, files);
    compile(&a, host_memory(&a, files, count), sources, diags);
    print(diags, DIAG_HUMAN);
    print(diags, DIAG_JSON);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
