// Flags and answers become a plan.
//
// Input: the command line, and whoever sits at the terminal. Output: a plan that can be carried out
// as far as names go. Invariant: what a flag says is not asked; without a terminal nothing is
// guessed unless --yes says so; questions come before anything is made.

#include "cli/prompt/prompt.h"
#include "cli/report.h"
#include "cli/start/start.h"

typedef struct Questions {
    Session *s;
    const Wanted *wanted;
    Prompt prompt;
    bool open; // the prompt is
} Questions;

const BuiltinTemplate *builtin_find(Str name) {
    for (unsigned i = 0; i < builtin_template_count; i++)
        if (str_is(name, builtin_templates[i].name))
            return &builtin_templates[i];
    return NULL;
}

static bool given(const Session *s, OptionId id) {
    return s->args.given & TAKES(id);
}

// ---- Checks -------------------------------------------------------------------------------------

static Str name_check(Arena *a, Str text, const void *with) {
    const Wanted *wanted = with;
    Str wrong = project_name_wrong(a, text);
    if (!wrong.n && wanted->name_is_new && folder_state(a, text) == FOLDER_TAKEN)
        return str_fmt(a, "`%.*s` exists already", STR_ARG(text));
    return wrong;
}

static Str stack_check(Arena *a, Str text, const void *with) {
    (void)with;
    return stack_name_wrong(a, text);
}

static int wrong_answer(Session *s, const char *what, Str text, Str why, const char *hint) {
    Err err = {0};
    if (str_starts(why, "`") && str_ends(why, "exists already"))
        err_set(&err, ERR_USAGE, "%.*s", STR_ARG(why));
    else
        err_set(&err, ERR_USAGE, "`%.*s` is no name for a %s: %.*s", STR_ARG(text), what,
                STR_ARG(why));
    err_hint(&err, "%s", hint);
    return report_err(s, &err);
}

static const char *name_hint(Str wrong) {
    if (str_ends(wrong, "exists already"))
        return "choose another name; `pluto init` makes a project of a folder that is there";
    if (str_ends(wrong, "not a path"))
        return "change to the folder that is to hold the project first";
    return "";
}

// "https://…", "git@host:…", "file://…", "./folder": anything with a slash or a colon.
static bool is_source(Str text) {
    return str_contains(text, "/") || str_contains(text, ":");
}

static int template_take(Session *s, Str text, Plan *out) {
    out->builtin = builtin_find(text);
    out->source = text;
    if (out->builtin || is_source(text))
        return EXIT_DONE;
    enum { TEMPLATES_MAX = 16 };
    Str names[TEMPLATES_MAX];
    unsigned n = 0;
    Buf all = buf_new(s->arena);
    for (; n < builtin_template_count && n < TEMPLATES_MAX; n++) {
        names[n] = str_of(builtin_templates[n].name);
        buf_printf(&all, "%s%s", n ? ", " : "", builtin_templates[n].name);
    }
    Str near = str_suggest(text, names, n), list = buf_str(&all);
    Err err = {0};
    err_set(&err, ERR_USAGE, "there is no template `%.*s`", STR_ARG(text));
    if (near.n)
        err_hint(&err, "did you mean `%.*s`?", STR_ARG(near));
    else
        err_hint(&err, "there are %.*s; any other is given by the URL of its git repository",
                 STR_ARG(list));
    return report_err(s, &err);
}

// What stands on the command line, checked before anybody is asked anything.
static int flags_take(Session *s, const Wanted *wanted, Plan *out) {
    Str name = s->args.arguments[0], stack = s->args.stack;
    if (name.n && !wanted->name_known) {
        Str wrong = name_check(s->arena, name, wanted);
        if (wrong.n)
            return wrong_answer(s, "project", name, wrong, name_hint(wrong));
    }
    if (stack.n) {
        Str wrong = stack_name_wrong(s->arena, stack);
        if (wrong.n)
            return wrong_answer(s, "stack", stack, wrong, "");
    }
    out->name = name.n && !wanted->name_known ? name : wanted->name;
    out->stack = stack.n ? stack : STR("dev");
    out->builtin = wanted->no_template ? NULL : &builtin_templates[0];
    return s->args.template.n ? template_take(s, s->args.template, out) : EXIT_DONE;
}

