// What a deployer has to be allowed.
//
// Input: the templates' resources. Output: actions on resources. Invariant: CloudFormation acts in
// its caller's name, so each type that pluto writes has a row here with what its making, changing
// and removing ask for; names that the template gives, or that begin with the stack's, narrow them.

#include "adapters/aws/deploy/needs.h"

#include <string.h>

// In a list of actions, `Name>` stands before what is needed only where that property is there (or,
// in an update, changed); `?` before what CloudFormation asks for in some cases alone. AWS's
// descriptions of resource types list what their handlers may ask for: each such action that a
// property of ours can lead to is here, and only what the work cannot be done without has no `?`.
typedef struct Row {
    const char *type, *group;
    const char *arn;  // {n}: the name, {r}: region, {a}: account, {b}: bucket, {f}: folder
    const char *name; // the property with its name; NULL: CloudFormation makes one up
    const char *of;   // or the property with the function that it belongs to
    const char *create, *update, *remove;
    const char *wide, *wide_arn; // whatever happens to it, on more than itself
    const char *role, *service;  // the property with the role that is handed to a service
    bool anyhow;                 // names are made up without the stack's, or do not matter
} Row;

#define ROLE_READS "?iam:GetRolePolicy ?iam:ListRolePolicies ?iam:ListAttachedRolePolicies"
#define TABLE_READS                                                                                \
    "?dynamodb:DescribeContinuousBackups ?dynamodb:DescribeTimeToLive "                            \
    "?dynamodb:ListTagsOfResource ?dynamodb:DescribeContributorInsights "                          \
    "?dynamodb:DescribeKinesisStreamingDestination ?dynamodb:GetResourcePolicy"
#define BUCKET_SETTINGS                                                                            \
    "PublicAccessBlockConfiguration>s3:PutBucketPublicAccessBlock "                                \
    "BucketEncryption>s3:PutEncryptionConfiguration "                                              \
    "LifecycleConfiguration>s3:PutLifecycleConfiguration "                                         \
    "VersioningConfiguration>s3:PutBucketVersioning "                                              \
    "OwnershipControls>s3:PutBucketOwnershipControls Tags>s3:PutBucketTagging"
#define API                                                                                        \
    .group = "Apis", .arn = "apigateway:{r}::/{n}", .anyhow = true,                                \
    .create = "apigateway:POST ?apigateway:GET ?apigateway:PUT",                                   \
    .update = "apigateway:PATCH ?apigateway:GET ?apigateway:PUT ?apigateway:POST "                 \
              "?apigateway:DELETE",                                                                \
    .remove = "apigateway:DELETE ?apigateway:GET"

