#pragma once
// The artifact bucket of an account and region: found, or made and locked up. Private to
// adapters/aws/deploy.

#include "adapters/aws/deploy/work.h"
#include "adapters/aws/service/s3.h"

// The name that a stack uses already, or the one that a new stack will, without a request.
Str bucket_expected(const Work *k, Arena *a);
// Makes sure that the bucket is there, ours and locked up. Its name may turn out to be another than
// expected, where the region has no names of accounts.
bool bucket_ready(Work *k, S3Bucket *out);
// The bucket that the stack uses, or used as the journal has it, without making one.
bool bucket_find(Work *k, S3Bucket *out, bool *there, Err *err);
