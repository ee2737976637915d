#pragma once
// What the steps of the ordering share: positions, and neighbours as sorted lists of positions.

#include "generator/views/layout/draft.h"

typedef struct Order {
    Draft *d;
    uint32_t *left, *right; // per link (as in d->left.to, d->right.to): the neighbour's position,
                            // ascending; see order_lists
    int64_t *keys;          // per node: where it wants to be
    DraftKey *items, *scratch;
    DraftKey *links, *link_scratch; // room for the links of a column
    uint32_t *moved;                // room for a column
    uint32_t *tree;                 // room for counting
    uint32_t *child_at, *child;     // the groups in group p - 1 (p = 0: in none), from the top:
                                    // child[child_at[p]] …
    int64_t *group_keys, *group_links;
    bool *stale;   // per column: something beside it moved
    uint64_t work; // elementary steps so far
} Order;

// Brings the lists of one column up to date with the columns at its sides.
void order_lists(Order *o, uint32_t layer);
// Lines that cross between a column and the one to its right.
uint64_t order_crossings(Order *o, uint32_t layer);
uint64_t order_all_crossings(Order *o);
// Pairs that stand in the wrong order by `id`; sorts them.
uint64_t order_inversions(DraftKey *keys, DraftKey *scratch, uint32_t count);
// Orders a column by the keys of its nodes as far as groups permit.
void order_sort(Order *o, uint32_t layer);
// Moves single nodes to where they cause least crossings. Gives what was saved.
uint64_t order_sift(Order *o, uint32_t layer);

// Makes the lists of children, in the order of their indices.
void order_children(Order *o);
// Orders siblings by group_keys; by where their edges lead; by swapping. The last gives what was
// saved.
void order_by_group_keys(Order *o);
void order_regroup(Order *o);
uint64_t order_swap_groups(Order *o);
