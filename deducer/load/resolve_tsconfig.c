// tsconfig.json: the options that decide what an import means, `baseUrl` and `paths`, and those
// that decide what JSX and decorators mean, with `extends`.
//
// Input: the folder of an importing module. Output: the rules of the nearest configuration at or
// above it within the project or its workspace, the most specific rule first. Invariant: a
// configuration is read once; one that is broken or leads outside is reported, because without it
// imports would silently mean something else.

#include "deducer/load/resolve.h"

#include <stdlib.h>

enum { EXTENDS_MAX_DEPTH = 16 };

// What a chain of `extends` adds up to: the last one that sets an option wins, `paths` as a whole.
typedef struct Merged {
    Str outermost; // folder of the configuration that all started from: ${configDir}
    Str base_url;
    Str paths_folder;
    const cJSON *paths;
    Str jsx_factory, jsx_fragment;
    bool legacy_decorators;
} Merged;

static const cJSON *merge_file(Resolver *r, Str path, Merged *m, unsigned depth);

// A path as a configuration writes it, made absolute.
static Str config_path(Resolver *r, const Merged *m, Str folder, Str written) {
    Str variable = STR("${configDir}");
    if (!str_starts(written, "${configDir}"))
        return path_join(r->arena, folder, written);
    Str rest = str_cat(r->arena, STR("."), str_slice(written, variable.n, written.n));
    return path_join(r->arena, m->outermost, rest);
}

// A warning only: most configurations that are shared this way say nothing of paths.
static void note_outside(Resolver *r, Str path, Str text_path, Str written) {
    json_problem(r, (Problem){.path = path,
                              .text = STR_EMPTY,
                              .severity = SEV_WARNING,
                              .code = P0109,
                              .message = str_fmt(
                                  r->arena, "`%.*s` extends `%.*s`, which is not read",
                                  STR_ARG(resolver_shown(r, r->arena, path)), STR_ARG(written)),
                              .help = str_fmt(r->arena,
                                              "`%.*s` is outside of the project; copy the `paths` "
                                              "that the program needs",
                                              STR_ARG(resolver_shown(r, r->arena, text_path)))});
}

// The file that `extends` names: a path, or a configuration in a package of the workspace. Packages
// that are installed are not looked into; those that are made to be extended set no paths.
static bool extends_target(Resolver *r, Str path, Str written, Str *out) {
    Str folder = path_dir(path);
    Str target;
    if (str_starts(written, ".") || path_is_absolute(written)) {
        target = path_join(r->arena, folder, written);
    } else {
        Str name, subpath;
        if (!package_split(written, &name, &subpath))
            return false;
        const Package *member = workspace_member(r, name);
        if (!member)
            return false;
        target = path_join(r->arena, member->folder, subpath.n ? subpath : STR("tsconfig.json"));
    }
    if (!resolver_allows(r, target)) {
        note_outside(r, path, target, written);
        return false;
    }
    if (resolver_is_installed(r, target))
        return false;
    if (r->host->type(r->host, target) == HOST_DIR)
        target = path_join(r->arena, target, STR("tsconfig.json"));
    else if (!str_ends(target, ".json"))
        target = str_cat(r->arena, target, STR(".json"));
    // A link may lead elsewhere than its name says.
    if (!r->host->real_path(r->host, r->arena, target, out))
        return false;
    return resolver_allows(r, *out) && !resolver_is_installed(r, *out);
}

static void merge_extends(Resolver *r, Str path, const cJSON *extends, Merged *m, unsigned depth) {
    Str target;
    if (cJSON_IsString(extends)) {
        if (extends_target(r, path, str_of(extends->valuestring), &target))
            merge_file(r, target, m, depth + 1);
    } else if (cJSON_IsArray(extends)) {
        for (const cJSON *one = extends->child; one; one = one->next)
            if (cJSON_IsString(one) && extends_target(r, path, str_of(one->valuestring), &target))
                merge_file(r, target, m, depth + 1);
    }
}

static void merge_code_options(const cJSON *options, Merged *m) {
    Str factory = json_member(options, "jsxFactory");
    Str fragment = json_member(options, "jsxFragmentFactory");
    const cJSON *legacy = cJSON_GetObjectItemCaseSensitive(options, "experimentalDecorators");
    if (factory.n)
        m->jsx_factory = factory;
    if (fragment.n)
        m->jsx_fragment = fragment;
    if (cJSON_IsBool(legacy))
        m->legacy_decorators = cJSON_IsTrue(legacy);
}

static const cJSON *merge_file(Resolver *r, Str path, Merged *m, unsigned depth) {
    // Configurations that extend each other in a circle end here.
    if (depth >= EXTENDS_MAX_DEPTH)
        return NULL;
    const cJSON *json = json_load(r, path, true, false);
    if (!json)
        return NULL;
    Str folder = path_dir(path);
    merge_extends(r, path, cJSON_GetObjectItemCaseSensitive(json, "extends"), m, depth);
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(json, "compilerOptions");
    Str base_url = json_member(options, "baseUrl");
    if (base_url.n)
        m->base_url = config_path(r, m, folder, base_url);
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(options, "paths");
    if (cJSON_IsObject(paths)) {
        m->paths = paths;
        m->paths_folder = folder;
    }
    merge_code_options(options, m);
    return json;
}

// A solution's tsconfig.json holds nothing but references to its parts in the same folder.
static void merge_references(Resolver *r, Str path, const cJSON *json, Merged *m) {
    const cJSON *references = cJSON_GetObjectItemCaseSensitive(json, "references");
    if (!cJSON_IsArray(references))
        return;
    for (const cJSON *one = references->child; one && !m->paths; one = one->next) {
        Str target = path_join(r->arena, path_dir(path), json_member(one, "path"));
        if (str_eq(path_dir(target), path_dir(path)) && str_ends(target, ".json"))
            merge_file(r, target, m, 1);
    }
}

