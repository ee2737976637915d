#pragma once
// The artifact bucket's calls. Private to adapters/aws.
//
// Every call names the account that must own the bucket: a bucket that somebody else made under our
// name gets nothing of ours.

#include "adapters/aws/client.h"

typedef struct S3Bucket {
    Str name, account;
} S3Bucket;

typedef enum S3Look { S3_THERE, S3_MISSING, S3_FORBIDDEN, S3_ELSEWHERE } S3Look;
// An object, or with an empty key the bucket.
bool s3_look(Client *c, Arena *a, const S3Bucket *b, Str key, S3Look *out, Err *err);
// The same of what one can do without: not asked for long.
bool s3_glance(Client *c, Arena *a, const S3Bucket *b, Str key, S3Look *out, Err *err);

typedef enum S3Made {
    S3_MADE,
    S3_OURS,        // it is there already
    S3_TAKEN,       // somebody else has it
    S3_UNSUPPORTED, // no namespace of the account in this region
} S3Made;
// `regional`: in the account's own namespace of the region, where nobody else can take names.
bool s3_make(Client *c, Arena *a, const S3Bucket *b, bool regional, S3Made *out, Err *err);

// No public access, encryption, versions, TLS and this account alone, no ACLs, no half uploads.
bool s3_harden(Client *c, Arena *a, const S3Bucket *b, Err *err);

typedef struct S3Object {
    Str key;
    Str text;   // or
    Str file;   // absolute
    Str sha256; // 64 hex digits
    const char *type;
} S3Object;
// *present: it was there already.
bool s3_put(Client *c, Arena *a, const S3Bucket *b, const S3Object *o, bool *present, Err *err);
bool s3_get(Client *c, Arena *a, const S3Bucket *b, Str key, bool *there, Str *out, Err *err);

typedef struct S3Key {
    Str key, modified; // 2026-01-31T12:00:00.000Z
} S3Key;
typedef Vec(S3Key) S3KeyVec;
bool s3_list(Client *c, Arena *a, const S3Bucket *b, Str prefix, S3KeyVec *out, Err *err);
enum { S3_DELETE_MAX = 1000 };
// At most so many at once; what is gone already is as good as deleted.
bool s3_delete(Client *c, Arena *a, const S3Bucket *b, const Str *keys, uint32_t count, Err *err);
