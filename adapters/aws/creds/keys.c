// Reads credentials from JSON.
//
// In: any bytes. Out: keys that can be sent in headers. Invariant: a message about them holds names
// of fields alone: what is malformed may still be a secret.

#include "adapters/aws/creds/keys.h"

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/timestamp.h"
#include "adapters/aws/redact.h"

bool keys_plain(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return true;
}

static bool field(Arena *a, const cJSON *j, const char *name, bool needed, Str *out, Err *err) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(j, name);
    bool there = v && !cJSON_IsNull(v);
    if (there && !cJSON_IsString(v))
        return err_set(err, ERR_ACCESS, "`%s` is not a text", name);
    *out = ask_text(a, j, name);
    if (needed && !out->n)
        return err_set(err, ERR_ACCESS, "`%s` is missing", name);
    if (!keys_plain(*out))
        return err_set(err, ERR_ACCESS, "`%s` holds blanks or characters that no key has", name);
    return true;
}

// "Code" and "Message" are what machines and containers say instead of keys.
static bool is_success(Arena *a, const cJSON *j, Err *err) {
    Str code = ask_text(a, j, "Code"), message = ask_text(a, j, "Message");
    if (!code.n)
        code = ask_text(a, j, "code");
    if (!message.n)
        message = ask_text(a, j, "message");
    if (!code.n || str_is(code, "Success"))
        return true;
    return err_set(err, ERR_ACCESS, "%.*s%s%.*s", STR_ARG(str_visible(a, str_slice(code, 0, 100))),
                   message.n ? ": " : "",
                   STR_ARG(str_visible(a, str_slice(redacted(a, message), 0, 200))));
}

static bool version_is(const cJSON *j, Err *err) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(j, "Version");
    if (!v)
        return err_set(err, ERR_ACCESS, "`Version` is missing");
    return (cJSON_IsNumber(v) && v->valuedouble == 1) ||
           err_set(err, ERR_ACCESS, "`Version` is not 1, which is all that pluto knows");
}

static bool read_fields(Arena *a, const cJSON *j, const KeysForm *form, AwsCredentials *out,
                        Err *err) {
    Str expires = STR_EMPTY;
    if ((form->coded && !is_success(a, j, err)) || (form->version && !version_is(j, err)) ||
        !field(a, j, "AccessKeyId", true, &out->access_key, err) ||
        !field(a, j, "SecretAccessKey", true, &out->secret_key, err) ||
        !field(a, j, form->token, form->whole, &out->session_token, err) ||
        !field(a, j, "Expiration", form->whole, &expires, err) ||
        !field(a, j, "AccountId", false, &out->account, err))
        return false;
    return !expires.n || timestamp_read(expires, &out->expires) ||
           err_set(err, ERR_ACCESS, "`Expiration` is not a time like 2026-01-31T12:00:00Z");
}

bool keys_read(Arena *a, Str json, const KeysForm *form, AwsCredentials *out, Err *err) {
    *out = (AwsCredentials){0};
    cJSON *j = ask_object(json);
    if (!j)
        return err_set(err, ERR_ACCESS, "it is not a JSON object");
    bool good = read_fields(a, j, form, out, err);
    ask_forget(j);
    return good;
}
