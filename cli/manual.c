// The manual page pluto(1), written in mdoc.
//
// Input: the tables of commands and options. Output: the page, in ASCII. Invariant: no text of a
// row is ever taken for a request: what means something to roff is escaped.

#include "cli/help.h"

#include <string.h>

static const char DATE[] = "November 21, 2026"; // of the last change to this text

// ---- Text ---------------------------------------------------------------------------------------

static void put_char(Buf *b, uint32_t c) {
    if (c == '\\')
        buf_puts(b, "\\e");
    else if (c == '-')
        buf_puts(b, "\\-");
    else if (c < 0x80)
        buf_putc(b, (char)c);
    else
        buf_printf(b, "\\[u%04X]", (unsigned)c);
}

static bool ends_sentence(Str text) {
    return str_ends(text, ".") || str_ends(text, "?") || str_ends(text, ".)");
}

// Words of running text, each sentence on a line of its own; what stands between back-ticks is set
// in bold.
static void put_words(Buf *b, Str text) {
    bool bold = false, first = true;
    for (uint32_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        if (c == ' ' && ends_sentence(str_slice(text, 0, at - 1))) {
            buf_putc(b, '\n');
            first = true;
            continue;
        }
        if (c == '`') {
            bold = !bold;
            buf_puts(b, bold ? "\\fB" : "\\fR");
            continue;
        }
        if (first && (c == '.' || c == '\''))
            buf_puts(b, "\\&"); // else a request
        first = false;
        put_char(b, c);
    }
    buf_puts(b, bold ? "\\fR\n" : "\n");
}

static Str line_next(Str text, uint32_t *at) {
    int64_t end = str_find(text, STR("\n"), *at);
    Str line = str_slice(text, *at, end < 0 ? text.n : (uint32_t)end);
    *at = end < 0 ? text.n : (uint32_t)end + 1;
    return line;
}

// Paragraphs; lines that are indented stand as they are.
static void put_paragraphs(Buf *b, Str text) {
    bool literal = false, gap = false;
    for (uint32_t at = 0; at < text.n;) {
        Str line = line_next(text, &at);
        bool indented = str_starts(line, "  ");
        if (line.n == 0) {
            gap = true;
            continue;
        }
        if (literal && !indented)
            buf_puts(b, ".Ed\n");
        if (indented && !literal)
            buf_puts(b, ".Bd -literal -offset indent\n");
        else if (gap)
            buf_puts(b, indented ? "\n" : ".Pp\n");
        literal = indented;
        gap = false;
        put_words(b, indented ? str_trim(line) : line);
    }
    if (literal)
        buf_puts(b, ".Ed\n");
}

// "[FUNCTION RESOURCE [OPERATION]]" in macros.
static void put_arguments(Buf *b, const char *arguments) {
    for (const char *p = arguments ? arguments : ""; *p;) {
        size_t n = strcspn(p, " []");
        if (*p == '[' || *p == ']')
            buf_puts(b, *p == '[' ? " Oo" : " Oc");
        else if (n)
            buf_printf(b, " %s %.*s", *p >= 'a' && *p <= 'z' ? "Cm" : "Ar", (int)n, p);
        p += n ? n : 1;
    }
}

// ---- Tables -------------------------------------------------------------------------------------

static void put_options(Buf *b, uint64_t takes) {
    buf_puts(b, ".Bl -tag -width Ds\n");
    for (unsigned id = 0; id < O_COUNT; id++) {
        const Option *o = &options[id];
        if (!(takes & TAKES(id)))
            continue;
        buf_puts(b, ".It");
        if (o->letter)
            buf_printf(b, " Fl %c ,", o->letter);
        buf_printf(b, " Fl \\-%s", o->name);
        if (o->value)
            buf_printf(b, " Ar %s", o->value);
        buf_putc(b, '\n');
        put_words(b, str_of(o->doc));
    }
    buf_puts(b, ".El\n");
}

static void put_command(Buf *b, const Command *c) {
    buf_printf(b, ".Ss pluto %s\n.Nm pluto Cm %s", c->name, c->name);
    put_arguments(b, c->arguments);
    buf_puts(b, c->takes ? " Op Ar OPTION ...\n.Pp\n" : "\n.Pp\n");
    put_paragraphs(b, str_of(c->details));
    if (c->takes)
        put_options(b, c->takes);
}

static void put_variables(Buf *b, const char *macro, const Variable *v) {
    buf_puts(b, ".Bl -tag -width Ds\n");
    for (; v->name; v++) {
        buf_printf(b, ".It %s %s\n", macro, v->name);
        put_words(b, str_of(v->doc));
    }
    buf_puts(b, ".El\n");
}

Str manual_page(Arena *a) {
    Buf b = buf_new(a);
    buf_printf(&b, ".Dd %s\n.Dt PLUTO 1\n.Os\n", DATE);
    buf_puts(&b,
             ".Sh NAME\n.Nm pluto\n"
             ".Nd compile one TypeScript program into the AWS infrastructure it needs\n"
             ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar ARGUMENT ...\n.Op Ar OPTION ...\n"
             ".Sh DESCRIPTION\n"
             "It finds the resources that the program creates and what each function does with\n"
             "them, and writes a CloudFormation template in which every function may do exactly\n"
             "that.\n"
             "Options may stand before and behind the command;\n.Fl \\-\nends them.\n"
             ".Sh COMMANDS\n");
    for (uint32_t i = 0; commands[i]; i++)
        put_command(&b, commands[i]);
    buf_puts(&b, ".Sh OPTIONS\nEvery command takes these, too.\n");
    put_options(&b, TAKES_GLOBAL);
    buf_puts(&b, ".Sh ENVIRONMENT\n");
    put_variables(&b, "Ev", variables);
    buf_puts(&b, ".Sh FILES\n");
    put_variables(&b, "Pa", project_files);
    buf_puts(&b, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (const ExitCode *e = exit_codes; e->doc; e++) {
        buf_printf(&b, ".It %d\n", e->code);
        put_words(&b, str_of(e->doc));
    }
    buf_puts(&b, ".El\n.Sh EXAMPLES\nA new project, what it consists of, and why its function may "
                 "read the store:\n"
                 ".Bd -literal -offset indent\npluto new hello \\-\\-yes\ncd hello\npluto graph\n"
                 "pluto why hello greetings\n.Ed\n");
    return buf_str(&b);
}
