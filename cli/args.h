#pragma once
// The command line: one table of options, one row a command. Private to cli/.

#include "base/base.h"

typedef enum OptionId {
    O_STACK,
    O_OUT,
    O_FORMAT,
    O_OUTPUT,
    O_FROM,
    O_COLOR, // from here on: every command takes them
    O_MESSAGE_FORMAT,
    O_QUIET,
    O_VERBOSE,
    O_HELP,
    O_VERSION,
    O_COUNT,
} OptionId;

#define TAKES(id) (1u << (id))
#define TAKES_GLOBAL (TAKES(O_COUNT) - TAKES(O_COLOR))

typedef enum OptionType { OPT_FLAG, OPT_TEXT, OPT_CHOICE } OptionType;

typedef struct Option {
    const char *name; // without the dashes
    char letter;      // 0: none
    OptionType type;
    const char *value;          // how help calls the value
    const char *const *choices; // OPT_CHOICE: NULL-terminated
    size_t at;                  // in Args: a bool, a Str, or the unsigned index of a choice
    const char *doc;
} Option;

extern const Option options[O_COUNT];

typedef enum ColorMode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorMode;
typedef enum GraphFormat { FORMAT_TEXT, FORMAT_JSON } GraphFormat;

typedef struct Session Session;

// A command is one file, cmd_<name>.c, that holds its row.
typedef struct Command {
    const char *name;
    const char *argument; // "[DIR]", "CODE"; NULL: takes none. Square brackets: may be left out
    const char *doc;      // one line
    const char *details;  // paragraphs for `pluto help COMMAND`
    unsigned takes;       // TAKES(…) of the options beside the global ones
    int (*run)(Session *s);
} Command;

extern const Command *const commands[]; // NULL-terminated, in the order in which help shows them

typedef struct Args {
    const Command *command; // NULL: none was named
    Str argument;           // empty: none was given
    unsigned given;         // TAKES(…) of what stood on the command line
    unsigned color, message_format, format;
    bool quiet, verbose, help, version;
    Str stack, out, output, from;
} Args;

// `words` without the program's name. False: wrong usage, said in err. What was read before the
// mistake is in `out` all the same, so that it can be reported in the format asked for.
bool args_parse(const Str *words, uint32_t count, Args *out, Err *err);
// The command of that name, or NULL.
const Command *command_find(Str name);
// Sets err to "there is no command …" with a suggestion; false.
bool command_unknown(Str name, Err *err);

// The text of `pluto help` and `pluto help COMMAND`.
Str help_text(Arena *a);
Str help_command_text(Arena *a, const Command *c);
