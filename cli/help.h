#pragma once
// The tables of commands and options as text, in every form in which they are read. Private to
// cli/.

#include "cli/args.h"

typedef struct ExitCode {
    int code;
    const char *doc;
} ExitCode;

typedef struct Variable {
    const char *name, *doc;
} Variable;

extern const ExitCode exit_codes[];    // ended by a row without a doc
extern const Variable variables[];     // of the environment; ended by a row without a name
extern const Variable project_files[]; // likewise

// ---- help.c -------------------------------------------------------------------------------------

// The text of `pluto help` and `pluto help COMMAND`.
Str help_text(Arena *a);
Str help_command_text(Arena *a, const Command *c);
// docs/commands.md
Str help_markdown(Arena *a);

// ---- manual.c -----------------------------------------------------------------------------------

// The manual page pluto(1), in mdoc.
Str manual_page(Arena *a);
