#pragma once
// The command line: one table of options, one row a command. Private to cli/.

#include "base/base.h"

typedef enum OptionId {
    O_STACK,
    O_OUT,
    O_FORMAT,
    O_OUTPUT,
    O_FROM,
    O_OPEN,
    O_WATCH,
    O_PORT,
    O_DIFF,
    O_AGAINST,
    O_SLICE,
    O_EXIT_ZERO,
    O_TEMPLATE,
    O_PLATFORM,
    O_PROVISION,
    O_YES,
    O_TYPES,
    O_PROJECT,
    O_ALL,
    O_NO_PACKAGES,
    O_MODEL,
    O_WORKERS,
    O_EVENT,
    O_TEXT,
    O_FOLLOW,
    O_SINCE,
    O_PLAN,
    O_RESUME,
    O_CANCEL,
    O_WAIT,
    O_FAST,
    O_ALLOW_REPLACE,
    O_NO_ROLLBACK,
    O_EXPRESS,
    O_NO_EXPRESS,
    O_SKIP_PREFLIGHT,
    O_PRINT_POLICY,
    O_RETAIN,
    O_SKIP,
    O_DEPLOYED,
    O_SHOW_PLATFORM,
    O_FORCE,
    O_PROFILE,
    O_REGION,
    O_ROLE_ARN,
    O_EXTERNAL_ID,
    O_INSECURE_ENDPOINT,
    O_JSON,
    O_MARKDOWN,
    O_MAN,
    O_COLOR, // from here on: every command takes them
    O_MESSAGE_FORMAT,
    O_QUIET,
    O_VERBOSE,
    O_HELP,
    O_VERSION,
    O_COUNT,
} OptionId;

#define TAKES(id) (UINT64_C(1) << (id))
// How AWS is reached, and as whom.
#define TAKES_AWS                                                                                  \
    (TAKES(O_PROFILE) | TAKES(O_REGION) | TAKES(O_ROLE_ARN) | TAKES(O_EXTERNAL_ID) |               \
     TAKES(O_INSECURE_ENDPOINT))
#define TAKES_GLOBAL (TAKES(O_COUNT) - TAKES(O_COLOR))

// OPT_LIST may be given more than once.
typedef enum OptionType { OPT_FLAG, OPT_TEXT, OPT_CHOICE, OPT_LIST } OptionType;

enum { LIST_MAX = 16 };

typedef struct ArgList {
    Str at[LIST_MAX];
    uint32_t n;
} ArgList;

typedef struct Option {
    const char *name; // without the dashes
    char letter;      // 0: none
    OptionType type;
    // How help calls the value: small letters are the value itself, capitals a name for it (FILE,
    // STACK); `|` stands between alternatives. Completion goes by these words, too
    const char *value;
    const char *const *choices; // OPT_CHOICE: NULL-terminated
    size_t at;                  // in Args: a bool, a Str, or the unsigned index of a choice
    const char *doc;
} Option;

extern const Option options[O_COUNT];

typedef enum ColorMode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorMode;
typedef enum GraphFormat {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_DOT,
    FORMAT_MERMAID,
    FORMAT_SVG,
    FORMAT_HTML,
    FORMAT_MARKDOWN,
    FORMAT_SLICES,       // for tests: help says nothing of these two
    FORMAT_WHOLE_SLICES, // likewise: with everything kept
} GraphFormat;

typedef struct Session Session;

// A command is one file, cmd_<name>.c, that holds its row.
typedef struct Command {
    const char *name;
    // "[DIR]", "FUNCTION RESOURCE [OPERATION]"; NULL: takes none. Words from the first square
    // bracket on may be left out; a last "[WORD...]" may stand for many. Completion goes by these
    // words, as by an option's value
    const char *arguments;
    const char *doc;     // one line
    const char *details; // paragraphs for `pluto help COMMAND`
    uint64_t takes;      // TAKES(…) of the options beside the global ones
    int (*run)(Session *s);
} Command;

extern const Command *const commands[]; // NULL-terminated, in the order in which help shows them

enum { ARGUMENTS_MAX = 33 };

typedef struct Args {
    const Command *command; // NULL: none was named
    Str arguments[ARGUMENTS_MAX];
    uint32_t count; // of arguments given
    uint64_t given; // TAKES(…) of what stood on the command line
    unsigned color, message_format, format, platform, provision;
    bool quiet, verbose, help, version;
    bool open, watch, exit_zero, yes, types, all, no_packages, follow, json, markdown, man, text;
    Str stack, out, output, from, port, diff, against, slice, template, project, workers, event,
        since;
    bool plan, resume, cancel, wait, fast, allow_replace, no_rollback, express, no_express,
        skip_preflight, print_policy, force, deployed, show_platform;
    Str profile, region, role_arn, external_id;
    bool insecure_endpoint;
    ArgList models, retain, skip;
} Args;

// `words` without the program's name. False: wrong usage, said in err. What was read before the
// mistake is in `out` all the same, and how to report it wherever that stands.
bool args_parse(const Str *words, uint32_t count, Args *out, Err *err);
// The value of an option that takes a number from `least` to `most`.
bool args_number(Str value, const char *option, uint32_t least, uint32_t most, uint32_t *out,
                 Err *err);
// The command of that name, or NULL.
const Command *command_find(Str name);
// Sets err to "there is no command …" with a suggestion; false.
bool command_unknown(Str name, Err *err);
