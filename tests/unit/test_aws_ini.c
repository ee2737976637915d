// The grammar of AWS's files, word by word: what is read, and what is told of what is malformed.

#include "adapters/aws/creds/ini.h"
#include "adapters/aws/creds/shlex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef struct Case {
    const char *text;
    const char *read; // "section{key=value;block.key=value;}", or "3: what is wrong with line 3"
} Case;

static Str rendered(Arena *a, Str text) {
    AwsIni ini;
    Err err = {0};
    if (!aws_ini_read(a, STR("/f"), text, &ini, &err)) {
        Str said = str_of(err.message);
        assert_true(str_starts(said, "/f:"));
        assert_true(err.hint[0] != '\0');
        return str_dup(a, str_slice(said, 3, said.n));
    }
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < ini.parts.n; i++) {
        const IniPart *part = &ini.parts.at[i];
        buf_printf(&b, "%.*s{", STR_ARG(part->name));
        for (uint32_t k = 0; k < part->entries.n; k++) {
            const IniEntry *e = &part->entries.at[k];
            buf_printf(&b, "%.*s%s%.*s=%.*s;", STR_ARG(e->block), e->block.n ? "." : "",
                       STR_ARG(e->key), STR_ARG(e->value));
        }
        buf_puts(&b, "}");
    }
    return buf_str(&b);
}

static void check(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        Arena a;
        arena_init(&a);
        Str got = rendered(&a, str_of(cases[i].text));
        if (!str_is(got, cases[i].read))
            fail_msg("%s\n gives: %.*s\n not:   %s", cases[i].text, STR_ARG(got), cases[i].read);
        arena_release(&a);
    }
}

static void settings_are_read(void **state) {
    (void)state;
    static const Case cases[] = {
        {"", ""},
        {"[default]", "default{}"},
        {"[default]\nregion = us-east-1\n", "default{region=us-east-1;}"},
        {"[profile foo]\nname \t =\tvalue\t", "profile foo{name=value;}"},
        {"[profile\tfoo\t]", "profile\tfoo{}"},
        {"[ profile foo ]\nA=b", "profile foo{A=b;}"},
        {"[profile \"a b\"]\nx=1", "profile \"a b\"{x=1;}"},
        {"[profile foo]\nname = val=ue", "profile foo{name=val=ue;}"},
        {"[profile foo]\nname: value", "profile foo{name=value;}"},
        {"[profile foo]\nname: http://x/?a=b", "profile foo{name=http://x/?a=b;}"},
        {"[profile foo]\nname = a:b", "profile foo{name=a:b;}"},
        {"[profile foo]\nname =", "profile foo{name=;}"},
        {"\xef\xbb\xbf[a]\r\nb = c\r\n", "a{b=c;}"},
        {"[a]\nb = c\n[a]\nb = d", "a{b=c;}a{b=d;}"},
    };
    check(cases, sizeof cases / sizeof *cases);
}

static void comments_are_left_out(void **state) {
    (void)state;
    static const Case cases[] = {
        {"# c\n; c\n[a] # c\nb = c # d ; e\n", "a{b=c;}"},
        {"[a]; Adjacent\n[b]# Adjacent\n", "a{}b{}"},
        {"[a]\nb = value; x\nc = value# y\n", "a{b=value; x;c=value# y;}"},
        {"[a]\nb = value ;\n", "a{b=value;}"},
        {"[a]\nb = # nothing\n", "a{b=;}"},
        {"[a]\nurl = https://x/start#/\n", "a{url=https://x/start#/;}"},
        {";\n[a];\n", "a{}"},
        {"[a]\nb = c\n  # no part of it\n", "a{b=c;}"},
        {"[a]\ns3 =\n  # no part of it\n  x = y # z\n", "a{s3=;s3.x=y;}"},
    };
    check(cases, sizeof cases / sizeof *cases);
}

