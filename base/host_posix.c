#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 // realpath
#endif
// The Host of a POSIX system. In: paths. Out: files, read whole or written whole.
//
// Invariant: nothing here blocks on what is not a regular file, however it got its name; a file
// that is being written is never seen half done, and nothing is left behind where writing fails.

#include "base/host.h"

#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_TRIES = 1000, PATH_SHOWN = 300 };

static ErrKind kind_of(int error) {
    static const struct {
        int error;
        ErrKind kind;
    } kinds[] = {
        {ENOENT, ERR_NOT_FOUND}, {ENOTDIR, ERR_NOT_FOUND},  {ELOOP, ERR_NOT_FOUND},
        {EACCES, ERR_ACCESS},    {EPERM, ERR_ACCESS},       {EROFS, ERR_ACCESS},
        {EEXIST, ERR_EXISTS},    {EISDIR, ERR_NOT_REGULAR}, {EFBIG, ERR_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].error == error)
            return kinds[i].kind;
    return ERR_IO;
}

// A path is cut where it would push the reason out of the message.
static Str shown(Str path) {
    uint32_t n = path.n < PATH_SHOWN ? path.n : PATH_SHOWN;
    while (n < path.n && n > 0 && ((unsigned char)path.p[n] & 0xC0) == 0x80)
        n--;
    return str_slice(path, 0, n);
}

static const char *dots(Str path) {
    return path.n > PATH_SHOWN ? "..." : "";
}

// "cannot read `x`: permission denied": the system's words in lower case, as all of pluto's.
static bool fail(Err *err, const char *verb, Str path, int error) {
    const char *words = strerror(error);
    char first = words[0];
    // "I/O error" and the like stay as they are.
    if (first >= 'A' && first <= 'Z' && words[1] >= 'a' && words[1] <= 'z')
        first = (char)(first - 'A' + 'a');
    return err_set(err, kind_of(error), "cannot %s `%.*s%s`: %c%s", verb, STR_ARG(shown(path)),
                   dots(path), first, words + 1);
}

// No errno says this: reading a folder fails late and a FIFO not at all.
static bool fail_type(Err *err, const char *verb, Str path, mode_t mode) {
    return err_set(err, ERR_NOT_REGULAR, "cannot %s `%.*s%s`: %s", verb, STR_ARG(shown(path)),
                   dots(path), S_ISDIR(mode) ? "it is a folder" : "it is not a regular file");
}

// The system would read such a path only up to the NUL and open another file.
static bool has_nul(Str path) {
    return path.n > 0 && memchr(path.p, '\0', path.n);
}

