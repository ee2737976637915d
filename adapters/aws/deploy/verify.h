#pragma once
// Whether what is deployed can be reached: private to the verify_*.c files of adapters/aws/deploy.
//
// Services are asked, and nothing is sent to a URL: what comes there may run the program.

#include "adapters/aws/deploy/checks.h"
#include "adapters/aws/deploy/inventory.h"
#include "adapters/aws/deploy/operations.h"

typedef struct Verifying {
    Work *k;
    Arena *a;
    Client *client;
    const Followed *followed;
    Inventory now;
    bool listed; // `all` is every resource of the stack
    AwsResourceVec all;
    CheckVec checks;
} Verifying;

// ---- verify_urls.c ------------------------------------------------------------------------------

// Whether a deployment made or changed it.
const AwsResource *verify_touched(const Verifying *v, Str stack, Str id);
// Its name at AWS; empty where that cannot be known.
Str verify_physical(Verifying *v, Str stack, Str id);
// `of`: the resource that it is about.
void verify_say(Check *c, const Item *of, Str text);
// Once for all that could not be asked.
void verify_unasked(Check *c, const Err *err);

// ---- verify_apis.c ------------------------------------------------------------------------------

void verify_apis(Verifying *v);

// ---- verify_policy.c ----------------------------------------------------------------------------

// Whether a function's policy lets everybody do it: "lambda:InvokeFunctionUrl", or
// "lambda:InvokeFunction" where the call comes by the function's URL.
bool policy_public(Str policy, const char *action);
// Whether API Gateway may call it; `api` is the API's id, empty: any.
bool policy_gateway(Arena *a, Str policy, Str api);
// The same rules, whatever the order and the case of letters. `found`: as a service says it.
bool cors_same(const cJSON *wanted, Str found);