// Exact names before patterns, and of patterns the longest prefix; then as written.
typedef struct RankedRule {
    PathRule rule;
    uint32_t order;
} RankedRule;

static int compare_rules(const void *x, const void *y) {
    const RankedRule *a = x, *b = y;
    if (a->rule.star != b->rule.star)
        return a->rule.star ? 1 : -1;
    if (a->rule.prefix.n != b->rule.prefix.n)
        return a->rule.prefix.n > b->rule.prefix.n ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

// Targets are relative to `baseUrl` where there is one, else to the file that holds `paths`.
static PathRule make_rule(Resolver *r, const Merged *m, const cJSON *line) {
    Str pattern = str_of(line->string);
    int64_t star = str_find(pattern, STR("*"), 0);
    PathRule rule = {.prefix = pattern, .suffix = STR_EMPTY, .star = star >= 0};
    if (rule.star) {
        rule.prefix = str_slice(pattern, 0, (uint32_t)star);
        rule.suffix = str_slice(pattern, (uint32_t)star + 1, pattern.n);
    }
    rule.folder = m->base_url.n ? m->base_url : m->paths_folder;
    StrList targets = {0};
    for (const cJSON *one = cJSON_IsArray(line) ? line->child : NULL; one; one = one->next)
        if (cJSON_IsString(one))
            vec_push(r->arena, &targets, config_path(r, m, rule.folder, str_of(one->valuestring)));
    rule.targets = targets.at;
    rule.count = targets.n;
    return rule;
}

static TsConfig *make_config(Resolver *r, Str path) {
    Merged m = {.outermost = path_dir(path)};
    const cJSON *json = merge_file(r, path, &m, 0);
    if (!m.paths && !m.base_url.n)
        merge_references(r, path, json, &m);

    Vec(RankedRule) ranked = {0};
    for (const cJSON *line = m.paths ? m.paths->child : NULL; line; line = line->next) {
        const RankedRule one = {.rule = make_rule(r, &m, line), .order = ranked.n};
        vec_push(r->arena, &ranked, one);
    }
    if (ranked.n)
        qsort(ranked.at, ranked.n, sizeof *ranked.at, compare_rules);

    PathRule *rules = arena_array(r->arena, PathRule, ranked.n);
    for (uint32_t i = 0; i < ranked.n; i++)
        rules[i] = ranked.at[i].rule;
    TsConfig *config = arena_new(r->arena, TsConfig);
    *config = (TsConfig){.path = path,
                         .base_url = m.base_url,
                         .rules = rules,
                         .count = ranked.n,
                         .jsx_factory = m.jsx_factory,
                         .jsx_fragment = m.jsx_fragment,
                         .legacy_decorators = m.legacy_decorators};
    return config;
}

const TsConfig *tsconfig_nearest(Resolver *r, Str folder) {
    if (!resolver_allows(r, folder))
        return NULL;
    pthread_mutex_lock(&r->lock);
    TsConfig *config = map_find(&r->configs, folder);
    if (!config) {
        Str path = path_join(r->arena, folder, STR("tsconfig.json"));
        if (r->host->type(r->host, path) == HOST_FILE)
            config = make_config(r, path);
        else if (folder.n > 1)
            config = (TsConfig *)tsconfig_nearest(r, path_dir(folder));
        // Each folder on the way down remembers the answer.
        if (config)
            map_set(&r->configs, str_dup(r->arena, folder), config);
    }
    pthread_mutex_unlock(&r->lock);
    return config;
}

// Rules are sorted: the first that matches is the most specific one.
// `Preact.h` is looked up by its first name.
static Sym first_name(Resolver *r, Str written) {
    int64_t dot = str_find(written, STR("."), 0);
    Str name = dot < 0 ? written : str_slice(written, 0, (uint32_t)dot);
    return name.n ? sym_of(r->lc->interner, name) : 0;
}

void resolver_options(Resolver *r, Module *m) {
    const TsConfig *config = tsconfig_nearest(r, path_dir(m->abs_path));
    if (!config)
        return;
    m->jsx_factory = first_name(r, config->jsx_factory);
    m->jsx_fragment = first_name(r, config->jsx_fragment);
    m->legacy_decorators = config->legacy_decorators;
}

const PathRule *tsconfig_rule(const TsConfig *config, Str specifier, Str *star) {
    for (uint32_t i = 0; config && i < config->count; i++) {
        const PathRule *rule = &config->rules[i];
        if (!rule->star && !str_eq(specifier, rule->prefix))
            continue;
        if (specifier.n < rule->prefix.n + rule->suffix.n)
            continue;
        uint32_t tail = specifier.n - rule->suffix.n;
        if (!str_eq(str_slice(specifier, 0, rule->prefix.n), rule->prefix))
            continue;
        if (!str_eq(str_slice(specifier, tail, specifier.n), rule->suffix))
            continue;
        *star = str_slice(specifier, rule->prefix.n, tail);
        return rule;
    }
    return NULL;
}

Str path_rule_target(Arena *a, const PathRule *rule, uint32_t index, Str star) {
    Str target = rule->targets[index];
    int64_t at = rule->star ? str_find(target, STR("*"), 0) : -1;
    if (at < 0)
        return target;
    Str before = str_slice(target, 0, (uint32_t)at);
    Str after = str_slice(target, (uint32_t)at + 1, target.n);
    return path_normal(a, str_cat(a, before, str_cat(a, star, after)));
}
