// Reads the token of an SSO login, and renews it where it has not long to live.
//
// In: the cache file of the AWS CLI, by the session's name or the start URL. Out: a token that is
// good now. Invariant: a token that was renewed is written back, in the AWS CLI's form, before it
// is used: the old one may be good no more.

#include "adapters/aws/creds/sso_token.h"

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/cache.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/timestamp.h"
#include "adapters/aws/endpoint.h"

#include <time.h>

enum { FILE_MAX = 1 << 20, RENEW_BEFORE = 15 * 60, TIMEOUT_MS = 20000 };

// ---- Words --------------------------------------------------------------------------------------

bool sso_login_ended(Search *s, const SsoConfig *c, const char *why, Err *err) {
    Str profile = shown(s, c->profile);
    broken(err, "the SSO login of profile `%.*s` %s", STR_ARG(profile), why);
    err_hint(err, "`aws sso login --profile %.*s`", STR_ARG(profile));
    return false;
}

// ---- The file -----------------------------------------------------------------------------------

bool sso_token_read(Arena *a, Str json, SsoToken *out, Err *err) {
    *out = (SsoToken){0};
    cJSON *j = ask_object(json);
    if (!j)
        return err_set(err, ERR_ACCESS, "it is not a JSON object");
    out->access = ask_text(a, j, "accessToken");
    out->refresh = ask_text(a, j, "refreshToken");
    out->client_id = ask_text(a, j, "clientId");
    out->client_secret = ask_text(a, j, "clientSecret");
    out->start_url = ask_text(a, j, "startUrl");
    out->region = ask_text(a, j, "region");
    out->registration = ask_text(a, j, "registrationExpiresAt");
    Str expires = ask_text(a, j, "expiresAt");
    ask_forget(j);
    if (!out->access.n || !keys_plain(out->access))
        return err_set(err, ERR_ACCESS, "it holds no `accessToken`");
    return timestamp_read(expires, &out->expires) ||
           err_set(err, ERR_ACCESS, "its `expiresAt` is not a time");
}

static void put_text(cJSON *j, Arena *a, const char *key, Str value) {
    if (value.n)
        cJSON_AddStringToObject(j, key, str_cstr(a, value));
}

Str sso_token_text(Arena *a, const SsoToken *t) {
    cJSON *j = cJSON_CreateObject();
    put_text(j, a, "startUrl", t->start_url);
    put_text(j, a, "region", t->region);
    put_text(j, a, "accessToken", t->access);
    put_text(j, a, "expiresAt", timestamp_text(a, t->expires));
    put_text(j, a, "clientId", t->client_id);
    put_text(j, a, "clientSecret", t->client_secret);
    put_text(j, a, "registrationExpiresAt", t->registration);
    put_text(j, a, "refreshToken", t->refresh);
    Str made = ask_printed(a, j);
    ask_forget(j);
    return made;
}

static Str cache_path(Search *s, const SsoConfig *c) {
    Str name = cache_name_sha1(s->a, c->session.n ? c->session : c->start_url);
    return home_path(s->a, s->host, path_join(s->a, STR(".aws/sso/cache"), name));
}

// ---- Where to ask -------------------------------------------------------------------------------

bool sso_host(Search *s, const char *name, const char *key, Str region, SsoHost *out, Err *err) {
    Str custom = endpoint_configured(s->a, s->host, s->creds, key);
    if (custom.n) {
        Endpoint e;
        EndpointQuery q = {.service = AWS_STS,
                           .region = region,
                           .custom = custom,
                           .insecure = s->options->insecure};
        if (!endpoint_find(s->a, &q, &e, err))
            return false;
        *out = (SsoHost){str_cat(s->a, e.base, e.path), e.host, e.local};
        return true;
    }
    out->host =
        str_fmt(s->a, "%s.%.*s.%s", name, STR_ARG(region), partition_of(region)->dns_suffix);
    out->url = str_cat(s->a, STR("https://"), out->host);
    out->local = false;
    return true;
}

// ---- Renewing -----------------------------------------------------------------------------------

