// pluto graph: what a program needs and which function may use what, for people, for programs and
// as pictures.
//
// Input: a program, or the graph of one. Output: the graph in the format asked for; compared with
// another where --diff names one. Invariant: this file says in which order; how to draw, compare,
// watch and open stands in files of its own.
#include "cli/compare.h"
#include "cli/from.h"
#include "cli/open.h"
#include "cli/picture.h"
#include "cli/report.h"
#include "cli/slices.h"
#include "cli/watch.h"

static int graph_read(Session *s, Compile *c) {
    Err err = {0};
    bool slices =
        s->args.slice.n || s->args.format == FORMAT_SLICES || s->args.format == FORMAT_WHOLE_SLICES;
    if (!s->args.from.n)
        return pipeline_run(s, s->args.arguments[0], slices ? STAGE_SLICES : STAGE_GRAPH, c);
    if (!from_open(s, c, &err)) {
        report_diags(s);
        return report_err(s, &err);
    }
    if (c->arch && !diags_has_errors(s->diags))
        secrets_check(s->arena, c->arch, &c->project.settings.generate, s->diags);
    return report_diags(s);
}

static int hand_out(Session *s, const Compile *c) {
    Str text = picture_draw(s, c, (GraphFormat)s->args.format, NULL, false);
    return s->args.output.n ? report_file(s, s->args.output, text, EXIT_DONE)
                            : report_output(s, text, EXIT_DONE);
}

static int show_slice(Session *s, const Compile *c) {
    Err err = {0};
    Str text;
    if (!slices_text(s->arena, &c->slices, s->args.slice, &text, &err))
        return report_err(s, &err);
    return s->args.output.n ? report_file(s, s->args.output, text, EXIT_DONE)
                            : report_output(s, text, EXIT_DONE);
}

static bool slice_fits(const Args *args, Err *err) {
    uint64_t others = TAKES(O_FORMAT) | TAKES(O_FROM) | TAKES(O_OPEN) | TAKES(O_DIFF) |
                      TAKES(O_WATCH) | TAKES(O_PORT) | TAKES(O_EXIT_ZERO);
    if (!args->slice.n || !(args->given & others))
        return true;
    err_set(err, ERR_USAGE, "`--slice` shows text, and nothing beside it");
    err_hint(err, "it goes with DIR, `--stack` and `--output` alone");
    return false;
}

static int compare(Session *s, const Compile *c) {
    Compared after = {.arch = c->arch,
                      .settings = &c->project.settings.generate,
                      .project = s->args.from.n ? NULL : &c->project,
                      .file = s->args.from};
    return compare_run(s, &after);
}

// The picture has been written; a comparison's exit code stands.
static int show(Session *s, int code) {
    Err err = {0};
    if (code != EXIT_DONE && code != EXIT_WIDENS)
        return code;
    if (!open_file(s->arena, s->host, s->args.output, &err))
        return report_err(s, &err);
    report_note(s, str_fmt(s->arena, "opened %.*s", STR_ARG(s->args.output)));
    return code;
}

static int run(Session *s) {
    Err err = {0};
    Compile c;
    if (!compare_fits(&s->args, &err) || !slice_fits(&s->args, &err))
        return report_err(s, &err);
    if (s->args.watch)
        return watch_run(s);
    if (!picture_format(s, &err))
        return report_err(s, &err);
    int code = graph_read(s, &c);
    if (code != EXIT_DONE)
        return code;
    if (s->args.slice.n)
        return show_slice(s, &c);
    if (s->args.open && !s->args.output.n)
        s->args.output = picture_path(s, &c);
    code = s->args.diff.n ? compare(s, &c) : hand_out(s, &c);
    return s->args.open ? show(s, code) : code;
}

const Command command_graph = {
    .name = "graph",
    .arguments = "[DIR]",
    .doc = "show the resources, and which function may use which and why",
    .details =
        "Compiles the program in DIR (default: this folder) and shows its resources, triggers, "
        "calls,\n"
        "the evidence for each call and the permissions that follow. DIR may be the program's "
        "first\n"
        "file too. No network and no AWS account are needed, and nothing is written unless "
        "--output "
        "or\n"
        "--open ask for it.\n\n"
        "The format follows --output's ending (.svg .html .dot .gv .mmd .json .txt) where --format "
        "is\n"
        "not given. --open writes to .pluto/<stack>/graph.html where --output is not given. With "
        "--from\n"
        "the graph is read from an arch.json, and DIR, where given, only says which settings the "
        "page\n"
        "shows the CloudFormation for.\n\n"
        "--diff compares with a git revision or an arch.json; exit code 4 says that permissions "
        "widen\n"
        "or something becomes public.\n\n"
        "--slice shows what the package of a function is made of: the program without what the\n"
        "function does not need, each line with its number.",
    .takes = TAKES(O_STACK) | TAKES(O_FORMAT) | TAKES(O_OUTPUT) | TAKES(O_FROM) | TAKES(O_OPEN) |
             TAKES(O_DIFF) | TAKES(O_SLICE) | TAKES(O_EXIT_ZERO) | TAKES(O_WATCH) | TAKES(O_PORT),
    .run = run,
};