static const Row ROWS[] = {
    {.type = "AWS::IAM::Role",
     .group = "Roles",
     .arn = "iam::{a}:role/{n}",
     .name = "RoleName",
     .create = "iam:CreateRole iam:GetRole Policies>iam:PutRolePolicy Tags>iam:TagRole " ROLE_READS,
     .update = "Policies>iam:PutRolePolicy AssumeRolePolicyDocument>iam:UpdateAssumeRolePolicy "
               "Tags>iam:TagRole Tags>?iam:UntagRole Policies>?iam:DeleteRolePolicy ?iam:GetRole",
     .remove = "iam:DeleteRole Policies>iam:DeleteRolePolicy ?iam:GetRole " ROLE_READS},
    {.type = "AWS::Lambda::Function",
     .group = "Functions",
     .arn = "lambda:{r}:{a}:function:{n}",
     .name = "FunctionName",
     .create = "lambda:CreateFunction lambda:GetFunction Tags>lambda:TagResource "
               "Tags>?lambda:ListTags "
               "ReservedConcurrentExecutions>lambda:PutFunctionConcurrency "
               "?lambda:GetFunctionConfiguration ?lambda:GetFunctionCodeSigningConfig "
               "?lambda:GetRuntimeManagementConfig ?lambda:GetFunctionRecursionConfig",
     .update = "lambda:GetFunction Code>lambda:UpdateFunctionCode "
               "Architectures>lambda:UpdateFunctionCode "
               "ReservedConcurrentExecutions>lambda:PutFunctionConcurrency "
               "ReservedConcurrentExecutions>?lambda:DeleteFunctionConcurrency "
               "Environment>lambda:UpdateFunctionConfiguration "
               "MemorySize>lambda:UpdateFunctionConfiguration "
               "Timeout>lambda:UpdateFunctionConfiguration "
               "Handler>lambda:UpdateFunctionConfiguration "
               "Runtime>lambda:UpdateFunctionConfiguration "
               "Role>lambda:UpdateFunctionConfiguration "
               "LoggingConfig>lambda:UpdateFunctionConfiguration Tags>lambda:TagResource "
               "Tags>?lambda:UntagResource ?lambda:ListTags ?lambda:GetFunctionConfiguration",
     .remove = "lambda:DeleteFunction ?lambda:GetFunction",
     .role = "Role",
     .service = "lambda.amazonaws.com"},
    {.type = "AWS::Lambda::Permission",
     .group = "Functions",
     .arn = "lambda:{r}:{a}:function:{n}",
     .of = "FunctionName",
     .create = "lambda:AddPermission ?lambda:GetPolicy",
     .update = "",
     .remove = "lambda:RemovePermission ?lambda:GetPolicy"},
    {.type = "AWS::Lambda::Url",
     .group = "Functions",
     .arn = "lambda:{r}:{a}:function:{n}",
     .of = "TargetFunctionArn",
     .create = "lambda:CreateFunctionUrlConfig ?lambda:GetFunctionUrlConfig",
     .update = "lambda:UpdateFunctionUrlConfig ?lambda:GetFunctionUrlConfig",
     .remove = "lambda:DeleteFunctionUrlConfig ?lambda:GetFunctionUrlConfig"},
    {.type = "AWS::Logs::LogGroup",
     .group = "Logs",
     .arn = "logs:{r}:{a}:log-group:{n}*",
     .name = "LogGroupName",
     .create = "logs:CreateLogGroup RetentionInDays>logs:PutRetentionPolicy Tags>logs:TagResource "
               "?logs:ListTagsForResource",
     .update =
         "RetentionInDays>logs:PutRetentionPolicy RetentionInDays>?logs:DeleteRetentionPolicy "
         "Tags>logs:TagResource Tags>?logs:UntagResource ?logs:ListTagsForResource",
     .remove = "logs:DeleteLogGroup",
     .wide = "?logs:DescribeLogGroups",
     .wide_arn = "logs:{r}:{a}:log-group:*"},
    {.type = "AWS::DynamoDB::Table",
     .group = "Tables",
     .arn = "dynamodb:{r}:{a}:table/{n}",
     .name = "TableName",
     .create = "dynamodb:CreateTable dynamodb:DescribeTable "
               "TimeToLiveSpecification>dynamodb:UpdateTimeToLive "
               "PointInTimeRecoverySpecification>dynamodb:UpdateContinuousBackups "
               "Tags>dynamodb:TagResource " TABLE_READS,
     .update = "dynamodb:DescribeTable TimeToLiveSpecification>dynamodb:UpdateTimeToLive "
               "PointInTimeRecoverySpecification>dynamodb:UpdateContinuousBackups "
               "BillingMode>dynamodb:UpdateTable AttributeDefinitions>dynamodb:UpdateTable "
               "DeletionProtectionEnabled>dynamodb:UpdateTable Tags>dynamodb:TagResource "
               "Tags>?dynamodb:UntagResource " TABLE_READS,
     .remove = "dynamodb:DeleteTable dynamodb:DescribeTable"},
    {.type = "AWS::SageMaker::Model",
     .group = "Models",
     .arn = "sagemaker:{r}:{a}:model/{n}",
     .name = "ModelName",
     .create = "sagemaker:CreateModel Tags>sagemaker:AddTags ?sagemaker:DescribeModel",
     .update = "Tags>?sagemaker:AddTags Tags>?sagemaker:DeleteTags ?sagemaker:DescribeModel",
     .remove = "sagemaker:DeleteModel ?sagemaker:DescribeModel",
     .role = "ExecutionRoleArn",
     .service = "sagemaker.amazonaws.com",
     .anyhow = true},
    {.type = "AWS::SageMaker::EndpointConfig",
     .group = "Models",
     .arn = "sagemaker:{r}:{a}:endpoint-config/{n}",
     .name = "EndpointConfigName",
     .create =
         "sagemaker:CreateEndpointConfig Tags>sagemaker:AddTags ?sagemaker:DescribeEndpointConfig "
         // An endpoint is made of its configuration: that is asked of both.
         "?sagemaker:CreateEndpoint ?sagemaker:UpdateEndpoint",
     .update =
         "Tags>?sagemaker:AddTags Tags>?sagemaker:DeleteTags ?sagemaker:DescribeEndpointConfig",
     .remove = "sagemaker:DeleteEndpointConfig ?sagemaker:DescribeEndpointConfig",
     .anyhow = true},
    {.type = "AWS::SageMaker::Endpoint",
     .group = "Endpoints",
     .arn = "sagemaker:{r}:{a}:endpoint/{n}",
     .name = "EndpointName",
     .create = "sagemaker:CreateEndpoint sagemaker:DescribeEndpoint Tags>sagemaker:AddTags "
               "Tags>?sagemaker:ListTags",
     .update = "EndpointConfigName>sagemaker:UpdateEndpoint DeploymentConfig>sagemaker:"
               "UpdateEndpoint sagemaker:DescribeEndpoint Tags>sagemaker:AddTags "
               "Tags>?sagemaker:DeleteTags Tags>?sagemaker:ListTags",
     .remove = "sagemaker:DeleteEndpoint sagemaker:DescribeEndpoint"},
    {.type = "AWS::ApiGatewayV2::Api", API},
    {.type = "AWS::ApiGatewayV2::Stage", API},
    {.type = "AWS::ApiGatewayV2::Route", API},
    {.type = "AWS::ApiGatewayV2::Integration", API},
    {.type = "AWS::S3::Bucket",
     .group = "Buckets",
     .arn = "s3:::{n}",
     .name = "BucketName",
     .create = "s3:CreateBucket " BUCKET_SETTINGS,
     .update = BUCKET_SETTINGS,
     .remove = "s3:DeleteBucket"},
    {.type = "AWS::CloudFormation::Stack",
     .group = "NestedStacks",
     .arn = "cloudformation:{r}:{a}:stack/{n}",
     .create = "cloudformation:CreateStack ?cloudformation:CreateChangeSet "
               "?cloudformation:DescribeStacks ?cloudformation:DescribeChangeSet "
               "?cloudformation:DescribeStackEvents ?cloudformation:ListStackResources "
               "?cloudformation:GetTemplate ?cloudformation:ExecuteChangeSet "
               "?cloudformation:DeleteChangeSet",
     .update = "?cloudformation:UpdateStack",
     .remove = "cloudformation:DeleteStack"},
};

