// Reports of failed invocations: see report.h. The JSON that is read here was written by the
// worker, so it may be anything: whatever is not understood counts as not there. Invariant: nothing
// that is written can end a header's line or a JSON string early.

#include "runtime/bootstrap/report.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

// ---- reading ------------------------------------------------------------------------------------

bool report_id_fits(const char *id, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = id[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_')) {
            return false;
        }
    }
    return size > 0 && size <= REPORT_ID_MAX;
}

// The end of the string whose inside begins at `at`: where its closing quote stands, or `size`.
static size_t string_end(const char *json, size_t at, size_t size) {
    while (at < size && json[at] != '"') {
        at += json[at] == '\\' && at + 1 < size ? 2 : 1;
    }
    return at;
}

static size_t blanks(const char *json, size_t at, size_t size) {
    while (at < size &&
           (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) {
        at++;
    }
    return at;
}

// The inside of the string that `key` has at the top of the object, as it is written. False: not
// there.
static bool member(const char *json, size_t size, const char *key, const char **value, size_t *n) {
    size_t depth = 0;
    for (size_t at = 0; at < size; at++) {
        char c = json[at];
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else if (c == '"') {
            size_t from = at + 1;
            at = string_end(json, from, size);
            size_t next = blanks(json, at + 1, size);
            if (depth == 1 && next < size && json[next] == ':' && at - from == strlen(key) &&
                memcmp(json + from, key, at - from) == 0) {
                next = blanks(json, next + 1, size);
                if (next >= size || json[next] != '"') {
                    return false;
                }
                size_t end = string_end(json, next + 1, size);
                *value = json + next + 1;
                *n = end - next - 1;
                return end < size;
            }
        }
    }
    return false;
}

void report_type(const char *json, size_t size, const char *otherwise, char out[REPORT_TYPE_MAX]) {
    const char *value = NULL;
    size_t n = 0;
    size_t w = 0;
    if (member(json, size, "errorType", &value, &n)) {
        for (size_t i = 0; i < n && w + 1 < REPORT_TYPE_MAX; i++) {
            char c = value[i];
            bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == ':' ||
                         c == '/';
            if (plain) {
                out[w++] = c;
            }
        }
    }
    out[w] = 0;
    if (w == 0) {
        snprintf(out, REPORT_TYPE_MAX, "%s", otherwise);
    }
}

// ---- writing ------------------------------------------------------------------------------------

static bool string_add(Bytes *out, const char *text) {
    bool ok = true;
    for (; ok && *text; text++) {
        char c = *text;
        char escaped[8];
        if (c == '"' || c == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", c);
        } else if ((unsigned char)c < 32) {
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)c);
        } else {
            snprintf(escaped, sizeof escaped, "%c", c);
        }
        ok = bytes_text(out, escaped);
    }
    return ok;
}

bool report_body(Bytes *out, const char *type, const char *id, const char *message) {
    bytes_clear(out);
    bool ok = bytes_text(out, "{\"errorType\":\"") && string_add(out, type) &&
              bytes_text(out, "\",\"errorMessage\":\"");
    if (id) {
        ok = ok && bytes_text(out, "RequestId: ") && string_add(out, id) &&
             bytes_text(out, " Error: ");
    }
    return ok && string_add(out, message) && bytes_text(out, "\"}");
}

void report_exit(int status, char *out, size_t room) {
    static const struct {
        int number;
        const char *name;
    } signals[] = {{1, "hangup"},
                   {2, "interrupt"},
                   {3, "quit"},
                   {4, "illegal instruction"},
                   {5, "trace/breakpoint trap"},
                   {6, "aborted"},
                   {7, "bus error"},
                   {8, "floating point exception"},
                   {9, "killed"},
                   {11, "segmentation fault"},
                   {13, "broken pipe"},
                   {14, "alarm clock"},
                   {15, "terminated"}};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        snprintf(out, room, "Runtime exited without providing a reason");
        return;
    }
    if (WIFEXITED(status)) {
        snprintf(out, room, "Runtime exited with error: exit status %d", WEXITSTATUS(status));
        return;
    }
    int number = WTERMSIG(status);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (signals[i].number == number) {
            snprintf(out, room, "Runtime exited with error: signal: %s", signals[i].name);
            return;
        }
    }
    snprintf(out, room, "Runtime exited with error: signal: signal %d", number);
}

// How much of a JSON string's inside may be kept so that no escape or letter is cut in two.
static size_t cut(const char *text, size_t size, size_t most) {
    size_t at = 0;
    while (at < size) {
        size_t n = 1;
        if (text[at] == '\\') {
            n = at + 1 < size && text[at + 1] == 'u' ? 6 : 2;
        } else {
            while (at + n < size && ((unsigned char)text[at + n] & 0xc0) == 0x80) {
                n++;
            }
        }
        if (at + n > most || at + n > size) {
            break;
        }
        at += n;
    }
    return at;
}

bool report_short(Bytes *out, const char *json, size_t size) {
    bytes_clear(out);
    if (size <= REPORT_TRAILER_MAX) {
        return bytes_add(out, json, size);
    }
    char type[REPORT_TYPE_MAX];
    report_type(json, size, "Error", type);
    const char *message = "";
    size_t n = 0;
    if (member(json, size, "errorMessage", &message, &n)) {
        n = cut(message, n, REPORT_TRAILER_MAX - REPORT_TYPE_MAX - 64);
    } else {
        n = 0;
    }
    return bytes_text(out, "{\"errorType\":\"") && bytes_text(out, type) &&
           bytes_text(out, "\",\"errorMessage\":\"") && bytes_add(out, message, n) &&
           bytes_text(out, "\",\"trace\":[]}");
}

bool report_base64(Bytes *out, const char *bytes, size_t size) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes_clear(out);
    if (!bytes_reserve(out, (size + 2) / 3 * 4)) {
        return false;
    }
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three = (uint32_t)(unsigned char)bytes[i] << 16;
        three |= left > 1 ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0;
        three |= left > 2 ? (uint32_t)(unsigned char)bytes[i + 2] : 0;
        char four[4] = {letters[three >> 18], letters[three >> 12 & 63],
                        left > 1 ? letters[three >> 6 & 63] : '=',
                        left > 2 ? letters[three & 63] : '='};
        bytes_add(out, four, 4);
    }
    return true;
}
