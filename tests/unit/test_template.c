// Where templates come from and what their files may be called: tables of words and verdicts.

#include "adapters/git/paths.h"
#include "adapters/git/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct SourceCase {
    const char *text;
    OriginType type;
    const char *url, *ref, *folder;
} SourceCase;

static void sources_are_taken_apart(void **state) {
    static const SourceCase cases[] = {
        {"https://host/a/b", ORIGIN_HTTPS, "https://host/a/b", "", ""},
        {"https://host:8443/a", ORIGIN_HTTPS, "https://host:8443/a", "", ""},
        {"https://host:8443/a:sub/x/", ORIGIN_HTTPS, "https://host:8443/a", "", "sub/x"},
        {"https://host/a.git#v1", ORIGIN_HTTPS, "https://host/a.git", "v1", ""},
        {"https://host/a.git#feature/x:sub", ORIGIN_HTTPS, "https://host/a.git", "feature/x",
         "sub"},
        {"https://[::1]:8443/a:sub", ORIGIN_HTTPS, "https://[::1]:8443/a", "", "sub"},
        {"git@host:owner/a", ORIGIN_SSH, "git@host:owner/a", "", ""},
        {"git@host:owner/a:sub", ORIGIN_SSH, "git@host:owner/a", "", "sub"},
        {"git@host:owner/a#main:sub", ORIGIN_SSH, "git@host:owner/a", "main", "sub"},
        {"ssh://git@host:22/a", ORIGIN_SSH, "ssh://git@host:22/a", "", ""},
        {"git://host/a", ORIGIN_GIT, "git://host/a", "", ""},
        {"file:///srv/a%20b:sub", ORIGIN_LOCAL, "/srv/a b", "", "sub"},
        {"file://localhost/srv/a", ORIGIN_LOCAL, "/srv/a", "", ""},
        {"./a:sub", ORIGIN_LOCAL, "./a", "", "sub"},
        {"../a#main", ORIGIN_LOCAL, "../a", "main", ""},
        {"/srv/a#0123abc:x/y", ORIGIN_LOCAL, "/srv/a", "0123abc", "x/y"},
        {"a", ORIGIN_LOCAL, "a", "", ""},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const SourceCase *c = &cases[i];
        Origin o;
        Err err = {0};
        if (!source_parse(&a, str_of(c->text), &o, &err))
            fail_msg("%s: %s", c->text, err.message);
        if (o.type != c->type || !str_is(o.url, c->url) || !str_is(o.ref, c->ref) ||
            !str_is(o.folder, c->folder))
            fail_msg("%s: %d `%.*s` `%.*s` `%.*s`", c->text, (int)o.type, STR_ARG(o.url),
                     STR_ARG(o.ref), STR_ARG(o.folder));
    }
    arena_release(&a);
}

static void sources_that_are_not_safe_are_refused(void **state) {
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "it is empty"},
        {"http://host/a", "only https, ssh, git and file URLs"},
        {"ext::sh -c touch", "helpers of git are not run"},
        {"ext::https://host/a", "only https, ssh, git and file URLs"},
        {"fd::7", "helpers of git are not run"},
        {"ftp://host/a", "only https"},
        {"--upload-pack=touch", "could be an option"},
        {"-oProxyCommand=touch:a", "could be an option"},
        {"https://-oProxyCommand=touch/a", "could be an option"},
        {"ssh://-x@host/a", "could be an option"},
        {"https://user:secret@host/a", "must not carry"},
        {"https://token@host/a", "must not carry"},
        {"ssh://user:secret@host/a", "must not carry"},
        {"https:///a", "names no host"},
        {"https://ho st/a", "host is not written right"},
        {"https://host", "no repository"},
        {"https://host/", "no repository"},
        {"git@host:", "no repository"},
        {"file://other/srv/a", "cannot name another machine"},
        {"file:///a%00b", "not written right"},
        {"file:///a%2", "not written right"},
        {"https://host/a\nb", "control character"},
        {"https://host/a#", "must be named"},
        {"https://host/a#-x", "must be named"},
        {"https://host/a#a..b", "must be named"},
        {"https://host/a#a b", "must be named"},
        {"https://host/a#HEAD@{1}", "must be named"},
        {"https://host/a#main:../x", "leads out"},
        {"https://host/a#main:/etc", "a name is empty"},
        {"https://host/a:.GIT/x", "taken for `.git`"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Origin o;
        Err err = {0};
        if (source_parse(&a, str_of(cases[i].text), &o, &err))
            fail_msg("%s is taken", cases[i].text);
        if (err.kind != ERR_USAGE || !str_contains(str_of(err.message), cases[i].why))
            fail_msg("%s: %s, wanted: %s", cases[i].text, err.message, cases[i].why);
    }
    arena_release(&a);
}

static void names_that_mean_something_else_are_refused(void **state) {
    static const char *const wrong[] = {
        "",
        ".",
        "..",
        ".git",
        ".GIT",
        ".Git ",
        ".git.",
        ".git. . ",
        "git~1",
        "GIT~2",
        "gi7eba~1",
        ".git:x",
        "a/b",
        "a\\b",
        ".git::$DATA",
        ".g\xE2\x80\x8Cit",
        "a\x1B[2Jb",
        "a\xFF",
        "a\342\200\256b",
    };
    static const char *const right[] = {".gitignore", ".gitattributes", "a b",  "git", "git~10",
                                        "~",          "index.ts",       "...",  "a:b", "\xC3\xA4",
                                        ".github",    ".git-hooks",     "con~1"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!paths_name_wrong(str_of(wrong[i])))
            fail_msg("`%s` is taken", wrong[i]);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        if (paths_name_wrong(str_of(right[i])))
            fail_msg("`%s`: %s", right[i], paths_name_wrong(str_of(right[i])));
}

static void paths_end_at_their_depth(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    Buf b = buf_new(&a);
    buf_puts(&b, "x");
    for (int i = 1; i < PATHS_DEPTH_MAX; i++)
        buf_puts(&b, "/x");
    assert_null(paths_wrong(buf_str(&b)));
    buf_puts(&b, "/x");
    assert_non_null(paths_wrong(buf_str(&b)));
    assert_non_null(paths_wrong(STR("a//b")));
    assert_non_null(paths_wrong(STR("/a")));
    assert_non_null(paths_wrong(STR("a/")));
    assert_non_null(paths_wrong(STR("a/../b")));
    assert_true(str_is(paths_folded(&a, STR("ReadMe")), "readme"));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_taken_apart),
        cmocka_unit_test(sources_that_are_not_safe_are_refused),
        cmocka_unit_test(names_that_mean_something_else_are_refused),
        cmocka_unit_test(paths_end_at_their_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
