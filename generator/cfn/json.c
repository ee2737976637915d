// JSON for templates, on cJSON.
//
// Input: slices and trees. Output: trees, and at the end text.
// Invariant: nothing here returns NULL; a slice with a NUL byte cannot be written as JSON text, the
// lowering refuses such values before they come here.
#include "generator/cfn/json.h"

#include <string.h>

static Json *made(Json *json) {
    if (!json)
        BUG("no memory for a template");
    return json;
}

Json *json_object(void) {
    return made(cJSON_CreateObject());
}

Json *json_array(void) {
    return made(cJSON_CreateArray());
}

Json *json_bool(bool b) {
    return made(cJSON_CreateBool(b));
}

Json *json_number(double d) {
    return made(cJSON_CreateNumber(d));
}

Json *json_string(const char *s) {
    return made(cJSON_CreateString(s));
}

// cJSON wants NUL-terminated text and copies it: short texts, nearly all of them, go through
// `small`.
static char *terminated(Str s, char *small, size_t size) {
    char *text = s.n < size ? small : cJSON_malloc((size_t)s.n + 1);
    if (!text)
        BUG("no memory for a template");
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return text;
}

Json *json_text(Str s) {
    char small[256];
    char *text = terminated(s, small, sizeof small);
    Json *json = json_string(text);
    if (text != small)
        cJSON_free(text);
    return json;
}

Json *json_set(Json *object, const char *key, Json *value) {
    if (value)
        cJSON_AddItemToObject(object, key, value);
    return object;
}

Json *json_set_text(Json *object, const char *key, Str value) {
    return json_set(object, key, json_text(value));
}

Json *json_put(Json *object, Str key, Json *value) {
    char small[256];
    char *text = terminated(key, small, sizeof small);
    json_set(object, text, value);
    if (text != small)
        cJSON_free(text);
    return object;
}

Json *json_push(Json *array, Json *value) {
    if (value)
        cJSON_AddItemToArray(array, value);
    return array;
}

Json *json_ref(Str id) {
    return json_set_text(json_object(), "Ref", id);
}

Json *json_att(Str id, const char *attribute) {
    Json *pair = json_push(json_push(json_array(), json_text(id)), json_string(attribute));
    return json_set(json_object(), "Fn::GetAtt", pair);
}

Json *json_sub(Str text) {
    return json_set_text(json_object(), "Fn::Sub", text);
}

Json *json_sub_with(Str text, const char *name, Json *value) {
    Json *pair = json_push(json_array(), json_text(text));
    json_push(pair, json_set(json_object(), name, value));
    return json_set(json_object(), "Fn::Sub", pair);
}

Json *json_if(Str condition, Json *then, Json *otherwise) {
    Json *three = json_push(json_array(), json_text(condition));
    json_push(json_push(three, then), otherwise);
    return json_set(json_object(), "Fn::If", three);
}

Json *json_one_or_all(Json *array) {
    if (cJSON_GetArraySize(array) != 1)
        return array;
    Json *only = cJSON_DetachItemFromArray(array, 0);
    cJSON_Delete(array);
    return only;
}
