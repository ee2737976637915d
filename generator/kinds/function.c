// Function: code that runs when it is called, on AWS Lambda.
//
// Input: the row's resource and all edges from and to it. Output: the row `kind_function`.
// Invariant: one role a function, which holds what the function's own edges need and nothing else.
#include "arch/kind.h"

static const char *const ARCHITECTURES[] = {"x86_64", "arm64", NULL};
static const char *const RUNTIMES[] = {"nodejs24.x", "nodejs22.x", NULL};
static const char *const URL_ACCESS[] = {"public", "iam", NULL};

static const Param OPTIONS[] = {
    {.name = "name",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "names the function within the application, `default` unless given"},
    {.name = "memory",
     .type = P_NUMBER,
     .min = 128,
     .max = 10240,
     .must_be_known = true,
     .doc = "MB, 512 unless given"},
    {.name = "timeout",
     .type = P_NUMBER,
     .min = 1,
     .max = 900,
     .must_be_known = true,
     .doc = "seconds, 600 unless given, 30 for the handlers of a Router"},
    {.name = "envs", .type = P_ENV_MAP, .doc = "environment variables"},
    {.name = "environment", .type = P_ENV_MAP, .doc = "the same as `envs`"},
    {.name = "architecture",
     .type = P_STRING,
     .choices = ARCHITECTURES,
     .must_be_known = true,
     .doc = "the processor, x86_64 unless given"},
    {.name = "runtime",
     .type = P_STRING,
     .choices = RUNTIMES,
     .must_be_known = true,
     .doc = "the version of Node.js, nodejs24.x unless given"},
    {.name = "concurrency",
     .type = P_NUMBER,
     .min = 0,
     .max = 100000,
     .must_be_known = true,
     .doc = "reserves, and limits to, so many at once"},
    {.name = "url",
     .type = P_STRING,
     .choices = URL_ACCESS,
     .or_false = true,
     .must_be_known = true,
     .doc = "who may call its URL, `false` for no URL, `public` unless given"},
    {.name = "logRetention",
     .type = P_NUMBER,
     .min = 1,
     .max = 3653,
     .must_be_known = true,
     .doc = "days that logs are kept, 30 unless given"},
    {.name = "raw",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "hand the function the event as it came"},
    {.name = "allowPlaintextSecrets",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "let a literal that looks like a secret stand in its environment"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "func", .type = P_FUNCTION, .required = true, .doc = "what runs"},
    {.name = "name",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "names the function within the application, `default` unless given"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how it runs"},
    {.name = NULL},
};

static const char *const INVOKE[] = {"lambda:InvokeFunction", NULL};

static const Op OPS[] = {
    {.name = "invoke",
     .role = OP_CLIENT,
     .actions = INVOKE,
     .doc = "calls the function and waits for its answer"},
    {.name = "url", .role = OP_LATE, .doc = "the function's own URL"},
    {.name = NULL},
};

static const char *const MAY_INVOKE[] = {"invoke", NULL};

static const Property PROPERTIES[] = {
    {.name = "awsFunctionName", .permits = MAY_INVOKE, .doc = "the name of the Lambda function"},
    {.name = NULL},
};

static const Consumer CONSUMERS[] = {
    {"@aws-sdk/client-lambda", "InvokeCommand", "awsFunctionName", MAY_INVOKE},
    {"@aws-sdk/client-lambda", "InvokeWithResponseStreamCommand", "awsFunctionName", MAY_INVOKE},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"awsFunctionName", NULL};

const Kind kind_function = {
    .name = "Function",
    .doc = "code that runs when it is called",
    .params = PARAMS,
    .options_for_name = true,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
};
