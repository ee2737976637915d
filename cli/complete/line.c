// The command line as far as it is typed, and what may come next.
//
// Input: the words up to the cursor, as a shell has them. Output: candidates from the table of
// commands and options, and from the project. Invariant: nothing is reported and nothing is
// written; a line that makes no sense has no candidates.

#include "cli/complete/complete.h"

const char *const shell_names[] = {"bash", "zsh", "fish", NULL};

typedef Vec(Str) Words;

void complete_add(Arena *a, const Line *line, Completion *out, Str value, Str doc) {
    bool fits = value.n >= line->word.n && str_eq(str_slice(value, 0, line->word.n), line->word);
    if (fits)
        vec_push(a, &out->list, (Candidate){value, doc});
}

// ---- Values -------------------------------------------------------------------------------------

static bool is_name(Str placeholder) {
    for (uint32_t i = 0; i < placeholder.n; i++)
        if (placeholder.p[i] >= 'a' && placeholder.p[i] <= 'z')
            return false;
    return true;
}

// "text|json", "TEMPLATE|URL": each alternative is a value itself, or a name for values.
static void add_alternatives(Session *s, const Line *line, Str all, Completion *out) {
    for (uint32_t from = 0; from < all.n;) {
        int64_t bar = str_find(all, STR("|"), from);
        uint32_t to = bar < 0 ? all.n : (uint32_t)bar;
        Str one = str_slice(all, from, to);
        if (is_name(one))
            complete_names(s, line, one, out);
        else
            complete_add(s->arena, line, out, one, STR_EMPTY);
        from = to + 1;
    }
}

static void add_values(Session *s, const Line *line, const Option *o, Completion *out) {
    if (o->type == OPT_TEXT)
        add_alternatives(s, line, str_of(o->value), out);
    for (uint32_t i = 0; o->type == OPT_CHOICE && o->choices[i]; i++)
        if (str_contains(str_of(o->value), o->choices[i])) // what help names, too
            complete_add(s->arena, line, out, str_of(o->choices[i]), STR_EMPTY);
}

// ---- Options, commands, arguments ---------------------------------------------------------------

static void add_options(Session *s, const Line *line, Completion *out) {
    uint64_t takes = TAKES_GLOBAL | (line->command ? line->command->takes : 0);
    for (unsigned id = 0; id < O_COUNT; id++) {
        bool again = options[id].type == OPT_LIST;
        if (!(takes & TAKES(id)) || (line->args.given & TAKES(id) && !again))
            continue;
        Str name = str_fmt(s->arena, "--%s", options[id].name);
        complete_add(s->arena, line, out, name, str_of(options[id].doc));
    }
}

// The word of "[FUNCTION RESOURCE [OPERATION]]" that the next argument stands for.
static Str placeholder_of(const Command *c, uint32_t index) {
    Str all = str_of(c->arguments);
    uint32_t at = 0;
    for (;; index--) {
        while (at < all.n && (all.p[at] == ' ' || all.p[at] == '['))
            at++;
        uint32_t from = at;
        while (at < all.n && all.p[at] != ' ' && all.p[at] != ']')
            at++;
        if (from == at || index == 0)
            return str_slice(all, from, at);
        while (at < all.n && all.p[at] == ']')
            at++;
    }
}

static void add_next(Session *s, const Line *line, Completion *out) {
    for (uint32_t i = 0; !line->command && !line->lost && commands[i]; i++)
        complete_add(s->arena, line, out, str_of(commands[i]->name), str_of(commands[i]->doc));
    if (!line->command)
        return;
    Str placeholder = placeholder_of(line->command, line->args.count);
    if (placeholder.n)
        add_alternatives(s, line, placeholder, out);
    else
        add_options(s, line, out);
}

// ---- The line -----------------------------------------------------------------------------------

// Two options may share a letter: that of the command is meant.
static const Option *option_of(const Command *command, Str word) {
    const Option *found = NULL;
    if (word.n < 2 || *word.p != '-')
        return NULL;
    for (unsigned id = 0; id < O_COUNT; id++) {
        const Option *o = &options[id];
        bool by_letter = o->letter && word.n == 2 && word.p[1] == o->letter;
        bool by_name = str_starts(word, "--") && str_is(str_slice(word, 2, word.n), o->name);
        if ((by_letter || by_name) && (!found || (command && command->takes & TAKES(id))))
            found = o;
    }
    return found;
}

