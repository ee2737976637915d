// The container of a model.
//
// Input: a SageMaker resource's arguments. Output: variants, their containers, what these must be
// permitted to read.
// Invariant: both names under which images look for a Hugging Face token are set, or neither is;
// the number of GPUs is set for machines that have some; what the program sets itself stays.
#include "generator/cfn/container.h"

#include "generator/cfn/image.h"
#include "generator/cfn/model.h"
#include "generator/cfn/names.h"
#include "generator/cfn/value.h"

enum { VARIANT_MAX = 10, VARIANT_NAME_MAX = 63, VARIABLE_NAME_MAX = 1024 };

// ---- Variants -----------------------------------------------------------------------------------

static Str member_text(const ArchValue *object, const char *name, Str fallback) {
    const ArchValue *v = arch_find(object, name);
    return v && v->type == ARCH_STRING ? v->text : fallback;
}

static double member_number(const ArchValue *object, const char *name, double fallback) {
    const ArchValue *v = arch_find(object, name);
    return v && v->type == ARCH_NUMBER ? v->number : fallback;
}

static Variant the_only(const ArchResource *r) {
    const ArchValue *image = arch_find(r->arguments, "imageUri");
    Str data = option_text(r, "modelData", option_text(r, "modelDataUrl", STR_EMPTY));
    return (Variant){.name = STR("AllTraffic"),
                     .image = image && image->type == ARCH_STRING ? image->text : STR_EMPTY,
                     .instance_type = option_text(r, "instanceType", STR("ml.m5.large")),
                     .instance_count = option_number(r, "instanceCount", 1),
                     .weight = 1,
                     .envs = {option_value(r, "envs"), option_value(r, "environment")},
                     .model_data = data};
}

static Variant one_of_several(const ArchValue *row, Variant base) {
    const ArchValue *envs = arch_find(row, "envs");
    Variant v = base;
    v.name = member_text(row, "name", STR_EMPTY);
    v.image = member_text(row, "imageUri", base.image);
    v.instance_type = member_text(row, "instanceType", base.instance_type);
    v.instance_count = member_number(row, "instanceCount", base.instance_count);
    v.weight = member_number(row, "weight", 1);
    v.model_data = member_text(row, "modelData", base.model_data);
    if (envs) {
        v.envs[0] = envs;
        v.envs[1] = NULL;
    }
    return v;
}

static bool variant_name_valid(Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && !(c == '-' && i > 0 && i + 1 < s.n))
            return false;
    }
    return s.n > 0 && s.n <= VARIANT_NAME_MAX;
}

static void check(Gen *g, const ArchResource *r, const VariantVec *all, const Variant *v) {
    if (!variant_name_valid(v->name)) {
        Diag *d = gen_error(g, P0304, r, "`%.*s` is not a name for a variant of `%.*s`",
                            STR_ARG(v->name), STR_ARG(r->id));
        diag_help(d, "use letters, digits and inner `-`, at most %d", (int)VARIANT_NAME_MAX);
    }
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].name, v->name))
            gen_error(g, P0303, r, "`%.*s` has two variants `%.*s`", STR_ARG(r->id),
                      STR_ARG(v->name));
    if (!instance_type_valid(v->instance_type)) {
        Diag *d = gen_error(g, P0308, r, "`%.*s` is not an instance type of SageMaker",
                            STR_ARG(v->instance_type));
        diag_help(d, "instance types are like `ml.g5.2xlarge`");
    }
}

VariantVec variants_of(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    Variant base = the_only(r);
    const ArchValue *list = option_value(r, "variants");
    VariantVec all = {0};
    uint32_t count = list && list->type == ARCH_ARRAY ? list->count : 0;
    if (count > VARIANT_MAX)
        gen_error(g, P0503, r, "`%.*s` has %u variants, SageMaker allows %d", STR_ARG(r->id), count,
                  (int)VARIANT_MAX);
    for (uint32_t i = 0; i < (count ? count : 1); i++) {
        Variant v = count ? one_of_several(list->items[i], base) : base;
        check(g, r, &all, &v);
        vec_push(g->arena, &all, v);
    }
    return all;
}

// ---- Environment --------------------------------------------------------------------------------

static const ArchValue *variable(const Variant *v, const char *name) {
    for (size_t i = 0; i < 2; i++) {
        const ArchValue *found = arch_find(v->envs[i], name);
        if (found)
            return found;
    }
    return NULL;
}

Str variant_literal(const Variant *v, const char *name) {
    const ArchValue *value = variable(v, name);
    return value && value->type == ARCH_STRING ? value->text : STR_EMPTY;
}

static bool variable_name_valid(Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return s.n > 0 && s.n <= VARIABLE_NAME_MAX;
}

static void set_variables(Gen *g, const Node *n, Json *env, const ArchValue *map) {
    for (uint32_t i = 0; map && map->type == ARCH_OBJECT && i < map->count; i++) {
        Str name = map->members[i].key;
        if (!variable_name_valid(name)) {
            gen_error(g, P0506, n->resource,
                      "the variable `%.*s` of `%.*s` is not a name that SageMaker accepts",
                      STR_ARG(name), STR_ARG(n->resource->id));
            continue;
        }
        Str what = str_fmt(g->arena, "the variable `%.*s`", STR_ARG(name));
        if (!cJSON_HasObjectItem(env, str_cstr(g->arena, name)))
            json_put(env, name, value_json(g, (ValueUse){n, what}, map->members[i].value));
    }
}

