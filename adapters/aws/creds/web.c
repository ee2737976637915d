// A role by a token of somebody else's: EKS, GitHub Actions and the like write it into a file.
//
// In: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, or the same of a profile. Out: credentials of
// the role. Invariant: the file is read again each time, being renewed by whoever writes it.

#include "adapters/aws/creds/provide.h"
#include "adapters/aws/creds/sts.h"

enum { TOKEN_MAX = 64 << 10 };

// The variable, where it may count, else the profile's setting.
static Str value_of(Search *s, Str profile, bool env, const char *variable, const char *key,
                    Str *place) {
    Str value = env ? env_text(s->a, s->host, variable) : STR_EMPTY;
    if (!value.n)
        return profiles_get(s->files, profile, key, place);
    *place = str_of(variable);
    return value;
}

static bool read_token(Search *s, Str file, Str place, Str *out, Err *err) {
    Err why = {0};
    file = expanded_path(s->a, s->host, file);
    if (!s->host->read_file(s->host, s->a, file, TOKEN_MAX, out, &why)) {
        broken(err, "%.*s: %s", STR_ARG(shown(s, place)), why.message);
        err_hint(err, "the file holds the token that the role is assumed with");
        return false;
    }
    *out = str_trim(*out);
    if (out->n)
        return true;
    broken(err, "%.*s: `%.*s` is empty", STR_ARG(shown(s, place)), STR_ARG(shown(s, file)));
    return false;
}

static Found by_token(Search *s, Str profile, bool env, Grant *out, Err *err) {
    Str place = STR_EMPTY, other = STR_EMPTY;
    Str file =
        value_of(s, profile, env, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", &place);
    if (!file.n) {
        if (env)
            step_add(s, STR("web identity"), STR("AWS_WEB_IDENTITY_TOKEN_FILE is not set"));
        return FOUND_NOTHING;
    }
    RoleCall call = {
        .arn = value_of(s, profile, env, "AWS_ROLE_ARN", "role_arn", &other),
        .session = value_of(s, profile, env, "AWS_ROLE_SESSION_NAME", "role_session_name", &other),
    };
    if (!call.arn.n) {
        broken(err, "%.*s names a token, and no role for it", STR_ARG(shown(s, place)));
        err_hint(err, "set AWS_ROLE_ARN, or `role_arn` in the profile");
        return FOUND_BROKEN;
    }
    *out = (Grant){.pending = s->offline,
                   .source = str_fmt(s->a, "role `%.*s` by the token that %.*s names",
                                     STR_ARG(shown(s, call.arn)), STR_ARG(shown(s, place)))};
    step_add(s, STR("web identity"), out->source);
    if (!read_token(s, file, place, &call.token, err))
        return FOUND_BROKEN;
    return s->offline || sts_assume(s, &call, NULL, &out->keys, err) ? FOUND : FOUND_BROKEN;
}

Found provide_web_identity(Search *s, Str profile, Grant *out, Err *err) {
    return by_token(s, profile, !s->chosen, out, err);
}

Found provide_web_profile(Search *s, Str profile, Grant *out, Err *err) {
    return by_token(s, profile, false, out, err);
}
