// Where credentials and region would come from, for `pluto doctor`.
//
// In: options, environment, files. Out: what was looked at and found. Invariant: no request, no
// program, no secret.

#include "adapters/aws/look.h"

#include "adapters/aws/creds/creds.h"

bool aws_look(Arena *a, const AwsOptions *options, AwsLook *out, Err *err) {
    CredsOptions o = {.profile = options->profile,
                      .region = options->region,
                      .settings_region = options->settings_region,
                      .role_arn = options->role_arn,
                      .external_id = options->external_id,
                      .terminal = options->terminal};
    Creds *creds;
    CredsLook seen;
    *out = (AwsLook){0};
    if (!creds_open(a, options->host, NULL, &o, &creds, err))
        return false;
    bool good = creds_look(creds, a, &seen, err);
    creds_close(creds);
    out->source = seen.source;
    out->key = seen.key;
    out->account = seen.account;
    out->region = seen.region;
    out->region_why = seen.why;
    for (uint32_t i = 0; i < seen.steps.n; i++) {
        const CredsStep *s = &seen.steps.at[i];
        vec_push(a, &out->seen, (AwsSeen){s->place, s->finding, s->won, s->warns});
    }
    return good;
}
