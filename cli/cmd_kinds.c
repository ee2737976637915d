// pluto kinds: what resources there are, what can be done with them, what that permits.
#include "cli/kinds/kinds.h"
#include "cli/report.h"
#include "generator/generator.h"

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_letters(Str a, Str b) {
    bool same = a.n == b.n;
    for (uint32_t i = 0; same && i < a.n; i++)
        same = lower(a.p[i]) == lower(b.p[i]);
    return same;
}

// By its name in any letter case; where there is none, an Err with what was probably meant.
static const Kind *find(Str name, Err *err) {
    enum { KINDS_MAX = 64 };
    Str names[KINDS_MAX];
    uint32_t n = 0;
    for (; n < kind_table.n && n < KINDS_MAX; n++) {
        names[n] = str_of(kind_table.at[n]->name);
        if (same_letters(names[n], name))
            return kind_table.at[n];
    }
    Str near = str_suggest(name, names, n);
    err_set(err, ERR_USAGE, "there is no kind `%.*s`", STR_ARG(name));
    if (near.n)
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
    else
        err_hint(err, "`pluto kinds` lists them");
    return NULL;
}

static int run(Session *s) {
    Err err = {0};
    const Kind *one = NULL;
    Str name = s->args.arguments[0];
    if (s->args.markdown && (name.n || s->args.json)) {
        err_set(&err, ERR_USAGE, "`--markdown` is one page for all kinds");
        return report_err(s, &err);
    }
    if (name.n && !(one = find(name, &err)))
        return report_err(s, &err);
    Str text;
    if (s->args.markdown)
        text = permissions_markdown(s->arena, &kind_table);
    else if (s->args.json)
        text = kinds_json(s->arena, one ? &one : kind_table.at, one ? 1 : kind_table.n);
    else
        text = one ? kinds_detail(s->arena, one, s->color_out)
                   : kinds_text(s->arena, &kind_table, s->color_out);
    return report_output(s, text, EXIT_DONE);
}

const Command command_kinds = {
    .name = "kinds",
    .arguments = "[KIND]",
    .doc = "show the kinds of resources, their operations and permissions",
    .details =
        "Shows every kind of resource with its operations and the IAM actions that each permits,\n"
        "or one kind with all its options, properties and the libraries that pluto knows to use\n"
        "it. --markdown writes docs/permissions.md.",
    .takes = TAKES(O_JSON) | TAKES(O_MARKDOWN),
    .run = run,
};
