// A CloudFormation template under construction.
//
// Input: parts in canonical order. Output: the template's text, in that order.
// Invariant: ids are unique within their section; each tree has one owner.
#include "generator/cfn/template.h"

// Beyond this the line breaks are left out: they are a third of a template.
enum { READABLE_BYTES = 900000 };

Template template_new(Arena *a, Str description) {
    return (Template){.arena = a, .description = description, .ids = map_new(a)};
}

static void parts_drop(TemplatePartVec *parts) {
    for (uint32_t i = 0; i < parts->n; i++)
        cJSON_Delete(parts->at[i].json);
    parts->n = 0;
}

void template_drop(Template *t) {
    cJSON_Delete(t->metadata);
    t->metadata = NULL;
    parts_drop(&t->parameters);
    parts_drop(&t->mappings);
    parts_drop(&t->conditions);
    parts_drop(&t->outputs);
    for (uint32_t i = 0; i < t->resources.n; i++)
        cJSON_Delete(t->resources.at[i].json);
    t->resources.n = 0;
}

Json *template_part(const TemplatePartVec *parts, Str id) {
    for (uint32_t i = 0; i < parts->n; i++)
        if (str_eq(parts->at[i].id, id))
            return parts->at[i].json;
    return NULL;
}

void template_part_add(Template *t, TemplatePartVec *parts, Str id, Json *json) {
    if (template_part(parts, id))
        cJSON_Delete(json);
    else
        vec_push(t->arena, parts, (TemplatePart){id, json});
}

bool template_resource_add(Template *t, TemplateResource resource, Str *other) {
    Str *owner = map_find(&t->ids, resource.id);
    if (owner) {
        *other = *owner;
        cJSON_Delete(resource.json);
        return false;
    }
    owner = arena_new(t->arena, Str);
    *owner = resource.owner;
    map_set(&t->ids, resource.id, owner);
    vec_push(t->arena, &t->resources, resource);
    return true;
}

static void section(Json *root, const char *name, TemplatePartVec *parts) {
    if (parts->n == 0)
        return;
    Json *object = json_object();
    for (uint32_t i = 0; i < parts->n; i++)
        json_put(object, parts->at[i].id, parts->at[i].json);
    parts->n = 0;
    json_set(root, name, object);
}

static Str largest_owner(Arena *a, const Template *t, const Json *resources) {
    Str owner = STR_EMPTY;
    uint32_t most = 0, i = 0;
    for (const Json *r = resources->child; r; r = r->next, i++) {
        uint32_t n = json_print(a, r, true).n;
        if (n <= most)
            continue;
        most = n;
        owner = t->resources.at[i].owner;
    }
    return owner;
}

Str template_text(Arena *a, Template *t, uint32_t max, Str *largest) {
    Json *root = json_object();
    json_set(root, "AWSTemplateFormatVersion", json_string("2010-09-09"));
    json_set_text(root, "Description", t->description);
    json_set(root, "Metadata", t->metadata);
    t->metadata = NULL;
    section(root, "Parameters", &t->parameters);
    section(root, "Mappings", &t->mappings);
    section(root, "Conditions", &t->conditions);
    Json *resources = json_object();
    for (uint32_t i = 0; i < t->resources.n; i++)
        json_put(resources, t->resources.at[i].id, t->resources.at[i].json);
    json_set(root, "Resources", resources);
    section(root, "Outputs", &t->outputs);
    Str text = json_print(a, root, false);
    if (text.n > READABLE_BYTES)
        text = json_print(a, root, true);
    if (text.n > max)
        *largest = largest_owner(a, t, resources);
    t->resources.n = 0;
    cJSON_Delete(root);
    return text;
}
