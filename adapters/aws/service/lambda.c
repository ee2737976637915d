// Lambda's operations that a deployment needs.
//
// Input: a function's name. Output: its state, its URL, its policy, its answer. Invariant: a reply
// that is not the JSON it should be is an error, whatever it is.

#include "adapters/aws/service/lambda.h"

#include "adapters/aws/query.h"
#include "adapters/aws/service/json.h"

#include <openssl/evp.h>

static bool state_read(Arena *a, Str body, LambdaState *out, Err *err) {
    cJSON *json;
    if (!json_read(body, "Lambda", &json, err))
        return false;
    *out = (LambdaState){.there = true,
                         .state = json_get(a, json, "State"),
                         .reason = json_get(a, json, "StateReason"),
                         .update = json_get(a, json, "LastUpdateStatus"),
                         .update_reason = json_get(a, json, "LastUpdateStatusReason"),
                         .code_sha256 = json_get(a, json, "CodeSha256"),
                         .revision = json_get(a, json, "RevisionId")};
    cJSON_Delete(json);
    return true;
}

static AwsCall call_of(Arena *a, const char *operation, const char *method, Str function,
                       const char *end) {
    return (AwsCall){.service = AWS_LAMBDA,
                     .operation = operation,
                     .method = method,
                     .path = str_fmt(a, "/2015-03-31/functions/%.*s/%s",
                                     STR_ARG(percent_encoded(a, function, false)), end),
                     .safe = true};
}

bool lambda_state(Client *c, Arena *a, Str function, LambdaState *out, Err *err) {
    AwsCall q = call_of(a, "GetFunctionConfiguration", "GET", function, "configuration");
    AwsReply r = {0};
    *out = (LambdaState){0};
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.status == 404)
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    return state_read(a, r.body, out, err);
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lambda_runs(const LambdaState *s, Str sha256) {
    enum { BYTES = 32, BASE64 = 44, HEX = 16 };
    unsigned char bytes[BYTES], text[BASE64 + 1];
    if (sha256.n != 2 * BYTES)
        return false;
    const char *digit = sha256.p;
    for (uint32_t i = 0; i < BYTES; i++) {
        int high = hex_digit(*digit++), low = hex_digit(*digit++);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high * HEX + low);
    }
    return EVP_EncodeBlock(text, bytes, BYTES) == BASE64 &&
           str_eq(s->code_sha256, (Str){(const char *)text, BASE64});
}

bool lambda_code(Client *c, Arena *a, const LambdaCode *in, bool *busy, LambdaState *out,
                 Err *err) {
    AwsCall q = call_of(a, "UpdateFunctionCode", "PUT", in->function, "code");
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject();
    json_add_text(a, body, "S3Bucket", in->bucket);
    json_add_text(a, body, "S3Key", in->key);
    q.body = json_take(a, body);
    vec_push(a, &q.headers, (HttpHeader){STR("content-type"), STR("application/json")});
    *busy = false;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.status == 409)
        return *busy = true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    return state_read(a, r.body, out, err);
}

// What is only looked at is not asked for long. *json is NULL where there is no such thing.
static bool glance(Client *c, Arena *a, AwsCall *q, cJSON **json, Err *err) {
    AwsReply r = {0};
    *json = NULL;
    q->attempts = AWS_GLANCES;
    q->total_ms = AWS_GLANCE_MS;
    if (!aws_call(c, a, q, &r, err))
        return false;
    if (r.status == 404)
        return true;
    if (r.code.n)
        return aws_refused(q, &r, err);
    return json_read(r.body, "Lambda", json, err);
}

bool lambda_there(Client *c, Arena *a, Str function, bool *there, Err *err) {
    AwsCall q = call_of(a, "GetFunctionConfiguration", "GET", function, "configuration");
    cJSON *json;
    if (!glance(c, a, &q, &json, err))
        return false;
    *there = json != NULL;
    cJSON_Delete(json);
    return true;
}

