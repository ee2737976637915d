// A YAML document as a small tree, by way of libyaml's events.
//
// Input: the text of one file. Output: a tree with spans, or a P0601. Invariant: what a document
// costs is linear in its size: aliases and tags are refused, so nothing is ever repeated or made
// up, and depth is bounded.
//
// Names of libyaml start with yaml_ too; those of this file are yaml_parse and yaml_find.

#include "cli/project/yaml.h"

#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 32 };

typedef struct Parser {
    yaml_parser_t yaml;
    Arena *a;
    FileId file;
    Str text;
    Diags *ds;
    // libyaml counts characters, a Span bytes: a place already known in both.
    size_t known_chars;
    uint32_t known_bytes;
} Parser;

// The byte offset of a mark. Marks come nearly in order, so walking from the last one is cheap.
static uint32_t offset_of(Parser *p, yaml_mark_t mark) {
    if (mark.index < p->known_chars) {
        p->known_chars = 0;
        p->known_bytes = 0;
    }
    uint32_t at = p->known_bytes;
    for (size_t i = p->known_chars; i < mark.index && at < p->text.n; i++)
        utf8_next(p->text, &at);
    p->known_chars = mark.index;
    p->known_bytes = at;
    return at;
}

static Span span_of(Parser *p, yaml_mark_t start, yaml_mark_t end) {
    uint32_t from = offset_of(p, start);
    size_t chars = p->known_chars;
    uint32_t to = offset_of(p, end);
    p->known_chars =
        chars; // the next event starts behind this one's start, not always behind its end
    p->known_bytes = from;
    return (Span){p->file, from, to < from ? from : to};
}

static bool next(Parser *p, yaml_event_t *event) {
    if (yaml_parser_parse(&p->yaml, event))
        return true;
    uint32_t at = offset_of(p, p->yaml.problem_mark);
    const char *problem = p->yaml.problem ? p->yaml.problem : "this cannot be read";
    diag_error(p->ds, P0601, (Span){p->file, at, at}, "%s", problem);
    return false;
}

static Yaml *refuse(Parser *p, Span span, const char *what) {
    diag_error(p->ds, P0601, span, "%s", what);
    return NULL;
}

static Yaml *node_new(Parser *p, YamlType type, const yaml_event_t *event) {
    Yaml *node = arena_new(p->a, Yaml);
    node->type = type;
    node->span = span_of(p, event->start_mark, event->end_mark);
    return node;
}

static bool is_nothing(Str s) {
    return s.n == 0 || str_is(s, "~") || str_is(s, "null") || str_is(s, "Null") ||
           str_is(s, "NULL");
}

