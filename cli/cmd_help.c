// pluto help: what there is, or one command; the same for docs and as a manual page.
#include "cli/help.h"
#include "cli/report.h"

static int run(Session *s) {
    Err err = {0};
    Str name = s->args.arguments[0];
    const Command *c = name.n ? command_find(name) : NULL;
    if (name.n && !c) {
        command_unknown(name, &err);
        return report_err(s, &err);
    }
    if (c && (s->args.man || s->args.markdown)) {
        err_set(&err, ERR_USAGE, "the page holds all commands: leave out `%s`", c->name);
        return report_err(s, &err);
    }
    Str text = c                  ? help_command_text(s->arena, c)
               : s->args.man      ? manual_page(s->arena)
               : s->args.markdown ? help_markdown(s->arena)
                                  : help_text(s->arena);
    return report_output(s, text, EXIT_DONE);
}

const Command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .doc = "show the commands, or the options of one",
    .details = "Shows the commands, or how one of them is used. --man writes the manual page, "
               "--markdown\n"
               "docs/commands.md.",
    .takes = TAKES(O_MAN) | TAKES(O_MARKDOWN),
    .run = run,
};
