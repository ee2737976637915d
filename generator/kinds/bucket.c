// Bucket: objects by key. Known to graphs; its template comes with its own lowering.
//
// Input: nothing. Output: the row `kind_bucket`.
// Invariant: item operations name object actions only; `list` alone acts on the bucket itself.
#include "arch/kind.h"

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the bucket within the application"},
    {.name = "options",
     .type = P_OBJECT,
     .fields = (const Param[]){{.name = NULL}},
     .doc = "none yet"},
    {.name = NULL},
};

static const char *const GET[] = {"s3:GetObject", NULL};
static const char *const PUT[] = {"s3:PutObject", NULL};
static const char *const DELETE[] = {"s3:DeleteObject", NULL};
static const char *const LIST[] = {"s3:ListBucket", NULL};

static const Op OPS[] = {
    {.name = "get", .role = OP_CLIENT, .actions = GET, .doc = "reads an object"},
    {.name = "put", .role = OP_CLIENT, .actions = PUT, .doc = "writes an object"},
    {.name = "delete", .role = OP_CLIENT, .actions = DELETE, .doc = "removes an object"},
    {.name = "list", .role = OP_CLIENT, .actions = LIST, .doc = "lists keys"},
    {.name = NULL},
};

static const char *const MAY_GET[] = {"get", NULL};
static const char *const MAY_PUT[] = {"put", NULL};
static const char *const MAY_DELETE[] = {"delete", NULL};
static const char *const MAY_LIST[] = {"list", NULL};
static const char *const MAY_ALL[] = {"delete", "get", "list", "put", NULL};

static const Property PROPERTIES[] = {
    {.name = "awsBucketName", .permits = MAY_ALL, .doc = "the name of the S3 bucket"},
    {.name = NULL},
};

static const Consumer CONSUMERS[] = {
    {"@aws-sdk/client-s3", "GetObjectCommand", "awsBucketName", MAY_GET},
    {"@aws-sdk/client-s3", "HeadObjectCommand", "awsBucketName", MAY_GET},
    {"@aws-sdk/client-s3", "PutObjectCommand", "awsBucketName", MAY_PUT},
    {"@aws-sdk/client-s3", "DeleteObjectCommand", "awsBucketName", MAY_DELETE},
    {"@aws-sdk/client-s3", "DeleteObjectsCommand", "awsBucketName", MAY_DELETE},
    {"@aws-sdk/client-s3", "ListObjectsCommand", "awsBucketName", MAY_LIST},
    {"@aws-sdk/client-s3", "ListObjectsV2Command", "awsBucketName", MAY_LIST},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"awsBucketName", NULL};

const Kind kind_bucket = {
    .name = "Bucket",
    .doc = "a store of objects, each under a key",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
};
