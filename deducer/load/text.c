// From the bytes of a file to text that a parser may read.
//
// Input: bytes. Output: valid UTF-8 without byte order mark and NUL, or a diagnostic at the first
// byte that is wrong. The file is registered in any case, so that the diagnostic can show its line.
// Invariant: the registered text has one byte for each byte of the file behind the byte order mark.

#include "deducer/load/text.h"

#include <string.h>

#include <cjson/cJSON.h>

enum { JSON_MAX_DEPTH = 1000 }; // as deep as cJSON reads

static bool is_utf16(Str s) {
    return str_starts(s, "\xFF\xFE") || str_starts(s, "\xFE\xFF");
}

// Without byte order mark: half of what a Latin text holds are NULs then.
static bool looks_like_utf16(Str s) {
    uint32_t n = s.n < 64 ? s.n : 64, nuls = 0;
    for (uint32_t i = 0; i < n; i++)
        nuls += s.p[i] == 0;
    return n >= 4 && nuls * 3 >= n;
}

// One '?' for each bad byte, so that columns stay right.
static void make_presentable(char *bytes, uint32_t size) {
    uint32_t from = 0, bad;
    while (from < size && !utf8_valid((Str){bytes + from, size - from}, &bad)) {
        bytes[from + bad] = '?';
        from += bad + 1;
    }
}

static void report_encoding(LoadContext *lc, Module *m, uint32_t at, unsigned byte, bool utf16) {
    Span span = {m->file, at, at + 1};
    Diag *d = diag_error(lc->diags, P0102, span, "`%.*s` is not valid UTF-8", STR_ARG(m->path));
    if (utf16)
        diag_note(d, "it starts with the byte order mark of UTF-16");
    else
        diag_primary(d, "the byte 0x%02X is no part of a character here", byte);
    diag_help(d, "save the file as UTF-8");
}

// A NUL would end the text for whoever treats it as a C string, and hide what follows.
static void report_nul(LoadContext *lc, Module *m, Str text, uint32_t at) {
    Span span = {m->file, at, at + 1};
    Diag *d = diag_error(lc->diags, P0103, span, "`%.*s` holds a NUL byte", STR_ARG(m->path));
    if (looks_like_utf16(text)) {
        diag_note(d, "it may be UTF-16");
        diag_help(d, "save the file as UTF-8");
    } else {
        diag_help(d, "write `\\0` in a string where the character is meant");
    }
}

bool text_accept(LoadContext *lc, Module *m, char *bytes, uint32_t size, Str *text) {
    *text = (Str){bytes, size};
    if (str_starts(*text, "\xEF\xBB\xBF"))
        *text = (Str){bytes + 3, size - 3};
    uint32_t bad = 0;
    bool valid = utf8_valid(*text, &bad);
    bool utf16 = is_utf16(*text);
    unsigned byte = valid ? 0 : (unsigned char)text->p[bad];
    // Registered in any case, and before anything is reported of it.
    if (!valid)
        make_presentable(bytes + (size - text->n), text->n);
    m->file = sources_add(lc->sources, m->path, *text);
    const char *nul = text->n ? memchr(text->p, 0, text->n) : NULL;
    if (!valid)
        report_encoding(lc, m, bad, byte, utf16);
    else if (nul)
        report_nul(lc, m, *text, (uint32_t)(nul - text->p));
    return valid && !nul;
}

// How many brackets are open at an offset.
static unsigned depth_at(Str text, uint32_t end) {
    unsigned depth = 0;
    bool in_string = false;
    for (uint32_t i = 0; i < end && i < text.n; i++) {
        char c = text.p[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '[' || c == '{'))
            depth++;
        else if (!in_string && (c == ']' || c == '}') && depth)
            depth--;
    }
    return depth;
}

static bool is_any(char c, const char *set) {
    return c && strchr(set, c);
}

uint32_t text_json_place(Str text, uint32_t at) {
    if (at == 0 || at > text.n || is_any(text.p[at - 1], "{[,: \t\r\n0123456789"))
        return at;
    uint32_t before = at - 1;
    while (before > 0 && is_any(text.p[before - 1], " \t\r\n"))
        before--;
    return before > 0 && is_any(text.p[before - 1], "{,") ? at - 1 : at;
}

void text_check_json(LoadContext *lc, Module *m) {
    Str text = m->json_text;
    const char *end = text.p;
    cJSON *tree = cJSON_ParseWithLengthOpts(text.p, text.n, &end, false);
    bool valid = tree != NULL;
    cJSON_Delete(tree);
    uint32_t at = (uint32_t)(end - text.p);
    if (valid && !str_trim(str_slice(text, at, text.n)).n)
        return;
    if (!valid)
        at = text_json_place(text, at);
    while (at < text.n && is_any(text.p[at], " \t\r\n"))
        at++;
    m->has_errors = true;
    Span span = {m->file, at, at < text.n ? at + 1 : at};
    if (depth_at(text, at) >= JSON_MAX_DEPTH) {
        diag_error(lc->diags, P0105, span, "`%.*s` is nested more than %d levels deep",
                   STR_ARG(m->path), JSON_MAX_DEPTH);
        return;
    }
    Diag *d = diag_error(lc->diags, P0111, span, "`%.*s` is not valid JSON", STR_ARG(m->path));
    if (!text.n)
        diag_note(d, "the file is empty");
    else if (valid)
        diag_primary(d, "the value ends before this");
}
