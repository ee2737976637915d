#pragma once
// One deployment: from what the compiler made to what AWS has. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/bucket.h"
#include "adapters/aws/deploy/endpoints.h"
#include "adapters/aws/deploy/template.h"

typedef struct Upload {
    S3Object object;
    Str id; // "Function/chatbot", or what it is
    uint64_t bytes;
    bool present; // it was in the bucket already
} Upload;
typedef Vec(Upload) UploadVec;

struct Deployment {
    Work *k;
    const AwsDeploy *in;
    TemplateFacts facts;
    Str program; // the template without what is added to it
    Str template_sha, arch_key;
    S3Bucket bucket;
    UploadVec uploads;
    AwsPairVec parameters, tags;
    Str template_url; // empty: the template goes along with the request
    Str deployed;     // the program's template that is deployed now, where it was read
    bool creates;
    bool marked; // functions were changed past CloudFormation
    AwsCostVec costs;
    AwsTemplateVec nested; // as deployed, where `nested_read`
    bool nested_read;
    CfnChangeSet set;
    bool express; // this one is in Express mode
    bool left;    // the stack was left as it failed by one in Express mode without a rollback
    EndpointVec endpoints; // of the stack as it was met
    EndpointNameVec names; // that they are to have
};

// ---- prepare.c: no requests ---------------------------------------------------------------------

// Template, keys, tags. Before anything is asked of AWS.
bool prepare(Deployment *d);
// What is deployed now is known: the template gets what has to be added to it.
void prepare_template(Deployment *d);
// Parameters, when the bucket's name is known.
bool prepare_parameters(Deployment *d);
// Whether the stack as it is has the same parameters and tags; hidden ones cannot be compared.
bool same_parameters(const Deployment *d);
bool same_tags(const Deployment *d);

// ---- deployed.c ---------------------------------------------------------------------------------

// The template that is deployed, and d->marked; the bucket that is expected.
bool deployed_read(Deployment *d);

// ---- artifacts.c --------------------------------------------------------------------------------

// All that the template needs is in the bucket.
bool upload_all(Deployment *d);
// Takes away what no deployment of this stack refers to any more and is older than a month.
void artifacts_collect(Deployment *d);
// All that this stack ever uploaded, once it is being deleted. Before it is gone: whoever waits for
// that to deploy anew uploads the same again.
void artifacts_remove(Work *k);

// ---- changes.c ----------------------------------------------------------------------------------

// Asks CloudFormation what would change. Over with AWS_END_UNCHANGED where it is nothing.
bool changes_make(Deployment *d);
// Shows it; somebody decides.
bool changes_review(Deployment *d);
// Our change set, and the stack that stands for nothing but it.
void changes_clean(Deployment *d);

// Sets keeps_data and loses_data.
void change_judge(AwsChange *change);

typedef enum Executed { EXECUTED, EXECUTE_AGAIN, EXECUTE_OVER } Executed;
// EXECUTE_AGAIN: the stack is not any more what the change set was made for.
Executed changes_execute(Work *k);

// ---- outcome.c ----------------------------------------------------------------------------------

// Follows what was executed to its end, and says how it went. `template_json` is what was deployed,
// empty where that is not at hand. True where it went well.
bool outcome(Work *k, Str template_json);
// Endpoints and functions are what the template says: CloudFormation may believe what is not so.
bool verify(Work *k, const Followed *f, Str template_json);
// Warns of URLs and APIs that are not as the template says. False where it was interrupted.
bool verify_urls(Work *k, const Followed *f, Str template_json);
void outputs_read(Work *k);
