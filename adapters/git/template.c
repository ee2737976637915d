// The files of a template. In: where it comes from. Out: names and contents, read from the
// repository's objects.
//
// Invariant: nothing is checked out; what is given passed paths_name_wrong, is a file and no link,
// and stays within the limits, which are looked at before anything is read. The repository that
// was fetched is removed whatever happens.

#include "adapters/git/git.h"
#include "adapters/git/paths.h"
#include "adapters/git/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TREE_BYTES_MAX = 4 << 20 };

typedef struct Walk {
    Arena *a;
    git_repository *repo;
    git_odb *odb;
    GitFileVec *out;
    size_t bytes;
    uint32_t entries; // folders count too: a few trees can stand for endlessly many
} Walk;

static bool refuse(Err *err, ErrKind kind, Str path, const char *why) {
    return err_set(err, kind, "the template has `%.*s`: %s", STR_ARG(path), why);
}

static bool too_large(Err *err) {
    return err_set(err, ERR_TOO_LARGE,
                   "the template is too large: at most %d files with %d MB are taken",
                   TEMPLATE_FILES_MAX, TEMPLATE_BYTES_MAX >> 20);
}

// ---- Objects ------------------------------------------------------------------------------------

static bool size_of(Walk *w, const git_oid *id, size_t *size, Err *err) {
    git_object_t type;
    if (git_odb_read_header(size, &type, w->odb, id) != 0)
        return git_fail(err, "read the template's objects");
    return true;
}

static bool blob_take(Walk *w, Str path, const git_tree_entry *entry, Err *err) {
    size_t size;
    git_blob *blob = NULL;
    if (!size_of(w, git_tree_entry_id(entry), &size, err))
        return false;
    if (w->out->n == TEMPLATE_FILES_MAX || size > TEMPLATE_BYTES_MAX - w->bytes)
        return too_large(err);
    if (git_blob_lookup(&blob, w->repo, git_tree_entry_id(entry)) != 0)
        return git_fail(err, "read `%.*s` of the template", STR_ARG(path));
    uint32_t n = (uint32_t)git_blob_rawsize(blob);
    w->bytes += n;
    GitFile file = {path,
                    {arena_copy(w->a, git_blob_rawcontent(blob), n), n},
                    git_tree_entry_filemode(entry) == GIT_FILEMODE_BLOB_EXECUTABLE};
    vec_push(w->a, w->out, file);
    git_blob_free(blob);
    return true;
}

static int compare_strs(const void *x, const void *y) {
    return str_cmp(*(const Str *)x, *(const Str *)y);
}

// Two names that differ by letter case only: on some machines the second replaces the first.
static bool names_differ(Walk *w, git_tree *tree, Str prefix, Err *err) {
    size_t n = git_tree_entrycount(tree);
    Str *names = arena_array(w->a, Str, n);
    for (size_t i = 0; i < n; i++)
        names[i] = paths_folded(w->a, str_of(git_tree_entry_name(git_tree_entry_byindex(tree, i))));
    if (n)
        qsort(names, n, sizeof *names, compare_strs);
    for (size_t i = 1; i < n; i++)
        if (str_eq(names[i - 1], names[i]))
            return refuse(err, ERR_EXISTS, str_cat(w->a, prefix, names[i]),
                          "two names differ by the case of their letters only");
    return true;
}

static bool walk(Walk *w, const git_oid *id, Str prefix, unsigned depth, Err *err);

