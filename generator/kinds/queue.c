// Queue: messages from handlers to subscribers. Known to graphs; its template comes with its own
// lowering.
//
// Input: nothing. Output: the row `kind_queue`.
// Invariant: sending a batch needs no action of its own, so `push` is the one grant.
#include "arch/kind.h"

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the queue within the application"},
    {.name = "options",
     .type = P_OBJECT,
     .fields = (const Param[]){{.name = NULL}},
     .doc = "none yet"},
    {.name = NULL},
};

static const Param SUBSCRIBE[] = {
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "gets each message"},
    {.name = NULL},
};

static const char *const PUSH[] = {"sqs:SendMessage", NULL};

static const Op OPS[] = {
    {.name = "push", .role = OP_CLIENT, .actions = PUSH, .doc = "sends a message"},
    {.name = "subscribe",
     .role = OP_INFRA,
     .params = SUBSCRIBE,
     .doc = "calls the function for each message"},
    {.name = NULL},
};

static const char *const MAY_PUSH[] = {"push", NULL};

static const Property PROPERTIES[] = {
    {.name = "awsQueueUrl", .permits = MAY_PUSH, .doc = "the URL of the SQS queue"},
    {.name = NULL},
};

static const Consumer CONSUMERS[] = {
    {"@aws-sdk/client-sqs", "SendMessageCommand", "awsQueueUrl", MAY_PUSH},
    {"@aws-sdk/client-sqs", "SendMessageBatchCommand", "awsQueueUrl", MAY_PUSH},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"awsQueueUrl", NULL};

const Kind kind_queue = {
    .name = "Queue",
    .doc = "messages that handlers send and subscribers get",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
};
