// Scopes while they are open. In: declarations and names, in the order of a walk. Out: Scope
// records, and resolved N_IDENT nodes.
//
// A table leads from each name to its innermost entry, and each entry to the one it hides, so that
// a name is found in one step however deep the code is. Invariant: after scope_close the table is
// as it was before scope_open.

#include "deducer/load/bind_scope.h"

#include <string.h>

void scopes_init(Scopes *sc, Arena *a, Arena *scratch, LoadContext *lc, Module *m) {
    *sc = (Scopes){.a = a, .scratch = scratch, .lc = lc, .m = m};
    sc->cell_cap = 256;
    sc->cells = arena_array(scratch, Cell, sc->cell_cap);
    sc->import_used = arena_array(scratch, bool, m->imports.n + 1);
}

// ---- The table ----------------------------------------------------------------------------------

static Cell *cell_in(Cell *cells, uint32_t cap, Sym name) {
    for (uint32_t i = (name * 2654435761u) & (cap - 1);; i = (i + 1) & (cap - 1)) {
        if (!cells[i].taken || cells[i].name == name)
            return &cells[i];
    }
}

static void grow_cells(Scopes *sc) {
    uint32_t cap = sc->cell_cap * 2;
    Cell *cells = arena_array(sc->scratch, Cell, cap);
    for (uint32_t i = 0; i < sc->cell_cap; i++) {
        if (!sc->cells[i].taken)
            continue;
        Cell *c = cell_in(cells, cap, sc->cells[i].name);
        *c = sc->cells[i];
        for (uint32_t e = c->entry; e != NO_ENTRY; e = sc->entries.at[e].shadowed) {
            sc->entries.at[e].cell = (uint32_t)(c - cells);
        }
    }
    sc->cells = cells;
    sc->cell_cap = cap;
}

static Entry *push_entry(Scopes *sc, Sym name, EntryKind kind, Span span) {
    if (sc->cell_count * 2 >= sc->cell_cap)
        grow_cells(sc);
    Cell *c = cell_in(sc->cells, sc->cell_cap, name);
    if (!c->taken) {
        *c = (Cell){.name = name, .entry = NO_ENTRY, .taken = true};
        sc->cell_count++;
    }
    Entry e = {.name = name,
               .shadowed = c->entry,
               .cell = (uint32_t)(c - sc->cells),
               .span = span,
               .env = sc->env,
               .function = sc->function,
               .kind = kind};
    c->entry = sc->entries.n;
    vec_push(sc->scratch, &sc->entries, e);
    return &vec_last(&sc->entries);
}

Entry *scope_find(Scopes *sc, Sym name) {
    const Cell *c = cell_in(sc->cells, sc->cell_cap, name);
    return c->taken && c->entry != NO_ENTRY ? &sc->entries.at[c->entry] : NULL;
}

uint32_t scope_mark(const Scopes *sc) {
    return sc->entries.n;
}

void scope_forget(Scopes *sc, uint32_t mark) {
    while (sc->entries.n > mark) {
        const Entry *e = &vec_last(&sc->entries);
        sc->cells[e->cell].entry = e->shadowed;
        sc->entries.n--;
    }
}

void scope_add_member(Scopes *sc, Sym name, const Node *owner) {
    push_entry(sc, name, ENTRY_MEMBER, owner->span)->owner = owner;
}

// ---- Declarations -------------------------------------------------------------------------------

// Hoisting can meet the later one first.
static void report_twice(Scopes *sc, Span one, Span other, Sym name) {
    bool ordered = other.start <= one.start;
    Span first = ordered ? other : one;
    Span second = ordered ? one : other;
    Str text = sym_str(sc->lc->interner, name);
    Diag *d = diag_error(sc->lc->diags, P0112, second, "`%.*s` is declared twice", STR_ARG(text));
    diag_label(d, first, "first declared here");
    sc->m->has_errors = true;
}

void scope_add_import(Scopes *sc, uint32_t import) {
    const Import *i = &sc->m->imports.at[import];
    const Entry *old = scope_find(sc, i->local);
    if (old != NULL && !(i->type_only && sc->m->imports.at[old->slot].type_only)) {
        report_twice(sc, i->span, old->span, i->local);
    }
    push_entry(sc, i->local, ENTRY_IMPORT, i->span)->slot = import;
}

void scope_open(Scopes *sc, bool is_function) {
    OpenScope o = {.scope = arena_new(sc->a, Scope), .first_entry = sc->entries.n};
    o.scope->is_function = is_function;
    if (sc->open.n > 0)
        o.scope->parent = vec_last(&sc->open).scope;
    if (is_function)
        sc->function++;
    vec_push(sc->scratch, &sc->open, o);
}

Entry *scope_own(Scopes *sc, Sym name) {
    Entry *e = scope_find(sc, name);
    return e != NULL && e->kind == ENTRY_LOCAL && e->scope == vec_last(&sc->open).scope ? e : NULL;
}

static bool merges_with_namespace(BindKind k) {
    return k == BIND_NAMESPACE || k == BIND_FUNCTION || k == BIND_CLASS || k == BIND_ENUM;
}

static bool is_var_like(BindKind k) {
    return k == BIND_VAR || k == BIND_PARAM || k == BIND_FUNCTION || k == BIND_ARGUMENTS;
}

