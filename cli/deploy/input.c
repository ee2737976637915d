// What goes to AWS: from a compile and its packages to what the adapter takes.
//
// Input: the template, packages, the deployer's environment. Output: an AwsDeploy. Invariant: every
// parameter of the template gets its value here or from the engine, which knows the bucket.

#include "cli/deploy/deploy.h"

#include <cjson/cJSON.h>

static const Package *package_of(const PackOutput *packages, Str function) {
    for (uint32_t i = 0; i < packages->packages.n; i++)
        if (str_eq(packages->packages.at[i].id, function))
            return &packages->packages.at[i];
    BUG("no package of `%.*s`", STR_ARG(function));
}

typedef Vec(AwsAsset) AssetVec;
typedef Vec(AwsPair) PairList;

static void functions_add(Arena *a, const Compile *c, const PackOutput *packages, AssetVec *out) {
    for (uint32_t i = 0; i < c->output.code.n; i++) {
        const CodeAsset *code = &c->output.code.at[i];
        const Package *p = package_of(packages, code->function);
        AwsAsset asset = {.id = code->function,
                          .name = arch_resource(c->arch, code->function)->name,
                          .file = p->zip,
                          .sha256 = p->hash,
                          .parameter = code->parameter,
                          .index = code->index};
        vec_push(a, out, asset);
    }
}

static void templates_add(Arena *a, const Compile *c, AssetVec *out) {
    for (uint32_t i = 0; i < c->output.nested.n; i++) {
        const TemplateFile *t = &c->output.nested.at[i];
        AwsAsset asset = {.id = t->file,
                          .name = t->id,
                          .text = t->json,
                          .parameter = str_cat(a, t->id, STR("TemplateKey")),
                          .index = -1};
        vec_push(a, out, asset);
    }
}

void deploy_templates(Arena *a, const Compile *c, AwsDeploy *out) {
    AssetVec assets = {0};
    templates_add(a, c, &assets);
    *out = (AwsDeploy){.target = target_of(a, &c->project),
                       .template_json = c->output.main.json,
                       .assets = assets.at,
                       .asset_count = assets.n};
}

// Variables that functions get from whoever deploys.
static bool variables_add(Session *s, const cJSON *root, PairList *out, Err *err) {
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(root, "Metadata");
    const cJSON *pluto = cJSON_GetObjectItemCaseSensitive(metadata, "pluto");
    const cJSON *m;
    cJSON_ArrayForEach(m, cJSON_GetObjectItemCaseSensitive(pluto, "variables")) {
        Str name = str_of(cJSON_IsString(m) ? m->valuestring : ""), value;
        if (!s->host->env(s->host, s->arena, name, &value)) {
            err_set(err, ERR_NOT_FOUND,
                    "the environment variable `%.*s` is not set, and the program hands it on",
                    STR_ARG(name));
            err_hint(err, "set it where you run pluto: `%.*s=… pluto deploy`", STR_ARG(name));
            return false;
        }
        vec_push(s->arena, out,
                 (AwsPair){str_dup(s->arena, str_of(m->string)), str_dup(s->arena, value)});
    }
    return true;
}

// What is left as it fails is never left so in Express mode: nothing leads back from there.
static bool express_wanted(const Session *s, const Compile *c) {
    const Args *a = &s->args;
    return a->express || (c->project.settings.aws.express && !a->no_express && !a->no_rollback);
}

bool deploy_input(Session *s, const Compile *c, const PackOutput *packages, AwsDeploy *out,
                  Err *err) {
    Arena *a = s->arena;
    AssetVec assets = {0};
    PairList parameters = {0}, tags = {0};
    const PairVec *own = &c->project.settings.generate.tags;
    cJSON *root = cJSON_ParseWithLength(c->output.main.json.p, c->output.main.json.n);
    bool good = variables_add(s, root, &parameters, err);
    functions_add(a, c, packages, &assets);
    templates_add(a, c, &assets);
    cJSON_Delete(root);
    for (uint32_t i = 0; i < own->n; i++)
        vec_push(a, &tags, (AwsPair){own->at[i].key, own->at[i].value});
    *out = (AwsDeploy){.target = target_of(a, &c->project),
                       .template_json = c->output.main.json,
                       .arch_json = arch_to_json(a, c->arch),
                       .assets = assets.at,
                       .asset_count = assets.n,
                       .parameters = parameters.at,
                       .parameter_count = parameters.n,
                       .tags = tags.at,
                       .tag_count = tags.n,
                       .plan = s->args.plan,
                       .wait = s->args.wait,
                       .allow_replace = s->args.allow_replace,
                       .no_rollback = s->args.no_rollback,
                       .express = express_wanted(s, c),
                       .unchecked = s->args.skip_preflight};
    return good;
}
