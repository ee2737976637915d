#pragma once
// Texts as HTTP and JSON have them: quoted, percent-encoded, in base 64. Private to adapters/run.

#include "base/base.h"

// As a JSON string, with its quotes; bytes that are not UTF-8 become U+FFFD.
void text_quote(Buf *b, Str s);
// `,"key":"value"`, without the comma behind an opening brace.
void text_member(Buf *b, const char *key, Str value);

Str text_base64(Arena *a, Str s);
// White space and missing padding are forgiven, as AWS does; false for anything else.
bool text_unbase64(Arena *a, Str s, Str *out);

// %41 becomes A, and with `plus` a + becomes a space; what is no encoding stays.
Str text_unpercent(Arena *a, Str s, bool plus);

// Letters and digits that follow from `seed`, like the ids that AWS makes up.
Str text_id(Arena *a, Str seed, unsigned length);

// ASCII letters only.
Str text_lower(Arena *a, Str s);
bool text_same(Str x, Str y); // whatever the case
