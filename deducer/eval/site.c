// Allocation by site: what makes fixpoints finite.
//
// While a loop of unknown length (or a recursion) is repeated until nothing changes, the n-th
// object made at a place in a round is the same abstract object in every round: a summary, to which
// writes are weak. A place is a span and class under a context: the hash of the calls and loop
// rounds that led there.
//
// Outside of fixpoints nothing is looked up, and every object is its own.

#include "deducer/eval/run.h"

typedef struct Site {
    uint64_t key;
    uint32_t born;  // the round in which the first was made
    uint32_t round; // in which `next` counts
    uint32_t next;  // how many were made in this round
    Vec(void *) made;
    struct Site *chain;
} Site;

enum { SITE_BUCKETS = 1024 };

struct Sites {
    Site *buckets[SITE_BUCKETS];
};

uint64_t context_mix(uint64_t context, const void *what, uint64_t round) {
    uint64_t h = context ^ ((uint64_t)(uintptr_t)what * 0x9E3779B97F4A7C15u) ^ (round << 1);
    h ^= h >> 29;
    return h * 0xBF58476D1CE4E5B9u;
}

void fixpoint_round(Interp *I) {
    I->round++;
}

static Site *site_get(Interp *I, uint64_t key) {
    if (!I->sites)
        I->sites = arena_new(I->a, struct Sites);
    Site **bucket = &I->sites->buckets[key % SITE_BUCKETS];
    for (Site *s = *bucket; s; s = s->chain)
        if (s->key == key)
            return s;
    Site *s = arena_new(I->a, Site);
    s->key = key;
    s->born = I->round;
    s->chain = *bucket;
    *bucket = s;
    return s;
}

static uint64_t key_of(const Interp *I, uint64_t place, uint32_t cls) {
    uint64_t context = I->frame ? I->frame->context : 0;
    return (context ^ place * 0x9E3779B97F4A7C15u) * 31 + cls;
}

// The next of the objects made at this key in earlier rounds; NULL where a new one is due. A place
// that makes more in every round (of a value that has had more alternatives each time) would never
// come to rest: once joins are wide, its last object stands for all that follow.
static void *take(Interp *I, uint64_t key) {
    Site *s = site_get(I, key);
    if (s->round != I->round) {
        s->round = I->round;
        s->next = 0;
    }
    if (s->next < s->made.n)
        return s->made.at[s->next++];
    bool settled = I->widen && I->round > s->born + 1 && s->made.n;
    return settled ? vec_last(&s->made) : NULL;
}

static void give(Interp *I, uint64_t key, void *p) {
    Site *s = site_get(I, key);
    vec_push(I->a, &s->made, p);
    s->next = s->made.n;
}

static uint64_t place_of(Span site) {
    return ((uint64_t)site.file << 48) ^ ((uint64_t)site.start << 24) ^ site.end;
}

Obj *site_find(Interp *I, Span site, uint32_t cls) {
    if (!I->fixpoint)
        return NULL;
    Obj *o = take(I, key_of(I, place_of(site), cls));
    if (o)
        o->flags |= OF_SUMMARY;
    return o;
}

void site_add(Interp *I, Span site, uint32_t cls, Obj *o) {
    if (I->fixpoint)
        give(I, key_of(I, place_of(site), cls), o);
}

Env *site_find_env(Interp *I, const Scope *scope) {
    return I->fixpoint ? take(I, key_of(I, (uintptr_t)scope, 255)) : NULL;
}

void site_add_env(Interp *I, const Scope *scope, Env *env) {
    if (I->fixpoint)
        give(I, key_of(I, (uintptr_t)scope, 255), env);
}
