// What pluto.yml says, checked.
//
// Input: the tree of the file. Output: the settings of the stack that was chosen. Keys that pluto
// does not know are errors: a setting that is misspelt and silently ignored costs its user a day.
// Invariant: every stack is checked, but only the chosen one must be one that pluto can build.
//
// The keys of the original pluto (`current`, `language`, `configs`, `stacks[]` with `platformType`
// and `provisionType`) are all accepted, so that its projects compile as they are.

#include "cli/project/settings.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 64, TAGS_MAX = 50, TAG_KEY_MAX = 128, TAG_VALUE_MAX = 256 };

typedef struct Stack {
    Str name;
    const Yaml *yaml, *name_yaml, *platform;
    GenerateSettings own; // over what stands above all stacks
    AwsSettings aws;      // likewise
} Stack;

typedef struct Reader {
    Arena *a;
    Diags *ds;
    const Param *function_options; // of the kind Function: bounds and choices stand there once
    Settings *out;
    Str current;
    Span current_span;
    Vec(Stack) stacks;
    Span stacks_span;
    Stack *stack;            // being read, or NULL
    GenerateSettings *layer; // being read
    AwsSettings *aws;        // likewise
    Span key_span;           // of the key whose value is being read
} Reader;

// A key of a map and what reads its value.
typedef struct Key {
    const char *name;
    void (*read)(Reader *r, const Yaml *value);
} Key;

// ---- Parts --------------------------------------------------------------------------------------

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool settings_name_valid(Str name, bool dots) {
    if (name.n == 0 || name.n > NAME_MAX_LENGTH || !is_alnum(name.p[0]))
        return false;
    for (uint32_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!is_alnum(c) && c != '-' && c != '_' && !(dots && c == '.'))
            return false;
    }
    return true;
}

static bool same_word(Str s, const char *word) {
    if (s.n != strlen(word))
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        char x = s.p[i], y = word[i];
        if (x >= 'A' && x <= 'Z')
            x = (char)(x - 'A' + 'a');
        if (y >= 'A' && y <= 'Z')
            y = (char)(y - 'A' + 'a');
        if (x != y)
            return false;
    }
    return true;
}

static bool is_one_of(Str s, const char *const *words) {
    for (uint32_t i = 0; words[i]; i++)
        if (same_word(s, words[i]))
            return true;
    return false;
}

static Str list_text(Arena *a, const Str *words, uint32_t n) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < n; i++)
        buf_printf(&b, "%s`%.*s`", i ? ", " : "", STR_ARG(words[i]));
    return buf_str(&b);
}

// "did you mean …?", else the list of what there is.
static void suggest(Reader *r, Diag *d, Str word, const Str *words, uint32_t n) {
    Str near = str_suggest(word, words, n);
    Str all = list_text(r->a, words, n);
    if (near.n)
        diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
    else
        diag_help(d, "there is %.*s", STR_ARG(all));
}

static void suggest_choice(Reader *r, Diag *d, Str word, const char *const *choices) {
    enum { CHOICES_MAX = 16 };
    Str words[CHOICES_MAX];
    uint32_t n = 0;
    for (; n < CHOICES_MAX && choices[n]; n++)
        words[n] = str_of(choices[n]);
    suggest(r, d, word, words, n);
}

// False where the map itself is wrong: no map, or a key that is not in `keys`.
static bool keys_read(Reader *r, const Yaml *map, const Key *keys) {
    if (map->type == YAML_NOTHING)
        return true;
    if (map->type != YAML_MAP) {
        diag_error(r->ds, P0603, map->span, "here must stand a map of keys and values");
        return false;
    }
    enum { KEYS_MAX = 16 };
    Str names[KEYS_MAX];
    uint32_t n = 0;
    for (; keys[n].name; n++)
        names[n] = str_of(keys[n].name);
    bool good = true;
    for (uint32_t i = 0; i < map->members.n; i++) {
        const YamlMember *member = &map->members.at[i];
        const Key *key = keys;
        while (key->name && !str_is(member->key, key->name))
            key++;
        if (key->name) {
            r->key_span = member->key_span;
            key->read(r, member->value);
            continue;
        }
        good = false;
        Diag *d = diag_error(r->ds, P0602, member->key_span, "pluto does not know the key `%.*s`",
                             STR_ARG(member->key));
        suggest(r, d, member->key, names, n);
    }
    return good;
}

