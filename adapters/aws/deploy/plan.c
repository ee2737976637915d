// The plan: what a change set would do, for somebody to decide.
//
// Input: a change set. Output: its changes with those of nested stacks, each judged by what it does
// to data. Invariant: what may be replaced counts as replaced where it holds data: CloudFormation
// finds out only while it works.

#include "adapters/aws/deploy/changes.h"
#include "adapters/aws/deploy/operations.h"

enum { NESTED_MAX = 8 };

static bool keeps_data(Str resource) {
    static const char *const types[] = {
        "AWS::DynamoDB::Table",
        "AWS::DynamoDB::GlobalTable",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        "AWS::EFS::FileSystem",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::Cognito::UserPool",
        "AWS::Kinesis::Stream",
        "AWS::KMS::Key",
        "AWS::SSM::Parameter",
        "AWS::OpenSearchService::Domain",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(resource, types[i]))
            return true;
    return false;
}

// A replacement that retains what was there still gives the program an empty thing in its place.
void change_judge(AwsChange *c) {
    bool kept = str_is(c->policy, "Retain") || str_is(c->policy, "Snapshot");
    c->keeps_data = keeps_data(c->resource);
    c->loses_data =
        c->keeps_data && (c->replacement != AWS_KEPT || (str_is(c->action, "Remove") && !kept));
}

static bool metadata_alone(const AwsChange *c) {
    for (uint32_t i = 0; i < c->details.n; i++)
        if (!str_is(c->details.at[i].attribute, "Metadata"))
            return false;
    return c->details.n > 0;
}

// A nested stack that is there in both templates is always listed; what it brings says more.
static bool says_nothing(const AwsChange *c, const CfnChangeSet *nested) {
    return str_is(c->resource, "AWS::CloudFormation::Stack") && str_is(c->action, "Modify") &&
           nested && nested->there;
}

static bool changes_add(Work *k, const CfnChangeSet *set, Str path, unsigned depth, AwsPlan *out) {
    for (uint32_t i = 0; i < set->changes.n; i++) {
        AwsChange c = set->changes.at[i];
        CfnChangeSet nested = {0};
        if (set->nested.at[i].n && depth < NESTED_MAX &&
            !cfn_change_set(k->client, k->a, STR_EMPTY, set->nested.at[i], true, &nested, k->err))
            return over_world(k);
        c.stack = path;
        change_judge(&c);
        if (!metadata_alone(&c) && !says_nothing(&c, &nested))
            vec_push(k->a, &out->changes, c);
        Str inner = path.n ? str_fmt(k->a, "%.*s/%.*s", STR_ARG(path), STR_ARG(c.id)) : c.id;
        if (nested.there && !changes_add(k, &nested, inner, depth + 1, out))
            return false;
    }
    return true;
}

bool changes_plan(Deployment *d, AwsPlan *out) {
    Work *k = d->k;
    *out = (AwsPlan){.creates = d->creates,
                     .change_set = d->set.arn,
                     .identity = k->aws->identity,
                     .template_before = d->deployed,
                     .parameters_before = k->stack.parameters,
                     .parameters = d->parameters,
                     .costs = d->costs};
    out->nested_before = d->nested;
    if (!d->creates && !d->nested_read &&
        !nested_templates(k->client, k->a, k->stack.id, d->deployed, &out->nested_before, k->err))
        return over_world(k);
    return changes_add(k, &d->set, STR_EMPTY, 0, out);
}
