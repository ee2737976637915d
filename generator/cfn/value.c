// Values of the graph as CloudFormation.
//
// Input: an ArchValue. Output: a literal, a reference, or a choice by condition.
// Invariant: what stands in the deployer's environment never becomes part of the template: it is a
// parameter that is not shown, and a condition says whether it is set.
#include "generator/cfn/value.h"

#include "generator/cfn/names.h"

#include <string.h>

static Str condition_of(Arena *a, Str parameter) {
    return str_cat(a, STR("Has"), parameter);
}

// Declares parameter and condition of a variable, gives the parameter's name.
static Str declare(Gen *g, Str variable) {
    Template *t = g->template;
    Str id = names_parameter(g->arena, variable);
    if (map_has(&g->variables, id))
        return id;
    Str *name = arena_new(g->arena, Str);
    *name = variable;
    map_set(&g->variables, id, name);
    Json *parameter = json_set(json_object(), "Type", json_string("String"));
    json_set(parameter, "NoEcho", json_bool(true));
    json_set(parameter, "Default", json_string(""));
    json_set_text(
        parameter, "Description",
        str_fmt(g->arena, "the environment variable %.*s, empty: not set", STR_ARG(variable)));
    template_part_add(t, &t->parameters, id, parameter);
    Json *pair = json_push(json_push(json_array(), json_ref(id)), json_string(""));
    Json *empty = json_set(json_object(), "Fn::Equals", pair);
    Json *set = json_set(json_object(), "Fn::Not", json_push(json_array(), empty));
    template_part_add(t, &t->conditions, condition_of(g->arena, id), set);
    return id;
}

static Json *variable_or(Gen *g, Str variable, Json *otherwise) {
    Str id = declare(g, variable);
    return json_if(condition_of(g->arena, id), json_ref(id), otherwise);
}

Json *value_variable(Gen *g, Str variable) {
    return variable_or(g, variable, json_ref(STR("AWS::NoValue")));
}

Json *value_property(Gen *g, const Node *reader, Str id, Str property) {
    const Node *n = gen_node(g, id);
    if (!n->kind->lowering)
        return NULL; // has been said
    return n->kind->lowering->property(g, n, property, reader);
}

static Json *refuse(Gen *g, ValueUse use, const char *why) {
    gen_error(g, P0301, use.reader->resource, "%.*s of `%.*s` %s", STR_ARG(use.name),
              STR_ARG(use.reader->resource->id), why);
    return NULL;
}

static Json *text_json(Gen *g, ValueUse use, Str text) {
    if (text.n && memchr(text.p, 0, text.n))
        return refuse(g, use, "holds a NUL character");
    return json_text(text);
}

static Json *or_json(Gen *g, ValueUse use, const ArchValue *v) {
    if (v->count != 2 || v->items[0]->type != ARCH_ENV)
        return refuse(g, use, "is a choice that a template cannot make");
    Json *otherwise = value_json(g, use, v->items[1]);
    return otherwise ? variable_or(g, v->items[0]->text, otherwise) : NULL;
}

static Json *concat_json(Gen *g, ValueUse use, const ArchValue *v) {
    Json *parts = json_array();
    bool complete = true;
    for (uint32_t i = 0; i < v->count; i++) {
        // Inside of a text a variable that is not set counts as empty.
        Json *part = v->items[i]->type == ARCH_ENV ? json_ref(declare(g, v->items[i]->text))
                                                   : value_json(g, use, v->items[i]);
        complete = complete && part;
        json_push(parts, part);
    }
    if (!complete) {
        cJSON_Delete(parts);
        return NULL;
    }
    Json *pair = json_push(json_push(json_array(), json_string("")), parts);
    return json_set(json_object(), "Fn::Join", pair);
}

static Json *secret_json(Gen *g, ValueUse use, const ArchValue *v) {
    const Node *n = gen_node(g, v->text);
    if (n->kind->lowering)
        return refuse(g, use, "is a secret's value, which does not go into a template");
    return NULL; // that secrets have no template yet has been said
}

Json *value_json(Gen *g, ValueUse use, const ArchValue *v) {
    switch (v->type) {
    case ARCH_NULL:
        return NULL;
    case ARCH_BOOL:
        return json_string(v->boolean ? "true" : "false");
    case ARCH_NUMBER:
        return json_text(arch_value_to_json(g->arena, v));
    case ARCH_STRING:
        return text_json(g, use, v->text);
    case ARCH_PROPERTY:
        return value_property(g, use.reader, v->text, v->property);
    case ARCH_ENV:
        return value_variable(g, v->text);
    case ARCH_CONCAT:
        return concat_json(g, use, v);
    case ARCH_OR:
        return or_json(g, use, v);
    case ARCH_SECRET:
        return secret_json(g, use, v);
    case ARCH_ARRAY:
    case ARCH_OBJECT:
        return refuse(g, use, "should be text");
    }
    BUG("a value of type %d", (int)v->type);
}

uint32_t value_known_bytes(Arena *a, const ArchValue *v) {
    uint32_t bytes = 0;
    switch (v->type) {
    case ARCH_STRING:
        return v->text.n;
    case ARCH_BOOL:
    case ARCH_NUMBER:
        return arch_value_to_json(a, v).n;
    case ARCH_CONCAT:
        for (uint32_t i = 0; i < v->count; i++)
            bytes += value_known_bytes(a, v->items[i]);
        return bytes;
    case ARCH_NULL:
    case ARCH_PROPERTY:
    case ARCH_ENV:
    case ARCH_OR:
    case ARCH_SECRET:
    case ARCH_ARRAY:
    case ARCH_OBJECT:
        return 0;
    }
    return 0;
}
