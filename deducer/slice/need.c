// What one function needs: the closure of what creates it over names, heap and effects.
//
// Input: the plan and a function. Output: a Need: which units, imports and exports stay. A name
// that stays keeps the statements that declare it; a statement that changed something which a kept
// name leads to stays; so does what is seen outside of the program, and what nobody knows.
// Invariant: it only grows, and ends when nothing more is added.

#include "deducer/slice/slice.h"

enum { STARS_MAX = 64 }; // of `export *` one behind the other
#define NOBODY UINT32_MAX

static Interp *interp(const Need *n) {
    return n->plan->I;
}

static const Module *module_at(const Need *n, uint32_t index) {
    return n->plan->modules[index].module;
}

// What the statement uses when the package loads, the function gets. What it only checks, or passes
// on to somebody who does not take it, it can do without.
static void need_variables(Need *n, const Unit *u) {
    const Effects *e = u->effects;
    ArchResource *row = &interp(n)->arch->resources.at[n->function->index];
    for (uint32_t i = 0; e && i < e->uses.n; i++)
        resource_reads(interp(n), row, e->uses.at[i].name);
    for (uint32_t i = 0; i < u->handed.n; i++)
        resource_reads(interp(n), row, u->handed.at[i]);
}

static void need_unit(Need *n, uint32_t unit) {
    if (n->units[unit])
        return;
    n->units[unit] = true;
    if (n->function)
        need_variables(n, &n->plan->units.at[unit]);
    n->modules[n->plan->units.at[unit].module].needed = true;
    vec_push(interp(n)->a, &n->queue, unit);
}

// ---- Names --------------------------------------------------------------------------------------

static bool declares(const Unit *u, uint32_t module, uint32_t slot) {
    for (uint32_t i = 0; u->module == module && i < u->slots.n; i++)
        if (u->slots.at[i] == slot)
            return true;
    return false;
}

// `user` is the unit that names it, NOBODY where another module does.
static void need_binding(Need *n, uint32_t module, uint32_t slot, uint32_t user) {
    PlanModule *pm = &n->plan->modules[module];
    if (!n->function && (user == NOBODY || !declares(&n->plan->units.at[user], module, slot)))
        vec_push(interp(n)->a, &pm->users[slot], user);
    if (n->modules[module].slots[slot])
        return;
    n->modules[module].slots[slot] = true;
    n->modules[module].needed = true;
    for (uint32_t i = 0; i < pm->declared[slot].n; i++)
        need_unit(n, pm->declared[slot].at[i]);
    if (n->function)
        reach_cell(n, &interp(n)->modules[module].env->cells[slot]);
}

static void need_default(Need *n, uint32_t module) {
    PlanModule *pm = &n->plan->modules[module];
    pm->default_used |= !n->function;
    for (uint32_t i = pm->first; i < pm->end; i++)
        if (n->plan->units.at[i].is_default)
            need_unit(n, i);
    if (n->function && module_at(n, module)->is_json)
        reach_value(n, interp(n)->modules[module].json);
    else if (n->function)
        reach_cell(n, &interp(n)->modules[module].default_cell);
}

static void need_import(Need *n, uint32_t module, uint32_t import, Sym member);
static void need_all(Need *n, const Module *m, uint32_t depth);

// A name of the module that a request leads to; 0: all of them.
static bool need_name(Need *n, const Module *m, Sym name, uint32_t depth);

static void need_request(Need *n, const Module *m, uint32_t request, Sym name, uint32_t depth) {
    const Request *r = &m->requests.at[request];
    if (r->kind != TARGET_MODULE)
        return;
    n->modules[r->module->index].needed = true;
    if (name)
        need_name(n, r->module, name, depth);
    else
        need_all(n, r->module, depth);
}

