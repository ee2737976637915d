// Nested stacks.
//
// Input: a complete template without circles. Output: the same resources in a main template, which
// keeps everything with data or a public name, and nested ones for the functions.
// Invariants: a function with its role, logs, URL and route stays together; where it goes follows
// from its name, so that adding one function does not move others (a function that moves is made
// anew, and its name is taken until the old one is gone); references between stacks go from outputs
// to parameters, and stacks refer to each other in no circle: a function that needs another one's
// URL is in a later layer.
#include "generator/cfn/split.h"

#include "generator/cfn/refs.h"

enum { MAIN = -1, RESOURCES_AIM = 450, KEYS_A_LIST = 40 };

// A function, or a resource of the main template: what is moved as a whole.
typedef struct Unit {
    Str id;
    bool function;
    uint32_t layer, resources, bucket;
    Vec(uint32_t) needs;
} Unit;

typedef struct Split {
    Gen *g;
    Arena *a;
    NestedStackVec *stacks;
    Vec(Unit) units;
    Map unit_of_id;           // unit's id → a uint32_t
    Map unit_of_resource;     // logical id → a uint32_t
    Map stack_of;             // logical id → an int32_t, absent for the main template
    TemplatePartVec original; // the parameters before the division, and conditions, mappings
    TemplatePartVec conditions, mappings;
    Map code_keys;  // parameter → its number, a uint32_t
    uint32_t from;  // while collecting: the unit
    int32_t within; // while linking: the stack, or MAIN
} Split;

static uint32_t *number(Arena *a, uint32_t n) {
    uint32_t *p = arena_new(a, uint32_t);
    *p = n;
    return p;
}

// ---- Units and layers ---------------------------------------------------------------------------

static uint32_t unit_for(Split *s, const TemplateResource *r) {
    Str id = r->group.n ? r->group : r->id;
    const uint32_t *known = map_find(&s->unit_of_id, id);
    if (known)
        return *known;
    vec_push(s->a, &s->units, (Unit){.id = id, .function = r->group.n > 0});
    map_set(&s->unit_of_id, id, number(s->a, s->units.n - 1));
    return s->units.n - 1;
}

static void collect(void *context, const Reference *r) {
    Split *s = context;
    const uint32_t *to = map_find(&s->unit_of_resource, r->id);
    if (to && *to != s->from)
        vec_push(s->a, &s->units.at[s->from].needs, *to);
}

static void find_units(Split *s) {
    TemplateResourceVec *all = &s->g->template->resources;
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t unit = unit_for(s, &all->at[i]);
        BUG_IF(unit >= s->units.n);
        s->units.at[unit].resources++;
        map_set(&s->unit_of_resource, all->at[i].id, number(s->a, unit));
    }
    for (uint32_t i = 0; i < all->n; i++) {
        s->from = unit_for(s, &all->at[i]);
        refs_walk(all->at[i].json, collect, s);
    }
}

static bool raise_layers(Split *s) {
    bool changed = false;
    for (uint32_t i = 0; i < s->units.n; i++) {
        Unit *u = &s->units.at[i];
        for (uint32_t k = 0; k < u->needs.n; k++) {
            const Unit *other = &s->units.at[u->needs.at[k]];
            uint32_t least = other->layer + (other->function ? 1 : 0);
            changed = changed || u->layer < least;
            u->layer = u->layer < least ? least : u->layer;
        }
    }
    return changed;
}

static bool find_layers(Split *s) {
    for (uint32_t round = 0; round <= s->units.n; round++)
        if (!raise_layers(s))
            return true;
    diag_error_at(s->g->diags, P0503, s->g->arch->resources.at[0].source.file, (LineCol){1, 1},
                  "the application is too large for one stack and cannot be divided into several");
    return false;
}

// ---- Buckets ------------------------------------------------------------------------------------