// A signal is no reason to fail.
static int open_retrying(const char *name, int flags, mode_t mode) {
    int fd;
    do
        fd = open(name, flags, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

static bool too_large(Err *err, Str path, uintmax_t size, size_t max) {
    return err_set(err, ERR_TOO_LARGE,
                   "cannot read `%.*s%s`: it has %ju bytes, and at most %zu are read",
                   STR_ARG(shown(path)), dots(path), size, max);
}

// Reads to the end of the file. Its size is a hint: it may grow meanwhile, and files of /proc have
// none.
static bool read_all(int fd, size_t hint, Arena *a, Str path, size_t max, Str *out, Err *err) {
    size_t cap = hint + 1, n = 0;
    char *p = arena_alloc(a, cap);
    for (;;) {
        if (n == cap) {
            p = arena_grow(a, p, cap, cap * 2 + 4096);
            cap = cap * 2 + 4096;
        }
        ssize_t got = read(fd, p + n, cap - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(err, "read", path, errno);
        if (got == 0)
            break;
        n += (size_t)got;
        if (n > max)
            return too_large(err, path, n, max);
    }
    *out = (Str){p, (uint32_t)n};
    return true;
}

static bool read_file(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err) {
    (void)h;
    if (has_nul(path))
        return fail(err, "read", path, ENOENT);
    const char *name = str_cstr(a, path);
    struct stat st;
    // Opening can have effects (a tape rewinds, a writer wakes up), so ask first. What was put
    // there in between is caught by O_NONBLOCK and the second look.
    if (stat(name, &st) != 0)
        return fail(err, "read", path, errno);
    if (!S_ISREG(st.st_mode))
        return fail_type(err, "read", path, st.st_mode);
    if (max > UINT32_MAX - 1)
        max = UINT32_MAX - 1;
    if (st.st_size > 0 && (uintmax_t)st.st_size > max)
        return too_large(err, path, (uintmax_t)st.st_size, max);
    int fd = open_retrying(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0);
    if (fd < 0)
        return fail(err, "read", path, errno);
    bool ok;
    if (fstat(fd, &st) != 0)
        ok = fail(err, "read", path, errno);
    else if (!S_ISREG(st.st_mode))
        ok = fail_type(err, "read", path, st.st_mode);
    else if (st.st_size > 0 && (uintmax_t)st.st_size > max)
        ok = too_large(err, path, (uintmax_t)st.st_size, max);
    else
        ok = read_all(fd, (size_t)st.st_size, a, path, max, out, err);
    close(fd);
    return ok;
}

// Makes the folders above `name`. Gives why the last of them is not there, else 0: "/" cannot be
// made either, and that is no matter.
static int make_folders(char *name) {
    int error = 0;
    for (char *slash = strchr(name + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(name, 0777) == 0 || errno == EEXIST)
            error = 0;
        else if (error == 0)
            error = errno;
        *slash = '/';
    }
    return error;
}

// Opens a new file in the folder of `target`; its name goes to *name_out.
static int open_beside(Arena *a, Str target, char **name_out) {
    // The same folder, because a rename cannot leave its file system. A short name, because the
    // target's own may already be as long as a name can be.
    Str dir = path_dir(target);
    const char *slash = dir.n == 0 || str_ends(dir, "/") ? "" : "/";
    for (int i = 0; i < NAME_TRIES; i++) {
        Str name = str_fmt(a, "%.*s%s.pluto-%ld-%d.tmp", STR_ARG(dir), slash, (long)getpid(), i);
        *name_out = str_cstr(a, name);
        int fd = open_retrying(*name_out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

// One write may take less than it is given, on a full pipe or disk.
static bool write_all(int fd, Str content) {
    size_t n = 0;
    while (n < content.n) {
        ssize_t put = write(fd, content.p + n, content.n - n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        n += (size_t)put;
    }
    return true;
}

static bool replace_file(Arena *a, Str path, Str target, Str content, Err *err) {
    char *to = str_cstr(a, target);
    int no_folder = make_folders(to);
    char *name;
    int fd = open_beside(a, target, &name);
    if (fd < 0)
        return fail(err, "write", path, errno == ENOENT && no_folder ? no_folder : errno);
    int error = write_all(fd, content) ? 0 : errno;
    // Some file systems report a full disk only here.
    if (close(fd) != 0 && error == 0 && errno != EINTR)
        error = errno;
    if (error == 0 && rename(name, to) != 0)
        error = errno;
    if (error == 0)
        return true;
    (void)unlink(name);
    return fail(err, "write", path, error);
}

static bool real_path(Host *h, Arena *a, Str path, Str *out) {
    (void)h;
    if (path.n == 0 || has_nul(path))
        return false;
    char *real = realpath(str_cstr(a, path), NULL);
    if (!real)
        return false;
    *out = str_dup(a, str_of(real));
    free(real);
    return true;
}

static bool write_file(Host *h, Str path, Str content, Err *err) {
    if (path.n == 0 || has_nul(path))
        return fail(err, "write", path, ENOENT);
    Arena a;
    arena_init(&a);
    struct stat st;
    bool ok;
    // A link stays a link: what it leads to is replaced. Devices and FIFOs are not.
    Str target = path;
    if (stat(str_cstr(&a, path), &st) == 0 && !S_ISREG(st.st_mode)) {
        ok = fail_type(err, "write", path, st.st_mode);
    } else {
        (void)real_path(h, &a, path, &target);
        ok = replace_file(&a, path, target, content, err);
    }
    arena_release(&a);
    return ok;
}

static HostType type(Host *h, Str path) {
    (void)h;
    struct stat st;
    char small[512];
    const char *name = small;
    if (has_nul(path))
        return HOST_NONE;
    Arena a;
    arena_init(&a);
    // Asked for each way an import may be meant, so mostly without an allocation.
    if (path.n < sizeof small) {
        if (path.n > 0)
            memcpy(small, path.p, path.n);
        small[path.n] = '\0';
    } else {
        name = str_cstr(&a, path);
    }
    int failed = stat(name, &st);
    arena_release(&a);
    if (failed)
        return HOST_NONE;
    return S_ISREG(st.st_mode) ? HOST_FILE : S_ISDIR(st.st_mode) ? HOST_DIR : HOST_OTHER;
}

// By bytes: the order of a folder differs between file systems, that of locales between users.
static int compare_names(const void *x, const void *y) {
    return str_cmp(*(const Str *)x, *(const Str *)y);
}

static bool list(Host *h, Arena *a, Str path, Str **names, size_t *count) {
    (void)h;
    DIR *dir = path.n && !has_nul(path) ? opendir(str_cstr(a, path)) : NULL;
    if (!dir)
        return false;
    Vec(Str) all = {0};
    for (struct dirent *one = readdir(dir); one; one = readdir(dir)) {
        if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
            continue;
        vec_push(a, &all, str_dup(a, str_of(one->d_name)));
    }
    closedir(dir);
    // All of them are sorted, so that which ones are given is not up to the file system.
    if (all.n)
        qsort(all.at, all.n, sizeof *all.at, compare_names);
    *names = all.at;
    *count = all.n < HOST_LIST_MAX ? all.n : HOST_LIST_MAX;
    return true;
}

static bool env(Host *h, Arena *a, Str name, Str *out) {
    (void)h;
    if (has_nul(name))
        return false;
    const char *value = getenv(str_cstr(a, name));
    if (!value)
        return false;
    *out = str_dup(a, str_of(value));
    return true;
}

Host *host_posix(void) {
    static const Host posix = {read_file, write_file, type, real_path, list, env};
    // It has no state, so sharing one among all is safe; the type is what Hosts with state need.
    return (Host *)&posix;
}
