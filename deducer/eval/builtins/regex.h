#pragma once
// Between regex_parse.c, which reads a pattern into a tree, and regex_match.c, which turns the tree
// into code for a small backtracking machine and runs it.

#include "deducer/eval/builtins/builtins.h"

typedef enum RegexKind {
    RX_EMPTY,
    RX_CHAR,   // cp
    RX_ANY,    // .
    RX_CLASS,  // ranges, negated
    RX_SEQ,    // at[count]
    RX_ALT,    // at[count]
    RX_GROUP,  // child, capturing group `index`
    RX_REPEAT, // child, min, max, greedy; groups first_group … last_group - 1 are inside
    RX_START,
    RX_END,
    RX_WORD,    // \b, negated: \B
    RX_BACKREF, // index, or name until it is resolved
    RX_LOOK,    // child; negated; behind
} RegexKind;

typedef struct RegexRange {
    uint32_t from, to;
} RegexRange;

typedef struct RegexNode {
    RegexKind kind;
    bool negated, greedy, behind;
    uint32_t cp, index, min, max; // max UINT32_MAX: any number
    uint32_t first_group, last_group;
    Str name;
    struct RegexNode *child;
    Vec(struct RegexNode *) list;
    Vec(RegexRange) ranges;
} RegexNode;

typedef struct RegexInstr {
    uint16_t op;
    bool flag;
    uint32_t a, b;
    const RegexNode *cls;
} RegexInstr;

struct Regex {
    RegexNode *root;
    uint32_t group_count; // with group 0
    Str names[REGEX_GROUPS];
    bool ignore_case, multiline, dot_all;
    Vec(RegexInstr) code;
    uint32_t slots; // 2 for each group, then one for each loop
};

bool regex_compile(Arena *a, Regex *re); // false: too large
uint32_t text_fold(uint32_t cp);         // the upper case of a letter, for comparing
