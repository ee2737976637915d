// Removes a folder with all that it holds. In: a path. Out: nothing is there any more.
//
// Invariant: links are removed themselves, whatever they lead to stays; nobody can put one in place
// of a folder meanwhile, since each folder is opened below the one that was opened before.

#include "adapters/git/git.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// libgit2 nests objects three deep; a stack of descriptors has its limit.
enum { DEPTH_MAX = 64 };

// NOLINTNEXTLINE(misc-no-recursion): bounded by `depth`
static void remove_in(int parent, const char *name, unsigned depth) {
    if (unlinkat(parent, name, 0) == 0 || depth == DEPTH_MAX)
        return;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *one = readdir(dir); one; one = readdir(dir))
        if (strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0)
            remove_in(fd, one->d_name, depth + 1);
    closedir(dir);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void folder_remove(const char *path) {
    remove_in(AT_FDCWD, path, 0);
}