static void need_export(Need *n, const Module *m, uint32_t at, uint32_t depth) {
    const Export *e = &m->exports.at[at];
    if (n->modules[m->index].exports[at] || e->type_only)
        return;
    n->modules[m->index].exports[at] = true;
    n->modules[m->index].needed = true;
    switch (e->kind) {
    case EXPORT_LOCAL:
        need_binding(n, m->index, e->slot, NOBODY);
        break;
    case EXPORT_IMPORT:
        need_import(n, m->index, e->slot, 0);
        break;
    case EXPORT_FROM:
        need_request(n, m, e->request, e->from_name, depth + 1);
        break;
    case EXPORT_DEFAULT_EXPR:
        need_default(n, m->index);
        break;
    case EXPORT_TYPE:
        break;
    }
}

// `export *`: the module that has the name; a package may have it, too.
static bool need_star(Need *n, const Module *m, Sym name, uint32_t depth) {
    bool found = false;
    for (uint32_t i = 0; i < m->star_exports.n && !found; i++) {
        const Request *r = &m->requests.at[m->star_exports.at[i]];
        if (r->kind == TARGET_MODULE) {
            found = need_name(n, r->module, name, depth + 1);
            n->modules[m->index].stars[i] |= found;
        } else {
            n->modules[m->index].stars[i] = true;
        }
    }
    if (found)
        n->modules[m->index].needed = true;
    return found;
}

static bool is_assigned(const Need *n, const Module *m) {
    return interp(n)->modules[m->index].assigned;
}

static bool need_name(Need *n, const Module *m, Sym name, uint32_t depth) {
    if (depth > STARS_MAX)
        return false;
    if (m->is_json || is_assigned(n, m)) {
        n->modules[m->index].needed = true;
        need_default(n, m->index);
        return true;
    }
    bool found = false;
    for (uint32_t i = 0; i < m->exports.n; i++)
        if (m->exports.at[i].name == name) {
            need_export(n, m, i, depth);
            found = true;
        }
    return found || need_star(n, m, name, depth);
}

static void need_all(Need *n, const Module *m, uint32_t depth) {
    if (depth > STARS_MAX)
        return;
    n->modules[m->index].needed = true;
    if (m->is_json || is_assigned(n, m))
        need_default(n, m->index);
    for (uint32_t i = 0; i < m->exports.n; i++)
        need_export(n, m, i, depth);
    for (uint32_t i = 0; i < m->star_exports.n; i++) {
        n->modules[m->index].stars[i] = true;
        need_request(n, m, m->star_exports.at[i], 0, depth + 1);
    }
}

static void need_import(Need *n, uint32_t module, uint32_t import, Sym member) {
    const Module *m = module_at(n, module);
    const Import *im = &m->imports.at[import];
    n->modules[module].imports[import] = true;
    n->modules[module].needed = true;
    need_request(n, m, im->request, im->name ? im->name : member, 0);
}

// ---- Units --------------------------------------------------------------------------------------

static void follow(Need *n, uint32_t unit, const UseVec *uses) {
    const Unit *u = &n->plan->units.at[unit];
    for (uint32_t i = 0; i < uses->n; i++) {
        const Use *use = &uses->at[i];
        switch (use->kind) {
        case USE_BINDING:
            need_binding(n, u->module, use->index, unit);
            break;
        case USE_IMPORT:
            need_import(n, u->module, use->index, use->member);
            break;
        case USE_MODULE:
            need_request(n, module_at(n, u->module), use->index, 0, 0);
            break;
        }
    }
}

// `@jsx make` in a comment of the module, `@jsxFrag Many`: the name behind, up to a dot.
static bool names_by_pragma(Str text, Str name) {
    static const char *const PRAGMAS[] = {"@jsx", "@jsxFrag"};
    for (size_t i = 0; i < sizeof PRAGMAS / sizeof *PRAGMAS; i++) {
        Str pragma = str_of(PRAGMAS[i]);
        for (int64_t at = str_find(text, pragma, 0); at >= 0;
             at = str_find(text, pragma, (uint32_t)at + 1)) {
            uint32_t from = (uint32_t)at + pragma.n, to;
            while (from < text.n && (text.p[from] == ' ' || text.p[from] == '\t'))
                from++;
            to = from + name.n;
            if (from > (uint32_t)at + pragma.n && to < text.n &&
                str_eq(str_slice(text, from, to), name) &&
                str_contains(STR(" .\t\r\n*"), (char[]){text.p[to], 0}))
                return true;
        }
    }
    return false;
}

