#pragma once
// What commands ask of AWS: deploy, follow, recover, look, take down. Part of adapters.h.
//
// Everything is typed: no JSON crosses this seam. An operation works in the caller's thread and
// tells what happens through a sink; where somebody has to decide, it asks. All texts come from the
// network as they are: whoever prints them uses str_visible.

#include "base/base.h"

// ---- Who and what -------------------------------------------------------------------------------

typedef struct AwsOptions {
    Host *host;
    Str profile, region;                    // --profile, --region; empty: not given
    Str settings_region;                    // pluto.yml's
    Str role_arn, external_id;              // --role-arn, or pluto.yml's
    Str state;                              // absolute: the project's .pluto/deploys
    Str version;                            // of pluto, for descriptions
    bool terminal;                          // somebody can be asked for an MFA code
    bool insecure;                          // --insecure-endpoint
    void (*trace)(void *context, Str line); // of every request, for --verbose; or NULL
    void *context;
} AwsOptions;

// A stack of a project.
typedef struct AwsTarget {
    Str project, stack; // as its tags say
    Str name;           // CloudFormation's: stack_name() of the generator
    Str account;        // the account that it must be (pluto.yml), or empty
} AwsTarget;

typedef struct AwsPair {
    Str key, value;
} AwsPair;
typedef Vec(AwsPair) AwsPairVec;

typedef struct AwsIdentity {
    Str account, arn, region, partition;
    Str source; // where the credentials come from, for people
} AwsIdentity;

// Where credentials and region would come from.
typedef struct AwsSeen {
    Str place, finding; // without a secret
    bool won;
    bool warns; // worth telling even those who did not ask
} AwsSeen;

typedef struct AwsLook {
    Str source;             // "profile `dev`, SSO session `corp`"
    Str key;                // "key …WXYZ, temporary"; empty where it is handed out when needed
    Str account;            // where it is known
    Str region, region_why; // "eu-west-1", "AWS_REGION"; both empty: none
    Vec(AwsSeen) seen;      // a line a place, in the order of the search
} AwsLook;

// ---- While it works -----------------------------------------------------------------------------

typedef enum AwsPhase {
    AWS_PHASE_RESOLVE,   // who are we, where
    AWS_PHASE_LOOKUP,    // what is there
    AWS_PHASE_PREFLIGHT, // what would fail later: quotas, names, images, permissions
    AWS_PHASE_ARTIFACTS, // packages into the bucket
    AWS_PHASE_CHANGES,   // CloudFormation works out what would change
    AWS_PHASE_REVIEW,    // somebody looks at it
    AWS_PHASE_EXECUTE,   // asked for; from here on it goes on without us
    AWS_PHASE_FOLLOW,
    AWS_PHASE_VERIFY, // endpoints, functions
    AWS_PHASE_OUTPUTS,
    AWS_PHASE_CLEAN, // what we made and do not need is taken away
    AWS_PHASE_DELETE,
    AWS_PHASE_COUNT
} AwsPhase;

typedef enum AwsEventType {
    AWS_EVENT_PHASE,    // a phase begins
    AWS_EVENT_UPLOAD,   // id, bytes, reused: a package or template is in the bucket
    AWS_EVENT_RESOURCE, // what CloudFormation did, in its order, each once
    AWS_EVENT_PROGRESS, // id, type, text: why a resource takes long ("Creating", "Updating")
    AWS_EVENT_NOTE,     // text
    AWS_EVENT_WARNING,  // text
    AWS_EVENT_OUTPUT,   // id, text: an output that is there while something still comes up
    AWS_EVENT_BEAT,     // nothing new for a while; seconds, done, total
    AWS_EVENT_TICK,     // time passes, for what is drawn in place; a few times a second
} AwsEventType;

typedef struct AwsEvent {
    AwsEventType type;
    AwsPhase phase;
    Str text;
    Str stack;                                  // CloudFormation's name of the (nested) stack
    Str id, physical, resource, status, reason; // resource: "AWS::Lambda::Function"
    Str time;                                   // as AWS says it: 2026-01-31T12:00:00.000Z
    uint64_t bytes;
    bool reused;
    uint32_t done, total; // resources, as far as they are known
    double seconds;       // since the operation began
} AwsEvent;

typedef void (*AwsSink)(void *context, const AwsEvent *event);

// ---- What would change --------------------------------------------------------------------------

