// The terminal while it asks: raw mode and back, a few lines drawn in place, keys, signals.
//
// Input: the terminal at the standard input. Output: the standard error. Invariant: from
// screen_open to screen_close the signals that would end or stop the process are blocked and taken
// one by one in screen_key, between two looks at the keyboard; so there is no handler and no
// global, and no way out that passes by the restoring of the terminal.

#include "cli/prompt/screen.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// How long a signal may wait, and how long after Escape the rest of a key's bytes may take.
enum { LOOK_MS = 100, ESCAPE_MS = 40, COLUMNS = 80, COLUMNS_MIN = 8 };

bool screen_possible(void) {
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

static uint32_t columns_of_terminal(void) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS;
    return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
}

static sigset_t signals_taken(void) {
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        sigaddset(&set, taken[i]);
    return set;
}

static bool raw_set(Screen *s) {
    struct termios raw = s->before;
    raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR | ISTRIP | BRKINT | PARMRK);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    int done;
    do
        done = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    while (done != 0 && errno == EINTR);
    s->raw = done == 0;
    return s->raw;
}

// Also from the background, where the terminal would stop us for it.
static void raw_end(Screen *s) {
    if (!s->raw)
        return;
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &before);
    int done;
    do
        done = tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
    while (done != 0 && errno == EINTR);
    sigprocmask(SIG_SETMASK, &before, NULL);
    s->raw = false;
}

bool screen_open(Screen *s, Arena *a, bool plain, bool color, Err *err) {
    *s = (Screen){.arena = a, .plain = plain, .color = color && !plain};
    sigset_t taken = signals_taken();
    sigprocmask(SIG_BLOCK, &taken, &s->mask_before);
    s->columns = columns_of_terminal();
    bool good = tcgetattr(STDIN_FILENO, &s->before) == 0 && (plain || raw_set(s));
    if (good)
        return true;
    int why = errno;
    screen_close(s);
    return err_set(err, ERR_IO, "cannot ask on this terminal: %s", strerror(why));
}

void screen_close(Screen *s) {
    raw_end(s);
    sigprocmask(SIG_SETMASK, &s->mask_before, NULL);
}

void screen_put(Screen *s, Str text) {
    (void)s;
    while (text.n > 0) {
        ssize_t put = write(STDERR_FILENO, text.p, text.n);
        if (put < 0 && errno != EINTR)
            return; // the terminal went away: reading will say so
        if (put > 0)
            text = str_slice(text, (uint32_t)put, text.n);
    }
}

// ---- Frames -------------------------------------------------------------------------------------

// A terminal that has become narrower has broken the drawn lines into several.
static uint32_t rows_above_cursor(const Screen *s) {
    uint32_t rows = 0;
    for (uint32_t i = 0; i < s->cursor_row && i < s->rows; i++)
        rows += s->widths[i] > s->columns ? (s->widths[i] + s->columns - 1) / s->columns : 1;
    return rows;
}

void frame_begin(Screen *s) {
    s->columns = columns_of_terminal();
    s->out = buf_new(s->arena);
    buf_putc(&s->out, '\r');
    uint32_t up = rows_above_cursor(s);
    if (up > 0)
        buf_printf(&s->out, "\033[%uA", up);
    buf_puts(&s->out, "\033[J");
    s->row = s->column = 0;
    s->at_row = UINT32_MAX;
}

