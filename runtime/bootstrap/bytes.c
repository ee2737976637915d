// Bytes: see bytes.h. Invariant: size <= room, and `at` has `room` bytes.

#include "runtime/bootstrap/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 1024 * 1024 };

bool bytes_reserve(Bytes *b, size_t room) {
    if (room <= b->room) {
        return true;
    }
    char *at = realloc(b->at, room);
    if (!at) {
        return false;
    }
    b->at = at;
    b->room = room;
    return true;
}

bool bytes_add(Bytes *b, const void *bytes, size_t size) {
    if (size > b->room - b->size) {
        size_t need = b->size + size;
        size_t doubled = b->room * 2;
        if (need < size || !bytes_reserve(b, need > doubled ? need : doubled)) {
            return false;
        }
    }
    if (size) {
        memcpy(b->at + b->size, bytes, size);
        b->size += size;
    }
    return true;
}

bool bytes_text(Bytes *b, const char *text) {
    return bytes_add(b, text, strlen(text));
}

void bytes_clear(Bytes *b) {
    b->size = 0;
    if (b->room > KEPT) {
        free(b->at);
        b->at = NULL;
        b->room = 0;
    }
}