// The text of a scalar; NULL and a P0603 where it is none.
static const Str *text_read(Reader *r, const Yaml *value) {
    if (value->type == YAML_TEXT)
        return &value->text;
    const char *instead = value->type == YAML_NOTHING ? "nothing"
                          : value->type == YAML_LIST  ? "a list"
                                                      : "a mapping";
    diag_error(r->ds, P0603, value->span, "a word is wanted here, not %s", instead);
    return NULL;
}

static void name_problem(Reader *r, const Yaml *value, const char *what) {
    Diag *d = diag_error(r->ds, P0603, value->span, "`%.*s` is not a valid name for a %s",
                         STR_ARG(value->text), what);
    diag_help(d,
              "a name is made of letters, digits, `-` and `_`, starts with a letter or digit, and "
              "has at most %d characters",
              NAME_MAX_LENGTH);
}

// Sets a pair, over the one of that key where there is one.
static void pair_set(Arena *a, PairVec *pairs, Str key, Str value) {
    for (uint32_t i = 0; i < pairs->n; i++) {
        if (!str_eq(pairs->at[i].key, key))
            continue;
        pairs->at[i].value = value;
        return;
    }
    vec_push(a, pairs, (Pair){key, value});
}

// Calls `check` for each pair and sets those that it finds good.
static void pairs_read(Reader *r, const Yaml *map, PairVec *out,
                       bool (*check)(Reader *r, const YamlMember *member)) {
    if (map->type == YAML_NOTHING)
        return;
    if (map->type != YAML_MAP) {
        diag_error(r->ds, P0603, map->span, "here must stand a map of names and values");
        return;
    }
    for (uint32_t i = 0; i < map->members.n; i++) {
        const YamlMember *member = &map->members.at[i];
        const Str *text = text_read(r, member->value);
        if (text && check(r, member))
            pair_set(r->a, out, member->key, *text);
    }
}

// ---- Values that a stack may set for itself -----------------------------------------------------

// us-east-1, us-gov-west-1, ap-southeast-2: words of small letters, then a number.
static bool is_region(Str s) {
    uint32_t words = 1, letters = 0, digits = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '-') {
            if (digits || !letters)
                return false;
            words++;
            letters = 0;
        } else if (c >= 'a' && c <= 'z') {
            if (digits)
                return false;
            letters++;
        } else if (c >= '0' && c <= '9') {
            if (letters)
                return false;
            digits++;
        } else {
            return false;
        }
    }
    return words >= 3 && digits > 0 && digits <= 2;
}

static void read_region(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->layer->region = *text;
    if (is_region(*text))
        return;
    Diag *d =
        diag_error(r->ds, P0603, value->span, "`%.*s` is not a region of AWS", STR_ARG(*text));
    diag_help(d, "a region looks like `us-east-1`; without the key the template fits any region");
}

static bool is_account(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == 12;
}

static void read_account(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->aws->account = *text;
    if (is_account(*text))
        return;
    Diag *d = diag_error(r->ds, P0603, value->span, "`%.*s` is not an AWS account", STR_ARG(*text));
    diag_help(d, "an account is a number of twelve digits, in quotes where it starts with 0");
}

static void read_role(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->aws->role_arn = *text;
    if (str_starts(*text, "arn:") && str_contains(*text, ":role/"))
        return;
    Diag *d =
        diag_error(r->ds, P0603, value->span, "`%.*s` is not the ARN of a role", STR_ARG(*text));
    diag_help(d, "a role's ARN looks like `arn:aws:iam::123456789012:role/deployer`");
}

static void read_external_id(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (text)
        r->aws->external_id = *text;
}

static void read_express(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->aws->express = str_is(*text, "true");
    if (str_is(*text, "true") || str_is(*text, "false"))
        return;
    Diag *d = diag_error(r->ds, P0603, value->span, "`express` cannot be `%.*s`", STR_ARG(*text));
    diag_help(d, "`true` or `false`: whether CloudFormation is done before resources are ready");
}

