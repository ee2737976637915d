// CloudFormation's functions.
//
// Input: a template's text, those nested in it, and what is local (TemplateLocal). Output:
// properties of their resources as AWS would see them: parameters of a nested template are what the
// main one hands down, its outputs are attributes of its stack. Invariant: whatever the templates
// say, evaluation ends: circles, deep nesting and texts that double themselves are errors that name
// the resource.
#include "adapters/run/template.h"

#include <string.h>

enum { DEPTH_MAX = 100, STEPS_MAX = 1000000, TEXT_MAX = 4 << 20 };

struct TemplateScope {
    const Tree *parameters, *mappings, *conditions, *outputs;
    Map by_id;
    TemplateResource *stack; // of the main template, that this one is nested as; NULL: it is that
};

struct Template {
    Arena *a;
    const TemplateLocal *local;
    const Tree *metadata;
    Str stack;
    TemplateResourceVec resources; // of all templates
    TemplateScope main;
    uint32_t steps, made, depth; // of the whole evaluation, through all resources
};

// One evaluation: where it is, for messages.
typedef struct Eval {
    Template *t;
    Str where; // logical id
    Err *err;
    const TemplateScope *scope;
} Eval;

static const Tree *value(Eval *e, const Tree *v);

#define fail(e, ...) fail_at(e, str_fmt((e)->t->a, __VA_ARGS__))

static const Tree *fail_at(Eval *e, Str what) {
    err_set(e->err, ERR_USAGE, "in `%.*s` of the template %.*s", STR_ARG(e->where), STR_ARG(what));
    return NULL;
}

// Each text is small enough, and all of them together: one that is put into itself twice, forty
// times over, would fill any memory.
static const Tree *text(Eval *e, Str s) {
    e->t->made += s.n;
    if (s.n > TEXT_MAX || e->t->made > 16 * TEXT_MAX)
        return fail(e, "a text becomes too large");
    return tree_text(e->t->a, s);
}

static bool is_scalar(const Tree *v) {
    return v->type == TREE_TEXT || v->type == TREE_NUMBER || v->type == TREE_BOOL;
}

// The evaluated item of a list of arguments; NULL with an error.
static const Tree *argument(Eval *e, const char *function, const Tree *list, uint32_t index) {
    const Tree *item = list->type == TREE_LIST ? list->child : NULL;
    for (; item && index; index--)
        item = item->next;
    return item ? value(e, item) : fail(e, "`%s` has too few arguments", function);
}

static bool text_argument(Eval *e, const char *function, const Tree *list, uint32_t index,
                          Str *out) {
    const Tree *v = argument(e, function, list, index);
    if (v && !is_scalar(v))
        v = fail(e, "`%s` has an argument that is not a text", function);
    *out = tree_str(e->t->a, v);
    return v != NULL;
}

// ---- References ---------------------------------------------------------------------------------

// What CloudFormation itself knows.
static const Tree *pseudo(Eval *e, Str name) {
    Template *t = e->t;
    if (str_is(name, "AWS::Region"))
        return text(e, t->local->region);
    if (str_is(name, "AWS::AccountId"))
        return text(e, STR(TEMPLATE_ACCOUNT));
    if (str_is(name, "AWS::Partition"))
        return text(e, template_partition(t));
    if (str_is(name, "AWS::URLSuffix"))
        return text(e, template_suffix(t));
    if (str_is(name, "AWS::StackName"))
        return text(e, t->stack);
    if (str_is(name, "AWS::StackId"))
        return text(e, str_fmt(t->a,
                               "arn:%.*s:cloudformation:%.*s:" TEMPLATE_ACCOUNT
                               ":stack/%.*s/00000000-0000-0000-0000-000000000000",
                               STR_ARG(template_partition(t)), STR_ARG(t->local->region),
                               STR_ARG(t->stack)));
    if (str_is(name, "AWS::NoValue") || str_is(name, "AWS::NotificationARNs"))
        return tree_new(t->a, TREE_NONE);
    return fail(e, "`%.*s` is not known", STR_ARG(name));
}

