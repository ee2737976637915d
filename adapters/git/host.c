// A Host that shows a folder as it was at a revision. In: a repository's objects. Out: files,
// folders and names, as if that revision were checked out.
//
// Invariant: below the work tree only the revision counts, what lies on the disk there is not
// looked at (so what git ignores is not there); everything else is asked of the host below. Links
// and submodules are neither files nor folders. One lock guards all of libgit2: the compiler reads
// from several threads.

#include "adapters/git/git.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct GitHost {
    Host host; // first: what the compiler holds is this
    Host *base;
    Str workdir; // absolute, without links
    Str here;    // the current folder, for paths that are relative
    Str name;
    git_repository *repo;
    git_tree *tree;
    pthread_mutex_t lock;
} GitHost;

// ---- Paths --------------------------------------------------------------------------------------

// The path without links where something of it is on the disk: a file that is gone since has a
// folder that may be there.
static Str path_real(GitHost *g, Arena *a, Str path) {
    Str rest = STR_EMPTY, real;
    for (Str at = path; at.n > 1; at = path_dir(at)) {
        if (g->base->real_path(g->base, a, at, &real))
            return rest.n ? path_join(a, real, rest) : real;
        rest = rest.n ? path_join(a, path_base(at), rest) : path_base(at);
    }
    return path;
}

// The path within the revision, empty for its root; false where it lies elsewhere.
static bool inside(GitHost *g, Arena *a, Str path, Str *out) {
    // Where there is nothing or a NUL in it, the host below knows what to say.
    if (path.n == 0 || memchr(path.p, 0, path.n))
        return false;
    Str full = path_join(a, g->here, path);
    if (!path_is_under(full, g->workdir)) {
        full = path_real(g, a, full);
        if (!path_is_under(full, g->workdir))
            return false;
    }
    *out = str_eq(full, g->workdir) ? STR_EMPTY : path_relative(a, full, g->workdir);
    return true;
}

// ---- Objects, with the lock held ----------------------------------------------------------------

static HostType mode_type(git_filemode_t mode) {
    switch (mode) {
    case GIT_FILEMODE_TREE:
        return HOST_DIR;
    case GIT_FILEMODE_BLOB:
    case GIT_FILEMODE_BLOB_EXECUTABLE:
        return HOST_FILE;
    case GIT_FILEMODE_LINK:
    case GIT_FILEMODE_COMMIT:
        return HOST_OTHER;
    case GIT_FILEMODE_UNREADABLE:
        break;
    }
    return HOST_NONE;
}

static HostType type_in(GitHost *g, Arena *a, Str rel, git_oid *id) {
    if (rel.n == 0) {
        *id = *git_tree_id(g->tree);
        return HOST_DIR;
    }
    git_tree_entry *entry = NULL;
    if (git_tree_entry_bypath(&entry, g->tree, str_cstr(a, rel)) != 0)
        return HOST_NONE;
    HostType type = mode_type(git_tree_entry_filemode(entry));
    *id = *git_tree_entry_id(entry);
    git_tree_entry_free(entry);
    return type;
}

// The size is asked first, so that a large file is never read.
static bool blob_read(GitHost *g, Arena *a, Str path, const git_oid *id, size_t max, Str *out,
                      Err *err) {
    git_odb *odb = NULL;
    git_blob *blob = NULL;
    git_object_t type;
    size_t size = 0;
    bool good = false;
    if (max > UINT32_MAX - 1)
        max = UINT32_MAX - 1;
    if (git_repository_odb(&odb, g->repo) != 0 || git_odb_read_header(&size, &type, odb, id) != 0)
        git_fail(err, "read `%.*s` at %.*s", STR_ARG(path), STR_ARG(g->name));
    else if (size > max)
        err_set(err, ERR_TOO_LARGE,
                "cannot read `%.*s`: it has %zu bytes at %.*s, and at most %zu are read",
                STR_ARG(path), size, STR_ARG(g->name), max);
    else if (git_blob_lookup(&blob, g->repo, id) != 0)
        git_fail(err, "read `%.*s` at %.*s", STR_ARG(path), STR_ARG(g->name));
    else
        good = true;
    if (good) {
        uint32_t n = (uint32_t)git_blob_rawsize(blob);
        *out = (Str){arena_copy(a, git_blob_rawcontent(blob), n), n};
    }
    git_blob_free(blob);
    git_odb_free(odb);
    return good;
}

