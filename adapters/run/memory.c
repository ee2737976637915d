// What an instance takes of memory. In: the numbers of its processes. Out: the most that Node.js
// has taken so far, and whether its function has that much.
//
// On Lambda the machine has no more memory than the function asks for; here it has, and V8's own
// limit knows nothing of buffers. The kernel keeps the highest mark of each process, so that
// nothing is missed between two looks.
//
// Invariant: what is looked at is held open as a folder of /proc; a number that came to mean
// another process is never read.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE // O_PATH
#endif

#include "adapters/run/pool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOK_MS = 10, // a look takes less than a hundredth of that
    STATUS_SIZE = 4096,
    PATH_SIZE = 64,
};

static int folder_open(int pid) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/proc/%d", pid);
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool text_read(int folder, const char *name, char *text, size_t size) {
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    if (n >= 0)
        text[n] = 0;
    return n >= 0;
}

// The first child that any of its threads has started; 0 where there is none.
static int child_of(int pid) {
    char path[PATH_SIZE], text[STATUS_SIZE];
    int child = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    for (struct dirent *e; tasks && !child && (e = readdir(tasks)) != NULL;) {
        char name[sizeof e->d_name + sizeof "/children"];
        snprintf(name, sizeof name, "%s/children", e->d_name);
        if (e->d_name[0] != '.' && text_read(dirfd(tasks), name, text, sizeof text))
            child = (int)strtol(text, NULL, 10);
    }
    if (tasks)
        closedir(tasks);
    return child;
}

// In KB. 0: it has ended.
static uint32_t peak_of(int folder) {
    char text[STATUS_SIZE];
    if (folder < 0 || !text_read(folder, "status", text, sizeof text))
        return 0;
    const char *at = strstr(text, "\nVmHWM:");
    return at ? (uint32_t)strtoul(at + sizeof "\nVmHWM:" - 1, NULL, 10) : 0;
}

// Under log_lock. Bootstrap's child is Node.js; another runtime may well be Node.js itself. What
// has no child may have one soon, so that is not kept.
static uint32_t look(Instance *n) {
    uint32_t peak = peak_of(n->memory.folder);
    if (peak)
        return peak;
    memory_close(n);
    int child = child_of(n->process.pid);
    n->memory.folder = folder_open(child ? child : n->process.pid);
    peak = peak_of(n->memory.folder);
    if (!child)
        memory_close(n);
    return peak;
}

bool memory_over(Instance *n) {
    pthread_mutex_lock(&n->log_lock);
    double now = now_ms();
    if (n->process.pid > 0 && !n->mute && now - n->memory.looked_at >= LOOK_MS) {
        n->memory.looked_at = now;
        n->memory.peak_kb = look(n);
    }
    bool over = n->memory.peak_kb > n->pool->f.memory_mb << 10;
    pthread_mutex_unlock(&n->log_lock);
    return over;
}

uint32_t memory_peak(Instance *n) {
    pthread_mutex_lock(&n->log_lock);
    uint32_t kb = n->memory.peak_kb;
    pthread_mutex_unlock(&n->log_lock);
    return (kb + 1023) >> 10;
}

void memory_close(Instance *n) {
    if (n->memory.folder >= 0)
        close(n->memory.folder);
    n->memory.folder = -1;
}
