#pragma once
// Asynchronous inference: an endpoint that takes its questions from S3 and leaves its answers
// there.

#include "generator/cfn/iam.h"

// Whether the endpoint is asynchronous: an option says so, or a function asks it so.
bool async_wanted(const Node *n);

// EndpointConfig's AsyncInferenceConfig, with the bucket where the program names none; NULL after a
// diagnostic. Permits the endpoint's role `host` what it needs.
Json *async_json(Gen *g, const Node *n, Policy *host);

// What a function needs beside the endpoint to ask it.
void async_permit_questions(Gen *g, const Node *n, Policy *policy);
void async_permit_answers(Gen *g, const Node *n, Policy *policy);

// The name of the bucket that questions go to.
Json *async_bucket(Gen *g, const Node *n);
