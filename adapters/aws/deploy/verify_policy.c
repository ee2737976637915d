// What services say of access, compared with what a template says.
//
// Input: a function's policy, rules for browsers. Output: whether they are enough. Invariant: a
// statement with a condition that is not understood here allows nothing; one that denies everybody
// wins.

#include "adapters/aws/deploy/verify.h"

#include <string.h>
#include <strings.h>

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

// A list may be written as its only member.
static const cJSON *first_of(const cJSON *list) {
    return cJSON_IsArray(list) ? list->child : list;
}

static const cJSON *next_of(const cJSON *list, const cJSON *item) {
    return cJSON_IsArray(list) ? item->next : NULL;
}

static bool list_has(const cJSON *list, const char *word) {
    for (const cJSON *i = first_of(list); i; i = next_of(list, i))
        if (cJSON_IsString(i) && strcasecmp(i->valuestring, word) == 0)
            return true;
    return false;
}

// ---- Policies -----------------------------------------------------------------------------------

static bool acts(const cJSON *statement, const char *action) {
    const cJSON *list = member(statement, "Action");
    return list_has(list, action) || list_has(list, "lambda:*") || list_has(list, "*");
}

static bool everybody(const cJSON *statement) {
    const cJSON *principal = member(statement, "Principal");
    return list_has(principal, "*") || list_has(member(principal, "AWS"), "*");
}

// No condition, or only this one.
static bool only(const cJSON *statement, const char *operator, const char * key,
                 const char *value) {
    const cJSON *condition = member(statement, "Condition");
    if (!condition || !condition->child)
        return true;
    const cJSON *keys = condition->child;
    if (keys->next || strcmp(keys->string, operator) != 0 || !keys->child || keys->child->next)
        return false;
    const cJSON *found = keys->child;
    if (strcasecmp(found->string, key) != 0)
        return false;
    return cJSON_IsBool(found) ? cJSON_IsTrue(found) == (strcmp(value, "true") == 0)
                               : list_has(found, value);
}

static bool effect_is(const cJSON *statement, const char *effect) {
    const cJSON *e = member(statement, "Effect");
    return cJSON_IsString(e) && strcmp(e->valuestring, effect) == 0;
}

static bool allows_public(const cJSON *s, const char *action) {
    bool by_url = strcmp(action, "lambda:InvokeFunctionUrl") == 0;
    return by_url ? only(s, "StringEquals", "lambda:FunctionUrlAuthType", "NONE")
                  : only(s, "Bool", "lambda:InvokedViaFunctionUrl", "true");
}

bool policy_public(Str policy, const char *action) {
    cJSON *root = cJSON_ParseWithLength(policy.p ? policy.p : "", policy.n);
    const cJSON *list = member(root, "Statement");
    bool allowed = false, denied = false;
    for (const cJSON *s = first_of(list); s; s = next_of(list, s)) {
        if (!acts(s, action) || !everybody(s))
            continue;
        allowed = allowed || (effect_is(s, "Allow") && allows_public(s, action));
        denied = denied || (effect_is(s, "Deny") && allows_public(s, action));
    }
    cJSON_Delete(root);
    return allowed && !denied;
}

// "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/$default/GET/hello" names the API.
static bool from_api(Arena *a, const cJSON *statement, Str api) {
    const cJSON *condition = member(statement, "Condition"), *keys, *key;
    const char *part = str_cstr(a, str_fmt(a, ":%.*s/", STR_ARG(api)));
    bool any = false;
    cJSON_ArrayForEach(keys, condition) {
        cJSON_ArrayForEach(key, keys) {
            if (strcasecmp(key->string, "aws:SourceArn") != 0)
                continue;
            any = true;
            for (const cJSON *arn = first_of(key); arn; arn = next_of(key, arn))
                if (cJSON_IsString(arn) && (!api.n || strstr(arn->valuestring, part)))
                    return true;
        }
    }
    return !any;
}

bool policy_gateway(Arena *a, Str policy, Str api) {
    cJSON *root = cJSON_ParseWithLength(policy.p ? policy.p : "", policy.n);
    const cJSON *list = member(root, "Statement");
    bool allowed = false;
    for (const cJSON *s = first_of(list); s && !allowed; s = next_of(list, s)) {
        const cJSON *service = member(member(s, "Principal"), "Service");
        allowed = effect_is(s, "Allow") && acts(s, "lambda:InvokeFunction") &&
                  (list_has(service, "apigateway.amazonaws.com") || everybody(s)) &&
                  from_api(a, s, api);
    }
    cJSON_Delete(root);
    return allowed;
}

// ---- Rules for browsers -------------------------------------------------------------------------

static bool same_set(const cJSON *x, const cJSON *y) {
    const cJSON *i;
    if (cJSON_GetArraySize(x) != cJSON_GetArraySize(y))
        return false;
    cJSON_ArrayForEach(i, x) {
        if (!cJSON_IsString(i) || !list_has(y, i->valuestring))
            return false;
    }
    return true;
}

static double number_of(const cJSON *value) {
    return cJSON_IsNumber(value) ? value->valuedouble : 0;
}

bool cors_same(const cJSON *wanted, Str found) {
    static const char *const LISTS[] = {"AllowOrigins", "AllowMethods", "AllowHeaders",
                                        "ExposeHeaders"};
    cJSON *json = cJSON_ParseWithLength(found.p ? found.p : "", found.n);
    bool same = true;
    // Lambda begins these names with a capital, API Gateway does not.
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        same = same && same_set(member(wanted, LISTS[i]), cJSON_GetObjectItem(json, LISTS[i]));
    same = same && cJSON_IsTrue(member(wanted, "AllowCredentials")) ==
                       cJSON_IsTrue(cJSON_GetObjectItem(json, "AllowCredentials"));
    same = same &&
           number_of(member(wanted, "MaxAge")) == number_of(cJSON_GetObjectItem(json, "MaxAge"));
    cJSON_Delete(json);
    return same;
}