static const Tree *split_text(Eval *e, Str by, Str s) {
    Tree *list = tree_new(e->t->a, TREE_LIST), *last = NULL;
    for (uint32_t start = 0;;) {
        int64_t at = by.n ? str_find(s, by, start) : -1;
        const Tree *part = text(e, str_slice(s, start, at < 0 ? s.n : (uint32_t)at));
        if (!part || ++e->t->steps > STEPS_MAX)
            return part ? fail(e, "there is too much to evaluate") : NULL;
        last = tree_append(list, last, tree_text(e->t->a, part->text));
        if (at < 0)
            return list;
        start = (uint32_t)at + by.n;
    }
}

// What the main template hands down, as its own resources see it. False: nothing, or a failure.
static bool handed_down(Eval *e, Str name, Str *out, bool *failed) {
    const TemplateResource *stack = e->scope->stack;
    const Tree *given = tree_get(tree_find(stack->properties, "Parameters"), name);
    Eval outer = {e->t, stack->id, e->err, stack->scope};
    const Tree *v = given ? value(&outer, given) : NULL;
    if (v && !is_scalar(v) && v->type != TREE_NONE)
        v = fail(&outer, "the parameter `%.*s` is not a text", STR_ARG(name));
    *failed = given && !v;
    *out = tree_str(e->t->a, v);
    return v && v->type != TREE_NONE;
}

// The deployer's value, else the default. Lists come as one text.
static const Tree *parameter(Eval *e, Str name, const Tree *declared) {
    Template *t = e->t;
    Str given;
    bool failed = false;
    bool found = e->scope->stack ? handed_down(e, name, &given, &failed)
                                 : t->local->parameter(t->local->context, t->a, name, &given);
    if (failed)
        return NULL;
    if (!found) {
        const Tree *fallback = tree_find(declared, "Default");
        if (!fallback || !is_scalar(fallback))
            return fail(e, "the parameter `%.*s` has no value here", STR_ARG(name));
        given = tree_str(t->a, fallback);
    }
    Str type = tree_str_at(t->a, declared, "Type");
    if (str_is(type, "CommaDelimitedList") || str_starts(type, "List<"))
        return split_text(e, STR(","), given);
    return text(e, given);
}

static const Tree *output(const Eval *e, const TemplateResource *stack, Str name) {
    const Tree *given = tree_find(tree_get(stack->nested->outputs, name), "Value");
    Eval inner = {e->t, stack->id, e->err, stack->nested};
    return given ? value(&inner, given)
                 : fail(&inner, "the output `%.*s` is referred to, which does not exist",
                        STR_ARG(name));
}

static const Tree *attribute(Eval *e, Str id, Str name) {
    static const char outputs[] = "Outputs.";
    TemplateResource *r = map_find(&e->scope->by_id, id);
    Str out;
    if (!r)
        return fail(e, "`%.*s` is referred to, which does not exist", STR_ARG(id));
    if (r->nested && r->present && str_starts(name, outputs))
        return output(e, r, str_slice(name, sizeof outputs - 1, name.n));
    return template_attribute(e->t, r, name, &out, e->err) ? text(e, out) : NULL;
}

// Parameters and resources share their names, so there is no question which is meant.
static const Tree *reference(Eval *e, Str name) {
    if (str_starts(name, "AWS::"))
        return pseudo(e, name);
    const Tree *declared = tree_get(e->scope->parameters, name);
    return declared ? parameter(e, name, declared) : attribute(e, name, STR_EMPTY);
}

// "Id.Attribute", where an attribute may have dots of its own.
static const Tree *dotted(Eval *e, Str name) {
    int64_t dot = str_find(name, STR("."), 0);
    if (dot < 0)
        return reference(e, name);
    return attribute(e, str_slice(name, 0, (uint32_t)dot),
                     str_slice(name, (uint32_t)dot + 1, name.n));
}

static const Tree *ref(Eval *e, const Tree *v) {
    return v->type == TREE_TEXT ? reference(e, v->text) : fail(e, "`Ref` is not of a name");
}

