// State: cells, the trail of their changes, and the joining of paths.
//
// A path that may or may not run is run all the same; what it changed is taken as a Snapshot
// against the state in which the alternatives parted, undone, and joined with what the other paths
// left behind.
//
// Invariant: a write is logged exactly when some mark that may still be undone to is younger than
// the cell. What was made behind a mark can be reached from that path alone, so undoing to the mark
// leaves it as it is. Once a path has ended early under a fork, its snapshot waits at a target
// further out, and everything older than that moment is logged again (mark_pop).

#include "deducer/eval/effects.h"

void cell_init(Interp *I, Cell *c, Value v) {
    c->v = v;
    c->birth = I->epoch;
    c->index = 0;
    c->local = 0;
}

Cell *cell_new(Interp *I, Value v) {
    Cell *c = arena_alloc(I->a, sizeof *c);
    cell_init(I, c, v);
    return c;
}

// Under widening, two different known primitives of a type become that type: numbers that count up
// in a loop reach their fixpoint so.
static Value widen(Interp *I, Value v) {
    static const Reason loop = {.what = {"it changes from round to round of a loop", 40}};
    uint32_t numbers = 0, strings = 0;
    for (uint32_t i = 0; i < value_count(v); i++) {
        numbers += value_at(v, i).tag == V_NUMBER;
        strings += value_at(v, i).tag == V_STRING;
    }
    uint32_t mask = (numbers > 1 ? PT_NUMBER : 0) | (strings > 1 ? PT_STRING : 0);
    return mask ? value_join(I->a, v, value_prim(mask, &loop)) : v;
}

Value join(Interp *I, Value a, Value b) {
    return value_join(I->a, a, b);
}

Value join_rounds(Interp *I, Value a, Value b) {
    Value v = value_join(I->a, a, b);
    if (I->widen && v.tag == V_UNION && !value_same(a, v))
        v = widen(I, v);
    return v;
}

// What a handler's own cells hold at first is no past of theirs.
static void log_history(Interp *I, Cell *c, Value v) {
    if (!I->exploring || !I->history_epoch || c->local)
        return;
    if (c->birth >= I->history_epoch) {
        if (c->v.tag == V_TDZ || c->v.tag == V_ABSENT || value_same(c->v, v))
            return;
        vec_push(I->a, &I->history, (TrailEntry){c, c->v});
    }
    vec_push(I->a, &I->history, (TrailEntry){c, v});
}

static void log_write(Interp *I, Cell *c) {
    memo_note_write(I, c);
    if (I->recorder)
        effects_write(I, c);
    if (c->birth < I->mark_epoch)
        vec_push(I->a, &I->trail, (TrailEntry){c, c->v});
}

void interp_write(Interp *I, Cell *c, Value v) {
    if (I->dead)
        return;
    log_write(I, c);
    log_history(I, c, v);
    c->v = v;
}

void interp_write_weak(Interp *I, Cell *c, Value v) {
    if (I->dead)
        return;
    Value j = c->v.tag == V_TDZ ? v : join(I, c->v, v);
    if (value_same(j, c->v))
        return;
    log_write(I, c);
    log_history(I, c, j);
    c->v = j;
}

// ---- Marks and snapshots ------------------------------------------------------------------------

uint32_t mark_push(Interp *I, uint32_t *mark_out, uint32_t *last_out) {
    *mark_out = I->trail.n;
    *last_out = I->mark_epoch;
    return I->mark_epoch = ++I->epoch;
}

// The mark epoch after a fork or target that began with `last`: as it was, or, where paths ended in
// between and wait further out, now.
void mark_pop(Interp *I, uint32_t last, uint32_t exits_before) {
    I->mark_epoch = I->exit_count == exits_before ? last : ++I->epoch;
}

static bool is_listed(const Cell *c, Cell *const *cells, uint32_t n) {
    return c->index < n && cells[c->index] == c;
}

Snapshot *snapshot_take(Interp *I, uint32_t mark, uint32_t epoch, Value v) {
    Snapshot *s = arena_new(I->a, Snapshot);
    uint32_t most = I->trail.n - mark, n = 0;
    s->cells = arena_alloc(I->a, most * sizeof *s->cells);
    for (uint32_t i = mark; i < I->trail.n; i++) {
        Cell *c = I->trail.at[i].cell;
        if (c->birth >= epoch || is_listed(c, s->cells, n))
            continue;
        c->index = n & 0x7FFFFFFFu;
        s->cells[n++] = c;
    }
    s->values = arena_alloc(I->a, n * sizeof *s->values);
    for (uint32_t i = 0; i < n; i++)
        s->values[i] = s->cells[i]->v;
    s->count = n;
    s->value = v;
    return s;
}

