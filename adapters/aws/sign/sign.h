#pragma once
// Signature Version 4: as headers, as a query, and of bodies that go in chunks. The one header of
// sign/ for the rest of adapters/aws.

#include "adapters/aws/creds/creds.h"

enum { SHA256_SIZE = 32, SHA256_HEX = 64, SIGN_TIME_SIZE = 17 };

// Hashes of payloads that are no hash.
#define SIGN_UNSIGNED "UNSIGNED-PAYLOAD"
#define SIGN_STREAMING "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
#define SIGN_STREAMING_TRAILER "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"

typedef struct SignRequest {
    const char *method;
    Str path;              // as it is sent, from the first '/' on
    Str query;             // as it is sent, without '?'
    HttpHeaderVec headers; // all of them are signed; `host` is one
    Str payload;           // 64 hex digits, or one of the above
    Str region, service;
    int64_t time; // Unix seconds
    const AwsCredentials *keys;
    bool verbatim;    // S3: the path is signed as it is sent, else encoded once more
    bool normalize;   // "/a/../b" is signed as "/b"; of S3 never
    bool hashed;      // x-amz-content-sha256 is sent, too: what S3 asks for
    bool late_token;  // the session token is sent, but not signed
    uint32_t expires; // sign_query: seconds
} SignRequest;

// What a signature was made of, and what the next one in a chain needs.
typedef struct Signed {
    Str canonical, to_sign;
    char signature[SHA256_HEX + 1];
    char time[SIGN_TIME_SIZE]; // "20150830T123600Z"
    Str scope;                 // "20150830/us-east-1/s3/aws4_request"
    Str names;                 // of the signed headers: "host;x-amz-date"
    unsigned char key[SHA256_SIZE];
} Signed;

// Adds x-amz-date, x-amz-security-token, x-amz-content-sha256 and authorization to the headers.
void sign_headers(Arena *a, SignRequest *q, Signed *out);
// Gives the whole query that makes a link of the request; nothing is added to the headers.
Str sign_query(Arena *a, const SignRequest *q, Signed *out);
// Wipes the key.
void signed_forget(Signed *s);

// ---- chunk.c: aws-chunked -----------------------------------------------------------------------

// A body in signed chunks, each signature over the one before; the first over that of the headers.
typedef struct ChunkSigner {
    Signed head;
    char last[SHA256_HEX + 1];
} ChunkSigner;

// The length of the body with all that stands around the chunks; trailer_size is 0 without one.
uint64_t chunk_total(uint64_t size, uint32_t chunk_size, uint32_t trailer_size);
void chunk_start(ChunkSigner *c, const Signed *head);
// What stands before a chunk's bytes; behind them stand CR LF. An empty chunk is the last: without
// a trailer CR LF ends the body.
Str chunk_head(ChunkSigner *c, Arena *a, Str bytes);
// With a trailer: what stands behind the head of the last chunk, to the body's end.
Str chunk_trailer(ChunkSigner *c, Arena *a, Str name, Str value);
uint32_t chunk_trailer_size(Str name, Str value);

// ---- digest.c -----------------------------------------------------------------------------------

void digest_sha256(Str bytes, unsigned char out[SHA256_SIZE]);
void digest_hmac(const unsigned char *key, size_t key_size, Str bytes,
                 unsigned char out[SHA256_SIZE]);
void digest_hex(const unsigned char *bytes, char out[SHA256_HEX + 1]);
Str digest_sha256_hex(Arena *a, Str bytes);
Str digest_base64(Arena *a, const unsigned char *bytes, size_t size);
// Of a file, read piece by piece; its size, too. False where it cannot be read.
bool digest_file(Arena *a, Str path, unsigned char out[SHA256_SIZE], uint64_t *size, Err *err);
// Piece by piece.
typedef struct Digest Digest;
Digest *digest_open(Arena *a);
void digest_add(Digest *d, Str bytes);
void digest_close(Digest *d, unsigned char out[SHA256_SIZE]);
void digest_wipe(void *p, size_t size); // not left out by compilers

// ---- canonical.c --------------------------------------------------------------------------------

Str canonical_path(Arena *a, Str path, bool verbatim, bool normalize);
Str canonical_query(Arena *a, Str query);
// Sorted, one line each; *names gets "a;b;c".
Str canonical_headers(Arena *a, const HttpHeaderVec *headers, Str *names);
