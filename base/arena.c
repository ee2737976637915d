// The bump allocator. In: sizes. Out: memory aligned for any object, from a chain of blocks that
// doubles from 64 KB to 1 MB.
//
// Invariant: below `used` a block's bytes are handed out, above it they are free (and poisoned
// under AddressSanitizer). Blocks newer than the current one are empty spares, kept by arena_reset
// so that a scratch arena that is reset in a loop does not go to the system each time.

#include "base/arena.h"

#include "base/bug.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { RED_ZONE = 16 }; // between two allocations, so that running over the first is seen
#else
#define POISON(p, n) ((void)0)
#define UNPOISON(p, n) ((void)0)
enum { RED_ZONE = 0 };
#endif

// The first block holds all that a small program needs; beyond 1 MB doubling saves no more calls
// and only leaves larger ends unused.
enum { ALIGN = 16, BLOCK_FIRST = 64 * 1024, BLOCK_MOST = 1024 * 1024 };

struct ArenaBlock {
    ArenaBlock *older, *newer;
    size_t used, cap;
    alignas(ALIGN) unsigned char data[];
};

// The one place where memory runs out. A half done compile has nothing to save, so callers need no
// path for it; _Exit, because handlers may want memory too.
static noreturn void out_of_memory(size_t size) {
    fprintf(stderr, "pluto: out of memory (%zu bytes wanted)\n", size);
    _Exit(EXIT_WORLD);
}

// What an allocation takes from its block. The bound keeps every sum below from wrapping round.
static size_t rounded(size_t size) {
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    return ((size + (ALIGN - 1)) & ~(size_t)(ALIGN - 1)) + RED_ZONE;
}

static void free_newer(ArenaBlock *b) {
    for (ArenaBlock *next; b; b = next) {
        next = b->newer;
        UNPOISON(b->data, b->cap);
        free(b);
    }
}

// `least` may be more than any block has: a large allocation gets a block of its own size.
static ArenaBlock *block_new(ArenaBlock *older, size_t least) {
    size_t cap = older ? older->cap * 2 : BLOCK_FIRST;
    if (cap > BLOCK_MOST)
        cap = BLOCK_MOST;
    if (cap < least)
        cap = least;
    ArenaBlock *b = malloc(sizeof *b + cap);
    if (!b)
        out_of_memory(cap);
    *b = (ArenaBlock){.older = older, .cap = cap};
    POISON(b->data, cap);
    if (older)
        older->newer = b;
    return b;
}

// Makes the current block one with `need` free bytes: a spare where it is large enough, else a new
// one.
static void *alloc_slow(Arena *a, size_t need, size_t size) {
    ArenaBlock *b = a->block;
    if (b && b->newer && b->newer->cap < need) {
        free_newer(b->newer);
        b->newer = NULL;
    }
    b = b && b->newer ? b->newer : block_new(b, need);
    b->used = need;
    a->block = b;
    a->total += need;
    UNPOISON(b->data, size);
    (void)size;
    return b->data;
}

void arena_init(Arena *a) {
    *a = (Arena){0};
}

// Spares hang behind the current block, so whoever wants all of them begins here.
static ArenaBlock *oldest_of(const Arena *a) {
    ArenaBlock *oldest = a->block;
    while (oldest && oldest->older)
        oldest = oldest->older;
    return oldest;
}

void arena_release(Arena *a) {
    free_newer(oldest_of(a));
    *a = (Arena){0};
}

void arena_wipe(Arena *a) {
    // Read anew each time, so no compiler knows that nobody looks at what it writes.
    static void *(*const volatile overwrite)(void *, int, size_t) = memset;
    for (ArenaBlock *b = oldest_of(a); b; b = b->newer) {
        UNPOISON(b->data, b->cap);
        overwrite(b->data, 0, b->cap);
    }
    arena_release(a);
}

ArenaMark arena_mark(const Arena *a) {
    return (ArenaMark){a->block, a->block ? a->block->used : 0, a->total};
}

void arena_reset(Arena *a, ArenaMark mark) {
    ArenaBlock *b = a->block;
    // A mark of an arena without blocks means the start of its oldest one.
    while (b && b != mark.block && (mark.block || b->older)) {
        b->used = 0;
        POISON(b->data, b->cap);
        b = b->older;
    }
    BUG_IF(mark.block && b != mark.block);
    a->block = b;
    a->total = mark.total;
    if (!b)
        return;
    BUG_IF(mark.used > b->used);
    b->used = mark.used;
    POISON(b->data + b->used, b->cap - b->used);
}

// The hot path: one comparison and one addition.
void *arena_alloc(Arena *a, size_t size) {
    size_t need = rounded(size);
    ArenaBlock *b = a->block;
    if (!b || need > b->cap - b->used)
        return alloc_slow(a, need, size);
    void *p = b->data + b->used;
    b->used += need;
    a->total += need;
    UNPOISON(p, size);
    return p;
}

void *arena_zalloc(Arena *a, size_t size) {
    return memset(arena_alloc(a, size), 0, size);
}

void *arena_copy(Arena *a, const void *from, size_t size) {
    void *p = arena_alloc(a, size);
    if (size)
        memcpy(p, from, size);
    return p;
}

void *arena_grow(Arena *a, void *p, size_t old_size, size_t new_size) {
    if (!p)
        return arena_alloc(a, new_size);
    if (new_size <= old_size)
        return p;
    // A vector that is the last thing in its block grows without being moved.
    ArenaBlock *b = a->block;
    size_t old_need = rounded(old_size), more = rounded(new_size) - old_need;
    bool newest = b && b->used >= old_need && p == (void *)(b->data + (b->used - old_need));
    if (newest && more <= b->cap - b->used) {
        b->used += more;
        a->total += more;
        UNPOISON(p, new_size);
        return p;
    }
    void *q = arena_alloc(a, new_size);
    if (old_size)
        memcpy(q, p, old_size);
    return q;
}
