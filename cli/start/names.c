// What a project and a stack may be called.
//
// Input: a name as somebody typed it. Output: why it will not do. Invariant: a project has one name
// everywhere (folder, package.json, stacks on AWS), so what npm refuses is refused here: capital
// letters are not silently made small.

#include "cli/project/settings.h"
#include "cli/start/start.h"

enum { NAME_MAX_BYTES = 64 };

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static char lower(char c) {
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static bool may_begin(char c) {
    return settings_name_valid((Str){&c, 1}, false);
}

static bool may_follow(char c, bool dots) {
    const char two[2] = {'a', c};
    return settings_name_valid((Str){two, 2}, dots);
}

// The first character that does not fit, as the user sees it.
static Str misfit(Arena *a, Str name, bool dots) {
    for (uint32_t at = 0, from = 0; at < name.n; from = at) {
        (void)utf8_next(name, &at);
        Str one = str_slice(name, from, at);
        if (one.n > 1 || !may_follow(*one.p, dots))
            return str_visible(a, one);
    }
    return STR_EMPTY;
}

static Str name_wrong(Arena *a, Str name, bool dots) {
    if (!name.n)
        return STR("a name is needed");
    if (str_contains(name, "/") || str_contains(name, "\\"))
        return STR("a name is not a path");
    Str one = misfit(a, name, dots);
    if (str_is(one, " "))
        return STR("a name has no spaces: use `-`");
    if (one.n)
        return str_fmt(a, "`%.*s` cannot be in a name: letters a to z, digits, `-`%s `_`%s can",
                       STR_ARG(one), dots ? "," : " and", dots ? " and `.`" : "");
    if (!may_begin(*name.p))
        return STR("a name begins with a letter or a digit");
    if (name.n > NAME_MAX_BYTES)
        return str_fmt(a, "a name has at most %d characters, this one has %u", NAME_MAX_BYTES,
                       name.n);
    return STR_EMPTY;
}

static Str lowered(Arena *a, Str name) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < name.n; i++)
        buf_putc(&b, lower(name.p[i]));
    return buf_str(&b);
}

Str project_name_wrong(Arena *a, Str name) {
    static const char *const reserved[] = {"node_modules", "favicon.ico"};
    Str wrong = name_wrong(a, name, true);
    if (wrong.n)
        return wrong;
    for (uint32_t i = 0; i < name.n; i++)
        if (is_upper(name.p[i]))
            return str_fmt(a, "npm takes small letters only: `%.*s`", STR_ARG(lowered(a, name)));
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_is(name, reserved[i]))
            return str_fmt(a, "npm keeps the name `%s` for itself", reserved[i]);
    return STR_EMPTY;
}

Str stack_name_wrong(Arena *a, Str name) {
    return name_wrong(a, name, false);
}

Str project_name_made(Arena *a, Str from) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < from.n && b.n < NAME_MAX_BYTES; i++) {
        char c = lower(from.p[i]);
        if (b.n ? may_follow(c, true) : may_begin(c))
            buf_putc(&b, c);
        else if (b.n && b.p[b.n - 1] != '-')
            buf_putc(&b, '-');
    }
    while (b.n && b.p[b.n - 1] == '-')
        b.n--;
    Str made = buf_str(&b);
    return made.n && !project_name_wrong(a, made).n ? made : STR("app");
}
