// Files of packages on the disk. In: paths below the output folder, contents. Out: files.
//
// Invariant: a file is there whole or not at all, with exactly the mode it was given, whatever the
// umask.

#include "adapters/pack/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool folders_make(Arena *a, Str path, Err *err) {
    char *p = str_cstr(a, path);
    for (char *at = p + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = 0;
        if (mkdir(p, 0777) != 0 && errno != EEXIST)
            return err_set(err, ERR_IO, "cannot make the folder `%s`: %s", p, strerror(errno));
        *at = '/';
    }
    return true;
}

static bool all_written(int fd, Str content) {
    while (content.n) {
        ssize_t n = write(fd, content.p, content.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        content = str_slice(content, (uint32_t)n, content.n);
    }
    return true;
}

bool place_write(Arena *a, Str path, Str content, bool executable, Err *err) {
    const char *name = str_cstr(a, path);
    const char *temporary = str_cstr(a, str_fmt(a, "%.*s.%ld~", STR_ARG(path), (long)getpid()));
    if (!folders_make(a, path, err))
        return false;
    unlink(temporary); // of a process that was killed and had this one's number
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot write `%s`: %s", name, strerror(errno));
    bool good = all_written(fd, content) && fchmod(fd, executable ? 0755 : 0644) == 0;
    int why = errno;
    if (close(fd) != 0 && good)
        good = false, why = errno;
    if (good && rename(temporary, name) != 0)
        good = false, why = errno;
    if (good)
        return true;
    unlink(temporary);
    return err_set(err, ERR_IO, "cannot write `%s`: %s", name, strerror(why));
}

// What lies below the same output folder already becomes what it is to be.
static bool place_move(Arena *a, Str from, Str path, Err *err) {
    const char *name = str_cstr(a, path), *staged = str_cstr(a, from);
    if (!folders_make(a, path, err))
        return false;
    if (chmod(staged, 0644) == 0 && rename(staged, name) == 0)
        return true;
    return err_set(err, ERR_IO, "cannot write `%s`: %s", name, strerror(errno));
}

static bool holds(const PackFileVec *files, Str path) {
    for (uint32_t i = 0; i < files->n; i++)
        if (str_eq(files->at[i].path, path))
            return true;
    return false;
}

// `libraries-0123456789abcdef.mjs`, and a source map that belongs to no bundle any more.
static bool is_left_over(Str name) {
    static const char start[] = "libraries-", end[] = ".mjs";
    enum { DIGITS = 16 };
    return str_is(name, "index.mjs.map") || (name.n == strlen(start) + DIGITS + strlen(end) &&
                                             str_starts(name, start) && str_ends(name, end));
}

static bool is_native(Str name) {
    return str_ends(name, ".node");
}

// The only files that come and go from one package to the next are these. Nothing else is ever
// removed: --out may name a folder that holds other people's files.
static void sweep(Arena *a, Str folder, Str below, bool (*ours)(Str), const PackFileVec *files) {
    Str at = path_join(a, folder, below);
    DIR *open = opendir(str_cstr(a, at));
    if (!open)
        return;
    for (struct dirent *entry; (entry = readdir(open));) {
        Str name = str_dup(a, str_of(entry->d_name));
        if (ours(name) && !holds(files, path_join(a, below, name)))
            unlink(str_cstr(a, path_join(a, at, name)));
    }
    closedir(open);
}

// The runtime is in each package and seldom another.
static bool is_there(Arena *a, Str path, const PackFile *f) {
    Host *host = host_posix();
    struct stat st;
    Err ignored = {0};
    Str content;
    return lstat(str_cstr(a, path), &st) == 0 && S_ISREG(st.st_mode) &&
           st.st_size == (off_t)f->content.n &&
           (st.st_mode & 0777) == (f->executable ? 0755u : 0644u) &&
           host->read_file(host, a, path, f->content.n + 1, &content, &ignored) &&
           str_eq(content, f->content);
}

bool place_folder(Arena *a, Str folder, const PackFileVec *files, Err *err) {
    sweep(a, folder, STR("native"), is_native, files);
    sweep(a, folder, STR_EMPTY, is_left_over, files);
    for (uint32_t i = 0; i < files->n; i++) {
        const PackFile *f = &files->at[i];
        if (!pack_path_safe(f->path))
            BUG("a package's file is called `%.*s`", STR_ARG(f->path));
        Str path = path_join(a, folder, f->path);
        bool good =
            f->kept || (f->staged.n ? place_move(a, f->staged, path, err)
                                    : is_there(a, path, f) ||
                                          place_write(a, path, f->content, f->executable, err));
        if (!good)
            return false;
    }
    return true;
}

// ---- Files that are to become others ------------------------------------------------------------

static void clear(Arena *a, Str path, unsigned depth) {
    const char *name = str_cstr(a, path);
    DIR *open = unlink(name) != 0 && depth ? opendir(name) : NULL;
    if (!open)
        return;
    for (struct dirent *entry; (entry = readdir(open));) {
        Str below = str_of(entry->d_name);
        if (!str_is(below, ".") && !str_is(below, ".."))
            clear(a, path_join(a, path, below), depth - 1);
    }
    closedir(open);
    rmdir(name);
}

void place_clear(Arena *a, Str staging) {
    enum { DEPTH = 4 }; // node24.x/0/native/one.node
    clear(a, staging, DEPTH);
}

// A build takes seconds: what has been there for an hour, somebody has left who was killed.
static void staging_sweep(Arena *a, Str cache) {
    enum { HOUR = 3600 };
    struct stat st;
    DIR *open = opendir(str_cstr(a, cache));
    if (!open)
        return;
    for (struct dirent *entry; (entry = readdir(open));) {
        Str path = path_join(a, cache, str_of(entry->d_name));
        if (str_starts(path_base(path), "staging.") && str_ends(path, "~") &&
            lstat(str_cstr(a, path), &st) == 0 && st.st_mtime < time(NULL) - HOUR)
            place_clear(a, path);
    }
    closedir(open);
}

bool place_staging(Arena *a, Str cache, Str *out, Err *err) {
    *out = str_fmt(a, "%.*s/staging.%ld~", STR_ARG(cache), (long)getpid());
    staging_sweep(a, cache);
    place_clear(a, *out); // of a process that was killed and had this one's number
    return folders_make(a, path_join(a, *out, STR("index.mjs")), err);
}
