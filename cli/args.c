// The command line, read by one table.
//
// Input: the words behind the program's name. Output: Args, or wrong usage with what was probably
// meant. Options may stand before and behind the command, as `--name value`, `--name=value` or `-n
// value`; `--` ends them. Invariant: a command sees only options that its row takes.

#include "cli/args.h"

#include <string.h>

static const char *const COLORS[] = {"auto", "always", "never", NULL};
static const char *const MESSAGE_FORMATS[] = {"human", "short", "json", NULL};
static const char *const FORMATS[] = {"text", "json",     "dot",    "mermaid",      "svg",
                                      "html", "markdown", "slices", "whole-slices", NULL};
static const char *const PLATFORMS[] = {"AWS", NULL};
static const char *const ENGINES[] = {"CloudFormation", NULL};

#define IN_ARGS(field) offsetof(Args, field)

const Option options[O_COUNT] = {
    [O_STACK] = {"stack", 's', OPT_TEXT, "STACK", NULL, IN_ARGS(stack),
                 "the stack to compile for (default: pluto.yml's `current`, else dev)"},
    [O_OUT] = {"out", 0, OPT_TEXT, "DIR", NULL, IN_ARGS(out), "write all files into this folder"},
    [O_FORMAT] = {"format", 'f', OPT_CHOICE, "text|json|dot|mermaid|svg|html|markdown", FORMATS,
                  IN_ARGS(format),
                  "how the graph is shown (default text); markdown with --diff only"},
    [O_OUTPUT] = {"output", 'o', OPT_TEXT, "FILE", NULL, IN_ARGS(output),
                  "write to this file instead of the standard output"},
    [O_FROM] = {"from", 0, OPT_TEXT, "FILE", NULL, IN_ARGS(from), "the arch.json to start from"},
    [O_OPEN] = {"open", 0, OPT_FLAG, NULL, NULL, IN_ARGS(open),
                "open the picture with the desktop's program for it"},
    [O_WATCH] = {"watch", 'w', OPT_FLAG, NULL, NULL, IN_ARGS(watch),
                 "serve the page on this machine and draw it anew whenever a source is saved"},
    [O_PORT] = {"port", 'p', OPT_TEXT, "N", NULL, IN_ARGS(port),
                "serve on this port; 0: a free one"},
    [O_DIFF] = {"diff", 0, OPT_TEXT, "REV|FILE", NULL, IN_ARGS(diff),
                "compare with a git revision or an arch.json"},
    [O_AGAINST] = {"against", 0, OPT_TEXT, "FILE|DIR", NULL, IN_ARGS(against),
                   "compare with this template, or the one that `pluto build` left in this folder"},
    [O_SLICE] = {"slice", 0, OPT_TEXT, "FUNCTION", NULL, IN_ARGS(slice),
                 "show what this function's package is made of: the program without what it does "
                 "not need"},
    [O_EXIT_ZERO] =
        {"exit-zero", 0, OPT_FLAG, NULL, NULL, IN_ARGS(exit_zero),
         "exit with 0 even where permissions widen, something becomes public, or drift is found"},
    [O_TEMPLATE] = {"template", 't', OPT_TEXT, "TEMPLATE|URL", NULL, IN_ARGS(template),
                    "hello, router, chat-memory, llama2-chat, or a git URL[#ref][:folder]"},
    [O_PLATFORM] = {"platform", 0, OPT_CHOICE, "AWS", PLATFORMS, IN_ARGS(platform),
                    "where the application is to run (default AWS)"},
    [O_PROVISION] = {"provision", 0, OPT_CHOICE, "CloudFormation", ENGINES, IN_ARGS(provision),
                     "the provisioning engine (default CloudFormation)"},
    [O_YES] = {"yes", 'y', OPT_FLAG, NULL, NULL, IN_ARGS(yes), "ask nothing, take the defaults"},
    [O_TYPES] = {"types", 0, OPT_FLAG, NULL, NULL, IN_ARGS(types),
                 "only write the types of @plutolang/pluto anew"},
    [O_PROJECT] = {"project", 'C', OPT_TEXT, "DIR", NULL, IN_ARGS(project),
                   "the project's folder (default: this one)"},
    [O_ALL] = {"all", 'a', OPT_FLAG, NULL, NULL, IN_ARGS(all),
               "every function (why); lines of any age (logs)"},
    [O_NO_PACKAGES] = {"no-packages", 0, OPT_FLAG, NULL, NULL, IN_ARGS(no_packages),
                       "make no packages of the functions: nothing that they import is needed"},
    [O_MODEL] = {"model", 0, OPT_LIST, "[NAME=]URL", NULL, IN_ARGS(models),
                 "answer for a SageMaker endpoint (NAME, else all) by a model server: TGI, vLLM, "
                 "llama.cpp, Ollama or one that speaks OpenAI's protocol"},
    [O_WORKERS] = {"workers", 0, OPT_TEXT, "N", NULL, IN_ARGS(workers),
                   "most processes for each function (default: four for each processor)"},
    [O_EVENT] = {"event", 'e', OPT_TEXT, "FILE", NULL, IN_ARGS(event),
                 "the event as JSON, from this file or (-) from the standard input"},
    [O_TEXT] = {"text", 0, OPT_FLAG, NULL, NULL, IN_ARGS(text),
                "take every argument as a text, whatever it looks like"},
    [O_FOLLOW] = {"follow", 'f', OPT_FLAG, NULL, NULL, IN_ARGS(follow),
                  "go on with what is written from now on, until Ctrl-C"},
    [O_SINCE] = {"since", 0, OPT_TEXT, "TIME", NULL, IN_ARGS(since),
                 "from then on: 30s, 10m, 2h, 1d ago, or 2026-01-31T12:00:00Z"},
    [O_PLAN] = {"plan", 0, OPT_FLAG, NULL, NULL, IN_ARGS(plan),
                "show what would change, and change nothing"},
    [O_RESUME] = {"resume", 0, OPT_FLAG, NULL, NULL, IN_ARGS(resume),
                  "take up a deployment that was interrupted"},
    [O_CANCEL] = {"cancel", 0, OPT_FLAG, NULL, NULL, IN_ARGS(cancel),
                  "stop a deployment that is under way, and go back"},
    [O_WAIT] = {"wait", 0, OPT_FLAG, NULL, NULL, IN_ARGS(wait),
                "where another operation is at work on the stack, wait for its end"},
    [O_FAST] = {"fast", 0, OPT_FLAG, NULL, NULL, IN_ARGS(fast),
                "put changed code straight into the functions, for development; where more has "
                "changed, deploy as usual"},
    [O_ALLOW_REPLACE] = {"allow-replace", 0, OPT_FLAG, NULL, NULL, IN_ARGS(allow_replace),
                         "allow changes that delete or replace what holds data"},
    [O_NO_ROLLBACK] = {"no-rollback", 0, OPT_FLAG, NULL, NULL, IN_ARGS(no_rollback),
                       "leave what fails as it is, to be looked at"},
    [O_EXPRESS] = {"express", 0, OPT_FLAG, NULL, NULL, IN_ARGS(express),
                   "do not have CloudFormation wait until resources are ready; what still comes up "
                   "is followed from here, for development (default: pluto.yml's `express`)"},
    [O_NO_EXPRESS] = {"no-express", 0, OPT_FLAG, NULL, NULL, IN_ARGS(no_express),
                      "have CloudFormation wait, whatever pluto.yml says"},
    [O_SKIP_PREFLIGHT] = {"skip-preflight", 0, OPT_FLAG, NULL, NULL, IN_ARGS(skip_preflight),
                          "do not look beforehand for quotas, names, images and permissions that "
                          "would make it fail"},
    [O_PRINT_POLICY] = {"print-policy", 0, OPT_FLAG, NULL, NULL, IN_ARGS(print_policy),
                        "the policy of IAM that a deployer of the program needs"},
    [O_RETAIN] = {"retain", 0, OPT_LIST, "ID", NULL, IN_ARGS(retain),
                  "leave this resource (its logical id) behind; after a deletion that failed"},
    [O_SKIP] = {"skip", 0, OPT_LIST, "ID", NULL, IN_ARGS(skip),
                "leave this resource (its logical id) as it is"},
    [O_DEPLOYED] = {"deployed", 0, OPT_FLAG, NULL, NULL, IN_ARGS(deployed),
                    "what is deployed, not what runs here; --stack, --profile and --region say so, "
                    "too"},
    [O_SHOW_PLATFORM] = {"show-platform", 0, OPT_FLAG, NULL, NULL, IN_ARGS(show_platform),
                         "also show the lines that Lambda itself writes"},
    [O_FORCE] = {"force", 0, OPT_FLAG, NULL, NULL, IN_ARGS(force),
                 "lift the stack's protection first"},
    [O_PROFILE] = {"profile", 0, OPT_TEXT, "PROFILE", NULL, IN_ARGS(profile),
                   "the profile in ~/.aws/config whose credentials are used"},
    [O_REGION] = {"region", 0, OPT_TEXT, "REGION", NULL, IN_ARGS(region),
                  "the region (default: pluto.yml's, then the environment's, then the profile's)"},
    [O_ROLE_ARN] = {"role-arn", 0, OPT_TEXT, "ARN", NULL, IN_ARGS(role_arn),
                    "the role to assume for AWS (default: pluto.yml's `roleArn`)"},
    [O_EXTERNAL_ID] = {"external-id", 0, OPT_TEXT, "TEXT", NULL, IN_ARGS(external_id),
                       "what that role asks for (default: pluto.yml's `externalId`)"},
    [O_INSECURE_ENDPOINT] = {"insecure-endpoint", 0, OPT_FLAG, NULL, NULL,
                             IN_ARGS(insecure_endpoint),
                             "let AWS_ENDPOINT_URL be http:// in a network that is yours alone"},
    [O_JSON] = {"json", 0, OPT_FLAG, NULL, NULL, IN_ARGS(json), "write JSON"},
    [O_MARKDOWN] = {"markdown", 0, OPT_FLAG, NULL, NULL, IN_ARGS(markdown), "write Markdown"},
    [O_MAN] = {"man", 0, OPT_FLAG, NULL, NULL, IN_ARGS(man), "write the manual page"},
    [O_COLOR] = {"color", 0, OPT_CHOICE, "auto|always|never", COLORS, IN_ARGS(color),
                 "colour the output (default auto; NO_COLOR is honoured)"},
    [O_MESSAGE_FORMAT] = {"message-format", 0, OPT_CHOICE, "human|short|json", MESSAGE_FORMATS,
                          IN_ARGS(message_format), "how diagnostics are written (default human)"},
    [O_QUIET] = {"quiet", 'q', OPT_FLAG, NULL, NULL, IN_ARGS(quiet),
                 "say nothing but diagnostics and what was asked for"},
    [O_VERBOSE] = {"verbose", 'v', OPT_FLAG, NULL, NULL, IN_ARGS(verbose),
                   "say how much was read and how long each phase took"},
    [O_HELP] = {"help", 'h', OPT_FLAG, NULL, NULL, IN_ARGS(help), "show help"},
    [O_VERSION] = {"version", 'V', OPT_FLAG, NULL, NULL, IN_ARGS(version), "show the version"},
};

