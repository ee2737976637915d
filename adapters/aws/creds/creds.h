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
} CredsOptions;

typedef struct Creds Creds;

// Reads the environment and the shared files, asks nobody. False where they cannot be understood.
bool creds_open(Arena *a, Host *host, Http *http, const CredsOptions *options, Creds **out,
                Err *err);

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
// the like, NULL for the profile's own.
Str creds_setting(const Creds *c, const char *service, const char *key);

// One line a place that was looked at, and what was found there, without a secret; for `doctor`.
typedef struct CredsStep {
    Str place, finding;
    bool won;
} CredsStep;
typedef Vec(CredsStep) CredsStepVec;
void creds_steps(const Creds *c, Arena *a, CredsStepVec *out);