// May the same scope declare both? In a function's own scope a `var`, a parameter and functions
// share one binding.
static bool may_join(const OpenScope *o, BindKind old, BindKind new) {
    if (old == BIND_PARAM && new == BIND_PARAM)
        return false;
    if (old == BIND_FUNCTION && new == BIND_FUNCTION) {
        return o->scope->is_function && o->scope->parent != NULL;
    }
    if (is_var_like(old) && is_var_like(new))
        return o->scope->is_function;
    if (old == BIND_ENUM && new == BIND_ENUM)
        return true;
    if (new == BIND_NAMESPACE)
        return merges_with_namespace(old);
    return old == BIND_NAMESPACE && merges_with_namespace(new);
}

// The declaration that `ident` clashes with, or NULL.
static const Entry *clash(Scopes *sc, const OpenScope *o, const Node *ident) {
    const Entry *e = scope_find(sc, ident->u.ident.name);
    if (e == NULL)
        return NULL;
    if (e->kind == ENTRY_IMPORT) {
        bool here = o->scope->parent == NULL;
        return here && !sc->m->imports.at[e->slot].type_only ? e : NULL;
    }
    if (e->kind != ENTRY_LOCAL)
        return NULL;
    BindKind old = (BindKind)e->scope->at[e->slot].kind;
    if (o->catches && e->scope == o->scope->parent && old == BIND_CATCH)
        return e;
    return NULL;
}

void scope_declare(Scopes *sc, const Node *ident, BindKind kind) {
    OpenScope *o = &vec_last(&sc->open);
    Sym name = ident->u.ident.name;
    Entry *own = scope_own(sc, name);
    if (own != NULL) {
        Binding *b = &o->bindings.at[own->slot];
        if (!may_join(o, (BindKind)b->kind, kind)) {
            report_twice(sc, ident->span, b->span, name);
        } else if (b->kind == BIND_VAR || b->kind == BIND_NAMESPACE) {
            b->kind = (uint8_t)kind;
        }
        return;
    }
    const Entry *other = clash(sc, o, ident);
    if (other != NULL)
        report_twice(sc, ident->span, other->span, name);
    Entry *e = push_entry(sc, name, ENTRY_LOCAL, ident->span);
    e->scope = o->scope;
    e->slot = o->bindings.n;
    Binding b = {.name = name, .kind = (uint8_t)kind, .span = ident->span};
    vec_push(sc->scratch, &o->bindings, b);
}

void scope_add_function(Scopes *sc, Node *declaration) {
    OpenScope *o = &vec_last(&sc->open);
    vec_push(sc->scratch, &o->functions, declaration);
}

Scope *scope_ready(Scopes *sc) {
    OpenScope *o = &vec_last(&sc->open);
    Scope *s = o->scope;
    s->count = o->bindings.n;
    if (s->count > 0) {
        s->at = arena_copy(sc->a, o->bindings.at, sizeof *s->at * s->count);
        sc->env++;
    }
    s->function_count = o->functions.n;
    if (s->function_count > 0) {
        s->functions = arena_copy(sc->a, o->functions.at, sizeof *s->functions * s->function_count);
    }
    for (uint32_t i = o->first_entry; i < sc->entries.n; i++) {
        if (sc->entries.at[i].kind == ENTRY_LOCAL)
            sc->entries.at[i].env = sc->env;
    }
    o->ready = true;
    return s;
}

void scope_close(Scopes *sc) {
    OpenScope o = vec_pop(&sc->open);
    if (o.scope->count > 0)
        sc->env--;
    if (o.scope->is_function)
        sc->function--;
    scope_forget(sc, o.first_entry);
}

// ---- Names --------------------------------------------------------------------------------------

static void resolve_local(Scopes *sc, Node *ident, const Entry *e) {
    ident->u.ident.ref = REF_LOCAL;
    ident->u.ident.hops = (uint16_t)(sc->env - e->env);
    ident->u.ident.slot = e->slot;
    if (e->scope->parent == NULL)
        ident->flags |= NF_TOP;
    if (e->function != sc->function)
        e->scope->at[e->slot].captured = true;
}

static void become_member(Scopes *sc, Node *ident, const Entry *e) {
    Node *object = arena_new(sc->a, Node);
    *object = *ident;
    object->u.ident.name = e->owner->u.ident.name;
    Sym name = ident->u.ident.name;
    ident->kind = N_MEMBER;
    memset(&ident->u, 0, sizeof ident->u);
    ident->u.member.object = object;
    ident->u.member.name = name;
    ident->u.member.name_span = ident->span;
    scope_resolve(sc, object);
}

Entry *scope_resolve(Scopes *sc, Node *ident) {
    Entry *e = scope_find(sc, ident->u.ident.name);
    ident->u.ident.ref = REF_GLOBAL;
    if (e == NULL)
        return NULL;
    switch (e->kind) {
    case ENTRY_LOCAL:
        resolve_local(sc, ident, e);
        break;
    case ENTRY_IMPORT:
        ident->u.ident.ref = REF_IMPORT;
        ident->u.ident.slot = e->slot;
        sc->import_used[e->slot] = true;
        break;
    case ENTRY_MEMBER:
        become_member(sc, ident, e);
        break;
    }
    return e;
}