const Command *command_find(Str name) {
    for (uint32_t i = 0; commands[i]; i++)
        if (str_is(name, commands[i]->name))
            return commands[i];
    return NULL;
}

bool command_unknown(Str name, Err *err) {
    enum { COMMANDS_MAX = 32 };
    Str names[COMMANDS_MAX];
    size_t n = 0;
    for (; n < COMMANDS_MAX && commands[n]; n++)
        names[n] = str_of(commands[n]->name);
    Str near = str_suggest(name, names, n);
    err_set(err, ERR_USAGE, "there is no command `%.*s`", STR_ARG(name));
    if (near.n)
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
    else if (str_ends(name, ".ts") || str_contains(name, "/"))
        err_hint(err, "a command comes first: `pluto graph %.*s`", STR_ARG(name));
    else
        err_hint(err, "`pluto help` lists the commands");
    return false;
}

// ---- Options ------------------------------------------------------------------------------------

typedef struct Words {
    const Str *at;
    uint32_t n, next;
} Words;

static bool option_unknown(Str word, const Args *args, Err *err) {
    Str names[O_COUNT];
    size_t n = 0;
    uint64_t takes = args->command ? args->command->takes | TAKES_GLOBAL : ~UINT64_C(0);
    for (unsigned id = 0; id < O_COUNT; id++)
        if (takes & TAKES(id))
            names[n++] = str_of(options[id].name);
    Str bare = word;
    while (bare.n && *bare.p == '-')
        bare = str_slice(bare, 1, bare.n);
    Str near = str_suggest(bare, names, n);
    err_set(err, ERR_USAGE, "there is no option `%.*s`", STR_ARG(word));
    if (near.n)
        err_hint(err, "did you mean `--%.*s`?", STR_ARG(near));
    else if (args->command)
        err_hint(err, "`pluto help %s` lists the options", args->command->name);
    else
        err_hint(err, "`pluto help` lists the options");
    return false;
}

