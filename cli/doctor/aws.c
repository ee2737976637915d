// AWS: the region, and where credentials would come from.
//
// Input: what the adapter for AWS tells of the environment and of the files that AWS's tools share.
// Output: findings, all for a deployment alone. Invariant: nothing is asked over the network, no
// program is run, and of a key nothing is shown but the last four characters of its id.

#include "adapters/adapters.h"
#include "cli/doctor/doctor.h"

static void look_at_region(Doctor *d, const AwsLook *look, bool read) {
    Finding *f;
    if (look->region.n) {
        f = doctor_add(
            d, "region", HEALTH_GOOD,
            str_fmt(d->a, "%.*s, of %.*s", STR_ARG(look->region), STR_ARG(look->region_why)));
    } else if (!read) {
        f = doctor_add(d, "region", HEALTH_NOTE, STR("not known, as the profile is not"));
    } else {
        f = doctor_add(d, "region", HEALTH_NOTE, STR("none is chosen"));
        f->mend = STR("`region: us-east-1` in pluto.yml, or set AWS_REGION");
    }
    f->for_deploy = true;
}

// A line a place, in the order of the search.
static void add_details(Doctor *d, Finding *f, const AwsLook *look) {
    for (uint32_t i = 0; i < look->seen.n; i++) {
        const AwsSeen *s = &look->seen.at[i];
        vec_push(d->a, &f->details,
                 str_fmt(d->a, "%s%.*s: %.*s", s->won ? "→ " : "", STR_ARG(s->place),
                         STR_ARG(s->finding)));
    }
}

static void look_at_credentials(Doctor *d, const AwsLook *look, const Err *err) {
    Finding *f;
    if (look->source.n) {
        Str how = look->key.n ? look->key : STR("which gives them when they are needed");
        f = doctor_add(d, "credentials", HEALTH_GOOD,
                       str_fmt(d->a, "of %.*s, %.*s%s%.*s", STR_ARG(look->source), STR_ARG(how),
                               look->account.n ? ", account " : "", STR_ARG(look->account)));
    } else {
        f = doctor_add(d, "credentials", HEALTH_NOTE, str_dup(d->a, str_of(err->message)));
        f->mend = str_dup(d->a, str_of(err->hint));
    }
    f->for_deploy = true;
    add_details(d, f, look);
}

// What goes on working, and is perhaps not what was meant.
static void look_at_warnings(Doctor *d, const AwsLook *look) {
    for (uint32_t i = 0; i < look->seen.n; i++) {
        const AwsSeen *s = &look->seen.at[i];
        if (!s->warns)
            continue;
        Finding *f =
            doctor_add(d, "credentials", HEALTH_NOTE,
                       str_fmt(d->a, "%.*s: %.*s", STR_ARG(s->place), STR_ARG(s->finding)));
        f->for_deploy = true;
    }
}

void doctor_aws(Doctor *d) {
    const Args *args = &d->s->args;
    Err err = {0};
    const AwsApi *api = adapters_aws(d->a, &err);
    if (!api) {
        Finding *f = doctor_add(d, "credentials", HEALTH_NOTE, str_dup(d->a, str_of(err.message)));
        f->mend = str_dup(d->a, str_of(err.hint));
        f->for_deploy = true;
        return;
    }
    bool own_role = args->role_arn.n > 0;
    AwsOptions o = {.host = d->s->host,
                    .profile = args->profile,
                    .region = args->region,
                    .settings_region = d->region,
                    .role_arn = own_role ? args->role_arn : d->role_arn,
                    .external_id = own_role ? args->external_id : d->external_id};
    AwsLook look = {0};
    bool good = api->look(d->a, &o, &look, &err);
    look_at_region(d, &look, good || look.seen.n);
    look_at_credentials(d, &look, &err);
    look_at_warnings(d, &look);
}
