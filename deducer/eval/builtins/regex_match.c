// A backtracking machine for regular expressions: code from the tree, and running it on text.
//
// Alternatives wait on a stack together with the old values of the slots that were changed since,
// so that going back is popping. Steps are counted: what takes too many is REGEX_UNKNOWN, never a
// long wait.

#include "deducer/eval/builtins/regex.h"

#include <string.h>

enum { CODE_LIMIT = 20000, STEP_LIMIT = 500000, STACK_LIMIT = 200000, LOOK_LIMIT = 50 };

typedef enum Do {
    DO_CHAR, // a: code point
    DO_ANY,
    DO_CLASS, // cls
    DO_START,
    DO_END,
    DO_WORD,  // flag: negated
    DO_SLOT,  // slot a = position
    DO_CLEAR, // slots a … b - 1 = unset
    DO_MOVED, // fail where slot a is the position: an empty round of a loop
    DO_SPLIT, // try a, then b
    DO_JUMP,  // a
    DO_BACK,  // group a
    DO_LOOK,  // flag: negated; b: 1 behind; the code to a - 1
    DO_DONE,
} Do;

// ---- From tree to code --------------------------------------------------------------------------

typedef struct Maker {
    Arena *a;
    Regex *re;
    bool too_large;
} Maker;

static uint32_t emit(Maker *m, Do op, uint32_t a, uint32_t b) {
    if (m->re->code.n >= CODE_LIMIT) {
        m->too_large = true;
        return 0;
    }
    RegexInstr in = {(uint16_t)op, false, a, b, NULL};
    vec_push(m->a, &m->re->code, in);
    return m->re->code.n - 1;
}

static uint32_t here(const Maker *m) {
    return m->re->code.n;
}

static void make(Maker *m, const RegexNode *n);

static void make_alternatives(Maker *m, const RegexNode *n) {
    Vec(uint32_t) jumps = {0};
    for (uint32_t i = 0; i < n->list.n; i++) {
        bool last = i + 1 == n->list.n;
        uint32_t split = last ? 0 : emit(m, DO_SPLIT, here(m) + 1, 0);
        make(m, n->list.at[i]);
        if (last)
            break;
        vec_push(m->a, &jumps, emit(m, DO_JUMP, 0, 0));
        m->re->code.at[split].b = here(m);
    }
    for (uint32_t i = 0; i < jumps.n; i++)
        m->re->code.at[jumps.at[i]].a = here(m);
}

static void make_split(Maker *m, uint32_t at, bool greedy, uint32_t body, uint32_t out) {
    m->re->code.at[at].a = greedy ? body : out;
    m->re->code.at[at].b = greedy ? out : body;
}

static void make_round(Maker *m, const RegexNode *n) {
    if (n->last_group > n->first_group)
        emit(m, DO_CLEAR, 2 * n->first_group, 2 * n->last_group);
    make(m, n->child);
}

static void make_repeat(Maker *m, const RegexNode *n) {
    for (uint32_t i = 0; i < n->min && !m->too_large; i++)
        make_round(m, n);
    if (n->max == UINT32_MAX) {
        uint32_t slot = m->re->slots++;
        uint32_t split = emit(m, DO_SPLIT, 0, 0);
        uint32_t body = here(m);
        emit(m, DO_SLOT, slot, 0);
        make_round(m, n);
        emit(m, DO_MOVED, slot, 0);
        emit(m, DO_JUMP, split, 0);
        make_split(m, split, n->greedy, body, here(m));
        return;
    }
    Vec(uint32_t) splits = {0};
    for (uint32_t i = n->min; i < n->max && !m->too_large; i++) {
        uint32_t slot = m->re->slots++;
        vec_push(m->a, &splits, emit(m, DO_SPLIT, 0, 0));
        emit(m, DO_SLOT, slot, 0);
        make_round(m, n);
        emit(m, DO_MOVED, slot, 0);
    }
    for (uint32_t i = 0; i < splits.n; i++)
        make_split(m, splits.at[i], n->greedy, splits.at[i] + 1, here(m));
}

