// The git adapter, loaded as the program loads it: new repositories, templates of friends and foes,
// folders as they were. The repositories are made with git's plumbing, which makes what no one
// would.

#include "adapters/adapters.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Place {
    Arena arena;
    Str dir;
    const GitApi *git;
} Place;

// ---- A place for each test ----------------------------------------------------------------------

// Runs a script there; what it prints is given, without the line end.
static Str sh(Place *p, const char *script) {
    Str command = str_fmt(&p->arena, "cd '%.*s' && { set -e; %s\n}", STR_ARG(p->dir), script);
    FILE *from = popen(str_cstr(&p->arena, command), "r");
    char text[4096];
    assert_non_null(from);
    size_t n = fread(text, 1, sizeof text, from);
    if (pclose(from) != 0)
        fail_msg("the script failed: %s", script);
    return str_trim(str_dup(&p->arena, (Str){text, (uint32_t)n}));
}

static Str at(Place *p, const char *name) {
    return path_join(&p->arena, p->dir, str_of(name));
}

static int set_up(void **state) {
    char name[] = "/tmp/pluto-git-XXXXXX";
    Place *p = calloc(1, sizeof *p);
    Err err = {0};
    if (!p || !mkdtemp(name))
        return -1;
    p->dir = str_dup(&p->arena, str_of(name));
    // No one's settings, so that these tests mean the same everywhere.
    setenv("HOME", name, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z", 1);
    setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("EMAIL");
    p->git = adapters_git(&p->arena, &err);
    if (!p->git)
        fail_msg("%s (%s)", err.message, err.hint);
    sh(p, "git config --global user.name Ada && git config --global user.email ada@example.com && "
          "git config --global init.defaultBranch main");
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    Place *p = *state;
    sh(p, "rm -rf \"$PWD\"");
    arena_release(&p->arena);
    free(p);
    return 0;
}

static bool exists(Place *p, const char *name) {
    struct stat st;
    return lstat(str_cstr(&p->arena, at(p, name)), &st) == 0;
}

static void expect_err(const Err *err, const char *words) {
    if (!str_contains(str_of(err->message), words) && !str_contains(str_of(err->hint), words))
        fail_msg("`%s` (%s) should say: %s", err->message, err->hint, words);
}

// ---- New repositories ---------------------------------------------------------------------------

static const char NEW[] = "mkdir -p new/src && echo x >new/src/a.ts && echo secret >new/b && "
                          "echo b >new/.gitignore";

static bool start_new(Place *p, Err *err) {
    bool made = false;
    if (!p->git->start(&p->arena, at(p, "new"), STR("Begin"), &made, err))
        return false;
    assert_true(made);
    return true;
}

static void expect_start(Place *p) {
    Err err = {0};
    if (!start_new(p, &err))
        fail_msg("%s", err.message);
}

static void a_project_starts_with_one_commit(void **state) {
    Place *p = *state;
    sh(p, NEW);
    expect_start(p);
    assert_string_equal(str_cstr(&p->arena, sh(p, "git -C new log --format='%an <%ae> %s' main")),
                        "Ada <ada@example.com> Begin");
    assert_string_equal(str_cstr(&p->arena, sh(p, "git -C new ls-tree -r --name-only HEAD")),
                        ".gitignore\nsrc/a.ts");
    assert_string_equal(str_cstr(&p->arena, sh(p, "git -C new status --porcelain")), "");
    sh(p, "git -C new fsck --strict 2>&1");
}

static void without_an_identity_it_is_plutos(void **state) {
    Place *p = *state;
    sh(p, NEW);
    sh(p, "git config --global --unset user.email");
    expect_start(p);
    assert_string_equal(str_cstr(&p->arena, sh(p, "git -C new log --format='%an <%ae>|%cn'")),
                        "pluto <pluto@localhost>|pluto");
}

static void the_environment_names_the_author_first(void **state) {
    Place *p = *state;
    sh(p, NEW);
    setenv("GIT_AUTHOR_NAME", "Grace", 1);
    setenv("GIT_AUTHOR_EMAIL", "grace@example.com", 1);
    expect_start(p);
    unsetenv("GIT_AUTHOR_NAME");
    unsetenv("GIT_AUTHOR_EMAIL");
    assert_string_equal(str_cstr(&p->arena, sh(p, "git -C new log --format='%an <%ae>|%cn'")),
                        "Grace <grace@example.com>|Ada");
}

static void the_branch_is_as_the_user_wants_it(void **state) {
    Place *p = *state;
    sh(p, NEW);
    sh(p, "git config --global init.defaultBranch trunk");
    expect_start(p);
    assert_true(str_is(sh(p, "git -C new symbolic-ref HEAD"), "refs/heads/trunk"));
    sh(p, "rm -rf new/.git && git config --global init.defaultBranch a..b");
    expect_start(p);
    assert_true(str_is(sh(p, "git -C new symbolic-ref HEAD"), "refs/heads/main"));
}

static void hooks_of_the_users_template_do_not_come_along(void **state) {
    Place *p = *state;
    sh(p, NEW);
    sh(p, "mkdir -p tpl/hooks && printf '#!/bin/sh\\ntouch %s/ran\\n' \"$PWD\" | "
          "tee tpl/hooks/post-commit tpl/hooks/pre-commit >tpl/hooks/post-checkout && "
          "chmod +x tpl/hooks/* && git config --global init.templateDir \"$PWD/tpl\" && "
          "git config --global core.hooksPath \"$PWD/tpl/hooks\" && "
          "git config --global core.fsmonitor \"touch $PWD/ran\"");
    expect_start(p);
    assert_false(exists(p, "ran"));
    assert_false(exists(p, "new/.git/hooks/post-commit"));
}

static void a_work_tree_above_is_left_alone(void **state) {
    Place *p = *state;
    bool made = true;
    Err err = {0};
    sh(p, "git init -q outer && mkdir -p outer/new/src");
    assert_true(p->git->start(&p->arena, at(p, "outer/new"), STR("Begin"), &made, &err));
    assert_false(made);
    assert_false(exists(p, "outer/new/.git"));
    sh(p, "mkdir -p odd/.git && echo keep >odd/.git/x");
    assert_true(p->git->start(&p->arena, at(p, "odd"), STR("Begin"), &made, &err));
    assert_false(made);
    assert_true(exists(p, "odd/.git/x"));
}

static void nothing_is_left_where_the_commit_fails(void **state) {
    Place *p = *state;
    Err err = {0};
    sh(p, NEW);
    sh(p, "printf 'a\\r\\nb\\n' >new/mixed.ts && git config --global core.autocrlf input && "
          "git config --global core.safecrlf true");
    assert_false(start_new(p, &err));
    expect_err(&err, "cannot make the first commit");
    assert_false(exists(p, "new/.git"));
    assert_true(exists(p, "new/src/a.ts"));
}

// ---- Templates ----------------------------------------------------------------------------------

static const char FRIEND[] =
    "git init -q r && cd r && mkdir -p sub/src && echo 1 >z.txt && echo 2 >sub/src/b.ts && "
    "echo 3 >sub/run.sh && chmod +x sub/run.sh && git add . && git commit -qm one && "
    "git tag -a v1 -m v1 && echo 22 >sub/src/b.ts && git commit -qam two && "
    "git checkout -q -b next && echo 4 >sub/new && git add . && git commit -qm three && "
    "git checkout -q main";

static Str template_of(Place *p, const char *source, Err *err) {
    GitFileVec files;
    Buf b = buf_new(&p->arena);
    if (!p->git->template_files(&p->arena, str_cat(&p->arena, at(p, "r"), str_of(source)), &files,
                                err))
        return STR_EMPTY;
    for (uint32_t i = 0; i < files.n; i++) {
        Str text = str_trim(files.at[i].content);
        buf_printf(&b, "%.*s=%.*s%s ", STR_ARG(files.at[i].path), STR_ARG(text),
                   files.at[i].executable ? "*" : "");
    }
    return str_trim(buf_str(&b));
}

static void a_template_is_what_a_tree_holds(void **state) {
    Place *p = *state;
    Str commit;
    sh(p, FRIEND);
    commit = sh(p, "git -C r rev-parse main~1");
    const char *by_commit = str_cstr(&p->arena, str_fmt(&p->arena, "#%.*s:sub", 12, commit.p));
    const struct {
        const char *source, *files;
    } cases[] = {
        {"", "sub/run.sh=3* sub/src/b.ts=22 z.txt=1"},
        {":sub", "run.sh=3* src/b.ts=22"},
        {"#v1:sub/src", "b.ts=2"},
        {"#next:sub", "new=4 run.sh=3* src/b.ts=22"},
        {by_commit, "run.sh=3* src/b.ts=2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = {0};
        Str got = template_of(p, cases[i].source, &err);
        if (!str_is(got, cases[i].files))
            fail_msg("%s: `%.*s` %s", cases[i].source, STR_ARG(got), err.message);
    }
}

// Makes refs/heads/main of a commit with the tree that `$tree` names.
#define COMMIT "; git update-ref refs/heads/main $(git commit-tree -m x $tree)"
#define BLOB "git init -q r; cd r; b=$(echo x | git hash-object -w --stdin); "

static void hostile_templates_are_refused(void **state) {
    static const struct {
        const char *name, *script, *why;
    } cases[] = {
        {"link",
         BLOB "git update-index --add --cacheinfo 120000,$b,src; tree=$(git write-tree)" COMMIT,
         "symbolic link"},
        {"submodule",
         BLOB "git update-index --add --cacheinfo "
              "160000,1234567890123456789012345678901234567890,dep; tree=$(git write-tree)" COMMIT,
         "`dep`: it is a submodule"},
        {"dots", BLOB "tree=$(printf '100644 blob %s\\t..\\n' $b | git mktree)" COMMIT,
         "leads out"},
        {"dots as folder",
         BLOB "t=$(printf '100644 blob %s\\tpasswd\\n' $b | git mktree); "
              "tree=$(printf '040000 tree %s\\t..\\n' $t | git mktree)" COMMIT,
         "leads out"},
        {"git folder",
         BLOB "t=$(printf '100755 blob %s\\tx\\n' $b | git mktree); "
              "t=$(printf '040000 tree %s\\thooks\\n' $t | git mktree); "
              "tree=$(printf '040000 tree %s\\t.git\\n' $t | git mktree)" COMMIT,
         "taken for `.git`"},
        {"git in capitals",
         BLOB "t=$(printf '100755 blob %s\\tconfig\\n' $b | git mktree); "
              "tree=$(printf '040000 tree %s\\t.GIT\\n' $t | git mktree)" COMMIT,
         "taken for `.git`"},
        {"slash in a name",
         BLOB "tree=$({ printf '100644 ../../x\\0'; printf $b | sed 's/../\\\\x&/g' | "
              "xargs -0 printf '%b'; } | git hash-object -w -t tree --stdin --literally)" COMMIT,
         "slash"},
        {"case",
         BLOB "tree=$(printf '100644 blob %s\\tReadMe\\n100644 blob %s\\treadme\\n' $b $b | "
              "git mktree)" COMMIT,
         "differ by the case"},
        {"escape sequence",
         BLOB "tree=$(printf '100644 blob %s\\t\"a\\\\033[2Jb\"\\n' $b | git mktree)" COMMIT,
         "not seen"},
        {"large",
         "git init -q r; cd r; head -c 17000000 /dev/zero >big; git add big; git commit -qm x",
         "too large"},
        {"many",
         BLOB "tree=$(i=0; while [ $i -lt 3000 ]; do printf '100644 blob %s\\tf%s\\n' $b $i; "
              "i=$((i+1)); done | git mktree)" COMMIT,
         "too large"},
        {"a bomb of trees",
         BLOB "t=$(printf '100644 blob %s\\tx\\n' $b | git mktree); i=0; while [ $i -lt 20 ]; do "
              "t=$(for n in a b c d e f g h; do printf '040000 tree %s\\t%s\\n' $t $n; done | "
              "git mktree); i=$((i+1)); done; tree=$t" COMMIT,
         "too large"},
        {"deep",
         BLOB
         "t=$(printf '100644 blob %s\\tx\\n' $b | git mktree); i=0; while [ $i -lt 30 ]; do "
         "t=$(printf '040000 tree %s\\ta\\n' $t | git mktree); i=$((i+1)); done; tree=$t" COMMIT,
         "too deep"},
        {"empty", "git init -q r; cd r; tree=$(git mktree </dev/null)" COMMIT, "no files"},
        {"no commit", "git init -q r", "has no commit"},
        {"no repository", "mkdir r", "as a repository"},
    };
    Place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = {0};
        sh(p, cases[i].script);
        Str got = template_of(p, "", &err);
        if (!err.message[0])
            fail_msg("%s is taken: %.*s", cases[i].name, STR_ARG(got));
        if (!str_contains(str_of(err.message), cases[i].why))
            fail_msg("%s: %s, wanted: %s", cases[i].name, err.message, cases[i].why);
        sh(p, "rm -rf r");
    }
}

static void wrong_places_in_a_template_are_said(void **state) {
    static const struct {
        const char *source, *why;
    } cases[] = {
        {"#none", "no branch, tag or commit `none`"},
        {"#0123456789", "no branch, tag or commit `0123456789`"},
        {":none", "no folder `none`"},
        {":z.txt", "no folder `z.txt`"},
        {"#v1:sub/../..", "leads out"},
    };
    Place *p = *state;
    sh(p, FRIEND);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = {0};
        template_of(p, cases[i].source, &err);
        expect_err(&err, cases[i].why);
    }
}

