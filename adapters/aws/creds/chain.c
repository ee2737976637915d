// The order in which places are asked for credentials: that of the AWS CLI.
//
// In: a search. Out: the first grant, and a step for each place that was looked at. Invariant: what
// is set up and broken ends the search.

#include "adapters/aws/creds/provide.h"

typedef struct Place {
    const char *name;
    Provider provide;
    bool skipped_when_chosen; // --profile stands above it
} Place;

static const Place PLACES[] = {
    {"environment", provide_environment, true},
    {"credentials file", provide_shared, false},
    {"config file", provide_config, false},
};

// ---- Words --------------------------------------------------------------------------------------

void step_add(Search *s, Str place, Str finding) {
    vec_push(s->a, &s->steps, (CredsStep){.place = place, .finding = finding});
}

void step_warn(Search *s, Str place, Str finding) {
    vec_push(s->a, &s->steps, (CredsStep){.place = place, .finding = finding, .warns = true});
}

Str profile_shown(Search *s, Str profile) {
    return str_fmt(s->a, "profile `%.*s`", STR_ARG(str_visible(s->a, str_slice(profile, 0, 100))));
}

Str key_shown(Arena *a, Str id) {
    enum { SHOWN = 4, LONG_ENOUGH = 16 };
    if (id.n < LONG_ENOUGH)
        return STR("a key");
    return str_fmt(a, "key …%.*s", STR_ARG(str_visible(a, str_slice(id, id.n - SHOWN, id.n))));
}

// ---- The search ---------------------------------------------------------------------------------

static bool nothing(Search *s, Err *err) {
    Str profile = profile_shown(s, s->profile);
    if (profiles_has(s->files, s->profile))
        err_set(err, ERR_ACCESS, "no credentials: %.*s has none, and neither has the environment",
                STR_ARG(profile));
    else
        err_set(err, ERR_ACCESS, "no credentials: none in the environment, no profile in `%.*s`",
                STR_ARG(str_visible(s->a, str_slice(s->files->config.path, 0, 200))));
    err_hint(err,
             "`aws configure`, `aws configure sso` or `aws login` sets them up; `pluto doctor` "
             "says where pluto looks");
    return false;
}

bool chain_find(Search *s, Grant *out, Err *err) {
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        if (s->chosen && PLACES[i].skipped_when_chosen) {
            step_add(s, str_of(PLACES[i].name), STR("left out: --profile was given"));
            continue;
        }
        *out = (Grant){0};
        Found found = PLACES[i].provide(s, s->profile, out, err);
        if (found == FOUND_NOTHING)
            continue;
        if (s->steps.n)
            vec_last(&s->steps).won = found == FOUND;
        return found == FOUND;
    }
    return nothing(s, err);
}
