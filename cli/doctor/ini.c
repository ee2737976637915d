// Reads files of sections and settings: ~/.gitconfig, .git/config.
//
// Input: any bytes. Output: the settings in their order. What is understood: `[section]` with or
// without quotation marks in it, `key = value`, comments from `#` or `;` at the start of a line or
// behind a blank, values in quotation marks, lines that end with a carriage return. Indented lines
// below a setting without a value are settings of a part of it, which nobody here asks for: they
// are read only in git's files, where all lines are indented.
// Invariant: nothing in it is an error, and slices of the text are all that is kept.

#include "cli/doctor/ini.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// Keys are the same in any letter case.
static bool same_key(Str a, const char *b) {
    uint32_t i = 0;
    for (; i < a.n && b[i]; i++)
        if (lower(a.p[i]) != lower(b[i]))
            return false;
    return i == a.n && !b[i];
}

static Str line_next(Str text, uint32_t *at) {
    int64_t end = str_find(text, STR("\n"), *at);
    Str line = str_slice(text, *at, end < 0 ? text.n : (uint32_t)end);
    *at = end < 0 ? text.n : (uint32_t)end + 1;
    return line;
}

static Str without_comment(Str line) {
    for (uint32_t i = 0; i < line.n; i++) {
        bool starts = i == 0 || is_blank(line.p[i - 1]);
        if (starts && (line.p[i] == '#' || line.p[i] == ';'))
            return str_slice(line, 0, i);
    }
    return line;
}

static Str unquoted(Str s) {
    bool quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
    return quoted ? str_slice(s, 1, s.n - 1) : s;
}

// `profile "my profile"` and `profile my profile` are one name.
static Str section_name(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        bool again = is_blank(s.p[i]) && b.n && is_blank(b.p[b.n - 1]);
        if (s.p[i] != '"' && !again)
            buf_putc(&b, is_blank(s.p[i]) ? ' ' : s.p[i]);
    }
    return str_trim(buf_str(&b));
}

IniSettings ini_read(Arena *a, Str text) {
    IniSettings all = {0};
    Str section = STR_EMPTY;
    bool nested = false;
    if (str_starts(text, "\xef\xbb\xbf"))
        text = str_slice(text, 3, text.n);
    for (uint32_t at = 0; at < text.n;) {
        Str line = line_next(text, &at);
        bool indented = line.n && is_blank(*line.p);
        Str plain = str_trim(without_comment(line));
        if (str_starts(plain, "[")) {
            int64_t end = str_rfind_char(plain, ']');
            section = section_name(a, str_slice(plain, 1, end < 0 ? plain.n : (uint32_t)end));
            nested = false;
            continue;
        }
        int64_t equals = str_find(plain, STR("="), 0);
        if (equals <= 0 || !section.n || (indented && nested))
            continue;
        Str key = str_trim(str_slice(plain, 0, (uint32_t)equals));
        Str value = str_trim(str_slice(plain, (uint32_t)equals + 1, plain.n));
        nested = !value.n;
        if (key.n)
            vec_push(a, &all, (IniSetting){section, key, unquoted(value)});
    }
    return all;
}

bool ini_find(const IniSettings *all, Str section, const char *key, Str *value) {
    bool found = false;
    for (uint32_t i = 0; i < all->n; i++) {
        const IniSetting *one = &all->at[i];
        if (!str_eq(one->section, section) || !same_key(one->key, key))
            continue;
        *value = one->value;
        found = one->value.n > 0;
    }
    return found;
}

bool ini_has_section(const IniSettings *all, Str section) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].section, section))
            return true;
    return false;
}
