#pragma once
// Sending without waiting: what both connections, to the Runtime API and to the worker, have in
// common.

#include <stdint.h>
#include <sys/uio.h>

typedef enum Wire {
    WIRE_DONE,  // everything is sent
    WIRE_FULL,  // there is no room now
    WIRE_BROKEN // the other side does not take it
} Wire;

enum { WIRE_PARTS = 16 };

// Bytes of `parts` parts that are left; what is sent is taken off them.
typedef struct WireParts {
    struct iovec part[WIRE_PARTS];
    uint8_t parts;
    uint8_t at;
} WireParts;

void wire_add(WireParts *w, const void *bytes, size_t size);

// Sends as much as there is room for.
Wire wire_send(int fd, WireParts *w);