static void indented_lines_belong_to_the_line_above(void **state) {
    (void)state;
    static const Case cases[] = {
        {"[a]\nb = value\n  -continued\t \n", "a{b=value\n-continued;}"},
        {"[a]\nb = value\n  -c\n  -and c", "a{b=value\n-c\n-and c;}"},
        // What stands behind a continued line belongs to it: so does the AWS CLI read it.
        {"[a]\nb = v\n  -c # C\n\n[d]\ne = v\n  -c ; C\n", "a{b=v\n-c # C;}d{e=v\n-c ; C;}"},
        {"[a]\ns3 =\n  name = value\n", "a{s3=;s3.name=value;}"},
        {"[a]\ns3 =\n  name =\n", "a{s3=;s3.name=;}"},
        {"[a]\ns3 =\n   n = v\n    \n m = w\n", "a{s3=;s3.n=v;s3.m=w;}"},
        {"[services x]\ns3 =\n  a = b\nsts =\n  c = d\n", "services x{s3=;s3.a=b;sts=;sts.c=d;}"},
        {"[a]\nb = v\n\n \t\n  more\n", "a{b=v\nmore;}"},
        // Whole sections may be indented: what counts is more than the setting above.
        {"[a]\n  b = v\n  c = w\n  [d]\n  e = x\n", "a{b=v;c=w;}d{e=x;}"},
        {"[a]\n  b = v\n   more\n c = w\n  more\n", "a{b=v\nmore;c=w\nmore;}"},
        {"[a]\n  s3 =\n    b = v\n  c = w\n", "a{s3=;s3.b=v;c=w;}"},
        {"[a]\nb = v\n  [d]\n", "a{b=v\n[d];}"},
    };
    check(cases, sizeof cases / sizeof *cases);
}

static void what_is_malformed_has_its_line(void **state) {
    (void)state;
    static const Case cases[] = {
        {"bad=value\n[default]\n", "1: a setting before the first section"},
        {"[default]\n\nbad\n", "3: a line that is neither a section nor `key = value`"},
        {"[default \ngood=value", "1: `[` without `]`"},
        {"[]\n", "1: a section without a name"},
        {"[ ]\n", "1: a section without a name"},
        {"[default] ; hello\n=bad\n", "2: a setting without a name before the `=`"},
        {"[a]\ns3 =\n  bad\n", "3: a line of a nested block that is no `key = value`"},
        {"[a]\ns3 =\n  =bad\n", "3: a setting without a name before the `=`"},
        {"[a]\ns3 =\n  bad: x\n", "3: a line of a nested block that is no `key = value`"},
        {"[a]\nb = c\n[a]\n  -continued", "4: a line that is neither a section nor `key = value`"},
        {"  x = y\n", "1: a setting before the first section"},
        {"[a]\nb = \xff\n", "2: bytes that are not UTF-8"},
        {"\xc3[a]", "1: bytes that are not UTF-8"},
    };
    check(cases, sizeof cases / sizeof *cases);
    Arena a;
    arena_init(&a);
    assert_true(str_is(rendered(&a, STR("[a]\nb = \0c\n")), "2: a NUL byte"));
    arena_release(&a);
}

static void words_are_split_as_by_a_shell(void **state) {
    (void)state;
    static const struct {
        const char *line, *words; // joined by '|'; NULL: a quote is not closed
    } cases[] = {
        {"", ""},
        {"  \t\n ", ""},
        {"a", "a"},
        {" a  b\tc ", "a|b|c"},
        {"'a b' c", "a b|c"},
        {"\"a b\" c", "a b|c"},
        {"a'b c'd", "ab cd"},
        {"''", ""},
        {"a '' b", "a||b"},
        {"a\\ b", "a b"},
        {"\"a\\\"b\"", "a\"b"},
        {"\"a\\\\b\"", "a\\b"},
        {"\"a\\nb\"", "a\\nb"},
        {"\"a\\$b\"", "a\\$b"},
        {"'a\\'b", "a\\b"},
        {"\\'a", "'a"},
        {"a#b # c", "a#b|#|c"},
        {"$HOME `id` ; rm -rf *", "$HOME|`id`|;|rm|-rf|*"},
        {"'a", NULL},
        {"\"a", NULL},
        {"a\\", NULL},
        {"\"a\\", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        arena_init(&a);
        WordVec words;
        bool good = shlex_split(&a, str_of(cases[i].line), &words);
        assert_int_equal(good, cases[i].words != NULL);
        Buf b = buf_new(&a);
        for (uint32_t k = 0; good && k < words.n; k++)
            buf_printf(&b, "%s%.*s", k ? "|" : "", STR_ARG(words.at[k]));
        if (good && !str_is(buf_str(&b), cases[i].words))
            fail_msg("%s: %.*s", cases[i].line, STR_ARG(buf_str(&b)));
        arena_release(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(comments_are_left_out),
        cmocka_unit_test(indented_lines_belong_to_the_line_above),
        cmocka_unit_test(what_is_malformed_has_its_line),
        cmocka_unit_test(words_are_split_as_by_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