// Two options may share a letter: that of the command is meant.
static const Option *option_find(const Args *args, Str name, bool by_letter) {
    const Option *found = NULL;
    uint64_t takes = args->command ? args->command->takes | TAKES_GLOBAL : 0;
    for (unsigned id = 0; id < O_COUNT; id++) {
        const Option *o = &options[id];
        bool fits =
            by_letter ? o->letter && name.n == 1 && *name.p == o->letter : str_is(name, o->name);
        if (fits && (!found || takes & TAKES(id)))
            found = o;
    }
    return found;
}

static bool choice_set(const Option *o, Str value, unsigned *out, Err *err) {
    enum { CHOICES_MAX = 16 };
    Str names[CHOICES_MAX];
    unsigned n = 0;
    for (; n < CHOICES_MAX && o->choices[n]; n++) {
        if (str_is(value, o->choices[n]))
            return *out = n, true;
        names[n] = str_of(o->choices[n]);
    }
    Str near = str_suggest(value, names, n);
    err_set(err, ERR_USAGE, "`--%s` cannot be `%.*s`: it takes %s", o->name, STR_ARG(value),
            o->value);
    if (near.n)
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
    return false;
}

static bool value_set(const Option *o, Str value, Args *out, Err *err) {
    void *field = (char *)out + o->at;
    switch (o->type) {
    case OPT_FLAG:
        *(bool *)field = true;
        return true;
    case OPT_TEXT:
        *(Str *)field = value;
        break;
    case OPT_CHOICE:
        return choice_set(o, value, field, err);
    case OPT_LIST:
        if (((ArgList *)field)->n == LIST_MAX)
            return err_set(err, ERR_USAGE, "`--%s` is given more than %d times", o->name, LIST_MAX);
        ((ArgList *)field)->at[((ArgList *)field)->n++] = value;
        break;
    }
    if (value.n)
        return true;
    return err_set(err, ERR_USAGE, "the value of `--%s` is empty", o->name);
}