static int compare_names(const void *x, const void *y) {
    return str_cmp(*(const Str *)x, *(const Str *)y);
}

static bool tree_list(GitHost *g, Arena *a, const git_oid *id, Str **names, size_t *count) {
    git_tree *tree = NULL;
    if (git_tree_lookup(&tree, g->repo, id) != 0)
        return false;
    size_t n = git_tree_entrycount(tree);
    *names = arena_array(a, Str, n);
    for (size_t i = 0; i < n; i++)
        (*names)[i] = str_dup(a, str_of(git_tree_entry_name(git_tree_entry_byindex(tree, i))));
    git_tree_free(tree);
    // A tree sorts folders as if their names ended in a slash; a Host sorts by bytes.
    if (n)
        qsort(*names, n, sizeof **names, compare_names);
    *count = n < HOST_LIST_MAX ? n : HOST_LIST_MAX;
    return true;
}

// ---- Host ---------------------------------------------------------------------------------------

static bool read_file(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err) {
    GitHost *g = (GitHost *)h;
    Str rel;
    git_oid id;
    if (!inside(g, a, path, &rel))
        return g->base->read_file(g->base, a, path, max, out, err);
    pthread_mutex_lock(&g->lock);
    HostType type = type_in(g, a, rel, &id);
    bool good = type == HOST_FILE && blob_read(g, a, path, &id, max, out, err);
    pthread_mutex_unlock(&g->lock);
    if (type == HOST_NONE)
        return err_set(err, ERR_NOT_FOUND, "cannot read `%.*s`: %.*s does not have it",
                       STR_ARG(path), STR_ARG(g->name));
    if (type != HOST_FILE)
        return err_set(err, ERR_NOT_REGULAR, "cannot read `%.*s`: at %.*s it is %s", STR_ARG(path),
                       STR_ARG(g->name), type == HOST_DIR ? "a folder" : "a link or a submodule");
    return good;
}

static bool write_file(Host *h, Str path, Str content, Err *err) {
    const GitHost *g = (const GitHost *)h;
    (void)content;
    return err_set(err, ERR_ACCESS, "cannot write `%.*s`: what is read is %.*s, which is past",
                   STR_ARG(path), STR_ARG(g->name));
}

static HostType type(Host *h, Str path) {
    GitHost *g = (GitHost *)h;
    Arena a;
    arena_init(&a);
    Str rel;
    git_oid id;
    HostType found;
    if (inside(g, &a, path, &rel)) {
        pthread_mutex_lock(&g->lock);
        found = type_in(g, &a, rel, &id);
        pthread_mutex_unlock(&g->lock);
    } else {
        found = g->base->type(g->base, path);
    }
    arena_release(&a);
    return found;
}

static bool real_path(Host *h, Arena *a, Str path, Str *out) {
    GitHost *g = (GitHost *)h;
    Str rel;
    if (!inside(g, a, path, &rel))
        return g->base->real_path(g->base, a, path, out);
    if (type(h, path) == HOST_NONE)
        return false;
    *out = rel.n ? path_join(a, g->workdir, rel) : g->workdir;
    return true;
}

static bool list(Host *h, Arena *a, Str path, Str **names, size_t *count) {
    GitHost *g = (GitHost *)h;
    Str rel;
    git_oid id;
    if (!inside(g, a, path, &rel))
        return g->base->list(g->base, a, path, names, count);
    pthread_mutex_lock(&g->lock);
    bool good = type_in(g, a, rel, &id) == HOST_DIR && tree_list(g, a, &id, names, count);
    pthread_mutex_unlock(&g->lock);
    return good;
}

