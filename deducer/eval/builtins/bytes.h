#pragma once
// Bytes and their texts: between encoding.c, which converts, and buffer.c, which has the objects.
// Bytes are held as a Str, of any bytes.

#include "deducer/eval/builtins/builtins.h"

Str bytes_to_base64(Arena *a, Str s, bool url);
bool bytes_from_base64(Arena *a, Str s, Str *out); // both alphabets; false: other characters in it
Str bytes_to_hex(Arena *a, Str s);
Str bytes_from_hex(Arena *a, Str s); // up to what is no hexadecimal digit
Str bytes_to_latin1(Arena *a, Str s);
bool bytes_from_latin1(Arena *a, Str s, Str *out); // false: characters beyond U+00FF
