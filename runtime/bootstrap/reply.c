// Reads HTTP/1.1 responses: see reply.h. A small machine that is in one place of the message at a
// time; the head is gathered whole and then checked and rewritten in place, the body is handed on
// as it comes. Invariant: head_size <= REPLY_HEAD_MAX, and nothing is read after REPLY_AT_END or
// REPLY_AT_ERROR.

#include "runtime/bootstrap/reply.h"

#include <string.h>

// ---- characters ---------------------------------------------------------------------------------

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A character of a header's name.
static bool is_token(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int hex(char c) {
    c = lower(c);
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool same(const char *text, size_t size, const char *word) {
    size_t i = 0;
    while (i < size && word[i] && lower(text[i]) == word[i]) {
        i++;
    }
    return i == size && !word[i];
}

// Is `word` in a list like `keep-alive, Upgrade`?
static bool lists(const char *text, size_t size, const char *word) {
    for (size_t i = 0; i < size;) {
        while (i < size && (text[i] == ' ' || text[i] == ',' || text[i] == '\t')) {
            i++;
        }
        size_t from = i;
        while (i < size && text[i] != ' ' && text[i] != ',' && text[i] != '\t') {
            i++;
        }
        if (i > from && same(text + from, i - from, word)) {
            return true;
        }
    }
    return false;
}

// ---- head ---------------------------------------------------------------------------------------

// `HTTP/1.1 200 OK`: the reason may be anything but control characters.
static bool status_line(Reply *r, const char *line, size_t size) {
    if (size < 12 || memcmp(line, "HTTP/1.", 7) != 0 || (line[7] != '0' && line[7] != '1') ||
        line[8] != ' ' || !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) ||
        (size > 12 && line[12] != ' ')) {
        return false;
    }
    r->keep_alive = line[7] == '1';
    r->status = (unsigned)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    return r->status >= 100 && r->status < 600;
}

// Writes `name: value\n` for the line to `out`, which may be where the line itself begins: what is
// written is never longer than what was read. Gives its size, 0 where the line is no header.
static size_t field(char *out, const char *line, size_t size) {
    size_t name = 0;
    while (name < size && is_token(line[name])) {
        name++;
    }
    if (name == 0 || name == size || line[name] != ':') {
        return 0;
    }
    size_t from = name + 1;
    size_t to = size;
    while (from < to && (line[from] == ' ' || line[from] == '\t')) {
        from++;
    }
    while (to > from && (line[to - 1] == ' ' || line[to - 1] == '\t')) {
        to--;
    }
    for (size_t i = 0; i < name; i++) {
        out[i] = lower(line[i]);
    }
    size_t n = name;
    // A value without a blank before it moves one to the right, over its line's CR.
    memmove(out + n + 2, line + from, to - from);
    out[n] = ':';
    out[n + 1] = ' ';
    n += 2 + (to - from);
    out[n++] = '\n';
    return n;
}

// The body's length, from the headers: exactly one of them may tell it.
static bool framing(Reply *r) {
    size_t size = 0;
    const char *length = reply_header(r, "content-length", &size);
    size_t coding_size = 0;
    const char *coding = reply_header(r, "transfer-encoding", &coding_size);
    size_t connection_size = 0;
    const char *connection = reply_header(r, "connection", &connection_size);
    if (connection && lists(connection, connection_size, "close")) {
        r->keep_alive = false;
    }
    if (length && coding) {
        return false;
    }
    if (r->status == 204 || r->status == 304) {
        r->place = REPLY_AT_END;
        return true;
    }
    if (coding) {
        r->place = REPLY_IN_CHUNK_SIZE;
        return same(coding, coding_size, "chunked");
    }
    if (!length) {
        r->keep_alive = false;
        r->place = REPLY_IN_REST;
        return true;
    }
    r->left = 0;
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(length[i]) || i >= 18) {
            return false;
        }
        r->left = r->left * 10 + (uint64_t)(length[i] - '0');
    }
    r->place = r->left ? REPLY_IN_LENGTH : REPLY_AT_END;
    return size > 0;
}

// Headers that say how the answer is to be read must not come twice.
static bool unique(const Reply *r, const char *line, size_t size, size_t seen) {
    static const char *const once[] = {"content-length: ", "transfer-encoding: "};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        size_t n = strlen(once[i]);
        if (size < n || memcmp(line, once[i], n) != 0) {
            continue;
        }
        size_t found = 0;
        for (size_t at = 0; at < seen; at++) {
            bool begins = at == 0 || r->head[at - 1] == '\n';
            found += begins && seen - at >= n && memcmp(r->head + at, once[i], n) == 0;
        }
        if (found) {
            return false;
        }
    }
    return true;
}

// The head is complete: checks it and leaves its headers as lines.
static bool head_done(Reply *r) {
    const char *line = r->head;
    const char *end = r->head + r->head_size - 2; // without the empty line
    size_t out = 0;
    bool first = true;
    while (line < end) {
        const char *cr = memchr(line, '\r', (size_t)(end - line));
        size_t size = (size_t)(cr - line);
        if (first) {
            if (!status_line(r, line, size)) {
                return false;
            }
        } else {
            size_t n = field(r->head + out, line, size);
            if (n == 0 || !unique(r, r->head + out, n, out)) {
                return false;
            }
            out += n;
        }
        first = false;
        line = cr + 2;
    }
    r->head_size = out;
    if (first || r->status == 101) {
        return false;
    }
    if (r->status >= 200) {
        return framing(r);
    }
    r->head_size = 0;
    r->line = 0;
    return ++r->interim <= REPLY_INTERIM_MAX;
}

