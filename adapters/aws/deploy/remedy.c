// What to do about a failure of AWS.
//
// Input: AWS's words about a resource. Output: ours, or none. Invariant: the first row that fits
// speaks, so what is narrow stands above what is wide; a row never promises what it cannot know.

#include "adapters/aws/deploy/root.h"

typedef struct Remedy {
    const char *resource; // starts with; NULL: any
    const char *code;     // is; NULL: any
    const char *reason;   // contains; NULL: any
    const char *remedy;
} Remedy;

static const Remedy REMEDIES[] = {
    {NULL, NULL, "is not authorized to perform: iam:PassRole",
     "allow your user or role `iam:PassRole` for the roles of this stack"},
    {NULL, NULL, "is not authorized to perform",
     "allow your user or role the action that AWS names; `pluto bootstrap --print-policy` prints "
     "all that a deployment needs"},
    {NULL, "AccessDenied", NULL,
     "ask for the permission that AWS names; `pluto bootstrap --print-policy` prints all that a "
     "deployment needs"},
    {"AWS::SageMaker", NULL, "ResourceLimitExceeded",
     "ask AWS for a higher quota of this instance type (Service Quotas, Amazon SageMaker, "
     "`… for endpoint usage`), or choose another with `instanceType`"},
    {"AWS::SageMaker", NULL, "account-level service limit",
     "ask AWS for a higher quota of this instance type (Service Quotas, Amazon SageMaker, "
     "`… for endpoint usage`), or choose another with `instanceType`"},
    {"AWS::SageMaker::Endpoint", NULL, "did not pass the ping health check",
     "the container did not answer: its log group is /aws/sagemaker/Endpoints/<endpoint>; a model "
     "that is large needs a larger instance or more time"},
    {"AWS::SageMaker::Endpoint", NULL, "Unable to provision requested ML compute capacity",
     "AWS has no such instance free now: try again later, or choose another `instanceType` or "
     "region"},
    {"AWS::SageMaker", NULL, "Requested image",
     "the image is not in this region's registry: choose another `imageUri` or region"},
    {"AWS::Lambda", NULL, "UnreservedConcurrentExecution",
     "the account's concurrency is too small for what the function reserves: lower its "
     "`concurrency`, or ask AWS for a higher quota"},
    {"AWS::Lambda", NULL, "Code storage limit exceeded",
     "delete versions of functions that nobody needs, or ask AWS for a higher quota"},
    {"AWS::Lambda", NULL, "Unzipped size must be smaller",
     "the package is too large: `pluto build` prints what is in it"},
    {"AWS::Lambda", NULL, "GetObject",
     "the package is not in the bucket any more: deploy again, which uploads it"},
    {"AWS::S3::Bucket", NULL, "not empty",
     "empty the bucket first, or keep it with `--retain` and its id"},
    {"AWS::S3::Bucket", NULL, "already exists", "the name is taken: choose another"},
    {NULL, "AlreadyExists", NULL,
     "something of that name is there that is not this stack's: delete or rename it"},
    {NULL, NULL, "already exists",
     "something of that name is there that is not this stack's: delete or rename it"},
    {NULL, "ServiceLimitExceeded", NULL, "ask AWS for a higher quota (Service Quotas)"},
    {NULL, NULL, "LimitExceeded", "ask AWS for a higher quota (Service Quotas)"},
    {NULL, "Throttling", NULL, "AWS is asked for too much at once: deploy again in a minute"},
    {NULL, NULL, "Rate exceeded", "AWS is asked for too much at once: deploy again in a minute"},
    {NULL, "ServiceInternalError", NULL, "this is AWS's own failure: deploy again"},
    {NULL, "NotStabilized", NULL,
     "AWS waited and gave up: the resource's own page in the console tells what it is waiting for"},
};

static bool fits(const Remedy *r, Str resource, Str code, Str reason) {
    return (!r->resource || str_starts(resource, r->resource)) &&
           (!r->code || str_is(code, r->code)) && (!r->reason || str_contains(reason, r->reason));
}

Str failure_remedy(Str resource, Str code, Str reason) {
    for (size_t i = 0; i < sizeof REMEDIES / sizeof *REMEDIES; i++)
        if (fits(&REMEDIES[i], resource, code, reason))
            return str_of(REMEDIES[i].remedy);
    return STR_EMPTY;
}

bool failure_denied(Str code, Str reason) {
    return str_is(code, "AccessDenied") || str_contains(code, "AccessDenied") ||
           str_contains(reason, "is not authorized to perform");
}

bool failure_limit(Str code, Str reason) {
    return str_is(code, "ServiceLimitExceeded") || str_contains(code, "LimitExceeded") ||
           str_contains(reason, "LimitExceeded") || str_contains(reason, "service limit");
}
