#pragma once
// Map: Str → void *, in an arena; iteration is in the order of insertion, whatever the hash.
// Keys are borrowed: they must live as long as the map.

#include "base/str.h"

typedef struct MapEntry {
    Str key;
    void *value;
} MapEntry;

typedef struct Map {
    Arena *arena;
    MapEntry *at; // entries in order of insertion: for (i < n) at[i]
    uint32_t n, cap;
    uint32_t *slots; // 1 + index into at, 0 for empty; absent while the map is small
    uint32_t slot_cap;
} Map;

Map map_new(Arena *a);
// The value, or NULL where there is none.
void *map_find(const Map *m, Str key);
bool map_has(const Map *m, Str key);
// Sets or replaces; true where the key is new.
bool map_set(Map *m, Str key, void *value);