static bool env(Host *h, Arena *a, Str name, Str *out) {
    GitHost *g = (GitHost *)h;
    return g->base->env(g->base, a, name, out);
}

// ---- Opening ------------------------------------------------------------------------------------

static bool repository_open(GitHost *g, Arena *a, Str folder, Err *err) {
    int error = git_repository_open_ext(&g->repo, str_cstr(a, folder), 0, NULL);
    if (error == GIT_ENOTFOUND) {
        err_set(err, ERR_NOT_FOUND, "`%.*s` is in no git repository", STR_ARG(folder));
        err_hint(err, "a revision can be given in a repository only; an arch.json always");
        return false;
    }
    if (error != 0) {
        git_fail(err, "read the repository of `%.*s`", STR_ARG(folder));
        if (error == GIT_EOWNER)
            err_hint(err, "it belongs to somebody else; git's setting `safe.directory` allows it");
        return false;
    }
    const char *workdir = git_repository_workdir(g->repo);
    if (!workdir)
        return err_set(err, ERR_NOT_FOUND, "the repository of `%.*s` has no work tree",
                       STR_ARG(folder));
    if (!g->base->real_path(g->base, a, str_of(workdir), &g->workdir))
        return err_set(err, ERR_NOT_FOUND, "`%s` is not there", workdir);
    return true;
}

static bool revision_find(GitHost *g, Arena *a, Str revision, Err *err) {
    git_object *object = NULL, *commit = NULL, *tree = NULL;
    git_buf id = {0};
    int error = git_revparse_single(&object, g->repo, str_cstr(a, revision));
    bool good = error == 0 && git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0 &&
                git_object_short_id(&id, commit) == 0 &&
                git_object_peel(&tree, commit, GIT_OBJECT_TREE) == 0;
    if (good) {
        g->tree = (git_tree *)tree;
        g->name = str_dup(a, str_of(id.ptr));
    } else if (error == GIT_EAMBIGUOUS) {
        err_set(err, ERR_USAGE, "`%.*s` may be several commits", STR_ARG(revision));
        err_hint(err, "write more of its digits");
    } else {
        err_set(err, ERR_USAGE, "`%.*s` is no commit of this repository", STR_ARG(revision));
        err_hint(err, "`git log --oneline --all` lists commits; a clone may lack those of other "
                      "branches");
    }
    git_buf_dispose(&id);
    git_object_free(commit);
    git_object_free(object);
    return good;
}

static bool host_fill(GitHost *g, Arena *a, Str folder, Str revision, Err *err) {
    Str real;
    if (!g->base->real_path(g->base, a, STR("."), &g->here))
        g->here = STR("/");
    if (!g->base->real_path(g->base, a, folder, &real))
        return err_set(err, ERR_NOT_FOUND, "`%.*s` is not there", STR_ARG(folder));
    if (!repository_open(g, a, real, err) || !revision_find(g, a, revision, err))
        return false;
    if (type(&g->host, real) != HOST_NONE)
        return true;
    err_set(err, ERR_NOT_FOUND, "`%.*s` is not in %.*s", STR_ARG(folder), STR_ARG(g->name));
    err_hint(err, "it was added later, or is not committed yet");
    return false;
}

Host *host_at(Arena *a, Host *base, Str folder, Str revision, Str *name, Err *err) {
    if (git_libgit2_init() < 0) {
        git_fail(err, "start libgit2");
        return NULL;
    }
    GitHost *g = arena_new(a, GitHost);
    g->host = (Host){read_file, write_file, type, real_path, list, env};
    g->base = base;
    pthread_mutex_init(&g->lock, NULL);
    if (!host_fill(g, a, folder, revision, err)) {
        host_close(&g->host);
        return NULL;
    }
    *name = g->name;
    return &g->host;
}

void host_close(Host *host) {
    GitHost *g = (GitHost *)host;
    git_tree_free(g->tree);
    git_repository_free(g->repo);
    pthread_mutex_destroy(&g->lock);
    git_libgit2_shutdown();
}
