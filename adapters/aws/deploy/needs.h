#pragma once
// What a deployer has to be allowed: derived from templates. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/inventory.h"

// Where it happens; an account, region or partition that is not known is "*".
typedef struct NeedsPlace {
    Str partition, region, account;
    Str stack;  // CloudFormation's name
    Str bucket; // where packages go
    Str folder; // in it, of this stack
} NeedsPlace;

typedef struct Need {
    const char *group; // "Functions"
    Str action;        // "lambda:CreateFunction"
    Str pattern;       // the ARN that a policy needs: "arn:aws:lambda:*:*:function:shop-dev-*"
    Str sample;        // an ARN that it is about
    Str passed_to;     // of iam:PassRole: the service; else empty
    bool sure;         // without it the deployment fails; else only where CloudFormation asks
    Str id, type;      // of the resource that needs it, or empty: pluto itself
    bool missing;      // it was asked for, and is not allowed
} Need;
typedef Vec(Need) NeedVec;

// To bring the stack from `before` (NULL: it is not there) to `now`.
void needs_deploy(Arena *a, const NeedsPlace *at, const Inventory *now, const Inventory *before,
                  NeedVec *out);
// To deploy these templates, to update and to delete the stack, at any time.
void needs_all(Arena *a, const NeedsPlace *at, const Inventory *now, NeedVec *out);
// What preflight itself asks for where it may.
void needs_look(Arena *a, const Inventory *now, NeedVec *out);

// As a policy of IAM, indented.
Str needs_policy(Arena *a, const NeedVec *needs);