static const Tree *get_att(Eval *e, const Tree *v) {
    if (v->type == TREE_TEXT && str_contains(v->text, "."))
        return dotted(e, v->text);
    Str name;
    if (v->type != TREE_LIST || v->count != 2 || v->child->type != TREE_TEXT)
        return fail(e, "`Fn::GetAtt` is not of a resource and an attribute");
    return text_argument(e, "Fn::GetAtt", v, 1, &name) ? attribute(e, v->child->text, name) : NULL;
}

// ---- Texts and lists ----------------------------------------------------------------------------

// ${Id}, ${Id.Attribute}, ${name} of `given`; ${!literal} stands for ${literal}.
static bool substitute(Eval *e, Buf *b, Str name, const Tree *given) {
    if (name.n && name.p[0] == '!') {
        buf_printf(b, "${%.*s}", (int)name.n - 1, name.p + 1);
        return true;
    }
    const Tree *v = tree_get(given, name);
    if (!v)
        v = dotted(e, name);
    if (v && !is_scalar(v))
        v = fail(e, "`${%.*s}` is not a text", STR_ARG(name));
    buf_put(b, tree_str(e->t->a, v));
    if (v && b->n > TEXT_MAX)
        v = fail(e, "a text becomes too large");
    return v != NULL;
}

static const Tree *sub(Eval *e, const Tree *v) {
    const Tree *given = NULL;
    Str s = v->text;
    if (v->type == TREE_LIST) {
        given = argument(e, "Fn::Sub", v, 1);
        if (!given)
            return NULL;
        s = v->child->type == TREE_TEXT ? v->child->text : STR_EMPTY;
    }
    if (v->type != TREE_TEXT && (v->type != TREE_LIST || v->child->type != TREE_TEXT))
        return fail(e, "`Fn::Sub` is not of a text");
    Buf b = buf_new(e->t->a);
    for (uint32_t at = 0;;) {
        int64_t open = str_find(s, STR("${"), at);
        int64_t close = open < 0 ? -1 : str_find(s, STR("}"), (uint32_t)open);
        if (close < 0) {
            buf_put(&b, str_slice(s, at, s.n));
            return text(e, buf_str(&b));
        }
        buf_put(&b, str_slice(s, at, (uint32_t)open));
        if (!substitute(e, &b, str_trim(str_slice(s, (uint32_t)open + 2, (uint32_t)close)), given))
            return NULL;
        at = (uint32_t)close + 1;
    }
}

static const Tree *join(Eval *e, const Tree *v) {
    Str by;
    if (!text_argument(e, "Fn::Join", v, 0, &by))
        return NULL;
    const Tree *list = argument(e, "Fn::Join", v, 1);
    if (!list || list->type != TREE_LIST)
        return list ? fail(e, "`Fn::Join` is not of a list") : NULL;
    Buf b = buf_new(e->t->a);
    for (const Tree *item = list->child; item; item = item->next) {
        if (!is_scalar(item))
            return fail(e, "`Fn::Join` is of something else than texts");
        if (item != list->child)
            buf_put(&b, by);
        buf_put(&b, tree_str(e->t->a, item));
        if (b.n > TEXT_MAX)
            return fail(e, "a text becomes too large");
    }
    return text(e, buf_str(&b));
}

static const Tree *split(Eval *e, const Tree *v) {
    Str by, s;
    bool good = text_argument(e, "Fn::Split", v, 0, &by) && text_argument(e, "Fn::Split", v, 1, &s);
    return good ? split_text(e, by, s) : NULL;
}

// The index may be a number or its digits; AWS takes both.
static const Tree *select_item(Eval *e, const Tree *v) {
    const Tree *index = argument(e, "Fn::Select", v, 0);
    const Tree *list = index ? argument(e, "Fn::Select", v, 1) : NULL;
    if (!list || list->type != TREE_LIST)
        return list ? fail(e, "`Fn::Select` is not of a list") : NULL;
    Str digits = tree_str(e->t->a, index);
    uint32_t n = 0;
    for (uint32_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9' || n > list->count)
            return fail(e, "`Fn::Select` has no proper index");
        n = n * 10 + (uint32_t)(digits.p[i] - '0');
    }
    const Tree *item = digits.n ? list->child : NULL;
    for (; item && n; n--)
        item = item->next;
    return item ? item : fail(e, "`Fn::Select` is of an item that is not there");
}