static bool makes_jsx(const Need *n, const Module *m, Sym name) {
    static const char *const FACTORIES[] = {"React", "h", "Fragment", "jsx", "createElement"};
    Str text = sym_str(interp(n)->interner, name);
    for (size_t i = 0; i < sizeof FACTORIES / sizeof *FACTORIES; i++)
        if (str_is(text, FACTORIES[i]))
            return true;
    return name == m->jsx_factory || name == m->jsx_fragment ||
           names_by_pragma(sources_get(interp(n)->sources, m->file)->text, text);
}

// What JSX becomes refers to these, though the source does not name them.
static void follow_jsx(Need *n, uint32_t unit) {
    uint32_t module = n->plan->units.at[unit].module;
    const Module *m = module_at(n, module);
    for (uint32_t i = 0; i < m->imports.n; i++)
        if (makes_jsx(n, m, m->imports.at[i].local))
            need_import(n, module, i, 0);
    for (uint32_t i = 0; i < m->scope->count; i++)
        if (makes_jsx(n, m, m->scope->at[i].name))
            need_binding(n, module, i, unit);
}

bool need_fills(const Need *n, const Unit *u, const Hole *hole) {
    return n->function && n->function->call != hole->call && !n->plan->modules[u->module].whole;
}

static void follow_unit(Need *n, uint32_t unit) {
    const Unit *u = &n->plan->units.at[unit];
    follow(n, unit, &u->uses);
    for (uint32_t i = 0; i < u->holes.n; i++)
        if (!need_fills(n, u, &u->holes.at[i]))
            follow(n, unit, &u->holes.at[i].uses);
    for (uint32_t i = 0; n->function && i < u->slots.n; i++)
        need_binding(n, u->module, u->slots.at[i], unit);
    if (u->is_default && n->function)
        need_default(n, u->module);
    if (u->jsx)
        follow_jsx(n, unit);
}

static void drain(Need *n) {
    while (n->queue.n)
        follow_unit(n, vec_pop(&n->queue));
}

// ---- Which statements matter --------------------------------------------------------------------

static bool creates(const Need *n, const Effects *e) {
    const Resource *f = n->function;
    for (uint32_t i = 0; i < e->functions.n; i++) {
        const Resource *r = interp(n)->resources.at[e->functions.at[i]];
        bool counts = f->numbered && r->source == f->source && r->op == f->op;
        if (r == f || (counts && r->index < f->index))
            return true;
    }
    return false;
}

static bool is_used(const Need *n, const Unit *u) {
    const PlanModule *pm = &n->plan->modules[u->module];
    for (uint32_t i = 0; i < u->slots.n; i++)
        if (pm->users[u->slots.at[i]].n)
            return true;
    return u->is_default && pm->default_used;
}

static bool touches(const Unit *u, const Plan *p, const Obj *o) {
    uint32_t at = units_touched(p, o);
    for (uint32_t i = 0; at && i < u->touched.n; i++)
        if (u->touched.at[i] == at - 1)
            return true;
    return false;
}

// Somebody takes the value of the binding, rather than only acting on it as `u` does.
static bool is_taken(const Plan *p, const IndexVec *users, const Obj *o) {
    for (uint32_t i = 0; i < users->n; i++) {
        const Unit *v = users->at[i] == NOBODY ? NULL : &p->units.at[users->at[i]];
        if (!v || !v->effects || v->effects->declares || v->effects->functions.n ||
            !touches(v, p, o))
            return true;
    }
    return false;
}

