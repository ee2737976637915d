// A disk that is full, or may only be read, for a program that is started with this library
// preloaded.
//
// In: DISK_FULL_AT, a folder, and DISK_ROOM, the bytes that may still be written below it;
// DISK_READ_ONLY, a folder below which nothing may be made or opened for writing. Out: ENOSPC and
// EROFS, as the kernel gives them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int below(const char *path, const char *variable) {
    const char *folder = getenv(variable);
    size_t n = folder ? strlen(folder) : 0;
    char full[4096] = "";
    if (!n)
        return 0;
    if (path[0] != '/' && getcwd(full, sizeof full - 1))
        strncat(full, "/", sizeof full - strlen(full) - 1);
    strncat(full, path, sizeof full - strlen(full) - 1);
    return strncmp(full, folder, n) == 0 && (full[n] == '/' || full[n] == '\0');
}

ssize_t write(int fd, const void *bytes, size_t n) {
    static long room = -1;
    ssize_t (*real)(int, const void *, size_t) =
        (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        if (below(path, "DISK_FULL_AT")) {
            if (room < 0)
                room = getenv("DISK_ROOM") ? atol(getenv("DISK_ROOM")) : 0;
            if (room == 0) {
                errno = ENOSPC;
                return -1;
            }
            if ((long)n > room)
                n = (size_t)room;
            room -= (long)n;
        }
    }
    return real(fd, bytes, n);
}

static int refused(const char *path, int flags) {
    if (!(flags & (O_WRONLY | O_RDWR | O_CREAT)) || !below(path, "DISK_READ_ONLY"))
        return 0;
    errno = EROFS;
    return 1;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    return refused(path, flags) ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    int (*real)(int, const char *, int, ...) =
        (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat");
    return refused(path, flags) ? -1 : real(folder, path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    int (*real)(const char *, mode_t) = (int (*)(const char *, mode_t))dlsym(RTLD_NEXT, "mkdir");
    return refused(path, O_CREAT) ? -1 : real(path, mode);
}

int mkstemp(char *path) {
    int (*real)(char *) = (int (*)(char *))dlsym(RTLD_NEXT, "mkstemp");
    return refused(path, O_CREAT) ? -1 : real(path);
}
