#pragma once
// JSON for templates: cJSON trees and the few CloudFormation functions that templates use.
//
// Ownership: what these make belongs to whoever put it into a tree, in the end to the Template.

#include "base/base.h"

#include <cjson/cJSON.h>

typedef cJSON Json;

Json *json_object(void);
Json *json_array(void);
Json *json_bool(bool b);
Json *json_number(double d);
Json *json_string(const char *s);
Json *json_text(Str s);

// Adds a member or an item and gives the container back. A NULL value is left out: what cannot be
// made has been said before.
Json *json_set(Json *object, const char *key, Json *value);
Json *json_set_text(Json *object, const char *key, Str value);
Json *json_put(Json *object, Str key, Json *value);
Json *json_push(Json *array, Json *value);

Json *json_ref(Str id);
Json *json_att(Str id, const char *attribute);
// Fn::Sub over pseudo parameters and parameters. Resources are referred to by Ref and Fn::GetAtt
// only, which can be rewritten when a template is divided.
Json *json_sub(Str text);
// Fn::Sub of text with ${name}, which stands for `value`.
Json *json_sub_with(Str text, const char *name, Json *value);
// Fn::If
Json *json_if(Str condition, Json *then, Json *otherwise);
// One value in place of a list of one, as policies have it.
Json *json_one_or_all(Json *array);

Str json_print(Arena *a, const Json *json, bool compact);
