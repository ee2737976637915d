// pluto generate: the template from an arch.json alone.
#include "cli/from.h"
#include "cli/output.h"
#include "cli/report.h"

static int hand_out(Session *s, const Output *output) {
    if (s->args.out.n) {
        int code = output_template(s, s->args.out, output);
        return code == EXIT_DONE ? output_summary(s, s->args.out, NULL, output) : code;
    }
    Err err = {0};
    if (output->nested.n) {
        err_set(&err, ERR_USAGE, "the template needs %u nested templates", output->nested.n);
        err_hint(&err, "write all of them into a folder with --out DIR");
        return report_err(s, &err);
    }
    if (s->args.output.n)
        return report_file(s, s->args.output, output->main.json, EXIT_DONE);
    return report_output(s, output->main.json, EXIT_DONE);
}

static int run(Session *s) {
    Err err = {0};
    if (!s->args.from.n) {
        err_set(&err, ERR_USAGE,
                "`pluto generate` needs the graph to start from: --from arch.json");
        return report_err(s, &err);
    }
    Compile c;
    if (!from_open(s, &c, &err)) {
        report_diags(s);
        return report_err(s, &err);
    }
    if (c.arch && !diags_has_errors(s->diags))
        generate(s->arena, c.arch, &kind_table, &c.project.settings.generate, &c.output, s->diags);
    int code = report_diags(s);
    return code == EXIT_DONE ? hand_out(s, &c.output) : code;
}

const Command command_generate = {
    .name = "generate",
    .arguments = "[DIR]",
    .doc = "make the CloudFormation template from an arch.json",
    .details =
        "Reads the graph in --from FILE and writes the template to the standard output, to "
        "--output\n"
        "FILE, or with its nested templates into --out DIR. The graph alone decides; where DIR is\n"
        "given, the region, tags and defaults in its pluto.yml count too, as they do in a build.",
    .takes = TAKES(O_FROM) | TAKES(O_OUTPUT) | TAKES(O_OUT),
    .run = run,
};
