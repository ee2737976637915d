#pragma once
// What a service's answer means. Private to adapters/aws.

#include "adapters/aws/endpoint.h"

// Fills status, headers, body, request_id, and of a refusal code and message. False where an answer
// that says yes is not whole, or not what the service speaks: it can be asked for again.
bool reply_read(Arena *a, AwsProtocol protocol, const char *method, const HttpReply *in,
                AwsReply *out);
