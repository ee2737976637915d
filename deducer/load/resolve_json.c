// Reads the configuration files that decide what imports mean: package.json and tsconfig.json.
//
// Input: a path. Output: cJSON's tree, which lives until the resolver closes. tsconfig.json may
// hold comments and trailing commas; they are blanked out, so that every offset stays what it was.
// Invariant: called with the resolver's lock held, for cJSON keeps the place of its last error in a
// global variable.

#include "deducer/load/resolve.h"
#include "deducer/load/text.h"

#include <string.h>

enum { CONFIG_MAX_BYTES = 1 << 20 };

// The end of the string literal that starts at `at`, behind its closing quote.
static size_t skip_string(const char *p, size_t n, size_t at) {
    for (at++; at < n && p[at] != '"'; at++)
        if (p[at] == '\\')
            at++;
    return at < n ? at + 1 : n;
}

static size_t blank_comment(char *p, size_t n, size_t at) {
    bool block = p[at + 1] == '*';
    size_t from = at;
    for (at += 2; at < n; at++) {
        if (!block && p[at] == '\n')
            break;
        if (block && at >= from + 3 && p[at] == '/' && p[at - 1] == '*') {
            at++;
            break;
        }
    }
    for (size_t i = from; i < at; i++)
        if (p[i] != '\n')
            p[i] = ' ';
    return at;
}

// Strings are skipped whole: "https://x" holds no comment.
static void blank_comments(char *p, size_t n) {
    for (size_t at = 0; at < n;) {
        if (p[at] == '"')
            at = skip_string(p, n, at);
        else if (p[at] == '/' && at + 1 < n && (p[at + 1] == '/' || p[at + 1] == '*'))
            at = blank_comment(p, n, at);
        else
            at++;
    }
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// After the comments are gone: a comma with nothing but white space before a closing bracket.
static void blank_trailing_commas(char *p, size_t n) {
    size_t comma = n;
    for (size_t at = 0; at < n;) {
        char c = p[at];
        if (c == '"') {
            comma = n;
            at = skip_string(p, n, at);
            continue;
        }
        if ((c == '}' || c == ']') && comma < n)
            p[comma] = ' ';
        if (c == ',')
            comma = at;
        else if (!is_blank(c))
            comma = n;
        at++;
    }
}

// One for a file: what is read again through another `extends` is as broken as before.
void json_problem(Resolver *r, Problem problem) {
    for (uint32_t i = 0; i < r->problems.n; i++)
        if (str_eq(r->problems.at[i].path, problem.path))
            return;
    vec_push(r->arena, &r->problems, problem);
}

static const cJSON *parse(Resolver *r, Str path, Str text, bool comments, bool quiet) {
    char *copy = arena_copy(r->arena, text.p, text.n);
    if (comments) {
        blank_comments(copy, text.n);
        blank_trailing_commas(copy, text.n);
    }
    // The text itself stays as it was: it is what a diagnostic shows.
    const char *end = copy;
    cJSON *tree = cJSON_ParseWithLengthOpts(copy, text.n, &end, false);
    size_t at = (size_t)(end - copy);
    while (tree && at < text.n && is_blank(copy[at]))
        at++;
    if (tree)
        vec_push(r->arena, &r->trees, tree);
    if (tree && at >= text.n)
        return tree;
    if (!quiet)
        json_problem(r,
                     (Problem){.path = path,
                               .text = text,
                               .offset = text_json_place((Str){copy, text.n}, (uint32_t)at),
                               .severity = SEV_ERROR,
                               .code = P0111,
                               .message = STR("this is not valid JSON"),
                               .help = STR("imports cannot be resolved without this file; correct "
                                           "it here")});
    return NULL;
}

// A configuration file may be a link like any other file, and an error in it shows a line of it.
static bool leads_outside(Resolver *r, Str path) {
    Str real;
    return r->host->real_path(r->host, r->arena, path, &real) && !resolver_allows(r, real);
}

const cJSON *json_load(Resolver *r, Str path, bool comments, bool quiet) {
    Str text;
    Err err;
    if (!quiet && leads_outside(r, path)) {
        json_problem(r, (Problem){.path = path,
                                  .text = STR_EMPTY,
                                  .severity = SEV_ERROR,
                                  .code = P0109,
                                  .message = STR("this is a link to a file outside of the project"),
                                  .help = STR("copy the file into the project")});
        return NULL;
    }
    if (!r->host->read_file(r->host, r->arena, path, CONFIG_MAX_BYTES, &text, &err)) {
        if (!quiet && err.kind != ERR_NOT_FOUND && err.kind != ERR_NOT_REGULAR)
            json_problem(
                r, (Problem){.path = path,
                             .text = STR_EMPTY,
                             .severity = SEV_ERROR,
                             .code = err.kind == ERR_TOO_LARGE ? P0104 : P0101,
                             .message = err.kind == ERR_TOO_LARGE
                                            ? STR("this file is too large: at most 1 MB are read")
                                            : STR("this file cannot be read"),
                             .help = STR_EMPTY});
        return NULL;
    }
    if (str_starts(text, "\xEF\xBB\xBF"))
        text = str_slice(text, 3, text.n);
    return parse(r, path, text, comments, quiet);
}

Str json_member(const cJSON *object, const char *key) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(value) ? str_of(value->valuestring) : STR_EMPTY;
}
