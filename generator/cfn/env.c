// The environment variables of a function.
//
// Input: the function's options, the variables its handler reads, its edges, the stack's settings.
// Output: one object. Invariant: a name stands once; what the program sets wins over what the
// settings say, and both over the deployer's environment; together they fit the 4 KB that Lambda
// allows.
#include "generator/cfn/env.h"

#include "generator/cfn/names.h"
#include "generator/cfn/value.h"

enum { ENV_MAX = 4096 };

typedef struct Variable {
    Str name;
    Json *value;
    uint32_t bytes; // of what is known of the value
} Variable;

typedef struct Env {
    Gen *g;
    const Node *node;
    Vec(Variable) all; // sorted by name
} Env;

// Names that Lambda sets itself and refuses to have set.
static const char *const RESERVED[] = {
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
};

// Names that mean something else where the function runs than where it is deployed: a handler that
// reads them gets those of Lambda, never the deployer's.
static const char *const LOCAL[] = {
    "HOME",    "HOSTNAME",     "LANG",      "LD_LIBRARY_PATH",
    "LOGNAME", "NODE_OPTIONS", "NODE_PATH", "OLDPWD",
    "PATH",    "PWD",          "SHELL",     "SHLVL",
    "TEMP",    "TERM",         "TMP",       "TMPDIR",
    "TZ",      "USER",
};