// Whether no bucket gets too full when there are `count` of them a layer.
static bool fits(Split *s, uint32_t count) {
    Map load = map_new(s->a);
    for (uint32_t i = 0; i < s->units.n; i++) {
        Unit *u = &s->units.at[i];
        if (!u->function)
            continue;
        uint64_t h = str_hash(u->id);
        u->bucket = (uint32_t)((h ^ (h >> 29)) % count);
        Str key = str_fmt(s->a, "%u/%u", u->layer, u->bucket);
        uint32_t *sum = map_find(&load, key);
        if (!sum) {
            sum = number(s->a, 0);
            map_set(&load, key, sum);
        }
        *sum += u->resources;
        if (*sum > RESOURCES_AIM)
            return false;
    }
    return true;
}

static void find_buckets(Split *s) {
    // Few sizes, far apart: growing past one moves functions, so it should be seldom.
    static const uint32_t SIZES[] = {8, 32, 128};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        if (fits(s, SIZES[i]))
            return;
}

static int32_t stack_for(Split *s, const Unit *u) {
    Str id = u->layer ? str_fmt(s->a, "Functions%uLayer%u", u->bucket, u->layer)
                      : str_fmt(s->a, "Functions%u", u->bucket);
    for (uint32_t i = 0; i < s->stacks->n; i++)
        if (str_eq(s->stacks->at[i].id, id))
            return (int32_t)i;
    Str description =
        str_fmt(s->a, "%.*s, %.*s", STR_ARG(s->g->template->description), STR_ARG(id));
    vec_push(s->a, s->stacks, (NestedStack){.id = id, .template = template_new(s->a, description)});
    return (int32_t)s->stacks->n - 1;
}

static void move_resources(Split *s) {
    Template *main = s->g->template;
    TemplateResourceVec all = main->resources;
    main->resources = (TemplateResourceVec){0};
    for (uint32_t i = 0; i < all.n; i++) {
        const TemplateResource *r = &all.at[i];
        const Unit *u = &s->units.at[unit_for(s, r)];
        if (!u->function) {
            vec_push(s->a, &main->resources, *r);
            continue;
        }
        int32_t *stack = arena_new(s->a, int32_t);
        *stack = stack_for(s, u);
        map_set(&s->stack_of, r->id, stack);
        vec_push(s->a, &s->stacks->at[*stack].template.resources, *r);
    }
}

// ---- Links between stacks -----------------------------------------------------------------------

static int32_t place_of(const Split *s, Str id) {
    const int32_t *stack = map_find(&s->stack_of, id);
    return stack ? *stack : MAIN;
}

static Template *template_at(Split *s, int32_t place) {
    return place == MAIN ? s->g->template : &s->stacks->at[place].template;
}

static Str link_name(Arena *a, const Reference *r) {
    Buf b = buf_new(a);
    buf_put(&b, r->id);
    for (uint32_t i = 0; i < r->attribute.n; i++)
        if (r->attribute.p[i] != '.')
            buf_putc(&b, r->attribute.p[i]);
    if (r->attribute.n == 0)
        buf_puts(&b, "Ref");
    return buf_str(&b);
}

static void rewrite(Json *node, Json *with) {
    cJSON_Delete(cJSON_DetachItemViaPointer(node, node->child));
    Json *child = cJSON_DetachItemViaPointer(with, with->child);
    cJSON_AddItemToObject(node, child->string, child);
    cJSON_Delete(with);
}

// What the main template writes for a value that it or a nested stack has.
static Json *in_main(Split *s, const Reference *r) {
    int32_t place = place_of(s, r->id);
    Json *own = r->attribute.n ? json_att(r->id, str_cstr(s->a, r->attribute)) : json_ref(r->id);
    if (place == MAIN)
        return own;
    Str name = link_name(s->a, r);
    Template *t = template_at(s, place);
    template_part_add(t, &t->outputs, name, json_set(json_object(), "Value", own));
    return json_att(s->stacks->at[place].id, str_cstr(s->a, str_cat(s->a, STR("Outputs."), name)));
}