// `app.use(…)` makes app what it is, and matters to those who have app. An object on which
// everybody only acts (`provider.register()`) is there for what it does elsewhere.
static bool acts_for_others(const Need *n, const Unit *u) {
    const Plan *p = n->plan;
    for (uint32_t i = 0; i < u->uses.n; i++) {
        const Use *use = &u->uses.at[i];
        if (use->kind != USE_BINDING)
            continue;
        Value v = interp(n)->modules[u->module].env->cells[use->index].v;
        for (uint32_t k = 0; k < value_count(v); k++) {
            const Obj *o = value_at(v, k).tag == V_OBJECT ? value_at(v, k).u.obj : NULL;
            if (o && o->cls == O_OPAQUE && o->u.opaque.part_of)
                o = o->u.opaque.part_of;
            if (o && touches(u, p, o) && is_taken(p, &p->modules[u->module].users[use->index], o))
                return true;
        }
    }
    return false;
}

static bool leads_to_needed(const Need *n, uint32_t unit, bool *seen);

static bool export_leads(const Need *n, const Unit *u, const Use *use, bool *seen) {
    const Module *m = module_at(n, u->module);
    const Import *im = &m->imports.at[use->index];
    const Request *r = &m->requests.at[im->request];
    if (r->kind != TARGET_MODULE)
        return false;
    for (uint32_t i = 0; i < r->module->exports.n; i++) {
        const Export *e = &r->module->exports.at[i];
        uint32_t at = r->module->index;
        if (e->name != (im->name ? im->name : use->member) || e->kind != EXPORT_LOCAL)
            continue;
        if (n->modules[at].slots[e->slot])
            return true;
        const IndexVec *declared = &n->plan->modules[at].declared[e->slot];
        return declared->n && leads_to_needed(n, declared->at[0], seen);
    }
    return n->modules[r->module->index].needed; // through other modules: nobody knows
}

// Whether names in the unit, or in what these stand for, are needed.
static bool leads_to_needed(const Need *n, uint32_t unit, bool *seen) {
    const Unit *u = &n->plan->units.at[unit];
    const PlanModule *pm = &n->plan->modules[u->module];
    if (seen[unit])
        return false;
    seen[unit] = true;
    for (uint32_t i = 0; i < u->uses.n; i++) {
        const Use *use = &u->uses.at[i];
        if (use->kind == USE_IMPORT && export_leads(n, u, use, seen))
            return true;
        if (use->kind != USE_BINDING)
            continue;
        if (n->modules[u->module].slots[use->index])
            return true;
        for (uint32_t k = 0; k < pm->declared[use->index].n; k++)
            if (leads_to_needed(n, pm->declared[use->index].at[k], seen))
                return true;
    }
    return false;
}

// `await ready` changes nothing, but what comes behind it finds what was waited for.
static bool waits_for_needed(const Need *n, const Unit *u) {
    bool *seen = arena_array(interp(n)->a, bool, n->plan->units.n);
    return leads_to_needed(n, (uint32_t)(u - n->plan->units.at), seen);
}

bool need_gets_variable(const Need *n, Str name) {
    static const char *const OPTIONS[] = {"envs", "environment"};
    const ArchResource *row = &interp(n)->arch->resources.at[n->function->index];
    const ArchValue *options = arch_find(row->arguments, "options");
    const DeduceInput *in = interp(n)->in;
    for (uint32_t i = 0; i < in->known_env_count; i++)
        if (str_eq(in->known_env[2 * (size_t)i], name))
            return true;
    for (uint32_t i = 0; i < row->environment.n; i++)
        if (str_eq(row->environment.at[i], name))
            return true;
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (arch_find(arch_find(options, OPTIONS[i]), str_cstr(interp(n)->a, name)))
            return true;
    return false;
}

// A check of a variable that the function does not get would always fail.
static bool gets_environment(const Need *n, const Effects *e) {
    for (uint32_t i = 0; i < e->environment.n; i++)
        if (!need_gets_variable(n, e->environment.at[i]))
            return false;
    return true;
}

