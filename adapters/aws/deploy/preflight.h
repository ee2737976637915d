#pragma once
// What would make a deployment fail later, looked for before anything is created. Private to
// adapters/aws/deploy.
//
// Each question to AWS is a Check; what cannot be asked is a note at most, and never stops anybody.

#include "adapters/aws/deploy/checks.h"
#include "adapters/aws/deploy/needs.h"
#include "adapters/aws/deploy/operations.h"

// Instances of one type behind an endpoint.
typedef struct Fleet {
    Str stack, id; // of the endpoint
    Str instance;
    uint32_t count;
} Fleet;
typedef Vec(Fleet) FleetVec;

typedef struct Preflight {
    Deployment *d;
    Client *client;
    Inventory now, before;
    bool known; // `before` is what is there: nothing, or its templates
    NeedsPlace at;
    FleetVec fleets, fleets_before;
} Preflight;

// Says what would make the deployment fail, and fills in d->costs. True where nothing would.
bool preflight(Deployment *d);

// What was found out about a resource, and what helps.
void finding_on(Check *c, AwsEnd end, const Item *item, Str text, const char *remedy);

// ---- What is looked for -------------------------------------------------------------------------

// Instances that were not there before, within SageMaker's quotas.
void preflight_quotas(Arena *a, const Preflight *p, CheckVec *out);
// New functions and endpoints whose names somebody else has.
void preflight_names(Arena *a, const Preflight *p, CheckVec *out);
// Lambda's storage for code, and executions that functions reserve.
void preflight_account(Arena *a, const Preflight *p, CheckVec *out);
// Images of new models, in this region.
void preflight_images(Arena *a, const Preflight *p, CheckVec *out);
// What whoever deploys is not allowed; marks `needs`.
void preflight_grants(Arena *a, const Preflight *p, NeedVec *needs, CheckVec *out);
// What an hour of each type of instance costs; `costs` has a row for each fleet.
void preflight_prices(Arena *a, const Preflight *p, AwsCostVec *costs, CheckVec *out);
// Remembers what was asked for a day.
void prices_remember(Arena *a, const Preflight *p, const AwsCostVec *costs);

void fleets_read(Arena *a, const Inventory *v, FleetVec *out);