static const Tree *find_in_map(Eval *e, const Tree *v) {
    Str keys[3];
    for (uint32_t i = 0; i < 3; i++)
        if (!text_argument(e, "Fn::FindInMap", v, i, &keys[i]))
            return NULL;
    const Tree *found = tree_get(tree_get(tree_get(e->scope->mappings, keys[0]), keys[1]), keys[2]);
    if (found)
        return value(e, found);
    const Tree *options = v->count > 3 ? argument(e, "Fn::FindInMap", v, 3) : NULL;
    const Tree *fallback = tree_find(options, "DefaultValue");
    if (fallback)
        return fallback;
    return v->count > 3 && !options ? NULL
                                    : fail(e, "the map `%.*s` has nothing for `%.*s`, `%.*s`",
                                           STR_ARG(keys[0]), STR_ARG(keys[1]), STR_ARG(keys[2]));
}

// ---- Conditions ---------------------------------------------------------------------------------

static const Tree *truth(Eval *e, bool b) {
    Tree *t = tree_new(e->t->a, TREE_BOOL);
    t->truth = b;
    return t;
}

static bool is_true(const Tree *v) {
    return (v->type == TREE_BOOL && v->truth) || (v->type == TREE_TEXT && str_is(v->text, "true"));
}

static const Tree *condition(Eval *e, const Tree *v) {
    if (v->type != TREE_TEXT)
        return fail(e, "a condition is not a name");
    const Tree *definition = tree_get(e->scope->conditions, v->text);
    if (!definition)
        return fail(e, "the condition `%.*s` does not exist", STR_ARG(v->text));
    return value(e, definition);
}

// Only the branch that counts is evaluated: the other may refer to what is not there.
static const Tree *if_else(Eval *e, const Tree *v) {
    if (v->type != TREE_LIST || v->count != 3)
        return fail(e, "`Fn::If` has too few arguments");
    const Tree *holds = condition(e, v->child);
    if (!holds)
        return NULL;
    return value(e, is_true(holds) ? v->child->next : v->child->next->next);
}

// As texts, so 1 and "1" are the same; what is no single value equals nothing.
static bool same(const Tree *x, const Tree *y, Arena *a) {
    return x->type != TREE_NONE && is_scalar(x) == is_scalar(y) &&
           str_eq(tree_str(a, x), tree_str(a, y));
}

static const Tree *equals(Eval *e, const Tree *v) {
    const Tree *x = argument(e, "Fn::Equals", v, 0);
    const Tree *y = x ? argument(e, "Fn::Equals", v, 1) : NULL;
    return y ? truth(e, same(x, y, e->t->a)) : NULL;
}

static const Tree *negate(Eval *e, const Tree *v) {
    const Tree *x = argument(e, "Fn::Not", v, 0);
    return x ? truth(e, !is_true(x)) : NULL;
}

// `until`: the value that decides, and ends it.
static const Tree *any_or_all(Eval *e, const Tree *v, bool until) {
    for (uint32_t i = 0; i < v->count || i == 0; i++) {
        const Tree *x = argument(e, until ? "Fn::Or" : "Fn::And", v, i);
        if (!x || is_true(x) == until)
            return x ? truth(e, until) : NULL;
    }
    return truth(e, !until);
}

static const Tree *any(Eval *e, const Tree *v) {
    return any_or_all(e, v, true);
}

static const Tree *all(Eval *e, const Tree *v) {
    return any_or_all(e, v, false);
}

// ---- Values -------------------------------------------------------------------------------------

typedef struct Intrinsic {
    const char *name;
    const Tree *(*apply)(Eval *e, const Tree *argument);
} Intrinsic;

static const Intrinsic INTRINSICS[] = {
    {"Ref", ref},
    {"Condition", condition},
    {"Fn::GetAtt", get_att},
    {"Fn::Sub", sub},
    {"Fn::Join", join},
    {"Fn::Split", split},
    {"Fn::Select", select_item},
    {"Fn::FindInMap", find_in_map},
    {"Fn::If", if_else},
    {"Fn::Equals", equals},
    {"Fn::Not", negate},
    {"Fn::And", all},
    {"Fn::Or", any},
};

