// Keeps what an MFA code was given for, so that it is asked for once an hour and not once a
// command.
//
// In: a role with everything that a profile says of it. Out: its credentials in ~/.aws/cli/cache,
// where the AWS CLI keeps and finds the same. Invariant: what was assumed without a code is never
// written: asking anew costs nothing then, and a secret less lies about.

#include "adapters/aws/creds/role_cache.h"

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/cache.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/timestamp.h"

#include <time.h>

enum { FILE_MAX = 1 << 20, LEAST_LIFE = 15 * 60 };

static void add_text(Buf *b, const char *name, Str value) {
    if (!value.n)
        return;
    buf_printf(b, "%s\"%s\": \"", b->n > 1 ? ", " : "", name);
    for (uint32_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            buf_putc(b, '\\');
        buf_putc(b, value.p[i]);
    }
    buf_putc(b, '"');
}

// As Python writes it, with its keys in order: the file's name is a hash of these bytes.
Str role_cache_path(Search *s, const RoleCall *call) {
    Buf b = buf_new(s->a);
    buf_putc(&b, '{');
    if (call->duration)
        buf_printf(&b, "\"DurationSeconds\": %u", call->duration);
    add_text(&b, "ExternalId", call->external_id);
    add_text(&b, "RoleArn", call->arn);
    add_text(&b, "RoleSessionName", call->session);
    add_text(&b, "SerialNumber", call->mfa_serial);
    buf_putc(&b, '}');
    Str name = cache_name_sha1(s->a, buf_str(&b));
    return home_path(s->a, s->host, path_join(s->a, STR(".aws/cli/cache"), name));
}

bool role_cache_read(Search *s, const RoleCall *call, AwsCredentials *out) {
    Str text;
    Err why = {0};
    if (!s->host->read_file(s->host, s->a, role_cache_path(s, call), FILE_MAX, &text, &why))
        return false;
    cJSON *j = ask_object(text);
    const cJSON *c = cJSON_GetObjectItemCaseSensitive(j, "Credentials");
    *out = (AwsCredentials){.access_key = ask_text(s->a, c, "AccessKeyId"),
                            .secret_key = ask_text(s->a, c, "SecretAccessKey"),
                            .session_token = ask_text(s->a, c, "SessionToken"),
                            .account = ask_text(s->a, c, "AccountId")};
    Str expires = ask_text(s->a, c, "Expiration");
    ask_forget(j);
    return out->access_key.n && out->secret_key.n && out->session_token.n &&
           keys_plain(out->access_key) && keys_plain(out->session_token) &&
           timestamp_read(expires, &out->expires) &&
           out->expires - (int64_t)time(NULL) >= LEAST_LIFE;
}

bool role_cache_write(Search *s, const RoleCall *call, const AwsCredentials *keys, Err *err) {
    cJSON *j = cJSON_CreateObject(), *c = cJSON_AddObjectToObject(j, "Credentials");
    cJSON_AddStringToObject(c, "AccessKeyId", str_cstr(s->a, keys->access_key));
    cJSON_AddStringToObject(c, "SecretAccessKey", str_cstr(s->a, keys->secret_key));
    cJSON_AddStringToObject(c, "SessionToken", str_cstr(s->a, keys->session_token));
    Str expires = timestamp_text(s->a, keys->expires);
    cJSON_AddStringToObject(c, "Expiration", str_cstr(s->a, expires));
    if (keys->account.n)
        cJSON_AddStringToObject(c, "AccountId", str_cstr(s->a, keys->account));
    bool good = cache_write(s->a, role_cache_path(s, call), ask_printed(s->a, j), err);
    ask_forget(j);
    return good;
}
