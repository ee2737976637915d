// Lines that are drawn in place.
//
// Input: a tree. Output: the terminal. Invariant: at any moment the cursor stands in the first
// column below what is drawn, is visible, and the terminal has its usual settings: whoever is
// killed, stopped or left leaves nothing to be put right.

#include "cli/deploy/board.h"
#include "cli/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 80, COLUMNS_LEAST = 20, ROWS = 24, ROWS_LEAST = 4 };
static const double INTERVAL = 0.12; // seconds; events come in hundreds

bool board_possible(const Session *s) {
    Str term;
    bool dumb = s->host->env(s->host, s->arena, STR("TERM"), &term) && str_is(term, "dumb");
    return s->color_out && !dumb && isatty(STDOUT_FILENO) == 1 && !s->args.quiet &&
           !s->args.verbose && !s->args.json;
}

// After Ctrl-Z and `fg` a shell has written below the picture: the next one begins there. SIGCONT
// is blocked while there is a picture, so it waits to be found here; the process goes on all the
// same.
static bool was_stopped(void) {
    sigset_t one, pending;
    sigemptyset(&one);
    sigaddset(&one, SIGCONT);
    bool came = sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1;
    return came && sigtimedwait(&one, NULL, &(struct timespec){0, 0}) == SIGCONT;
}

static void continued_take(bool take) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGCONT);
    sigprocmask(take ? SIG_BLOCK : SIG_UNBLOCK, &one, NULL);
}

Board *board_new(Arena *a, bool color) {
    Board *b = arena_new(a, Board);
    *b = (Board){.tree = tree_begin(a), .color = color, .shown = -1};
    continued_take(true);
    return b;
}

static TreeView view_of(const Board *b, bool last) {
    struct winsize size;
    TreeView v = {.columns = COLUMNS, .rows = ROWS, .now = b->now, .color = b->color, .last = last};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
        v.columns = size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col;
        v.rows = size.ws_row < ROWS_LEAST ? ROWS_LEAST : size.ws_row - 1u;
    }
    return v;
}

// Up to where the picture begins. A terminal that has become narrower has broken its lines.
static void put_up(Buf *out, const Board *b, uint32_t columns) {
    uint32_t up = 0;
    for (uint32_t i = 0; i < b->rows.n; i++) {
        uint32_t cells = b->rows.at[i] ? b->rows.at[i] : 1;
        up += (cells + columns - 1) / columns;
    }
    buf_putc(out, '\r');
    if (up)
        buf_printf(out, "\033[%uA", (unsigned)up);
}

static void draw(Board *b, bool last) {
    if (was_stopped())
        b->rows.n = 0;
    Arena scratch;
    Err ignored = {0};
    TreeLineVec lines = {0};
    arena_init(&scratch);
    TreeView view = view_of(b, last);
    Buf out = buf_new(&scratch);
    tree_lines(&b->tree, &scratch, &view, &lines);
    put_up(&out, b, view.columns);
    b->rows.n = 0;
    for (uint32_t i = 0; i < lines.n; i++) {
        buf_put(&out, lines.at[i].text);
        buf_puts(&out, "\033[K\n");
        vec_push(b->tree.a, &b->rows, lines.at[i].cells);
    }
    buf_puts(&out, "\033[J");
    terminal_write(buf_str(&out), &ignored);
    arena_release(&scratch);
}

void board_draw(Board *b, double now, bool always) {
    b->now = now;
    if (!always && b->shown >= 0 && now - b->shown < INTERVAL)
        return;
    b->shown = now;
    draw(b, false);
}

void board_clear(Board *b) {
    Arena scratch;
    Err ignored = {0};
    if (!b->rows.n)
        return;
    arena_init(&scratch);
    Buf out = buf_new(&scratch);
    put_up(&out, b, view_of(b, false).columns);
    buf_puts(&out, "\033[J");
    terminal_write(buf_str(&out), &ignored);
    arena_release(&scratch);
    b->rows.n = 0;
}

void board_leave(Board *b) {
    continued_take(false);
    if (!b->rows.n)
        return;
    if (b->tree.groups.n)
        draw(b, true);
    else
        board_clear(b);
    b->rows.n = 0;
}
