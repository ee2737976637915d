// The journal on disk.
//
// Input: a path. Output: the file, or what is in it. Invariant: at any moment the file holds one
// whole journal, the last one that was handed in or the one before.

#include "adapters/aws/deploy/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_ALONE = 0600, FOLDER = 0755 };

static bool failed(Err *err, Str path, int error) {
    err_set(err, ERR_IO, "cannot write the journal `%.*s`: %s", STR_ARG(path), strerror(error));
    err_hint(err, "it must be possible to write into `.pluto`: a deployment that nobody remembers "
                  "cannot be taken up again");
    return false;
}

static bool folders_make(Arena *a, Str path) {
    Str dir = path_dir(path);
    if (!dir.n || str_is(dir, "/"))
        return true;
    if (mkdir(str_cstr(a, dir), FOLDER) == 0 || errno == EEXIST)
        return true;
    return errno == ENOENT && folders_make(a, dir) && mkdir(str_cstr(a, dir), FOLDER) == 0;
}

bool journal_folder(Arena *a, Str path, Err *err) {
    return folders_make(a, path) || failed(err, path, errno);
}

static bool write_all(int fd, Str text) {
    for (uint32_t at = 0; at < text.n;) {
        ssize_t n = write(fd, text.p + at, text.n - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += (uint32_t)n;
    }
    return true;
}

// The name is only as lasting as the folder it stands in.
static void folder_sync(Arena *a, Str path) {
    int fd = open(str_cstr(a, path_dir(path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

// Who writes holds the stack's lock: what is there already is what a kill has left.
static const char *temporary_of(Arena *a, Str path) {
    return str_cstr(a, str_cat(a, path, STR(".new")));
}

bool journal_write(Arena *a, Str path, const Journal *j, Err *err) {
    Str text = journal_text(a, j);
    const char *name = str_cstr(a, path);
    const char *temporary = temporary_of(a, path);
    if (!folders_make(a, path))
        return failed(err, path, errno);
    unlink(temporary);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, OWNER_ALONE);
    if (fd < 0)
        return failed(err, path, errno);
    bool good = write_all(fd, text) && fsync(fd) == 0;
    int error = errno;
    close(fd);
    if (good && rename(temporary, name) == 0) {
        folder_sync(a, path);
        return true;
    }
    if (good)
        error = errno;
    unlink(temporary);
    return failed(err, path, error);
}

bool journal_read(Arena *a, Host *host, Str path, bool *there, Journal *out, Err *err) {
    Str text;
    *there = host->type(host, path) != HOST_NONE;
    if (!*there)
        return true;
    if (host->read_file(host, a, path, JOURNAL_MAX, &text, err) && journal_parse(a, text, out, err))
        return true;
    err_hint(err,
             "move `%.*s` away; `pluto status` tells what is there, and `pluto deploy --resume` "
             "follows what is under way",
             STR_ARG(path));
    return false;
}

void journal_remove(Arena *a, Str path) {
    unlink(temporary_of(a, path));
    unlink(str_cstr(a, path));
    folder_sync(a, path);
}
