#pragma once
// Who we are to AWS: credentials and region, as the AWS CLI finds them. The header of creds/ for
// the rest of adapters/aws.

#include "adapters/aws/http.h"

typedef struct AwsCredentials {
    Str access_key, secret_key, session_token; // the last may be empty
    Str account;                               // 12 digits where the source knows it, else empty
    int64_t expires;                           // Unix seconds; 0: not known to end
} AwsCredentials;

typedef struct CredsOptions {
    Str profile, region;       // --profile, --region; empty: not given
    Str settings_region;       // pluto.yml's, which wins over the environment's
    Str role_arn, external_id; // --role-arn or pluto.yml: assumed on top of what is found
    bool terminal;             // somebody can be asked for an MFA code on /dev/tty
    bool insecure;             // http:// endpoints may be anywhere
} CredsOptions;

typedef struct Creds Creds;

// Reads the environment and the shared files, asks nobody. False where they cannot be understood.
bool creds_open(Arena *a, Host *host, Http *http, const CredsOptions *options, Creds **out,
                Err *err);
void creds_close(Creds *c); // when no thread asks any more; NULL is taken, too

// What is good for at least some minutes more; finds or renews it where needed. Safe from any
// thread; one of them asks, the others wait. `force`: AWS refused what was given last.
bool creds_get(Creds *c, Arena *a, bool force, AwsCredentials *out, Err *err);

// Where the credentials come from, for people: "profile `dev`, SSO session `corp`". After
// creds_get.
Str creds_source(const Creds *c);

// Empty where none was found anywhere.
Str creds_region(const Creds *c);

// A setting of the profile in force, then of nothing: `endpoint_url`, `use_fips_endpoint`; empty
// where it is not set. `services` sections are looked into with service = "cloudformation" and
// the like (then, but for `endpoint_url`, the profile's own block of that name: `s3 =` with what is
// indented below it), NULL for the profile's own.
Str creds_setting(const Creds *c, const char *service, const char *key);

// One line a place that was looked at, and what was found there, without a secret; for `doctor`.
typedef struct CredsStep {
    Str place, finding;
    bool won;
    bool warns; // worth telling even those who did not ask
} CredsStep;
typedef Vec(CredsStep) CredsStepVec;
void creds_steps(const Creds *c, Arena *a, CredsStepVec *out);

// What can be told of them without asking anybody or running anything.
typedef struct CredsLook {
    Str source;      // as creds_source
    Str key;         // "key …WXYZ, temporary"; empty where it is handed out only when needed
    Str account;     // where it is known
    Str region, why; // "eu-west-1", "AWS_REGION"; both empty: none
    CredsStepVec steps;
} CredsLook;
// False with why there are none, steps, region and why filled all the same.
bool creds_look(Creds *c, Arena *a, CredsLook *out, Err *err);
