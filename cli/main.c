// The door: reads the command line, runs one command, gives its exit code.
//
// Input: argv. Output: an exit code of base/bug.h. Invariant: everything a run owns is opened and
// closed here.

#include "cli/help.h"
#include "cli/report.h"
#include "cli/terminal.h"

// No command: --help and --version still work, anything else is wrong usage.
static const Command *command_of(const Args *args) {
    if (args->version)
        return &command_version;
    if (!args->command && args->help)
        return &command_help;
    return args->command;
}

static int run(Session *s, const Str *words, uint32_t count) {
    Err err = {0};
    if (count && str_is(words[0], "__complete"))
        return completion_answer(s, words + 1, count - 1);
    bool good = args_parse(words, count, &s->args, &err);
    s->color_out = terminal_color(s->arena, s->host, stdout, (ColorMode)s->args.color);
    s->color_err = terminal_color(s->arena, s->host, stderr, (ColorMode)s->args.color);
    if (!good)
        return report_err(s, &err);
    const Command *c = command_of(&s->args);
    if (!c && s->args.message_format == DIAG_JSON) {
        err_set(&err, ERR_USAGE, "no command was given");
        return report_err(s, &err);
    }
    if (!c) {
        fprintf(stderr, "%.*s", STR_ARG(help_text(s->arena)));
        return EXIT_USAGE;
    }
    if (s->args.help && s->args.command)
        return report_output(s, help_command_text(s->arena, c), EXIT_DONE);
    return c->run(s);
}

int main(int argc, char **argv) {
    terminal_init();
    Arena arena;
    arena_init(&arena);
    uint32_t count = argc > 1 ? (uint32_t)argc - 1 : 0;
    Str *words = arena_array(&arena, Str, count);
    for (uint32_t i = 0; i < count; i++)
        words[i] = str_of(argv[i + 1]);
    Session session = {.arena = &arena, .host = host_posix(), .sources = sources_open()};
    session.diags = diags_open(session.sources);
    int code = run(&session, words, count);
    diags_close(session.diags);
    sources_close(session.sources);
    arena_release(&arena);
    return code;
}
