// Two graphs, divided by a zero byte: no crash, a graph does not differ from itself, both
// directions see the same differences, and what is written of them is what it says it is.

#include "generator/diff.h"

#include <cjson/cJSON.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const GenerateSettings settings;

static Diff compare(Arena *a, const Arch *before, const Arch *after) {
    const DiffSide sides[] = {{before, &settings, STR("a")}, {after, &settings, STR("b")}};
    Diff d;
    diff(a, &sides[0], &sides[1], &kind_table, &d);
    return d;
}

static void check_texts(Arena *a, const Diff *d) {
    Str json = diff_json(a, d);
    cJSON *tree = cJSON_ParseWithLength(json.p, json.n);
    if (!tree)
        BUG("no JSON: %.*s", STR_ARG(json));
    cJSON_Delete(tree);
    Str text = diff_text(a, d, false), markdown = diff_markdown(a, d, &kind_table);
    for (uint32_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n')
            BUG("a terminal would obey: %.*s", STR_ARG(text));
    uint32_t bad = 0;
    if (str_contains(text, "\nno change: ") != diff_empty(d) || !utf8_valid(markdown, &bad))
        BUG("said wrongly: %.*s", STR_ARG(text));
}

static void check(Arena *a, const Arch *before, const Arch *after) {
    Diff same = compare(a, after, after);
    if (!diff_empty(&same) || same.widens || same.publishes)
        BUG("a graph differs from itself: %.*s", STR_ARG(diff_text(a, &same, false)));
    Diff there = compare(a, before, after), back = compare(a, after, before);
    if (there.resources.n != back.resources.n || there.edges.n != back.edges.n ||
        there.permissions.n != back.permissions.n || there.exposures.n != back.exposures.n)
        BUG("the way back is another");
    check_texts(a, &there);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *end = size && size < 1 << 16 ? memchr(data, 0, size) : NULL;
    if (!end)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *ds = diags_open(sources);
    Str first = {(const char *)data, (uint32_t)(end - data)};
    Str second = {(const char *)end + 1, (uint32_t)(size - first.n - 1)};
    const Arch *before = arch_from_json(&a, first, STR("a.json"), &kind_table, ds);
    const Arch *after = arch_from_json(&a, second, STR("b.json"), &kind_table, ds);
    if (before && after)
        check(&a, before, after);
    diags_close(ds);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
