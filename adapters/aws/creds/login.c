// The sessions of `aws login`: keys of fifteen minutes in a cache file, with a token that renews
// them for some hours.
//
// In: a profile's `login_session`, its cache file. Out: keys that are good now. Invariant: keys
// that were renewed are written back before they are used, because the token that renewed them is
// good once; all that we do not know in the file stays in it.

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/cache.h"
#include "adapters/aws/creds/dpop.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/provide.h"
#include "adapters/aws/creds/sso_token.h"
#include "adapters/aws/creds/timestamp.h"
#include "adapters/aws/endpoint.h"

#include <openssl/rand.h>
#include <time.h>

enum { FILE_MAX = 1 << 20, RENEW_BEFORE = 5 * 60, TIMEOUT_MS = 20000, ID_SIZE = 16 };

typedef struct Login {
    Str profile, path;
    cJSON *file; // the whole cache file
    AwsCredentials keys;
} Login;

static Found ended(Search *s, const Login *l, const char *why, Err *err) {
    Str profile = shown(s, l->profile);
    broken(err, "the login of profile `%.*s` %s", STR_ARG(profile), why);
    err_hint(err, "`aws login --profile %.*s`", STR_ARG(profile));
    return FOUND_BROKEN;
}

// ---- The file -----------------------------------------------------------------------------------

static Str cache_path(Search *s, Str session) {
    Str name = cache_name_sha256(s->a, session);
    Str folder = env_text(s->a, s->host, "AWS_LOGIN_CACHE_DIRECTORY");
    if (folder.n)
        return path_join(s->a, expanded_path(s->a, s->host, folder), name);
    return home_path(s->a, s->host, path_join(s->a, STR(".aws/login/cache"), name));
}

static bool take_keys(Arena *a, const cJSON *from, AwsCredentials *out) {
    out->access_key = ask_text(a, from, "accessKeyId");
    out->secret_key = ask_text(a, from, "secretAccessKey");
    out->session_token = ask_text(a, from, "sessionToken");
    return out->access_key.n && out->secret_key.n && out->session_token.n &&
           keys_plain(out->access_key) && keys_plain(out->session_token);
}

static bool read_keys(Search *s, Login *l) {
    const cJSON *token = cJSON_GetObjectItemCaseSensitive(l->file, "accessToken");
    l->keys.account = ask_text(s->a, token, "accountId");
    return take_keys(s->a, token, &l->keys) &&
           timestamp_read(ask_text(s->a, token, "expiresAt"), &l->keys.expires);
}

static void set_text(cJSON *object, Arena *a, const char *key, Str value) {
    ask_forget(cJSON_DetachItemFromObjectCaseSensitive(object, key));
    cJSON_AddStringToObject(object, key, str_cstr(a, value));
}

static bool write_back(Search *s, Login *l, Str refresh, Err *err) {
    cJSON *token = cJSON_GetObjectItemCaseSensitive(l->file, "accessToken");
    set_text(token, s->a, "accessKeyId", l->keys.access_key);
    set_text(token, s->a, "secretAccessKey", l->keys.secret_key);
    set_text(token, s->a, "sessionToken", l->keys.session_token);
    set_text(token, s->a, "expiresAt", timestamp_text(s->a, l->keys.expires));
    set_text(l->file, s->a, "refreshToken", refresh);
    bool good = cache_write(s->a, l->path, ask_printed(s->a, l->file), err);
    return good;
}

// ---- Renewing -----------------------------------------------------------------------------------

// Signing in has names of its own in each partition.
static const struct {
    const char *partition, *domain;
} DOMAINS[] = {
    {"aws", "signin.aws.amazon.com"},
    {"aws-cn", "signin.amazonaws.cn"},
    {"aws-us-gov", "signin.amazonaws-us-gov.com"},
    {"aws-eusc", "signin.amazonaws-eusc.eu"},
};

// Where the login was made: the cache file says it, those of older logins do not.
static Str region_of(Search *s, const Login *l) {
    Str region = ask_text(s->a, l->file, "signInRegion");
    if (!region.n)
        region = profiles_get(s->files, l->profile, "region", NULL);
    return region.n ? region : s->region;
}

static bool sign_in_host(Search *s, Str region, SsoHost *out, Err *err) {
    if (!region_plain(region))
        return err_set(err, ERR_ACCESS, "the login does not say its region");
    if (endpoint_configured(s->a, s->host, s->creds, "signin").n)
        return sso_host(s, "signin", "signin", region, out, err);
    const char *name = partition_of(region)->name;
    for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++) {
        if (!str_is(str_of(name), DOMAINS[i].partition))
            continue;
        out->host = str_fmt(s->a, "%.*s.%s", STR_ARG(region), DOMAINS[i].domain);
        out->url = str_cat(s->a, STR("https://"), out->host);
        out->local = false;
        return true;
    }
    return err_set(err, ERR_ACCESS, "where logins of partition `%s` are renewed is not known",
                   name);
}

static Str renewal_body(Arena *a, const cJSON *file) {
    cJSON *j = cJSON_CreateObject();
    cJSON_AddStringToObject(j, "clientId", str_cstr(a, ask_text(a, file, "clientId")));
    cJSON_AddStringToObject(j, "refreshToken", str_cstr(a, ask_text(a, file, "refreshToken")));
    cJSON_AddStringToObject(j, "grantType", "refresh_token");
    Str body = ask_printed(a, j);
    ask_forget(j);
    return body;
}