static void settings_of_a_template_run_nothing(void **state) {
    Place *p = *state;
    Err err = {0};
    sh(p, FRIEND);
    sh(p, "cd r; for k in core.fsmonitor core.sshCommand core.pager core.editor "
          "uploadpack.packObjectsHook core.gitProxy credential.helper; do "
          "git config $k \"touch $PWD/../ran\"; done; git config filter.x.smudge \"touch "
          "$PWD/../ran\"; "
          "git config filter.x.clean \"touch $PWD/../ran\"; echo '*.ts filter=x' "
          ">.git/info/attributes; "
          "for h in post-checkout pre-commit post-index-change reference-transaction; do "
          "printf '#!/bin/sh\\ntouch %s/../ran\\n' \"$PWD\" >.git/hooks/$h; chmod +x "
          ".git/hooks/$h; done; "
          "git config protocol.ext.allow always; git config url.ext::sh.insteadOf \"$PWD\"");
    assert_true(str_is(template_of(p, ":sub/src", &err), "b.ts=22"));
    assert_false(exists(p, "ran"));
}

// ---- A folder as it was -------------------------------------------------------------------------

static const char PAST[] =
    "git init -q r && cd r && mkdir -p app/src other && echo old >app/src/a.ts && "
    "echo gone >app/src/gone.ts && echo o >other/o.ts && ln -s a.ts app/src/link.ts && "
    "echo node_modules >.gitignore && git add . && git commit -qm one && echo new >app/src/a.ts && "
    "rm app/src/gone.ts && echo fresh >app/src/fresh.ts && git add . && git commit -qm two && "
    "mkdir -p app/node_modules/x && echo m >app/node_modules/x/i.js && echo dirty >app/src/a.ts && "
    "mkdir later && echo l >later/l.ts && echo out >../outside.txt";

