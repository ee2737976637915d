// Bodies in signed chunks (aws-chunked). In: the signature of the headers, then piece by piece the
// bytes. Out: what stands around each piece on the wire:
//
//     <hex size>;chunk-signature=<64 hex digits> CR LF <bytes> CR LF … 0;chunk-signature=… CR LF
//     [<name>:<value> CR LF x-amz-trailer-signature:<64 hex digits> CR LF] CR LF
//
// Invariant: chunk_total tells the length before the first byte is read.

#include "adapters/aws/sign/sign.h"

#include <stdio.h>
#include <string.h>

#define CHUNK_SIGNATURE ";chunk-signature="
#define TRAILER_SIGNATURE "x-amz-trailer-signature:"
enum { LINE_END = 2 };

static uint64_t chunk_around(uint64_t size) {
    char hex[17];
    int digits = snprintf(hex, sizeof hex, "%llx", (unsigned long long)size);
    return (uint64_t)digits + strlen(CHUNK_SIGNATURE) + SHA256_HEX + LINE_END;
}

uint64_t chunk_total(uint64_t size, uint32_t chunk_size, uint32_t trailer_size) {
    uint64_t whole = size / chunk_size, rest = size % chunk_size;
    uint64_t total = whole * (chunk_around(chunk_size) + chunk_size + LINE_END);
    if (rest)
        total += chunk_around(rest) + rest + LINE_END;
    return total + chunk_around(0) + (trailer_size ? trailer_size : LINE_END);
}

uint32_t chunk_trailer_size(Str name, Str value) {
    return name.n + 1 + value.n + LINE_END + (uint32_t)strlen(TRAILER_SIGNATURE) + SHA256_HEX +
           LINE_END + LINE_END;
}

void chunk_start(ChunkSigner *c, const Signed *head) {
    c->head = *head;
    memcpy(c->last, head->signature, sizeof c->last);
}

static void sign_next(ChunkSigner *c, Arena *a, const char *what, Str hashes) {
    unsigned char sum[SHA256_SIZE];
    Str text = str_fmt(a, "AWS4-HMAC-SHA256-%s\n%s\n%.*s\n%s\n%.*s", what, c->head.time,
                       STR_ARG(c->head.scope), c->last, STR_ARG(hashes));
    digest_hmac(c->head.key, sizeof c->head.key, text, sum);
    digest_hex(sum, c->last);
}

Str chunk_head(ChunkSigner *c, Arena *a, Str bytes) {
    Str none = digest_sha256_hex(a, STR_EMPTY), hash = digest_sha256_hex(a, bytes);
    sign_next(c, a, "PAYLOAD", str_fmt(a, "%.*s\n%.*s", STR_ARG(none), STR_ARG(hash)));
    return str_fmt(a, "%x" CHUNK_SIGNATURE "%s\r\n", (unsigned)bytes.n, c->last);
}

Str chunk_trailer(ChunkSigner *c, Arena *a, Str name, Str value) {
    Str line = str_fmt(a, "%.*s:%.*s\n", STR_ARG(name), STR_ARG(value));
    sign_next(c, a, "TRAILER", digest_sha256_hex(a, line));
    return str_fmt(a, "%.*s:%.*s\r\n" TRAILER_SIGNATURE "%s\r\n\r\n", STR_ARG(name), STR_ARG(value),
                   c->last);
}