static double number_of(const cJSON *json, const char *part, const char *name) {
    const cJSON *n =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, part), name);
    return cJSON_IsNumber(n) && n->valuedouble > 0 ? n->valuedouble : 0;
}

bool lambda_account(Client *c, Arena *a, LambdaAccount *out, Err *err) {
    AwsCall q = {.service = AWS_LAMBDA,
                 .operation = "GetAccountSettings",
                 .method = "GET",
                 .path = STR("/2016-08-19/account-settings"),
                 .safe = true};
    cJSON *json;
    *out = (LambdaAccount){0};
    if (!glance(c, a, &q, &json, err))
        return false;
    *out = (LambdaAccount){.code_bytes = number_of(json, "AccountUsage", "TotalCodeSize"),
                           .code_limit = number_of(json, "AccountLimit", "TotalCodeSize"),
                           .concurrent = number_of(json, "AccountLimit", "ConcurrentExecutions"),
                           .unreserved =
                               number_of(json, "AccountLimit", "UnreservedConcurrentExecutions")};
    cJSON_Delete(json);
    return true;
}

bool lambda_url(Client *c, Arena *a, Str function, LambdaUrl *out, Err *err) {
    AwsCall q = call_of(a, "GetFunctionUrlConfig", "GET", function, "url");
    cJSON *json;
    q.path =
        str_fmt(a, "/2021-10-31/functions/%.*s/url", STR_ARG(percent_encoded(a, function, false)));
    *out = (LambdaUrl){0};
    if (!glance(c, a, &q, &json, err))
        return false;
    if (!json)
        return true;
    cJSON *cors = cJSON_DetachItemFromObjectCaseSensitive(json, "Cors");
    *out = (LambdaUrl){.there = true,
                       .auth = json_get(a, json, "AuthType"),
                       .mode = json_get(a, json, "InvokeMode"),
                       .cors = cors ? json_take(a, cors) : STR_EMPTY};
    cJSON_Delete(json);
    return true;
}

bool lambda_policy(Client *c, Arena *a, Str function, Str *out, Err *err) {
    AwsCall q = call_of(a, "GetPolicy", "GET", function, "policy");
    cJSON *json;
    *out = STR_EMPTY;
    if (!glance(c, a, &q, &json, err))
        return false;
    *out = json_get(a, json, "Policy");
    cJSON_Delete(json);
    return true;
}

static Str header_of(const AwsReply *r, const char *name) {
    for (uint32_t i = 0; i < r->headers.n; i++)
        if (str_is(r->headers.at[i].name, name))
            return r->headers.at[i].value;
    return STR_EMPTY;
}

static Str base64_decoded(Arena *a, Str text) {
    enum { QUANTUM = 4 };
    if (!text.n || text.n % QUANTUM)
        return STR_EMPTY;
    char *bytes = arena_alloc(a, text.n);
    int n = EVP_DecodeBlock((unsigned char *)bytes, (const unsigned char *)text.p, (int)text.n);
    for (uint32_t i = text.n; n > 0 && i > 0 && text.p[i - 1] == '='; i--)
        n--;
    return n > 0 ? (Str){bytes, (uint32_t)n} : STR_EMPTY;
}

// Never sent twice: the function may have worked.
bool lambda_invoke(Client *c, Arena *a, Str function, Str event, LambdaAnswer *out, Err *err) {
    AwsCall q = call_of(a, "Invoke", "POST", function, "invocations");
    AwsReply r = {0};
    q.safe = false;
    q.body = event;
    vec_push(a, &q.headers, (HttpHeader){STR("content-type"), STR("application/json")});
    vec_push(a, &q.headers, (HttpHeader){STR("x-amz-log-type"), STR("Tail")});
    *out = (LambdaAnswer){0};
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.status == 404)
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    *out = (LambdaAnswer){.there = true,
                          .failed = header_of(&r, "x-amz-function-error").n > 0,
                          .body = r.body,
                          .log = base64_decoded(a, header_of(&r, "x-amz-log-result"))};
    return true;
}
