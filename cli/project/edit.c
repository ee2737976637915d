// Small changes of pluto.yml.
//
// Input: its text. Output: its text. Invariant: every line that is not concerned stays as it is, to
// the byte.

#include "cli/project/edit.h"

typedef struct Line {
    uint32_t from, to, end; // to: without the line break; end: behind it
    uint32_t indent;
    bool blank; // nothing, or a comment
} Line;
typedef Vec(Line) LineVec;

static LineVec lines_of(Arena *a, Str text) {
    LineVec lines = {0};
    for (uint32_t at = 0; at < text.n;) {
        int64_t found = str_find(text, STR("\n"), at);
        Line l = {.from = at};
        l.end = found < 0 ? text.n : (uint32_t)found + 1;
        l.to = found < 0 ? text.n : (uint32_t)found;
        if (l.to > l.from && text.p[l.to - 1] == '\r')
            l.to--;
        while (l.from + l.indent < l.to && text.p[l.from + l.indent] == ' ')
            l.indent++;
        l.blank = l.from + l.indent == l.to || text.p[l.from + l.indent] == '#';
        vec_push(a, &lines, l);
        at = l.end;
    }
    return lines;
}

// The line of a key in the first column, or -1.
static int64_t key_line(Str text, const LineVec *lines, const char *key) {
    uint32_t size = str_of(key).n;
    for (uint32_t i = 0; i < lines->n; i++) {
        const Line *l = &lines->at[i];
        Str line = str_slice(text, l->from, l->to);
        if (str_starts(line, key) && line.n > size && line.p[size] == ':')
            return i;
    }
    return -1;
}

// What stands behind a key's colon, without blanks and a comment.
static Str value_behind(Str line, uint32_t from) {
    uint32_t to = from;
    while (to < line.n && !(line.p[to] == '#' && (to == from || line.p[to - 1] == ' ')))
        to++;
    return str_trim(str_slice(line, from, to));
}

static Str replaced(Arena *a, Str text, uint32_t from, uint32_t to, Str by) {
    return str_fmt(a, "%.*s%.*s%.*s", (int)from, text.p, STR_ARG(by), (int)(text.n - to),
                   text.p + to);
}

static Str line_break(Str text) {
    return str_contains(text, "\r\n") ? STR("\r\n") : STR("\n");
}

// ---- current ------------------------------------------------------------------------------------

bool edit_current(Arena *a, Str text, Str stack, Str *out) {
    enum { KEY_SIZE = sizeof "current:" - 1 };
    LineVec lines = lines_of(a, text);
    int64_t found = key_line(text, &lines, "current");
    if (found >= 0) {
        const Line *l = &lines.at[found];
        Str value = value_behind(str_slice(text, l->from, l->to), KEY_SIZE);
        uint32_t from = value.n ? (uint32_t)(value.p - text.p) : l->from + KEY_SIZE;
        Str by = value.n ? stack : str_cat(a, STR(" "), stack);
        *out = replaced(a, text, from, from + value.n, by);
        return true;
    }
    uint32_t at = 0;
    while (at < lines.n && (lines.at[at].blank ||
                            str_starts(str_slice(text, lines.at[at].from, lines.at[at].to), "---")))
        at++;
    uint32_t from = at < lines.n ? lines.at[at].from : text.n;
    Str gap = from && text.p[from - 1] != '\n' ? line_break(text) : STR_EMPTY;
    *out = replaced(a, text, from, from,
                    str_fmt(a, "%.*scurrent: %.*s%.*s", STR_ARG(gap), STR_ARG(stack),
                            STR_ARG(line_break(text))));
    return true;
}

// ---- stacks -------------------------------------------------------------------------------------

// The lines of the list: [from, to) without what is blank at its end.
typedef struct Block {
    uint32_t from, to, indent;
} Block;

static bool is_item(Str text, const Line *l) {
    uint32_t at = l->from + l->indent;
    return !l->blank && text.p[at] == '-' && (at + 1 == l->to || text.p[at + 1] == ' ');
}

static bool block_find(Str text, const LineVec *lines, uint32_t key, Block *out) {
    enum { KEY_SIZE = sizeof "stacks:" - 1 };
    Str line = str_slice(text, lines->at[key].from, lines->at[key].to);
    *out = (Block){key + 1, key + 1, 2};
    if (value_behind(line, KEY_SIZE).n)
        return false;
    for (uint32_t i = key + 1; i < lines->n; i++) {
        const Line *l = &lines->at[i];
        if (l->blank)
            continue;
        if (l->indent == 0 && !is_item(text, l))
            break;
        if (out->to == out->from) {
            if (!is_item(text, l))
                return false;
            out->indent = l->indent;
        }
        out->to = i + 1;
    }
    return true;
}

bool edit_stack_add(Arena *a, Str text, Str stack, Str before, Str *out) {
    LineVec lines = lines_of(a, text);
    int64_t key = key_line(text, &lines, "stacks");
    Str end = line_break(text);
    Block b;
    if (key < 0) {
        Str gap = text.n && text.p[text.n - 1] != '\n' ? end : STR_EMPTY;
        *out = str_fmt(a, "%.*s%.*sstacks:%.*s  - name: %.*s%.*s  - name: %.*s%.*s", STR_ARG(text),
                       STR_ARG(gap), STR_ARG(end), STR_ARG(before), STR_ARG(end), STR_ARG(stack),
                       STR_ARG(end));
        return true;
    }
    if (!block_find(text, &lines, (uint32_t)key, &b))
        return false;
    const Line *last = &lines.at[b.to - 1];
    bool open = last->end == last->to; // the file's last line has no end
    Str gap = open ? end : STR_EMPTY;
    Str item = str_fmt(a, "%.*s%*s- name: %.*s%.*s", STR_ARG(gap), (int)b.indent, "",
                       STR_ARG(stack), STR_ARG(end));
    *out = replaced(a, text, last->end, last->end, item);
    return true;
}

static Str unquoted(Str s) {
    bool quoted = s.n > 1 && (*s.p == '"' || *s.p == '\'') && s.p[s.n - 1] == *s.p;
    return quoted ? str_slice(s, 1, s.n - 1) : s;
}

// The value of `name` in a line of an item: "- name: dev", "  name: dev"; empty: it has none.
static Str name_in(Str text, const Line *l) {
    Str line = str_slice(text, l->from + l->indent, l->to);
    if (is_item(text, l))
        line = str_trim(str_slice(line, 1, line.n));
    if (!str_starts(line, "name:"))
        return STR_EMPTY;
    return unquoted(value_behind(line, sizeof "name:" - 1));
}

bool edit_stack_remove(Arena *a, Str text, Str stack, Str *out) {
    LineVec lines = lines_of(a, text);
    int64_t key = key_line(text, &lines, "stacks");
    Block b;
    if (key < 0 || !block_find(text, &lines, (uint32_t)key, &b))
        return false;
    for (uint32_t from = b.from; from < b.to;) {
        uint32_t to = from + 1;
        bool found = str_eq(name_in(text, &lines.at[from]), stack);
        for (; to < b.to && !(is_item(text, &lines.at[to]) && lines.at[to].indent == b.indent);
             to++)
            found = found || (lines.at[to].indent == b.indent + 2 &&
                              str_eq(name_in(text, &lines.at[to]), stack));
        if (found) {
            *out = replaced(a, text, lines.at[from].from, lines.at[to - 1].end, STR_EMPTY);
            return true;
        }
        from = to;
    }
    return false;
}