static const Row *row_of(Str type) {
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (str_is(type, ROWS[i].type))
            return &ROWS[i];
    return NULL;
}

// ---- ARNs ---------------------------------------------------------------------------------------

enum { NAME_KEPT = 24 }; // of the stack's in names that CloudFormation makes up

static Str arn_of(Arena *a, const NeedsPlace *at, const char *form, Str name) {
    Buf b = buf_new(a);
    buf_printf(&b, "arn:%.*s:", STR_ARG(at->partition));
    for (const char *p = form; *p; p++) {
        if (*p != '{') {
            buf_putc(&b, *p);
            continue;
        }
        switch (p[1]) {
        case 'r':
            buf_put(&b, at->region);
            break;
        case 'a':
            buf_put(&b, at->account);
            break;
        case 'b':
            buf_put(&b, at->bucket);
            break;
        case 'f':
            buf_put(&b, at->folder);
            break;
        default:
            buf_put(&b, name);
        }
        p += 2;
    }
    Str arn = buf_str(&b);
    return str_ends(arn, "**") ? str_slice(arn, 0, arn.n - 1) : arn;
}

static Str lower(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++)
        buf_putc(&b, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]));
    return buf_str(&b);
}

// The part of a name that the stack's other names have, too; else the whole name.
static Str name_pattern(Arena *a, const NeedsPlace *at, Str name) {
    Str start = str_cat(a, at->stack, STR("-"));
    int64_t found = str_find(name, start, 0);
    if (found < 0)
        return name;
    return str_cat(a, str_slice(name, 0, (uint32_t)found + start.n), STR("*"));
}

