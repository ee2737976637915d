// Sending without waiting: see wire.h. Invariant: parts before `at` are sent.

#include "runtime/bootstrap/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void wire_add(WireParts *w, const void *bytes, size_t size) {
    if (size > 0) {
        struct iovec *part = &w->part[w->parts++];
        part->iov_base = (void *)(uintptr_t)bytes; // sendmsg does not write to it
        part->iov_len = size;
    }
}

static void sent(WireParts *w, size_t n) {
    while (n > 0) {
        struct iovec *part = &w->part[w->at];
        size_t k = n < part->iov_len ? n : part->iov_len;
        part->iov_base = (char *)part->iov_base + k;
        part->iov_len -= k;
        n -= k;
        w->at = (uint8_t)(w->at + (part->iov_len == 0));
    }
}

Wire wire_send(int fd, WireParts *w) {
    while (w->at < w->parts) {
        struct msghdr message;
        memset(&message, 0, sizeof message);
        message.msg_iov = w->part + w->at;
        message.msg_iovlen = (uint8_t)(w->parts - w->at);
        ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            sent(w, (size_t)n);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return WIRE_FULL;
        } else if (errno != EINTR) {
            return WIRE_BROKEN;
        }
    }
    return WIRE_DONE;
}
