#pragma once
// Lines for a terminal, with colour where it is wanted: what comparisons and plans print. Private
// to generator/.

#include "base/base.h"

typedef enum SheetStyle {
    SHEET_PLAIN,
    SHEET_BOLD,
    SHEET_DIM,
    SHEET_GREEN,
    SHEET_RED,
    SHEET_YELLOW
} SheetStyle;

typedef struct Sheet {
    Arena *a;
    Buf out;
    bool color;
} Sheet;

Sheet sheet_new(Arena *a, bool color);
// Text from anywhere: it is shown, never obeyed.
void sheet_put(Sheet *s, SheetStyle style, Str text);
void sheet_words(Sheet *s, SheetStyle style, const char *words);
// A section's title before its first line; an empty line after its last.
void sheet_title(Sheet *s, bool *open, const char *title);
void sheet_end(Sheet *s, bool open);
