// Modules: linking imports to exports, and running modules in the order in which Node would.
//
// Environments of all modules exist before the first one runs, so that cycles work as they do in
// JavaScript: a binding that is read before its module has come to it is in its dead zone.

#include "deducer/eval/effects.h"

#include <cjson/cJSON.h>

static ModuleState *state_of(Interp *I, const Module *m) {
    return &I->modules[m->index];
}

// ---- JSON ---------------------------------------------------------------------------------------

Value json_value(Interp *I, const struct cJSON *json, Span span) {
    if (cJSON_IsBool(json))
        return value_bool(cJSON_IsTrue(json));
    if (cJSON_IsNumber(json))
        return value_number(json->valuedouble);
    if (cJSON_IsString(json))
        return value_string(str_dup(I->a, str_of(json->valuestring)));
    if (cJSON_IsArray(json)) {
        Obj *array = obj_array(I, span);
        for (const cJSON *e = json->child; e; e = e->next)
            array_push(I, array, json_value(I, e, span));
        return value_object(array);
    }
    if (cJSON_IsObject(json)) {
        Obj *o = obj_plain(I, span);
        for (const cJSON *e = json->child; e; e = e->next)
            obj_define(I, o, sym_lit(I->interner, e->string), json_value(I, e, span), 0);
        return value_object(o);
    }
    return (Value){V_NULL, 0, {0}};
}

static Value json_module(Interp *I, const Module *m) {
    ModuleState *s = state_of(I, m);
    if (s->phase == 2)
        return s->json;
    cJSON *json = cJSON_ParseWithLength(m->json_text.p, m->json_text.n);
    s->json = json ? json_value(I, json, (Span){m->file, 0, 0}) : UNDEFINED;
    cJSON_Delete(json);
    s->phase = 2;
    return s->json;
}

// ---- Exports ------------------------------------------------------------------------------------

static Value target_value(Interp *I, Module *m, uint32_t request, Sym name, Span use, bool *found) {
    Request *r = &m->requests.at[request];
    *found = true;
    switch (r->kind) {
    case TARGET_MODULE:
        if (!name && state_of(I, r->module)->assigned)
            name = sym_lit(I->interner, "default");
        if (!name)
            return value_object(module_namespace(I, r->module));
        return module_export(I, r->module, name, use, found);
    case TARGET_SDK:
        return sdk_export(I, name, use, found);
    case TARGET_EXTERNAL:
        return external_value(I, r->specifier, sym_str(I->interner, name), r->span);
    case TARGET_NONE:
        break;
    }
    return interp_unknown(I, reason_new(I, r->span, NULL, "the module cannot be found"),
                          r->specifier);
}

static Value export_value(Interp *I, Module *m, const Export *e, Span use, bool *found) {
    ModuleState *s = state_of(I, m);
    Value v = UNDEFINED;
    *found = true;
    switch (e->kind) {
    case EXPORT_LOCAL:
        v = s->env->cells[e->slot].v;
        break;
    case EXPORT_DEFAULT_EXPR:
        v = s->default_cell.v;
        break;
    case EXPORT_IMPORT:
        return module_import(I, m, &m->imports.at[e->slot], use);
    case EXPORT_FROM:
        return target_value(I, m, e->request, e->from_name, use, found);
    case EXPORT_TYPE:
        break;
    }
    if (v.tag == V_TDZ && use.file) {
        Str name = sym_str(I->interner, e->name);
        I->code = P0207;
        I->hint = STR("move what both modules need into a third one");
        interp_throw_error(
            I, "ReferenceError", use,
            "`%.*s` is used before its module has run: the modules import each other",
            STR_ARG(name));
        return UNDEFINED;
    }
    return v;
}

static const Export *find_export(const Module *m, Sym name) {
    for (uint32_t i = 0; i < m->exports.n; i++)
        if (m->exports.at[i].name == name)
            return &m->exports.at[i];
    return NULL;
}

static Value star_export(Interp *I, Module *m, Sym name, Span use, bool *found, uint32_t depth);

static Value find_in_module(Interp *I, Module *m, Sym name, Span use, bool *found, uint32_t depth) {
    *found = true;
    if (m->is_json || state_of(I, m)->assigned) { // one value: `export =`, or JSON
        Value whole = m->is_json ? json_module(I, m) : state_of(I, m)->default_cell.v;
        if (str_is(sym_str(I->interner, name), "default"))
            return whole;
        if (whole.tag == V_TDZ)
            return UNDEFINED; // linking: it has not run
        Value v = whole.tag == V_OBJECT ? interp_get(I, whole, name, use) : UNDEFINED;
        *found = v.tag != V_UNDEFINED;
        return v;
    }
    const Export *e = find_export(m, name);
    if (e)
        return export_value(I, m, e, use, found);
    return star_export(I, m, name, use, found, depth);
}