static bool tag_good(Reader *r, const YamlMember *member) {
    Str key = member->key;
    const char *wrong = NULL;
    if (key.n == 0 || key.n > TAG_KEY_MAX)
        wrong = "a tag's key has 1 to 128 characters";
    else if (same_word(str_slice(key, 0, 4), "aws:"))
        wrong = "tags that start with `aws:` are AWS's own";
    else if (member->value->text.n > TAG_VALUE_MAX)
        wrong = "a tag's value has at most 256 characters";
    else if (r->layer->tags.n >= TAGS_MAX)
        wrong = "AWS takes at most 50 tags";
    if (wrong)
        diag_error(r->ds, P0603, member->key_span, "%s", wrong);
    return !wrong;
}

static void read_tags(Reader *r, const Yaml *value) {
    pairs_read(r, value, &r->layer->tags, tag_good);
}

// As Lambda wants them. Names that Lambda keeps for itself are the generator's to refuse: they are
// the same wherever a variable comes from.
static bool variable_good(Reader *r, const YamlMember *member) {
    Str key = member->key;
    bool good = key.n > 1 && is_alnum(key.p[0]) && key.p[0] > '9';
    for (uint32_t i = 0; i < key.n; i++)
        good = good && (is_alnum(key.p[i]) || key.p[i] == '_');
    if (good)
        return true;
    Diag *d = diag_error(r->ds, P0603, member->key_span,
                         "`%.*s` is not a valid name for an environment variable", STR_ARG(key));
    diag_help(d, "a name starts with a letter and has at least one more letter, digit or `_`");
    return false;
}

static void read_environment(Reader *r, const Yaml *value) {
    pairs_read(r, value, &r->layer->environment, variable_good);
}

// A whole number within what the option of that name takes.
static void read_number(Reader *r, const Yaml *value, const char *option, uint32_t *out) {
    const Param *param = param_find(r->function_options, option);
    bool digits =
        value->type == YAML_TEXT && !value->quoted && value->text.n > 0 && value->text.n <= 9;
    uint32_t number = 0;
    for (uint32_t i = 0; digits && i < value->text.n; i++) {
        digits = value->text.p[i] >= '0' && value->text.p[i] <= '9';
        number = number * 10 + (uint32_t)(value->text.p[i] - '0');
    }
    if (digits && number > 0 && (!param || (number >= param->min && number <= param->max))) {
        *out = number;
        return;
    }
    const char *wrong = digits && number > 0 ? "is out of range" : "must be a whole number";
    Diag *d = diag_error(r->ds, P0603, value->span, "`%s` %s", option, wrong);
    if (param)
        diag_help(d, "from %.0f to %.0f: %s", param->min, param->max, param->doc);
}

// One of the words that the option of that name takes.
static void read_choice(Reader *r, const Yaml *value, const char *option, Str *out) {
    const Param *param = param_find(r->function_options, option);
    const Str *text = text_read(r, value);
    if (!text)
        return;
    *out = *text;
    if (!param || !param->choices)
        return;
    for (uint32_t i = 0; param->choices[i]; i++)
        if (str_is(*text, param->choices[i]))
            return;
    Diag *d =
        diag_error(r->ds, P0603, value->span, "`%s` cannot be `%.*s`", option, STR_ARG(*text));
    suggest_choice(r, d, *text, param->choices);
}

static void read_memory(Reader *r, const Yaml *value) {
    read_number(r, value, "memory", &r->layer->memory);
}

static void read_timeout(Reader *r, const Yaml *value) {
    read_number(r, value, "timeout", &r->layer->timeout);
}

static void read_log_retention(Reader *r, const Yaml *value) {
    read_number(r, value, "logRetention", &r->layer->log_retention);
}

static void read_architecture(Reader *r, const Yaml *value) {
    read_choice(r, value, "architecture", &r->layer->architecture);
}

static void read_runtime(Reader *r, const Yaml *value) {
    read_choice(r, value, "runtime", &r->layer->runtime);
}

static void read_functions(Reader *r, const Yaml *value) {
    static const Key keys[] = {{"memory", read_memory},
                               {"timeout", read_timeout},
                               {"architecture", read_architecture},
                               {"runtime", read_runtime},
                               {"logRetention", read_log_retention},
                               {"environment", read_environment},
                               {NULL, NULL}};
    keys_read(r, value, keys);
}

// ---- Stacks -------------------------------------------------------------------------------------

