// Service quotas, by name: their codes are nobody's to know by heart.
//
// Input: where to go on in the list. Output: names and values. Invariant: a quota that is not told
// is not there; it is never taken for 0.

#include "adapters/aws/service/quotas.h"

#include "adapters/aws/service/json.h"

enum { PAGE = 100, PATIENCE_MS = 4000, ATTEMPTS = 2 };

bool quotas_read(Arena *a, Str body, QuotaVec *out, Str *next, Err *err) {
    cJSON *json;
    const cJSON *m;
    if (!json_read(body, "Service Quotas", &json, err))
        return false;
    cJSON_ArrayForEach(m, cJSON_GetObjectItemCaseSensitive(json, "Quotas")) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(m, "Value");
        Str name = json_get(a, m, "QuotaName");
        if (name.n && cJSON_IsNumber(value))
            vec_push(a, out, (Quota){name, value->valuedouble});
    }
    *next = json_get(a, json, "NextToken");
    cJSON_Delete(json);
    return true;
}

bool quotas_sagemaker(Client *c, Arena *a, bool defaults, Str from, bool *allowed, QuotaVec *out,
                      Str *next, Err *err) {
    // Not repeated where it fails: what is not known stops nobody.
    AwsCall q = {.service = AWS_SERVICE_QUOTAS,
                 .operation = defaults ? "ListAWSDefaultServiceQuotas" : "ListServiceQuotas",
                 .total_ms = PATIENCE_MS,
                 .attempts = ATTEMPTS};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject();
    json_add_text(a, body, "ServiceCode", STR("sagemaker"));
    cJSON_AddNumberToObject(body, "MaxResults", PAGE);
    if (from.n)
        json_add_text(a, body, "NextToken", from);
    q.body = json_take(a, body);
    *allowed = true;
    *next = STR_EMPTY;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.code.n && reply_denied(&r)) {
        *allowed = false;
        return true;
    }
    if (r.code.n)
        return aws_refused(&q, &r, err);
    return quotas_read(a, r.body, out, next, err);
}