// Older images read the token under one name, newer ones under the other.
static void set_token(Gen *g, const Node *n, const Variant *v, Json *env) {
    static const char *const NAMES[] = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"};
    for (size_t i = 0; i < 2; i++) {
        const ArchValue *given = variable(v, NAMES[i]);
        const char *other = NAMES[1 - i];
        if (given && !variable(v, other))
            json_set(env, other,
                     value_json(g, (ValueUse){n, STR("the Hugging Face token")}, given));
    }
}

static Json *environment(Gen *g, const Node *n, const Variant *v) {
    Json *env = json_object();
    set_variables(g, n, env, v->envs[0]);
    set_variables(g, n, env, v->envs[1]);
    set_token(g, n, v, env);
    unsigned gpus = instance_gpus(v->instance_type);
    if (gpus && !variable(v, "SM_NUM_GPUS"))
        json_set_text(env, "SM_NUM_GPUS", str_fmt(g->arena, "%u", gpus));
    if (env->child)
        return env;
    cJSON_Delete(env);
    return NULL;
}

// ---- Data ---------------------------------------------------------------------------------------

static bool s3_parse(Str uri, Str *bucket, Str *key) {
    if (!str_starts(uri, "s3://"))
        return false;
    int64_t slash = str_find(uri, STR("/"), 5);
    if (slash <= 5)
        return false;
    *bucket = str_slice(uri, 5, (uint32_t)slash);
    *key = str_slice(uri, (uint32_t)slash + 1, uri.n);
    for (uint32_t i = 0; i < uri.n; i++)
        if (str_contains(STR("$*?{}"), (char[]){uri.p[i], 0}))
            return false; // means something else in an ARN or in Fn::Sub
    return bucket->n >= 3 && key->n > 0;
}

static void permit_data(Gen *g, Policy *policy, Str bucket, Str key, bool folder) {
    static const char *const GET[] = {"s3:GetObject", NULL};
    static const char *const LIST[] = {"s3:ListBucket", NULL};
    Str object = str_fmt(g->arena, "arn:${AWS::Partition}:s3:::%.*s/%.*s%s", STR_ARG(bucket),
                         STR_ARG(key), folder ? "*" : "");
    Str sid = str_cat(g->arena, STR("Data"), names_hash(g->arena, object));
    policy_allow(policy, sid, GET, json_sub(object), NULL);
    if (!folder)
        return;
    Str prefix = str_fmt(g->arena, "%.*s*", STR_ARG(key));
    Json *only = policy_condition("StringLike", "s3:prefix", json_text(prefix));
    Str whole = str_fmt(g->arena, "arn:${AWS::Partition}:s3:::%.*s", STR_ARG(bucket));
    policy_allow(policy, str_cat(g->arena, sid, STR("List")), LIST, json_sub(whole), only);
}

static bool set_data(Gen *g, const Node *n, const Variant *v, Json *container, Policy *policy) {
    Str bucket, key;
    if (v->model_data.n == 0)
        return true;
    if (!s3_parse(v->model_data, &bucket, &key)) {
        Diag *d = gen_error(g, P0301, n->resource, "`%.*s` is not the place of a model in S3",
                            STR_ARG(v->model_data));
        diag_help(d,
                  "write `s3://bucket/model.tar.gz`, or `s3://bucket/folder/` for a model that is "
                  "not packed");
        return false;
    }
    bool folder = str_ends(key, "/");
    permit_data(g, policy, bucket, key, folder);
    if (!folder) {
        json_set_text(container, "ModelDataUrl", v->model_data);
        return true;
    }
    Json *source = json_set_text(json_object(), "S3Uri", v->model_data);
    json_set(source, "S3DataType", json_string("S3Prefix"));
    json_set(source, "CompressionType", json_string("None"));
    json_set(container, "ModelDataSource", json_set(json_object(), "S3DataSource", source));
    return true;
}

static void permit_image(Gen *g, Policy *policy, Str image, Json *repository) {
    static const char *const LOGIN[] = {"ecr:GetAuthorizationToken", NULL};
    static const char *const PULL[] = {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage",
                                       "ecr:GetDownloadUrlForLayer", NULL};
    // This action knows no resources.
    policy_allow(policy, STR("RegistryLogin"), LOGIN, json_string("*"), NULL);
    Image parsed = {0};
    image_parse(image, &parsed);
    Str registry = str_fmt(g->arena, "%.*s.%.*s/%.*s", STR_ARG(parsed.account),
                           STR_ARG(parsed.region), STR_ARG(parsed.repository));
    policy_allow(policy, str_cat(g->arena, STR("Image"), names_hash(g->arena, registry)), PULL,
                 repository, NULL);
}

Json *container_json(Gen *g, const Node *n, const Variant *v, Policy *policy) {
    ImageUse image;
    if (!image_use(g, n->resource, v->image, &image))
        return NULL;
    permit_image(g, policy, v->image, image.repository);
    Json *container = json_set(json_object(), "Image", image.uri);
    json_set(container, "Environment", environment(g, n, v));
    if (set_data(g, n, v, container, policy))
        return container;
    cJSON_Delete(container);
    return NULL;
}

bool container_isolated(const Node *n, const Variant *v) {
    // An image that gets a model's id fetches that model from the hub, unless the id is a folder.
    Str model = variant_literal(v, "HF_MODEL_ID");
    bool fetches = variable(v, "HF_MODEL_ID") && !str_starts(model, "/");
    return option_bool(n->resource, "networkIsolation", v->model_data.n > 0 && !fetches);
}