static Host *past(Place *p, const char *revision) {
    Err err = {0};
    Str name;
    Host *h =
        p->git->host_at(&p->arena, host_posix(), at(p, "r/app"), str_of(revision), &name, &err);
    if (!h)
        fail_msg("%s", err.message);
    assert_true(name.n >= 7 && name.n < 40);
    return h;
}

static void expect_file(Place *p, Host *h, const char *name, const char *wanted) {
    Err err = {0};
    Str text = STR_EMPTY;
    bool good = h->read_file(h, &p->arena, at(p, name), 1000, &text, &err);
    Str got = good ? str_trim(text) : str_of(err.message);
    if (!str_contains(got, wanted))
        fail_msg("%s: `%.*s`, wanted `%s`", name, STR_ARG(got), wanted);
}

static void a_host_shows_what_was(void **state) {
    Place *p = *state;
    sh(p, PAST);
    Host *h = past(p, "HEAD~1");
    expect_file(p, h, "r/app/src/a.ts", "old");
    expect_file(p, h, "r/app/src/gone.ts", "gone");
    expect_file(p, h, "r/other/o.ts", "o");
    expect_file(p, h, "r/app/src/fresh.ts", "does not have it");
    expect_file(p, h, "r/app/node_modules/x/i.js", "does not have it");
    expect_file(p, h, "r/.git/HEAD", "does not have it");
    expect_file(p, h, "r/app/src/link.ts", "a link or a submodule");
    expect_file(p, h, "r/app/src", "a folder");
    expect_file(p, h, "outside.txt", "out");
    assert_int_equal(h->type(h, at(p, "r/app/src")), HOST_DIR);
    assert_int_equal(h->type(h, at(p, "r")), HOST_DIR);
    assert_int_equal(h->type(h, at(p, "r/app/src/gone.ts")), HOST_FILE);
    assert_int_equal(h->type(h, at(p, "r/app/src/fresh.ts")), HOST_NONE);
    assert_int_equal(h->type(h, at(p, "r/app/src/link.ts")), HOST_OTHER);
    assert_int_equal(h->type(h, at(p, "r/app/node_modules")), HOST_NONE);
    assert_int_equal(h->type(h, at(p, "outside.txt")), HOST_FILE);
    p->git->host_close(h);
    h = past(p, "main");
    expect_file(p, h, "r/app/src/a.ts", "new");
    p->git->host_close(h);
}

