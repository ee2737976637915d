#pragma once
// What the tests of the views share: graphs made by hand, an id a line.

#include "generator/views/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    Arena arena;
    Arch arch;
    Scene scene;
} Fixture;

static inline int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    f->arch.project = STR("app");
    f->arch.stack = STR("dev");
    *state = f;
    return 0;
}

static inline int tear_down(void **state) {
    Fixture *f = *state;
    arena_release(&f->arena);
    free(f);
    return 0;
}

// `id`: "KVStore/notes".
static inline void resource(Fixture *f, Str id, const char *file) {
    int64_t slash = str_find(id, STR("/"), 0);
    ArchResource r = {.id = id,
                      .kind = str_slice(id, 0, (uint32_t)slash),
                      .name = str_slice(id, (uint32_t)slash + 1, id.n),
                      .arguments = arch_object(&f->arena),
                      .source = {str_of(file), 1, 1}};
    vec_push(&f->arena, &f->arch.resources, r);
}

// The last resource's options.name = value.
static inline void option(Fixture *f, const char *name, ArchValue *value) {
    ArchResource *r = &vec_last(&f->arch.resources);
    ArchValue *options = arch_find(r->arguments, "options");
    if (!options) {
        options = arch_object(&f->arena);
        arch_member_push(&f->arena, r->arguments, STR("options"), options);
    }
    arch_member_push(&f->arena, options, str_of(name), value);
}

// `path` may be NULL.
static inline void edge(Fixture *f, EdgeType type, Str from, const char *operation, Str to,
                        const char *path) {
    ArchEdge e = {.from = from, .to = to, .type = type, .operation = str_of(operation)};
    if (path) {
        e.arguments = arch_object(&f->arena);
        arch_member_push(&f->arena, e.arguments, STR("path"), arch_string(&f->arena, str_of(path)));
    }
    vec_push(&f->arena, &f->arch.edges, e);
}
