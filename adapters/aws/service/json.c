// JSON of AWS's services, in few words. In: bytes. Out: members as Str. Invariant: what is not an
// object is refused before anybody looks into it.

#include "adapters/aws/service/json.h"

bool json_read(Str text, const char *who, cJSON **out, Err *err) {
    cJSON *json = cJSON_ParseWithLength(text.p ? text.p : "", text.n);
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return err_set(err, ERR_IO, "%s's answer is not the JSON that it should be", who);
    }
    *out = json;
    return true;
}

Str json_get(Arena *a, const cJSON *object, const char *name) {
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(m) ? str_dup(a, str_of(m->valuestring)) : STR_EMPTY;
}

void json_add_text(Arena *a, cJSON *object, const char *name, Str value) {
    cJSON_AddStringToObject(object, name, str_cstr(a, value));
}

Str json_take(Arena *a, cJSON *value) {
    char *text = cJSON_PrintUnformatted(value);
    Str out = str_dup(a, str_of(text));
    cJSON_free(text);
    cJSON_Delete(value);
    return out;
}
