// Reads the files that AWS's tools share.
//
// In: any bytes. Out: headers and their settings, in order. What is understood: `[header]` with
// anything behind it; `key = value` or `key: value`; comment lines from `#` or `;`, indented or
// not; comments behind a value where a blank is before the sign; lines that are indented continue
// the value above, or are settings of a block where that value is empty; a byte order mark; CR LF.
// Invariant: what is not understood is an error with its line, as it is to the AWS CLI: half a
// profile would be somebody else's account.

#include "adapters/aws/creds/ini.h"

#include <string.h>

typedef struct Reader {
    Arena *a;
    Str path;
    AwsIni *out;
    uint32_t line;
    uint32_t indent; // of the last line that was no continuation
    bool open;       // the last setting may be continued
    bool block;      // …and its value is a block of settings
    Str block_name;
} Reader;

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool aws_ini_same_key(Str a, Str b) {
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

static bool bad(const Reader *r, Err *err, const char *what, const char *hint) {
    Str shown = str_visible(r->a, str_slice(r->path, 0, 300));
    err_set(err, ERR_IO, "%.*s:%u: %s", STR_ARG(shown), r->line, what);
    err_hint(err, "%s", hint);
    return false;
}

// Where the quote ends that begins a word at `at`; NULL where none does, or it is never closed.
static const char *quote_end(Str value, uint32_t at) {
    char c = value.p[at], before = at ? value.p[at - 1] : ' ';
    if ((c != '"' && c != '\'') || (!is_blank(before) && before != '=') || at + 1 == value.n)
        return NULL;
    return memchr(value.p + at + 1, c, value.n - at - 1);
}

// Within quotes nothing is a comment: `credential_process` may hold a whole command in them.
static Str without_comment(Str value) {
    for (uint32_t i = 0; i < value.n; i++) {
        const char *end = quote_end(value, i);
        if (end)
            i = (uint32_t)(end - value.p);
        else if ((value.p[i] == '#' || value.p[i] == ';') && (i == 0 || is_blank(value.p[i - 1])))
            return str_slice(value, 0, i);
    }
    return value;
}

static int64_t delimiter_of(Str line, bool colons) {
    for (uint32_t i = 0; i < line.n; i++)
        if (line.p[i] == '=' || (colons && line.p[i] == ':'))
            return i;
    return -1;
}

static bool read_header(Reader *r, Str line, Err *err) {
    int64_t end = str_find(line, STR("]"), 0);
    if (end < 0)
        return bad(r, err, "`[` without `]`", "a section's header is `[profile NAME]`");
    Str name = str_trim(str_slice(line, 1, (uint32_t)end));
    if (!name.n)
        return bad(r, err, "a section without a name", "a section's header is `[profile NAME]`");
    vec_push(r->a, &r->out->parts, (IniPart){.name = name, .line = r->line});
    r->open = false;
    return true;
}

static bool read_setting(Reader *r, Str line, Str block, Err *err) {
    int64_t at = delimiter_of(line, !block.n);
    if (at < 0)
        return bad(r, err,
                   block.n ? "a line of a nested block that is no `key = value`"
                           : "a line that is neither a section nor `key = value`",
                   "comments begin with `#`");
    Str key = str_trim(str_slice(line, 0, (uint32_t)at));
    Str value = str_trim(without_comment(str_slice(line, (uint32_t)at + 1, line.n)));
    if (!key.n)
        return bad(r, err, "a setting without a name before the `=`", "comments begin with `#`");
    if (!r->out->parts.n)
        return bad(r, err, "a setting before the first section",
                   "put it below `[default]` or another section");
    vec_push(r->a, &vec_last(&r->out->parts).entries, (IniEntry){block, key, value, r->line});
    r->open = true;
    if (!block.n) {
        r->block = !value.n;
        r->block_name = key;
    }
    return true;
}

// A line of the block, or more of the value above.
static bool read_continuation(Reader *r, Str line, Err *err) {
    if (r->block)
        return read_setting(r, line, r->block_name, err);
    IniEntry *last = &vec_last(&vec_last(&r->out->parts).entries);
    last->value = str_fmt(r->a, "%.*s\n%.*s", STR_ARG(last->value), STR_ARG(line));
    return true;
}

static bool read_line(Reader *r, Str line, Err *err) {
    if (line.n && memchr(line.p, '\0', line.n))
        return bad(r, err, "a NUL byte", "the file is to be text in UTF-8");
    uint32_t indent = 0;
    while (indent < line.n && is_blank(line.p[indent]))
        indent++;
    Str plain = str_trim(line);
    if (!plain.n || *plain.p == '#' || *plain.p == ';')
        return true;
    if (r->open && indent > r->indent)
        return read_continuation(r, plain, err);
    r->indent = indent;
    return *plain.p == '[' ? read_header(r, plain, err) : read_setting(r, plain, STR_EMPTY, err);
}

bool aws_ini_read(Arena *a, Str path, Str text, AwsIni *out, Err *err) {
    *out = (AwsIni){0};
    Reader r = {.a = a, .path = path, .out = out};
    uint32_t broken;
    if (str_starts(text, "\xef\xbb\xbf"))
        text = str_slice(text, 3, text.n);
    bool valid = utf8_valid(text, &broken);
    for (uint32_t at = 0; at < text.n;) {
        int64_t end = str_find(text, STR("\n"), at);
        uint32_t stop = end < 0 ? text.n : (uint32_t)end;
        r.line++;
        if (!valid && broken < stop)
            return bad(&r, err, "bytes that are not UTF-8", "save the file as UTF-8");
        if (!read_line(&r, str_slice(text, at, stop), err))
            return false;
        at = stop + 1;
    }
    return true;
}