// bash splits words at `=`: puts `--stack`, `=`, `dev` together again.
static Words words_of(Arena *a, Shell shell, const Str *words, uint32_t count) {
    Words out = {0};
    for (uint32_t i = 0; i < count; i++) {
        bool splits = shell == SHELL_BASH && out.n && str_is(words[i], "=") &&
                      str_starts(vec_last(&out), "--");
        if (!splits) {
            vec_push(a, &out, words[i]);
            continue;
        }
        vec_last(&out) = str_cat(a, vec_last(&out), STR("="));
        if (++i < count)
            vec_last(&out) = str_cat(a, vec_last(&out), words[i]);
    }
    return out;
}

// Reads what stands before the word. Gives the option whose value the word is, or NULL; *ended:
// `--` was met.
static const Option *line_read(Line *line, const Words *w, bool *ended) {
    const Option *waiting = NULL;
    Err ignored = {0};
    const Command *command = NULL;
    uint32_t before = w->n - 1, words = 0;
    for (uint32_t i = 0; i < before; i++) {
        command = command ? command : command_find(w->at[i]);
        waiting = *ended ? NULL : option_of(command, w->at[i]);
        *ended = *ended || str_is(w->at[i], "--");
        if (waiting && waiting->type == OPT_FLAG)
            waiting = NULL;
        else if (waiting && i + 1 < before)
            i++, waiting = NULL;
        else if (!waiting && (*ended || !str_starts(w->at[i], "-")))
            words++;
    }
    // What is wrong in it is said when it is run; what was read before that is what is known.
    args_parse(w->at, waiting ? before - 1 : before, &line->args, &ignored);
    line->command = line->args.command;
    line->lost = words && !line->command;
    return waiting;
}

void complete_line(Session *s, Shell shell, const Str *words, uint32_t count, Completion *out) {
    *out = (Completion){0};
    Words w = words_of(s->arena, shell, words, count);
    if (!w.n)
        return;
    char quote;
    for (uint32_t i = 0; shell != SHELL_ZSH && i < w.n; i++) // zsh has done it
        w.at[i] = quote_strip(s->arena, w.at[i], &quote);
    Line line = {0};
    bool ended = false;
    const Option *waiting = line_read(&line, &w, &ended);
    line.word = vec_last(&w);
    int64_t equals = str_starts(line.word, "--") ? str_find(line.word, STR("="), 0) : -1;
    if (waiting) {
        add_values(s, &line, waiting, out);
    } else if (equals >= 0 && !ended) {
        const Option *o = option_of(line.command, str_slice(line.word, 0, (uint32_t)equals));
        line.word = str_slice(line.word, (uint32_t)equals + 1, line.word.n);
        if (o)
            add_values(s, &line, o, out);
    } else if (!ended && line.word.n && *line.word.p == '-') {
        add_options(s, &line, out);
    } else {
        add_next(s, &line, out);
    }
}

// ---- The answer ---------------------------------------------------------------------------------

// Lines are what shells read: a name with a control character in it cannot be told.
static bool can_be_told(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return s.n > 0;
}

Str complete_answer(Arena *a, Shell shell, Str word, const Completion *c) {
    Buf b = buf_new(a);
    char quote = 0;
    Str plain = shell == SHELL_ZSH ? word : quote_strip(a, word, &quote);
    int64_t equals = str_starts(plain, "--") ? str_find(plain, STR("="), 0) : -1;
    for (uint32_t i = 0; i < c->list.n; i++) {
        const Candidate *one = &c->list.at[i];
        if (!can_be_told(one->value))
            continue;
        // bash completes what stands behind the `=`, the others the whole word.
        if (shell == SHELL_BASH)
            buf_put(&b, quote_for_bash(a, one->value, quote));
        else
            buf_printf(&b, "%.*s%.*s\t%.*s", STR_ARG(str_slice(plain, 0, (uint32_t)(equals + 1))),
                       STR_ARG(one->value), STR_ARG(str_visible(a, one->doc)));
        buf_putc(&b, '\n');
    }
    if (c->files)
        buf_puts(&b, "\tfiles\n");
    else if (c->folders)
        buf_puts(&b, "\tfolders\n");
    return buf_str(&b);
}
