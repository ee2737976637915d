#pragma once
// A typed growable array in an arena.
//
//     typedef Vec(Str) StrVec;
//     StrVec names = {0};
//     vec_push(arena, &names, STR("a"));
//     for (uint32_t i = 0; i < names.n; i++) use(names.at[i]);
//
// Growing moves the elements: a pointer into `at` is good until the next push only.

#include "base/arena.h"

#define Vec(T)                                                                                     \
    struct {                                                                                       \
        T *at;                                                                                     \
        uint32_t n, cap;                                                                           \
    }

#define vec_push(arena, v, ...)                                                                    \
    do {                                                                                           \
        if ((v)->n == (v)->cap) {                                                                  \
            uint32_t vec_cap_ = (v)->cap ? (v)->cap * 2 : 4;                                       \
            (v)->at = arena_grow((arena), (v)->at, (size_t)(v)->cap * sizeof *(v)->at,             \
                                 (size_t)vec_cap_ * sizeof *(v)->at);                              \
            (v)->cap = vec_cap_;                                                                   \
        }                                                                                          \
        (v)->at[(v)->n++] = (__VA_ARGS__);                                                         \
    } while (0)

#define vec_last(v) ((v)->at[(v)->n - 1])
#define vec_pop(v) ((v)->at[--(v)->n])
