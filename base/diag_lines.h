#pragma once
// Drawing one source line with its marks: between diag_human.c, excerpt.c and diag_lines.c only.

#include "base/diag_rows.h"

typedef enum Style {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_ERROR,
    STYLE_WARNING,
    STYLE_POINT,  // primary where nothing is wrong
    STYLE_GUTTER, // also what is secondary
} Style;

typedef struct Painter {
    Buf *out;
    Arena *arena;
    Sources *sources;
    unsigned gutter; // digits of the largest line number
    Style primary;   // of the primary marks
    bool color;
} Painter;

// A stretch of one line that is underlined: with ^ where it is the primary one, else with -.
typedef struct Mark {
    uint32_t line;
    uint32_t from, to;    // bytes of the line
    uint32_t left, right; // cells, while the line is drawn
    uint32_t order;
    Str text;
    bool primary;
    bool goes_on; // the span ends on a later line
} Mark;

void paint(Painter *p, Style style);
// The gutter with a line number (0: none) and its bar.
void put_gutter(Painter *p, uint32_t number, bool bare);
// The line, and below it its `n` marks, sorted by place.
void put_line(Painter *p, FileId file, uint32_t number, Mark *marks, uint32_t n);