Snapshot *snapshot_anytime(Interp *I, uint32_t mark, uint32_t epoch, Value v) {
    Snapshot *s = snapshot_take(I, mark, epoch, v);
    for (uint32_t i = mark; i < I->trail.n; i++) {
        if (I->trail.at[i].cell->birth >= epoch)
            continue;
        Value *at = &s->values[I->trail.at[i].cell->index];
        *at = join(I, *at, I->trail.at[i].old);
    }
    return s;
}

void trail_undo(Interp *I, uint32_t mark, uint32_t epoch) {
    while (I->trail.n > mark) {
        TrailEntry e = vec_pop(&I->trail);
        if (e.cell->birth >= epoch)
            continue;
        memo_note_write(I, e.cell);
        e.cell->v = e.old;
    }
}

// Gives every cell of `list` an index into a common list; returns that list.
static Cell **union_of_cells(Interp *I, const Snapshot *list, uint32_t *count_out) {
    uint32_t most = 0, n = 0;
    for (const Snapshot *s = list; s; s = s->next)
        most += s->count;
    Cell **all = arena_alloc(I->a, most * sizeof *all);
    for (const Snapshot *s = list; s; s = s->next)
        for (uint32_t i = 0; i < s->count; i++) {
            Cell *c = s->cells[i];
            if (is_listed(c, all, n))
                continue;
            c->index = n & 0x7FFFFFFFu;
            all[n++] = c;
        }
    *count_out = n;
    return all;
}

static Value join_snapshots(Interp *I, Snapshot *list, bool rounds, bool *changed_out) {
    uint32_t n, paths = 0;
    Cell **cells = union_of_cells(I, list, &n);
    Value *joined = arena_alloc(I->a, n * sizeof *joined);
    uint32_t *seen = arena_zalloc(I->a, n * sizeof *seen); // in how many paths the cell changed
    Value value = ABSENT;
    for (const Snapshot *s = list; s; s = s->next, paths++) {
        value = paths ? join(I, value, s->value) : s->value;
        for (uint32_t i = 0; i < s->count; i++) {
            uint32_t at = s->cells[i]->index;
            joined[at] = seen[at]++ ? join(I, joined[at], s->values[i]) : s->values[i];
        }
    }
    bool changed = false;
    for (uint32_t i = 0; i < n; i++) {
        Value old = cells[i]->v, v = joined[i];
        if (seen[i] < paths)
            v = rounds ? join_rounds(I, old, v) : join(I, old, v);
        if (value_same(v, cells[i]->v))
            continue;
        changed = true;
        log_write(I, cells[i]);
        cells[i]->v = v;
    }
    if (changed_out)
        *changed_out = changed;
    return value;
}

Value snapshots_join(Interp *I, Snapshot *list, bool *changed_out) {
    return join_snapshots(I, list, false, changed_out);
}

// ---- Forks --------------------------------------------------------------------------------------

void fork_begin(Interp *I, Fork *f, Span where, const Reason *why, bool loop) {
    *f = (Fork){.doubt = {where, why, loop, 0, I->doubt}, .exits_before = I->exit_count};
    f->outermost = I->outermost_exit;
    f->depth = I->fork_depth;
    f->last_fork = I->fork_epoch;
    I->fork_epoch = f->epoch = mark_push(I, &f->mark, &f->last_mark);
    I->outermost_exit = UINT32_MAX;
    I->doubt = &f->doubt;
    I->fork_depth++;
}

void fork_next(Interp *I, Fork *f, Value v) {
    BUG_IF(I->dead && I->direct); // under a fork every early end is a snapshot
    if (!I->dead) {
        Snapshot *s = snapshot_take(I, f->mark, f->epoch, v);
        s->next = f->ends;
        f->ends = s;
    }
    trail_undo(I, f->mark, f->epoch);
    I->dead = I->gave_up;
    I->doubt = &f->doubt;
    I->fork_depth = f->depth + 1;
    I->fork_epoch = f->epoch;
    // What was born on the path just undone must not pass for newborn on the next one.
    I->mark_epoch = ++I->epoch;
}