static void make(Maker *m, const RegexNode *n) {
    uint32_t at;
    if (m->too_large)
        return;
    switch (n->kind) {
    case RX_EMPTY:
        break;
    case RX_CHAR:
        emit(m, DO_CHAR, m->re->ignore_case ? text_fold(n->cp) : n->cp, 0);
        break;
    case RX_ANY:
        emit(m, DO_ANY, 0, 0);
        break;
    case RX_CLASS:
        at = emit(m, DO_CLASS, 0, 0), m->re->code.at[at].cls = n;
        break;
    case RX_SEQ:
        for (uint32_t i = 0; i < n->list.n; i++)
            make(m, n->list.at[i]);
        break;
    case RX_ALT:
        make_alternatives(m, n);
        break;
    case RX_GROUP:
        emit(m, DO_SLOT, 2 * n->index, 0);
        make(m, n->child);
        emit(m, DO_SLOT, 2 * n->index + 1, 0);
        break;
    case RX_REPEAT:
        make_repeat(m, n);
        break;
    case RX_START:
        emit(m, DO_START, 0, 0);
        break;
    case RX_END:
        emit(m, DO_END, 0, 0);
        break;
    case RX_WORD:
        at = emit(m, DO_WORD, 0, 0), m->re->code.at[at].flag = n->negated;
        break;
    case RX_BACKREF:
        emit(m, DO_BACK, n->index, 0);
        break;
    case RX_LOOK:
        at = emit(m, DO_LOOK, 0, n->behind);
        m->re->code.at[at].flag = n->negated;
        make(m, n->child);
        emit(m, DO_DONE, 0, 0);
        m->re->code.at[at].a = here(m);
        break;
    }
}

bool regex_compile(Arena *a, Regex *re) {
    Maker m = {a, re, false};
    re->slots = 2 * re->group_count;
    emit(&m, DO_SLOT, 0, 0);
    make(&m, re->root);
    emit(&m, DO_SLOT, 1, 0);
    emit(&m, DO_DONE, 0, 0);
    return !m.too_large && re->slots < 4096;
}

// ---- Running ------------------------------------------------------------------------------------

typedef struct Wait {
    int32_t slot; // ≥ 0: `at` is its old value; -1: go on at pc and position `at`
    uint32_t pc;
    int32_t at;
} Wait;

typedef struct Machine {
    Arena *a;
    const Regex *re;
    Str text;
    int32_t *slots;
    uint32_t steps, looks;
    bool exhausted;
    Vec(Wait) stack;
} Machine;

static void push(Machine *m, int32_t slot, uint32_t pc, int32_t at) {
    if (m->stack.n >= STACK_LIMIT) {
        m->exhausted = true;
        return;
    }
    Wait w = {slot, pc, at};
    vec_push(m->a, &m->stack, w);
}

static void set_slot(Machine *m, uint32_t slot, int32_t v) {
    push(m, (int32_t)slot, 0, m->slots[slot]);
    m->slots[slot] = v;
}

// Goes back to the newest alternative above `floor`.
static bool go_back(Machine *m, uint32_t floor, uint32_t *pc, uint32_t *at) {
    while (m->stack.n > floor) {
        Wait w = vec_pop(&m->stack);
        if (w.slot >= 0) {
            m->slots[w.slot] = w.at;
            continue;
        }
        *pc = w.pc;
        *at = (uint32_t)w.at;
        return true;
    }
    return false;
}

