// The resources of a deployment's templates.
//
// Input: templates as they are handed in, and what is known of their parameters. Output: items, and
// the text of their properties. Invariant: nothing is guessed: what only AWS knows is empty.

#include "adapters/aws/deploy/inventory.h"

#include "adapters/aws/service/json.h"

#include <string.h>

// Of nesting in a value; of looks into it; of resources that refer to each other: an endpoint to
// its configuration, that to its model, that to its role.
enum { DEPTH_MAX = 64, STEPS_MAX = 1000, HOPS_MAX = 4 };

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

// ---- Reading ------------------------------------------------------------------------------------

static void template_add(Arena *a, Str stack, Str json, Inventory *out) {
    cJSON *root = cJSON_ParseWithLength(json.p ? json.p : "", json.n);
    const cJSON *resource;
    if (!root)
        return;
    vec_push(a, &out->roots, root);
    cJSON_ArrayForEach(resource, member(root, "Resources")) {
        Str policy = json_get(a, resource, "DeletionPolicy");
        const cJSON *properties = member(resource, "Properties");
        Item item = {.stack = stack,
                     .id = str_dup(a, str_of(resource->string)),
                     .type = json_get(a, resource, "Type"),
                     .properties = cJSON_IsObject(properties) ? properties : NULL,
                     .mappings = member(root, "Mappings"),
                     .retained = str_starts(policy, "Retain")};
        vec_push(a, &out->items, item);
    }
}

void inventory_read(Arena *a, Str json, const AwsTemplateVec *nested, Inventory *out) {
    *out = (Inventory){0};
    template_add(a, STR_EMPTY, json, out);
    for (uint32_t i = 0; nested && i < nested->n; i++)
        template_add(a, nested->at[i].id, nested->at[i].json, out);
}

void inventory_close(Inventory *v) {
    for (uint32_t i = 0; i < v->roots.n; i++)
        cJSON_Delete(v->roots.at[i]);
    v->roots.n = 0;
}

void inventory_value(Arena *a, Inventory *v, const char *name, Str value) {
    vec_push(a, &v->values, (AwsPair){str_of(name), value});
}

const Item *inventory_find(const Inventory *v, Str stack, Str id) {
    for (uint32_t i = 0; i < v->items.n; i++)
        if (str_eq(v->items.at[i].id, id) && str_eq(v->items.at[i].stack, stack))
            return &v->items.at[i];
    return NULL;
}

const cJSON *item_property(const Item *i, const char *name) {
    return member(i->properties, name);
}

Str item_referred(Arena *a, const cJSON *value) {
    const cJSON *first = cJSON_GetArrayItem(member(value, "Fn::GetAtt"), 0);
    return cJSON_IsString(first) ? str_dup(a, str_of(first->valuestring))
                                 : json_get(a, value, "Ref");
}

// ---- Evaluating ---------------------------------------------------------------------------------

typedef struct Reading {
    Arena *a;
    const Inventory *v;
    const Item *item;
    unsigned depth, steps;
} Reading;

static bool read_text(Reading *r, const cJSON *value, Str *out);

// A nested template's own parameters are its parent's to know.
static bool value_of(const Reading *r, Str name, Str *out) {
    if (r->item->stack.n && !str_starts(name, "AWS::"))
        return false;
    for (uint32_t i = 0; i < r->v->values.n; i++)
        if (str_eq(r->v->values.at[i].key, name))
            return *out = r->v->values.at[i].value, true;
    return false;
}

static bool read_name(Reading *r, Str name, const cJSON *own, Str *out) {
    const cJSON *m = member(own, str_cstr(r->a, name));
    return m ? read_text(r, m, out) : value_of(r, name, out);
}

static bool read_sub(Reading *r, const cJSON *value, Str *out) {
    const cJSON *text = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, 0) : value;
    const cJSON *own = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, 1) : NULL;
    if (!cJSON_IsString(text))
        return false;
    Str s = str_of(text->valuestring);
    Buf b = buf_new(r->a);
    for (uint32_t at = 0; at < s.n;) {
        int64_t open = str_find(s, STR("${"), at);
        int64_t close = open < 0 ? -1 : str_find(s, STR("}"), (uint32_t)open);
        if (close < 0) {
            buf_put(&b, str_slice(s, at, s.n));
            break;
        }
        Str name = str_slice(s, (uint32_t)open + 2, (uint32_t)close), part;
        buf_put(&b, str_slice(s, at, (uint32_t)open));
        at = (uint32_t)close + 1;
        if (str_starts(name, "!"))
            buf_printf(&b, "${%.*s}", STR_ARG(str_slice(name, 1, name.n)));
        else if (read_name(r, name, own, &part))
            buf_put(&b, part);
        else
            return false;
    }
    *out = buf_str(&b);
    return true;
}

