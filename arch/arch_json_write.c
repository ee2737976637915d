// The graph as JSON text.
//
// Input: a graph whose edges are sorted. Output: text in the order and with the keys that
// docs/arch-json.md fixes. Invariant: the text depends on the graph alone, and arch_from_json reads
// the same graph back from it.
//
// A member of the program's objects whose key starts with `$` gets a second `$`, so that it is
// never taken for a late value.

#include "arch/arch.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// cJSON gives NULL only where memory has run out.
static cJSON *must(cJSON *node) {
    if (!node)
        BUG("out of memory while writing the graph");
    return node;
}

// A C string that JSON can hold: NUL and bytes that are not UTF-8 become U+FFFD.
static const char *text_of(Arena *scratch, Str s) {
    uint32_t bad;
    bool clean = utf8_valid(s, &bad) && (s.n == 0 || !memchr(s.p, 0, s.n));
    if (clean)
        return str_cstr(scratch, s);
    Buf b = buf_new(scratch);
    for (uint32_t at = 0; at < s.n;) {
        uint32_t cp = utf8_next(s, &at);
        char bytes[4];
        unsigned n = utf8_put(cp ? cp : 0xFFFD, bytes);
        buf_put(&b, (Str){bytes, n});
    }
    return str_cstr(scratch, buf_str(&b));
}

static cJSON *string_node(Arena *scratch, Str s) {
    return must(cJSON_CreateStringReference(text_of(scratch, s)));
}

// The shortest text that reads back as the same number; cJSON's own loses the last bit of some.
// What JSON has no number for is null.
static cJSON *number_node(double d) {
    const double exact = 9007199254740992.0; // 2^53: whole numbers up to here are what they seem
    char text[40];
    if (!isfinite(d))
        return must(cJSON_CreateNull());
    if (d >= -exact && d <= exact && floor(d) >= d) {
        snprintf(text, sizeof text, "%lld", (long long)d);
        return must(cJSON_CreateRaw(text));
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, d);
        if (strtod(text, NULL) == d)
            break;
    }
    return must(cJSON_CreateRaw(text));
}

// `key` is a literal, or lives in `scratch`: as long as the tree.
static void add(cJSON *object, const char *key, cJSON *node) {
    BUG_IF(!cJSON_AddItemToObjectCS(object, key, node));
}

static void add_string(Arena *scratch, cJSON *object, const char *key, Str s) {
    add(object, key, string_node(scratch, s));
}

static void push(cJSON *array, cJSON *node) {
    BUG_IF(!cJSON_AddItemToArray(array, node));
}

static cJSON *value_node(Arena *scratch, const ArchValue *v, unsigned depth);

static cJSON *items_node(Arena *scratch, const ArchValue *v, unsigned depth) {
    cJSON *array = must(cJSON_CreateArray());
    for (uint32_t i = 0; i < v->count; i++)
        push(array, value_node(scratch, v->items[i], depth));
    return array;
}

static cJSON *members_node(Arena *scratch, const ArchValue *v, unsigned depth) {
    cJSON *object = must(cJSON_CreateObject());
    for (uint32_t i = 0; i < v->count; i++) {
        Str key = v->members[i].key;
        if (str_starts(key, "$"))
            key = str_cat(scratch, STR("$"), key);
        add(object, text_of(scratch, key), value_node(scratch, v->members[i].value, depth));
    }
    return object;
}

static cJSON *late_node(const char *key, cJSON *inner) {
    cJSON *object = must(cJSON_CreateObject());
    add(object, key, inner);
    return object;
}

static cJSON *property_node(Arena *scratch, const ArchValue *v) {
    cJSON *inner = must(cJSON_CreateObject());
    add_string(scratch, inner, "resource", v->text);
    add_string(scratch, inner, "property", v->property);
    return late_node("$property", inner);
}

static cJSON *value_node(Arena *scratch, const ArchValue *v, unsigned depth) {
    if (depth > ARCH_DEPTH_MAX)
        BUG("a value of the graph nests deeper than %d", ARCH_DEPTH_MAX);
    switch (v->type) {
    case ARCH_NULL:
        return must(cJSON_CreateNull());
    case ARCH_BOOL:
        return must(cJSON_CreateBool(v->boolean));
    case ARCH_NUMBER:
        return number_node(v->number);
    case ARCH_STRING:
        return string_node(scratch, v->text);
    case ARCH_ARRAY:
        return items_node(scratch, v, depth + 1);
    case ARCH_OBJECT:
        return members_node(scratch, v, depth + 1);
    case ARCH_PROPERTY:
        return property_node(scratch, v);
    case ARCH_ENV:
        return late_node("$env", string_node(scratch, v->text));
    case ARCH_SECRET:
        return late_node("$secret", string_node(scratch, v->text));
    case ARCH_CONCAT:
        return late_node("$concat", items_node(scratch, v, depth + 1));
    case ARCH_OR:
        return late_node("$or", items_node(scratch, v, depth + 1));
    }
    BUG("value type %d", (int)v->type);
}

