// pluto help: what there is, or one command.
#include "cli/report.h"

static int run(Session *s) {
    if (!s->args.arguments[0].n)
        return report_output(s, help_text(s->arena), EXIT_DONE);
    const Command *c = command_find(s->args.arguments[0]);
    Err err = {0};
    if (c)
        return report_output(s, help_command_text(s->arena, c), EXIT_DONE);
    command_unknown(s->args.arguments[0], &err);
    return report_err(s, &err);
}

const Command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .doc = "show the commands, or the options of one",
    .details = "Shows the commands, or how one of them is used.",
    .run = run,
};
