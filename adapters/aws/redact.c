// Takes secrets out of what others say. In: text of a service, of what stands before it, or of a
// program. Out: the same without the values of secrets.
//
// AWS repeats a request whose signature is wrong, with its session token; proxies repeat headers;
// programs that fail print what they have. Such a message is to be read, and may be put into a log
// or a report.
// Invariant: what follows the name of a secret and a `:` or `=` does not come out, whatever case
// the name is in and however little of the value is there.

#include "adapters/aws/redact.h"

#include <string.h>

// In small letters. Longer names that hold one of them are meant, too: AWS_SECRET_ACCESS_KEY.
static const char *const NAMES[] = {
    "security-token",  "security_token",    "session_token",  "sessiontoken",  "secretaccesskey",
    "bearer_token",    "secret_access_key", "authorization",  "accesstoken",   "refreshtoken",
    "clientsecret",    "webidentitytoken",  "metadata-token", "dpop",          "x-amz-signature",
    "chunk-signature", "access_token",      "refresh_token",  "client_secret", "tokencode",
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_here(Str s, uint32_t at, const char *name) {
    uint32_t n = (uint32_t)strlen(name);
    if (n > s.n - at)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (lower(s.p[at + i]) != name[i])
            return false;
    return true;
}

// The length of the secret's name that begins here, or 0.
static uint32_t name_at(Str s, uint32_t at) {
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (is_here(s, at, NAMES[i]))
            return (uint32_t)strlen(NAMES[i]);
    return 0;
}

// Where the value begins whose name ends at `at`: behind `: `, `=`, `": "` and the like; 0 where
// there is none.
static uint32_t value_from(Str s, uint32_t at) {
    bool sign = false;
    for (; at < s.n; at++) {
        char c = s.p[at];
        if (c == ':' || c == '=')
            sign = true;
        else if (!is_blank(c) && c != '"' && c != '\'' && c != '\\' && c != '`')
            break;
    }
    return sign && at < s.n ? at : 0;
}

// A value of words, as `authorization` has, ends with its line; others with the word.
static uint32_t value_end(Str s, uint32_t at, bool words) {
    while (at < s.n && !strchr(words ? "\r\n\"'" : "\r\n\"' \t&,;<>", s.p[at]))
        at++;
    return at;
}

Str redacted(Arena *a, Str text) {
    Buf b = buf_new(a);
    uint32_t done = 0;
    for (uint32_t at = 0; at < text.n;) {
        uint32_t n = name_at(text, at), from = n ? value_from(text, at + n) : 0;
        if (!from) {
            at += n ? n : 1;
            continue;
        }
        buf_put(&b, str_slice(text, done, from));
        buf_puts(&b, "…");
        done = value_end(text, from, is_here(text, at, "authorization"));
        at = done;
    }
    if (!done)
        return text;
    buf_put(&b, str_slice(text, done, text.n));
    return buf_str(&b);
}
