#pragma once
// Bytes: a growable array of bytes that is used again for each invocation. Whoever uses one checks
// what bytes_add gives: false is out of memory, and leaves what was there.

#include <stdbool.h>
#include <stddef.h>

typedef struct Bytes {
    char *at;
    size_t size;
    size_t room;
} Bytes;

bool bytes_add(Bytes *b, const void *bytes, size_t size);
bool bytes_text(Bytes *b, const char *text);
bool bytes_reserve(Bytes *b, size_t room);

// Empties it. One that has grown large for one invocation gives its memory back.
void bytes_clear(Bytes *b);
