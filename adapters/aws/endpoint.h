#pragma once
// Where services are. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct Partition {
    const char *name, *dns_suffix, *dual_suffix;
    const char *global_region; // where what has no region of its own signs
} Partition;

// By the region's name; what no rule knows is of `aws`.
const Partition *partition_of(Str region);

typedef enum AwsProtocol {
    PROTOCOL_QUERY,
    PROTOCOL_JSON, // 1.1
    PROTOCOL_REST_XML,
    PROTOCOL_REST_JSON,
} AwsProtocol;

typedef struct ServiceInfo {
    const char *name;    // what messages call it: "CloudFormation"
    const char *key;     // of settings: "cloudformation"; in capitals, behind AWS_ENDPOINT_URL_
    const char *signing; // the name in the signature's scope
    AwsProtocol protocol;
    const char *version; // of a Query service; of a JSON service the target's prefix
} ServiceInfo;

const ServiceInfo *service_info(AwsService s);

typedef struct EndpointQuery {
    AwsService service;
    const char *operation; // some have hosts of their own; or NULL
    Str region, bucket;
    Str custom; // instead of AWS's: what endpoint_configured gave
    bool fips, dual_stack;
    bool insecure; // http to anywhere
    Str style;     // of a bucket's address: "path", "virtual", "auto" or empty
} EndpointQuery;

typedef struct Endpoint {
    Str base;   // "https://host[:port][/path]", without a slash at the end
    Str host;   // for the Host header
    Str path;   // of the base, and of a bucket that is no part of the host; "" or "/…"
    Str region; // to sign for
    bool local; // loopback: never through a proxy
} Endpoint;

bool endpoint_find(Arena *a, const EndpointQuery *q, Endpoint *out, Err *err);

// Where the environment or the profile sends a service, or empty. `creds` may be NULL.
Str endpoint_configured(Arena *a, Host *host, const Creds *creds, const char *key);
// A switch of the environment, else of the profile: "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint".
bool endpoint_switch(Arena *a, Host *host, const Creds *creds, const char *variable,
                     const char *setting);
