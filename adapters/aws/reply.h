#pragma once
// What a service's answer means. Private to adapters/aws.

#include "adapters/aws/endpoint.h"

// (Not `reply_read`: that is what the bootstrap has, and the fuzzers link both.)
// Fills status, headers, body, request_id, and of a refusal code and message. False where an answer
// that says yes is not whole, or not what the service speaks: it can be asked for again.
bool aws_reply_read(Arena *a, AwsProtocol protocol, const char *method, const HttpReply *in,
                    AwsReply *out);