static bool can_renew(const SsoToken *t) {
    int64_t until = 0;
    return t->refresh.n && t->client_id.n && t->client_secret.n &&
           timestamp_read(t->registration, &until) && until > (int64_t)time(NULL);
}

static Str renewal_body(Arena *a, const SsoToken *t) {
    cJSON *j = cJSON_CreateObject();
    put_text(j, a, "clientId", t->client_id);
    put_text(j, a, "clientSecret", t->client_secret);
    put_text(j, a, "grantType", STR("refresh_token"));
    put_text(j, a, "refreshToken", t->refresh);
    Str body = ask_printed(a, j);
    ask_forget(j);
    return body;
}

static bool take_renewal(Search *s, Str json, SsoToken *t) {
    cJSON *j = ask_object(json);
    if (!j)
        return false;
    Str access = ask_text(s->a, j, "accessToken"), refresh = ask_text(s->a, j, "refreshToken");
    double seconds = ask_number(j, "expiresIn");
    ask_forget(j);
    if (!access.n || !keys_plain(access) || seconds < 1 || seconds > 1e8)
        return false;
    t->access = access;
    if (refresh.n)
        t->refresh = refresh;
    t->expires = (int64_t)time(NULL) + (int64_t)seconds;
    return true;
}

// Once, not again: a token that renews may be good for one time. Where nobody could be asked, err
// says why.
static bool renew(Search *s, const SsoConfig *c, SsoToken *t, Err *err) {
    SsoHost to;
    HttpReply r;
    if (!sso_host(s, "oidc", "sso_oidc", c->region, &to, err))
        return false;
    HttpRequest q = {.method = "POST",
                     .url = str_cat(s->a, to.url, STR("/token")),
                     .body = renewal_body(s->a, t),
                     .total_ms = TIMEOUT_MS,
                     .direct = to.local};
    ask_header(s, &q, "host", to.host);
    ask_header(s, &q, "content-type", STR("application/json"));
    return ask(s, &q, 1, &r, err) && r.status == 200 && take_renewal(s, r.body, t);
}

// Somebody else may have renewed it in the same moment: then theirs is in the file.
static bool renewed_by_other(Search *s, Str path, const SsoToken *old, SsoToken *out) {
    Str text;
    Err why = {0};
    return s->host->read_file(s->host, s->a, path, FILE_MAX, &text, &why) &&
           sso_token_read(s->a, text, out, &why) && !str_eq(out->access, old->access) &&
           out->expires > (int64_t)time(NULL);
}

bool sso_token(Search *s, const SsoConfig *c, SsoToken *out, Err *err) {
    Str path = cache_path(s, c), text;
    Err why = {0}, away = {0};
    if (!s->host->read_file(s->host, s->a, path, FILE_MAX, &text, &why))
        return sso_login_ended(s, c, "was never made on this machine", err);
    if (!sso_token_read(s->a, text, out, &why)) {
        broken(err, "`%.*s`: %s", STR_ARG(shown(s, path)), why.message);
        err_hint(err, "`aws sso login --profile %.*s`", STR_ARG(shown(s, c->profile)));
        return false;
    }
    int64_t left = out->expires - (int64_t)time(NULL);
    if (c->session.n && left < RENEW_BEFORE && can_renew(out) && !s->offline) {
        if (renew(s, c, out, &away)) {
            if (!out->start_url.n)
                out->start_url = c->start_url;
            if (!out->region.n)
                out->region = c->region;
            if (!cache_write(s->a, path, sso_token_text(s->a, out), &why))
                step_warn(s, STR("SSO"), shown(s, str_of(why.message)));
            return true;
        }
        SsoToken other;
        if (renewed_by_other(s, path, out, &other)) {
            *out = other;
            return true;
        }
    } else if (s->offline && can_renew(out)) {
        return true;
    }
    if (left > 0)
        return true;
    if (away.kind == ERR_NONE)
        return sso_login_ended(s, c, "has ended", err);
    *err = away; // it may not have ended for good
    return false;
}
