// pluto build: arch.json, the CloudFormation template and the functions' packages, into a folder.
#include "cli/output.h"
#include "cli/packages.h"
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

static int write_graph(Session *s, Str folder, const Compile *c) {
    Str path = path_join(s->arena, folder, STR("arch.json"));
    int code = report_file(s, path, arch_to_json(s->arena, c->arch), EXIT_DONE);
    if (code == EXIT_DONE)
        code = output_template(s, folder, &c->output);
    return code == EXIT_DONE ? output_summary(s, folder, c->arch, &c->output) : code;
}

// The packages come first: where they cannot be made, nothing new is there to be deployed.
static int run(Session *s) {
    Compile c;
    PackOutput packages = {0};
    bool wanted = !s->args.no_packages;
    int code = pipeline_run(s, s->args.arguments[0], wanted ? STAGE_PACK : STAGE_TEMPLATE, &c);
    if (code != EXIT_DONE)
        return code;
    Str folder = folder_of(s, &c);
    if (wanted && (code = packages_build(s, &c, folder, &packages)) != EXIT_DONE)
        return code;
    code = write_graph(s, folder, &c);
    return code == EXIT_DONE && wanted ? packages_summary(s, folder, &packages) : code;
}

const Command command_build = {
    .name = "build",
    .arguments = "[DIR]",
    .doc = "write the graph, the CloudFormation template and the functions' packages",
    .details =
        "Compiles the program in DIR (default: this folder) and writes arch.json and "
        "template.json,\n"
        "with one IAM role per function that allows exactly what the function does. Where the\n"
        "program is too large for one template, nested templates are written beside it.\n\n"
        "Of each function a package is made: functions/<name>.zip is what Lambda takes, and\n"
        "functions/<name>/ holds the same files and a source map. packages.json lists them with\n"
        "their hashes. What has not changed since the last time is not made again.\n\n"
        "The files go to DIR/.pluto/<stack> unless --out names another folder.",
    .takes = TAKES(O_STACK) | TAKES(O_OUT) | TAKES(O_NO_PACKAGES),
    .run = run,
};
