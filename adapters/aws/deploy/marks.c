// What a deployment adds to the program's template.
//
// Input: a template as the program or as CloudFormation has it. Output: the other. Invariant:
// dropping what was put gives the same resources again, so a stack that was healed is compared with
// its program as if nothing had happened.

#include "adapters/aws/deploy/marks.h"

#include "adapters/aws/service/json.h"

#include <string.h>

#define MARK "endpointName"
#define POLICY "UpdateReplacePolicy"

enum { NAME_MAX_BYTES = 63, CHANCE_BYTES = 5 };

static cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static Str text_of(const cJSON *value) {
    return cJSON_IsString(value) ? str_of(value->valuestring) : STR_EMPTY;
}

static bool is_endpoint(const cJSON *resource) {
    return str_is(text_of(member(resource, "Type")), "AWS::SageMaker::Endpoint");
}

// What an endpoint runs on.
static bool is_ground(const cJSON *resource) {
    Str type = text_of(member(resource, "Type"));
    return str_is(type, "AWS::SageMaker::EndpointConfig") || str_is(type, "AWS::SageMaker::Model");
}

static cJSON *pluto_of(const cJSON *resource) {
    return member(member(resource, "Metadata"), "pluto");
}

// ---- Names in texts -----------------------------------------------------------------------------

static bool goes_on(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// Where the text speaks of the endpoint: in the name of its log group, or in its ARN.
static bool speaks_at(Str text, uint32_t at, Str name) {
    static const char *const before[] = {"/aws/sagemaker/Endpoints/", ":endpoint/"};
    Str head = str_slice(text, 0, at), tail = str_slice(text, at, text.n);
    if (!str_eq(str_slice(tail, 0, name.n), name) || (tail.n > name.n && goes_on(tail.p[name.n])))
        return false;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (str_ends(head, before[i]))
            return true;
    return false;
}

static Str renamed(Arena *a, Str text, Str from, Str to) {
    Buf b = buf_new(a);
    for (uint32_t at = 0; at < text.n;) {
        bool here = speaks_at(text, at, from);
        if (here)
            buf_put(&b, to);
        else
            buf_putc(&b, text.p[at]);
        at += here ? from.n : 1;
    }
    return buf_str(&b);
}

// cJSON reads no text that is nested too deeply for this.
static void rename_below(Arena *a, cJSON *value, Str from, Str to) {
    if (cJSON_IsString(value) && str_contains(str_of(value->valuestring), str_cstr(a, from)))
        cJSON_SetValuestring(value, str_cstr(a, renamed(a, str_of(value->valuestring), from, to)));
    for (cJSON *child = value->child; child; child = child->next)
        rename_below(a, child, from, to);
}

static void name_set(Arena *a, cJSON *root, cJSON *endpoint, Str from, Str to) {
    cJSON *name = member(member(endpoint, "Properties"), "EndpointName");
    rename_below(a, root, from, to);
    cJSON_SetValuestring(name, str_cstr(a, to));
}

// ---- Names --------------------------------------------------------------------------------------

void marks_names(Arena *a, Str json, EndpointNameVec *out) {
    cJSON *root = cJSON_ParseWithLength(json.p ? json.p : "", json.n), *resource;
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        Str name = text_of(member(member(resource, "Properties"), "EndpointName"));
        Str base = text_of(member(pluto_of(resource), MARK));
        if (!is_endpoint(resource) || !name.n)
            continue;
        EndpointName e = {str_dup(a, str_of(resource->string)), str_dup(a, base.n ? base : name),
                          str_dup(a, name)};
        vec_push(a, out, e);
    }
    cJSON_Delete(root);
}

Str marks_name(Arena *a, Str base, Str chance) {
    uint32_t room = NAME_MAX_BYTES - CHANCE_BYTES - 1;
    Str kept = str_slice(base, 0, base.n < room ? base.n : room);
    return str_fmt(a, "%.*s-%.*s", STR_ARG(kept), CHANCE_BYTES, chance.p);
}

// ---- On and off ---------------------------------------------------------------------------------

Str marks_drop(Arena *a, Str json) {
    cJSON *root = cJSON_ParseWithLength(json.p ? json.p : "", json.n), *resource;
    if (!cJSON_IsObject(root)) {
        cJSON_Delete(root);
        return json;
    }
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        if (is_ground(resource))
            cJSON_DeleteItemFromObjectCaseSensitive(resource, POLICY);
        Str name = text_of(member(member(resource, "Properties"), "EndpointName"));
        Str base = text_of(member(pluto_of(resource), MARK));
        if (!is_endpoint(resource) || !base.n || !name.n)
            continue;
        name_set(a, root, resource, str_dup(a, name), str_dup(a, base));
        cJSON_DeleteItemFromObjectCaseSensitive(pluto_of(resource), MARK);
    }
    return json_take(a, root);
}

static void name_put(Arena *a, cJSON *root, const EndpointName *e) {
    cJSON *endpoint = member(member(root, "Resources"), str_cstr(a, e->id));
    cJSON *pluto = pluto_of(endpoint);
    Str base = text_of(member(member(endpoint, "Properties"), "EndpointName"));
    if (!is_endpoint(endpoint) || !pluto || !str_eq(base, e->base) || str_eq(e->base, e->name))
        return;
    name_set(a, root, endpoint, e->base, e->name);
    json_add_text(a, pluto, MARK, e->base);
}

Str marks_put(Arena *a, Str json, const EndpointNameVec *names, bool keep) {
    cJSON *root = cJSON_ParseWithLength(json.p ? json.p : "", json.n), *resource;
    if (!cJSON_IsObject(root)) {
        cJSON_Delete(root);
        return json;
    }
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        if (keep && is_ground(resource) && !member(resource, POLICY))
            cJSON_AddStringToObject(resource, POLICY, "Retain");
    }
    for (uint32_t i = 0; i < names->n; i++)
        name_put(a, root, &names->at[i]);
    return json_take(a, root);
}