// The parameters that the main template hands to a nested stack are kept as the properties of the
// AWS::CloudFormation::Stack that it becomes.
static void hand_down(Split *s, Str name, Json *parameter, Json *value) {
    Template *t = template_at(s, s->within);
    if (template_part(&t->parameters, name)) {
        cJSON_Delete(parameter);
        cJSON_Delete(value);
        return;
    }
    template_part_add(t, &t->parameters, name, parameter);
    if (!t->metadata)
        t->metadata = json_object();
    json_put(t->metadata, name, value);
}

static void link_value(Split *s, const Reference *r) {
    if (place_of(s, r->id) == s->within)
        return;
    BUG_IF(!r->node);
    if (s->within == MAIN) {
        rewrite(r->node, in_main(s, r));
        return;
    }
    Str name = link_name(s->a, r);
    Json *parameter = json_set(json_object(), "Type", json_string("String"));
    hand_down(s, name, parameter, in_main(s, r));
    rewrite(r->node, json_ref(name));
}

static void link(void *context, const Reference *r);

static void link_condition(Split *s, const Reference *r) {
    const Json *definition = template_part(&s->conditions, r->id);
    Template *t = template_at(s, s->within);
    if (!definition || template_part(&t->conditions, r->id))
        return;
    Json *copy = cJSON_Duplicate(definition, true);
    template_part_add(t, &t->conditions, r->id, copy);
    refs_walk(copy, link, s);
}

static void link_mapping(Split *s, const Reference *r) {
    const Json *definition = template_part(&s->mappings, r->id);
    Template *t = template_at(s, s->within);
    if (definition && !template_part(&t->mappings, r->id))
        template_part_add(t, &t->mappings, r->id, cJSON_Duplicate(definition, true));
}

// Keys of packages come to the main template in lists: it may have 200 parameters, and a parameter
// 4 KB.
static Str list_name(Split *s, uint32_t key) {
    return str_fmt(s->a, "CodeKeys%u", key / KEYS_A_LIST);
}

static Json *parameter_in_main(Split *s, Str id) {
    const uint32_t *key = map_find(&s->code_keys, id);
    if (!key)
        return json_ref(id);
    Json *pair = json_push(json_array(), json_number(*key % KEYS_A_LIST));
    json_push(pair, json_ref(list_name(s, *key)));
    return json_set(json_object(), "Fn::Select", pair);
}

static void link(void *context, const Reference *r) {
    Split *s = context;
    const Json *parameter = template_part(&s->original, r->id);
    if (r->type == REF_CONDITION)
        link_condition(s, r);
    else if (r->type == REF_MAPPING)
        link_mapping(s, r);
    else if (!parameter)
        link_value(s, r);
    else if (s->within == MAIN)
        template_part_add(s->g->template, &s->g->template->parameters, r->id,
                          cJSON_Duplicate(parameter, true));
    else
        hand_down(s, r->id, cJSON_Duplicate(parameter, true), parameter_in_main(s, r->id));
}

static void link_template(Split *s, int32_t place) {
    s->within = place;
    Template *t = template_at(s, place);
    for (uint32_t i = 0; i < t->resources.n; i++)
        refs_walk(t->resources.at[i].json, link, s);
}

// ---- Outputs ------------------------------------------------------------------------------------

static void first_place(void *context, const Reference *r) {
    Split *s = context;
    int32_t place = place_of(s, r->id);
    s->within = place == MAIN ? s->within : place;
}

// An output goes where its value is: the main template has room for the application's own only.
static void move_outputs(Split *s) {
    Template *main = s->g->template;
    TemplatePartVec all = main->outputs;
    main->outputs = (TemplatePartVec){0};
    for (uint32_t i = 0; i < all.n; i++) {
        s->within = MAIN;
        refs_walk(all.at[i].json, first_place, s);
        Template *t = template_at(s, s->within);
        template_part_add(t, &t->outputs, all.at[i].id, all.at[i].json);
    }
}

// ---- The main template --------------------------------------------------------------------------

