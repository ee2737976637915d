#pragma once
// Parts of a change set's life that are files of their own. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/deployment.h"

// Why CloudFormation will not have it: the operation is over, with all findings as failures.
void changes_explain(Deployment *d);
// The empty stack that a change set of a creation brought. False where that could not be done.
bool clean_remains(Work *k);

// The plan of a change set, with its nested ones.
bool changes_plan(Deployment *d, AwsPlan *out);