static Str made_up(Arena *a, const NeedsPlace *at) {
    bool whole = at->stack.n < NAME_KEPT;
    return str_cat(a, str_slice(at->stack, 0, NAME_KEPT), whole ? STR("-*") : STR("*"));
}

typedef struct Names {
    Str pattern, sample;
} Names;

static Names names_of(Arena *a, const NeedsPlace *at, const Inventory *v, const Item *item,
                      const Row *row) {
    Names n = {.pattern = STR("*"),
               .sample = str_fmt(a, "%.*s-%.*s-PREFLIGHT", STR_ARG(at->stack), STR_ARG(item->id))};
    Str fixed = row->name ? item_text(a, v, item, item_property(item, row->name)) : STR_EMPTY;
    if (fixed.n) {
        n = (Names){name_pattern(a, at, fixed), fixed};
    } else if (strcmp(row->group, "Apis") == 0) {
        n = (Names){STR("*"), STR("apis/preflight")};
    } else if (!row->anyhow) {
        n.pattern = made_up(a, at);
    }
    bool small =
        str_starts(item->type, "AWS::SageMaker::") || str_is(item->type, "AWS::S3::Bucket");
    return small ? (Names){lower(a, n.pattern), lower(a, n.sample)} : n;
}

// ---- Collecting ---------------------------------------------------------------------------------

typedef struct Collector {
    Arena *a;
    const NeedsPlace *at;
    const Inventory *now, *before;
    const Item *item, *old; // old: what it was, in an update
    const Row *row;
    Names names;
    bool unsure; // whatever it is, it may not be needed
    NeedVec *out;
} Collector;

static void need_add(Arena *a, NeedVec *out, Need need) {
    for (uint32_t i = 0; i < out->n; i++) {
        Need *n = &out->at[i];
        if (!str_eq(n->action, need.action) || !str_eq(n->pattern, need.pattern) ||
            !str_eq(n->passed_to, need.passed_to))
            continue;
        n->sure = n->sure || need.sure;
        return;
    }
    vec_push(a, out, need);
}

static void action_add(Collector *c, Str action, bool sure) {
    need_add(c->a, c->out,
             (Need){.group = c->row->group,
                    .action = action,
                    .pattern = arn_of(c->a, c->at, c->row->arn, c->names.pattern),
                    .sample = arn_of(c->a, c->at, c->row->arn, c->names.sample),
                    .sure = sure && !c->unsure,
                    .id = c->item->id,
                    .type = c->item->type});
}

static bool asked(const Collector *c, Str property) {
    const char *name = str_cstr(c->a, property);
    if (!c->old)
        return item_property(c->item, name) != NULL;
    return item_changed(c->now, c->item, c->before, c->old, name);
}

static void word_add(Collector *c, Str word) {
    int64_t at = str_find(word, STR(">"), 0);
    if (at >= 0 && !asked(c, str_slice(word, 0, (uint32_t)at)))
        return;
    Str action = str_slice(word, (uint32_t)(at + 1), word.n);
    bool sure = !str_starts(action, "?");
    action_add(c, sure ? action : str_slice(action, 1, action.n), sure);
}

static void words_add(Collector *c, const char *list) {
    Str rest = str_of(list);
    while (rest.n) {
        int64_t end = str_find(rest, STR(" "), 0);
        uint32_t n = end < 0 ? rest.n : (uint32_t)end;
        if (n)
            word_add(c, str_slice(rest, 0, n));
        rest = str_slice(rest, n + 1, rest.n);
    }
}