static Value star_export(Interp *I, Module *m, Sym name, Span use, bool *found, uint32_t depth) {
    *found = false;
    if (depth > 64 || str_is(sym_str(I->interner, name), "default"))
        return UNDEFINED;
    for (uint32_t i = 0; i < m->star_exports.n; i++) {
        Request *r = &m->requests.at[m->star_exports.at[i]];
        Value v = UNDEFINED;
        if (r->kind == TARGET_MODULE)
            v = find_in_module(I, r->module, name, use, found, depth + 1);
        else if (r->kind != TARGET_NONE)
            v = target_value(I, m, m->star_exports.at[i], name, SPAN_NONE, found);
        if (*found || I->dead)
            return v;
    }
    return UNDEFINED;
}

Value module_export(Interp *I, Module *m, Sym name, Span use, bool *found_out) {
    return find_in_module(I, m, name, use, found_out, 0);
}

static void collect_names(Interp *I, const Module *m, StrVec *names, uint32_t depth) {
    if (depth > 64)
        return;
    for (uint32_t i = 0; i < m->exports.n; i++)
        vec_push(I->a, names, sym_str(I->interner, m->exports.at[i].name));
    for (uint32_t i = 0; i < m->star_exports.n; i++) {
        const Request *r = &m->requests.at[m->star_exports.at[i]];
        if (r->kind == TARGET_MODULE)
            collect_names(I, r->module, names, depth + 1);
    }
}

Obj *module_namespace(Interp *I, Module *m) {
    ModuleState *s = state_of(I, m);
    if (!s->ns && m->is_json) {
        Value v = json_module(I, m);
        if (v.tag == V_OBJECT)
            s->ns = v.u.obj;
    }
    if (s->ns)
        return s->ns;
    s->ns = arena_new(I->a, Obj); // never by site: a module has one
    s->ns->cls = O_NAMESPACE;
    s->ns->id = ++I->next_id;
    s->ns->u.module = m;
    return s->ns;
}

Sym *namespace_keys(Interp *I, Obj *ns, uint32_t *count_out) {
    StrVec names = {0};
    collect_names(I, ns->u.module, &names, 0);
    Sym *keys = arena_array(I->a, Sym, names.n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < names.n; i++) { // by text, each once, as namespaces are
        uint32_t at = n;
        while (at > 0 && str_cmp(sym_str(I->interner, keys[at - 1]), names.at[i]) > 0)
            at--;
        if (at > 0 && str_eq(sym_str(I->interner, keys[at - 1]), names.at[i]))
            continue;
        for (uint32_t k = n; k > at; k--)
            keys[k] = keys[k - 1];
        keys[at] = sym_of(I->interner, names.at[i]);
        n++;
    }
    *count_out = n;
    return keys;
}

Value namespace_any(Interp *I, Obj *ns, Span span) {
    uint32_t n;
    Value v = UNDEFINED;
    Sym *keys = namespace_keys(I, ns, &n);
    for (uint32_t i = 0; i < n && !I->dead; i++) {
        bool found;
        v = join(I, v, module_export(I, ns->u.module, keys[i], span, &found));
    }
    return v;
}

// ---- Imports ------------------------------------------------------------------------------------

Value module_import(Interp *I, Module *m, const Import *im, Span use) {
    bool found;
    return target_value(I, m, im->request, im->name, use, &found);
}

Value external_value(Interp *I, Str specifier, Str name, Span span) {
    Str key = str_fmt(I->a, "%.*s %.*s", STR_ARG(specifier), STR_ARG(name));
    Obj *o = map_find(&I->externals, key);
    if (o)
        return value_object(o);
    o = arena_new(I->a, Obj); // never by site: an import is one value
    o->cls = O_OPAQUE;
    o->id = ++I->next_id;
    o->site = span;
    o->u.opaque.why =
        reason_new(I, span, NULL, "code of `%.*s` is not looked into", STR_ARG(specifier));
    o->u.opaque.label = name.n && !str_is(name, "default") ? name : specifier;
    o->u.opaque.module = specifier;
    o->u.opaque.export_name = str_is(name, "default") ? STR_EMPTY : name;
    map_set(&I->externals, key, o);
    return value_object(o);
}

Value module_dynamic(Interp *I, Module *m, Str specifier, Span span) {
    for (uint32_t i = 0; i < m->requests.n; i++) {
        Request *r = &m->requests.at[i];
        bool found;
        if (!str_eq(r->specifier, specifier))
            continue;
        if (r->kind == TARGET_MODULE)
            module_run(I, r->module);
        return I->dead ? UNDEFINED : target_value(I, m, i, 0, span, &found);
    }
    // The specifier was computed, so the loader has not seen it.
    if (str_starts(specifier, ".") || str_starts(specifier, "/"))
        return module_unknown(I, UNDEFINED, span);
    return external_value(I, specifier, STR_EMPTY, span);
}

