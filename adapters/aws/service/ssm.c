// One remembered word of an account and region, as a parameter of Systems Manager.
//
// Input: its name. Output: its value. Invariant: who comes second learns what the first one wrote;
// nothing is written over.

#include "adapters/aws/service/ssm.h"

#include "adapters/aws/service/json.h"

bool ssm_get(Client *c, Arena *a, Str name, bool *there, Str *out, Err *err) {
    AwsCall q = {.service = AWS_SSM, .operation = "GetParameter", .safe = true};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject(), *json;
    json_add_text(a, body, "Name", name);
    q.body = json_take(a, body);
    *there = false;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (reply_is(&r, "ParameterNotFound"))
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    if (!json_read(r.body, "Systems Manager", &json, err))
        return false;
    *out = json_get(a, cJSON_GetObjectItemCaseSensitive(json, "Parameter"), "Value");
    *there = out->n > 0;
    cJSON_Delete(json);
    return true;
}

bool ssm_put(Client *c, Arena *a, Str name, Str *value, bool *there, Err *err) {
    AwsCall q = {.service = AWS_SSM, .operation = "PutParameter", .safe = true};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject();
    json_add_text(a, body, "Name", name);
    json_add_text(a, body, "Value", *value);
    json_add_text(a, body, "Type", STR("String"));
    q.body = json_take(a, body);
    *there = false;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (reply_is(&r, "ParameterAlreadyExists"))
        return ssm_get(c, a, name, there, value, err);
    return !r.code.n || aws_refused(&q, &r, err);
}
