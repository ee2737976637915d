// Lines for a terminal. In: words and their style. Out: UTF-8, whatever the locale.
//
// Invariant: names are shown, never obeyed: all of it goes through str_visible.
#include "generator/sheet.h"

Sheet sheet_new(Arena *a, bool color) {
    return (Sheet){.a = a, .out = buf_new(a), .color = color};
}

void sheet_put(Sheet *s, SheetStyle style, Str text) {
    static const char *const codes[] = {
        [SHEET_PLAIN] = "",         [SHEET_BOLD] = "\033[1m", [SHEET_DIM] = "\033[2m",
        [SHEET_GREEN] = "\033[32m", [SHEET_RED] = "\033[31m", [SHEET_YELLOW] = "\033[33m"};
    bool colored = s->color && style != SHEET_PLAIN && text.n;
    if (colored)
        buf_puts(&s->out, codes[style]);
    buf_put(&s->out, str_visible(s->a, text));
    if (colored)
        buf_puts(&s->out, "\033[0m");
}

void sheet_words(Sheet *s, SheetStyle style, const char *words) {
    sheet_put(s, style, str_of(words));
}

void sheet_title(Sheet *s, bool *open, const char *title) {
    if (*open)
        return;
    *open = true;
    sheet_words(s, SHEET_BOLD, title);
    buf_putc(&s->out, '\n');
}

void sheet_end(Sheet *s, bool open) {
    if (open)
        buf_putc(&s->out, '\n');
}
