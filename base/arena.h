#pragma once
// A bump allocator. An arena is a lifetime: everything in it goes at once.
//
// Ownership: an Arena owns its blocks; memory from arena_new and the like is never freed alone.
//
// Failure: allocation never returns NULL; when the system has no memory the process says so and
// exits with EXIT_WORLD, in one place (arena.c).
//
// Under AddressSanitizer, memory behind a reset mark is poisoned: stale pointers crash at once.

#include <stddef.h>
#include <stdint.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *block; // the newest block, older ones behind it
    size_t total;      // bytes handed out, for statistics
} Arena;

// A place to go back to: everything allocated after it is given up by arena_reset.
typedef struct ArenaMark {
    ArenaBlock *block;
    size_t used;
    size_t total;
} ArenaMark;

void arena_init(Arena *a);
void arena_release(Arena *a);
// The same, after overwriting all that was in it: for secrets.
void arena_wipe(Arena *a);

ArenaMark arena_mark(const Arena *a);
void arena_reset(Arena *a, ArenaMark mark);

// `size` bytes, aligned for any object, not cleared. size 0 gives a valid pointer.
void *arena_alloc(Arena *a, size_t size);
// The same, cleared.
void *arena_zalloc(Arena *a, size_t size);
void *arena_copy(Arena *a, const void *from, size_t size);
// Grows an allocation of `old_size` bytes to `new_size`; in place where it is the newest one.
void *arena_grow(Arena *a, void *p, size_t old_size, size_t new_size);

#define arena_new(a, T) ((T *)arena_zalloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_zalloc((a), sizeof(T) * (size_t)(n)))