static const char *style_begin(Style style) {
    static const char *const begins[] = {
        [STYLE_PLAIN] = "",          [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",
        [STYLE_MARK] = "\033[1;36m", [STYLE_WRONG] = "\033[31m",
    };
    return begins[style];
}

// The last column stays free: a terminal may break the line right after writing it.
void frame_text(Screen *s, Style style, Str text) {
    bool styled = s->color && style != STYLE_PLAIN;
    if (styled)
        buf_puts(&s->out, style_begin(style));
    text = str_visible(s->arena, text);
    for (uint32_t at = 0, from = 0; at < text.n; from = at) {
        unsigned width = utf8_width(utf8_next(text, &at));
        if (s->column + width >= s->columns)
            break;
        buf_put(&s->out, str_slice(text, from, at));
        s->column += width;
    }
    if (styled)
        buf_puts(&s->out, "\033[0m");
}

void frame_cursor(Screen *s) {
    s->at_row = s->row;
    s->at_column = s->column;
}

void frame_line(Screen *s) {
    if (s->row + 1 >= SCREEN_ROWS_MAX)
        return;
    s->widths[s->row++] = s->column;
    s->column = 0;
    buf_puts(&s->out, "\r\n");
}

void frame_end(Screen *s) {
    s->widths[s->row] = s->column;
    s->rows = s->row + 1;
    s->cursor_row = s->row;
    if (s->at_row < s->row) {
        buf_printf(&s->out, "\033[%uA", s->row - s->at_row);
        s->cursor_row = s->at_row;
    }
    if (s->at_row <= s->row) {
        buf_putc(&s->out, '\r');
        if (s->at_column > 0)
            buf_printf(&s->out, "\033[%uC", s->at_column);
    }
    screen_put(s, buf_str(&s->out));
}

void frame_keep(Screen *s) {
    if (!s->plain && s->rows > 0) {
        Buf b = buf_new(s->arena);
        if (s->rows - 1 > s->cursor_row)
            buf_printf(&b, "\033[%uB", s->rows - 1 - s->cursor_row);
        buf_puts(&b, "\r\n");
        screen_put(s, buf_str(&b));
    }
    s->rows = s->cursor_row = 0;
}

// ---- Keys and signals ---------------------------------------------------------------------------

// As the terminal would have done on Ctrl-Z: the whole group stops, with the terminal restored.
static void stop(Screen *s) {
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTSTP);
    frame_keep(s);
    raw_end(s);
    kill(0, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stops, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (!s->plain)
        raw_set(s);
}

// What a waiting signal means, KEY_NOTHING where none waits.
static KeyType signal_taken(Screen *s) {
    sigset_t set = signals_taken();
    struct timespec now = {0};
    int got = sigtimedwait(&set, NULL, &now);
    if (got <= 0)
        return KEY_NOTHING;
    if (got == SIGTSTP)
        return KEY_STOP;
    if (got == SIGCONT) { // whoever stopped us may have changed the terminal
        if (!s->plain)
            raw_set(s);
        return KEY_REDRAW;
    }
    s->signal = got;
    return KEY_LEAVE;
}

// Waits for bytes. KEY_MORE: some came; KEY_NOTHING: none in time; else what happened instead.
static KeyType bytes_wait(Screen *s, int timeout) {
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = poll(&in, 1, timeout);
    KeyType signal = signal_taken(s);
    if (signal != KEY_NOTHING)
        return signal;
    if (!s->plain && columns_of_terminal() != s->columns)
        return KEY_REDRAW;
    if (ready <= 0)
        return KEY_NOTHING;
    ssize_t got = read(STDIN_FILENO, s->held + s->held_count, sizeof s->held - s->held_count);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return KEY_NOTHING;
    if (got <= 0)
        return KEY_LEAVE;
    s->held_count += (uint32_t)got;
    return KEY_MORE;
}

static void bytes_drop(Screen *s, uint32_t count) {
    s->held_count -= count;
    memmove(s->held, s->held + count, s->held_count);
}

Key screen_key(Screen *s) {
    bool final = false;
    for (;;) {
        while (s->held_count > 0) {
            Key key = key_decode((Str){s->held, s->held_count}, final);
            if (key.type == KEY_MORE)
                break;
            bytes_drop(s, key.size);
            final = false;
            if (key.type == KEY_STOP) {
                stop(s);
                return (Key){.type = KEY_REDRAW};
            }
            if (key.type != KEY_NOTHING)
                return key;
        }
        KeyType what = bytes_wait(s, s->held_count > 0 ? ESCAPE_MS : LOOK_MS);
        final = what == KEY_NOTHING && s->held_count > 0;
        if (what == KEY_STOP) {
            stop(s);
            what = KEY_REDRAW;
        }
        if (what == KEY_LEAVE || what == KEY_REDRAW)
            return (Key){.type = what};
    }
}

// The terminal hands out whole lines here; one that is longer than what is held is taken in parts.
bool screen_line(Screen *s, Str *out) {
    for (;;) {
        const char *end = s->held_count ? memchr(s->held, '\n', s->held_count) : NULL;
        if (end || s->held_count == sizeof s->held) {
            uint32_t n = end ? (uint32_t)(end - s->held) : s->held_count;
            *out = str_trim(str_dup(s->arena, (Str){s->held, n}));
            bytes_drop(s, end ? n + 1 : n);
            return true;
        }
        KeyType what = bytes_wait(s, LOOK_MS);
        if (what == KEY_STOP)
            stop(s);
        if (what == KEY_LEAVE)
            return false;
    }
}
