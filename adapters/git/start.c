// A new project as a repository with one commit. In: a folder with its files. Out: `.git` in it.
//
// Invariant: a repository that was there before, in the folder or above it, is left alone; where
// something fails, no `.git` stays behind. Hooks of the user's template folder are not copied.

#include "adapters/git/git.h"

#include <stdlib.h>
#include <sys/stat.h>

static const char *const DEFAULT_NAME = "pluto", *const DEFAULT_EMAIL = "pluto@localhost";
static const char *const DEFAULT_BRANCH = "main";

// The user's value of a setting, in the arena, or NULL.
static const char *setting(Arena *a, git_config *config, const char *name) {
    git_buf value = {0};
    if (git_config_get_string_buf(&value, config, name) != 0)
        return NULL;
    const char *text = value.ptr && *value.ptr ? str_cstr(a, str_of(value.ptr)) : NULL;
    git_buf_dispose(&value);
    return text;
}

// As git finds it: the environment first, then the settings.
static git_signature *person(Arena *a, git_config *config, const char *role) {
    const char *name = getenv(str_cstr(a, str_fmt(a, "GIT_%s_NAME", role)));
    const char *email = getenv(str_cstr(a, str_fmt(a, "GIT_%s_EMAIL", role)));
    if (!name || !*name)
        name = setting(a, config, "user.name");
    if (!email || !*email)
        email = setting(a, config, "user.email");
    git_signature *who = NULL;
    // Half an identity is none, and so is one of which git would keep nothing.
    if (name && email && git_signature_now(&who, name, email) == 0)
        return who;
    return git_signature_now(&who, DEFAULT_NAME, DEFAULT_EMAIL) == 0 ? who : NULL;
}

static bool commit_all(Arena *a, git_repository *repo, Str message, Err *err) {
    git_index *index = NULL;
    git_config *config = NULL;
    git_tree *tree = NULL;
    git_signature *author = NULL, *committer = NULL;
    git_oid tree_id, id;
    // Two users of the index at once are no case: the repository is seconds old.
    bool good = git_repository_index(&index, repo) == 0 &&
                git_index_add_all(index, NULL, GIT_INDEX_ADD_DEFAULT, NULL, NULL) == 0 &&
                git_index_write(index) == 0 && git_index_write_tree(&tree_id, index) == 0 &&
                git_tree_lookup(&tree, repo, &tree_id) == 0 &&
                git_repository_config_snapshot(&config, repo) == 0 &&
                (author = person(a, config, "AUTHOR")) != NULL &&
                (committer = person(a, config, "COMMITTER")) != NULL &&
                git_commit_create(&id, repo, "HEAD", author, committer, NULL, str_cstr(a, message),
                                  tree, 0, NULL) == 0;
    if (!good)
        git_fail(err, "make the first commit");
    git_signature_free(committer);
    git_signature_free(author);
    git_tree_free(tree);
    git_config_free(config);
    git_index_free(index);
    return good;
}

static const char *branch(Arena *a) {
    git_config *config = NULL;
    const char *name = NULL;
    int valid = 0;
    if (git_config_open_default(&config) == 0)
        name = setting(a, config, "init.defaultBranch");
    git_config_free(config);
    if (name && (git_branch_name_is_valid(&valid, name) != 0 || !valid))
        name = NULL;
    return name ? name : DEFAULT_BRANCH;
}

static bool make(Arena *a, Str folder, Str message, Err *err) {
    git_repository_init_options options;
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    // Without EXTERNAL_TEMPLATE libgit2 copies no one's hooks; NO_REINIT: there is none here.
    options.flags = GIT_REPOSITORY_INIT_NO_REINIT | GIT_REPOSITORY_INIT_MKDIR;
    options.initial_head = branch(a);
    git_repository *repo = NULL;
    const char *path = str_cstr(a, folder);
    bool good = git_repository_init_ext(&repo, path, &options) == 0;
    if (!good)
        git_fail(err, "make a repository of `%.*s`", STR_ARG(folder));
    else
        good = commit_all(a, repo, message, err);
    git_repository_free(repo);
    if (!good)
        folder_remove(str_cstr(a, path_join(a, folder, STR(".git"))));
    return good;
}

// True where git would take the folder for a part of a work tree, even one that it cannot read, or
// where something else is called `.git` there.
static bool is_taken(Arena *a, Str folder) {
    git_buf found = {0};
    struct stat st;
    if (lstat(str_cstr(a, path_join(a, folder, STR(".git"))), &st) == 0)
        return true;
    int error = git_repository_discover(&found, str_cstr(a, folder), 0, NULL);
    git_buf_dispose(&found);
    return error != GIT_ENOTFOUND;
}

bool start(Arena *a, Str folder, Str message, bool *made, Err *err) {
    *made = false;
    if (git_libgit2_init() < 0)
        return git_fail(err, "start libgit2");
    sigset_t before;
    signals_hold(&before);
    bool good = is_taken(a, folder);
    if (!good)
        good = *made = make(a, folder, message, err);
    git_libgit2_shutdown();
    signals_release(&before);
    return good;
}
