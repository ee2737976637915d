// From tree-sitter's tree to the flat one.
//
// In: the tree of a text that fits the grammar. Out: its CstNodes, in order.
// This walks the parser's own nodes, through the inner headers of the pinned core: with the public
// cursor the walk takes a seventh of the time that parsing takes, so it takes a twentieth. What
// there is to know of the nodes: a node holds its size and the padding (white space) before it;
// hidden nodes stand for their children; a node's production says which of its children go by
// another name (alias) and which have a role (field), counting those that are no extras (comments).
// Invariant: one visit a node, no recursion.

#include "deducer/load/cst_reader.h"

#include <language.h>
#include <subtree.h>
#include <tree.h>

#include <string.h>

enum {
    DEPTH_MAX = 8000, // some 3 levels of the concrete tree make one of the typed tree
    HIDDEN = INT32_MAX,
};

// A node whose children are being visited.
typedef struct Level {
    const Subtree *next, *end; // children that were not visited yet
    bool inner;                // the next one is not the first: its padding is its own
    uint32_t at;               // the offset behind the last child
    uint32_t counted;          // children before the next one, without extras
    const TSSymbol *aliases;
    const TSFieldMapEntry *roles, *roles_end;
    uint16_t role; // of a hidden node: passes to its children
    bool has_roles, commas;
    uint32_t node; // where it stands in the flat tree, or HIDDEN
} Level;

typedef struct Flat {
    Arena *a;
    const Dialect *dialect;
    CstNode *at;
    uint32_t n, cap;
    Level *levels;
    uint32_t depth, level_cap;
} Flat;

static uint16_t role_of_next(const Level *l, const Dialect *d) {
    for (const TSFieldMapEntry *m = l->roles; m < l->roles_end; m++) {
        if (!m->inherited && m->child_index == l->counted)
            return d->fields[m->field_id];
    }
    return l->role;
}

// Goes into a node. Hidden ones share what is known of the visible node around them.
static Level *open_level(Flat *f, Subtree tree, uint32_t start, uint32_t node) {
    if (f->depth == f->level_cap) {
        size_t size = (size_t)f->level_cap * sizeof *f->levels;
        f->levels = arena_grow(f->a, f->levels, size, size * 2);
        f->level_cap *= 2;
    }
    const Level *around = f->depth > 0 ? &f->levels[f->depth - 1] : NULL;
    Level *l = &f->levels[f->depth++];
    uint32_t count = ts_subtree_child_count(tree);
    uint16_t production = count > 0 ? ts_subtree_production_id(tree) : 0;
    *l = (Level){.at = start, .node = node};
    if (count > 0) {
        l->next = ts_subtree_children(tree);
        l->end = l->next + count;
    }
    l->aliases = ts_language_alias_sequence(f->dialect->language, production);
    if (node == HIDDEN) {
        l->has_roles = around->has_roles;
        l->commas = around->commas;
    } else {
        CstKind kind = (CstKind)f->at[node].kind;
        l->has_roles = cst_classes[kind] != CLASS_LIST;
        l->commas = kind == CST_ARRAY || kind == CST_ARRAY_PATTERN;
    }
    if (l->has_roles)
        ts_language_field_map(f->dialect->language, production, &l->roles, &l->roles_end);
    return l;
}

static bool is_link(const CstNode *n) {
    return n->kind == CST_CALL || n->kind == CST_MEMBER || n->kind == CST_SUBSCRIPT ||
           n->kind == CST_NON_NULL;
}

static bool is_operation(const CstNode *n) {
    return n->kind == CST_AWAIT || n->kind == CST_UNARY || n->kind == CST_BINARY;
}

static CstNode *last_child(CstNode *n) {
    CstNode *last = n + 1;
    while (last + last->size < n + n->size)
        last += last->size;
    return last;
}

// The grammar takes `await f<T>(x)` for a call of `await f`, and `1 + f<T>(x)` for one of `1 + f`.
// The call, and what is chained to it, goes to the operation's last operand. `at` has been closed;
// its first child is what it hangs on.
static void bind_link(CstNode *at) {
    while (is_link(at) && at->size > 1 && is_operation(at + 1)) {
        CstNode link = at[0], operation = at[1];
        CstNode *last = last_child(at + 1);
        CstNode *moved = last - 1;
        at[0] = operation;
        at[0].field = link.field;
        at[0].end = link.end;
        at[0].size = link.size;
        memmove(at + 1, at + 2, (size_t)(moved - at - 1) * sizeof *at);
        *moved = link;
        moved->field = last->field;
        moved->start = last->start;
        moved->size = link.size - (uint32_t)(moved - at);
        last->field = operation.field;
        at = moved;
    }
}

static void close_level(Flat *f) {
    const Level *l = &f->levels[--f->depth];
    if (l->node == HIDDEN)
        return;
    f->at[l->node].size = f->n - l->node;
    bind_link(&f->at[l->node]);
}

static uint32_t push(Flat *f, CstNode node) {
    if (f->n == f->cap) {
        size_t size = (size_t)f->cap * sizeof *f->at;
        f->at = arena_grow(f->a, f->at, size, size * 2);
        f->cap *= 2;
    }
    f->at[f->n] = node;
    return f->n++;
}

// Visits the next child of a level; what has children of interest becomes a level itself.
static void visit(Flat *f, Level *l) {
    const Dialect *d = f->dialect;
    Subtree tree = *l->next++;
    uint32_t start = l->at + (l->inner ? ts_subtree_padding(tree).bytes : 0);
    l->inner = true;
    l->at = start + ts_subtree_size(tree).bytes;
    TSSymbol alias = 0;
    uint16_t role = CF_NONE;
    if (!ts_subtree_extra(tree)) {
        alias = l->aliases != NULL ? l->aliases[l->counted] : 0;
        role = l->has_roles ? role_of_next(l, d) : CF_NONE;
        l->counted++;
    }
    bool parent = ts_subtree_child_count(tree) > 0;
    if (alias == 0 && !ts_subtree_visible(tree)) {
        if (parent)
            open_level(f, tree, start, HIDDEN)->role = role;
        return;
    }
    TSSymbol symbol = alias != 0 ? alias : ts_subtree_symbol(tree);
    CstKind kind = symbol < d->kind_count ? (CstKind)d->kinds[symbol] : CST_NONE;
    if (kind == CST_NONE || (kind == CST_T_COMMA && !l->commas))
        return;
    CstClass class = (CstClass)cst_classes[kind];
    uint32_t node = push(f, (CstNode){(uint16_t)kind, role, start, l->at, 1});
    if (parent && class != CLASS_LEAF && class != CLASS_TOKEN)
        open_level(f, tree, start, node);
}

Cst cst_flatten(CstReader *r, Arena *a, uint32_t *too_deep) {
    Flat f = {.a = a, .dialect = r->dialect, .cap = r->text.n / 8 + 64};
    f.at = arena_alloc(a, (size_t)f.cap * sizeof *f.at);
    f.level_cap = 64;
    f.levels = arena_alloc(a, sizeof *f.levels * f.level_cap);
    Subtree root = r->tree->root;
    uint32_t start = ts_subtree_padding(root).bytes;
    uint32_t end = start + ts_subtree_size(root).bytes;
    open_level(&f, root, start, push(&f, (CstNode){CST_PROGRAM, CF_NONE, start, end, 1}));
    while (f.depth > 0) {
        Level *l = &f.levels[f.depth - 1];
        if (l->next == l->end) {
            close_level(&f);
        } else if (f.depth == DEPTH_MAX) {
            *too_deep = l->at;
            return NULL;
        } else {
            visit(&f, l);
        }
    }
    return f.at;
}