typedef enum AwsReplacement { AWS_KEPT, AWS_MAY_BE_REPLACED, AWS_REPLACED } AwsReplacement;

typedef struct AwsChangeDetail {
    Str attribute;     // "Properties", "Tags", "Metadata", …
    Str name, path;    // "MemorySize", "/Properties/MemorySize"
    Str recreation;    // "Never", "Conditionally", "Always"
    Str cause;         // "FunctionRole.Arn", "ArtifactBucket"; empty: the template itself
    Str before, after; // where CloudFormation tells; never of what is hidden
} AwsChangeDetail;

typedef struct AwsChange {
    Str action; // "Add", "Modify", "Remove", "Import", "Dynamic", "SyncWithActual"
    Str policy; // "Delete", "Retain", "Snapshot", "ReplaceAndDelete", … or empty
    AwsReplacement replacement;
    Str stack; // logical ids of the nested stacks it is in, with '/'; empty: the main one
    Str id, physical, resource;
    bool keeps_data; // its kind holds what nobody can make again (tables, buckets, queues, …)
    bool loses_data; // and this change, or its nested stack's removal, would take that away
    Vec(AwsChangeDetail) details;
} AwsChange;

// A nested template that is deployed.
typedef struct AwsTemplate {
    Str id; // its stack's logical id
    Str json;
} AwsTemplate;
typedef Vec(AwsTemplate) AwsTemplateVec;

// What bills while nobody uses it: an endpoint's instances of one type.
typedef struct AwsCost {
    Str stack, id;          // as in AwsChange: the endpoint
    Str instance;           // "ml.g5.2xlarge"
    uint32_t before, after; // instances
    bool known;             // else nobody could say what an hour of one costs
    double hour;            // dollars, of one
} AwsCost;
typedef Vec(AwsCost) AwsCostVec;

typedef struct AwsPlan {
    bool creates; // there is no stack yet
    Str change_set;
    Vec(AwsChange) changes; // without those that only move in the program's text
    AwsIdentity identity;
    Str template_before;          // what is deployed now; empty: nothing
    AwsTemplateVec nested_before; // and its nested templates
    Str template_after;           // of a rollback: what would be deployed, as far as it is known
    AwsPairVec parameters_before, parameters;
    AwsCostVec costs; // as deployed and as it would be
} AwsPlan;

typedef enum AwsQuestionType {
    AWS_ASK_CHANGES,  // plan
    AWS_ASK_REMAINS,  // text: a stack that failed before has to go first
    AWS_ASK_DESTROY,  // plan: what will be deleted, and what stays
    AWS_ASK_ROLLBACK, // plan: what goes back to what it was
} AwsQuestionType;

typedef struct AwsQuestion {
    AwsQuestionType type;
    const AwsPlan *plan;
    Str text;
    bool shown; // nobody decides: a plan alone, or what will be refused
    int wake;   // a descriptor that becomes readable when SIGINT or SIGTERM came: answer AWS_LEFT
} AwsQuestion;

typedef enum AwsAnswer { AWS_YES, AWS_NO, AWS_LEFT } AwsAnswer;
typedef AwsAnswer (*AwsAsk)(void *context, const AwsQuestion *question);

// ---- How it ended -------------------------------------------------------------------------------

typedef enum AwsEnd {
    AWS_END_CREATED,
    AWS_END_UPDATED,
    AWS_END_UNCHANGED,
    AWS_END_DESTROYED,
    AWS_END_DONE,        // other operations
    AWS_END_NOTHING,     // there is nothing to take up, to stop, to go back from
    AWS_END_PLANNED,     // shown, nothing done
    AWS_END_DECLINED,    // somebody said no; nothing done
    AWS_END_WORLD,       // from here on `err` says what happened
    AWS_END_FAILED,      // the deployment failed and was rolled back
    AWS_END_STUCK,       // the stack needs somebody's help; the hint says how
    AWS_END_BUSY,        // another operation is under way
    AWS_END_DENIED,      // credentials, permissions
    AWS_END_LIMIT,       // quotas and limits
    AWS_END_UNSAFE,      // refused: data, foreign stacks, protection
    AWS_END_INTERRUPTED, // before anything was changed; all is clean
    AWS_END_DETACHED,    // it goes on at AWS
    AWS_END_COUNT
} AwsEnd;

