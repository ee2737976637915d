#pragma once
// Roles are assumed here. Private to creds/.

#include "adapters/aws/creds/provide.h"

typedef struct RoleCall {
    Str arn, session;         // session: empty for one of our own
    Str external_id;          // or empty
    Str mfa_serial, mfa_code; // or empty
    Str token;                // of a web identity: then nothing is signed
    unsigned duration;        // seconds; 0: as the role has it
} RoleCall;

// `source`: who asks; NULL with a token.
bool sts_assume(Search *s, const RoleCall *call, const AwsCredentials *source, AwsCredentials *out,
                Err *err);
