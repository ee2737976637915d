// KVStore: values by key, in a DynamoDB table.
//
// Input: the row's resource and the edges that touch it. Output: the row `kind_kvstore`.
// Invariant: each operation names exactly its item actions, never `dynamodb:*`.
#include "arch/kind.h"

static const Param OPTIONS[] = {
    {.name = "pointInTimeRecovery",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "keep 35 days of history, on unless `false`"},
    {.name = "deletionProtection",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "refuse every deletion of the table, off unless `true`"},
    {.name = "ttlAttribute",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the attribute with the time, in seconds, at which an item expires"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the store within the application"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how the data is kept"},
    {.name = NULL},
};

static const char *const GET[] = {"dynamodb:GetItem", NULL};
static const char *const SET[] = {"dynamodb:PutItem", NULL};
static const char *const DELETE[] = {"dynamodb:DeleteItem", NULL};
static const char *const UPDATE[] = {"dynamodb:UpdateItem", NULL};
static const char *const QUERY[] = {"dynamodb:Query", NULL};
static const char *const SCAN[] = {"dynamodb:Scan", NULL};
static const char *const BATCH_GET[] = {"dynamodb:BatchGetItem", NULL};
static const char *const BATCH_WRITE[] = {"dynamodb:BatchWriteItem", NULL};
static const char *const CHECK[] = {"dynamodb:ConditionCheckItem", NULL};
static const char *const DESCRIBE[] = {"dynamodb:DescribeTable", NULL};

static const Op OPS[] = {
    {.name = "get", .role = OP_CLIENT, .actions = GET, .doc = "reads the value of a key"},
    {.name = "set", .role = OP_CLIENT, .actions = SET, .doc = "writes the value of a key"},
    {.name = "delete", .role = OP_CLIENT, .actions = DELETE, .doc = "removes a key"},
    {.name = "update", .role = OP_LIBRARY, .actions = UPDATE, .doc = "changes parts of an item"},
    {.name = "query", .role = OP_LIBRARY, .actions = QUERY, .doc = "reads the items of a key"},
    {.name = "scan", .role = OP_LIBRARY, .actions = SCAN, .doc = "reads the whole table"},
    {.name = "batchGet", .role = OP_LIBRARY, .actions = BATCH_GET, .doc = "reads several items"},
    {.name = "batchWrite",
     .role = OP_LIBRARY,
     .actions = BATCH_WRITE,
     .doc = "writes or removes several items"},
    {.name = "check",
     .role = OP_LIBRARY,
     .actions = CHECK,
     .doc = "makes a transaction depend on an item"},
    {.name = "describe",
     .role = OP_LIBRARY,
     .actions = DESCRIBE,
     .doc = "reads the table's description"},
    {.name = NULL},
};

static const char *const MAY_GET[] = {"get", NULL};
static const char *const MAY_SET[] = {"set", NULL};
static const char *const MAY_DELETE[] = {"delete", NULL};
static const char *const MAY_UPDATE[] = {"update", NULL};
static const char *const MAY_QUERY[] = {"query", NULL};
static const char *const MAY_SCAN[] = {"scan", NULL};
static const char *const MAY_BATCH_GET[] = {"batchGet", NULL};
static const char *const MAY_BATCH_WRITE[] = {"batchWrite", NULL};
static const char *const MAY_TRANSACT_WRITE[] = {"check", "delete", "set", "update", NULL};
static const char *const MAY_DESCRIBE[] = {"describe", NULL};
static const char *const MAY_ITEMS[] = {"delete", "get", "query", "set", "update", NULL};
// What LangChain's chat history does: reads the list, appends to it, clears it.
static const char *const MAY_HISTORY[] = {"delete", "get", "update", NULL};

static const Property PROPERTIES[] = {
    {.name = "awsTableName", .permits = MAY_ITEMS, .doc = "the name of the DynamoDB table"},
    {.name = "awsPartitionKey", .known = "Id", .doc = "the name of the table's key attribute"},
    {.name = NULL},
};

#define CLIENT_DYNAMODB "@aws-sdk/client-dynamodb"
#define LIB_DYNAMODB "@aws-sdk/lib-dynamodb"

static const Consumer CONSUMERS[] = {
    {CLIENT_DYNAMODB, "GetItemCommand", "awsTableName", MAY_GET},
    {CLIENT_DYNAMODB, "PutItemCommand", "awsTableName", MAY_SET},
    {CLIENT_DYNAMODB, "DeleteItemCommand", "awsTableName", MAY_DELETE},
    {CLIENT_DYNAMODB, "UpdateItemCommand", "awsTableName", MAY_UPDATE},
    {CLIENT_DYNAMODB, "QueryCommand", "awsTableName", MAY_QUERY},
    {CLIENT_DYNAMODB, "paginateQuery", "awsTableName", MAY_QUERY},
    {CLIENT_DYNAMODB, "ScanCommand", "awsTableName", MAY_SCAN},
    {CLIENT_DYNAMODB, "paginateScan", "awsTableName", MAY_SCAN},
    {CLIENT_DYNAMODB, "BatchGetItemCommand", "awsTableName", MAY_BATCH_GET},
    {CLIENT_DYNAMODB, "BatchWriteItemCommand", "awsTableName", MAY_BATCH_WRITE},
    {CLIENT_DYNAMODB, "TransactGetItemsCommand", "awsTableName", MAY_GET},
    {CLIENT_DYNAMODB, "TransactWriteItemsCommand", "awsTableName", MAY_TRANSACT_WRITE},
    {CLIENT_DYNAMODB, "DescribeTableCommand", "awsTableName", MAY_DESCRIBE},
    {LIB_DYNAMODB, "GetCommand", "awsTableName", MAY_GET},
    {LIB_DYNAMODB, "PutCommand", "awsTableName", MAY_SET},
    {LIB_DYNAMODB, "DeleteCommand", "awsTableName", MAY_DELETE},
    {LIB_DYNAMODB, "UpdateCommand", "awsTableName", MAY_UPDATE},
    {LIB_DYNAMODB, "QueryCommand", "awsTableName", MAY_QUERY},
    {LIB_DYNAMODB, "paginateQuery", "awsTableName", MAY_QUERY},
    {LIB_DYNAMODB, "ScanCommand", "awsTableName", MAY_SCAN},
    {LIB_DYNAMODB, "paginateScan", "awsTableName", MAY_SCAN},
    {LIB_DYNAMODB, "BatchGetCommand", "awsTableName", MAY_BATCH_GET},
    {LIB_DYNAMODB, "BatchWriteCommand", "awsTableName", MAY_BATCH_WRITE},
    {LIB_DYNAMODB, "TransactGetCommand", "awsTableName", MAY_GET},
    {LIB_DYNAMODB, "TransactWriteCommand", "awsTableName", MAY_TRANSACT_WRITE},
    {"@langchain/community/stores/message/dynamodb", "DynamoDBChatMessageHistory", "awsTableName",
     MAY_HISTORY},
    {"langchain/stores/message/dynamodb", "DynamoDBChatMessageHistory", "awsTableName",
     MAY_HISTORY},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"awsTableName", NULL};

const Kind kind_kvstore = {
    .name = "KVStore",
    .doc = "values by key",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
};
