#pragma once
// Questions to AWS that are asked at the same time, in threads of their own. Private to
// adapters/aws/deploy.

#include "adapters/aws/deploy/work.h"

typedef struct Finding {
    AwsEnd end; // AWS_END_DONE: it stops nobody
    Str stack, id, type;
    Str text, remedy;
} Finding;
typedef Vec(Finding) FindingVec;

typedef struct Check Check;
struct Preflight;
struct Check {
    void (*run)(Check *c);     // in a thread: uses nothing but a client, its arena and its subject
    const struct Preflight *p; // what preflight's share; NULL elsewhere
    void *subject;
    Arena arena;
    FindingVec findings;
};
typedef Vec(Check) CheckVec;

// All of them, a few at a time. Their arenas hold what they found until they are closed.
void checks_run(CheckVec *checks);
void checks_close(CheckVec *checks);

void finding_add(Check *c, Finding f);
