#pragma once
// CloudFormation's operations, typed. Private to adapters/aws.
//
// Each is false where there is no answer or AWS refuses, with err; refusals that a caller has to
// tell apart come in a CfnRefusal, and then the operation is true.

#include "adapters/adapters.h"
#include "adapters/aws/client.h"
#include "adapters/aws/query.h"
#include "adapters/aws/xml.h"

typedef struct CfnRefusal {
    Str code, message; // empty: it was not refused
} CfnRefusal;

// One call, its reply's XML below <…Result>. A reply that is cut off is asked for again where that
// does no harm.
bool cfn_call(Client *c, Arena *a, const char *operation, const Query *form, bool safe,
              CfnRefusal *refusal, const Xml **result, Err *err);
// Whether a refusal says that a stack or change set is not there, in any of CloudFormation's words.
bool cfn_is_missing(const CfnRefusal *r);
// Whether it says that the stack was left as it failed by an operation in Express mode.
bool cfn_is_express_left(const CfnRefusal *r);
// Says a refusal in err, as aws_refused does; false.
bool cfn_refused(const char *operation, const CfnRefusal *r, Err *err);

// ---- Stacks: stacks.c ---------------------------------------------------------------------------

// By name or ARN. *there is false where it does not exist.
bool cfn_stack(Client *c, Arena *a, Str stack, bool *there, AwsStack *out, Err *err);
bool cfn_stacks(Client *c, Arena *a, AwsStackVec *out, Err *err); // all that exist
bool cfn_resources(Client *c, Arena *a, Str stack, AwsResourceVec *out, Err *err);
// As it was handed in. Empty where there is none.
bool cfn_template(Client *c, Arena *a, Str stack, Str *out, Err *err);
bool cfn_delete(Client *c, Arena *a, Str stack, Str token, const Str *retain, uint32_t retain_count,
                CfnRefusal *refusal, Err *err);
bool cfn_protect(Client *c, Arena *a, Str stack, bool protect, Err *err);
bool cfn_cancel(Client *c, Arena *a, Str stack, Str token, CfnRefusal *refusal, Err *err);
// RollbackStack, out of CREATE_FAILED and UPDATE_FAILED.
bool cfn_rollback(Client *c, Arena *a, Str stack, Str token, CfnRefusal *refusal, Err *err);
bool cfn_continue_rollback(Client *c, Arena *a, Str stack, Str token, const Str *skip,
                           uint32_t skip_count, CfnRefusal *refusal, Err *err);

// ---- Change sets: changes.c ---------------------------------------------------------------------

typedef struct CfnChangeSetInput {
    Str stack, name, token, description;
    bool creates;
    Str template_body, template_url; // one of them
    const AwsPair *parameters, *tags;
    uint32_t parameter_count, tag_count;
    bool named_iam; // the template names roles or policies
    bool iam;       // the template makes any
    bool nested;
    bool express; // then `no_rollback` is of the change set, and not said again when it is executed
    bool no_rollback;
} CfnChangeSetInput;

typedef struct CfnChangeSet {
    bool there;
    Str arn, stack_id, name, status, reason, execution, description, created;
    Vec(AwsChange) changes;
    // Of nested stacks: the change set of changes.at[i], empty where it has none.
    Vec(Str) nested;
} CfnChangeSet;

bool cfn_change_set_create(Client *c, Arena *a, const CfnChangeSetInput *in, Str *arn,
                           Str *stack_id, CfnRefusal *refusal, Err *err);
// `stack` may be empty where `name` is an ARN. `values`: with what properties were and will be.
bool cfn_change_set(Client *c, Arena *a, Str stack, Str name, bool values, CfnChangeSet *out,
                    Err *err);
bool cfn_change_set_delete(Client *c, Arena *a, Str stack, Str name, Err *err);
// `no_rollback` may be NULL: as the change set says, which is so in Express mode.
bool cfn_change_set_execute(Client *c, Arena *a, Str stack, Str arn, Str token,
                            const bool *no_rollback, CfnRefusal *refusal, Err *err);

typedef struct CfnSummary {
    Str arn, name, status, execution, description;
} CfnSummary;
typedef Vec(CfnSummary) CfnSummaryVec;
bool cfn_change_sets(Client *c, Arena *a, Str stack, CfnSummaryVec *out, Err *err);

// ---- Events: events.c ---------------------------------------------------------------------------

typedef struct CfnEvent {
    Str event, operation, token, time;
    Str stack_id, stack_name;
    Str id, physical, resource, status, reason;
    Str properties;                     // JSON, as they were worked out
    Str hook, hook_status, hook_reason; // empty where it is no hook's
} CfnEvent;
typedef Vec(CfnEvent) CfnEventVec;

// One page, newest first; *next is empty at the end.
bool cfn_events(Client *c, Arena *a, Str stack, Str next_token, CfnEventVec *out, Str *next,
                CfnRefusal *refusal, Err *err);

// What the checks before a deployment found wrong, and what hooks did.
typedef struct CfnFinding {
    Str id, resource, path, name, reason;
    bool fails; // else it is only said
} CfnFinding;
typedef Vec(CfnFinding) CfnFindingVec;

// *there is false where this may not be asked.
bool cfn_findings(Client *c, Arena *a, Str stack, Str change_set, bool *there, CfnFindingVec *out,
                  Err *err);
bool cfn_hooks(Client *c, Arena *a, Str change_set, bool *there, CfnFindingVec *out, Err *err);

// ---- Drift: drift.c -----------------------------------------------------------------------------

bool cfn_drift_start(Client *c, Arena *a, Str stack, Str *id, CfnRefusal *refusal, Err *err);
bool cfn_drift_status(Client *c, Arena *a, Str id, Str *status, Str *reason, Err *err);
bool cfn_drifts(Client *c, Arena *a, Str stack, AwsDriftVec *out, Err *err);
