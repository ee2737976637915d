#pragma once
// A YAML document as a small tree. Private to cli/project/.

#include "base/base.h"

typedef enum YamlType { YAML_NOTHING, YAML_TEXT, YAML_MAP, YAML_LIST } YamlType;

typedef struct Yaml Yaml;
typedef struct YamlMember {
    Str key;
    Span key_span;
    Yaml *value;
} YamlMember;

struct Yaml {
    YamlType type; // YAML_NOTHING: an empty value, `~` or `null`
    Span span;
    Str text;    // YAML_TEXT: what a plain or quoted scalar says
    bool quoted; // YAML_TEXT: never a number or boolean
    Vec(YamlMember) members;
    Vec(Yaml *) items;
};

// Reads one document of at most YAML_MAX bytes; every problem is a P0601 at its place, and NULL. An
// empty document is YAML_NOTHING. The text must be in `sources` as `file`.
Yaml *yaml_parse(Arena *a, FileId file, Str text, Diags *ds);
Yaml *yaml_find(const Yaml *map, const char *key); // or NULL

enum { YAML_MAX = 1 << 20 };
