#pragma once
// pluto deploy and its relatives: what they share. Private to cli/.

#include "adapters/adapters.h"
#include "cli/deploy/board.h"
#include "cli/packages.h"
#include "cli/pipeline.h"
#include "generator/plan.h"

#include <cjson/cJSON.h>

// What a shell learns. docs/deploying.md lists them.
enum {
    EXIT_FAILED = 4,     // the deployment failed; what was there before is in force
    EXIT_STUCK = 5,      // somebody has to help; what was printed says how
    EXIT_BUSY = 6,       // another operation is at work on the stack
    EXIT_DENIED = 7,     // credentials or permissions
    EXIT_LIMIT = 8,      // quotas and limits
    EXIT_UNSAFE = 9,     // refused: data, a stack that is not ours, protection
    EXIT_DETACHED = 130, // interrupted
};

int end_code(AwsEnd end);
const char *end_word(AwsEnd end); // "created", for --json
// The engine ends well or badly: whether there is an error to print.
bool end_is_bad(AwsEnd end);

// ---- open.c -------------------------------------------------------------------------------------

typedef struct Deployer {
    const AwsApi *api;
    Aws *aws;
} Deployer;

// The adapter, with credentials as the command line and pluto.yml say.
bool deployer_open(Session *s, const Project *project, Deployer *out, Err *err);
void deployer_close(Deployer *d);
// Reports why AWS could not be asked; gives the exit code.
int deployer_failed(Session *s, const Err *err);
AwsTarget target_of(Arena *a, const Project *project);
// The project at the command's argument, without compiling it. False: reported, with *code.
bool project_find(Session *s, Project *out, int *code);

// Where a deployment's packages are made: .pluto/<stack>.
Str packages_folder(const Session *s, const Compile *c);

// Who we are to AWS. False also where pluto.yml says that the stack belongs into another account.
bool identity_fits(const Deployer *d, Arena *a, const AwsTarget *target, AwsIdentity *out,
                   Err *err);

// Whether the stack is the project's, by its tags.
bool stack_is_own(const AwsStack *stack, const AwsTarget *target, Err *err);

// ---- stand.c ------------------------------------------------------------------------------------

// How a stack stands.
typedef struct Stand {
    int code; // EXIT_…
    const char *words, *next;
} Stand;
Stand stand_of(Str status);
Stand stand_of_stack(const AwsStack *stack);
// Of a stack that is in order.
Stand stand_with_endpoints(Stand stand, const AwsEndpointVec *endpoints);

// ---- words.c ------------------------------------------------------------------------------------

// A reason without what CloudFormation puts around what a service said.
Str reason_plain(Arena *a, Str reason);

// ---- input.c ------------------------------------------------------------------------------------

// What goes to AWS. False where the deployer's environment lacks a variable.
bool deploy_input(Session *s, const Compile *c, const PackOutput *packages, AwsDeploy *out,
                  Err *err);
// Of that, the templates alone: what needs no packages.
void deploy_templates(Arena *a, const Compile *c, AwsDeploy *out);

// ---- review.c -----------------------------------------------------------------------------------

// What is deployed, as far as it is compared with a compile.
typedef struct Deployed {
    Str name;          // "what is deployed", for the title
    Str template_json; // empty: there is none
    const AwsTemplateVec *nested;
    const AwsPairVec *parameters_before, *parameters; // before, and what they would be
} Deployed;

// From the templates alone.
bool review_compare(Arena *a, const Compile *c, const Deployed *from, Plan *out, Err *err);
// A property's value as it may be shown: what looks like a secret is said to be hidden.
Str review_value(Arena *a, Str value);
// With CloudFormation's word on what happens to each resource.
bool review_make(Arena *a, const Compile *c, const AwsPlan *plan, Plan *out, Err *err);
// Of a rollback: from what failed to what was there before, as far as that is known.
bool review_rollback(Arena *a, const AwsTarget *target, const AwsPlan *plan, Plan *out, Err *err);

// ---- places.c -----------------------------------------------------------------------------------

typedef struct Place {
    Str owner; // "Function/chatbot"
    ArchPlace at;
} Place;

// From each logical id of the template to the program.
Map places_read(Arena *a, const Output *output);
// Of one template; what is deployed names owners alone.
void places_add(Arena *a, Str template_json, Map *out);
const Place *places_find(const Map *places, Str id); // or NULL

// ---- owned.c ------------------------------------------------------------------------------------

// What belongs to a function of the program, at AWS.
typedef struct Owned {
    Str name;     // "chatbot"
    Str physical; // its name at AWS
    bool raw;     // it takes events as they come
} Owned;
typedef Vec(Owned) OwnedVec;

// The deployed resources of a type ("AWS::Logs::LogGroup") that belong to functions; of one where
// `function` is not empty. False also where there is no stack, or no such function.
bool owned_find(Session *s, const Deployer *d, const AwsTarget *target, const char *type,
                Str function, OwnedVec *out, Err *err);

// ---- teller.c -----------------------------------------------------------------------------------

typedef struct Teller {
    Session *s;
    const Map *places;      // or NULL
    const Compile *compile; // what is deployed; NULL: nothing is
    Board *board;           // or NULL: lines one below the other
    bool json, color, can_ask;
    bool unasked;     // somebody should have been asked, and there is nobody
    bool warns;       // a plan was shown that widens permissions or opens a way in
    const char *verb; // "deploy", for the question
    Str name;         // the stack's
    AwsTarget target; // whose a rollback is
} Teller;

// `name`: the stack's own, whose events are no resource's.
void teller_open(Session *s, const Map *places, const char *verb, Str name, Teller *out);
void teller_event(void *context, const AwsEvent *event);          // an AwsSink
AwsAnswer teller_ask(void *context, const AwsQuestion *question); // an AwsAsk
// A plan with our reading of the templates; false where there are none to compare.
bool teller_review(const Teller *t, Arena *a, const AwsPlan *plan, Plan *out);
// The end: outputs or failures, and the exit code.
int teller_end(const Teller *t, const AwsResult *result, const Err *err);

// ---- costs.c ------------------------------------------------------------------------------------

void costs_put(Buf *b, const Map *places, const AwsCostVec *costs); // nothing where there are none
cJSON *costs_json(Arena *a, const Map *places, const AwsCostVec *costs);

// ---- json.c -------------------------------------------------------------------------------------

void json_event(const Teller *t, const AwsEvent *event);
void json_plan(const Teller *t, const AwsPlan *plan);
void json_end(const Teller *t, const AwsResult *result, const Err *err);

int deploy_run(Session *s);
int destroy_run(Session *s);
// Brings it there, with --fast past CloudFormation where only code has changed.
int stack_deploy(Session *s, const Compile *c, const PackOutput *packages, const Deployer *d);
int watch_deploys(Session *s); // pluto watch
int destroy_project(Session *s, const Project *project);
int rollback_run(Session *s);
int stack_run(Session *s);
int status_run(Session *s);
int outputs_run(Session *s);
int drift_run(Session *s);
int deployed_logs_run(Session *s);
int deployed_invoke_run(Session *s);
// Whether the command line means what is deployed, not what runs here.
bool means_deployed(const Session *s);
int diff_run(Session *s); // against what is deployed
