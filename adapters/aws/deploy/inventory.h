#pragma once
// The resources of a deployment's templates, with what can be told of them before AWS has made
// any. Private to adapters/aws/deploy.

#include "adapters/adapters.h"

#include <cjson/cJSON.h>

typedef struct Item {
    Str stack; // logical id of the nested stack that it is in, or empty
    Str id, type;
    const cJSON *properties; // or NULL
    const cJSON *mappings;   // of its template, or NULL
    bool retained;           // it stays when it is removed
} Item;
typedef Vec(Item) ItemVec;

typedef struct Inventory {
    ItemVec items;
    Vec(cJSON *) roots;
    AwsPairVec values; // of AWS::Region and its like, and of the main template's parameters
} Inventory;

// What is no template has no resources. To be closed.
void inventory_read(Arena *a, Str json, const AwsTemplateVec *nested, Inventory *out);
void inventory_close(Inventory *v);
void inventory_value(Arena *a, Inventory *v, const char *name, Str value);

// The same resource, or NULL.
const Item *inventory_find(const Inventory *v, Str stack, Str id);
const cJSON *item_property(const Item *i, const char *name);
// A value as text, as far as literals, parameters, Fn::Sub, Fn::Join and Fn::FindInMap go; empty
// where AWS alone knows it.
Str item_text(Arena *a, const Inventory *v, const Item *i, const cJSON *value);
// The logical id in {"Ref": …} or {"Fn::GetAtt": […]}, or empty.
Str item_referred(Arena *a, const cJSON *value);
// Every change of such a resource but that of its tags makes a new one.
bool type_is_replaced(Str type);
// Whether a property is something else than before: by its text, by a parameter in it, or by a
// resource that is replaced.
bool item_changed(const Inventory *now, const Item *i, const Inventory *before, const Item *old,
                  const char *property);
