#pragma once
// The concrete syntax of one file, as a flat array. Private to load/.
//
// The grammar's tree is read once, in order, into an array of 16-byte nodes: a node's children
// follow it directly, and `size` counts the node and all that is in it. So the first child of n is
// n + 1 and its next sibling n + n->size; nothing points anywhere, and the grammar's own tree (20
// times the source) is gone before the typed tree is made. Only the cst*.c files know the library
// behind it.

#include "base/base.h"

typedef enum CstKind {
    CST_NONE, // not listed in cst.def; never in the array
#define CST(class, id, name) CST_##id,
#include "deducer/load/cst.def"
    CST_KIND_COUNT
} CstKind;

typedef enum CstField {
    CF_NONE,
#define FIELD(id, name) CF_##id,
#include "deducer/load/cst.def"
    CF_COUNT
} CstField;

typedef struct CstNode {
    uint16_t kind;  // CstKind
    uint16_t field; // CstField: its role in its parent
    uint32_t start, end;
    uint32_t size;
} CstNode;

typedef const CstNode *Cst; // NULL: there is none

#define CST_EACH(child, parent)                                                                    \
    for (Cst child = (parent) + 1; child < (parent) + (parent)->size; child += child->size)

// The first child, the first in a role, the first of a kind; NULL where there is none.
Cst cst_first(Cst n);
Cst cst_last(Cst n);
Cst cst_field(Cst n, CstField field);
Cst cst_child(Cst n, CstKind kind);
bool cst_has(Cst n, CstKind kind);

typedef enum CstDialect { CST_TS, CST_TSX, CST_DIALECT_COUNT } CstDialect;

// What the grammar calls its symbols, translated; made once for a compile. BUG where a name of
// cst.def is not in the grammar.
typedef struct Grammar Grammar;
const Grammar *grammar_new(Arena *a);

// A place where the text does not fit the grammar: text that was skipped, or (missing) what had to
// be imagined at an empty place.
typedef struct CstError {
    uint32_t start, end;
    const char *missing; // the grammar's name for what is missing, else NULL
} CstError;

typedef struct CstErrors {
    CstError *at;
    uint32_t count;
} CstErrors;

// Reading a file, again after same-length edits where repairs are tried.
typedef struct CstReader CstReader;
CstReader *cst_open(Arena *scratch, const Grammar *g, CstDialect dialect);
void cst_close(CstReader *r);
// Parses; after the first time, only what lies in reach of the edits. True where it fits the
// grammar.
bool cst_parse(CstReader *r, Str text);
// Says that text[start..end) changed, its length didn't.
void cst_edited(CstReader *r, uint32_t start, uint32_t end);
// Where it didn't fit: at most `max` places, in order of the text.
CstErrors cst_errors(CstReader *r, Arena *a, uint32_t max);
// The flat tree; NULL where it is deeper than any code that will be accepted, the place in
// *too_deep.
Cst cst_flatten(CstReader *r, Arena *a, uint32_t *too_deep);
// The offset behind which no reading of the text goes on: where the first error is, as a reader
// from left to right would say. Parses anew, slowly.
uint32_t cst_stuck_at(CstReader *r, Str text);
