#pragma once
// A call to AWS: finds the endpoint, signs, sends, repeats what may be repeated, and tells refusals
// apart. Private to adapters/aws.
//
//     AwsReply r;
//     if (!aws_call(c, a, &call, &r, err)) return false;   // no answer
//     if (r.code.n) return aws_refused(&call, &r, err);     // AWS said no
//     …r.body…
//
// A Client may be used from any thread.

#include "adapters/aws/creds/creds.h"

typedef enum AwsService {
    AWS_CLOUDFORMATION,
    AWS_S3,
    AWS_STS,
    AWS_IAM,
    AWS_LAMBDA,
    AWS_LOGS,
    AWS_SAGEMAKER,
    AWS_SAGEMAKER_RUNTIME,
    AWS_SERVICE_QUOTAS,
    AWS_PRICING,
    AWS_ECR,
    AWS_SSM,
    AWS_APIGATEWAY,
    AWS_SERVICE_COUNT,
} AwsService;

typedef struct AwsCall {
    AwsService service;
    const char *operation; // "CreateChangeSet": Action, X-Amz-Target, and what messages call it
    // Query and JSON services need nothing of these three. REST: percent-encoded as it is sent
    const char *method;
    Str path, query;
    HttpHeaderVec headers; // beside those that the protocol and the signature add
    Str body;              // a Query service's parameters (query.h), JSON, or an object's bytes
    Str file;              // instead: a file's bytes, absolute
    Str bucket;            // S3: goes into the host name or the path, as the name and endpoint ask
    Str region;            // empty: the client's
    bool safe;             // may be sent twice without harm: reads, and what carries a token
    uint32_t total_ms;     // 0: no end but that of the retries
    uint32_t attempts;     // at most; 0: as many as such a call is worth
    HttpSink sink;         // of a streamed reply, or NULL; never repeated after its first byte
    void *context;
} AwsCall;

// Of a call for what one can do without: asked twice, and not waited for.
enum { AWS_GLANCES = 2, AWS_GLANCE_MS = 5000 };

typedef struct AwsReply {
    int status;
    HttpHeaderVec headers;
    Str body;
    Str request_id;
    // Of a refusal, empty in success: "ValidationError", without namespace and `Exception` kept as
    // sent
    Str code, message;
} AwsReply;

typedef struct ClientOptions {
    Host *host;
    CredsOptions creds;
    uint64_t seed; // of jitter; 0: from the system
    bool insecure; // --insecure-endpoint: endpoints of http:// may be anywhere
    // Told of every request when it has ended, for --verbose: no secret is in it. Or NULL.
    void (*trace)(void *context, Str line);
    void *context;
} ClientOptions;

typedef struct Client Client;

bool client_open(Arena *a, const ClientOptions *options, Client **out, Err *err);
void client_close(Client *c);
void client_stop(Client *c); // calls under way end as soon as they can

Str client_region(const Client *c);
Str client_partition(const Client *c);  // "aws", "aws-cn"
Str client_dns_suffix(const Client *c); // "amazonaws.com"
Creds *client_creds(Client *c);
// True where an endpoint variable or setting sends this service elsewhere (an emulator).
bool client_redirected(const Client *c, AwsService service);
// Seconds since 1970 as AWS's clock has them.
int64_t client_now(const Client *c);

// False where there is no answer in the end. A refusal is true, with out->code.
bool aws_call(Client *c, Arena *a, const AwsCall *q, AwsReply *out, Err *err);
// Says in err what was refused and why; false. ERR_ACCESS for credentials and permissions.
bool aws_refused(const AwsCall *q, const AwsReply *r, Err *err);
// `said` names the page after the one that `next` has asked for, empty after the last; it is in
// `next` then. False where it names that page again: it would be asked for until somebody stops it.
bool aws_next_page(const char *operation, Str *next, Str said, Err *err);

bool reply_is(const AwsReply *r, const char *code);
bool reply_says(const AwsReply *r, const char *code, const char *message_start);
bool reply_throttled(const AwsReply *r);
bool reply_denied(const AwsReply *r); // AccessDenied in any of its spellings
