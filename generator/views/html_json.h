#pragma once
// JSON that may stand inside an HTML <script>: `<`, `>`, `&` and the line separators U+2028 and
// U+2029 never appear as themselves, so no text can end the element or open a comment.
//
//     Html j = html_json(arena);
//     html_open(&j, '{'); html_key(&j, "name"); html_text(&j, name); html_close(&j, '}');

#include "base/base.h"

typedef struct Html {
    Buf out;
    bool more; // a value stands before: the next one is set off by a comma
} Html;

Html html_json(Arena *a);
void html_open(Html *j, char bracket);
void html_close(Html *j, char bracket);
void html_key(Html *j, const char *key);
void html_text(Html *j, Str s);
void html_number(Html *j, int64_t n);
// A value that is JSON already; what is not allowed here is escaped.
void html_raw(Html *j, Str json);
