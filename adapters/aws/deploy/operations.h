#pragma once
// The operations, and what they share. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/deployment.h"

// ---- meet.c: what every operation does with a stack that it meets
// --------------------------------

// Fills in the identity of this operation, and looks after what an earlier one left: a change set
// that was never executed is taken away. Over where the earlier one is still under way.
bool journal_take_up(Work *k);
// Whether it is of the account and region where we are.
bool journal_is_here(const Work *k, const Journal *j);
Work work_of(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
Work work_of_deploy(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err);
bool say_busy(Work *k);         // over: another operation is at work, which and since when
bool say_stuck(Work *k);        // over: somebody has to help, and how
bool say_express_left(Work *k); // over: left as it failed by a deployment in Express mode
bool wait_for_other(Work *k);   // follows it to its end
// Shows what goes and what stays, and asks.
bool deletion_agreed(Work *k, const AwsTask *in);
// Deletes the stack and follows that; over where it fails.
bool stack_remove(Work *k);
bool deletion_begin(Work *k, const Str *retain, uint32_t retain_count);
bool deletion_follow(Work *k);

// ---- resume.c -----------------------------------------------------------------------------------

// Whether CloudFormation took it, or had taken it before.
bool acted(Work *k, const char *operation, const CfnRefusal *r);
// Looks for this project's stack; over where there is none.
bool own_stack(Work *k);
// Goes on with the deletion that the journal holds.
bool deletion_resume(Work *k);

// ---- rollback.c, rollback_plan.c ----------------------------------------------------------------

// Goes on with what the journal holds.
bool rollback_resume(Work *k);
// What going back would do, as far as events tell it.
bool rollback_plan(Work *k, const AwsTask *in, AwsPlan *out);

// ---- fast.c -------------------------------------------------------------------------------------

// Whether functions were changed past CloudFormation; uses nothing of `d` but its bucket.
bool fast_marked(const Deployment *d, Arena *a, bool *marked, Err *err);
// Gives them what the stack says, where d->marked says that there are any.
bool fast_heal(Deployment *d);

// ---- look.c -------------------------------------------------------------------------------------

// With those of nested stacks.
bool resources_of(Client *c, Arena *a, Str stack, Str path, AwsResourceVec *out, Err *err);

// The templates of the nested stacks that a template makes, where there are any.
bool nested_templates(Client *c, Arena *a, Str stack, Str main, AwsTemplateVec *out, Err *err);

// ---- The operations: AwsApi tells what each does
// -------------------------------------------------

AwsEnd deploy_stack(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err);
AwsEnd resume_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
AwsEnd cancel_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
AwsEnd destroy_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
AwsEnd rollback_stack(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
AwsEnd drift_stack(Aws *w, Arena *a, const AwsTask *in, AwsDriftVec *drifts, AwsResult *out,
                   Err *err);
AwsEnd fast_stack(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err);
bool status_of(Aws *w, Arena *a, const AwsTarget *target, bool *there, AwsStack *stack,
               AwsResourceVec *resources, Err *err);
bool deployed_of(Aws *w, Arena *a, const AwsTarget *target, AwsDeployed *out, Err *err);
Str policy_of(Arena *a, const AwsDeploy *in, Str region);
bool parameters_of(Aws *w, Arena *a, const AwsDeploy *in, AwsPairVec *out, Err *err);
bool stacks_of(Aws *w, Arena *a, Str project, AwsStackVec *out, Err *err);
bool logs_of(Aws *w, Arena *a, const AwsLogs *in, Err *err);
bool invoke_function(Aws *w, Arena *a, Str function, Str event, AwsInvoked *out, Err *err);
void endpoints_of(Aws *w, Arena *a, const AwsResourceVec *all, AwsEndpointVec *out);
bool failures_of(Aws *w, Arena *a, const AwsTarget *target, AwsResult *out, Err *err);
