// Secret: a value that is kept out of templates and environments. Known to graphs; its template
// comes with its own lowering.
//
// Input: nothing. Output: the row `kind_secret`.
// Invariant: reading is by the secret's full ARN; nothing lists or reads several secrets.
#include "arch/kind.h"

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the secret within the application"},
    {.name = "value",
     .type = P_STRING,
     .required = true,
     .doc = "what is kept, usually `process.env.NAME`"},
    {.name = NULL},
};

static const char *const GET[] = {"secretsmanager:GetSecretValue", NULL};

static const Op OPS[] = {
    {.name = "get", .role = OP_CLIENT, .actions = GET, .doc = "reads the value"},
    {.name = NULL},
};

static const char *const MAY_GET[] = {"get", NULL};

static const Property PROPERTIES[] = {
    {.name = "awsSecretArn", .permits = MAY_GET, .doc = "the ARN of the secret"},
    {.name = NULL},
};

static const Consumer CONSUMERS[] = {
    {"@aws-sdk/client-secrets-manager", "GetSecretValueCommand", "awsSecretArn", MAY_GET},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"awsSecretArn", NULL};

const Kind kind_secret = {
    .name = "Secret",
    .doc = "a value that only those who need it may read",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
};