typedef struct AwsFailure {
    Str stack; // as in AwsChange
    Str id, physical, resource, status;
    Str reason; // AWS's words, or `ours`
    Str code;   // "NotFound", "AccessDenied", where AWS tells it
    Str remedy; // what to do, or empty
    bool ours;  // nobody has tried: it was seen beforehand
    bool back;  // while CloudFormation went back
} AwsFailure;

typedef struct AwsResult {
    AwsEnd end;
    Str name, id, status; // of the stack, CloudFormation's
    bool express;         // what was done to it last was done in Express mode
    AwsPairVec outputs;
    AwsIdentity who;          // empty where nobody was asked
    Vec(AwsFailure) failures; // the first is the root of the others
    Vec(Str) left;            // what stays behind after a destroy, for people: kind and name
    uint32_t calls;           // requests to AWS
    double seconds;
} AwsResult;

// ---- What is asked for --------------------------------------------------------------------------

// What a template needs in the bucket: a function's package, or a nested template.
typedef struct AwsAsset {
    Str id;        // "Function/chatbot", or the nested template's file name
    Str name;      // "chatbot": leads the key
    Str file;      // absolute; or
    Str text;      // the bytes themselves
    Str sha256;    // 64 hex digits; of a text: empty, it is computed
    Str parameter; // of the main template: gets the key
    int32_t index; // into that parameter's list, -1 where it is the key itself
} AwsAsset;

typedef struct AwsDeploy {
    AwsTarget target;
    Str template_json;
    Str arch_json;
    const AwsAsset *assets;
    uint32_t asset_count;
    const AwsPair *parameters; // of the template, beside the bucket and the assets
    uint32_t parameter_count;
    const AwsPair *tags; // of the stack, beside pluto's own
    uint32_t tag_count;
    bool plan;          // show and stop
    bool wait;          // where another operation is at work: wait for its end, then plan anew
    bool allow_replace; // data may be lost
    bool no_rollback;   // what fails stays as it is, to be looked at
    bool express;       // CloudFormation does not wait for what comes up: that is followed here
    bool unchecked;     // do not look beforehand for what would fail
    AwsSink sink;
    AwsAsk ask;
    void *context; // of both
} AwsDeploy;

// Of operations on a stack that is there: nothing is compiled for them.
typedef struct AwsTask {
    AwsTarget target;
    bool wait;
    bool force;     // destroy: lift the stack's protection; rollback: go on until it is through
    const Str *ids; // destroy: logical ids to retain; rollback: to skip
    uint32_t id_count;
    bool data;          // destroy: also delete what the template retains
    bool allow_replace; // rollback: data may be lost
    AwsSink sink;
    AwsAsk ask; // or NULL: yes
    void *context;
} AwsTask;

typedef struct AwsResource {
    Str stack; // as in AwsChange
    Str id, physical, resource, status, reason, time;
} AwsResource;
typedef Vec(AwsResource) AwsResourceVec;

typedef enum AwsEndpointState {
    AWS_ENDPOINT_WELL,
    AWS_ENDPOINT_COMING,  // still comes up
    AWS_ENDPOINT_BEHIND,  // in service, with another configuration than CloudFormation believes
    AWS_ENDPOINT_DEAD,    // can only be deleted
    AWS_ENDPOINT_UNKNOWN, // nobody could be asked
} AwsEndpointState;

typedef struct AwsEndpoint {
    Str id, name;
    Str status; // SageMaker's word; empty where there is none
    Str reason; // what SageMaker says of it, or why it could not be asked; may be empty
    AwsEndpointState state;
} AwsEndpoint;
typedef Vec(AwsEndpoint) AwsEndpointVec;

typedef struct AwsStack {
    Str name, id, status, reason, description;
    Str created, updated;
    Str project, stack; // by its tags; empty: not pluto's
    Str parent;         // of a nested stack: ARN
    bool protected;
    bool express;  // what was done to it last was done in Express mode
    Str operation; // id of the last operation, where AWS tells it
    Str arch_key;  // of the deployed arch.json, in the bucket
    AwsPairVec outputs, tags, parameters;
} AwsStack;
typedef Vec(AwsStack) AwsStackVec;

typedef struct AwsDriftValue {
    Str path, expected, actual, type; // type: "NOT_EQUAL", "ADD", "REMOVE"
} AwsDriftValue;

typedef struct AwsDrift {
    Str id, physical, resource, status; // "MODIFIED", "DELETED"
    Vec(AwsDriftValue) values;
} AwsDrift;
typedef Vec(AwsDrift) AwsDriftVec;

