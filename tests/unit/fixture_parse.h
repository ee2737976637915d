#pragma once
// One module, parsed and bound, and what tests ask of it.

#include "deducer/load/ast_dump.h"
#include "deducer/load/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

typedef struct Row {
    const char *code, *expected;
} Row;

typedef struct Fixture {
    Arena arena;
    Sources *sources;
    Diags *diags;
    LoadContext lc;
    Module m;
} Fixture;

static void fixture_open(Fixture *f, const char *path, Str text) {
    memset(f, 0, sizeof *f);
    arena_init(&f->arena);
    f->sources = sources_open();
    f->diags = diags_open(f->sources);
    f->lc = (LoadContext){
        .a = &f->arena, .sources = f->sources, .interner = interner_open(), .diags = f->diags};
    f->m.path = str_of(path);
    f->m.file = sources_add(f->sources, f->m.path, text);
    parse_module(&f->arena, &f->lc, &f->m, text);
    bind_module(&f->arena, &f->lc, &f->m);
}

static void fixture_close(Fixture *f) {
    interner_close(f->lc.interner);
    diags_close(f->diags);
    sources_close(f->sources);
    arena_release(&f->arena);
}

// What was reported, a line each; the caller frees it.
static char *fixture_reports(Fixture *f) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    diags_print(f->diags, to, DIAG_SHORT, false, 0);
    fclose(to);
    return text;
}

// The statements of the module, with a blank between them.
static inline const char *fixture_dump(Fixture *f, bool refs) {
    Buf b = buf_new(&f->arena);
    assert_non_null(f->m.program);
    for (uint32_t i = 0; i < f->m.program->u.block.count; i++) {
        if (i > 0)
            buf_putc(&b, ' ');
        ast_dump(&b, f->lc.interner, f->m.program->u.block.at[i], refs);
    }
    return str_cstr(&f->arena, buf_str(&b));
}

static inline void fixture_check_dump(const Row *row, bool refs) {
    Fixture f;
    fixture_open(&f, "x.ts", str_of(row->code));
    char *reports = fixture_reports(&f);
    assert_string_equal(reports, "");
    assert_string_equal(fixture_dump(&f, refs), row->expected);
    free(reports);
    fixture_close(&f);
}
