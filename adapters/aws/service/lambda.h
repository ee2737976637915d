#pragma once
// Lambda's operations that a deployment needs. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct LambdaState {
    bool there;
    Str state, reason;         // "Active", "Pending", "Failed", "Inactive"
    Str update, update_reason; // "Successful", "InProgress", "Failed"
    Str code_sha256;           // base64
    Str revision;
} LambdaState;

bool lambda_state(Client *c, Arena *a, Str function, LambdaState *out, Err *err);
// The same of what one can do without: not waited for.
bool lambda_there(Client *c, Arena *a, Str function, bool *there, Err *err);

// Of the account in its region; a limit of 0 is not known.
typedef struct LambdaAccount {
    double code_bytes, code_limit;
    double concurrent, unreserved; // executions: all that it may have, what no function reserves
} LambdaAccount;
bool lambda_account(Client *c, Arena *a, LambdaAccount *out, Err *err);
// Whether its code is the package with this SHA-256, as 64 hex digits.
bool lambda_runs(const LambdaState *s, Str sha256);

typedef struct LambdaCode {
    Str function, bucket, key;
} LambdaCode;
// What Lambda says in the end is in *out; *busy: an update of it is under way.
bool lambda_code(Client *c, Arena *a, const LambdaCode *in, bool *busy, LambdaState *out, Err *err);

typedef struct LambdaUrl {
    bool there;
    Str auth, mode; // "NONE", "AWS_IAM"; "BUFFERED", "RESPONSE_STREAM"
    Str cors;       // JSON; empty: none
} LambdaUrl;
bool lambda_url(Client *c, Arena *a, Str function, LambdaUrl *out, Err *err);
// Who may call it, beside those whom their own policies allow: a policy of IAM; empty: nobody.
bool lambda_policy(Client *c, Arena *a, Str function, Str *out, Err *err);

typedef struct LambdaAnswer {
    bool there, failed; // failed: by the function itself
    Str body;
    Str log; // its last 4 KB
} LambdaAnswer;
// Waits for the answer. `event`: JSON.
bool lambda_invoke(Client *c, Arena *a, Str function, Str event, LambdaAnswer *out, Err *err);
