// References within a template.
//
// Input: any part of a template. Output: each Ref, Fn::GetAtt, Fn::Sub, Fn::If, Fn::FindInMap and
// DependsOn in it. Invariant: what CloudFormation would resolve or wait for is found, and nothing
// else.
#include "generator/cfn/refs.h"

enum { DEPTH_MAX = 2000 };

typedef struct Walk {
    void (*visit)(void *context, const Reference *r);
    void *context;
} Walk;

static void found(const Walk *w, RefType type, Str id, Str attribute, Json *node) {
    if (!str_starts(id, "AWS::"))
        w->visit(w->context, &(Reference){type, id, attribute, node});
}

// ${Id} and ${Id.Attribute}; ${!literal} is text, names of `local` are given beside the text.
static void sub_text(const Walk *w, Str text, const Json *local) {
    for (uint32_t at = 0;;) {
        int64_t open = str_find(text, STR("${"), at);
        int64_t close = open < 0 ? -1 : str_find(text, STR("}"), (uint32_t)open);
        if (close < 0)
            return;
        Str name = str_slice(text, (uint32_t)open + 2, (uint32_t)close);
        at = (uint32_t)close + 1;
        bool given = name.n == 0 || name.p[0] == '!';
        for (const Json *item = local ? local->child : NULL; item; item = item->next)
            given = given || str_is(name, item->string);
        if (given)
            continue;
        int64_t dot = str_find(name, STR("."), 0);
        Str id = dot < 0 ? name : str_slice(name, 0, (uint32_t)dot);
        found(w, REF_SUB, id, dot < 0 ? STR_EMPTY : str_slice(name, (uint32_t)dot + 1, name.n),
              NULL);
    }
}

static void depends(const Walk *w, const Json *value) {
    if (cJSON_IsString(value))
        found(w, REF_DEPENDS, str_of(value->valuestring), STR_EMPTY, NULL);
    for (const Json *item = cJSON_IsArray(value) ? value->child : NULL; item; item = item->next)
        if (cJSON_IsString(item))
            found(w, REF_DEPENDS, str_of(item->valuestring), STR_EMPTY, NULL);
}

static const char *text_at(const Json *array, int index) {
    const Json *item = cJSON_GetArrayItem(array, index);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

// A function that is wholly a reference. True where there is nothing to look for inside.
static bool reference(const Walk *w, Json *node) {
    Json *value = node->child;
    if (!value || value->next || !value->string)
        return false;
    Str key = str_of(value->string);
    if (str_is(key, "Ref") && cJSON_IsString(value)) {
        found(w, REF_REF, str_of(value->valuestring), STR_EMPTY, node);
        return true;
    }
    if (str_is(key, "Fn::GetAtt") && text_at(value, 0) && text_at(value, 1)) {
        found(w, REF_ATT, str_of(text_at(value, 0)), str_of(text_at(value, 1)), node);
        return true;
    }
    if (str_is(key, "Fn::Sub") && cJSON_IsString(value)) {
        sub_text(w, str_of(value->valuestring), NULL);
        return true;
    }
    if (str_is(key, "Fn::Sub") && text_at(value, 0))
        sub_text(w, str_of(text_at(value, 0)), cJSON_GetArrayItem(value, 1));
    if (str_is(key, "Fn::If") && text_at(value, 0))
        found(w, REF_CONDITION, str_of(text_at(value, 0)), STR_EMPTY, node);
    if (str_is(key, "Fn::FindInMap") && text_at(value, 0))
        found(w, REF_MAPPING, str_of(text_at(value, 0)), STR_EMPTY, node);
    return false;
}

static void walk(const Walk *w, Json *json, unsigned depth) {
    if (depth > DEPTH_MAX)
        BUG("a template is nested more than %d levels deep", (int)DEPTH_MAX);
    if (cJSON_IsObject(json) && reference(w, json))
        return;
    if (!cJSON_IsObject(json) && !cJSON_IsArray(json))
        return;
    for (Json *item = json->child; item; item = item->next) {
        bool resource = depth == 0 && item->string;
        if (resource && str_is(str_of(item->string), "DependsOn"))
            depends(w, item);
        else if (!resource || !str_is(str_of(item->string), "Metadata"))
            walk(w, item, depth + 1);
    }
}

void refs_walk(Json *json, void (*visit)(void *context, const Reference *r), void *context) {
    walk(&(Walk){visit, context}, json, 0);
}