// The surviving path goes on only where the others have not left: it stays in doubt.
static void keep_doubt(Interp *I, const Doubt *from, uint32_t until) {
    Doubt *d = arena_new(I->a, Doubt);
    *d = (Doubt){from->where, from->why, from->loop, until, I->doubt};
    I->doubt = d;
    I->fork_depth++;
}

uint32_t exits_watch(Interp *I) {
    uint32_t before = I->outermost_exit;
    I->outermost_exit = UINT32_MAX;
    return before;
}

void exits_settle(Interp *I, uint32_t before, const Doubt *doubt) {
    uint32_t until = I->outermost_exit;
    I->outermost_exit = until < before ? until : before;
    // Targets deeper than the present one have ended, and with them what was in doubt.
    if (!I->dead && until <= I->target_depth)
        keep_doubt(I, doubt, until);
}

Value fork_end(Interp *I, Fork *f, Value v) {
    fork_next(I, f, v);
    I->doubt = f->doubt.outer;
    I->fork_depth = f->depth;
    I->fork_epoch = f->last_fork;
    mark_pop(I, f->last_mark, f->exits_before);
    I->dead = I->gave_up || !f->ends;
    exits_settle(I, f->outermost, &f->doubt);
    return I->dead ? UNDEFINED : join_snapshots(I, f->ends, f->rounds, &f->changed);
}

// ---- Targets ------------------------------------------------------------------------------------

void target_begin(Interp *I, Target *t) {
    *t = (Target){.depth = ++I->target_depth, .fork_depth = I->fork_depth, .doubt = I->doubt};
    t->exits_before = I->exit_count;
    t->finals = I->finals;
    t->epoch = mark_push(I, &t->mark, &t->last_mark);
}

// Everything that the forks between here and t will undo is kept, what was made since t began
// included.
static void exit_with_snapshot(Interp *I, Target *t, Value v) {
    uint32_t epoch = I->fork_epoch > t->epoch ? I->fork_epoch : t->epoch;
    Snapshot *s = snapshot_take(I, t->mark, epoch, v);
    s->next = t->exits;
    t->exits = s;
    I->exit_count++;
    if (t->depth < I->outermost_exit)
        I->outermost_exit = t->depth;
}

void target_exit(Interp *I, Target *t, Value v) {
    if (!I->dead)
        run_finals(I, t->finals);
    if (I->dead)
        return;
    if (I->fork_depth == t->fork_depth) { // nothing else will run before t ends: the state may stay
        I->direct = t;
        I->direct_value = v;
    } else {
        exit_with_snapshot(I, t, v);
    }
    I->dead = true;
}

void target_leave(Interp *I, Target *t, Span where, const Reason *why) {
    Doubt d = {where, why, false, 0, NULL};
    exit_with_snapshot(I, t, UNDEFINED);
    keep_doubt(I, &d, t->depth);
    I->mark_epoch = ++I->epoch;
}

void direct_to_snapshot(Interp *I) {
    if (I->dead && I->direct)
        exit_with_snapshot(I, I->direct, I->direct_value);
    I->direct = NULL;
}

// Doubts that were to last until t, or until something inside of it, are over.
static void settle_doubts(Interp *I, const Target *t) {
    Doubt *kept = t->doubt;
    I->fork_depth = t->fork_depth;
    for (Doubt *d = I->doubt; d && d != t->doubt; d = d->outer) {
        if (!d->until || d->until >= t->depth)
            continue;
        Doubt *copy = arena_copy(I->a, d, sizeof *d);
        copy->outer = kept;
        kept = copy;
        I->fork_depth++;
    }
    I->doubt = kept;
}

void target_close(Interp *I, Target *t) {
    settle_doubts(I, t);
    I->target_depth = t->depth - 1;
    mark_pop(I, t->last_mark, t->exits_before);
}

bool target_end(Interp *I, Target *t, Value v, Value *out) {
    if (I->dead && I->direct == t) {
        I->direct = NULL;
        I->dead = I->gave_up;
        v = I->direct_value;
    }
    if (t->exits) {
        if (I->dead) {
            direct_to_snapshot(I);
        } else {
            Snapshot *s = snapshot_take(I, t->mark, t->epoch, v);
            s->next = t->exits;
            t->exits = s;
        }
        trail_undo(I, t->mark, t->epoch);
        I->dead = I->gave_up;
        target_close(I, t);
        v = snapshots_join(I, t->exits, NULL);
    } else {
        target_close(I, t);
    }
    if (out)
        *out = I->dead ? UNDEFINED : v;
    return !I->dead;
}
