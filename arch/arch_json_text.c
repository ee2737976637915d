// Strict JSON text: what cJSON lets pass and a reader that anybody may feed must not.
//
// Input: bytes. Output: cJSON's tree, or what is wrong and at which byte. cJSON takes invalid
// UTF-8, raw control characters, `01`, `1.` and `\uZZZZ` for good, and cuts a string at `\u0000`.
// So the text is scanned once before: tokens are checked here, their order by cJSON. Invariant: in
// a tree that is handed out every string is whole, every number finite, and nothing nests deeper
// than JSON_DEPTH_MAX.

#include "arch/arch_json_text.h"
#include "arch/arch.h"

#include <math.h>
#include <string.h>

enum { JSON_DEPTH_MAX = ARCH_DEPTH_MAX + 10 }; // a value stands in `edges[i].arguments`

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static uint32_t skip_digits(Str s, uint32_t i) {
    while (i < s.n && is_digit(s.p[i]))
        i++;
    return i;
}

// The end of the number at `i`, or `i` where none stands there. A text as wide as a double's
// largest exponent can overflow: those are refused too.
static uint32_t number_end(Str s, uint32_t i) {
    uint32_t start = i;
    if (i < s.n && s.p[i] == '-')
        i++;
    uint32_t end = skip_digits(s, i);
    if (end == i || (s.p[i] == '0' && end > i + 1))
        return start;
    if (end < s.n && s.p[end] == '.') {
        uint32_t fraction = skip_digits(s, end + 1);
        if (fraction == end + 1)
            return start;
        end = fraction;
    }
    if (end < s.n && (s.p[end] == 'e' || s.p[end] == 'E')) {
        uint32_t digits = end + 1;
        if (digits < s.n && (s.p[digits] == '+' || s.p[digits] == '-'))
            digits++;
        end = skip_digits(s, digits);
        if (end == digits)
            return start;
    }
    return end;
}

// The end of the string whose opening quote stands at `i`; 0 and *why where it is not sound, *at
// then tells where.
static uint32_t string_end(Str s, uint32_t i, const char **why, uint32_t *at) {
    for (i++; i < s.n; i++) {
        *at = i;
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"')
            return i + 1;
        if (c < 0x20)
            return *why = "a control character in a string must be escaped", 0;
        if (c != '\\')
            continue;
        i++;
        if (i >= s.n || s.p[i] != 'u')
            continue;
        for (uint32_t k = 1; k <= 4; k++)
            if (i + k >= s.n || !is_hex(s.p[i + k]))
                return *why = "`\\u` needs four hexadecimal digits", 0;
        if (memcmp(s.p + i + 1, "0000", 4) == 0)
            return *why = "a string must not hold NUL", 0;
    }
    *why = "a string has no end";
    return 0;
}

// True where every token is sound and nothing nests too deeply.
static bool scan(Str s, const char **why, uint32_t *at) {
    unsigned depth = 0;
    for (uint32_t i = 0; i < s.n;) {
        *at = i;
        char c = s.p[i];
        if (c == '"') {
            i = string_end(s, i, why, at);
            if (!i)
                return false;
            continue;
        }
        if (c == '-' || is_digit(c)) {
            uint32_t end = number_end(s, i);
            if (end == i || (end < s.n && (is_digit(s.p[end]) || strchr("+-.eE", s.p[end]))))
                return *why = "this is not a number of JSON", false;
            i = end;
            continue;
        }
        if ((unsigned char)c < 0x20 && c != '\n' && c != '\r' && c != '\t')
            return *why = "a control character stands between the values", false;
        if ((c == '{' || c == '[') && ++depth > JSON_DEPTH_MAX)
            return *why = "this is nested too deeply", false;
        if ((c == '}' || c == ']') && depth)
            depth--;
        i++;
    }
    return true;
}

// Numbers that are JSON but too large for a double.
static bool all_finite(const cJSON *node) {
    if (cJSON_IsNumber(node) && !isfinite(node->valuedouble))
        return false;
    const cJSON *child;
    cJSON_ArrayForEach(child, node) if (!all_finite(child)) return false;
    return true;
}

cJSON *json_text_parse(Arena *scratch, Str json, const char **why, uint32_t *at) {
    *at = 0;
    if (!utf8_valid(json, at))
        return *why = "the text is not valid UTF-8", NULL;
    if (!scan(json, why, at))
        return NULL;
    char *text = str_cstr(scratch, json);
    const char *end = text;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, (size_t)json.n + 1, &end, true);
    *at = (uint32_t)(end - text);
    if (!tree)
        return *why = "the text is not valid JSON", NULL;
    if (all_finite(tree))
        return tree;
    cJSON_Delete(tree);
    return *why = "a number is too large", NULL;
}

// ---- Paths --------------------------------------------------------------------------------------

void json_path_print(Buf *b, const JsonPath *path) {
    if (path->up)
        json_path_print(b, path->up);
    if (!path->key)
        buf_printf(b, "[%u]", path->index);
    else
        buf_printf(b, "%s%s", b->n ? "." : "", path->key);
}

// What follows needs no checks of its own: the text is known to be sound.

static uint32_t skip_space(Str s, uint32_t i) {
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r'))
        i++;
    return i;
}

static uint32_t skip_string(Str s, uint32_t i) {
    const char *why;
    uint32_t at, end = string_end(s, i, &why, &at);
    return end ? end : s.n;
}

static uint32_t skip_value(Str s, uint32_t i) {
    unsigned depth = 0;
    while (i < s.n) {
        char c = s.p[i];
        if (depth == 0 && (c == ',' || c == ']' || c == '}'))
            break;
        if (c == '"') {
            i = skip_string(s, i);
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        if (c == '}' || c == ']')
            depth--;
        i++;
    }
    return i;
}

// The start of the value that `step` means in the object or array at `at`, or `at`.
static uint32_t step_offset(Str s, uint32_t at, const JsonPath *step) {
    if (at >= s.n || s.p[at] != (step->key ? '{' : '['))
        return at;
    uint32_t i = skip_space(s, at + 1);
    for (uint32_t n = 0; i < s.n && s.p[i] != '}' && s.p[i] != ']'; n++) {
        bool found = !step->key && n == step->index;
        if (step->key) {
            uint32_t end = skip_string(s, i);
            found = str_is(str_slice(s, i + 1, end - 1), step->key);
            i = skip_space(s, skip_space(s, end) + 1); // behind the colon
        }
        if (found)
            return i;
        i = skip_value(s, i);
        if (i < s.n && s.p[i] == ',')
            i = skip_space(s, i + 1);
    }
    return at;
}

uint32_t json_path_offset(Str json, const JsonPath *path) {
    if (!path)
        return skip_space(json, 0);
    return step_offset(json, json_path_offset(json, path->up), path);
}
