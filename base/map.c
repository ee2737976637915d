// Map: open addressing over an array of entries. In: keys and values. Out: lookups; iteration over
// `at`.
//
// Invariant: `at` holds the entries in order of insertion, nothing is ever removed; `slots`, where
// there are any, hold 1 + an index into `at` and are at most three quarters full. Small maps have
// no slots: a look along eight keys is cheaper than a hash.

#include "base/map.h"

#include "base/bug.h"

enum { SMALL = 8, SLOTS_FIRST = 32 };

// The slot of the key, or the empty slot where it would go: there always is one.
static uint32_t *slot_of(const Map *m, Str key) {
    uint32_t mask = m->slot_cap - 1;
    for (uint32_t i = (uint32_t)str_hash(key) & mask;; i = (i + 1) & mask) {
        uint32_t at = m->slots[i];
        if (at == 0 || str_eq(m->at[at - 1].key, key))
            return &m->slots[i];
    }
}

static MapEntry *entry_of(const Map *m, Str key) {
    if (m->slots) {
        uint32_t at = *slot_of(m, key);
        return at ? &m->at[at - 1] : NULL;
    }
    for (uint32_t i = 0; i < m->n; i++)
        if (str_eq(m->at[i].key, key))
            return &m->at[i];
    return NULL;
}

static void index_entries(Map *m) {
    // Old slots stay behind in the arena: together they are smaller than the new ones.
    m->slot_cap = m->slot_cap ? m->slot_cap * 2 : SLOTS_FIRST;
    BUG_IF(m->slot_cap == 0);
    m->slots = arena_array(m->arena, uint32_t, m->slot_cap);
    for (uint32_t i = 0; i < m->n; i++)
        *slot_of(m, m->at[i].key) = i + 1;
}

Map map_new(Arena *a) {
    return (Map){.arena = a};
}

void *map_find(const Map *m, Str key) {
    const MapEntry *e = entry_of(m, key);
    return e ? e->value : NULL;
}

bool map_has(const Map *m, Str key) {
    return entry_of(m, key) != NULL;
}

bool map_set(Map *m, Str key, void *value) {
    MapEntry *e = entry_of(m, key);
    if (e) {
        e->value = value;
        return false;
    }
    if (!m->at || m->n == m->cap) {
        uint32_t cap = m->cap ? m->cap * 2 : 4;
        m->at = arena_grow(m->arena, m->at, m->cap * sizeof *m->at, cap * sizeof *m->at);
        m->cap = cap;
    }
    m->at[m->n++] = (MapEntry){key, value};
    if (m->n > SMALL && m->n > m->slot_cap / 4 * 3)
        index_entries(m);
    else if (m->slots)
        *slot_of(m, key) = m->n;
    return true;
}