// NULL where the object is none; what its key begins with decides that it should be one. A policy's
// `Condition` has an object, not a name.
static const Intrinsic *intrinsic(const Tree *v, bool *unknown) {
    const Tree *only = v->type == TREE_OBJECT && v->count == 1 ? v->child : NULL;
    *unknown = false;
    if (!only || (str_is(only->key, "Condition") && only->type != TREE_TEXT))
        return NULL;
    for (size_t i = 0; i < sizeof INTRINSICS / sizeof *INTRINSICS; i++)
        if (str_is(only->key, INTRINSICS[i].name))
            return &INTRINSICS[i];
    *unknown = str_starts(only->key, "Fn::");
    return NULL;
}

// Its own copy: an item is in one list only.
static Tree *copy(Eval *e, const Tree *v, Str key) {
    Tree *t = tree_new(e->t->a, v->type);
    *t = *v;
    t->next = NULL;
    t->key = key;
    return t;
}

// A list or an object of evaluated values, without those that are AWS::NoValue.
static const Tree *items(Eval *e, const Tree *v) {
    Tree *t = tree_new(e->t->a, v->type), *last = NULL;
    for (const Tree *item = v->child; item; item = item->next) {
        const Tree *made = value(e, item);
        if (!made)
            return NULL;
        if (made->type != TREE_NONE)
            last = tree_append(t, last, copy(e, made, item->key));
    }
    return t;
}

// The one place where evaluation goes deeper. Depth counts through all resources, for one may name
// another whose name is made of a third.
static const Tree *value(Eval *e, const Tree *v) {
    bool unknown;
    const Intrinsic *function = intrinsic(v, &unknown);
    if (unknown)
        return fail(e, "the function `%.*s` is not known here", STR_ARG(v->child->key));
    if (++e->t->steps > STEPS_MAX)
        return fail(e, "there is too much to evaluate");
    if (v->type != TREE_OBJECT && v->type != TREE_LIST)
        return v;
    if (e->t->depth == DEPTH_MAX)
        return fail(e, "a value is nested too deeply, or refers to itself");
    e->t->depth++;
    const Tree *made = function ? function->apply(e, v->child) : items(e, v);
    e->t->depth--;
    return made;
}

// ---- The template -------------------------------------------------------------------------------

static bool read_resource(Template *t, const TemplateScope *scope, const Tree *json, Err *err) {
    const Tree *pluto = tree_find(tree_find(json, "Metadata"), "pluto");
    TemplateResource r = {.id = json->key,
                          .type = tree_str_at(t->a, json, "Type"),
                          .owner = tree_str_at(t->a, pluto, "id"),
                          .properties = tree_find(json, "Properties"),
                          .condition = tree_find(json, "Condition"),
                          .present = true,
                          .scope = scope};
    if (r.type.n == 0)
        return err_set(err, ERR_USAGE, "`%.*s` of the template has no type", STR_ARG(r.id));
    if (r.owner.n == 0)
        r.owner = r.id;
    if (!r.properties || r.properties->type != TREE_OBJECT)
        r.properties = tree_new(t->a, TREE_OBJECT);
    vec_push(t->a, &t->resources, r);
    return true;
}

static bool read_scope(Template *t, TemplateScope *scope, const Tree *root, Err *err) {
    const Tree *resources = tree_find(root, "Resources");
    if (!resources || resources->type != TREE_OBJECT)
        return err_set(err, ERR_USAGE, "the template cannot be read");
    *scope = (TemplateScope){.parameters = tree_find(root, "Parameters"),
                             .mappings = tree_find(root, "Mappings"),
                             .conditions = tree_find(root, "Conditions"),
                             .outputs = tree_find(root, "Outputs"),
                             .by_id = map_new(t->a)};
    for (const Tree *item = resources->child; item; item = item->next)
        if (!read_resource(t, scope, item, err))
            return false;
    return true;
}

