#pragma once
// The token that `aws sso login` leaves in ~/.aws/sso/cache. Private to creds/.

#include "adapters/aws/creds/provide.h"

typedef struct SsoToken {
    Str access, refresh, client_id, client_secret;
    Str start_url, region, registration; // registration: when the client's own ends, as it is said
    int64_t expires;
} SsoToken;

typedef struct SsoConfig {
    Str profile;
    Str session; // of `[sso-session NAME]`; empty: the profile says it itself
    Str start_url, region, account, role;
} SsoConfig;

// False where there is no token that is of any use: err says how to log in.
bool sso_token(Search *s, const SsoConfig *c, SsoToken *out, Err *err);
// "its login has ended", with the command that renews it.
bool sso_login_ended(Search *s, const SsoConfig *c, const char *why, Err *err);

// Pure, for tests: false where it is no token.
bool sso_token_read(Arena *a, Str json, SsoToken *out, Err *err);
Str sso_token_text(Arena *a, const SsoToken *t); // JSON, as the AWS CLI writes it

// Where IAM Identity Center is asked: "https://oidc.eu-west-1.amazonaws.com", or what the user set
// for it (key "sso_oidc").
typedef struct SsoHost {
    Str url, host;
    bool local;
} SsoHost;
bool sso_host(Search *s, const char *name, const char *key, Str region, SsoHost *out, Err *err);
