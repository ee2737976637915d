// pluto graph: what a program needs and which function may use what, for people or as arch.json.
#include "cli/pipeline.h"
#include "cli/report.h"
#include "generator/views.h"

static int run(Session *s) {
    Compile c;
    int code = pipeline_run(s, s->args.arguments[0], STAGE_GRAPH, &c);
    if (code != EXIT_DONE)
        return code;
    bool to_file = s->args.output.n > 0;
    bool color = to_file ? s->args.color == COLOR_ALWAYS : s->color_out;
    Str text = s->args.format == FORMAT_JSON ? arch_to_json(s->arena, c.arch)
                                             : view_text(s->arena, c.arch, &kind_table, color);
    return to_file ? report_file(s, s->args.output, text, code) : report_output(s, text, code);
}

const Command command_graph = {
    .name = "graph",
    .arguments = "[DIR]",
    .doc = "show the resources, and which function may use which and why",
    .details = "Compiles the program in DIR (default: this folder) and shows its resources, "
               "triggers, calls,\n"
               "the evidence for each call and the permissions that follow. DIR may be the "
               "program's first\n"
               "file too. Nothing is written, no network and no AWS account are needed.",
    .takes = TAKES(O_STACK) | TAKES(O_FORMAT) | TAKES(O_OUTPUT),
    .run = run,
};
