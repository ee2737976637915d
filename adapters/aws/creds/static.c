// Keys that stand somewhere: in the environment, the credentials file, the configuration.
//
// In: variables and settings. Out: credentials as they are. Invariant: the id of a key without its
// secret is an error, never a reason to look elsewhere. A secret alone is nobody's: it is passed
// over, as the AWS CLI does, with a warning.

#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/provide.h"
#include "adapters/aws/creds/timestamp.h"

#include <time.h>

static Found half(Search *s, Str place, const char *there, const char *missing, Err *err) {
    err_set(err, ERR_ACCESS, "%.*s: `%s` is set and `%s` is not", STR_ARG(shown(s, place)), there,
            missing);
    err_hint(err, "set both, or neither");
    return FOUND_BROKEN;
}

static void secret_alone(Search *s, Str place, const char *const names[3]) {
    step_warn(s, shown(s, place),
              str_fmt(s->a, "passed over: `%s` is set and `%s` is not", names[1], names[0]));
}

static Found not_a_key(Search *s, Str place, const char *name, Err *err) {
    err_set(err, ERR_ACCESS, "%.*s: `%s` holds blanks or characters that no key has",
            STR_ARG(shown(s, place)), name);
    err_hint(err, "copy it again, on one line");
    return FOUND_BROKEN;
}

static Found check(Search *s, Str place, const char *const names[3], Grant *out, Err *err) {
    const Str values[] = {out->keys.access_key, out->keys.secret_key, out->keys.session_token};
    for (size_t i = 0; i < 3; i++)
        if (!keys_plain(values[i]))
            return not_a_key(s, place, names[i], err);
    return FOUND;
}

// ---- The environment ----------------------------------------------------------------------------

static Found expiration(Search *s, Grant *out, Err *err) {
    Str text = env_text(s->a, s->host, "AWS_CREDENTIAL_EXPIRATION");
    if (!text.n)
        return FOUND;
    if (!timestamp_read(text, &out->keys.expires)) {
        err_set(err, ERR_ACCESS, "AWS_CREDENTIAL_EXPIRATION is not a time: `%.*s`",
                STR_ARG(str_visible(s->a, str_slice(text, 0, 80))));
        err_hint(err, "it looks like 2026-01-31T12:00:00Z");
        return FOUND_BROKEN;
    }
    if (out->keys.expires > (int64_t)time(NULL))
        return FOUND;
    err_set(err, ERR_ACCESS, "the credentials in the environment expired at %.*s", STR_ARG(text));
    err_hint(err, "set fresh ones, or unset AWS_ACCESS_KEY_ID to use a profile");
    return FOUND_BROKEN;
}

Found provide_environment(Search *s, Str profile, Grant *out, Err *err) {
    (void)profile;
    static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                        "AWS_SESSION_TOKEN"};
    Str place = STR("environment");
    AwsCredentials *k = &out->keys;
    k->access_key = env_text(s->a, s->host, names[0]);
    k->secret_key = env_text(s->a, s->host, names[1]);
    k->session_token = env_text(s->a, s->host, names[2]);
    if (!k->session_token.n)
        k->session_token = env_text(s->a, s->host, "AWS_SECURITY_TOKEN");
    if (!k->access_key.n) {
        if (k->secret_key.n)
            secret_alone(s, place, names);
        else
            step_add(s, place, STR("AWS_ACCESS_KEY_ID is not set"));
        return FOUND_NOTHING;
    }
    if (!k->secret_key.n)
        return half(s, place, names[0], names[1], err);
    k->account = env_text(s->a, s->host, "AWS_ACCOUNT_ID");
    out->source = STR("the environment");
    step_add(s, place,
             str_fmt(s->a, "%.*s%s", STR_ARG(key_shown(s->a, k->access_key)),
                     k->session_token.n ? ", temporary" : ""));
    return check(s, place, names, out, err) == FOUND ? expiration(s, out, err) : FOUND_BROKEN;
}

// ---- The files ----------------------------------------------------------------------------------

static Found from_file(Search *s, const ProfileFile *f, Str profile, Grant *out, Err *err) {
    static const char *const names[] = {"aws_access_key_id", "aws_secret_access_key",
                                        "aws_session_token"};
    AwsCredentials *k = &out->keys;
    Str place = f->path, last = STR_EMPTY;
    k->access_key = profiles_get_in(s->files, f, profile, names[0], &place);
    k->secret_key =
        profiles_get_in(s->files, f, profile, names[1], k->access_key.n ? &last : &place);
    if (k->access_key.n && !k->secret_key.n)
        return half(s, place, names[0], names[1], err);
    if (!k->access_key.n) {
        if (k->secret_key.n)
            secret_alone(s, place, names);
        else if (f->path.n)
            step_add(s, shown(s, f->path),
                     f->trouble.n ? shown(s, f->trouble)
                     : f->there
                         ? str_fmt(s->a, "no keys of %.*s", STR_ARG(profile_shown(s, profile)))
                         : STR("not there"));
        return FOUND_NOTHING;
    }
    k->session_token = profiles_get_in(s->files, f, profile, names[2], NULL);
    if (!k->session_token.n)
        k->session_token = profiles_get_in(s->files, f, profile, "aws_security_token", NULL);
    k->account = profiles_get_in(s->files, f, profile, "aws_account_id", NULL);
    out->source = str_fmt(s->a, "%.*s in `%.*s`", STR_ARG(profile_shown(s, profile)),
                          STR_ARG(shown(s, f->path)));
    step_add(s, shown(s, place),
             str_fmt(s->a, "%.*s%s", STR_ARG(key_shown(s->a, k->access_key)),
                     k->session_token.n ? ", temporary" : ""));
    return check(s, place, names, out, err);
}

Found provide_shared(Search *s, Str profile, Grant *out, Err *err) {
    return from_file(s, &s->files->credentials, profile, out, err);
}

Found provide_config(Search *s, Str profile, Grant *out, Err *err) {
    return from_file(s, &s->files->config, profile, out, err);
}