static void wide_add(Collector *c) {
    if (!c->row->wide)
        return;
    Row row = {.group = c->row->group, .arn = c->row->wide_arn};
    const Row *own = c->row;
    c->row = &row;
    words_add(c, own->wide);
    c->row = own;
}

// Handing a role to a service that then acts in its name.
static void role_add(Collector *c) {
    const Row *row = c->row;
    if (!row->role || !asked(c, str_of(row->role)))
        return;
    Str id = item_referred(c->a, item_property(c->item, row->role));
    const Item *role = inventory_find(c->now, c->item->stack, id);
    Need need = {.group = "PassRole",
                 .action = STR("iam:PassRole"),
                 .passed_to = str_of(row->service),
                 .sure = !c->unsure,
                 .id = c->item->id,
                 .type = c->item->type};
    if (role) {
        const Row *roles = row_of(role->type);
        Names n = names_of(c->a, c->at, c->now, role, roles);
        need.pattern = arn_of(c->a, c->at, roles->arn, n.pattern);
        need.sample = arn_of(c->a, c->at, roles->arn, n.sample);
    } else {
        need.sample = item_text(c->a, c->now, c->item, item_property(c->item, row->role));
        need.pattern = need.sample.n ? need.sample : STR("*");
        need.sure = need.sure && need.sample.n;
    }
    need_add(c->a, c->out, need);
}

static bool begin(Collector *c, const Item *item, const Inventory *v) {
    const Item *named = item;
    c->item = item;
    c->old = NULL;
    c->unsure = false;
    c->row = row_of(item->type);
    if (!c->row)
        return false;
    if (c->row->of) {
        Str id = item_referred(c->a, item_property(item, c->row->of));
        named = inventory_find(v, item->stack, id);
    }
    const Row *row = named ? row_of(named->type) : NULL;
    c->names = row ? names_of(c->a, c->at, v, named, row) : (Names){STR("*"), STR("preflight")};
    return true;
}

static bool same_properties(const Collector *c) {
    const cJSON *p;
    cJSON_ArrayForEach(p, c->item->properties) {
        if (item_changed(c->now, c->item, c->before, c->old, p->string))
            return false;
    }
    cJSON_ArrayForEach(p, c->old->properties) {
        if (!item_property(c->item, p->string))
            return false;
    }
    return true;
}

static bool only_tags_differ(const Collector *c) {
    const cJSON *p;
    cJSON_ArrayForEach(p, c->item->properties) {
        if (strcmp(p->string, "Tags") != 0 &&
            item_changed(c->now, c->item, c->before, c->old, p->string))
            return false;
    }
    return true;
}

// ---- Pluto itself -------------------------------------------------------------------------------

static const struct {
    const char *group, *arn, *actions;
} OWN[] = {
    {"Stack", "cloudformation:{r}:{a}:stack/{n}/*",
     "cloudformation:DescribeStacks cloudformation:CreateChangeSet "
     "cloudformation:DescribeChangeSet cloudformation:ExecuteChangeSet "
     "cloudformation:DescribeStackEvents ?cloudformation:DescribeEvents "
     "?cloudformation:ListChangeSets ?cloudformation:DeleteChangeSet ?cloudformation:GetTemplate "
     "?cloudformation:ListStackResources ?cloudformation:DeleteStack "
     "?cloudformation:RollbackStack ?cloudformation:ContinueUpdateRollback "
     "?cloudformation:CancelUpdateStack ?cloudformation:UpdateTerminationProtection "
     "?cloudformation:TagResource ?cloudformation:UntagResource"},
    {"Artifacts", "s3:::{b}/{f}",
     "s3:GetObject s3:PutObject ?s3:GetObjectVersion ?s3:DeleteObject"},
    {"ArtifactBucket", "s3:::{b}",
     "?s3:ListBucket ?s3:CreateBucket ?s3:PutBucketPublicAccessBlock "
     "?s3:PutBucketOwnershipControls ?s3:PutEncryptionConfiguration ?s3:PutBucketVersioning "
     "?s3:PutLifecycleConfiguration ?s3:PutBucketPolicy"},
    {"ArtifactBucketName", "ssm:{r}:{a}:parameter/pluto/bootstrap",
     "?ssm:GetParameter ?ssm:PutParameter"},
};

