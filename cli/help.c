// The text of `pluto help`: for a terminal, and as docs/commands.md.
//
// Input: the tables of commands and options. Output: text or Markdown. Invariant: every row is
// shown, and nothing that is no row.

#include "cli/help.h"
#include "cli/deploy/deploy.h"
#include "cli/prompt/prompt.h"

#include <string.h>

const ExitCode exit_codes[] = {
    {EXIT_DONE, "done"},
    {EXIT_REJECTED, "the program was rejected"},
    {EXIT_USAGE, "wrong usage"},
    {EXIT_WORLD, "the outside world failed: files, network, other programs"},
    {EXIT_WIDENS, "permissions widen or something becomes public; a deployment failed"},
    {EXIT_STUCK, "a deployment needs somebody's help"},
    {EXIT_BUSY, "another operation is at work on the stack"},
    {EXIT_DENIED, "credentials or permissions"},
    {EXIT_LIMIT, "quotas and limits"},
    {EXIT_UNSAFE, "refused, since it is not safe: data, a stack that is not ours"},
    {EXIT_BUG, "a bug in pluto"},
    {EXIT_LEFT, "a question or a deployment was left"},
    {0, NULL},
};

const Variable variables[] = {
    {"NO_COLOR",
     "where it is set and not empty, nothing is coloured unless `--color always` says so"},
    {"TERM", "`dumb` stands for a terminal without colours"},
    {NULL, NULL},
};

const Variable project_files[] = {
    {"pluto.yml", "the settings of a project, optional; docs/settings.md lists the keys"},
    {".pluto/STACK/arch.json", "the graph that `pluto build` wrote"},
    {".pluto/STACK/template.json", "the CloudFormation template that `pluto build` wrote"},
    {NULL, NULL},
};

// ---- For a terminal -----------------------------------------------------------------------------

enum { HELP_COLUMN = 34 };

static void help_row(Buf *b, Str left, const char *doc) {
    buf_printf(b, "  %.*s", STR_ARG(left));
    unsigned width = left.n + 2;
    if (width + 2 > HELP_COLUMN) {
        buf_putc(b, '\n');
        width = 0;
    }
    buf_pad(b, ' ', HELP_COLUMN - width);
    buf_printf(b, "%s\n", doc);
}

static void help_options(Arena *a, Buf *b, const char *title, uint64_t takes) {
    buf_printf(b, "\n%s\n", title);
    for (unsigned id = 0; id < O_COUNT; id++) {
        if (!(takes & TAKES(id)))
            continue;
        const Option *o = &options[id];
        Buf left = buf_new(a);
        if (o->letter)
            buf_printf(&left, "-%c, ", o->letter);
        else
            buf_puts(&left, "    ");
        buf_printf(&left, "--%s", o->name);
        if (o->value)
            buf_printf(&left, " %s", o->value);
        help_row(b, buf_str(&left), o->doc);
    }
}

Str help_text(Arena *a) {
    Buf b = buf_new(a);
    buf_puts(&b, "pluto compiles one TypeScript program into the AWS infrastructure it needs.\n\n"
                 "usage: pluto COMMAND [OPTION]…\n\ncommands\n");
    for (uint32_t i = 0; commands[i]; i++) {
        const Command *c = commands[i];
        Str left = str_fmt(a, "%s%s%s", c->name, c->arguments ? " " : "",
                           c->arguments ? c->arguments : "");
        help_row(&b, left, c->doc);
    }
    help_options(a, &b, "options of every command", TAKES_GLOBAL);
    buf_puts(&b, "\nexit codes\n");
    for (const ExitCode *e = exit_codes; e->doc; e++)
        help_row(&b, str_fmt(a, "%d", e->code), e->doc);
    buf_puts(&b, "\n`pluto help COMMAND` shows the options of one command.\n");
    return buf_str(&b);
}

Str help_command_text(Arena *a, const Command *c) {
    Buf b = buf_new(a);
    buf_printf(&b, "usage: pluto %s%s%s [OPTION]…\n\n%s\n", c->name, c->arguments ? " " : "",
               c->arguments ? c->arguments : "", c->details);
    if (c->takes)
        help_options(a, &b, "options", c->takes);
    help_options(a, &b, "options of every command", TAKES_GLOBAL);
    return buf_str(&b);
}

// ---- docs/commands.md ---------------------------------------------------------------------------

static void markdown_options(Buf *b, uint64_t takes) {
    buf_puts(b, "| option | what |\n| --- | --- |\n");
    for (unsigned id = 0; id < O_COUNT; id++) {
        const Option *o = &options[id];
        if (!(takes & TAKES(id)))
            continue;
        buf_printf(b, "| `--%s", o->name);
        // A bar in a table is the end of a cell.
        for (const char *p = o->value ? o->value : ""; *p; p++)
            buf_printf(b, "%s%s%c", p == o->value ? " " : "", *p == '|' ? "\\" : "", *p);
        buf_puts(b, "`");
        if (o->letter)
            buf_printf(b, ", `-%c`", o->letter);
        buf_printf(b, " | %s |\n", o->doc);
    }
}

// Indented lines are code, and `<` is no tag.
static void markdown_text(Buf *b, const char *text) {
    for (const char *p = text; *p; p++) {
        bool starts = p == text || p[-1] == '\n';
        if (starts && strncmp(p, "  ", 2) == 0)
            buf_puts(b, "  ");
        if (*p == '<')
            buf_putc(b, '\\');
        buf_putc(b, *p);
    }
    buf_putc(b, '\n');
}

Str help_markdown(Arena *a) {
    Buf b = buf_new(a);
    buf_puts(&b,
             "# Commands\n\n"
             "`pluto COMMAND [OPTION]…`. This page is what `pluto help --markdown` says; a test\n"
             "compares the two. `pluto help --man` is the same as a manual page.\n");
    for (uint32_t i = 0; commands[i]; i++) {
        const Command *c = commands[i];
        buf_printf(&b, "\n## pluto %s\n\n", c->name);
        if (c->arguments)
            buf_printf(&b, "`pluto %s %s`\n\n", c->name, c->arguments);
        markdown_text(&b, c->details);
        if (c->takes)
            buf_putc(&b, '\n');
        if (c->takes)
            markdown_options(&b, c->takes);
    }
    buf_puts(&b, "\n## Options of every command\n\n");
    markdown_options(&b, TAKES_GLOBAL);
    buf_puts(&b, "\n## Exit codes\n\n| code | when |\n| --- | --- |\n");
    for (const ExitCode *e = exit_codes; e->doc; e++)
        buf_printf(&b, "| %d | %s |\n", e->code, e->doc);
    buf_puts(&b, "\n## Environment\n\n| variable | what |\n| --- | --- |\n");
    for (const Variable *v = variables; v->name; v++)
        buf_printf(&b, "| `%s` | %s |\n", v->name, v->doc);
    return buf_str(&b);
}
