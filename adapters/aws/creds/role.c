// Roles that a profile names: who asks for them, and on whose behalf.
//
// In: `role_arn` with `source_profile` or `credential_source`. Out: credentials of the role.
// Invariant: a chain of profiles ends: none is gone through twice, but for one that is its own
// source and has keys.

#include "adapters/aws/creds/provide.h"
#include "adapters/aws/creds/role_cache.h"
#include "adapters/aws/creds/sts.h"
#include "adapters/aws/creds/tty.h"

enum { DURATION_MIN = 900, DURATION_MAX = 43200 };

// What a profile says of its role.
typedef struct Role {
    Str profile, place;
    RoleCall call;
    Str source_profile, credential_source;
} Role;

// ---- Reading ------------------------------------------------------------------------------------

static bool read_duration(Search *s, Role *r, Err *err) {
    Str place = STR_EMPTY;
    Str text = profiles_get(s->files, r->profile, "duration_seconds", &place);
    unsigned n = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        bool digit = text.p[i] >= '0' && text.p[i] <= '9';
        n = digit && n <= DURATION_MAX ? n * 10 + (unsigned)(text.p[i] - '0') : DURATION_MAX + 1;
    }
    if (text.n && (n < DURATION_MIN || n > DURATION_MAX)) {
        broken(err, "%.*s: `duration_seconds` has to be between 900 and 43200",
               STR_ARG(shown(s, place)));
        return false;
    }
    r->call.duration = n;
    return true;
}

static bool read_role(Search *s, Str profile, Role *r, Err *err) {
    const Profiles *f = s->files;
    *r = (Role){.profile = profile, .place = STR_EMPTY};
    r->call.arn = profiles_get(f, profile, "role_arn", &r->place);
    r->call.session = profiles_get(f, profile, "role_session_name", NULL);
    r->call.external_id = profiles_get(f, profile, "external_id", NULL);
    r->call.mfa_serial = profiles_get(f, profile, "mfa_serial", NULL);
    r->source_profile = profiles_get(f, profile, "source_profile", NULL);
    r->credential_source = profiles_get(f, profile, "credential_source", NULL);
    Str place = shown(s, r->place);
    if (r->source_profile.n && r->credential_source.n) {
        broken(err, "%.*s: %.*s has both `source_profile` and `credential_source`", STR_ARG(place),
               STR_ARG(profile_shown(s, profile)));
        err_hint(err, "one of them says who assumes the role: remove the other");
        return false;
    }
    if (!r->source_profile.n && !r->credential_source.n) {
        broken(err, "%.*s: `role_arn` without `source_profile` or `credential_source`",
               STR_ARG(place));
        err_hint(err, "`source_profile = NAME` says whose credentials assume the role");
        return false;
    }
    return read_duration(s, r, err);
}

// ---- Who asks -----------------------------------------------------------------------------------

static bool has_keys(const Search *s, Str profile) {
    return profiles_get(s->files, profile, "aws_access_key_id", NULL).n &&
           profiles_get(s->files, profile, "aws_secret_access_key", NULL).n;
}

static bool is_visited(const Search *s, Str profile) {
    for (uint32_t i = 0; i < s->depth; i++)
        if (str_eq(s->visited[i], profile))
            return true;
    return false;
}

static bool goes_round(Search *s, const Role *r, Err *err) {
    Buf chain = buf_new(s->a);
    for (uint32_t i = 0; i < s->depth; i++)
        buf_printf(&chain, "`%.*s`, ", STR_ARG(shown(s, s->visited[i])));
    broken(err, "%.*s: the profiles' roles go round in a circle: %.*s`%.*s`",
           STR_ARG(shown(s, r->place)), STR_ARG(buf_str(&chain)),
           STR_ARG(shown(s, r->source_profile)));
    err_hint(err, "one of them has to have credentials of its own");
    return false;
}

static bool may_visit(Search *s, const Role *r, Err *err) {
    Str next = r->source_profile;
    if (!profiles_has(s->files, next)) {
        Str advice = shown(s, profiles_advice(s->files, next));
        broken(err, "%.*s: there is no profile `%.*s`, the `source_profile` of `%.*s`",
               STR_ARG(shown(s, r->place)), STR_ARG(shown(s, next)), STR_ARG(shown(s, r->profile)));
        err_hint(err, "%.*s", STR_ARG(advice));
        return false;
    }
    if (s->depth >= CHAIN_DEPTH_MAX) {
        broken(err, "%.*s: more than %d roles in a chain", STR_ARG(shown(s, r->place)),
               CHAIN_DEPTH_MAX);
        return false;
    }
    bool own = str_eq(next, r->profile) && has_keys(s, next);
    return !is_visited(s, next) || own || goes_round(s, r, err);
}

static Found role_of(Search *s, Str profile, Grant *out, Err *err);

