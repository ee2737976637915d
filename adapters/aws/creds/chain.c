// The order in which places are asked for credentials: that of the AWS CLI.
//
// In: a search. Out: the first grant, and a step for each place that was looked at. Invariant: what
// is set up and broken ends the search.

#include "adapters/aws/creds/provide.h"
#include "adapters/aws/redact.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct Place {
    const char *name;
    Provider provide;
    bool skipped_when_chosen; // --profile stands above it
} Place;

static const Place PLACES[] = {
    {"environment", provide_environment, true},     {"role", provide_role, false},
    {"web identity", provide_web_identity, false},  {"SSO", provide_sso, false},
    {"credentials file", provide_shared, false},    {"login", provide_login, false},
    {"credential_process", provide_process, false}, {"config file", provide_config, false},
    {"container", provide_container, false},        {"EC2", provide_machine, false},
};

// Of another profile's source: what says who runs pluto is not asked.
static const Provider OF_PROFILE[] = {provide_web_profile, provide_sso,     provide_shared,
                                      provide_login,       provide_process, provide_config};

// ---- Words --------------------------------------------------------------------------------------

void step_add(Search *s, Str place, Str finding) {
    vec_push(s->a, &s->steps, (CredsStep){.place = place, .finding = finding});
}

void step_warn(Search *s, Str place, Str finding) {
    vec_push(s->a, &s->steps, (CredsStep){.place = place, .finding = finding, .warns = true});
}

Str shown(Search *s, Str text) {
    enum { LONGEST = 200 };
    return str_visible(s->a, str_slice(redacted(s->a, text), 0, LONGEST));
}

Str profile_shown(Search *s, Str profile) {
    return str_fmt(s->a, "profile `%.*s`", STR_ARG(shown(s, profile)));
}

Str key_shown(Arena *a, Str id) {
    enum { SHOWN = 4, LONG_ENOUGH = 16 };
    if (id.n < LONG_ENOUGH)
        return STR("a key");
    return str_fmt(a, "key …%.*s", STR_ARG(str_visible(a, str_slice(id, id.n - SHOWN, id.n))));
}

bool region_plain(Str region) {
    for (uint32_t i = 0; i < region.n; i++) {
        char c = region.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && (c != '-' || i == 0 || i + 1 == region.n))
            return false;
    }
    return region.n > 0 && region.n < 64;
}

Found broken(Err *err, const char *fmt, ...) {
    va_list ap;
    *err = (Err){.kind = ERR_ACCESS};
    va_start(ap, fmt);
    vsnprintf(err->message, sizeof err->message, fmt, ap);
    va_end(ap);
    return FOUND_BROKEN;
}

// ---- The search ---------------------------------------------------------------------------------

static bool nothing(Search *s, Err *err) {
    if (profiles_has(s->files, s->profile))
        broken(err, "no credentials: %.*s has none, and neither has the environment",
               STR_ARG(profile_shown(s, s->profile)));
    else
        broken(err, "no credentials: none in the environment, and no %.*s in `%.*s`",
               STR_ARG(profile_shown(s, s->profile)), STR_ARG(shown(s, s->files->config.path)));
    err_hint(err, "`aws configure`, `aws configure sso` or `aws login` sets them up%s",
             s->offline ? "" : "; `pluto doctor --verbose` says where pluto looks");
    return false;
}

// The last line that is no warning is the winner's.
static void mark_winner(Search *s) {
    for (uint32_t i = s->steps.n; i-- > 0;) {
        if (s->steps.at[i].warns)
            continue;
        s->steps.at[i].won = true;
        return;
    }
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
        if (found == FOUND_BROKEN || !role_on_top(s, out, err))
            return false;
        mark_winner(s);
        return true;
    }
    return nothing(s, err);
}

Found chain_source(Search *s, Str profile, Grant *out, Err *err) {
    for (size_t i = 0; i < sizeof OF_PROFILE / sizeof *OF_PROFILE; i++) {
        *out = (Grant){0};
        Found found = OF_PROFILE[i](s, profile, out, err);
        if (found != FOUND_NOTHING)
            return found;
    }
    return FOUND_NOTHING;
}