static Yaml *scalar_read(Parser *p, const yaml_event_t *event) {
    Yaml *node = node_new(p, YAML_TEXT, event);
    Str text = {(const char *)event->data.scalar.value, (uint32_t)event->data.scalar.length};
    node->text = str_dup(p->a, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (!node->quoted && is_nothing(node->text))
        node->type = YAML_NOTHING;
    return node;
}

static Yaml *node_read(Parser *p, const yaml_event_t *event, unsigned depth);

static Yaml *list_read(Parser *p, const yaml_event_t *start, unsigned depth) {
    Yaml *list = node_new(p, YAML_LIST, start);
    for (;;) {
        yaml_event_t event;
        if (!next(p, &event))
            return NULL;
        bool done = event.type == YAML_SEQUENCE_END_EVENT;
        Yaml *item = done ? NULL : node_read(p, &event, depth + 1);
        yaml_event_delete(&event);
        if (done)
            return list;
        if (!item)
            return NULL;
        vec_push(p->a, &list->items, item);
    }
}

static bool member_read(Parser *p, Yaml *map, const yaml_event_t *key_event, Map *seen,
                        unsigned depth) {
    Yaml *key = node_read(p, key_event, depth + 1);
    if (!key)
        return false;
    if (key->type != YAML_TEXT)
        return refuse(p, key->span, "a key must be a word"), false;
    if (!map_set(seen, key->text, key)) {
        Diag *d =
            diag_error(p->ds, P0601, key->span, "the key `%.*s` stands twice", STR_ARG(key->text));
        for (uint32_t i = 0; i < map->members.n; i++)
            if (str_eq(map->members.at[i].key, key->text))
                diag_label(d, map->members.at[i].key_span, "here it stands first");
        return false;
    }
    yaml_event_t event;
    if (!next(p, &event))
        return false;
    Yaml *value = node_read(p, &event, depth + 1);
    yaml_event_delete(&event);
    if (value)
        vec_push(p->a, &map->members, (YamlMember){key->text, key->span, value});
    return value != NULL;
}

static Yaml *map_read(Parser *p, const yaml_event_t *start, unsigned depth) {
    Yaml *map = node_new(p, YAML_MAP, start);
    Map seen = map_new(p->a);
    for (;;) {
        yaml_event_t event;
        if (!next(p, &event))
            return NULL;
        bool done = event.type == YAML_MAPPING_END_EVENT;
        bool good = done || member_read(p, map, &event, &seen, depth);
        yaml_event_delete(&event);
        if (done)
            return map;
        if (!good)
            return NULL;
    }
}

// The node that starts with `event`, which stays the caller's.
static Yaml *node_read(Parser *p, const yaml_event_t *event, unsigned depth) {
    Span span = span_of(p, event->start_mark, event->end_mark);
    if (depth > DEPTH_MAX)
        return refuse(p, span, "this is nested too deeply");
    const yaml_char_t *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT)
        tag = event->data.scalar.tag;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        tag = event->data.sequence_start.tag;
    if (event->type == YAML_MAPPING_START_EVENT)
        tag = event->data.mapping_start.tag;
    if (tag)
        return refuse(p, span, "tags are not supported");
    if (event->type == YAML_SCALAR_EVENT)
        return scalar_read(p, event);
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return list_read(p, event, depth);
    if (event->type == YAML_MAPPING_START_EVENT)
        return map_read(p, event, depth);
    return refuse(p, span, "aliases are not supported");
}

// The document between the stream's and its own start and end events.
static Yaml *document_read(Parser *p) {
    Yaml *root = arena_new(p->a, Yaml);
    root->span = (Span){p->file, 0, 0};
    bool seen = false;
    for (;;) {
        yaml_event_t event;
        if (!next(p, &event))
            return NULL;
        yaml_event_type_t type = event.type;
        bool framing = type == YAML_STREAM_START_EVENT || type == YAML_STREAM_END_EVENT ||
                       type == YAML_DOCUMENT_END_EVENT || type == YAML_DOCUMENT_START_EVENT;
        if (type == YAML_DOCUMENT_START_EVENT && seen)
            root = refuse(p, span_of(p, event.start_mark, event.end_mark),
                          "there is more than one document in the file");
        if (type == YAML_DOCUMENT_START_EVENT)
            seen = true;
        if (!framing)
            root = node_read(p, &event, 0);
        yaml_event_delete(&event);
        if (!root || type == YAML_STREAM_END_EVENT)
            return root;
    }
}

Yaml *yaml_parse(Arena *a, FileId file, Str text, Diags *ds) {
    Parser p = {.a = a, .file = file, .text = text, .ds = ds};
    uint32_t bad = 0;
    if (!utf8_valid(text, &bad))
        return refuse(&p, (Span){file, bad, bad + 1}, "the text is not valid UTF-8");
    if (!yaml_parser_initialize(&p.yaml))
        BUG("out of memory while reading YAML");
    yaml_parser_set_encoding(&p.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p.yaml, (const unsigned char *)text.p, text.n);
    Yaml *root = document_read(&p);
    yaml_parser_delete(&p.yaml);
    return root;
}

Yaml *yaml_find(const Yaml *map, const char *key) {
    if (!map || map->type != YAML_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->members.n; i++)
        if (str_is(map->members.at[i].key, key))
            return map->members.at[i].value;
    return NULL;
}
