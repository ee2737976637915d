// The whole compile on one screen: settings, then the graph, then the template; with
// the graph, what each function's package is made of, where that is asked for.
//
// Input: the command's arguments. Output: a Compile, everything else said on the standard error.
// Invariant: each stage makes its output from the stage above it alone, and none runs after an
// error.

#include "cli/pipeline.h"
#include "cli/report.h"
#include "cli/terminal.h"

static Arch *graph_make(Session *s, const Project *project, SliceVec *slices, DeduceStats *stats) {
    const Str known[] = {
        STR("PLUTO_PROJECT_NAME"),   project->name,           //
        STR("PLUTO_STACK_NAME"),     project->settings.stack, //
        STR("PLUTO_PLATFORM_TYPE"),  STR("AWS"),              //
        STR("PLUTO_PROVISION_TYPE"), STR("CloudFormation"),   //
        STR("PLUTO_LANGUAGE_TYPE"),  STR("typescript"),
    };
    DeduceInput input = {
        .host = s->host,
        .root = project->root,
        .entry = project->entry,
        .project = project->name,
        .stack = project->settings.stack,
        .kinds = &kind_table,
        .known_env = known,
        .known_env_count = sizeof known / sizeof *known / 2,
        .slices = slices,
        .whole = s->args.format == FORMAT_WHOLE_SLICES,
    };
    return deduce(s->arena, &input, s->sources, s->diags, stats);
}

static void stats_print(const Session *s, const Compile *c, const DeduceStats *d,
                        const double *ms) {
    if (!s->args.verbose)
        return;
    Str entry = str_visible(s->arena, c->project.entry);
    fprintf(stderr, "entry     %.*s, stack %.*s\n", STR_ARG(entry),
            STR_ARG(c->project.settings.stack));
    fprintf(stderr, "read      %u modules, %llu bytes\n", d->modules,
            (unsigned long long)d->source_bytes);
    fprintf(stderr, "evaluated %llu steps\n", (unsigned long long)d->steps);
    fprintf(stderr, "memory    %zu bytes\n", s->arena->total);
    fprintf(stderr,
            "ms        settings %.2f, load %.2f, evaluate %.2f, explore %.2f, template %.2f\n",
            ms[1] - ms[0], d->load_ms, d->evaluate_ms, d->explore_ms, ms[3] - ms[2]);
}

// What a compile took, for --verbose.
typedef struct Took {
    DeduceStats stats;
    double ms[4];
} Took;

static bool compile(Session *s, Str where, Stage last, Compile *out, Took *took, Err *err) {
    bool sliced = last == STAGE_SLICES || last == STAGE_PACK;
    *out = (Compile){0};
    took->ms[0] = terminal_clock_ms();
    if (!project_open(s->arena, s->host, where.n ? where : STR("."), s->args.stack, &kind_table,
                      s->sources, s->diags, &out->project, err))
        return false;
    took->ms[1] = terminal_clock_ms();
    if (!diags_has_errors(s->diags))
        out->arch = graph_make(s, &out->project, sliced ? &out->slices : NULL, &took->stats);
    took->ms[2] = terminal_clock_ms();
    out->project.settings.generate.sources = s->sources;
    if (out->arch && last >= STAGE_TEMPLATE)
        generate(s->arena, out->arch, &kind_table, &out->project.settings.generate, &out->output,
                 s->diags);
    else if (out->arch)
        secrets_check(s->arena, out->arch, &out->project.settings.generate, s->diags);
    took->ms[3] = terminal_clock_ms();
    if (!diags_has_errors(s->diags) && !out->arch)
        BUG("no graph, and no word of why");
    return true;
}

bool pipeline_compile(Session *s, Str where, Stage last, Compile *out, Err *err) {
    Took took = {0};
    return compile(s, where, last, out, &took, err);
}

bool pipeline_graph(Session *s, Str where, Compile *out) {
    Err ignored = {0};
    DeduceStats stats = {0};
    *out = (Compile){0};
    if (!project_open(s->arena, s->host, where.n ? where : STR("."), s->args.stack, &kind_table,
                      s->sources, s->diags, &out->project, &ignored))
        return false;
    if (!diags_has_errors(s->diags))
        out->arch = graph_make(s, &out->project, NULL, &stats);
    return out->arch && !diags_has_errors(s->diags);
}

int pipeline_run(Session *s, Str where, Stage last, Compile *out) {
    Err err = {0};
    Took took = {0};
    bool opened = compile(s, where, last, out, &took, &err);
    int code = report_diags(s);
    if (!opened)
        return report_err(s, &err);
    stats_print(s, out, &took.stats, took.ms);
    return code;
}