static void add_stack(Split *s, NestedStack *stack) {
    Gen *g = s->g;
    Str key = str_cat(s->a, stack->id, STR("TemplateKey"));
    gen_parameter(g, key, str_fmt(s->a, "the template of %.*s in the bucket", STR_ARG(stack->id)));
    Str url = str_fmt(s->a, "https://${ArtifactBucket}.s3.${AWS::Region}.${AWS::URLSuffix}/${%.*s}",
                      STR_ARG(key));
    Json *tags = json_array();
    for (uint32_t i = 0; i < g->settings->tags.n; i++) {
        Json *tag = json_set_text(json_object(), "Key", g->settings->tags.at[i].key);
        json_push(tags, json_set_text(tag, "Value", g->settings->tags.at[i].value));
    }
    Json *p = json_set(json_object(), "TemplateURL", json_sub(url));
    json_set(p, "Parameters", stack->template.metadata);
    stack->template.metadata = NULL;
    if (tags->child)
        json_set(p, "Tags", tags);
    else
        cJSON_Delete(tags);
    Json *json = json_set(json_object(), "Type", json_string("AWS::CloudFormation::Stack"));
    json_set(json, "DeletionPolicy", json_string("Delete"));
    json_set(json, "UpdateReplacePolicy", json_string("Delete"));
    json_set(json, "Properties", p);
    Str other;
    template_resource_add(g->template, (TemplateResource){.id = stack->id, .json = json}, &other);
}

// Parameters that only nested stacks use have to come in through the main template.
static void declare_handed_down(Split *s) {
    Template *main = s->g->template;
    for (uint32_t i = 0; i < s->stacks->n; i++) {
        const TemplatePartVec *needed = &s->stacks->at[i].template.parameters;
        for (uint32_t k = 0; k < needed->n; k++) {
            Str id = needed->at[k].id;
            const Json *definition = template_part(&s->original, id);
            if (definition && !map_has(&s->code_keys, id))
                template_part_add(main, &main->parameters, id, cJSON_Duplicate(definition, true));
        }
    }
}

static void number_code_keys(Split *s) {
    for (uint32_t i = 0; i < s->g->code.n; i++)
        map_set(&s->code_keys, s->g->code.at[i].parameter, number(s->a, i));
}

static void declare_code_keys(Split *s) {
    Template *main = s->g->template;
    for (uint32_t i = 0; i < s->g->code.n; i++) {
        CodeAsset *asset = &s->g->code.at[i];
        asset->parameter = list_name(s, i);
        asset->index = (int32_t)(i % KEYS_A_LIST);
        Json *list = json_set(json_object(), "Type", json_string("CommaDelimitedList"));
        json_set(list, "Description", json_string("packages of functions in the bucket"));
        template_part_add(main, &main->parameters, asset->parameter, list);
    }
}

static void drop(TemplatePartVec *parts) {
    for (uint32_t i = 0; i < parts->n; i++)
        cJSON_Delete(parts->at[i].json);
}

bool split(Gen *g, NestedStackVec *out) {
    Arena *a = g->arena;
    Split s = {.g = g,
               .a = a,
               .stacks = out,
               .unit_of_id = map_new(a),
               .unit_of_resource = map_new(a),
               .stack_of = map_new(a),
               .code_keys = map_new(a),
               .original = g->template->parameters,
               .conditions = g->template->conditions,
               .mappings = g->template->mappings};
    number_code_keys(&s);
    find_units(&s);
    if (!find_layers(&s))
        return false;
    find_buckets(&s);
    move_resources(&s);
    g->template->parameters = (TemplatePartVec){0};
    g->template->conditions = (TemplatePartVec){0};
    g->template->mappings = (TemplatePartVec){0};
    move_outputs(&s);
    for (int32_t i = (int32_t)out->n - 1; i >= 0; i--)
        link_template(&s, i);
    link_template(&s, MAIN);
    s.within = MAIN;
    for (uint32_t i = 0; i < g->template->outputs.n; i++)
        refs_walk(g->template->outputs.at[i].json, link, &s);
    declare_handed_down(&s);
    declare_code_keys(&s);
    for (uint32_t i = 0; i < out->n; i++)
        add_stack(&s, &out->at[i]);
    drop(&s.original);
    drop(&s.conditions);
    drop(&s.mappings);
    return true;
}