static bool request_of(Search *s, const Login *l, const SsoHost *to, HttpRequest *q) {
    unsigned char id[ID_SIZE];
    Str proof, url = str_cat(s->a, to->url, STR("/v1/token"));
    if (RAND_bytes(id, sizeof id) != 1 ||
        !dpop_proof(s->a, ask_text(s->a, l->file, "dpopKey"), url, (int64_t)time(NULL),
                    base64url(s->a, id, sizeof id), &proof))
        return false;
    *q = (HttpRequest){.method = "POST",
                       .url = url,
                       .body = renewal_body(s->a, l->file),
                       .total_ms = TIMEOUT_MS,
                       .direct = to->local};
    ask_header(s, q, "host", to->host);
    ask_header(s, q, "content-type", STR("application/json"));
    ask_header(s, q, "dpop", proof);
    return true;
}

static bool take_renewal(Search *s, Str body, Login *l, Str *refresh) {
    cJSON *j = ask_object(body);
    double seconds = ask_number(j, "expiresIn");
    *refresh = ask_text(s->a, j, "refreshToken");
    bool good =
        take_keys(s->a, cJSON_GetObjectItemCaseSensitive(j, "accessToken"), &l->keys) && refresh->n;
    ask_forget(j);
    if (seconds < 1 || seconds > 1e7)
        seconds = 900;
    l->keys.expires = (int64_t)time(NULL) + (int64_t)seconds;
    return good;
}

static Found refused(Search *s, const Login *l, Str body, Err *err) {
    cJSON *j = ask_object(body);
    Str code = ask_text(s->a, j, "error");
    ask_forget(j);
    if (str_is(code, "USER_CREDENTIALS_CHANGED"))
        return ended(s, l, "has ended: the password was changed since", err);
    if (str_is(code, "INSUFFICIENT_PERMISSIONS")) {
        broken(err, "the login of profile `%.*s` may not be renewed",
               STR_ARG(shown(s, l->profile)));
        err_hint(err, "allow `signin:CreateOAuth2Token`, or log in anew with `aws login`");
        return FOUND_BROKEN;
    }
    return ended(s, l, "has ended", err);
}

static Found renew(Search *s, Login *l, Err *err) {
    Str refresh;
    SsoHost to = {0};
    HttpRequest q;
    HttpReply r;
    Err why = {0};
    if (!sign_in_host(s, region_of(s, l), &to, &why) || !request_of(s, l, &to, &q))
        return ended(s, l, "has ended", err);
    if (!ask(s, &q, 1, &r, err))
        return FOUND_BROKEN;
    if (r.status != 200)
        return refused(s, l, r.body, err);
    if (!take_renewal(s, r.body, l, &refresh))
        return ended(s, l, "was answered with something that is no credentials", err);
    if (!write_back(s, l, refresh, &why))
        step_warn(s, STR("login"), shown(s, str_of(why.message)));
    return FOUND;
}

// What renews is good once. Somebody else may have been quicker with it: then theirs is in the
// file, or will be in a moment.
static bool renewed_by_other(Search *s, Login *l, Str before) {
    Str text;
    Err why = {0};
    Login other = {0};
    if (!s->host->read_file(s->host, s->a, l->path, FILE_MAX, &text, &why))
        return false;
    other.file = ask_object(text);
    bool good = read_keys(s, &other) && !str_eq(other.keys.access_key, before) &&
                other.keys.expires > (int64_t)time(NULL);
    ask_forget(other.file);
    if (good)
        l->keys = other.keys;
    return good;
}

static Found with_file(Search *s, Login *l, Err *err) {
    if (!read_keys(s, l))
        return ended(s, l, "cannot be read: its cache file is of another form", err);
    int64_t left = l->keys.expires - (int64_t)time(NULL);
    bool renewable = ask_text(s->a, l->file, "refreshToken").n > 0;
    if (left > RENEW_BEFORE || (s->offline && (renewable || left > 0)))
        return FOUND;
    AwsCredentials before = l->keys;
    Found found = renewable ? renew(s, l, err) : ended(s, l, "has ended", err);
    for (int looks = 0; found != FOUND && renewable && left <= 0 && looks < 2; looks++) {
        if (looks)
            nanosleep(&(struct timespec){0, 500000000}, NULL);
        if (renewed_by_other(s, l, before.access_key))
            return FOUND;
    }
    if (found == FOUND || left <= 0)
        return found;
    l->keys = before; // some minutes are left of them
    return FOUND;
}

Found provide_login(Search *s, Str profile, Grant *out, Err *err) {
    Str session = profiles_get(s->files, profile, "login_session", NULL), text;
    if (!session.n)
        return FOUND_NOTHING;
    Login l = {.profile = profile, .path = cache_path(s, session)};
    Err why = {0};
    out->source = str_fmt(s->a, "%.*s, login `%.*s`", STR_ARG(profile_shown(s, profile)),
                          STR_ARG(shown(s, session)));
    step_add(s, STR("login"), out->source);
    if (!s->host->read_file(s->host, s->a, l.path, FILE_MAX, &text, &why))
        return ended(s, &l, "was never made on this machine", err);
    l.file = ask_object(text);
    if (!l.file)
        return ended(s, &l, "cannot be read: its cache file is no JSON object", err);
    Found found = with_file(s, &l, err);
    ask_forget(l.file);
    out->keys = l.keys;
    return found;
}
