#pragma once
// What the cst*.c files share; they alone know tree-sitter.

#include "deducer/load/cst.h"

#include <tree_sitter/api.h>

// How the kinds of cst.def are read.
typedef enum CstClass {
    CLASS_NODE,
    CLASS_LIST,
    CLASS_LEAF,
    CLASS_JSX,
    CLASS_NOJSX,
    CLASS_TOKEN
} CstClass;

extern const uint8_t cst_classes[CST_KIND_COUNT]; // CstClass by CstKind

typedef struct Dialect {
    const TSLanguage *language;
    uint16_t *kinds; // CstKind by symbol
    uint32_t kind_count;
    uint16_t *fields; // CstField by field id
} Dialect;

struct Grammar { // one for a compile
    Dialect dialects[CST_DIALECT_COUNT];
};

struct CstReader {
    const Dialect *dialect;
    TSParser *parser;
    TSTree *tree; // NULL where parsing was given up
    Str text;
    uint32_t stop;             // text behind this offset is not read
    uint32_t lost, lost_total; // reports of progress that found nothing but errors
    uint32_t reports, report_max;
};