static const char *const PLATFORMS[] = {"AWS", "K8s",       "AliCloud", "Azure",
                                        "GCP", "Simulator", "Custom",   NULL};
static const char *const PROVISIONERS[] = {"Pulumi", "Terraform",      "Simulator",
                                           "Custom", "CloudFormation", NULL};

static void ignore(Reader *r, const Yaml *value) {
    (void)r, (void)value; // `configs` speaks to adapters and simulators of the original
}

static void read_stack_name(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->stack->name = *text;
    r->stack->name_yaml = value;
    if (!settings_name_valid(*text, false))
        name_problem(r, value, "stack");
}

static void read_platform(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->stack->platform = value;
    if (is_one_of(*text, PLATFORMS))
        return;
    Diag *d =
        diag_error(r->ds, P0603, value->span, "`platformType` cannot be `%.*s`", STR_ARG(*text));
    suggest_choice(r, d, *text, PLATFORMS);
}

// The word is checked and then means nothing: pluto always writes CloudFormation.
static void read_provision(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text || is_one_of(*text, PROVISIONERS))
        return;
    Diag *d =
        diag_error(r->ds, P0603, value->span, "`provisionType` cannot be `%.*s`", STR_ARG(*text));
    suggest_choice(r, d, *text, PROVISIONERS);
}

static void stack_read(Reader *r, const Yaml *yaml) {
    static const Key keys[] = {{"name", read_stack_name},
                               {"platformType", read_platform},
                               {"provisionType", read_provision},
                               {"configs", ignore},
                               {"region", read_region},
                               {"functions", read_functions},
                               {"tags", read_tags},
                               {"account", read_account},
                               {"roleArn", read_role},
                               {"externalId", read_external_id},
                               {"express", read_express},
                               {NULL, NULL}};
    Stack stack = {.yaml = yaml};
    r->stack = &stack;
    r->layer = &stack.own;
    r->aws = &stack.aws;
    bool good = keys_read(r, yaml, keys);
    r->layer = &r->out->generate;
    r->aws = &r->out->aws;
    if (!stack.name_yaml) {
        if (good && !yaml_find(yaml, "name"))
            diag_error(r->ds, P0603, yaml->span, "this stack has no `name`");
        return;
    }
    for (uint32_t i = 0; i < r->stacks.n; i++) {
        if (!str_eq(r->stacks.at[i].name, stack.name))
            continue;
        Diag *d = diag_error(r->ds, P0603, stack.name_yaml->span, "two stacks have the name `%.*s`",
                             STR_ARG(stack.name));
        diag_label(d, r->stacks.at[i].name_yaml->span, "here is the first");
        return;
    }
    vec_push(r->a, &r->stacks, stack);
}

static void read_stacks(Reader *r, const Yaml *value) {
    r->stacks_span = r->key_span;
    if (value->type == YAML_NOTHING)
        return;
    if (value->type != YAML_LIST) {
        diag_error(r->ds, P0603, value->span, "here must stand a list of stacks");
        return;
    }
    for (uint32_t i = 0; i < value->items.n; i++)
        stack_read(r, value->items.at[i]);
}

// ---- The project --------------------------------------------------------------------------------

static void read_current(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    r->current = *text;
    r->current_span = value->span;
    if (!settings_name_valid(*text, false))
        name_problem(r, value, "stack");
}

static void read_language(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text || same_word(*text, "typescript"))
        return;
    Diag *d = diag_error(r->ds, P0603, value->span, "`language` cannot be `%.*s`", STR_ARG(*text));
    diag_help(d, "pluto compiles TypeScript alone: `language: typescript`");
}

static void read_name(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    int64_t slash = str_starts(*text, "@") ? str_rfind_char(*text, '/') : -1; // @scope/name
    r->out->project = str_slice(*text, (uint32_t)(slash + 1), text->n);
    if (!settings_name_valid(r->out->project, true))
        name_problem(r, value, "project");
}

static void read_entry(Reader *r, const Yaml *value) {
    const Str *text = text_read(r, value);
    if (!text)
        return;
    Str entry = path_normal(r->a, *text);
    r->out->entry = entry;
    r->out->entry_span = value->span;
    if (entry.n && !path_is_absolute(entry) && !str_is(entry, ".") && !str_is(entry, "..") &&
        !str_starts(entry, "../"))
        return;
    Diag *d = diag_error(r->ds, P0603, value->span, "`entry` must be a file of the project");
    diag_help(d, "give its path from the folder of this file: `entry: src/index.ts`");
}

