// Remembering calls: what keeps diamonds of calls from growing exponentially.
//
// A call that changed nothing that was there before it gives the same again, as long as its
// function, `this` and arguments are the same and nothing that it may have read has been written
// since. The edges that it found stand already. Calls are remembered only once a handler has taken
// many steps, so that in ordinary programs every chain of evidence is looked at.
//
// "Nothing written since" is known from a stack of writes with rising birth: the oldest cell
// written since a moment is the first entry behind that moment.

#include "deducer/eval/run.h"

enum { MEMO_BUCKETS = 1024, MEMO_FROM_STEPS = 20000, MARK_DEPTH = 8 };

typedef struct Memo {
    Obj *fn;
    Value self;
    Value *args;
    uint32_t n;
    uint64_t time;  // of the call's start, in writes
    uint32_t epoch; // at its start: what is not older it made itself
    Value result;
    bool may_throw;
    struct Memo *next;
} Memo;

typedef struct WriteMark {
    uint64_t time;
    uint32_t birth;
} WriteMark;

struct Memos {
    Memo *buckets[MEMO_BUCKETS];
    Vec(WriteMark) writes; // both members rise
    uint64_t time;
};

void memo_note_write(Interp *I, const Cell *c) {
    struct Memos *m = I->memos;
    if (!m || c->local)
        return;
    while (m->writes.n && vec_last(&m->writes).birth >= c->birth)
        m->writes.n--;
    vec_push(I->a, &m->writes, (WriteMark){++m->time, c->birth});
}

void memo_clear(Interp *I) {
    I->memos = NULL;
}

// The birth of the oldest cell written after `time`; UINT32_MAX where none was.
static uint32_t oldest_since(const struct Memos *m, uint64_t time) {
    uint32_t low = 0, high = m->writes.n;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (m->writes.at[mid].time > time)
            high = mid;
        else
            low = mid + 1;
    }
    return low < m->writes.n ? m->writes.at[low].birth : UINT32_MAX;
}

// An unknown value that holds nothing is like any other.
static bool is_blank(Value v) {
    return v.tag == V_OBJECT && v.u.obj->cls == O_OPAQUE && !v.u.obj->rest &&
           !v.u.obj->prop_count && !v.u.obj->u.opaque.module.n;
}

static bool same(Value a, Value b) {
    return (is_blank(a) && is_blank(b)) || value_same(a, b);
}

static uint32_t bucket_of(const Obj *fn, uint32_t n) {
    return (fn->id * 31 + n) % MEMO_BUCKETS;
}

bool memo_find(Interp *I, Obj *fn, const Call *c, Value *out) {
    struct Memos *m = I->memos;
    if (!m || c->open)
        return false;
    for (Memo *e = m->buckets[bucket_of(fn, c->n)]; e; e = e->next) {
        if (e->fn != fn || e->n != c->n || !same(e->self, c->self))
            continue;
        uint32_t i = 0;
        while (i < e->n && same(e->args[i], c->args[i]))
            i++;
        if (i < e->n || oldest_since(m, e->time) < e->epoch)
            continue;
        I->may_throw |= e->may_throw;
        *out = e->result;
        return true;
    }
    return false;
}

MemoStart memo_begin(Interp *I, const Call *c) {
    if (!I->memos && I->exploring && I->steps > MEMO_FROM_STEPS)
        I->memos = arena_new(I->a, struct Memos);
    MemoStart s = {0};
    if (!I->memos || c->open || I->frame->generator)
        return s;
    s = (MemoStart){true, I->memos->time, I->epoch + 1, I->joins, I->may_throw};
    I->may_throw = false;
    return s;
}

// Handed out again, an object stands for one of each call.
static void mark_summary(Value v, uint32_t epoch, uint32_t depth) {
    for (uint32_t i = 0; i < value_count(v) && depth < MARK_DEPTH; i++) {
        Value alt = value_at(v, i);
        if (alt.tag != V_OBJECT || alt.u.obj->birth < epoch || (alt.u.obj->flags & OF_SUMMARY))
            continue;
        Obj *o = alt.u.obj;
        o->flags |= OF_SUMMARY;
        for (uint32_t k = 0; k < o->prop_count; k++)
            mark_summary(o->props[k]->cell.v, epoch, depth + 1);
        if (o->rest)
            mark_summary(o->rest->v, epoch, depth + 1);
        if (o->cls == O_PROMISE)
            mark_summary(o->u.box.value.v, epoch, depth + 1);
        if (o->cls == O_ARRAY)
            for (uint32_t k = 0; k < o->u.array.cap; k++)
                mark_summary(o->u.array.at[k]->v, epoch, depth + 1);
    }
}

void memo_end(Interp *I, const MemoStart *s, Obj *fn, const Call *c, Value result) {
    struct Memos *m = I->memos;
    if (!s->on)
        return;
    bool may_throw = I->may_throw;
    I->may_throw |= s->may_throw;
    if (I->dead || I->joins != s->joins || oldest_since(m, s->time) < s->epoch)
        return;
    mark_summary(result, s->epoch, 0);
    Memo *e = arena_new(I->a, Memo);
    *e = (Memo){.fn = fn, .self = c->self, .n = c->n, .time = s->time, .epoch = s->epoch};
    e->args = arena_copy(I->a, c->args, c->n * sizeof *c->args);
    e->result = result;
    e->may_throw = may_throw;
    Memo **bucket = &m->buckets[bucket_of(fn, c->n)];
    e->next = *bucket;
    *bucket = e;
}
