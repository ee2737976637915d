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

void slice_all(Interp *I, const struct Recorder *recorder) {
    const Plan *plan = recorder ? units_make(I, recorder) : NULL;
    if (plan)
        need_make(plan, NULL);
    for (uint32_t i = 0; i < I->resources.n; i++) {
        const Resource *r = I->resources.at[i];
        if (r->handler.tag == V_ABSENT)
            continue;
        Slice slice = {.function = str_dup(I->a, r->id), .key = str_dup(I->a, r->key)};
        fill(I, plan ? need_make(plan, r) : NULL, &slice);
        vec_push(I->a, I->in->slices, slice);
    }
}
