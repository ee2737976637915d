#pragma once
// What may stand next on a command line. Private to cli/.

#include "cli/session.h"

typedef struct Candidate {
    Str value;
    Str doc; // one line, may be empty
} Candidate;

typedef struct Completion {
    Vec(Candidate) list;
    bool files, folders; // the shell's own completion of paths fits here, too
} Completion;

// ---- line.c -------------------------------------------------------------------------------------

// How a shell hands over the words, and wants the answer.
typedef enum Shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH, SHELL_COUNT } Shell;
extern const char *const shell_names[SHELL_COUNT + 1]; // NULL-terminated

// `words`: those behind the program's name up to the cursor, the last is the one to complete.
void complete_line(Session *s, Shell shell, const Str *words, uint32_t count, Completion *out);
// The answer to a script: a candidate a line, `value<TAB>doc`, or an empty value with `files` or
// `folders`. What a line cannot hold is left out.
Str complete_answer(Arena *a, Shell shell, Str word, const Completion *c);

// ---- names.c ------------------------------------------------------------------------------------

// What is known of the line that is completed.
typedef struct Line {
    const Command *command; // or NULL
    bool lost;              // a word stands where a command should, and is none
    Args args;              // options and arguments before the word to complete
    Str word;               // what it starts with
} Line;

// Adds what `placeholder` stands for: "STACK", "FUNCTION" … A program that cannot be compiled has
// no names. What does not start as the word does is left out.
void complete_names(Session *s, const Line *line, Str placeholder, Completion *out);
void complete_add(Arena *a, const Line *line, Completion *out, Str value, Str doc);

// ---- quote.c ------------------------------------------------------------------------------------

// The text that a word means to a shell; *quote is the quotation mark left open, or 0.
Str quote_strip(Arena *a, Str word, char *quote);
// The text as it must stand behind what was typed, so that bash takes it for itself and nothing
// else: behind an open quotation mark, or unquoted.
Str quote_for_bash(Arena *a, Str text, char quote);

// ---- script.c -----------------------------------------------------------------------------------

Str complete_script(Shell shell);