static void add_place(Arena *scratch, cJSON *object, ArchPlace place) {
    if (place.line == 0)
        return;
    add_string(scratch, object, "file", place.file);
    add(object, "line", number_node(place.line));
    add(object, "column", number_node(place.column));
}

static cJSON *handler_node(Arena *scratch, const ArchHandler *handler) {
    cJSON *object = must(cJSON_CreateObject());
    add_place(scratch, object, handler->place);
    if (handler->export_name.n)
        add_string(scratch, object, "export", handler->export_name);
    return object;
}

static cJSON *resource_node(Arena *scratch, const ArchResource *r) {
    cJSON *object = must(cJSON_CreateObject());
    add_string(scratch, object, "id", r->id);
    add_string(scratch, object, "kind", r->kind);
    add_string(scratch, object, "name", r->name);
    add(object, "arguments",
        r->arguments ? value_node(scratch, r->arguments, 1) : must(cJSON_CreateObject()));
    if (r->handler.present)
        add(object, "handler", handler_node(scratch, &r->handler));
    if (str_is(r->kind, "Function")) {
        cJSON *names = must(cJSON_CreateArray());
        for (uint32_t i = 0; i < r->environment.n; i++)
            push(names, string_node(scratch, r->environment.at[i]));
        add(object, "environment", names);
    }
    if (r->source.line) {
        cJSON *source = must(cJSON_CreateObject());
        add_place(scratch, source, r->source);
        add(object, "source", source);
    }
    return object;
}

static cJSON *edge_node(Arena *scratch, const ArchEdge *e) {
    cJSON *object = must(cJSON_CreateObject());
    add_string(scratch, object, "from", e->from);
    add_string(scratch, object, "to", e->to);
    add_string(scratch, object, "type", str_of(edge_type_name(e->type)));
    add_string(scratch, object, "operation", e->operation);
    if (e->arguments && e->arguments->count)
        add(object, "arguments", value_node(scratch, e->arguments, 1));
    cJSON *evidence = must(cJSON_CreateArray());
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        cJSON *step = must(cJSON_CreateObject());
        add_place(scratch, step, e->evidence.at[i].place);
        add_string(scratch, step, "note", e->evidence.at[i].note);
        push(evidence, step);
    }
    add(object, "evidence", evidence);
    return object;
}

// Takes both the tree and cJSON's text away; what remains is in `a`.
static Str printed(Arena *a, cJSON *tree, bool pretty) {
    char *text = pretty ? cJSON_Print(tree) : cJSON_PrintUnformatted(tree);
    if (!text)
        BUG("out of memory while printing the graph");
    Str out = pretty ? str_cat(a, str_of(text), STR("\n")) : str_dup(a, str_of(text));
    cJSON_free(text);
    cJSON_Delete(tree);
    return out;
}

Str arch_value_to_json(Arena *a, const ArchValue *v) {
    Arena scratch;
    arena_init(&scratch);
    Str out = printed(a, value_node(&scratch, v, 1), false);
    arena_release(&scratch);
    return out;
}

Str arch_to_json(Arena *a, const Arch *arch) {
    Arena scratch;
    arena_init(&scratch);
    cJSON *tree = must(cJSON_CreateObject());
    add(tree, "version", number_node(1));
    add_string(&scratch, tree, "project", arch->project);
    add_string(&scratch, tree, "stack", arch->stack);
    cJSON *resources = must(cJSON_CreateArray());
    for (uint32_t i = 0; i < arch->resources.n; i++)
        push(resources, resource_node(&scratch, &arch->resources.at[i]));
    add(tree, "resources", resources);
    cJSON *edges = must(cJSON_CreateArray());
    for (uint32_t i = 0; i < arch->edges.n; i++)
        push(edges, edge_node(&scratch, &arch->edges.at[i]));
    add(tree, "edges", edges);
    Str out = printed(a, tree, true);
    arena_release(&scratch);
    return out;
}
