// One slice for each function of the graph.
//
// Input: the program, and what the evaluator wrote down of it. Output: DeduceInput.slices.
// Invariant: each text has the length and the lines of its source.

#include "deducer/slice/slice.h"

static SliceModule slice_module(Interp *I, const Need *n, const Module *m) {
    SliceModule out = {.path = m->path};
    out.text = n ? text_of(n, m) : sources_get(I->sources, m->file)->text;
    for (uint32_t i = 0; i < m->requests.n; i++) {
        const Request *r = &m->requests.at[i];
        if (r->kind != TARGET_MODULE || r->types_only || (n && !n->modules[r->module->index].live))
            continue;
        vec_push(I->a, &out.imports, (SliceImport){str_dup(I->a, r->specifier), r->module->path});
    }
    return out;
}

// The entry stands first; `n` NULL: everything.
static void fill(Interp *I, const Need *n, Slice *slice) {
    const Program *p = I->program;
    vec_push(I->a, &slice->modules, slice_module(I, n, p->entry));
    for (uint32_t i = 0; i < p->modules.n; i++)
        if (p->modules.at[i] != p->entry && (!n || n->modules[i].live))
            vec_push(I->a, &slice->modules, slice_module(I, n, p->modules.at[i]));
}

static bool has_variable(const Slice *slice, Str name) {
    for (uint32_t i = 0; i < slice->environment.n; i++)
        if (str_eq(slice->environment.at[i], name))
            return true;
    return false;
}

static void add_variable(Interp *I, Slice *slice, Str name) {
    uint32_t at = slice->environment.n;
    vec_push(I->a, &slice->environment, STR_EMPTY);
    for (; at > 0 && str_cmp(slice->environment.at[at - 1], name) > 0; at--)
        slice->environment.at[at] = slice->environment.at[at - 1];
    slice->environment.at[at] = str_dup(I->a, name);
}

static void fill_environment(Interp *I, const Need *n, Slice *slice) {
    for (uint32_t i = 0; i < n->plan->units.n; i++) {
        const Effects *e = n->units[i] ? n->plan->units.at[i].effects : NULL;
        for (uint32_t k = 0; e && k < e->checks.n; k++)
            if (!need_gets_variable(n, e->checks.at[k]) && !has_variable(slice, e->checks.at[k]))
                add_variable(I, slice, e->checks.at[k]);
    }
}

// The graph is the same whether slices are wanted or not.
void slice_all(Interp *I, const struct Recorder *recorder) {
    SliceVec *slices = I->in->slices;
    bool cut = (slices && !I->in->whole) || recorder->reads;
    const Plan *plan = cut ? units_make(I, recorder) : NULL;
    if (plan)
        need_make(plan, NULL);
    for (uint32_t i = 0; i < I->resources.n && (slices || cut); i++) {
        const Resource *r = I->resources.at[i];
        if (r->handler.tag == V_ABSENT)
            continue;
        const Need *need = plan ? need_make(plan, r) : NULL;
        if (!slices)
            continue;
        Slice slice = {.function = str_dup(I->a, r->id), .key = str_dup(I->a, r->key)};
        fill(I, I->in->whole ? NULL : need, &slice);
        if (need)
            fill_environment(I, need, &slice);
        vec_push(I->a, slices, slice);
    }
}