static void a_host_lists_and_follows_paths(void **state) {
    Place *p = *state;
    Str *names, real;
    size_t count;
    sh(p, PAST);
    sh(p, "ln -s r/app way");
    Host *h = past(p, "HEAD~1");
    assert_true(h->list(h, &p->arena, at(p, "r/app/src"), &names, &count));
    assert_int_equal(count, 3);
    assert_true(str_is(names[0], "a.ts") && str_is(names[1], "gone.ts") &&
                str_is(names[2], "link.ts"));
    assert_false(h->list(h, &p->arena, at(p, "r/later"), &names, &count));
    // By a link outside of the repository, even to what is gone since.
    expect_file(p, h, "way/src/gone.ts", "gone");
    assert_true(h->real_path(h, &p->arena, at(p, "way/src/gone.ts"), &real));
    assert_true(str_eq(real, at(p, "r/app/src/gone.ts")));
    assert_false(h->real_path(h, &p->arena, at(p, "r/app/src/fresh.ts"), &real));
    p->git->host_close(h);
}

static void a_host_only_reads(void **state) {
    Place *p = *state;
    Err err = {0};
    Str text, value;
    sh(p, PAST);
    Host *h = past(p, "HEAD");
    assert_false(h->write_file(h, at(p, "r/app/x"), STR("x"), &err));
    expect_err(&err, "cannot write");
    assert_false(h->read_file(h, &p->arena, at(p, "r/app/src/a.ts"), 2, &text, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    const char nul[] = "/tmp/a\0b";
    assert_int_equal(h->type(h, (Str){nul, sizeof nul - 1}), HOST_NONE);
    assert_true(h->env(h, &p->arena, STR("HOME"), &value) && str_eq(value, p->dir));
    p->git->host_close(h);
}

static void what_cannot_be_gone_back_to_is_said(void **state) {
    static const struct {
        const char *folder, *revision, *why;
    } cases[] = {
        {"r/app", "nonsense", "`nonsense` is no commit"},
        {"r/app", "HEAD~9", "`HEAD~9` is no commit"},
        {"r/app", "HEAD:app", "is no commit"},
        {"r/app", "", "is no commit"},
        {"r/later", "HEAD", "is not in"},
        {"r/none", "HEAD", "is not there"},
        {"", "HEAD", "is in no git repository"},
    };
    Place *p = *state;
    sh(p, PAST);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = {0};
        Str name;
        assert_null(p->git->host_at(&p->arena, host_posix(), at(p, cases[i].folder),
                                    str_of(cases[i].revision), &name, &err));
        expect_err(&err, cases[i].why);
    }
}

typedef struct Reader {
    Host *host;
    Str path;
    unsigned good;
} Reader;

static void *read_often(void *state) {
    Reader *r = state;
    Arena a;
    arena_init(&a);
    for (int i = 0; i < 300; i++) {
        Str text;
        Err err = {0};
        r->good += r->host->type(r->host, r->path) == HOST_FILE &&
                   r->host->read_file(r->host, &a, r->path, 100, &text, &err) &&
                   str_is(text, "old\n");
    }
    arena_release(&a);
    return NULL;
}

static void threads_read_side_by_side(void **state) {
    enum { READERS = 4 };
    Place *p = *state;
    pthread_t threads[READERS];
    Reader readers[READERS];
    sh(p, PAST);
    Host *h = past(p, "HEAD~1");
    for (int i = 0; i < READERS; i++) {
        readers[i] = (Reader){h, at(p, "r/app/src/a.ts"), 0};
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &readers[i]), 0);
    }
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].good, 300);
    }
    p->git->host_close(h);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_project_starts_with_one_commit),
        IN_PLACE(without_an_identity_it_is_plutos),
        IN_PLACE(the_environment_names_the_author_first),
        IN_PLACE(the_branch_is_as_the_user_wants_it),
        IN_PLACE(hooks_of_the_users_template_do_not_come_along),
        IN_PLACE(a_work_tree_above_is_left_alone),
        IN_PLACE(nothing_is_left_where_the_commit_fails),
        IN_PLACE(a_template_is_what_a_tree_holds),
        IN_PLACE(hostile_templates_are_refused),
        IN_PLACE(wrong_places_in_a_template_are_said),
        IN_PLACE(settings_of_a_template_run_nothing),
        IN_PLACE(a_host_shows_what_was),
        IN_PLACE(a_host_lists_and_follows_paths),
        IN_PLACE(a_host_only_reads),
        IN_PLACE(what_cannot_be_gone_back_to_is_said),
        IN_PLACE(threads_read_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
