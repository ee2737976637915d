#pragma once
// A few lines of a terminal that are drawn in place. Private to cli/prompt/.

#include "cli/prompt/keys.h"

#include <signal.h>
#include <termios.h>

enum { SCREEN_ROWS_MAX = 24, SCREEN_HELD_MAX = 128 };

typedef enum Style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_MARK, STYLE_WRONG } Style;

typedef struct Screen {
    Arena *arena;
    bool plain; // the cursor cannot be moved: lines are printed and read as they come
    bool color;
    int signal; // what ended it, or 0
    struct termios before;
    sigset_t mask_before;
    bool raw;
    char held[SCREEN_HELD_MAX]; // read and not yet taken
    uint32_t held_count;
    uint32_t columns;
    // The drawn lines: how wide each is, and where the cursor was left.
    uint32_t widths[SCREEN_ROWS_MAX], rows, cursor_row;
    // The frame that is being drawn.
    Buf out;
    uint32_t row, column, at_row, at_column;
} Screen;

// Whether somebody can be asked: the standard input and the standard error are terminals.
bool screen_possible(void);
// From here to screen_close, signals that would end or stop us wait until the terminal is restored.
bool screen_open(Screen *s, Arena *a, bool plain, bool color, Err *err);
void screen_close(Screen *s);

// One frame: texts, line ends, where the cursor is to stand. It replaces the frame before it.
void frame_begin(Screen *s);
void frame_text(Screen *s, Style style, Str text); // cut at the edge
void frame_cursor(Screen *s);
void frame_line(Screen *s);
void frame_end(Screen *s);
// The frame stays as it is and the cursor goes below it: the next one is drawn there.
void frame_keep(Screen *s);

// Waits for a key. KEY_LEAVE where the terminal went away or a signal wants us to end, too.
Key screen_key(Screen *s);
// The next line, without its end, of a plain screen. False where there is none.
bool screen_line(Screen *s, Str *out);
void screen_put(Screen *s, Str text);
