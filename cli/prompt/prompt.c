// The two questions there are: a line of text, and one of a list.
//
// Input: a label, what is taken where nothing is typed, and what makes an answer wrong. Output: an
// answer that is right, or that the user left. Invariant: an answered question stays on the screen
// as one line; what is wrong is said below the line as it is typed, and Enter does not take it.

#include "cli/prompt/prompt.h"
#include "cli/terminal.h"

bool prompt_possible(void) {
    return screen_possible();
}

bool prompt_open(Prompt *p, const Session *s, Err *err) {
    Str term;
    bool plain =
        !s->host->env(s->host, s->arena, STR("TERM"), &term) || !term.n || str_is(term, "dumb");
    return screen_open(&p->screen, s->arena, plain, s->color_err, err);
}

void prompt_close(Prompt *p) {
    screen_close(&p->screen);
}

int prompt_left(const Prompt *p) {
    return p->screen.signal ? 128 + p->screen.signal : EXIT_LEFT;
}

static void label_put(Screen *s, const char *label) {
    frame_text(s, STYLE_MARK, STR("? "));
    frame_text(s, STYLE_BOLD, str_of(label));
    frame_text(s, STYLE_PLAIN, STR(" "));
}

// The question as it stays.
static bool answered(Screen *s, const char *label, Str answer) {
    frame_begin(s);
    label_put(s, label);
    frame_text(s, STYLE_MARK, answer);
    frame_end(s);
    frame_keep(s);
    return true;
}

static bool left(Screen *s) {
    frame_keep(s);
    if (s->plain)
        screen_put(s, STR("\n"));
    return false;
}

// ---- Text ---------------------------------------------------------------------------------------

enum { TEXT_MAX = 256 };

typedef struct Line {
    char text[TEXT_MAX];
    uint32_t n, cursor; // the cursor stands before a code point, never within one
} Line;

static uint32_t step_back(const Line *l, uint32_t at) {
    while (at > 0 && ((unsigned char)l->text[--at] & 0xC0) == 0x80)
        continue;
    return at;
}

static uint32_t step_on(const Line *l, uint32_t at) {
    if (at < l->n)
        (void)utf8_next((Str){l->text, l->n}, &at);
    return at;
}

static uint32_t word_back(const Line *l, uint32_t at) {
    while (at > 0 && l->text[at - 1] == ' ')
        at--;
    while (at > 0 && l->text[at - 1] != ' ')
        at--;
    return at;
}

static void line_erase(Line *l, uint32_t from, uint32_t to) {
    for (uint32_t i = to; i < l->n; i++)
        l->text[from + i - to] = l->text[i];
    l->n -= to - from;
    l->cursor = from;
}

static void line_insert(Line *l, uint32_t cp) {
    char bytes[4];
    uint32_t size = utf8_put(cp, bytes);
    if (l->n + size > TEXT_MAX)
        return;
    for (uint32_t i = l->n; i > l->cursor; i--)
        l->text[i - 1 + size] = l->text[i - 1];
    for (uint32_t i = 0; i < size; i++)
        l->text[l->cursor + i] = bytes[i];
    l->n += size;
    l->cursor += size;
}

static void line_key(Line *l, Key key) {
    switch (key.type) {
    case KEY_TEXT:
        line_insert(l, key.cp);
        break;
    case KEY_BACKSPACE:
        line_erase(l, step_back(l, l->cursor), l->cursor);
        break;
    case KEY_DELETE:
    case KEY_END_OF_FILE:
        line_erase(l, l->cursor, step_on(l, l->cursor));
        break;
    case KEY_LEFT:
        l->cursor = step_back(l, l->cursor);
        break;
    case KEY_RIGHT:
        l->cursor = step_on(l, l->cursor);
        break;
    case KEY_HOME:
        l->cursor = 0;
        break;
    case KEY_END:
        l->cursor = l->n;
        break;
    case KEY_ERASE_LINE:
        line_erase(l, 0, l->cursor);
        break;
    case KEY_ERASE_WORD:
        line_erase(l, word_back(l, l->cursor), l->cursor);
        break;
    case KEY_ERASE_REST:
        line_erase(l, l->cursor, l->n);
        break;
    case KEY_NOTHING:
    case KEY_MORE:
    case KEY_ENTER:
    case KEY_UP:
    case KEY_DOWN:
    case KEY_LEAVE:
    case KEY_STOP:
    case KEY_REDRAW:
        break;
    }
}

// How much of the text before the cursor is left out, so that the cursor stays in view.
static uint32_t line_hidden(const Screen *s, const Line *l) {
    uint32_t room = s->columns > s->column + 4 ? s->columns - s->column - 4 : 1, used = 0;
    uint32_t from = l->cursor;
    while (from > 0) {
        uint32_t back = step_back(l, from), at = back;
        used += utf8_width(utf8_next((Str){l->text, l->n}, &at));
        if (used > room)
            break;
        from = back;
    }
    return from;
}

static void text_draw(Screen *s, const char *label, Str preset, const Line *l, Str wrong) {
    frame_begin(s);
    label_put(s, label);
    uint32_t from = line_hidden(s, l);
    if (from > 0)
        frame_text(s, STYLE_DIM, STR("<"));
    frame_text(s, STYLE_PLAIN, (Str){l->text + from, l->cursor - from});
    frame_cursor(s);
    frame_text(s, STYLE_PLAIN, (Str){l->text + l->cursor, l->n - l->cursor});
    if (l->n == 0)
        frame_text(s, STYLE_DIM, preset);
    if (wrong.n) {
        frame_line(s);
        frame_text(s, STYLE_WRONG, STR("  "));
        frame_text(s, STYLE_WRONG, wrong);
    }
    frame_end(s);
}

