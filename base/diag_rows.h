#pragma once
// Between the parts of the diagnostics only: what a Diag holds, and the rows that the renderers
// print.

#include "base/diag.h"
#include "base/vec.h"

typedef Vec(DiagLabel) DiagLabels;
typedef Vec(Str) DiagTexts;

struct Diag {
    Diags *owner;
    Code code;
    Severity severity;
    Span span;
    Str at_file; // diag_error_at: the place as arch.json names it
    LineCol at;
    Str message, primary;
    DiagLabels labels;
    DiagTexts notes, helps;
    bool source_hidden;
};

// A diagnostic with its place found. `path` is empty where it has none; `span.file` is 0 where the
// file is not loaded, so that path, line and column are all there is.
typedef struct DiagRow {
    const Diag *diag;
    Str path;
    Span span;
    LineCol at;
} DiagRow;

typedef struct DiagRows {
    DiagRow *at;
    uint32_t n;
} DiagRows;

// All diagnostics, sorted, without duplicates.
DiagRows diag_rows(const Diags *ds, Arena *a);
Sources *diag_sources(const Diags *ds);

const char *severity_name(Severity s);

// The end of the name at an offset, or of the one character that stands there.
uint32_t diag_word_end(Str text, uint32_t from);

// What the terminal may see of the next character of s: itself, an escape, or blanks for a tab.
typedef struct Glyph {
    char text[16];
    uint32_t size;  // bytes of text
    uint32_t width; // cells
} Glyph;
Glyph glyph_next(Str s, uint32_t *at, uint32_t column);
// True for what changes how a terminal or an editor shows the text around it.
bool glyph_is_hidden(uint32_t cp);
// Appends s with everything of that kind shown as an escape.
void glyph_put(Buf *out, Str s);

void diag_human(Buf *out, Sources *sources, const DiagRow *row, bool color);
void diag_short(Buf *out, const DiagRow *row, bool color);
void diag_json(Buf *out, Sources *sources, const DiagRow *row);
