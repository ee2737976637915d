// Any bytes as a project of many files: a line "--- path" starts a file, and what stands before the
// first one is src/index.ts. No crash, no module outside of the project, and every request is
// answered.

#include "deducer/load/load.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { FILES_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t split(Arena *a, Str text, MemFile *files) {
    uint32_t count = 0, from = 0;
    Str path = STR("/repo/app/src/index.ts");
    while (count < FILES_MAX) {
        int64_t at = str_find(text, STR("\n--- "), from);
        uint32_t end = at >= 0 ? (uint32_t)at + 1 : text.n;
        files[count++] = (MemFile){path, str_slice(text, from, end)};
        if (at < 0)
            break;
        int64_t line_end = str_find(text, STR("\n"), end);
        uint32_t next = line_end >= 0 ? (uint32_t)line_end + 1 : text.n;
        path = path_join(a, STR("/repo/app"), str_trim(str_slice(text, end + 4, next)));
        from = next;
    }
    return count;
}

static void check_module(const Module *m, const Program *p) {
    BUG_IF(m->index >= p->modules.n || p->modules.at[m->index] != m);
    BUG_IF(!path_is_under(m->abs_path, STR("/repo")));
    for (uint32_t i = 0; i < m->requests.n; i++) {
        const Request *req = &m->requests.at[i];
        BUG_IF((req->kind == TARGET_MODULE) != (req->module != NULL));
        BUG_IF(req->kind == TARGET_NONE && !m->has_errors);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *diags = diags_open(sources);
    Interner *interner = interner_open();
    MemFile *files = arena_array(&a, MemFile, FILES_MAX);
    uint32_t count = split(&a, (Str){(const char *)data, (uint32_t)size}, files);
    DeduceInput in = {.host = host_memory(&a, files, count),
                      .root = STR("/repo/app"),
                      .entry = STR("src/index.ts"),
                      .threads = 1};
    LoadContext lc = {.a = &a, .in = &in, .sources = sources, .interner = interner, .diags = diags};

    Program *p = load_program(&lc);
    BUG_IF(p->modules.n == 0 || p->modules.at[0] != p->entry);
    bool failed = false;
    for (uint32_t i = 0; i < p->modules.n; i++) {
        check_module(p->modules.at[i], p);
        failed = failed || p->modules.at[i]->has_errors;
    }
    BUG_IF(failed && !diags_has_errors(diags));
    load_release(p);

    // What is reported must be printable when the program is gone.
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (to) {
        diags_print(diags, to, DIAG_HUMAN, false, 0);
        fclose(to);
    }
    free(text);
    interner_close(interner);
    diags_close(diags);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
