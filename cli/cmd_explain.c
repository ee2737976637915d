// pluto explain: the page of a diagnostic's code.
//
// Input: a code, in any letter case. Output: its page from docs/errors, which the program carries.
// Without a code: all codes, one a line.

#include "cli/pages.h"
#include "cli/report.h"

static Str upper(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        buf_putc(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return buf_str(&b);
}

static int list(Session *s) {
    Buf b = buf_new(s->arena);
    for (unsigned c = 0; c < CODE_COUNT; c++)
        buf_printf(&b, "%s  %s\n", code_name((Code)c), code_title((Code)c));
    return report_output(s, buf_str(&b), EXIT_DONE);
}

static int unknown(Session *s, Str name) {
    Str names[CODE_COUNT];
    for (unsigned c = 0; c < CODE_COUNT; c++)
        names[c] = str_of(code_name((Code)c));
    Str near = str_suggest(name, names, CODE_COUNT);
    Err err = {0};
    err_set(&err, ERR_USAGE, "there is no diagnostic `%.*s`", STR_ARG(name));
    if (near.n)
        err_hint(&err, "did you mean `%.*s`? `pluto explain` lists all", STR_ARG(near));
    else
        err_hint(&err, "`pluto explain` lists all");
    return report_err(s, &err);
}

static int run(Session *s) {
    if (!s->args.arguments[0].n)
        return list(s);
    Str name = upper(s->arena, s->args.arguments[0]);
    Code code;
    if (!code_find(name, &code))
        return unknown(s, name);
    for (unsigned i = 0; i < error_page_count; i++)
        if (str_is(name, error_pages[i].name))
            return report_output(s, str_of(error_pages[i].text), EXIT_DONE);
    Str title = str_fmt(s->arena, "# %s: %s\n", code_name(code), code_title(code));
    return report_output(s, title, EXIT_DONE);
}

const Command command_explain = {
    .name = "explain",
    .arguments = "[CODE]",
    .doc = "show what a diagnostic means and how to go on",
    .details =
        "Shows the page of a diagnostic's code, such as P0203: what it means, an example, and the\n"
        "ways out. Without a code, lists all codes.",
    .run = run,
};
