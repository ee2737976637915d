// Building the architecture graph, finding in it, and its one order.
//
// Input: what the deducer or the JSON reader puts in. Output: the same graph, edges sorted.
// Invariant: arch_sort_edges is a total order of text and places alone, so that graphs that are
// equal print the same bytes however they were made.

#include "arch/arch.h"

#include <stdlib.h>
#include <string.h>

static ArchValue *value_new(Arena *a, ArchType type) {
    ArchValue *v = arena_new(a, ArchValue);
    v->type = type;
    return v;
}

// `list` of `v` with room for one more element of `size` bytes.
static void *room(Arena *a, ArchValue *v, void *list, size_t size) {
    if (v->count < v->cap)
        return list;
    v->cap = v->count ? v->count * 2 : 4;
    return arena_grow(a, list, v->count * size, v->cap * size);
}

ArchValue *arch_null(Arena *a) {
    return value_new(a, ARCH_NULL);
}

ArchValue *arch_bool(Arena *a, bool b) {
    ArchValue *v = value_new(a, ARCH_BOOL);
    v->boolean = b;
    return v;
}

ArchValue *arch_number(Arena *a, double d) {
    ArchValue *v = value_new(a, ARCH_NUMBER);
    v->number = d;
    return v;
}

ArchValue *arch_string(Arena *a, Str s) {
    ArchValue *v = value_new(a, ARCH_STRING);
    v->text = s;
    return v;
}

ArchValue *arch_object(Arena *a) {
    return value_new(a, ARCH_OBJECT);
}

ArchValue *arch_array(Arena *a) {
    return value_new(a, ARCH_ARRAY);
}

void arch_member_push(Arena *a, ArchValue *object, Str key, ArchValue *value) {
    object->members = room(a, object, object->members, sizeof *object->members);
    object->members[object->count++] = (ArchMember){key, value};
}

void arch_item_push(Arena *a, ArchValue *array, ArchValue *value) {
    array->items = room(a, array, array->items, sizeof *array->items);
    array->items[array->count++] = value;
}

ArchValue *arch_find(const ArchValue *object, const char *key) {
    if (!object || object->type != ARCH_OBJECT)
        return NULL;
    for (uint32_t i = 0; i < object->count; i++)
        if (str_is(object->members[i].key, key))
            return object->members[i].value;
    return NULL;
}

ArchResource *arch_resource(const Arch *arch, Str id) {
    for (uint32_t i = 0; i < arch->resources.n; i++)
        if (str_eq(arch->resources.at[i].id, id))
            return &arch->resources.at[i];
    return NULL;
}

const char *edge_type_name(EdgeType t) {
    static const char *const names[] = {
        [EDGE_CALL] = "call", [EDGE_READ] = "read", [EDGE_TRIGGER] = "trigger"};
    return names[t];
}

// An edge with its arguments as text, made once for each edge instead of once for each comparison.
typedef struct EdgeKey {
    ArchEdge edge;
    Str arguments;
} EdgeKey;

static int compare_numbers(uint32_t x, uint32_t y) {
    return (x > y) - (x < y);
}

static int compare_places(ArchPlace x, ArchPlace y) {
    int order = str_cmp(x.file, y.file);
    if (order == 0)
        order = compare_numbers(x.line, y.line);
    return order ? order : compare_numbers(x.column, y.column);
}

static int compare_evidence(const ArchEdge *x, const ArchEdge *y) {
    for (uint32_t i = 0; i < x->evidence.n && i < y->evidence.n; i++) {
        int order = compare_places(x->evidence.at[i].place, y->evidence.at[i].place);
        if (order == 0)
            order = str_cmp(x->evidence.at[i].note, y->evidence.at[i].note);
        if (order)
            return order;
    }
    return compare_numbers(x->evidence.n, y->evidence.n);
}

static int compare_edges(const void *left, const void *right) {
    const EdgeKey *x = left, *y = right;
    int order = str_cmp(x->edge.from, y->edge.from);
    if (order == 0)
        order = str_cmp(x->edge.to, y->edge.to);
    if (order == 0)
        order = compare_numbers(x->edge.type, y->edge.type);
    if (order == 0)
        order = str_cmp(x->edge.operation, y->edge.operation);
    if (order == 0)
        order = str_cmp(x->arguments, y->arguments);
    return order ? order : compare_evidence(&x->edge, &y->edge);
}

void arch_sort_edges(Arena *a, Arch *arch) {
    uint32_t n = arch->edges.n;
    if (n < 2)
        return;
    EdgeKey *keys = arena_array(a, EdgeKey, n);
    for (uint32_t i = 0; i < n; i++) {
        keys[i].edge = arch->edges.at[i];
        const ArchValue *arguments = keys[i].edge.arguments;
        keys[i].arguments = arguments ? arch_value_to_json(a, arguments) : STR_EMPTY;
    }
    qsort(keys, n, sizeof *keys, compare_edges);
    for (uint32_t i = 0; i < n; i++)
        arch->edges.at[i] = keys[i].edge;
}
