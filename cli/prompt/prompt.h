#pragma once
// Questions to whoever sits at the terminal. Private to cli/.

#include "cli/prompt/screen.h"
#include "cli/session.h"

// What shells expect of a program that Ctrl-C ended; so does leaving by Escape or Ctrl-D.
enum { EXIT_LEFT = 130 };

typedef struct Prompt {
    Screen screen;
} Prompt;

// Why `text` will not do, empty where it will. In the arena.
typedef Str PromptCheck(Arena *a, Str text, const void *with);

typedef struct PromptRow {
    Str name, doc; // doc may be empty
} PromptRow;

// Whether there is somebody to ask.
bool prompt_possible(void);
bool prompt_open(Prompt *p, const Session *s, Err *err);
void prompt_close(Prompt *p);
// False: the user left. `*out` is the preset where nothing was typed.
bool prompt_text(Prompt *p, const char *label, Str preset, PromptCheck *check, const void *with,
                 Str *out);
bool prompt_choice(Prompt *p, const char *label, const PromptRow *rows, uint32_t count,
                   uint32_t preset, uint32_t *out);
// The exit code for having been left: EXIT_LEFT, or 128 and the signal that ended it.
int prompt_left(const Prompt *p);