static bool read_mapping(Reading *r, const cJSON *keys, Str *out) {
    const cJSON *at = r->item->mappings;
    for (int i = 0; i < 3; i++) {
        Str key;
        if (!read_text(r, cJSON_GetArrayItem(keys, i), &key))
            return false;
        at = member(at, str_cstr(r->a, key));
    }
    return read_text(r, at, out);
}

static bool read_join(Reading *r, const cJSON *value, Str *out) {
    const cJSON *parts = cJSON_GetArrayItem(value, 1), *part;
    Str between, text;
    Buf b = buf_new(r->a);
    bool first = true;
    if (!cJSON_IsArray(parts) || !read_text(r, cJSON_GetArrayItem(value, 0), &between))
        return false;
    cJSON_ArrayForEach(part, parts) {
        if (!read_text(r, part, &text))
            return false;
        buf_put(&b, first ? STR_EMPTY : between);
        buf_put(&b, text);
        first = false;
    }
    *out = buf_str(&b);
    return true;
}

static bool read_text(Reading *r, const cJSON *value, Str *out) {
    if (cJSON_IsString(value))
        return *out = str_dup(r->a, str_of(value->valuestring)), true;
    if (!cJSON_IsObject(value) || r->depth >= DEPTH_MAX || r->steps++ >= STEPS_MAX)
        return false;
    const cJSON *f = value->child;
    bool good = false;
    r->depth++;
    if (f && strcmp(f->string, "Ref") == 0 && cJSON_IsString(f))
        good = value_of(r, str_of(f->valuestring), out);
    else if (f && strcmp(f->string, "Fn::Sub") == 0)
        good = read_sub(r, f, out);
    else if (f && strcmp(f->string, "Fn::FindInMap") == 0)
        good = read_mapping(r, f, out);
    else if (f && strcmp(f->string, "Fn::Join") == 0)
        good = read_join(r, f, out);
    r->depth--;
    return good;
}

Str item_text(Arena *a, const Inventory *v, const Item *i, const cJSON *value) {
    Reading r = {.a = a, .v = v, .item = i};
    Str out;
    return value && read_text(&r, value, &out) ? out : STR_EMPTY;
}

// ---- Comparing ----------------------------------------------------------------------------------

static Str known(const Inventory *v, Str name) {
    for (uint32_t i = 0; i < v->values.n; i++)
        if (str_eq(v->values.at[i].key, name))
            return v->values.at[i].value;
    return STR_EMPTY;
}

typedef struct Comparison {
    const Inventory *now, *before;
    unsigned depth, hops;
} Comparison;

static bool value_changed(Comparison *c, const Item *i, const cJSON *x, const cJSON *y);

bool type_is_replaced(Str type) {
    return str_is(type, "AWS::SageMaker::Model") || str_is(type, "AWS::SageMaker::EndpointConfig");
}

// What refers to a resource that is replaced changes, too.
static bool name_changed(Comparison *c, const Item *from, Str name) {
    const Item *i = inventory_find(c->now, from->stack, name);
    const Item *old = i ? inventory_find(c->before, from->stack, name) : NULL;
    if (!i)
        return !str_eq(known(c->now, name), known(c->before, name));
    if (!old || !type_is_replaced(i->type))
        return !old;
    const cJSON *p;
    bool changed = false;
    if (c->hops >= HOPS_MAX)
        return false;
    c->hops++;
    cJSON_ArrayForEach(p, i->properties) {
        changed = changed || (strcmp(p->string, "Tags") != 0 &&
                              value_changed(c, i, p, item_property(old, p->string)));
    }
    c->hops--;
    return changed;
}

static bool refers_to_changed(Comparison *c, const Item *i, const cJSON *value) {
    const cJSON *m, *name;
    bool changed = false;
    if (c->depth >= DEPTH_MAX)
        return true;
    c->depth++;
    cJSON_ArrayForEach(m, value) {
        bool ref = m->string && strcmp(m->string, "Ref") == 0;
        bool att = m->string && strcmp(m->string, "Fn::GetAtt") == 0;
        name = att ? cJSON_GetArrayItem(m, 0) : m;
        changed = changed ||
                  ((ref || att) && cJSON_IsString(name) &&
                   name_changed(c, i, str_of(name->valuestring))) ||
                  refers_to_changed(c, i, m);
    }
    c->depth--;
    return changed;
}

static bool value_changed(Comparison *c, const Item *i, const cJSON *x, const cJSON *y) {
    if (!x || !y)
        return x != y;
    return !cJSON_Compare(x, y, true) || refers_to_changed(c, i, x);
}

bool item_changed(const Inventory *now, const Item *i, const Inventory *before, const Item *old,
                  const char *property) {
    Comparison c = {.now = now, .before = before};
    return value_changed(&c, i, item_property(i, property), item_property(old, property));
}
