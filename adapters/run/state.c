// Where a run is found by other commands, and what is made of chance and time. In: the folder
// .pluto/local. Out: run.json there, as long as it serves.
//
// Invariant: run.json is ours alone to read and write (0600), and names a process that lives: one
// that was left behind by a process that could not clean up is told apart by trying its lock.

#include "adapters/run/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *state_path(Arena *a, Str folder) {
    return str_cstr(a, path_join(a, folder, STR("run.json")));
}

static bool folder_make(Arena *a, Str folder) {
    const char *path = str_cstr(a, folder);
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    return errno == ENOENT && path_dir(folder).n < folder.n && folder_make(a, path_dir(folder)) &&
           mkdir(path, 0700) == 0;
}

static bool write_lock(int fd, struct flock *lock, int command) {
    *lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, command, lock) == 0;
}

// The file is open, and locked, as long as we serve: a lock goes with its process.
bool state_write(Run *r, Err *err) {
    Arena a;
    arena_init(&a);
    const char *path = state_path(&a, r->options.state);
    struct flock lock;
    bool good = folder_make(&a, path_join(&a, r->options.state, STR("logs")));
    r->state = good ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (r->state < 0) {
        err_set(err, ERR_IO, "cannot write `%s`: %s", path, strerror(errno));
    } else if (!write_lock(r->state, &lock, F_SETLK)) {
        close(r->state);
        r->state = -1;
        err_set(err, ERR_EXISTS, "`pluto run` serves this project already");
        err_hint(err, "end it first, or ask it: `pluto invoke`, `pluto logs`");
    } else {
        Str text = str_fmt(&a, "{\"pid\":%ld,\"port\":%u}\n", (long)getpid(),
                           (unsigned)listener_port(r->endpoint));
        good = fchmod(r->state, 0600) == 0 && ftruncate(r->state, 0) == 0 &&
               pwrite(r->state, text.p, text.n, 0) == (ssize_t)text.n;
        if (!good)
            err_set(err, ERR_IO, "cannot write `%s`: %s", path, strerror(errno));
    }
    arena_release(&a);
    return good && r->state >= 0;
}

void state_remove(Run *r) {
    Arena a;
    if (r->state < 0)
        return;
    arena_init(&a);
    unlink(state_path(&a, r->options.state));
    close(r->state);
    r->state = -1;
    arena_release(&a);
}

// The number behind `"name":`; 0 where there is none.
static unsigned long number_in(Str text, Str name) {
    int64_t at = str_find(text, name, 0);
    unsigned long n = 0;
    for (uint32_t i = at < 0 ? text.n : (uint32_t)at + name.n; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || n > UINT32_MAX)
            break;
        n = n * 10 + (unsigned long)(text.p[i] - '0');
    }
    return n;
}

bool state_read(Arena *a, Str folder, uint16_t *port, Err *err) {
    char text[128];
    struct flock lock = {0};
    const char *path = state_path(a, folder);
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
    bool lives = n > 0 && write_lock(fd, &lock, F_GETLK) && lock.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    unsigned long found = lives ? number_in((Str){text, (uint32_t)n}, STR("\"port\":")) : 0;
    if (found > 0 && found <= UINT16_MAX) {
        *port = (uint16_t)found;
        return true;
    }
    err_set(err, ERR_NOT_FOUND, "no `pluto run` serves this project");
    err_hint(err, "start one in another terminal: `pluto run`; --deployed calls what is deployed");
    return false;
}

// ---- Time and chance ----------------------------------------------------------------------------

double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int64_t wall_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void random_bytes(void *to, size_t n) {
    unsigned char *at = to;
    while (n) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno != EINTR)
            BUG("the system gives no random bytes");
        at += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
}

void uuid_make(char out[ID_SIZE]) {
    unsigned char b[16];
    random_bytes(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    char *at = out;
    for (size_t i = 0; i < sizeof b; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        at += snprintf(at, 3, "%02x", b[i]);
    }
}
