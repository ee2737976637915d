// One slice for each function of the graph.
//
// Input: the program, and what the evaluator made of it. Output: DeduceInput.slices.
// Invariant: each text has the length and the lines of its source.

#include "deducer/slice/slice.h"

static void add_imports(Interp *I, const Module *m, SliceModule *out) {
    for (uint32_t i = 0; i < m->requests.n; i++) {
        const Request *r = &m->requests.at[i];
        if (r->kind == TARGET_MODULE && !r->types_only)
            vec_push(I->a, &out->imports,
                     (SliceImport){str_dup(I->a, r->specifier), r->module->path});
    }
}

static SliceModule whole_module(Interp *I, const Module *m) {
    SliceModule out = {.path = m->path, .text = sources_get(I->sources, m->file)->text};
    add_imports(I, m, &out);
    return out;
}

static void whole_slice(Interp *I, Slice *slice) {
    const Program *p = I->program;
    vec_push(I->a, &slice->modules, whole_module(I, p->entry));
    for (uint32_t i = 0; i < p->modules.n; i++)
        if (p->modules.at[i] != p->entry)
            vec_push(I->a, &slice->modules, whole_module(I, p->modules.at[i]));
}

void slice_all(Interp *I) {
    for (uint32_t i = 0; i < I->resources.n; i++) {
        const Resource *r = I->resources.at[i];
        if (r->handler.tag == V_ABSENT)
            continue;
        Slice slice = {.function = str_dup(I->a, r->id), .key = str_dup(I->a, r->key)};
        whole_slice(I, &slice);
        vec_push(I->a, I->in->slices, slice);
    }
}