static bool is_word_at(Str s, uint32_t at) {
    if (at >= s.n)
        return false;
    char c = s.p[at];
    return (c >= '0' && c <= '9') || c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool is_line_end(Str s, uint32_t at) {
    uint32_t cp = at < s.n ? utf8_next(s, &at) : 0;
    return cp == '\n' || cp == '\r' || cp == 0x2028 || cp == 0x2029;
}

static bool in_ranges(const RegexNode *cls, uint32_t cp) {
    for (uint32_t i = 0; i < cls->ranges.n; i++)
        if (cp >= cls->ranges.at[i].from && cp <= cls->ranges.at[i].to)
            return true;
    return false;
}

static bool in_class(const Regex *re, const RegexNode *cls, uint32_t cp) {
    bool in = in_ranges(cls, cp);
    if (!in && re->ignore_case) {
        uint32_t upper = text_fold(cp);
        in = in_ranges(cls, upper);
        for (uint32_t c = 'a'; c <= 'z' && !in && cp < 0x80; c++)
            in = text_fold(c) == upper && in_ranges(cls, c);
        if (!in && upper >= 0xC0 && upper < 0x500)
            in = in_ranges(cls, upper + 32);
    }
    return in != cls->negated;
}

static bool back_reference(const Machine *m, size_t group, uint32_t *at) {
    int32_t from = m->slots[2 * group], to = m->slots[2 * group + 1];
    if (from < 0 || to < 0)
        return true;
    uint32_t i = (uint32_t)from, k = *at;
    while (i < (uint32_t)to) {
        if (k >= m->text.n)
            return false;
        uint32_t x = utf8_next(m->text, &i), y = utf8_next(m->text, &k);
        if (x != y && !(m->re->ignore_case && text_fold(x) == text_fold(y)))
            return false;
    }
    *at = k;
    return true;
}

static bool run(Machine *m, uint32_t pc, uint32_t at, int64_t must_end);

static bool look(Machine *m, uint32_t pc, uint32_t at) {
    const RegexInstr *in = &m->re->code.at[pc];
    uint32_t floor = m->stack.n;
    bool found = false;
    if (++m->looks > LOOK_LIMIT)
        m->exhausted = true;
    if (in->b) {
        for (uint32_t from = at + 1; from-- > 0 && !found && !m->exhausted;)
            found = run(m, pc + 1, from, at);
    } else {
        found = run(m, pc + 1, at, -1);
    }
    m->looks--;
    if (in->flag && found) { // what it captured is not kept
        uint32_t pc_gone, at_gone;
        while (go_back(m, floor, &pc_gone, &at_gone))
            continue;
    }
    return found != in->flag;
}

// A single character: moves `at` behind it.
static bool consume(const Machine *m, const RegexInstr *in, uint32_t *at) {
    if (*at >= m->text.n)
        return false;
    if (in->op == DO_ANY && !m->re->dot_all && is_line_end(m->text, *at))
        return false;
    uint32_t cp = utf8_next(m->text, at);
    if (in->op == DO_CHAR)
        return (m->re->ignore_case ? text_fold(cp) : cp) == in->a;
    return in->op == DO_ANY || in_class(m->re, in->cls, cp);
}

static bool assertion(const Machine *m, const RegexInstr *in, uint32_t at) {
    const Str s = m->text;
    if (in->op == DO_START)
        return at == 0 || (m->re->multiline && is_line_end(s, at - 1));
    if (in->op == DO_END)
        return at == s.n || (m->re->multiline && is_line_end(s, at));
    return ((at > 0 && is_word_at(s, at - 1)) != is_word_at(s, at)) != in->flag;
}

// Runs from pc until DO_DONE; leaves alternatives of a finished look-around cut off.
static bool run(Machine *m, uint32_t pc, uint32_t at, int64_t must_end) {
    uint32_t floor = m->stack.n;
    for (;;) {
        if (++m->steps > STEP_LIMIT || m->exhausted) {
            m->exhausted = true;
            return false;
        }
        const RegexInstr *in = &m->re->code.at[pc];
        bool ok = true;
        pc++;
        switch ((Do)in->op) {
        case DO_CHAR:
        case DO_ANY:
        case DO_CLASS:
            ok = consume(m, in, &at);
            break;
        case DO_START:
        case DO_END:
        case DO_WORD:
            ok = assertion(m, in, at);
            break;
        case DO_SLOT:
            set_slot(m, in->a, (int32_t)at);
            break;
        case DO_CLEAR:
            for (uint32_t i = in->a; i < in->b; i++)
                set_slot(m, i, -1);
            break;
        case DO_MOVED:
            ok = m->slots[in->a] != (int32_t)at;
            break;
        case DO_SPLIT:
            push(m, -1, in->b, (int32_t)at);
            pc = in->a;
            break;
        case DO_JUMP:
            pc = in->a;
            break;
        case DO_BACK:
            ok = back_reference(m, in->a, &at);
            break;
        case DO_LOOK:
            ok = look(m, pc - 1, at);
            pc = in->a;
            break;
        case DO_DONE:
            ok = must_end < 0 || at == (uint64_t)must_end;
            if (ok) { // alternatives inside go, changes of slots stay to be undone
                uint32_t kept = floor;
                for (uint32_t i = floor; i < m->stack.n; i++)
                    if (m->stack.at[i].slot >= 0)
                        m->stack.at[kept++] = m->stack.at[i];
                m->stack.n = kept;
                return true;
            }
            break;
        }
        if (!ok && !go_back(m, floor, &pc, &at))
            return false;
    }
}

RegexResult regex_match(Arena *a, const Regex *re, Str text, uint32_t at, bool sticky,
                        RegexMatch *out) {
    Machine m = {.a = a, .re = re, .text = text};
    m.slots = arena_alloc(a, re->slots * sizeof *m.slots);
    while (at <= text.n) {
        for (uint32_t i = 0; i < re->slots; i++)
            m.slots[i] = -1;
        m.stack.n = 0;
        if (run(&m, 0, at, -1)) {
            for (size_t g = 0; g < re->group_count; g++) {
                bool set = m.slots[2 * g] >= 0 && m.slots[2 * g + 1] >= 0;
                out->from[g] = set ? m.slots[2 * g] : -1;
                out->to[g] = set ? m.slots[2 * g + 1] : -1;
            }
            return REGEX_MATCH;
        }
        if (m.exhausted)
            return REGEX_UNKNOWN;
        if (sticky || at == text.n)
            break;
        utf8_next(text, &at);
    }
    return REGEX_NONE;
}
