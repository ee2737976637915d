#pragma once
// The parts of the SVG view. Private to views/.

#include "generator/views/scene.h"
#include "generator/views/xml.h"

typedef struct Svg {
    Arena *a;
    Buf out;
    Scene scene;
    bool marked;
    double width, height; // of the whole picture
} Svg;

// ` name="…"`, rounded.
void svg_number(Svg *v, const char *name, double x);
// <text> of one line; y is the base line's.
void svg_text(Svg *v, const char *class_name, double x, double y, Str text);
// The line of an edge, with what stands at its ends; points as in LayoutEdge.
void svg_line(Svg *v, EdgeType type, const LayoutPoint *points, uint32_t count);
// The sign of a reference, without its words.
void svg_pill(Svg *v, double x, double y, double width, double height);
// The globe, its left upper corner at (x, y).
void svg_globe(Svg *v, double x, double y);

// svg_style.c: colours, strokes and fonts, light and dark.
void svg_style(Svg *v);

// svg_caption.c: below the graph, the application's name and the meaning of the signs that occur.
typedef struct Caption Caption;
// Sets the picture's width and height.
Caption *svg_caption(Svg *v);
void svg_caption_put(Svg *v, const Caption *c);