// The stack to build: NULL where the file lists none, or none of that name (which is said).
static const Stack *stack_choose(Reader *r, Str wanted) {
    Settings *out = r->out;
    out->stack = wanted.n ? wanted : r->current;
    if (r->stacks.n == 0) {
        if (!out->stack.n)
            out->stack = STR("dev");
        return NULL;
    }
    if (!out->stack.n)
        out->stack = r->stacks.at[0].name;
    Str *names = arena_array(r->a, Str, r->stacks.n);
    for (uint32_t i = 0; i < r->stacks.n; i++) {
        names[i] = r->stacks.at[i].name;
        if (str_eq(names[i], out->stack))
            return &r->stacks.at[i];
    }
    Span span = wanted.n ? r->stacks_span : r->current_span;
    Diag *d = diag_error(r->ds, P0604, span, "there is no stack `%.*s`", STR_ARG(out->stack));
    Str all = list_text(r->a, names, r->stacks.n);
    diag_note(d, "the stacks are %.*s", STR_ARG(all));
    Str near = str_suggest(out->stack, names, r->stacks.n);
    if (near.n)
        diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
    return NULL;
}

static void stack_apply(Reader *r, const Stack *stack) {
    if (stack->platform && !same_word(stack->platform->text, "AWS") &&
        is_one_of(stack->platform->text, PLATFORMS)) {
        Diag *d = diag_error(r->ds, P0603, stack->platform->span,
                             "the stack `%.*s` is for `%.*s`, which pluto cannot build",
                             STR_ARG(stack->name), STR_ARG(stack->platform->text));
        diag_help(d, "pluto builds for AWS: `platformType: AWS`, or choose another with --stack");
    }
    GenerateSettings *base = &r->out->generate;
    const GenerateSettings *own = &stack->own;
    AwsSettings *aws = &r->out->aws;
    if (stack->aws.account.n)
        aws->account = stack->aws.account;
    if (stack->aws.role_arn.n)
        aws->role_arn = stack->aws.role_arn;
    if (stack->aws.external_id.n)
        aws->external_id = stack->aws.external_id;
    aws->express = stack->aws.express;
    if (own->region.n)
        base->region = own->region;
    if (own->memory)
        base->memory = own->memory;
    if (own->timeout)
        base->timeout = own->timeout;
    if (own->log_retention)
        base->log_retention = own->log_retention;
    if (own->architecture.n)
        base->architecture = own->architecture;
    if (own->runtime.n)
        base->runtime = own->runtime;
    for (uint32_t i = 0; i < own->environment.n; i++)
        pair_set(r->a, &base->environment, own->environment.at[i].key,
                 own->environment.at[i].value);
    for (uint32_t i = 0; i < own->tags.n; i++)
        pair_set(r->a, &base->tags, own->tags.at[i].key, own->tags.at[i].value);
}

void settings_read(Arena *a, const Yaml *root, Str wanted, const KindTable *kinds, Diags *ds,
                   Settings *out) {
    static const Key keys[] = {{"name", read_name},
                               {"entry", read_entry},
                               {"current", read_current},
                               {"language", read_language},
                               {"region", read_region},
                               {"functions", read_functions},
                               {"tags", read_tags},
                               {"stacks", read_stacks},
                               {"account", read_account},
                               {"roleArn", read_role},
                               {"configs", ignore},
                               {"externalId", read_external_id},
                               {NULL, NULL}};
    *out = (Settings){0};
    Reader r = {.a = a, .ds = ds, .out = out, .layer = &out->generate, .aws = &out->aws};
    const Kind *function = kind_find(kinds, STR("Function"));
    const Param *option = function ? param_find(function->params, "options") : NULL;
    r.function_options = option ? option->fields : NULL;
    if (root)
        keys_read(&r, root, keys);
    for (uint32_t i = 0; i < r.stacks.n; i++)
        vec_push(a, &out->stacks, r.stacks.at[i].name);
    const Stack *stack = stack_choose(&r, wanted);
    if (stack)
        stack_apply(&r, stack);
}
