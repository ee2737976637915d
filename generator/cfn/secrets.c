// Literals that look like secrets.
//
// Input: text. Output: the name of what it looks like.
// Invariant: what is found is told apart by form alone, so that it is found everywhere; no message
// holds more than the first characters, which name the kind of key and not the key, and none shows
// the source line.
#include "generator/lowering.h"

enum { SHOWN = 3, DEPTH_MAX = 64 };

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c) {
    return is_upper(c) || is_digit(c) || (c >= 'a' && c <= 'z');
}

// The characters of a key after its prefix.
typedef struct Run {
    uint32_t n;       // in all, with `-` and `_`
    uint32_t longest; // without them
    bool mixed;       // holds a digit or an upper case letter, as words of prose seldom do
} Run;

static Run run_at(Str s, uint32_t at) {
    Run run = {0};
    uint32_t plain = 0;
    for (; at < s.n && (is_alnum(s.p[at]) || s.p[at] == '-' || s.p[at] == '_'); at++) {
        run.n++;
        plain = is_alnum(s.p[at]) ? plain + 1 : 0;
        run.longest = plain > run.longest ? plain : run.longest;
        run.mixed = run.mixed || is_upper(s.p[at]) || is_digit(s.p[at]);
    }
    return run;
}

typedef struct Prefix {
    const char *text, *what;
    uint32_t mixed_min; // this long where it holds digits or upper case
    uint32_t plain_min; // or with a piece this long whatever it holds
} Prefix;

static const Prefix PREFIXES[] = {
    {"hf_", "a Hugging Face token", 10, 20}, {"sk-", "an OpenAI or Anthropic key", 16, 20},
    {"sk_live_", "a Stripe key", 16, 20},    {"rk_live_", "a Stripe key", 16, 20},
    {"ghp_", "a GitHub token", 20, 30},      {"gho_", "a GitHub token", 20, 30},
    {"ghu_", "a GitHub token", 20, 30},      {"ghs_", "a GitHub token", 20, 30},
    {"ghr_", "a GitHub token", 20, 30},      {"github_pat_", "a GitHub token", 20, 30},
    {"glpat-", "a GitLab token", 16, 20},    {"npm_", "an npm token", 30, 36},
    {"AIza", "a Google key", 30, 35},        {"xoxb-", "a Slack token", 10, 20},
    {"xoxa-", "a Slack token", 10, 20},      {"xoxp-", "a Slack token", 10, 20},
    {"xoxr-", "a Slack token", 10, 20},      {"xoxs-", "a Slack token", 10, 20},
};

static bool starts_at(Str s, uint32_t at, const char *prefix) {
    return str_starts(str_slice(s, at, s.n), prefix);
}

static const char *prefixed(Str s, uint32_t at) {
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        const Prefix *p = &PREFIXES[i];
        if (*p->text != s.p[at] || !starts_at(s, at, p->text))
            continue;
        Run run = run_at(s, at + str_of(p->text).n);
        if ((run.mixed && run.n >= p->mixed_min) || run.longest >= p->plain_min)
            return p->what;
    }
    return NULL;
}

// AKIA or ASIA and sixteen more.
static bool aws_key(Str s, uint32_t at) {
    if (!starts_at(s, at, "AKIA") && !starts_at(s, at, "ASIA"))
        return false;
    uint32_t n = 0;
    while (at + n < s.n && (is_upper(s.p[at + n]) || is_digit(s.p[at + n])))
        n++;
    return n == 20 && (at + n == s.n || !is_alnum(s.p[at + n]));
}

// Three pieces with dots between, the first two of them JSON: `{"` is `eyJ` in base64.
static bool jwt(Str s, uint32_t at) {
    if (!starts_at(s, at, "eyJ"))
        return false;
    Run head = run_at(s, at);
    uint32_t second = at + head.n + 1;
    if (second >= s.n || s.p[second - 1] != '.' || !starts_at(s, second, "eyJ"))
        return false;
    Run body = run_at(s, second);
    uint32_t third = second + body.n + 1;
    return third < s.n && s.p[third - 1] == '.' && run_at(s, third).n >= 10;
}

