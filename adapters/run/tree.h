#pragma once
// JSON as a tree in an arena: what the template's evaluation makes, and what is read from it.
// Private to adapters/run.

#include "base/base.h"

typedef enum TreeType {
    TREE_NONE, // not there at all: a property that AWS::NoValue removes
    TREE_NULL,
    TREE_BOOL,
    TREE_NUMBER,
    TREE_TEXT,
    TREE_LIST,
    TREE_OBJECT
} TreeType;

typedef struct Tree Tree;
struct Tree {
    TreeType type;
    bool truth;
    double number;
    Str text;
    Str key;     // within an object
    Tree *child; // the first member or item
    Tree *next;  // the one behind this
    uint32_t count;
};

enum { TREE_DEPTH_MAX = 200 };

Tree *tree_new(Arena *a, TreeType type);
Tree *tree_text(Arena *a, Str text);
// Appends to a list or an object; `last` is what was appended before, or NULL.
Tree *tree_append(Tree *to, Tree *last, Tree *item);
// From text, which it borrows; NULL where it is not JSON, or nested too deeply.
Tree *tree_read(Arena *a, Str json);

// Where there is no such member, or `t` is NULL or no object: NULL.
const Tree *tree_find(const Tree *t, const char *key);
// The first thing in that member.
const Tree *tree_child(const Tree *t, const char *key);
const Tree *tree_get(const Tree *t, Str key);
// Texts, numbers and truth values as text; empty for everything else.
Str tree_str(Arena *a, const Tree *t);
Str tree_str_at(Arena *a, const Tree *t, const char *key);
// The tree as JSON text, keys in their order.
void tree_write(Buf *b, const Tree *t);
// Numbers, also where they are written as text.
double tree_num_at(const Tree *t, const char *key, double fallback);
bool tree_bool_at(const Tree *t, const char *key, bool fallback);
