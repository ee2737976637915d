#pragma once
// Scopes while they are open: which names are visible, and in which environment they live. Private
// to load/.
//
//     scope_open(sc, true, span);
//     scope_declare(sc, ident, BIND_PARAM);      … all names of the scope
//     Scope *s = scope_ready(sc);                 from here on names resolve
//     scope_resolve(sc, ident);
//     scope_close(sc);

#include "deducer/load/load.h"

typedef enum EntryKind {
    ENTRY_LOCAL,
    ENTRY_IMPORT,
    ENTRY_MEMBER, // of an enum or namespace: the name stands for owner.name
} EntryKind;

typedef struct Entry {
    Sym name;
    uint32_t shadowed; // the entry of the same name that this one hides, or NO_ENTRY
    uint32_t cell;     // in the table
    uint32_t slot;
    Scope *scope;      // ENTRY_LOCAL
    const Node *owner; // ENTRY_MEMBER: N_IDENT
    Span span;         // of the declaration
    uint32_t env;      // the environment it lives in, counted from the module's
    uint32_t function; // the function it lives in, counted likewise
    EntryKind kind;
    bool used; // read or written, not only declared
} Entry;

enum { NO_ENTRY = UINT32_MAX >> 1 };

// A scope that is open.
typedef struct OpenScope {
    Scope *scope;
    uint32_t first_entry; // entries from here on are its own
    Vec(Binding) bindings;
    Vec(Node *) functions;
    bool ready, catches; // catches: a `let` in it must not have a name of the scope around it
} OpenScope;

typedef struct Cell {
    Sym name;
    uint32_t entry; // the innermost one, or NO_ENTRY
    bool taken;
} Cell;

typedef struct Scopes {
    Arena *a, *scratch;
    LoadContext *lc;
    Module *m;
    Vec(OpenScope) open;
    Vec(Entry) entries;
    Cell *cells;
    uint32_t cell_cap, cell_count;
    uint32_t env, function;
    bool *import_used;
} Scopes;

void scopes_init(Scopes *sc, Arena *a, Arena *scratch, LoadContext *lc, Module *m);

void scope_open(Scopes *sc, bool is_function);
// Declares a name; a second declaration joins the first where the language allows it, else P0112.
void scope_declare(Scopes *sc, const Node *ident, BindKind kind);
void scope_add_function(Scopes *sc, Node *declaration);
// The innermost entry of a name, NULL where there is none; of the innermost scope alone: scope_own.
Entry *scope_find(Scopes *sc, Sym name);
Entry *scope_own(Scopes *sc, Sym name);
// Ends the declarations.
Scope *scope_ready(Scopes *sc);
void scope_close(Scopes *sc);

// Names that stand for members of `owner`, until scope_forget.
uint32_t scope_mark(const Scopes *sc);
void scope_add_member(Scopes *sc, Sym name, const Node *owner);
void scope_add_import(Scopes *sc, uint32_t import);
void scope_forget(Scopes *sc, uint32_t mark);

// Sets ident's ref, hops and slot; a member's name becomes an N_MEMBER. Gives the entry or NULL.
Entry *scope_resolve(Scopes *sc, Node *ident);
