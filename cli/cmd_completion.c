// pluto completion: the script that makes a shell complete pluto's command lines.
//
// Input: a shell's name. Output: its script. `pluto __complete`, which the scripts call, is no row
// of the table: its words are another command line, not options of its own.

#include "cli/complete/complete.h"
#include "cli/report.h"

static bool shell_find(Str name, Shell *out) {
    for (unsigned i = 0; i < SHELL_COUNT; i++)
        if (str_is(name, shell_names[i]))
            return *out = (Shell)i, true;
    return false;
}

int completion_answer(Session *s, const Str *words, uint32_t count) {
    Shell shell;
    if (count < 2 || !shell_find(words[0], &shell))
        return EXIT_USAGE;
    Completion c;
    complete_line(s, shell, words + 1, count - 1, &c);
    return report_output(s, complete_answer(s->arena, shell, words[count - 1], &c), EXIT_DONE);
}

static int run(Session *s) {
    Shell shell;
    if (shell_find(s->args.arguments[0], &shell))
        return report_output(s, complete_script(shell), EXIT_DONE);
    Err err = {0};
    err_set(&err, ERR_USAGE, "there is no completion for `%.*s`", STR_ARG(s->args.arguments[0]));
    err_hint(&err, "there is one for bash, zsh and fish");
    return report_err(s, &err);
}

const Command command_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .doc = "print the script that completes pluto in a shell",
    .details =
        "Prints a script for the shell that completes commands, options and the names of stacks,\n"
        "functions, resources and operations. To have it always, put into\n\n"
        "  ~/.bashrc                    source <(pluto completion bash)\n"
        "  ~/.zshrc, after compinit     source <(pluto completion zsh)\n"
        "  ~/.config/fish/config.fish   pluto completion fish | source\n\n"
        "`make install` does it for the whole machine.",
    .run = run,
};
