#pragma once
// The XML of AWS's replies, as a tree, and text for XML. Private to adapters/aws.
//
// Namespaces are not told apart, attributes are dropped, document types and their entities are
// refused. The tree points into the text where it can.

#include "base/base.h"

typedef struct Xml Xml;
struct Xml {
    Str name, text; // of the element itself, entities decoded
    Xml *first, *next;
};

enum { XML_DEPTH_MAX = 64 };

bool xml_parse(Arena *a, Str text, Xml **root, Err *err);
// The first element at a path of names ("DescribeStacksResult/Stacks"), or NULL; NULL gives NULL.
const Xml *xml_at(const Xml *x, const char *path);
Str xml_text(const Xml *x, const char *path); // trimmed; empty where there is none
// First and following siblings of one name: for (m = xml_first(x, "member"); m; m = xml_next(m)).
const Xml *xml_first(const Xml *x, const char *name);
const Xml *xml_next(const Xml *x);
Str xml_escaped(Arena *a, Str s);