static Found by_profile(Search *s, const Role *r, Grant *out, Err *err) {
    Str next = r->source_profile;
    if (!may_visit(s, r, err))
        return FOUND_BROKEN;
    // Keys of its own stand above a role of its own: so a profile can be its own source.
    bool role = profiles_get(s->files, next, "role_arn", NULL).n &&
                !profiles_get(s->files, next, "web_identity_token_file", NULL).n;
    return role && !has_keys(s, next) ? role_of(s, next, out, err)
                                      : chain_source(s, next, out, err);
}

static Found by_place(Search *s, const Role *r, Grant *out, Err *err) {
    static const struct {
        const char *name;
        Provider provide;
    } places[] = {{"Environment", provide_environment},
                  {"EcsContainer", provide_container},
                  {"Ec2InstanceMetadata", provide_machine}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (str_is(r->credential_source, places[i].name))
            return places[i].provide(s, r->profile, out, err);
    broken(err, "%.*s: `%.*s` is no `credential_source`", STR_ARG(shown(s, r->place)),
           STR_ARG(shown(s, r->credential_source)));
    err_hint(err, "it is Environment, EcsContainer or Ec2InstanceMetadata");
    return FOUND_BROKEN;
}

// ---- Assuming -----------------------------------------------------------------------------------

static bool ask_code(Search *s, RoleCall *call, Err *err) {
    if (s->options->terminal)
        return tty_mfa_code(s->a, shown(s, call->mfa_serial), &call->mfa_code, err);
    broken(err, "`%.*s` asks for a code of the MFA device `%.*s`, and there is no terminal",
           STR_ARG(shown(s, call->arn)), STR_ARG(shown(s, call->mfa_serial)));
    err_hint(err, "run pluto on a terminal, or set AWS_ACCESS_KEY_ID and the others to credentials "
                  "that were made with a code");
    return false;
}

// Asks for a code only where no earlier one will do.
static bool assume_with_code(Search *s, RoleCall *call, const AwsCredentials *source,
                             AwsCredentials *out, Err *err) {
    Err why = {0};
    if (!s->force && role_cache_read(s, call, out))
        return true;
    if (!ask_code(s, call, err) || !sts_assume(s, call, source, out, err))
        return false;
    if (!role_cache_write(s, call, out, &why))
        step_warn(s, STR("role"), shown(s, str_of(why.message)));
    return true;
}

static Found assume(Search *s, RoleCall *call, Grant *source, Grant *out, Err *err) {
    Str by = source->source;
    *out = (Grant){
        .pending = true,
        .source = str_fmt(s->a, "role `%.*s` by %.*s", STR_ARG(shown(s, call->arn)), STR_ARG(by))};
    if (s->offline)
        return FOUND;
    out->pending = false;
    bool good = call->mfa_serial.n ? assume_with_code(s, call, &source->keys, &out->keys, err)
                                   : sts_assume(s, call, &source->keys, &out->keys, err);
    return good ? FOUND : FOUND_BROKEN;
}

static Found role_of(Search *s, Str profile, Grant *out, Err *err) {
    Role r;
    Grant source = {0};
    if (!read_role(s, profile, &r, err))
        return FOUND_BROKEN;
    s->visited[s->depth++] = profile;
    Found found =
        r.source_profile.n ? by_profile(s, &r, &source, err) : by_place(s, &r, &source, err);
    if (found == FOUND)
        return assume(s, &r.call, &source, out, err);
    if (found == FOUND_NOTHING) {
        Str whose =
            r.source_profile.n ? profile_shown(s, r.source_profile) : shown(s, r.credential_source);
        broken(err, "%.*s: %.*s has no credentials, and %.*s takes them from there",
               STR_ARG(shown(s, r.place)), STR_ARG(whose), STR_ARG(profile_shown(s, profile)));
    }
    return FOUND_BROKEN;
}

Found provide_role(Search *s, Str profile, Grant *out, Err *err) {
    Str role = profiles_get(s->files, profile, "role_arn", NULL);
    if (!role.n || profiles_get(s->files, profile, "web_identity_token_file", NULL).n)
        return FOUND_NOTHING;
    s->depth = 0;
    Found found = role_of(s, profile, out, err);
    if (found == FOUND) {
        out->source =
            str_fmt(s->a, "%.*s, %.*s", STR_ARG(profile_shown(s, profile)), STR_ARG(out->source));
        step_add(s, STR("role"), out->source);
    }
    return found;
}

bool role_on_top(Search *s, Grant *grant, Err *err) {
    RoleCall call = {.arn = s->options->role_arn, .external_id = s->options->external_id};
    Grant source = *grant;
    if (!call.arn.n)
        return true;
    if (assume(s, &call, &source, grant, err) != FOUND)
        return false;
    step_add(s, STR("role"), grant->source);
    return true;
}
