// The command line: what is understood, and what is said of the rest.

#include "cli/help.h"
#include "cli/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 12 };

// The words of a line, split at blanks; `''` is the empty word.
static uint32_t split(const char *line, Str out[WORDS_MAX]) {
    uint32_t n = 0;
    while (*line && n < WORDS_MAX) {
        size_t size = strcspn(line, " ");
        out[n++] =
            size == 2 && strncmp(line, "''", 2) == 0 ? STR_EMPTY : (Str){line, (uint32_t)size};
        line += size + strspn(line + size, " ");
    }
    return n;
}

static bool parse(const char *line, Args *args, Err *err) {
    Str words[WORDS_MAX];
    *err = (Err){0};
    return args_parse(words, split(line, words), args, err);
}

static void good_lines_are_understood(void **state) {
    (void)state;
    static const struct {
        const char *line, *command, *argument, *stack, *output;
        unsigned color, format, message_format;
        bool quiet, help;
    } cases[] = {
        {.line = "graph", .command = "graph"},
        {.line = "graph dir", .command = "graph", .argument = "dir"},
        {.line = "-q graph dir --stack prod",
         .command = "graph",
         .argument = "dir",
         .stack = "prod",
         .quiet = true},
        {.line = "graph --stack=prod -f json -o x",
         .command = "graph",
         .stack = "prod",
         .output = "x",
         .format = FORMAT_JSON},
        {.line = "--color never graph", .command = "graph", .color = COLOR_NEVER},
        {.line = "--stack a graph --stack b", .command = "graph", .stack = "b"},
        {.line = "graph --message-format json", .command = "graph", .message_format = DIAG_JSON},
        {.line = "graph -- --odd", .command = "graph", .argument = "--odd"},
        {.line = "graph --output -", .command = "graph", .output = "-"},
        {.line = "graph --stack=a=b", .command = "graph", .stack = "a=b"},
        {.line = "build --help", .command = "build", .help = true},
        {.line = "--help", .help = true},
        {.line = ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Args args;
        Err err;
        if (!parse(cases[i].line, &args, &err))
            fail_msg("`%s`: %s", cases[i].line, err.message);
        assert_string_equal(args.command ? args.command->name : "",
                            cases[i].command ? cases[i].command : "");
        assert_true(str_is(args.arguments[0], cases[i].argument ? cases[i].argument : ""));
        assert_true(str_is(args.stack, cases[i].stack ? cases[i].stack : ""));
        assert_true(str_is(args.output, cases[i].output ? cases[i].output : ""));
        assert_int_equal(args.color, cases[i].color);
        assert_int_equal(args.format, cases[i].format);
        assert_int_equal(args.message_format, cases[i].message_format);
        assert_int_equal(args.quiet, cases[i].quiet);
        assert_int_equal(args.help, cases[i].help);
    }
}

static void bad_lines_get_an_answer(void **state) {
    (void)state;
    static const struct {
        const char *line, *message, *hint;
    } cases[] = {
        {"grahp", "there is no command `grahp`", "did you mean `graph`?"},
        {"xyzzy", "there is no command `xyzzy`", "`pluto help` lists the commands"},
        {"src/index.ts", "there is no command `src/index.ts`", "`pluto graph src/index.ts`"},
        {"graph --stac x", "there is no option `--stac`", "did you mean `--stack`?"},
        {"graph --stac=x", "there is no option `--stac`", "did you mean `--stack`?"},
        {"graph -x", "there is no option `-x`", "`pluto help graph`"},
        {"graph --stack", "`--stack` needs a value: STACK", ""},
        {"graph --stack --quiet", "`--stack` needs a value: STACK", ""},
        {"graph --stack=", "the value of `--stack` is empty", ""},
        {"graph --quiet=yes", "`--quiet` takes no value", ""},
        {"graph --format jsno", "`--format` cannot be `jsno`: it takes text|json|dot|mermaid",
         "did you mean `json`?"},
        {"graph --color purple", "it takes auto|always|never", ""},
        {"graph a b", "`b` is one argument too many for `pluto graph`", "`pluto graph [DIR]`"},
        {"graph ''", "the argument is empty", ""},
        {"version now", "`pluto version` takes no argument: `now` is one too many", ""},
        {"explain --stack x P0101", "`pluto explain` takes no option `--stack`",
         "`pluto help explain`"},
        {"--stack x", "`--stack` needs a command", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Args args;
        Err err;
        assert_false(parse(cases[i].line, &args, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (!strstr(err.message, cases[i].message) || !strstr(err.hint, cases[i].hint))
            fail_msg("`%s`: %s (%s)", cases[i].line, err.message, err.hint);
    }
}

static void what_is_wrong_is_said_as_asked(void **state) {
    (void)state;
    static const struct {
        const char *line;
        unsigned format, color;
    } cases[] = {
        {"--message-format json grahp", DIAG_JSON, COLOR_AUTO},
        {"grahp --message-format json", DIAG_JSON, COLOR_AUTO},
        {"graph --stac x --message-format=short --color never", DIAG_SHORT, COLOR_NEVER},
        {"graph a b -- --message-format json", DIAG_HUMAN, COLOR_AUTO},
        {"grahp --message-format", DIAG_HUMAN, COLOR_AUTO},
        {"grahp --message-format jsno --color=always", DIAG_HUMAN, COLOR_ALWAYS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Args args;
        Err err;
        assert_false(parse(cases[i].line, &args, &err));
        assert_int_equal(args.message_format, cases[i].format);
        assert_int_equal(args.color, cases[i].color);
    }
}

static void help_shows_every_row(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str all = help_text(&a);
    for (uint32_t i = 0; commands[i]; i++) {
        assert_true(str_contains(all, commands[i]->doc));
        Str one = help_command_text(&a, commands[i]);
        for (unsigned id = 0; id < O_COUNT; id++) {
            bool takes = (commands[i]->takes | TAKES_GLOBAL) & TAKES(id);
            assert_int_equal(str_contains(one, options[id].doc), takes);
        }
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines_are_understood),
        cmocka_unit_test(bad_lines_get_an_answer),
        cmocka_unit_test(what_is_wrong_is_said_as_asked),
        cmocka_unit_test(help_shows_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