// What the text holds, and where it starts.
static const char *find(Str s, uint32_t *at) {
    int64_t pem = str_find(s, STR("-----BEGIN "), 0);
    if (pem >= 0 && str_find(s, STR("PRIVATE KEY-----"), (uint32_t)pem) >= 0) {
        *at = (uint32_t)pem;
        return "a private key";
    }
    for (uint32_t i = 0; i < s.n; i++) {
        if (i > 0 && (is_alnum(s.p[i - 1]) || s.p[i - 1] == '_'))
            continue;
        *at = i;
        const char *what = prefixed(s, i);
        if (what)
            return what;
        if (aws_key(s, i))
            return "an AWS access key";
        if (jwt(s, i))
            return "a JSON web token";
    }
    return NULL;
}

const char *secret_in(Str s) {
    uint32_t at;
    return find(s, &at);
}

static void help(Diag *d) {
    diag_help(d, "read it with `process.env.NAME`, keep it in a Secret, or say "
                 "`allowPlaintextSecrets: true` where it is none");
}

static void check_text(Gen *g, const ArchResource *r, Str path, Str text) {
    uint32_t at = 0;
    const char *what = find(text, &at);
    if (!what)
        return;
    Str shown = str_slice(text, at, at + SHOWN);
    ArchPlace place = gen_literal_place(g, r->source, text);
    Diag *d = gen_error_at(g, P0504, place, "`%.*s` of `%.*s` holds what looks like %s (`%.*s…`)",
                           STR_ARG(path), STR_ARG(r->id), what, STR_ARG(shown));
    diag_hide_source(d);
    diag_note(d, "whoever may read the template or the resource's configuration could read it");
    help(d);
}

static void check_value(Gen *g, const ArchResource *r, Str path, const ArchValue *v,
                        unsigned depth) {
    if (depth > DEPTH_MAX)
        return;
    if (v->type == ARCH_STRING)
        check_text(g, r, path, v->text);
    bool items = v->type == ARCH_ARRAY || v->type == ARCH_CONCAT || v->type == ARCH_OR;
    for (uint32_t i = 0; items && i < v->count; i++)
        check_value(g, r, path, v->items[i], depth + 1);
    for (uint32_t i = 0; v->type == ARCH_OBJECT && i < v->count; i++) {
        const ArchMember *m = &v->members[i];
        Str inner =
            path.n ? str_fmt(g->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(m->key)) : m->key;
        check_value(g, r, inner, m->value, depth + 1);
    }
}

static void check_resource(Gen *g, const ArchResource *r) {
    if (r->arguments && !option_bool(r, "allowPlaintextSecrets", false))
        check_value(g, r, STR_EMPTY, r->arguments, 0);
}

static void check_settings(Gen *g) {
    const PairVec *pairs = &g->settings->environment;
    for (uint32_t i = 0; i < pairs->n; i++) {
        const char *what = secret_in(pairs->at[i].value);
        if (!what)
            continue;
        ArchPlace place = {STR("pluto.yml"), 1, 1};
        place = gen_literal_place(g, place, pairs->at[i].value);
        Diag *d = gen_error_at(g, P0504, place, "the variable `%.*s` holds what looks like %s",
                               STR_ARG(pairs->at[i].key), what);
        diag_hide_source(d);
        diag_help(d, "read it with `process.env.NAME` in the program, or keep it in a Secret");
    }
}

bool secrets_check(Arena *a, const Arch *arch, const GenerateSettings *s, Diags *ds) {
    Gen g = {.arena = a, .arch = arch, .settings = s, .diags = ds};
    unsigned before = diags_error_count(ds);
    check_settings(&g);
    for (uint32_t i = 0; i < arch->resources.n; i++)
        check_resource(&g, &arch->resources.at[i]);
    return diags_error_count(ds) == before;
}
