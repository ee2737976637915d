// Writes files of secrets.
//
// In: a path and what is to be there. Out: that file, mode 0600. Invariant: no other user can read
// the secret at any moment, and whoever reads the file meanwhile sees the old or the new one.

#include "adapters/aws/creds/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_TRIES = 100 };

static bool fail(Err *err, Str path) {
    return err_set(err, errno == EACCES || errno == EROFS ? ERR_ACCESS : ERR_IO,
                   "cannot write `%.*s`: %s", STR_ARG(str_slice(path, 0, 300)), strerror(errno));
}

static void make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
}

static bool write_all(int fd, Str content) {
    while (content.n) {
        ssize_t n = write(fd, content.p, content.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        content = str_slice(content, (uint32_t)n, content.n);
    }
    return true;
}

static int open_beside(Arena *a, Str path, char **name) {
    for (int i = 0; i < NAME_TRIES; i++) {
        *name = str_cstr(a, str_fmt(a, "%.*s.%ld-%d.tmp", STR_ARG(path), (long)getpid(), i));
        int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

bool cache_write(Arena *a, Str path, Str content, Err *err) {
    char *to = str_cstr(a, path), *name;
    if (!path.n)
        return err_set(err, ERR_NOT_FOUND, "there is no home folder to keep it in");
    make_folders(to);
    int fd = open_beside(a, path, &name);
    if (fd < 0)
        return fail(err, path);
    bool good = write_all(fd, content) && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (good && rename(name, to) == 0)
        return true;
    int why = errno;
    (void)unlink(name);
    errno = why;
    return fail(err, path);
}

static Str cache_name(Arena *a, const EVP_MD *hash, Str of) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    BUG_IF(EVP_Digest(of.p, of.n, digest, &n, hash, NULL) != 1);
    Buf b = buf_new(a);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, "%02x", digest[i]);
    buf_puts(&b, ".json");
    return buf_str(&b);
}

Str cache_name_sha1(Arena *a, Str of) {
    return cache_name(a, EVP_sha1(), of);
}

Str cache_name_sha256(Arena *a, Str of) {
    return cache_name(a, EVP_sha256(), of);
}