static bool text_plain(Screen *s, const char *label, Str preset, PromptCheck *check,
                       const void *with, Str *out) {
    for (;;) {
        screen_put(s, str_fmt(s->arena, "%s [%.*s]: ", label, STR_ARG(preset)));
        if (!screen_line(s, out))
            return left(s);
        if (!out->n)
            *out = preset;
        Str wrong = check(s->arena, *out, with);
        if (!wrong.n)
            return true;
        screen_put(s, str_fmt(s->arena, "  %.*s\n", STR_ARG(str_visible(s->arena, wrong))));
    }
}

bool prompt_text(Prompt *p, const char *label, Str preset, PromptCheck *check, const void *with,
                 Str *out) {
    Screen *s = &p->screen;
    if (s->plain)
        return text_plain(s, label, preset, check, with, out);
    Line line = {.n = 0};
    for (;;) {
        ArenaMark mark = arena_mark(s->arena);
        Str typed = {line.text, line.n};
        // The preset's own fault shows only when it is to be taken.
        Str wrong = line.n ? check(s->arena, typed, with) : STR_EMPTY;
        text_draw(s, label, preset, &line, wrong);
        Key key = screen_key(s);
        if (key.type == KEY_ENTER) {
            Str answer = line.n ? typed : preset;
            wrong = check(s->arena, answer, with);
            if (!wrong.n) {
                *out = str_dup(s->arena, answer);
                return answered(s, label, *out);
            }
            if (!line.n) // shown as if typed, so that it can be mended
                for (uint32_t at = 0; at < preset.n;)
                    line_insert(&line, utf8_next(preset, &at));
        } else if (key.type == KEY_LEAVE || (key.type == KEY_END_OF_FILE && !line.n)) {
            return left(s);
        } else {
            line_key(&line, key);
        }
        arena_reset(s->arena, mark);
    }
}

// ---- Lists --------------------------------------------------------------------------------------

static uint32_t widest(const PromptRow *rows, uint32_t count) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++)
        n = rows[i].name.n > n ? rows[i].name.n : n;
    return n;
}

static void choice_draw(Screen *s, const char *label, const PromptRow *rows, uint32_t count,
                        uint32_t at) {
    uint32_t width = widest(rows, count);
    frame_begin(s);
    label_put(s, label);
    frame_text(s, STYLE_DIM, count > 1 ? STR("arrows choose, Enter takes") : STR("Enter takes"));
    for (uint32_t i = 0; i < count; i++) {
        Buf name = buf_new(s->arena);
        buf_put(&name, rows[i].name);
        buf_pad(&name, ' ', rows[i].doc.n ? width - rows[i].name.n + 2 : 0);
        frame_line(s);
        frame_text(s, STYLE_MARK, i == at ? STR("> ") : STR("  "));
        if (i == at)
            frame_cursor(s);
        frame_text(s, i == at ? STYLE_MARK : STYLE_PLAIN, buf_str(&name));
        frame_text(s, STYLE_DIM, rows[i].doc);
    }
    frame_end(s);
}

// "1" to "9"; `count` where it is no row's number.
static uint32_t row_numbered(uint32_t cp, uint32_t count) {
    return cp >= '1' && cp <= '9' && cp - '1' < count ? cp - '1' : count;
}

static uint32_t choice_key(Key key, uint32_t at, uint32_t count) {
    bool down =
        key.type == KEY_DOWN || key.type == KEY_RIGHT || (key.type == KEY_TEXT && key.cp == 'j');
    bool up = key.type == KEY_UP || key.type == KEY_LEFT || (key.type == KEY_TEXT && key.cp == 'k');
    if (down || up)
        return (at + (down ? 1 : count - 1)) % count;
    if (key.type == KEY_HOME || key.type == KEY_END)
        return key.type == KEY_HOME ? 0 : count - 1;
    uint32_t numbered = key.type == KEY_TEXT ? row_numbered(key.cp, count) : count;
    return numbered < count ? numbered : at;
}

// A number or a name.
static bool choice_plain(Screen *s, const char *label, const PromptRow *rows, uint32_t count,
                         uint32_t preset, uint32_t *out) {
    Buf b = buf_new(s->arena);
    buf_printf(&b, "%s\n", label);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&b, "  %u %.*s%s%.*s\n", i + 1, STR_ARG(rows[i].name), rows[i].doc.n ? ": " : "",
                   STR_ARG(rows[i].doc));
    screen_put(s, buf_str(&b));
    for (;;) {
        Str line;
        screen_put(s, str_fmt(s->arena, "Number [%u]: ", preset + 1));
        if (!screen_line(s, &line))
            return left(s);
        *out = !line.n       ? preset
               : line.n == 1 ? row_numbered((unsigned char)line.p[0], count)
                             : count;
        for (uint32_t i = 0; i < count; i++)
            if (str_eq(line, rows[i].name))
                *out = i;
        if (*out < count)
            return true;
        screen_put(s, str_fmt(s->arena, "  a number from 1 to %u is needed\n", count));
    }
}

bool prompt_choice(Prompt *p, const char *label, const PromptRow *rows, uint32_t count,
                   uint32_t preset, uint32_t *out) {
    Screen *s = &p->screen;
    if (s->plain)
        return choice_plain(s, label, rows, count, preset, out);
    uint32_t at = preset;
    for (;;) {
        ArenaMark mark = arena_mark(s->arena);
        choice_draw(s, label, rows, count, at);
        Key key = screen_key(s);
        arena_reset(s->arena, mark);
        if (key.type == KEY_ENTER) {
            *out = at;
            return answered(s, label, rows[at].name);
        }
        if (key.type == KEY_LEAVE || key.type == KEY_END_OF_FILE)
            return left(s);
        at = choice_key(key, at, count);
    }
}
