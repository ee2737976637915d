// pluto build: arch.json and the CloudFormation template, into a folder.
#include "cli/output.h"
#include "cli/pipeline.h"
#include "cli/report.h"

// DIR/.pluto/<stack> unless --out says otherwise; the root where DIR is a file.
static Str folder_of(const Session *s, const Compile *c) {
    if (s->args.out.n)
        return s->args.out;
    Str base = s->args.arguments[0];
    if (s->host->type(s->host, base.n ? base : STR(".")) != HOST_DIR)
        base = c->project.root;
    Str below = str_cat(s->arena, STR(".pluto/"), c->project.settings.stack);
    return path_join(s->arena, base, below);
}

static int run(Session *s) {
    Compile c;
    int code = pipeline_run(s, s->args.arguments[0], STAGE_TEMPLATE, &c);
    if (code != EXIT_DONE)
        return code;
    Str folder = folder_of(s, &c), path = path_join(s->arena, folder, STR("arch.json"));
    code = report_file(s, path, arch_to_json(s->arena, c.arch), EXIT_DONE);
    if (code == EXIT_DONE)
        code = output_template(s, folder, &c.output);
    return code == EXIT_DONE ? output_summary(s, folder, c.arch, &c.output) : code;
}

const Command command_build = {
    .name = "build",
    .arguments = "[DIR]",
    .doc = "write arch.json and the CloudFormation template",
    .details =
        "Compiles the program in DIR (default: this folder) and writes arch.json and "
        "template.json,\n"
        "with one IAM role per function that allows exactly what the function does. The files go\n"
        "to DIR/.pluto/<stack> unless --out names another folder. Where the program is too large "
        "for\n"
        "one template, nested templates are written beside it.",
    .takes = TAKES(O_STACK) | TAKES(O_OUT),
    .run = run,
};