static Str stack_name(Arena *a, const Tree *pluto) {
    Str project = tree_str_at(a, pluto, "project"), stack = tree_str_at(a, pluto, "stack");
    return project.n ? str_fmt(a, "%.*s-%.*s", STR_ARG(project), STR_ARG(stack)) : STR("local");
}

// Each resource under its id, and each nested template with its stack: once the vector does not
// move any more.
static bool scopes_link(Template *t, TemplateScope *nested, Err *err) {
    for (uint32_t i = 0; i < t->resources.n; i++) {
        TemplateResource *r = &t->resources.at[i];
        TemplateScope *scope = &t->main;
        for (uint32_t k = 0; k < t->local->nested_count; k++)
            scope = r->scope == &nested[k] ? &nested[k] : scope;
        map_set(&scope->by_id, r->id, r);
    }
    for (uint32_t k = 0; k < t->local->nested_count; k++) {
        Str id = t->local->nested[k].stack;
        TemplateResource *stack = map_find(&t->main.by_id, id);
        if (!stack || stack->nested || !str_is(stack->type, "AWS::CloudFormation::Stack"))
            return err_set(err, ERR_USAGE, "the template has no stack `%.*s`", STR_ARG(id));
        stack->nested = &nested[k];
        nested[k].stack = stack;
    }
    return true;
}

// Of a nested template they may depend on what it is handed, so those of the main one come first.
static bool evaluate_conditions(Template *t, Err *err) {
    for (uint32_t i = 0; i < t->resources.n; i++) {
        TemplateResource *r = &t->resources.at[i];
        const TemplateResource *stack = r->scope->stack;
        Eval e = {t, r->id, err, r->scope};
        r->present = !stack || stack->present;
        if (!r->present || !r->condition)
            continue;
        const Tree *holds = condition(&e, r->condition);
        if (!holds)
            return false;
        r->present = is_true(holds);
    }
    return true;
}

bool template_read(Arena *a, Str json, const TemplateLocal *local, Template **out, Err *err) {
    const Tree *root = tree_read(a, json);
    Template *t = arena_new(a, Template);
    TemplateScope *nested = arena_array(a, TemplateScope, local->nested_count);
    *t = (Template){
        .a = a, .local = local, .metadata = tree_find(tree_find(root, "Metadata"), "pluto")};
    t->stack = stack_name(a, t->metadata);
    if (!read_scope(t, &t->main, root, err))
        return false;
    for (uint32_t i = 0; i < local->nested_count; i++)
        if (!read_scope(t, &nested[i], tree_read(a, local->nested[i].json), err))
            return false;
    if (!scopes_link(t, nested, err) || !evaluate_conditions(t, err))
        return false;
    *out = t;
    return true;
}

TemplateResourceVec *template_resources(Template *t) {
    return &t->resources;
}

const Tree *template_metadata(const Template *t) {
    return t->metadata;
}

Str template_stack(const Template *t) {
    return t->stack;
}

// By the beginning of the region's name, which is how AWS's own SDKs tell.
Str template_partition(const Template *t) {
    if (str_starts(t->local->region, "cn-"))
        return STR("aws-cn");
    return str_starts(t->local->region, "us-gov-") ? STR("aws-us-gov") : STR("aws");
}

Str template_suffix(const Template *t) {
    return str_starts(t->local->region, "cn-") ? STR("amazonaws.com.cn") : STR("amazonaws.com");
}

Arena *template_arena(Template *t) {
    return t->a;
}

const TemplateLocal *template_local(const Template *t) {
    return t->local;
}

bool template_properties(Template *t, TemplateResource *r, const Tree **out, Err *err) {
    Eval e = {t, r->id, err, r->scope};
    *out = items(&e, r->properties);
    return *out != NULL;
}

bool template_property(Template *t, TemplateResource *r, const char *name, const Tree **out,
                       Err *err) {
    Eval e = {t, r->id, err, r->scope};
    const Tree *given = tree_find(r->properties, name);
    *out = given ? value(&e, given) : NULL;
    if (given && !*out)
        return false;
    if (*out && (*out)->type == TREE_NONE)
        *out = NULL;
    return true;
}