Value module_unknown(Interp *I, Value specifier, Span span) {
    Diag *d = diag_error(I->diags, P0107, span,
                         "which module is loaded here is not known when files are read");
    diag_reasons(d, value_unknown(specifier));
    diag_help(d, "write the module's path as a string in place");
    return interp_unknown(I, reason_new(I, span, NULL, "it is a module that is not known"),
                          STR("module"));
}

static void check_import(Interp *I, Module *m, const Import *im) {
    Request *r = &m->requests.at[im->request];
    bool found = true;
    if (im->type_only || !im->name || r->types_only)
        return;
    if (r->kind != TARGET_MODULE && r->kind != TARGET_SDK)
        return;
    if (r->kind == TARGET_MODULE && r->module->has_errors)
        return;
    if (r->kind == TARGET_MODULE)
        module_export(I, r->module, im->name, SPAN_NONE, &found);
    else
        sdk_export(I, im->name, SPAN_NONE, &found);
    if (found)
        return;
    Str name = sym_str(I->interner, im->name);
    Diag *d = diag_error(I->diags, P0108, im->span, "`%.*s` has no export `%.*s`",
                         STR_ARG(r->specifier), STR_ARG(name));
    StrVec names = {0};
    if (r->kind == TARGET_MODULE)
        collect_names(I, r->module, &names, 0);
    else
        for (uint32_t i = 0; i < I->kinds->n; i++)
            vec_push(I->a, &names, str_of(I->kinds->at[i]->name));
    Str near = str_suggest(name, names.at, names.n);
    if (near.n)
        diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
    else if (r->kind == TARGET_SDK)
        diag_help(d, "see docs/permissions.md for the kinds of resources");
}

// ---- Running ------------------------------------------------------------------------------------

void module_set_default(Interp *I, Module *m, Value v) {
    interp_write(I, &state_of(I, m)->default_cell, v);
}

void modules_link(Interp *I) {
    Program *p = I->program;
    I->modules = arena_array(I->a, ModuleState, p->modules.n + 1);
    for (uint32_t i = 0; i < p->modules.n; i++) {
        Module *m = p->modules.at[i];
        Frame f = {.module = m, .self = UNDEFINED};
        ModuleState *s = state_of(I, m);
        s->module = m;
        cell_init(I, &s->default_cell, (Value){V_TDZ, 0, {0}});
        for (uint32_t k = 0; m->program && k < m->program->u.block.count; k++)
            s->assigned |= m->program->u.block.at[k]->kind == N_EXPORT_ASSIGN;
        I->frame = &f;
        if (m->program)
            s->env = env_enter(I, m->scope, NULL);
        if (I->recorder && m->is_json)
            json_module(I, m); // older than every statement
        I->frame = NULL;
    }
    for (uint32_t i = 0; i < p->modules.n; i++) {
        Module *m = p->modules.at[i];
        for (uint32_t k = 0; m->program && k < m->imports.n; k++)
            check_import(I, m, &m->imports.at[k]);
    }
}

static void run_statements(Interp *I, Module *m, Env *env) {
    Node **at = m->program->u.block.at;
    uint32_t count = m->program->u.block.count;
    for (uint32_t i = 0; i < count && !I->dead; i++) {
        bool rest =
            at[i]->kind == N_VAR && (at[i]->flags & NF_USING); // what follows is inside of it
        effects_begin(I, m, at[i]);
        exec_list(I, env, at + i, rest ? count - i : 1);
        effects_end(I);
        if (rest)
            break;
    }
}

void module_run(Interp *I, Module *m) {
    ModuleState *s = state_of(I, m);
    if (s->phase || m->is_json || !m->program)
        return;
    if (!interp_step(I, SPAN_NONE))
        return;
    s->phase = 1;
    for (uint32_t i = 0; i < m->requests.n && !I->dead; i++) {
        Request *r = &m->requests.at[i];
        if (r->kind == TARGET_MODULE && !r->types_only && !r->dynamic)
            module_run(I, r->module);
    }
    Frame f = {.outer = I->frame, .module = m, .self = UNDEFINED, .fork_depth = I->fork_depth};
    f.context = context_mix(0, m, 0);
    Label *labels = I->labels;
    I->labels = NULL;
    I->frame = &f;
    if (I->recorder)
        run_statements(I, m, s->env);
    else
        exec_list(I, s->env, m->program->u.block.at, m->program->u.block.count);
    I->frame = f.outer;
    I->labels = labels;
    s->phase = 2;
}
