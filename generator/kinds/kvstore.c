// KVStore: values by key, in a DynamoDB table.
//
// Input: the row's resource and the edges that touch it. Output: the row `kind_kvstore`.
// Invariant: each operation names exactly its item actions, never `dynamodb:*`.
#include "generator/cfn/names.h"
#include "generator/lowering.h"

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

// ---- CloudFormation -----------------------------------------------------------------------------

static Str table_id(Arena *a, const ArchResource *r) {
    return names_logical(a, r->kind, r->name, "");
}

static Json *table_properties(Gen *g, const ArchResource *r) {
    Json *attribute = json_set(json_object(), "AttributeName", json_string("Id"));
    json_set(attribute, "AttributeType", json_string("S"));
    Json *key = json_set(json_object(), "AttributeName", json_string("Id"));
    json_set(key, "KeyType", json_string("HASH"));
    Json *recovery = json_set(json_object(), "PointInTimeRecoveryEnabled",
                              json_bool(option_bool(r, "pointInTimeRecovery", true)));
    Json *p = json_object();
    json_set(p, "BillingMode", json_string("PAY_PER_REQUEST"));
    json_set(p, "AttributeDefinitions", json_push(json_array(), attribute));
    json_set(p, "KeySchema", json_push(json_array(), key));
    json_set(p, "PointInTimeRecoverySpecification", recovery);
    json_set(p, "SSESpecification", json_set(json_object(), "SSEEnabled", json_bool(true)));
    if (option_bool(r, "deletionProtection", false))
        json_set(p, "DeletionProtectionEnabled", json_bool(true));
    Str ttl = option_text(r, "ttlAttribute", STR_EMPTY);
    if (ttl.n) {
        Json *spec = json_set_text(json_object(), "AttributeName", ttl);
        json_set(p, "TimeToLiveSpecification", json_set(spec, "Enabled", json_bool(true)));
    }
    return json_set(p, "Tags", gen_tags(g, r));
}

static void emit(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    Str id = table_id(g->arena, r);
    // The table has no name: one that must be replaced can be made while the old one, with its
    // data, still stands.
    Json *table = gen_add(g, r, STR_EMPTY, id, "AWS::DynamoDB::Table", table_properties(g, r));
    if (!table)
        return;
    json_set(table, "DeletionPolicy", json_string("RetainExceptOnCreate"));
    json_set(table, "UpdateReplacePolicy", json_string("Retain"));
    gen_output(g, str_cat(g->arena, id, STR("TableName")),
               str_fmt(g->arena, "the table of %.*s", STR_ARG(r->id)), json_ref(id));
}

static Json *property(Gen *g, const Node *n, Str name, const Node *reader) {
    (void)name, (void)reader; // awsTableName is the only late one
    return json_ref(table_id(g->arena, n->resource));
}

static Json *arn(Gen *g, const Node *n) {
    return json_att(table_id(g->arena, n->resource), "Arn");
}

static Str arn_text(Arena *a, const Arch *arch, const ArchResource *r) {
    (void)arch;
    return str_fmt(a, "table/%.*s", STR_ARG(table_id(a, r)));
}

static const Lowering LOWERING = {
    .emit = emit, .property = property, .arn = arn, .arn_text = arn_text};

const Kind kind_kvstore = {
    .name = "KVStore",
    .doc = "values by key",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
    .lowering = &LOWERING,
};
