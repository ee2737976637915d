#pragma once
// What would make a deployment fail later, looked for before anything is created. Private to
// adapters/aws/deploy.
//
// A Check is one question to AWS; all of them are asked at the same time, in threads of their own.
// What cannot be asked is a note at most, and never stops anybody.

#include "adapters/aws/deploy/needs.h"
#include "adapters/aws/deploy/operations.h"

typedef struct Finding {
    AwsEnd end; // AWS_END_DONE: it stops nobody
    Str stack, id, type;
    Str text, remedy;
} Finding;
typedef Vec(Finding) FindingVec;

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

typedef struct Check Check;
struct Check {
    void (*run)(Check *c); // in a thread: uses nothing but the client, its arena and its subject
    const Preflight *p;
    void *subject;
    Arena arena;
    FindingVec findings;
};
typedef Vec(Check) CheckVec;

// Says what would make the deployment fail, and fills in d->costs. True where nothing would.
bool preflight(Deployment *d);

// ---- What is looked for -------------------------------------------------------------------------

// Instances that were not there before, within SageMaker's quotas.
void preflight_quotas(Arena *a, const Preflight *p, CheckVec *out);
// New functions and endpoints whose names somebody else has.
void preflight_names(Arena *a, const Preflight *p, CheckVec *out);
// Images of new models, in this region.
void preflight_images(Arena *a, const Preflight *p, CheckVec *out);
// What whoever deploys is not allowed; marks `needs`.
void preflight_grants(Arena *a, const Preflight *p, NeedVec *needs, CheckVec *out);
// What an hour of each type of instance costs; `costs` has a row for each fleet.
void preflight_prices(Arena *a, const Preflight *p, AwsCostVec *costs, CheckVec *out);
// Remembers what was asked for a day.
void prices_remember(Arena *a, const Preflight *p, const AwsCostVec *costs);

void finding_add(Check *c, Finding f);
void fleets_read(Arena *a, const Inventory *v, FleetVec *out);