static bool in_list(const char *const *list, size_t count, Str name) {
    for (size_t i = 0; i < count; i++)
        if (str_is(name, list[i]))
            return true;
    return false;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

EnvName env_name(Str name) {
    if (in_list(RESERVED, sizeof RESERVED / sizeof *RESERVED, name))
        return ENV_RESERVED;
    if (str_starts(name, "PLUTO_"))
        return ENV_OURS;
    if (name.n < 2 || !is_letter(name.p[0]))
        return ENV_MALFORMED;
    for (uint32_t i = 1; i < name.n; i++)
        if (!is_letter(name.p[i]) && !(name.p[i] >= '0' && name.p[i] <= '9') && name.p[i] != '_')
            return ENV_MALFORMED;
    return ENV_FREE;
}

// Whether a variable that the handler reads is taken along from the deployer's environment.
static bool forwarded(Str name) {
    return env_name(name) == ENV_FREE && !str_starts(name, "AWS_") &&
           !str_starts(name, "LAMBDA_") && !in_list(LOCAL, sizeof LOCAL / sizeof *LOCAL, name);
}

static bool has(const Env *env, Str name) {
    for (uint32_t i = 0; i < env->all.n; i++)
        if (str_eq(env->all.at[i].name, name))
            return true;
    return false;
}

static void set(Env *env, Str name, Json *value, uint32_t bytes) {
    if (!value)
        return;
    Variable v = {name, value, bytes};
    vec_push(env->g->arena, &env->all, v);
    uint32_t at = env->all.n - 1;
    for (; at > 0 && str_cmp(env->all.at[at - 1].name, name) > 0; at--)
        env->all.at[at] = env->all.at[at - 1];
    env->all.at[at] = v;
}

static bool name_allowed(Env *env, Str name) {
    const ArchResource *r = env->node->resource;
    static const char *const WHY[] = {
        [ENV_FREE] = "",
        [ENV_RESERVED] = "is set by Lambda itself",
        [ENV_OURS] = "begins with `PLUTO_`, as the names that pluto sets do",
        [ENV_MALFORMED] = "is not a name that Lambda accepts",
    };
    EnvName verdict = env_name(name);
    if (verdict == ENV_FREE)
        return true;
    Diag *d = gen_error(env->g, P0506, r, "the variable `%.*s` of `%.*s` %s", STR_ARG(name),
                        STR_ARG(r->id), WHY[verdict]);
    if (verdict == ENV_MALFORMED)
        diag_note(d, "a name starts with a letter and has at least one more letter, digit or `_`");
    diag_help(d, "choose another name");
    return false;
}

// ---- Where variables come from ------------------------------------------------------------------

static void set_by_program(Env *env, const char *option) {
    const ArchValue *map = option_value(env->node->resource, option);
    if (!map || map->type != ARCH_OBJECT)
        return;
    for (uint32_t i = 0; i < map->count; i++) {
        const ArchMember *m = &map->members[i];
        if (has(env, m->key) || !name_allowed(env, m->key))
            continue;
        Str what = str_fmt(env->g->arena, "the variable `%.*s`", STR_ARG(m->key));
        set(env, m->key, value_json(env->g, (ValueUse){env->node, what}, m->value),
            value_known_bytes(env->g->arena, m->value));
    }
}

static void set_by_settings(Env *env) {
    const PairVec *pairs = &env->g->settings->environment;
    for (uint32_t i = 0; i < pairs->n; i++) {
        Pair p = pairs->at[i];
        if (!has(env, p.key) && name_allowed(env, p.key))
            set(env, p.key, json_text(p.value), p.value.n);
    }
}

static void set_property(Env *env, const Node *to, Str property) {
    Str name = names_variable(env->g->arena, to->resource->kind, to->resource->name, property);
    if (!has(env, name))
        set(env, name, value_property(env->g, env->node, to->resource->id, property), 0);
}

StrVec env_properties(Arena *a, const Kind *to, const ArchEdge *e) {
    StrVec all = {0};
    if (e->type == EDGE_READ)
        vec_push(a, &all, e->operation);
    const char *const *p = e->type == EDGE_CALL ? to->client_properties : NULL;
    for (; p && *p; p++)
        vec_push(a, &all, str_of(*p));
    return all;
}

static void set_by_edges(Env *env) {
    for (uint32_t i = 0; i < env->node->out.n; i++) {
        const Node *to = gen_node(env->g, env->node->out.at[i]->to);
        StrVec properties = env_properties(env->g->arena, to->kind, env->node->out.at[i]);
        for (uint32_t k = 0; k < properties.n; k++)
            set_property(env, to, properties.at[k]);
    }
}

// What a handler can ask of its own application.
static Str known(const Arch *arch, Str name) {
    if (str_is(name, "PLUTO_PROJECT_NAME"))
        return arch->project;
    if (str_is(name, "PLUTO_STACK_NAME"))
        return arch->stack;
    if (str_is(name, "PLUTO_PLATFORM_TYPE"))
        return STR("AWS");
    if (str_is(name, "PLUTO_PROVISION_TYPE"))
        return STR("CloudFormation");
    return str_is(name, "PLUTO_LANGUAGE_TYPE") ? STR("typescript") : STR_EMPTY;
}

static void set_known(Env *env) {
    const StrVec *names = &env->node->resource->environment;
    for (uint32_t i = 0; i < names->n; i++) {
        Str value = known(env->g->arch, names->at[i]);
        if (value.n)
            set(env, names->at[i], json_text(value), value.n);
    }
}

static void set_by_deployer(Env *env) {
    const StrVec *names = &env->node->resource->environment;
    for (uint32_t i = 0; i < names->n; i++)
        if (forwarded(names->at[i]) && !has(env, names->at[i]))
            set(env, names->at[i], value_variable(env->g, names->at[i]), 0);
}

static void check_size(Env *env) {
    uint32_t bytes = 0;
    const Variable *largest = NULL;
    for (uint32_t i = 0; i < env->all.n; i++) {
        const Variable *v = &env->all.at[i];
        bytes += v->name.n + v->bytes;
        if (!largest || v->name.n + v->bytes > largest->name.n + largest->bytes)
            largest = v;
    }
    if (bytes <= ENV_MAX)
        return;
    const ArchResource *r = env->node->resource;
    Diag *d = gen_error(env->g, P0503, r,
                        "the environment of `%.*s` has at least %u bytes, Lambda allows %d",
                        STR_ARG(r->id), bytes, (int)ENV_MAX);
    diag_note(d, "its largest variable, `%.*s`, has %u bytes", STR_ARG(largest->name),
              largest->name.n + largest->bytes);
    diag_help(d, "keep long values in the code, where the package carries them");
}

// A wrapper that the program sets (a tracer's, say) wins; the package runs without ours, too.
static void set_wrapper(Env *env) {
    Str name = STR(ENV_WRAPPER), path = STR(ENV_WRAPPER_PATH);
    if (!has(env, name))
        set(env, name, json_text(path), path.n);
}

Json *env_json(Gen *g, const Node *n) {
    Env env = {.g = g, .node = n};
    set_by_program(&env, "envs");
    set_by_program(&env, "environment");
    set_by_settings(&env);
    set_by_edges(&env);
    set_known(&env);
    set_by_deployer(&env);
    set_wrapper(&env);
    check_size(&env);
    Json *object = json_object();
    for (uint32_t i = 0; i < env.all.n; i++)
        json_put(object, env.all.at[i].name, env.all.at[i].value);
    return object;
}
