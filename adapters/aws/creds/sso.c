// IAM Identity Center: a role in an account, by the token of `aws sso login`.
//
// In: a profile's sso_* settings, or the `[sso-session]` that it names. Out: credentials of the
// role. Invariant: whatever is amiss with the login is told with the command that mends it.

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/provide.h"
#include "adapters/aws/creds/sso_token.h"
#include "adapters/aws/query.h"

enum { ATTEMPTS = 3, TIMEOUT_MS = 20000 };

// ---- Settings -----------------------------------------------------------------------------------

static Found missing(Search *s, const SsoConfig *c, Str place, const char *key, Err *err) {
    broken(err, "%.*s: %.*s signs in by SSO, and has no `%s`", STR_ARG(shown(s, place)),
           STR_ARG(profile_shown(s, c->profile)), key);
    err_hint(err, "`aws configure sso --profile %.*s` sets it up", STR_ARG(shown(s, c->profile)));
    return FOUND_BROKEN;
}

// What profile and session both say has to be the same.
static bool same(Search *s, const SsoConfig *c, const char *key, Str session, Str place, Err *err) {
    Str own = profiles_get(s->files, c->profile, key, NULL);
    if (!own.n || str_eq(own, session))
        return true;
    broken(err, "%.*s: `%s` of %.*s is another than that of `[sso-session %.*s]`",
           STR_ARG(shown(s, place)), key, STR_ARG(profile_shown(s, c->profile)),
           STR_ARG(shown(s, c->session)));
    err_hint(err, "remove it from the profile: the session says it");
    return false;
}

static Found read_config(Search *s, SsoConfig *c, Str place, Err *err) {
    const Profiles *f = s->files;
    Str profile = c->profile;
    c->session = profiles_get(f, profile, "sso_session", NULL);
    c->start_url = profiles_get(f, profile, "sso_start_url", NULL);
    c->region = profiles_get(f, profile, "sso_region", NULL);
    if (c->session.n) {
        if (!profiles_has_section(f, "sso-session", c->session)) {
            broken(err, "%.*s: there is no `[sso-session %.*s]`", STR_ARG(shown(s, place)),
                   STR_ARG(shown(s, c->session)));
            return FOUND_BROKEN;
        }
        Str url =
            profiles_section_get(f, "sso-session", c->session, STR_EMPTY, STR("sso_start_url"));
        Str region =
            profiles_section_get(f, "sso-session", c->session, STR_EMPTY, STR("sso_region"));
        if (!same(s, c, "sso_start_url", url, place, err) ||
            !same(s, c, "sso_region", region, place, err))
            return FOUND_BROKEN;
        c->start_url = url;
        c->region = region;
    }
    if (!c->start_url.n)
        return missing(s, c, place, "sso_start_url", err);
    if (!region_plain(c->region))
        return missing(s, c, place, "sso_region", err);
    return FOUND;
}

// ---- Asking -------------------------------------------------------------------------------------

static bool take_role(Search *s, Str body, AwsCredentials *out) {
    cJSON *j = ask_object(body);
    const cJSON *role = cJSON_GetObjectItemCaseSensitive(j, "roleCredentials");
    *out = (AwsCredentials){.access_key = ask_text(s->a, role, "accessKeyId"),
                            .secret_key = ask_text(s->a, role, "secretAccessKey"),
                            .session_token = ask_text(s->a, role, "sessionToken")};
    double ms = ask_number(role, "expiration");
    ask_forget(j);
    if (!out->access_key.n || !out->secret_key.n || !out->session_token.n ||
        !keys_plain(out->access_key) || !keys_plain(out->session_token) || ms < 1 || ms > 1e16)
        return false;
    out->expires = (int64_t)(ms / 1000);
    return true;
}

static bool refused(Search *s, const SsoConfig *c, const HttpReply *r, Err *err) {
    if (r->status == 401)
        return sso_login_ended(s, c, "has ended: AWS does not take its token", err);
    cJSON *j = ask_object(r->body);
    Str message = ask_text(s->a, j, "message");
    ask_forget(j);
    broken(err, "SSO does not give %.*s the role `%.*s` in account %.*s: %s%.*s",
           STR_ARG(profile_shown(s, c->profile)), STR_ARG(shown(s, c->role)),
           STR_ARG(shown(s, c->account)), message.n ? "" : "no reason given",
           STR_ARG(shown(s, message)));
    err_hint(err, "whoever keeps IAM Identity Center assigns accounts and roles");
    return false;
}

static bool ask_role(Search *s, const SsoConfig *c, const SsoToken *t, AwsCredentials *out,
                     Err *err) {
    SsoHost to;
    HttpReply r;
    if (!sso_host(s, "portal.sso", "sso", c->region, &to, err))
        return false;
    Query query = query_new(s->a);
    query_set(&query, "role_name", c->role);
    query_set(&query, "account_id", c->account);
    HttpRequest q = {.method = "GET",
                     .url = str_fmt(s->a, "%.*s/federation/credentials?%.*s", STR_ARG(to.url),
                                    STR_ARG(query_text(&query))),
                     .total_ms = TIMEOUT_MS,
                     .direct = to.local};
    ask_header(s, &q, "host", to.host);
    ask_header(s, &q, "x-amz-sso_bearer_token", t->access);
    if (!ask(s, &q, ATTEMPTS, &r, err))
        return false;
    if (r.status != 200)
        return refused(s, c, &r, err);
    return take_role(s, r.body, out) ||
           err_set(err, ERR_IO, "SSO answered with something that is no credentials");
}

Found provide_sso(Search *s, Str profile, Grant *out, Err *err) {
    const Profiles *f = s->files;
    Str place = STR_EMPTY;
    SsoConfig c = {.profile = profile};
    c.role = profiles_get(f, profile, "sso_role_name", &place);
    c.account = profiles_get(f, profile, "sso_account_id", &place);
    // A session without account and role is for tokens alone, as other tools use them.
    if (!c.account.n && !c.role.n)
        return FOUND_NOTHING;
    if (!c.account.n || !c.role.n)
        return missing(s, &c, place, c.role.n ? "sso_account_id" : "sso_role_name", err);
    if (read_config(s, &c, place, err) != FOUND)
        return FOUND_BROKEN;
    SsoToken token;
    Str session = c.session.n ? str_fmt(s->a, "session `%.*s`", STR_ARG(shown(s, c.session)))
                              : shown(s, c.start_url);
    *out = (Grant){.pending = s->offline,
                   .source = str_fmt(s->a, "%.*s, SSO %.*s, role `%.*s`",
                                     STR_ARG(profile_shown(s, profile)), STR_ARG(session),
                                     STR_ARG(shown(s, c.role)))};
    step_add(s, STR("SSO"), out->source);
    if (!sso_token(s, &c, &token, err) ||
        (!s->offline && !ask_role(s, &c, &token, &out->keys, err)))
        return FOUND_BROKEN;
    out->keys.account = c.account;
    return FOUND;
}
