#pragma once
// The resources of a deployment as a tree: what the program calls them, and below that what AWS
// makes of them. Private to cli/deploy/.
//
//     Tree t = tree_begin(arena);
//     tree_add(&t, owner, stack, id, type);      // what will change, as far as it is known
//     tree_event(&t, &event, owner);             // what happens
//     tree_lines(&t, scratch, &view, &lines);    // a picture of it that fits

#include "adapters/adapters.h"

typedef enum NodeState { NODE_WAITS, NODE_WORKS, NODE_DONE, NODE_GONE, NODE_FAILED } NodeState;

typedef struct Node {
    Str stack, id, type;
    Str why; // why it takes long, or why it failed; empty: as usual
    NodeState state;
    double began, ended; // seconds of the operation
} Node;

typedef struct Group {
    Str owner; // "Function/chatbot", or a logical id that belongs to nothing in the program
    Vec(Node) nodes;
} Group;

typedef struct Tree {
    Arena *a;
    Vec(Group) groups; // in the order in which they became known
    Str doing;         // "deploying", "rolling back"
    bool back;         // it goes back
    uint32_t uploads;
} Tree;

typedef struct TreeView {
    uint32_t columns, rows;
    double now;
    bool color, last; // last: nothing moves any more
} TreeView;

typedef struct TreeLine {
    Str text; // with colours, without an end
    uint32_t cells;
} TreeLine;
typedef Vec(TreeLine) TreeLineVec;

Tree tree_begin(Arena *a);
void tree_add(Tree *t, Str owner, Str stack, Str id, Str type);
// `main`: the name of the stack itself, whose events are not a resource's.
void tree_event(Tree *t, const AwsEvent *e, Str owner, Str main);
// No more than view->rows lines of at most view->columns cells: where there is too much, what is
// done and what waits is told in fewer words, then what is at work.
void tree_lines(const Tree *t, Arena *scratch, const TreeView *view, TreeLineVec *out);