// NOLINTNEXTLINE(misc-no-recursion): bounded by walk's depth
static bool entry_take(Walk *w, const git_tree_entry *entry, Str prefix, unsigned depth, Err *err) {
    Str name = str_of(git_tree_entry_name(entry));
    Str path = str_cat(w->a, prefix, name);
    const char *wrong = paths_name_wrong(name);
    if (wrong)
        return refuse(err, ERR_ACCESS, path, wrong);
    if (++w->entries > TEMPLATE_FILES_MAX * 2)
        return too_large(err);
    switch (git_tree_entry_filemode(entry)) {
    case GIT_FILEMODE_TREE:
        return walk(w, git_tree_entry_id(entry), str_cat(w->a, path, STR("/")), depth + 1, err);
    case GIT_FILEMODE_BLOB:
    case GIT_FILEMODE_BLOB_EXECUTABLE:
        return blob_take(w, path, entry, err);
    case GIT_FILEMODE_LINK:
        return refuse(err, ERR_NOT_REGULAR, path, "it is a symbolic link");
    case GIT_FILEMODE_COMMIT:
        return refuse(err, ERR_NOT_REGULAR, path, "it is a submodule");
    case GIT_FILEMODE_UNREADABLE:
        break;
    }
    return refuse(err, ERR_NOT_REGULAR, path, "it is no file");
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by `depth`
static bool walk(Walk *w, const git_oid *id, Str prefix, unsigned depth, Err *err) {
    git_tree *tree = NULL;
    size_t size;
    if (depth > PATHS_DEPTH_MAX)
        return refuse(err, ERR_TOO_LARGE, prefix, "it lies too deep");
    if (!size_of(w, id, &size, err))
        return false;
    if (size > TREE_BYTES_MAX)
        return too_large(err);
    if (git_tree_lookup(&tree, w->repo, id) != 0)
        return git_fail(err, "read the folder `%.*s` of the template", STR_ARG(prefix));
    bool good = names_differ(w, tree, prefix, err);
    for (size_t i = 0; good && i < git_tree_entrycount(tree); i++)
        good = entry_take(w, git_tree_entry_byindex(tree, i), prefix, depth, err);
    git_tree_free(tree);
    return good;
}

// ---- References ---------------------------------------------------------------------------------

// A tag, a branch, a branch of where this was cloned from, then a commit; HEAD where none is named.
static bool ref_find(Arena *a, git_repository *repo, const Origin *o, git_object **out) {
    static const char *const prefixes[] = {"refs/tags/", "refs/heads/", "refs/remotes/origin/"};
    git_oid id;
    if ((o->type != ORIGIN_LOCAL && git_reference_name_to_id(&id, repo, FETCHED) == 0) ||
        (o->ref.n == 0 && git_reference_name_to_id(&id, repo, "HEAD") == 0))
        return git_object_lookup(out, repo, &id, GIT_OBJECT_ANY) == 0;
    for (size_t i = 0; o->ref.n && i < sizeof prefixes / sizeof *prefixes; i++)
        if (git_reference_name_to_id(&id, repo,
                                     str_cstr(a, str_cat(a, str_of(prefixes[i]), o->ref))) == 0)
            return git_object_lookup(out, repo, &id, GIT_OBJECT_ANY) == 0;
    return o->ref.n >= 7 && o->ref.n <= GIT_OID_HEXSZ &&
           git_oid_fromstrn(&id, o->ref.p, o->ref.n) == 0 &&
           git_object_lookup_prefix(out, repo, &id, o->ref.n, GIT_OBJECT_COMMIT) == 0;
}

// The tree of the folder that is meant.
static bool folder_find(Arena *a, git_repository *repo, const Origin *o, git_oid *id, Err *err) {
    git_object *object = NULL, *tree = NULL;
    git_tree_entry *entry = NULL;
    bool good =
        ref_find(a, repo, o, &object) && git_object_peel(&tree, object, GIT_OBJECT_TREE) == 0;
    if (!good && o->ref.n)
        err_set(err, ERR_NOT_FOUND, "`%.*s` has no branch, tag or commit `%.*s`", STR_ARG(o->url),
                STR_ARG(o->ref));
    else if (!good)
        err_set(err, ERR_NOT_FOUND, "`%.*s` has no commit", STR_ARG(o->url));
    else
        *id = *git_object_id(tree);
    if (good && o->folder.n) {
        good = git_tree_entry_bypath(&entry, (git_tree *)tree, str_cstr(a, o->folder)) == 0 &&
               git_tree_entry_type(entry) == GIT_OBJECT_TREE;
        if (good)
            *id = *git_tree_entry_id(entry);
        else
            err_set(err, ERR_NOT_FOUND, "`%.*s` has no folder `%.*s`", STR_ARG(o->url),
                    STR_ARG(o->folder));
    }
    git_tree_entry_free(entry);
    git_object_free(tree);
    git_object_free(object);
    return good;
}

// ---- Repositories -------------------------------------------------------------------------------

static bool read_from(Arena *a, const char *path, const Origin *o, GitFileVec *out, Err *err) {
    git_repository *repo = NULL;
    git_odb *odb = NULL;
    git_oid id;
    int error = git_repository_open_ext(&repo, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (error != 0) {
        git_fail(err, "read `%.*s` as a repository", STR_ARG(o->url));
        if (error == GIT_EOWNER)
            err_hint(err, "it belongs to somebody else; git's setting `safe.directory` allows it");
        return false;
    }
    bool good = git_repository_odb(&odb, repo) == 0 || git_fail(err, "read the template's objects");
    Walk w = {.a = a, .repo = repo, .odb = odb, .out = out};
    good = good && folder_find(a, repo, o, &id, err) && walk(&w, &id, STR_EMPTY, 1, err);
    if (good && out->n == 0)
        good = err_set(err, ERR_NOT_FOUND, "the template has no files");
    git_odb_free(odb);
    git_repository_free(repo);
    return good;
}

static bool read_fetched(Arena *a, const Origin *o, GitFileVec *out, Err *err) {
    const char *tmp = getenv("TMPDIR");
    Str parent = tmp && *tmp ? str_of(tmp) : STR("/tmp");
    char *folder = str_cstr(a, str_fmt(a, "%.*s/pluto-template-XXXXXX", STR_ARG(parent)));
    if (!mkdtemp(folder)) {
        err_set(err, ERR_IO, "cannot make a folder in `%.*s`: %s", STR_ARG(parent),
                strerror(errno));
        err_hint(err, "the environment variable TMPDIR may name another");
        return false;
    }
    const char *into = str_cstr(a, str_fmt(a, "%s/repository", folder));
    bool good = fetch(o, into, err) && read_from(a, into, o, out, err);
    folder_remove(folder);
    return good;
}

static int compare_files(const void *x, const void *y) {
    return str_cmp(((const GitFile *)x)->path, ((const GitFile *)y)->path);
}

bool template_files(Arena *a, Str source, GitFileVec *out, Err *err) {
    Origin origin;
    *out = (GitFileVec){0};
    if (!source_parse(a, source, &origin, err))
        return false;
    sigset_t before;
    signals_hold(&before);
    if (git_libgit2_init() < 0) {
        signals_release(&before);
        return git_fail(err, "start libgit2");
    }
    bool good = origin.type == ORIGIN_LOCAL
                    ? read_from(a, str_cstr(a, origin.url), &origin, out, err)
                    : read_fetched(a, &origin, out, err);
    git_libgit2_shutdown();
    signals_release(&before);
    if (good)
        qsort(out->at, out->n, sizeof *out->at, compare_files);
    return good;
}
