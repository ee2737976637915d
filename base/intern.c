// The interner: one number per text. In: texts, from any number of threads. Out: Syms, and texts
// back.
//
// The texts stand in chunks that never move, so sym_str takes no lock. To find a text, a shard's
// table is read without a lock as well; only a new text locks its shard. Tables that have grown too
// small stay until the end, because a reader may still be in one.
//
// Invariant: a slot is written once, after the text it points to; a text has one Sym for ever.

#include "base/intern.h"

#include "base/bug.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// Shards keep threads with different new names apart; more of them cost memory at the start.
enum {
    SHARDS = 16,
    SLOTS_FIRST = 256,
    CHUNK_BITS = 12,
    CHUNK = 1 << CHUNK_BITS,
    CHUNKS = 1 << 12, // 16 million names
};

typedef struct Table Table;
struct Table {
    Table *older;
    uint32_t mask, n;
    _Atomic uint64_t slots[]; // the hash's upper half, then the Sym; 0 is empty
};

typedef struct Shard {
    pthread_mutex_t lock; // for writers
    _Atomic(Table *) table;
    Arena texts;
} Shard;

struct Interner {
    Shard shards[SHARDS];
    _Atomic uint32_t count;
    _Atomic(Str *) chunks[CHUNKS];
};

static noreturn void no_memory(void) {
    fputs("pluto: out of memory for names\n", stderr);
    _Exit(EXIT_WORLD);
}

static void *zeroed(size_t size) {
    void *p = calloc(1, size);
    if (!p)
        no_memory();
    return p;
}

// `slots` is a power of two, so that a mask replaces the division.
static Table *table_new(uint32_t slots, Table *older) {
    Table *t = zeroed(sizeof *t + slots * sizeof t->slots[0]);
    t->mask = slots - 1;
    t->older = older;
    return t;
}

// The hash is kept beside the Sym to pass by other texts without reading them.
static uint64_t slot_value(uint64_t hash, Sym s) {
    return (hash & ~(uint64_t)UINT32_MAX) | s;
}

// The Sym of the text in this table, or 0.
static Sym find(const Interner *in, Table *t, uint64_t hash, Str text) {
    for (uint32_t i = (uint32_t)hash & t->mask;; i = (i + 1) & t->mask) {
        uint64_t slot = atomic_load_explicit(&t->slots[i], memory_order_acquire);
        Sym s = (Sym)slot;
        if (slot == 0 || (slot == slot_value(hash, s) && str_eq(sym_str(in, s), text)))
            return s;
    }
}

// For the one writer of a shard. Release: who sees the slot sees the text behind it too.
static void place(Table *t, uint64_t hash, uint64_t slot) {
    uint32_t i = (uint32_t)hash & t->mask;
    while (atomic_load_explicit(&t->slots[i], memory_order_relaxed) != 0)
        i = (i + 1) & t->mask;
    atomic_store_explicit(&t->slots[i], slot, memory_order_release);
}

// Readers go on in the old table meanwhile; what they miss there they look for under the lock.
static Table *grown(const Interner *in, Shard *shard, Table *old) {
    Table *t = table_new((old->mask + 1) * 2, old);
    t->n = old->n;
    for (uint32_t i = 0; i <= old->mask; i++) {
        uint64_t slot = atomic_load_explicit(&old->slots[i], memory_order_relaxed);
        if (slot != 0)
            place(t, str_hash(sym_str(in, (Sym)slot)), slot);
    }
    atomic_store_explicit(&shard->table, t, memory_order_release);
    return t;
}

// A new Sym for a text that stays where it is.
static Sym store(Interner *in, Str text) {
    Sym s = atomic_fetch_add_explicit(&in->count, 1, memory_order_relaxed);
    if (s >= (uint32_t)CHUNKS * CHUNK)
        no_memory();
    _Atomic(Str *) *chunk = &in->chunks[s >> CHUNK_BITS];
    Str *at = atomic_load_explicit(chunk, memory_order_acquire);
    if (!at) {
        Str *mine = zeroed(CHUNK * sizeof *mine);
        // Two shards may come to a new chunk at once; the second takes the first one's.
        if (atomic_compare_exchange_strong(chunk, &at, mine))
            at = mine;
        else
            free(mine);
    }
    at[s & (CHUNK - 1)] = text;
    return s;
}

static Sym add(Interner *in, Shard *shard, uint64_t hash, Str text) {
    Table *t = atomic_load_explicit(&shard->table, memory_order_relaxed);
    // Another thread may have added it between the search and the lock.
    Sym s = find(in, t, hash, text);
    if (s)
        return s;
    if (t->n >= (t->mask + 1) / 4 * 3)
        t = grown(in, shard, t);
    s = store(in, str_dup(&shard->texts, text));
    place(t, hash, slot_value(hash, s));
    t->n++;
    return s;
}

Interner *interner_open(void) {
    Interner *in = zeroed(sizeof *in);
    for (int i = 0; i < SHARDS; i++) {
        if (pthread_mutex_init(&in->shards[i].lock, NULL) != 0)
            no_memory();
        atomic_init(&in->shards[i].table, table_new(SLOTS_FIRST, NULL));
    }
    // Number 0, and in no table: sym_of knows it without a look.
    store(in, STR_EMPTY);
    return in;
}

void interner_close(Interner *in) {
    if (!in)
        return;
    for (int i = 0; i < SHARDS; i++) {
        Shard *shard = &in->shards[i];
        for (Table *t = atomic_load(&shard->table), *older; t; t = older) {
            older = t->older;
            free(t);
        }
        arena_release(&shard->texts);
        pthread_mutex_destroy(&shard->lock);
    }
    for (int i = 0; i < CHUNKS; i++)
        free(atomic_load(&in->chunks[i]));
    free(in);
}

Sym sym_of(Interner *in, Str s) {
    if (s.n == 0)
        return 0;
    uint64_t hash = str_hash(s);
    // The shard comes from the top bits, the slot from the low ones, so that both spread.
    Shard *shard = &in->shards[hash >> 60];
    Sym sym = find(in, atomic_load_explicit(&shard->table, memory_order_acquire), hash, s);
    if (sym)
        return sym;
    pthread_mutex_lock(&shard->lock);
    sym = add(in, shard, hash, s);
    pthread_mutex_unlock(&shard->lock);
    return sym;
}

Sym sym_lit(Interner *in, const char *s) {
    return sym_of(in, str_of(s));
}

Str sym_str(const Interner *in, Sym s) {
    BUG_IF(s >= (uint32_t)CHUNKS * CHUNK);
    const Str *at = atomic_load_explicit(&in->chunks[s >> CHUNK_BITS], memory_order_acquire);
    BUG_IF(!at);
    return at[s & (CHUNK - 1)];
}
