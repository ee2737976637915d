#pragma once
// A file as a body whose chunks are signed while it is sent. Private to adapters/aws.

#include "adapters/aws/sign/sign.h"

#define UPLOAD_TRAILER "x-amz-checksum-sha256"

enum { UPLOAD_CHUNK = 64 << 10 };

typedef struct Upload {
    Str path;
    int fd;
    uint64_t size, left; // of the file; left: what has not been read
    Signed head;
    ChunkSigner signer;
    Digest *digest; // of what was read, for the trailer; or NULL
    bool trailer;   // the checksum follows the last chunk
    Arena *arena;
    char *have; // what is made and not taken
    size_t n, at;
    bool last; // the chunk that ends the body is made
} Upload;

// *size of the file; nothing is read yet.
bool upload_open(Arena *a, Str path, Upload *out, Err *err);
// With u->trailer the body ends with its checksum, which the headers announce. The headers'
// signature begins the chain. May be called again, for the next attempt.
HttpSource upload_source(Upload *u, const Signed *head);
void upload_close(Upload *u);
