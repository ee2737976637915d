// What a deployment has to know of a template, and what it does to it.
//
// Input: the generator's template, or what CloudFormation keeps. Output: what is handed in, and
// facts. Invariant: two programs that differ in the places of their code alone give the same
// template but for its metadata, which CloudFormation does not count as a change.

#include "adapters/aws/deploy/template.h"

#include "adapters/aws/service/json.h"

#include <string.h>

static cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static Str type_of(const cJSON *resource) {
    const cJSON *type = member(resource, "Type");
    return cJSON_IsString(type) ? str_of(type->valuestring) : STR_EMPTY;
}

// ---- Preparing ----------------------------------------------------------------------------------

static bool names_itself(const cJSON *properties) {
    static const char *const names[] = {"RoleName", "ManagedPolicyName", "UserName", "GroupName",
                                        "InstanceProfileName"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (member(properties, names[i]))
            return true;
    return false;
}

static void facts_read(const cJSON *json, TemplateFacts *out) {
    const cJSON *resource, *parameter;
    cJSON_ArrayForEach(resource, member(json, "Resources")) {
        Str type = type_of(resource);
        if (str_starts(type, "AWS::IAM::")) {
            out->iam = true;
            out->named = out->named || names_itself(member(resource, "Properties"));
        }
        out->nested = out->nested || str_is(type, "AWS::CloudFormation::Stack");
    }
    cJSON_ArrayForEach(parameter, member(json, "Parameters")) {
        out->hidden = out->hidden || cJSON_IsTrue(member(parameter, "NoEcho"));
        out->bucket = out->bucket || strcmp(parameter->string, "ArtifactBucket") == 0;
    }
}

static void places_drop(cJSON *json) {
    cJSON *resource;
    cJSON_ArrayForEach(resource, member(json, "Resources")) {
        cJSON *pluto = member(member(resource, "Metadata"), "pluto");
        cJSON_DeleteItemFromObjectCaseSensitive(pluto, "source");
    }
}

bool template_prepare(Arena *a, Str json, Str arch_key, TemplateFacts *out, Err *err) {
    cJSON *root;
    if (!json_read(json, "the template", &root, err))
        return false;
    *out = (TemplateFacts){0};
    facts_read(root, out);
    places_drop(root);
    cJSON *pluto = member(member(root, "Metadata"), "pluto");
    if (arch_key.n && pluto)
        json_add_text(a, pluto, "graph", arch_key);
    out->text = json_take(a, root);
    return true;
}

// ---- Reading ------------------------------------------------------------------------------------

static cJSON *parse(Str json) {
    return cJSON_ParseWithLength(json.p ? json.p : "", json.n);
}

bool template_same(Str x, Str y) {
    cJSON *left = parse(x), *right = parse(y);
    cJSON_DeleteItemFromObjectCaseSensitive(left, "Metadata");
    cJSON_DeleteItemFromObjectCaseSensitive(right, "Metadata");
    bool same = left && right && cJSON_Compare(left, right, true);
    cJSON_Delete(left);
    cJSON_Delete(right);
    return same;
}

Str template_arch_key(Arena *a, Str json) {
    cJSON *root = parse(json);
    Str key = json_get(a, member(member(root, "Metadata"), "pluto"), "graph");
    cJSON_Delete(root);
    return key;
}

// The logical id in {"Fn::GetAtt": ["X", …]} or {"Ref": "X"}.
static Str referred(Arena *a, const cJSON *value) {
    const cJSON *first = cJSON_GetArrayItem(member(value, "Fn::GetAtt"), 0);
    return cJSON_IsString(first) ? str_dup(a, str_of(first->valuestring))
                                 : json_get(a, value, "Ref");
}

void template_endpoints(Arena *a, Str json, TemplateEndpointVec *out) {
    cJSON *root = parse(json), *resource;
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        if (!str_is(type_of(resource), "AWS::SageMaker::Endpoint"))
            continue;
        const cJSON *config = member(member(resource, "Properties"), "EndpointConfigName");
        TemplateEndpoint e = {str_dup(a, str_of(resource->string)), referred(a, config)};
        if (e.config.n)
            vec_push(a, out, e);
    }
    cJSON_Delete(root);
}

void template_retained(Arena *a, Str json, AwsPairVec *out) {
    cJSON *root = parse(json), *resource;
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        Str policy = json_get(a, resource, "DeletionPolicy");
        if (str_starts(policy, "Retain") || str_is(policy, "Snapshot"))
            vec_push(
                a, out,
                (AwsPair){str_dup(a, str_of(resource->string)), str_dup(a, type_of(resource))});
    }
    cJSON_Delete(root);
}

static Str function_in(Arena *a, Str json, Str id) {
    cJSON *root = parse(json), *resource;
    Str found = STR_EMPTY;
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        Str owner = json_get(a, member(member(resource, "Metadata"), "pluto"), "id");
        if (str_is(type_of(resource), "AWS::Lambda::Function") && str_eq(owner, id))
            found = str_dup(a, str_of(resource->string));
    }
    cJSON_Delete(root);
    return found;
}

Str template_function(Arena *a, const AwsDeploy *in, Str id) {
    Str found = function_in(a, in->template_json, id);
    for (uint32_t i = 0; !found.n && i < in->asset_count; i++)
        if (in->assets[i].text.n)
            found = function_in(a, in->assets[i].text, id);
    return found;
}
