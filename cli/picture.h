#pragma once
// A graph in the format asked for. Private to cli/.

#include "cli/pipeline.h"
#include "generator/views.h"

// Settles s->args.format: where --format is not given, what --output ends in decides, and a page
// where --open asks for something to look at. False: wrong usage.
bool picture_format(Session *s, Err *err);
// `marks` may be NULL; `live`: the page listens for a new version of itself.
Str picture_draw(Session *s, const Compile *c, GraphFormat format, const ViewMarks *marks,
                 bool live);
// Where --open writes to without --output: .pluto/<stack>/graph.html in the project's folder.
Str picture_path(Session *s, const Compile *c);