// ---- lines --------------------------------------------------------------------------------------

// May `c` stand in a line after `last`? CR and LF only together.
static bool line_char(char last, char c) {
    if (last == '\r' || c == '\n') {
        return last == '\r' && c == '\n';
    }
    return c == '\r' || c == '\t' || ((unsigned char)c >= 32 && c != 127);
}

static bool head_char(Reply *r, char c) {
    if (r->head_size == REPLY_HEAD_MAX || !line_char(r->last, c)) {
        return false;
    }
    r->head[r->head_size++] = c;
    r->last = c;
    r->line++;
    if (c != '\n') {
        return true;
    }
    bool empty = r->line == 2;
    r->line = 0;
    r->last = 0;
    return empty ? head_done(r) : true;
}

// The line with a chunk's size; an extension after `;` is passed over.
static bool size_char(Reply *r, char c) {
    if (!line_char(r->last, c) || ++r->line > 256) {
        return false;
    }
    r->last = c;
    if (c == '\n') {
        bool any = r->digits > 0;
        r->place = r->left ? REPLY_IN_CHUNK : REPLY_IN_TRAILER;
        r->line = 0;
        r->digits = 0;
        r->extension = false;
        r->last = 0;
        return any;
    }
    if (c == '\r' || r->extension) {
        return true;
    }
    if (c == ';' || c == ' ' || c == '\t') {
        r->extension = true;
        return r->digits > 0;
    }
    int digit = hex(c);
    r->left = r->left << 4 | (unsigned)(digit & 15);
    return digit >= 0 && ++r->digits <= 12;
}

// Trailers say nothing that we need: they are only to be well-formed lines. `digits` counts the
// line's bytes.
static bool trailer_char(Reply *r, char c) {
    if (!line_char(r->last, c) || ++r->line > REPLY_HEAD_MAX) {
        return false;
    }
    r->last = c;
    r->digits++;
    if (c != '\n') {
        return true;
    }
    if (r->digits == 2) {
        r->place = REPLY_AT_END;
    }
    r->digits = 0;
    r->last = 0;
    return true;
}

static bool chunk_end_char(Reply *r, char c) {
    if (c != (r->last == '\r' ? '\n' : '\r')) {
        return false;
    }
    r->last = c;
    if (c == '\n') {
        r->place = REPLY_IN_CHUNK_SIZE;
        r->last = 0;
    }
    return true;
}

// ---- public -------------------------------------------------------------------------------------

void reply_start(Reply *r) {
    r->place = REPLY_IN_HEAD;
    r->status = 0;
    r->keep_alive = false;
    r->interim = 0;
    r->left = 0;
    r->digits = 0;
    r->extension = false;
    r->line = 0;
    r->last = 0;
    r->head_size = 0;
}

static bool in_body(ReplyPlace place) {
    return place == REPLY_IN_LENGTH || place == REPLY_IN_REST || place == REPLY_IN_CHUNK;
}

// A piece of the body: all that is there of it.
static size_t body_piece(Reply *r, size_t size) {
    if (r->place == REPLY_IN_REST) {
        return size;
    }
    size_t n = size < r->left ? size : (size_t)r->left;
    r->left -= n;
    if (r->left == 0) {
        r->place = r->place == REPLY_IN_LENGTH ? REPLY_AT_END : REPLY_IN_CHUNK_END;
        r->last = 0;
    }
    return n;
}

static bool step(Reply *r, char c) {
    switch (r->place) {
    case REPLY_IN_HEAD:
        return head_char(r, c);
    case REPLY_IN_CHUNK_SIZE:
        return size_char(r, c);
    case REPLY_IN_CHUNK_END:
        return chunk_end_char(r, c);
    case REPLY_IN_TRAILER:
        return trailer_char(r, c);
    case REPLY_IN_LENGTH:
    case REPLY_IN_REST:
    case REPLY_IN_CHUNK:
    case REPLY_AT_END:
    case REPLY_AT_ERROR:
        break;
    }
    return false;
}

ReplyStep reply_read(Reply *r, const char *in, size_t size, size_t *used, const char **body,
                     size_t *body_size) {
    size_t at = 0;
    *body = in;
    *body_size = 0;
    while (at < size && r->place != REPLY_AT_END && r->place != REPLY_AT_ERROR) {
        if (in_body(r->place)) {
            *body = in + at;
            *body_size = body_piece(r, size - at);
            *used = at + *body_size;
            return REPLY_BODY;
        }
        if (!step(r, in[at])) {
            r->place = REPLY_AT_ERROR;
        }
        at++;
    }
    *used = at;
    return r->place == REPLY_AT_END     ? REPLY_DONE
           : r->place == REPLY_AT_ERROR ? REPLY_BAD
                                        : REPLY_MORE;
}

bool reply_end(Reply *r) {
    if (r->place == REPLY_IN_REST) {
        r->place = REPLY_AT_END;
    }
    return r->place == REPLY_AT_END;
}

const char *reply_header(const Reply *r, const char *name, size_t *size) {
    size_t n = strlen(name);
    for (size_t at = 0; at < r->head_size;) {
        const char *line = r->head + at;
        size_t length = (size_t)((const char *)memchr(line, '\n', r->head_size - at) - line);
        if (length >= n + 2 && line[n] == ':' && memcmp(line, name, n) == 0) {
            *size = length - n - 2;
            return line + n + 2;
        }
        at += length + 1;
    }
    return NULL;
}
