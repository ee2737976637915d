// pluto diff: what a deployment would do, without doing it.
#include "cli/deploy/deploy.h"
#include "cli/plan.h"
#include "cli/report.h"

static int compare_with_file(Session *s, const Compile *c) {
    Err err = {0};
    Plan plan;
    PlanInput in = {.project = c->arch->project,
                    .stack = c->arch->stack,
                    .before_name = s->args.against,
                    .after = plan_side_of(s->arena, &c->output)};
    if (!plan_side_read(s, s->args.against, &in.before, &err) ||
        !plan_compare(s->arena, &in, &plan, &err))
        return report_err(s, &err);
    return plan_show(s, &plan);
}

static int run(Session *s) {
    Compile c;
    if (!s->args.against.n)
        return diff_run(s);
    int code = pipeline_run(s, s->args.arguments[0], STAGE_TEMPLATE, &c);
    return code == EXIT_DONE ? compare_with_file(s, &c) : code;
}

const Command command_diff = {
    .name = "diff",
    .arguments = "[DIR]",
    .doc = "show what a deployment would add, change, replace and remove",
    .details =
        "Compares what is deployed with what the program in DIR (default: this folder) asks for:\n"
        "resources and why they change, what roles may do more and less, and what becomes public.\n"
        "Nothing is changed, and nothing is created to find it out.\n\n"
        "--against compares with a template instead, or with the one that `pluto build` left in a\n"
        "folder; that needs no account.\n\n"
        "Exit codes: 0 no permission widens, nothing becomes public and no data would be lost (or\n"
        "--exit-zero), 4 otherwise, 1 the program was rejected, 3 the outside world failed, 7\n"
        "credentials or permissions, 9 the stack of that name is somebody else's.",
    .takes = TAKES(O_STACK) | TAKES(O_AGAINST) | TAKES_AWS | TAKES(O_JSON) | TAKES(O_EXIT_ZERO),
    .run = run,
};
