// Decisions by variables of the environment, for the notes on what statements do.
//
// Input: the test of an `if` or `?:`, and how its alternatives ended. Output: uses and checks of
// the statement that runs (effects.h). A test that only asks whether variables are there, and
// behind which the program ends where they are not, is a check: it says nothing about their values.
// Invariant: the value of the test is what eval_expr gives.

#include "deducer/eval/effects.h"

static bool is_nothing(const Interp *I, const Node *n) {
    if (n->kind == N_STRING)
        return n->u.text.n == 0;
    if (n->kind == N_UNARY && n->op == OP_VOID)
        return true;
    return n->kind == N_NULL || (n->kind == N_IDENT && n->u.ident.ref == REF_GLOBAL &&
                                 str_is(sym_str(I->interner, n->u.ident.name), "undefined"));
}

static bool is_place(const Node *n) {
    return n->kind == N_IDENT || n->kind == N_MEMBER || n->kind == N_INDEX || n->kind == N_CHAIN;
}

static bool is_typeof(const Node *n) {
    return n->kind == N_UNARY && n->op == OP_TYPEOF && is_place(n->u.unary.operand);
}

// Whether the test holds exactly where everything in it is there (`present`), or exactly where
// something is not.
static bool asks(const Interp *I, const Node *n, bool present) {
    if (n->kind == N_UNARY && n->op == OP_NOT)
        return asks(I, n->u.unary.operand, !present);
    if (n->kind == N_LOGICAL && n->op == (present ? OP_AND : OP_OR))
        return asks(I, n->u.binary.left, present) && asks(I, n->u.binary.right, present);
    if (n->kind != N_BINARY)
        return present && is_place(n);
    bool equal = n->op == OP_SEQ || n->op == OP_EQ, unequal = n->op == OP_SNE || n->op == OP_NE;
    const Node *left = n->u.binary.left, *right = n->u.binary.right;
    if (is_typeof(left) && right->kind == N_STRING && (equal || unequal))
        return str_is(right->u.text, "undefined")
                   ? present == unequal
                   : str_is(right->u.text, "string") && present == equal;
    return (present ? unequal : equal) && is_place(left) && is_nothing(I, right);
}

Value decision_begin(Interp *I, Env *env, Node *test, Decision *d) {
    *d = (Decision){.test = test, .mark = effects_mark(I)};
    Value v = eval_expr(I, env, test);
    if (!I->recorder || I->dead)
        return v;
    bool asked = asks(I, test, true) || asks(I, test, false);
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (asked && alt.tag == V_LATE)
            effects_use(I, alt, true);
        else if (!asked || is_place(test)) // else the operators within have said it
            effects_use(I, alt, false);
    }
    d->tested = effects_mark(I);
    d->exits = I->exit_count;
    return v;
}

// Where the right side ends the program, the left one is there. Else the value has the left one in
// it, whoever takes it.
void decision_default(Interp *I, Value left, Oper op, uint32_t exits) {
    uint32_t mark = effects_mark(I);
    if (!I->recorder || op == OP_AND || !I->dead || I->exit_count != exits)
        return;
    effects_use(I, left, true);
    effects_check(I, mark, effects_mark(I));
}

void decision_next(Interp *I, Decision *d, bool yes) {
    bool ended = I->dead && I->exit_count == d->exits;
    if (!I->recorder)
        return;
    d->exits = I->exit_count;
    if (yes)
        d->yes_ended = ended;
    else if (ended ? !d->yes_ended && asks(I, d->test, true)
                   : d->yes_ended && asks(I, d->test, false))
        effects_check(I, d->mark, d->tested);
}