// One option, and its value where that is the next word.
static bool option_parse(Words *words, Args *out, Err *err) {
    Str word = words->at[words->next++];
    bool by_letter = !str_starts(word, "--");
    int64_t equals = by_letter ? -1 : str_find(word, STR("="), 0);
    Str name = str_slice(word, by_letter ? 1 : 2, equals < 0 ? word.n : (uint32_t)equals);
    const Option *o = option_find(out, name, by_letter);
    if (!o)
        return option_unknown(str_slice(word, 0, equals < 0 ? word.n : (uint32_t)equals), out, err);
    out->given |= TAKES((unsigned)(o - options));
    if (o->type == OPT_FLAG) {
        if (equals < 0)
            return value_set(o, STR_EMPTY, out, err);
        return err_set(err, ERR_USAGE, "`--%s` takes no value", o->name);
    }
    if (equals >= 0)
        return value_set(o, str_slice(word, (uint32_t)equals + 1, word.n), out, err);
    bool there = words->next < words->n;
    if (there && words->at[words->next].n > 1 && str_starts(words->at[words->next], "-"))
        there = false;
    if (!there)
        return err_set(err, ERR_USAGE, "`--%s` needs a value: %s", o->name, o->value);
    return value_set(o, words->at[words->next++], out, err);
}

