// Commands that are proposed, as they have to be typed where this one was.
//
// Input: text that names commands, the command line. Output: the text, with `pluto rollback` as
// `pluto rollback --stack prod` where prod was meant. Invariant: who copies a proposal never acts
// on another stack, account or folder than the one that it was made for.

#include "cli/here.h"

#include <string.h>

static const OptionId PLACES[] = {O_STACK,    O_PROFILE,     O_REGION,
                                  O_ROLE_ARN, O_EXTERNAL_ID, O_INSECURE_ENDPOINT};

static Str value_of(const Args *args, OptionId id) {
    return *(const Str *)(const void *)((const char *)args + options[id].at);
}

static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_-./:=@%+,", c));
}

// As a shell reads it back.
static void put_word(Buf *b, Str word) {
    bool plain = word.n > 0;
    for (uint32_t i = 0; i < word.n; i++)
        plain = plain && is_plain(word.p[i]);
    if (!plain)
        buf_putc(b, '\'');
    for (uint32_t i = 0; i < word.n; i++)
        if (word.p[i] == '\'')
            buf_puts(b, "'\\''");
        else
            buf_putc(b, word.p[i]);
    if (!plain)
        buf_putc(b, '\'');
}

static bool takes_folder(const Command *c) {
    return c->arguments && strcmp(c->arguments, "[DIR]") == 0;
}

static Str folder_given(const Args *args) {
    const Command *c = args->command;
    if (c->takes & TAKES(O_PROJECT))
        return args->project;
    return takes_folder(c) && args->count ? args->arguments[0] : STR_EMPTY;
}

// What the command line said and `rest`, the proposal's own words, do not.
static void put_places(Buf *b, const Args *args, const Command *to, Str rest) {
    Str folder = folder_given(args);
    if (folder.n && (takes_folder(to) || to->takes & TAKES(O_PROJECT))) {
        buf_puts(b, takes_folder(to) ? " " : " --project ");
        put_word(b, folder);
    }
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const Option *o = &options[PLACES[i]];
        Str dashed = str_fmt(b->arena, "--%s", o->name);
        bool given = o->type == OPT_FLAG ? args->insecure_endpoint : value_of(args, PLACES[i]).n;
        if (!given || !(to->takes & TAKES(PLACES[i])) || str_find(rest, dashed, 0) >= 0)
            continue;
        buf_printf(b, " %.*s", STR_ARG(dashed));
        if (o->type == OPT_FLAG)
            continue;
        buf_putc(b, ' ');
        put_word(b, value_of(args, PLACES[i]));
    }
}

static const Command *command_named(Str name) {
    for (const Command *const *c = commands; *c; c++)
        if (str_is(name, (*c)->name))
            return *c;
    return NULL;
}

Str commands_here(const Session *s, Str text) {
    const Str lead = STR("`pluto ");
    Buf b = buf_new(s->arena);
    uint32_t done = 0;
    int64_t at;
    if (!s->args.command || str_find(text, lead, 0) < 0)
        return text;
    while ((at = str_find(text, lead, done)) >= 0) {
        uint32_t word = (uint32_t)at + lead.n, end = word;
        while (end < text.n && text.p[end] >= 'a' && text.p[end] <= 'z')
            end++;
        int64_t tick = str_find(text, STR("`"), end);
        const Command *to = command_named(str_slice(text, word, end));
        buf_put(&b, str_slice(text, done, end));
        if (to && tick >= 0)
            put_places(&b, &s->args, to, str_slice(text, end, (uint32_t)tick));
        done = end;
    }
    buf_put(&b, str_slice(text, done, text.n));
    return buf_str(&b);
}