static void own_add(Collector *c) {
    static const Item nobody = {0};
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        Row row = {.group = OWN[i].group, .arn = OWN[i].arn};
        c->item = &nobody;
        c->row = &row;
        c->old = NULL;
        c->unsure = false;
        c->names = (Names){c->at->stack, c->at->stack};
        words_add(c, OWN[i].actions);
    }
}

// ---- Deployments --------------------------------------------------------------------------------

static void update_add(Collector *c, const Item *old) {
    c->old = old;
    // A nested template's parameters are not known here.
    c->unsure = c->item->stack.n > 0 || !str_eq(c->item->type, old->type);
    if (!c->unsure && same_properties(c))
        return;
    words_add(c, c->row->update);
    wide_add(c);
    role_add(c);
    if (!type_is_replaced(c->item->type) || only_tags_differ(c))
        return;
    c->old = NULL;
    words_add(c, c->row->create);
    words_add(c, c->row->remove);
    role_add(c);
}

void needs_deploy(Arena *a, const NeedsPlace *at, const Inventory *now, const Inventory *before,
                  NeedVec *out) {
    Collector c = {.a = a, .at = at, .now = now, .before = before, .out = out};
    own_add(&c);
    for (uint32_t i = 0; i < now->items.n; i++) {
        const Item *item = &now->items.at[i];
        const Item *old = before ? inventory_find(before, item->stack, item->id) : NULL;
        if (!begin(&c, item, now))
            continue;
        if (old) {
            update_add(&c, old);
        } else {
            words_add(&c, c.row->create);
            wide_add(&c);
            role_add(&c);
        }
    }
    for (uint32_t i = 0; before && i < before->items.n; i++) {
        const Item *item = &before->items.at[i];
        if (item->retained || inventory_find(now, item->stack, item->id) ||
            !begin(&c, item, before))
            continue;
        c.unsure = item->stack.n > 0;
        words_add(&c, c.row->remove);
        wide_add(&c);
    }
}

void needs_all(Arena *a, const NeedsPlace *at, const Inventory *now, NeedVec *out) {
    Collector c = {.a = a, .at = at, .now = now, .out = out};
    own_add(&c);
    for (uint32_t i = 0; i < now->items.n; i++) {
        if (!begin(&c, &now->items.at[i], now))
            continue;
        words_add(&c, c.row->create);
        words_add(&c, c.row->update);
        words_add(&c, c.row->remove);
        wide_add(&c);
        role_add(&c);
    }
}

void needs_look(Arena *a, const Inventory *now, NeedVec *out) {
    bool endpoints = false, functions = false;
    for (uint32_t i = 0; i < now->items.n; i++) {
        endpoints = endpoints || str_is(now->items.at[i].type, "AWS::SageMaker::Endpoint");
        functions = functions || str_is(now->items.at[i].type, "AWS::Lambda::Function");
    }
    static const char *const ALWAYS[] = {"iam:SimulatePrincipalPolicy", NULL};
    static const char *const FUNCTIONS[] = {"lambda:GetAccountSettings", NULL};
    static const char *const ENDPOINTS[] = {"servicequotas:ListServiceQuotas",
                                            "servicequotas:ListAWSDefaultServiceQuotas",
                                            "pricing:GetProducts",
                                            "ecr:DescribeImages",
                                            "sagemaker:ListEndpointConfigs",
                                            NULL};
    for (const char *const *p = ALWAYS; *p; p++)
        vec_push(a, out, (Need){.group = "Preflight", .action = str_of(*p), .pattern = STR("*")});
    for (const char *const *p = FUNCTIONS; functions && *p; p++)
        vec_push(a, out, (Need){.group = "Preflight", .action = str_of(*p), .pattern = STR("*")});
    for (const char *const *p = ENDPOINTS; endpoints && *p; p++)
        vec_push(a, out, (Need){.group = "Preflight", .action = str_of(*p), .pattern = STR("*")});
}