static bool matters(const Need *n, const Unit *u) {
    const Effects *e = u->effects;
    if (!e) // it was never reached: nobody knows
        return u->node->kind != N_VAR && u->node->kind != N_FUNCTION_DECL &&
               u->node->kind != N_CLASS_DECL;
    if (e->world || creates(n, e))
        return true;
    bool explained = e->functions.n || u->touched.n;
    if (e->declares && e->unseen && !is_used(n, u))
        return true;
    if (!e->declares && ((e->throws && gets_environment(n, e)) || (e->unseen && !explained)))
        return true;
    if (u->waits && !e->unseen && waits_for_needed(n, u))
        return true;
    if (!e->declares && e->acts && !e->functions.n && !acts_for_others(n, u))
        return true;
    for (uint32_t i = 0; i < u->touched.n; i++)
        if (n->reached[u->touched.at[i]])
            return true;
    return false;
}

// ---- The closure --------------------------------------------------------------------------------

static void need_whole(Need *n, uint32_t module) {
    const PlanModule *pm = &n->plan->modules[module];
    for (uint32_t i = pm->first; i < pm->end; i++)
        need_unit(n, i);
    for (uint32_t i = 0; i < pm->module->imports.n; i++)
        if (!pm->module->imports.at[i].type_only)
            need_import(n, module, i, 0);
    for (uint32_t i = 0; i < pm->module->exports.n; i++)
        need_export(n, pm->module, i, 0);
    for (uint32_t i = 0; i < pm->module->requests.n; i++)
        if (!pm->module->requests.at[i].types_only)
            need_request(n, pm->module, i, 0, 0);
    for (uint32_t i = 0; i < pm->module->star_exports.n; i++)
        n->modules[module].stars[i] = true;
}

static void close_over(Need *n) {
    const Plan *p = n->plan;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < p->units.n; i++) {
            if (n->units[i] || (n->function && !matters(n, &p->units.at[i])))
                continue;
            need_unit(n, i);
            drain(n);
            more = true;
        }
    }
}

// Loading the module does something, whatever of it is needed.
static bool loads(const Need *n, const Request *r) {
    if (r->types_only || r->dynamic)
        return false;
    return r->kind == TARGET_MODULE ? n->modules[r->module->index].live
                                    : r->bare && r->kind == TARGET_EXTERNAL;
}

// A module stands in the slice where something of it is needed, or of what it loads.
static void find_live(Need *n) {
    const Program *program = interp(n)->program;
    for (uint32_t i = 0; i < program->modules.n; i++)
        n->modules[i].live = n->modules[i].needed || program->modules.at[i] == program->entry;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = program->modules.n; i-- > 0;) {
            const Module *m = program->modules.at[i];
            for (uint32_t k = 0; k < m->requests.n && !n->modules[i].live; k++)
                more |= n->modules[i].live = loads(n, &m->requests.at[k]);
        }
    }
}

// What hangs on something built in (`globalThis.cache = …`) is reached without a name of the
// program.
static void reach_world(Need *n) {
    const struct Recorder *r = n->plan->recorder;
    for (uint32_t i = 0; i < r->pasts.n; i++)
        if (r->pasts.at[i].cell->birth < r->first)
            reach_cell(n, r->pasts.at[i].cell);
}

Need *need_make(const Plan *p, const Resource *function) {
    Interp *I = p->I;
    uint32_t count = I->program->modules.n;
    Need *n = arena_new(I->a, Need);
    *n = (Need){.plan = p, .function = function, .visit = ++I->visits};
    n->units = arena_array(I->a, bool, p->units.n + 1);
    n->reached = arena_array(I->a, bool, p->touched.n + 1);
    n->modules = arena_array(I->a, NeedModule, count);
    for (uint32_t i = 0; i < count; i++) {
        const Module *m = p->modules[i].module;
        NeedModule *nm = &n->modules[i];
        nm->slots = arena_array(I->a, bool, (m->scope ? m->scope->count : 0) + 1);
        nm->imports = arena_array(I->a, bool, m->imports.n + 1);
        nm->exports = arena_array(I->a, bool, m->exports.n + 1);
        nm->stars = arena_array(I->a, bool, m->star_exports.n + 1);
    }
    for (uint32_t i = 0; i < count; i++)
        if (p->modules[i].whole)
            need_whole(n, i);
    if (function) {
        reach_world(n);
        reach_value(n, function->handler);
    }
    drain(n);
    close_over(n);
    find_live(n);
    return n;
}