// ---- Asking -------------------------------------------------------------------------------------

static bool template_ask(Questions *q, Plan *out) {
    Arena *a = q->s->arena;
    PromptRow *rows = arena_array(a, PromptRow, builtin_template_count);
    for (unsigned i = 0; i < builtin_template_count; i++)
        rows[i] = (PromptRow){str_of(builtin_templates[i].name), str_of(builtin_templates[i].doc)};
    uint32_t at;
    if (!prompt_choice(&q->prompt, "Template", rows, builtin_template_count, 0, &at))
        return false;
    out->builtin = &builtin_templates[at];
    return true;
}

// An option's choices; there is one of each today, and seeing which is half of the answer.
static bool choice_ask(Questions *q, const char *label, OptionId id, unsigned *out) {
    enum { CHOICES_MAX = 8 };
    PromptRow rows[CHOICES_MAX] = {0};
    uint32_t n = 0, at;
    for (; n < CHOICES_MAX && options[id].choices[n]; n++)
        rows[n].name = str_of(options[id].choices[n]);
    if (!prompt_choice(&q->prompt, label, rows, n, 0, &at))
        return false;
    *out = at;
    return true;
}

static bool all_ask(Questions *q, Plan *out) {
    Session *s = q->s;
    const Wanted *w = q->wanted;
    if (!w->name_known && !s->args.arguments[0].n &&
        !prompt_text(&q->prompt, "Project name", out->name, name_check, w, &out->name))
        return false;
    if (!w->no_template && !given(s, O_TEMPLATE) && !template_ask(q, out))
        return false;
    if (!given(s, O_STACK) &&
        !prompt_text(&q->prompt, "Stack name", out->stack, stack_check, NULL, &out->stack))
        return false;
    if (!given(s, O_PLATFORM) && !choice_ask(q, "Select a platform", O_PLATFORM, &s->args.platform))
        return false;
    return given(s, O_PROVISION) ||
           choice_ask(q, "Select a provisioning engine", O_PROVISION, &s->args.provision);
}

// The flags that would have to be given, or nothing.
static Str unanswered(const Session *s, const Wanted *w) {
    static const OptionId asked[] = {O_TEMPLATE, O_STACK, O_PLATFORM, O_PROVISION};
    Buf b = buf_new(s->arena);
    if (!w->name_known && !s->args.arguments[0].n)
        buf_puts(&b, "NAME");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (!given(s, asked[i]) && !(asked[i] == O_TEMPLATE && w->no_template))
            buf_printf(&b, "%s`--%s`", b.n ? ", " : "", options[asked[i]].name);
    return buf_str(&b);
}

// The defaults are checked as any answer is: `hello-pluto` may be there already.
static int defaults_take(Session *s, const Wanted *wanted, const Plan *plan) {
    if (wanted->name_known || s->args.arguments[0].n)
        return EXIT_DONE;
    Str wrong = name_check(s->arena, plan->name, wanted);
    return wrong.n ? wrong_answer(s, "project", plan->name, wrong, name_hint(wrong)) : EXIT_DONE;
}

int plan_make(Session *s, const Wanted *wanted, Plan *out) {
    *out = (Plan){0};
    int code = flags_take(s, wanted, out);
    if (code != EXIT_DONE)
        return code;
    Str missing = unanswered(s, wanted);
    if (!missing.n || s->args.yes)
        return defaults_take(s, wanted, out);
    Err err = {0};
    if (!prompt_possible()) {
        err_set(&err, ERR_USAGE, "there is no terminal to ask on, and these are not given: %.*s",
                STR_ARG(missing));
        err_hint(&err, "`--yes` takes the defaults");
        return report_err(s, &err);
    }
    Questions q = {.s = s, .wanted = wanted};
    if (!prompt_open(&q.prompt, s, &err))
        return report_err(s, &err);
    bool answered = all_ask(&q, out);
    prompt_close(&q.prompt);
    return answered ? EXIT_DONE : prompt_left(&q.prompt);
}