typedef struct AwsDeployed {
    bool there;
    AwsStack stack;
    Str template_json, arch_json; // arch_json empty: not kept, or not readable
    AwsTemplateVec nested;
} AwsDeployed;

typedef struct AwsLogLine {
    uint32_t group; // of AwsLogs.groups
    int64_t time;   // milliseconds since 1970
    Str stream, text;
} AwsLogLine;

typedef struct AwsLogs {
    const Str *groups; // names of log groups
    uint32_t count;
    int64_t since;                                       // milliseconds since 1970
    bool follow;                                         // goes on until the sink has enough
    bool (*sink)(void *context, const AwsLogLine *line); // false: enough
    void *context;
} AwsLogs;

typedef struct AwsInvoked {
    bool failed; // by the function itself
    Str body;    // JSON
    Str log;     // the end of what it wrote
} AwsInvoked;

typedef struct Aws Aws;

// Operations on one Aws one after the other. Those that give an AwsEnd fill *out, and err from
// AWS_END_WORLD on. The others are false with err.
typedef struct AwsApi {
    Aws *(*open)(Arena *a, const AwsOptions *options, Err *err);
    void (*close)(Aws *w);
    bool (*identity)(Aws *w, Arena *a, AwsIdentity *out, Err *err);
    // Asks nobody and runs nothing; needs neither open nor `state`. False with why there are no
    // credentials; what is known is in *out all the same.
    bool (*look)(Arena *a, const AwsOptions *options, AwsLook *out, Err *err);

    AwsEnd (*deploy)(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err);
    // Takes up a deployment that was interrupted, detached or killed, by its journal; where there
    // is none, follows what is under way. Never asks. AWS_END_NOTHING: nothing had been agreed to
    // yet, or nothing is under way; then deploy() is what goes on.
    AwsEnd (*resume)(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
    // Stops a deployment: an update is rolled back, a first creation deleted.
    AwsEnd (*cancel)(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
    AwsEnd (*destroy)(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);
    // Out of UPDATE_ROLLBACK_FAILED, CREATE_FAILED and UPDATE_FAILED, when somebody agreed.
    AwsEnd (*rollback)(Aws *w, Arena *a, const AwsTask *in, AwsResult *out, Err *err);

    // *there: whether there is such a stack; resources with those of nested stacks.
    bool (*status)(Aws *w, Arena *a, const AwsTarget *target, bool *there, AwsStack *stack,
                   AwsResourceVec *resources, Err *err);
    // What is deployed, to be compared.
    bool (*deployed)(Aws *w, Arena *a, const AwsTarget *target, AwsDeployed *out, Err *err);
    // The parameters that a deployment would hand in, but for the bucket. Asks nobody.
    bool (*parameters)(Aws *w, Arena *a, const AwsDeploy *in, AwsPairVec *out, Err *err);
    // The stacks of a project (empty: all of pluto's) in this account and region, by name.
    bool (*stacks)(Aws *w, Arena *a, Str project, AwsStackVec *out, Err *err);
    // Compares what is there with what was deployed, resource by resource.
    AwsEnd (*drift)(Aws *w, Arena *a, const AwsTask *in, AwsDriftVec *drifts, AwsResult *out,
                    Err *err);
    // What SageMaker says of the endpoints among a stack's resources: CloudFormation does not learn
    // of one that fails or goes back later.
    void (*endpoints)(Aws *w, Arena *a, const AwsResourceVec *resources, AwsEndpointVec *out);
    // The resources of a stack that failed last, root first.
    bool (*failures)(Aws *w, Arena *a, const AwsTarget *target, AwsResult *out, Err *err);
    // Changed code straight to the functions, for development: assets of functions alone.
    AwsEnd (*fast)(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err);
    // What functions wrote, in the order of time, each line once. A group that is not there is
    // empty.
    bool (*logs)(Aws *w, Arena *a, const AwsLogs *in, Err *err);
    // Calls a function by its name at Lambda, and waits. `event`: JSON.
    bool (*invoke)(Aws *w, Arena *a, Str function, Str event, AwsInvoked *out, Err *err);
    // The least that a deployer has to be allowed, to deploy, update and destroy these templates,
    // as a policy of IAM. `region` may be empty, as may the target's account. Asks nobody.
    Str (*policy)(Arena *a, const AwsDeploy *in, Str region);
} AwsApi;