// How many words a row's `arguments` names; those from the first bracket on may be left out.
static uint32_t words_of(const char *arguments) {
    uint32_t n = arguments && *arguments ? 1 : 0;
    if (arguments && strstr(arguments, "...]"))
        return ARGUMENTS_MAX;
    for (const char *p = arguments; p && *p; p++)
        n += *p == ' ';
    return n;
}

static uint32_t words_needed(const char *arguments) {
    uint32_t n = 0;
    bool in_word = false;
    for (const char *p = arguments; p && *p && *p != '['; p++) {
        n += *p != ' ' && !in_word;
        in_word = *p != ' ';
    }
    return n;
}

static bool word_parse(Str word, Args *out, Err *err) {
    if (!out->command) {
        out->command = command_find(word);
        return out->command || command_unknown(word, err);
    }
    const char *arguments = out->command->arguments;
    if (!arguments)
        return err_set(err, ERR_USAGE, "`pluto %s` takes no argument: `%.*s` is one too many",
                       out->command->name, STR_ARG(word));
    if (out->count == words_of(arguments)) {
        err_set(err, ERR_USAGE, "`%.*s` is one argument too many for `pluto %s`", STR_ARG(word),
                out->command->name);
        err_hint(err, "the command is used like this: `pluto %s %s`", out->command->name,
                 arguments);
        return false;
    }
    if (!word.n)
        return err_set(err, ERR_USAGE, "the argument is empty");
    out->arguments[out->count++] = word;
    return true;
}

static bool fits_command(const Args *args, Err *err) {
    const Command *c = args->command;
    uint64_t wrong = args->given & ~(TAKES_GLOBAL | (c ? c->takes : 0));
    for (unsigned id = 0; id < O_COUNT; id++) {
        if (!(wrong & TAKES(id)))
            continue;
        if (!c)
            return err_set(err, ERR_USAGE, "`--%s` needs a command", options[id].name);
        err_set(err, ERR_USAGE, "`pluto %s` takes no option `--%s`", c->name, options[id].name);
        err_hint(err, "`pluto help %s` lists the options", c->name);
        return false;
    }
    if (!c || args->help || args->count >= words_needed(c->arguments))
        return true;
    return err_set(err, ERR_USAGE, "`pluto %s` needs %s: %s", c->name,
                   words_needed(c->arguments) == 1 ? "an argument" : "arguments", c->arguments);
}

static bool words_parse(Words *w, Args *out, Err *err) {
    bool only_words = false;
    while (w->next < w->n) {
        Str word = w->at[w->next];
        bool is_option = !only_words && word.n > 1 && *word.p == '-';
        if (is_option && str_is(word, "--")) {
            only_words = true;
            w->next++;
        } else if (is_option) {
            if (!option_parse(w, out, err))
                return false;
        } else if (w->next++, !word_parse(word, out, err)) {
            return false;
        }
    }
    return true;
}

// How to say what is wrong may stand behind what is wrong.
static void report_options_find(Words *w, Args *out) {
    while (w->next < w->n && !str_is(w->at[w->next], "--")) {
        Err ignored = {0};
        Str word = w->at[w->next];
        if (str_starts(word, "--message-format") || str_starts(word, "--color"))
            option_parse(w, out, &ignored);
        else
            w->next++;
    }
}

bool args_number(Str value, const char *option, uint32_t least, uint32_t most, uint32_t *out,
                 Err *err) {
    uint64_t n = 0;
    bool good = value.n > 0;
    for (uint32_t i = 0; good && i < value.n; i++) {
        n = n * 10 + (uint64_t)(value.p[i] - '0');
        good = value.p[i] >= '0' && value.p[i] <= '9' && n <= most;
    }
    if (!good || n < least)
        return err_set(err, ERR_USAGE, "`--%s` cannot be `%.*s`: it takes a number from %u to %u",
                       option, STR_ARG(value), (unsigned)least, (unsigned)most);
    *out = (uint32_t)n;
    return true;
}

bool args_parse(const Str *words, uint32_t count, Args *out, Err *err) {
    *out = (Args){0};
    Words w = {words, count, 0};
    if (words_parse(&w, out, err))
        return fits_command(out, err);
    report_options_find(&w, out);
    return false;
}
