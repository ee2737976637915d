// The deducer's passes, one line each: load, evaluate, explore, slice.
//
// Evaluation recurses as the program does, so it runs on a thread with a stack of its own, large
// enough for deep programs and guarded: where the stack ends, the program gets a diagnostic.

#include "deducer/eval/effects.h"
#include "deducer/explore/explore.h"
#include "deducer/slice/slice.h"

#include <pthread.h>
#include <time.h>

enum { STACK_SIZE = 256 << 20, STACK_RESERVE = 1 << 20 };
#define STEP_LIMIT 20000000u

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

// ---- Out of the compile's short-lived parts -----------------------------------------------------

static void dup_value(Arena *a, ArchValue *v) {
    v->text = str_dup(a, v->text);
    v->property = str_dup(a, v->property);
    if (v->type == ARCH_OBJECT)
        for (uint32_t i = 0; i < v->count; i++) {
            v->members[i].key = str_dup(a, v->members[i].key);
            dup_value(a, v->members[i].value);
        }
    else
        for (uint32_t i = 0; i < v->count; i++)
            dup_value(a, v->items[i]);
}

// Names in the graph are borrowed from the interner and the syntax trees, which end with the
// deducer.
static void own_texts(Arena *a, Arch *arch) {
    for (uint32_t i = 0; i < arch->resources.n; i++) {
        ArchResource *r = &arch->resources.at[i];
        r->id = str_dup(a, r->id);
        r->name = str_dup(a, r->name);
        r->handler.export_name = str_dup(a, r->handler.export_name);
        dup_value(a, r->arguments);
        for (uint32_t k = 0; k < r->environment.n; k++)
            r->environment.at[k] = str_dup(a, r->environment.at[k]);
    }
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        ArchEdge *e = &arch->edges.at[i];
        if (e->arguments)
            dup_value(a, e->arguments);
        e->operation = str_dup(a, e->operation);
        for (uint32_t k = 0; k < e->evidence.n; k++)
            e->evidence.at[k].note = str_dup(a, e->evidence.at[k].note);
    }
}

// ---- The passes ---------------------------------------------------------------------------------

static void report_rejections(Interp *I) {
    for (uint32_t i = 0; i < I->rejected.n; i++) {
        Obj *p = I->rejected.at[i];
        if (p->flags & OF_HANDLED)
            continue;
        report_uncaught(I, p->u.box.value.v, p->site);
        return;
    }
}

static void evaluate(Interp *I) {
    builtins_install(I);
    effects_record(I);
    modules_link(I);
    if (diags_has_errors(I->diags))
        return;
    module_run(I, I->program->entry);
    I->doubt = NULL;
    if (!I->gave_up)
        report_rejections(I);
}

typedef struct Job {
    Interp *I;
    double evaluated, done;
} Job;

static void *run(void *arg) {
    Job *job = arg;
    Interp *I = job->I;
    I->stack_floor = (uintptr_t)&job - STACK_SIZE + STACK_RESERVE;
    evaluate(I);
    struct Recorder *recorder = I->recorder;
    job->evaluated = now_ms();
    if (!diags_has_errors(I->diags))
        explore_all(I);
    if (!diags_has_errors(I->diags))
        slice_all(I, recorder);
    job->done = now_ms();
    return NULL;
}

static void run_on_large_stack(Job *job) {
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_SIZE);
    if (pthread_create(&thread, &attr, run, job) != 0)
        BUG("no thread can be started");
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
}

static Interp *interp_new(Arena *a, LoadContext *lc, Program *program) {
    Interp *I = arena_new(a, Interp);
    I->a = a;
    I->diags = lc->diags;
    I->sources = lc->sources;
    I->interner = lc->interner;
    I->in = lc->in;
    I->program = program;
    I->kinds = lc->in->kinds;
    I->step_limit = lc->in->step_limit ? lc->in->step_limit : STEP_LIMIT;
    I->outermost_exit = UINT32_MAX;
    I->externals = map_new(a);
    I->realm.globals = map_new(a);
    I->arch = arena_new(a, Arch);
    I->arch->project = lc->in->project;
    I->arch->stack = lc->in->stack;
    return I;
}

Arch *deduce(Arena *a, const DeduceInput *in, Sources *sources, Diags *diags,
             DeduceStats *stats_out) {
    LoadContext lc = {
        .a = a, .in = in, .sources = sources, .interner = interner_open(), .diags = diags};
    Arch *arch = NULL;
    Job job = {0};
    double start = now_ms();
    Program *program = load_program(&lc);
    double loaded = now_ms();
    if (!diags_has_errors(diags)) {
        job.I = interp_new(a, &lc, program);
        run_on_large_stack(&job);
        if (!diags_has_errors(diags))
            arch = job.I->arch;
    }
    if (arch) {
        arch_sort_edges(a, arch);
        own_texts(a, arch);
    }
    if (stats_out) {
        *stats_out = (DeduceStats){.modules = program->modules.n, .source_bytes = program->bytes};
        stats_out->load_ms = loaded - start;
        stats_out->steps = job.I ? job.I->total_steps : 0;
        stats_out->evaluate_ms = job.I ? job.evaluated - loaded : 0;
        stats_out->explore_ms = job.I ? job.done - job.evaluated : 0;
    }
    load_release(program);
    interner_close(lc.interner);
    return arch;
}
