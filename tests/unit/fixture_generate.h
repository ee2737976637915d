#pragma once
// What the tests of the generator share: from the text of a graph to a parsed template, or to what
// the diagnostics say.

#include "generator/generator.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    Arena arena;
    Sources *sources;
    Diags *diags;
    GenerateSettings settings;
    Output out;
    cJSON *template;
} Fixture;

static inline int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    f->sources = sources_open();
    f->diags = diags_open(f->sources);
    *state = f;
    return 0;
}

static inline int tear_down(void **state) {
    Fixture *f = *state;
    cJSON_Delete(f->template);
    diags_close(f->diags);
    sources_close(f->sources);
    arena_release(&f->arena);
    free(f);
    return 0;
}

static inline bool run(Fixture *f, Str graph) {
    Arch *arch = arch_from_json(&f->arena, graph, STR("arch.json"), &kind_table, f->diags);
    bool ok = arch && generate(&f->arena, arch, &kind_table, &f->settings, &f->out, f->diags);
    cJSON_Delete(f->template);
    f->template = ok ? cJSON_ParseWithLength(f->out.main.json.p, f->out.main.json.n) : NULL;
    return ok;
}

// What the diagnostics say, for tests that look for a piece of it.
static inline Str said(Fixture *f) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    diags_print(f->diags, stream, DIAG_HUMAN, false, 0);
    fclose(stream);
    Str copy = str_dup(&f->arena, str_of(text));
    free(text);
    return copy;
}

// The graph of one project from its resources and edges, given as JSON without the brackets.
static inline Str graph(Fixture *f, const char *resources, const char *edges) {
    return str_fmt(&f->arena,
                   "{\"version\":1,\"project\":\"shop\",\"stack\":\"dev\",\"resources\":[%s],"
                   "\"edges\":[%s]}",
                   resources, edges);
}

#define RESOURCE(kind, name, arguments)                                                            \
    "{\"id\":\"" kind "/" name "\",\"kind\":\"" kind "\",\"name\":\"" name                         \
    "\",\"arguments\":{" arguments "},\"source\":{\"file\":\"a.ts\",\"line\":3,\"column\":5}}"
#define FUNCTION(name, options)                                                                    \
    "{\"id\":\"Function/" name "\",\"kind\":\"Function\",\"name\":\"" name                         \
    "\",\"arguments\":{\"options\":{" options                                                      \
    "}},\"handler\":{\"file\":\"a.ts\",\"line\":4,\"column\":7,\"export\":\"h\"},"                 \
    "\"source\":{\"file\":\"a.ts\",\"line\":4,\"column\":1}}"
#define EDGE(from, to, type, operation)                                                            \
    "{\"from\":\"" from "\",\"to\":\"" to "\",\"type\":\"" type "\",\"operation\":\"" operation    \
    "\",\"evidence\":[]}"
#define ROUTE(router, function, method, path)                                                      \
    "{\"from\":\"Router/" router "\",\"to\":\"Function/" function                                  \
    "\",\"type\":\"trigger\",\"operation\":\"" method "\",\"arguments\":{\"path\":\"" path         \
    "\"},\"evidence\":[]}"

// The value at a path of member names with `/` between, items by number; NULL where there is none.
static inline const cJSON *at(const cJSON *json, const char *path) {
    char name[128];
    while (json && *path) {
        size_t n = strcspn(path, "/");
        assert_true(n < sizeof name);
        memcpy(name, path, n);
        name[n] = 0;
        path += n + (path[n] == '/');
        json = cJSON_IsArray(json) ? cJSON_GetArrayItem(json, (int)strtol(name, NULL, 10))
                                   : cJSON_GetObjectItemCaseSensitive(json, name);
    }
    return json;
}

// The compact text of what stands at the path in the template's resources; "" where nothing does.
static inline const char *text_at(Fixture *f, const char *path) {
    const cJSON *json = at(cJSON_GetObjectItem(f->template, "Resources"), path);
    if (!json)
        return "";
    char *text = cJSON_PrintUnformatted(json);
    const char *copy = str_cstr(&f->arena, str_of(text));
    cJSON_free(text);
    return copy;
}
