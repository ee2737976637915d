// package.json: the name in it, and what a template needs beside it.
//
// Input: its text. Output: the text with another name; what is missing in it. Invariant: an edit
// changes the value of `name` alone, so that indentation, order and numbers stay as somebody wrote
// them.

#include "cli/start/start.h"

#include <cjson/cJSON.h>

// NULL where it is no object, or something stands behind it.
static cJSON *object_parse(Arena *a, Str text) {
    const char *start = str_cstr(a, text), *end = start;
    cJSON *tree = cJSON_ParseWithLengthOpts(start, (size_t)text.n + 1, &end, true);
    if (cJSON_IsObject(tree))
        return tree;
    cJSON_Delete(tree);
    return NULL;
}

// The place behind the string that begins at `at`.
static uint32_t string_end(Str s, uint32_t at) {
    for (at++; at < s.n && s.p[at] != '"'; at++)
        if (s.p[at] == '\\')
            at++;
    return at < s.n ? at + 1 : s.n;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static uint32_t blanks_end(Str s, uint32_t at) {
    while (at < s.n && is_blank(s.p[at]))
        at++;
    return at;
}

// Where the value of the member `name` of the outermost object stands, quotes and all. The text is
// known to be JSON.
static bool name_find(Str s, uint32_t *from, uint32_t *to) {
    uint32_t depth = 0;
    for (uint32_t at = 0; at < s.n;) {
        char c = s.p[at];
        if (c == '"') {
            uint32_t end = string_end(s, at), colon = blanks_end(s, end);
            bool is_name = depth == 1 && str_is(str_slice(s, at, end), "\"name\"");
            if (is_name && colon < s.n && s.p[colon] == ':') {
                *from = blanks_end(s, colon + 1);
                *to = *from < s.n && s.p[*from] == '"' ? string_end(s, *from) : *from;
                return *to > *from;
            }
            at = end;
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
    }
    return false;
}

bool package_json_rename(Arena *a, Str text, Str name, Str *out) {
    cJSON *tree = object_parse(a, text);
    if (!tree)
        return false;
    bool is_empty = !tree->child;
    bool is_odd = cJSON_HasObjectItem(tree, "name") &&
                  !cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, "name"));
    cJSON_Delete(tree);
    uint32_t from, to;
    Buf b = buf_new(a);
    if (name_find(text, &from, &to)) {
        buf_put(&b, str_slice(text, 0, from));
        buf_printf(&b, "\"%.*s\"", STR_ARG(name));
        buf_put(&b, str_slice(text, to, text.n));
    } else if (is_odd) {
        return false;
    } else {
        uint32_t brace = (uint32_t)str_find(text, STR("{"), 0) + 1;
        buf_put(&b, str_slice(text, 0, brace));
        buf_printf(&b, "\n  \"name\": \"%.*s\"%s", STR_ARG(name), is_empty ? "\n" : ",");
        buf_put(&b, str_slice(text, brace, text.n));
    }
    *out = buf_str(&b);
    return true;
}

bool package_json_name(Arena *a, Str text, Str *out) {
    cJSON *tree = object_parse(a, text);
    if (!tree)
        return false;
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "name"));
    Str full = str_dup(a, str_of(name));
    *out = str_slice(full, (uint32_t)(str_rfind_char(full, '/') + 1), full.n);
    cJSON_Delete(tree);
    return true;
}

static const char *const GROUPS[] = {"dependencies", "devDependencies"};
enum { GROUP_COUNT = 2 };

static bool depends(const cJSON *tree, const char *name) {
    for (size_t g = 0; g < GROUP_COUNT; g++)
        if (cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(tree, GROUPS[g]),
                                             name))
            return true;
    return false;
}

void package_json_lacks(Arena *a, Str have, Str wanted, StartStrVec *out) {
    cJSON *there = object_parse(a, have), *all = object_parse(a, wanted);
    for (size_t g = 0; g < GROUP_COUNT; g++) {
        const cJSON *group = cJSON_GetObjectItemCaseSensitive(all, GROUPS[g]), *one;
        cJSON_ArrayForEach(one, group) {
            const char *version = cJSON_GetStringValue(one);
            if (version && !depends(there, one->string))
                vec_push(a, out, str_fmt(a, "%s@%s", one->string, version));
        }
    }
    cJSON_Delete(there);
    cJSON_Delete(all);
}
