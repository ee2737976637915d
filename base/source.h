#pragma once
// Loaded source files, and places in them.
//
// A Span is two byte offsets into one file. Lines and columns are made from it only when something
// is printed: both count from 1, columns in UTF-16 units as editors do.

#include "base/arena.h"
#include "base/str.h"

typedef uint32_t FileId; // 0: no file

typedef struct Span {
    FileId file;
    uint32_t start, end; // bytes, end exclusive
} Span;

#define SPAN_NONE ((Span){0, 0, 0})

typedef struct Source {
    Str path; // relative to the project's root, with '/': what is printed and written
    Str text;
    uint32_t *lines; // offsets of line starts, made at first use
    uint32_t line_count;
} Source;

typedef struct Sources Sources;

Sources *sources_open(void);
void sources_close(Sources *ss);
// Adds a file and gives its id; path and text are borrowed, and outlive the sources. Thread-safe.
FileId sources_add(Sources *ss, Str path, Str text);
const Source *sources_get(const Sources *ss, FileId id);
// The file of that path, or 0.
FileId sources_find(const Sources *ss, Str path);

typedef struct LineCol {
    uint32_t line, column; // from 1; column in UTF-16 units
} LineCol;

LineCol source_line_col(Sources *ss, FileId file, uint32_t offset);
// The text of a line (from 1) without its line end.
Str source_line(Sources *ss, FileId file, uint32_t line);
// The offset of a line and column, clamped to the file: the way back from arch.json to a Span.
uint32_t source_offset(Sources *ss, FileId file, LineCol at);
