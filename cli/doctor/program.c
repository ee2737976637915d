// Programs of the machine, and their versions.
//
// Input: a name. Output: where it is in PATH, and what it says of its version. Invariant: nothing
// of the project is run or has a say: folders of PATH that are relative or lie in the project are
// passed over, and a program runs in `/` with an environment of its own. No shell takes part.

#include "cli/doctor/doctor.h"
#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 3000, VERSION_MAX = 64 };

// The folders of PATH that may be asked: absolute, and no part of the project.
static Str safe_path(const Doctor *d) {
    Str all = doctor_env(d, "PATH");
    Buf b = buf_new(d->a);
    for (uint32_t from = 0; from < all.n;) {
        int64_t colon = str_find(all, STR(":"), from);
        Str folder = str_slice(all, from, colon < 0 ? all.n : (uint32_t)colon), real;
        from += folder.n + 1;
        bool safe = str_starts(folder, "/") &&
                    d->s->host->real_path(d->s->host, d->a, folder, &real) &&
                    !(d->root.n && path_is_under(real, d->root));
        if (safe)
            buf_printf(&b, "%s%.*s", b.n ? ":" : "", STR_ARG(folder));
    }
    return buf_str(&b);
}

bool program_find(const Doctor *d, const char *name, Str *path) {
    Host *host = d->s->host;
    Str all = safe_path(d), real;
    for (uint32_t from = 0; from < all.n;) {
        int64_t colon = str_find(all, STR(":"), from);
        Str folder = str_slice(all, from, colon < 0 ? all.n : (uint32_t)colon);
        from += folder.n + 1;
        *path = path_join(d->a, folder, str_of(name));
        if (host->type(host, *path) == HOST_FILE && access(str_cstr(d->a, *path), X_OK) == 0 &&
            host->real_path(host, d->a, *path, &real) &&
            !(d->root.n && path_is_under(real, d->root)))
            return true;
    }
    return false;
}

// The child's side: never comes back.
static void become(char *path, int out, char **environment) {
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || chdir("/") != 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(nothing, 2) < 0)
        _exit(EXIT_WORLD);
    char version[] = "--version";
    char *words[] = {path, version, NULL};
    execve(path, words, environment);
    _exit(EXIT_WORLD);
}

// What comes until the program ends or time is up.
static uint32_t collect(int from, char *to, uint32_t size) {
    double end = terminal_clock_ms() + PATIENCE_MS;
    uint32_t n = 0;
    while (n < size) {
        int left = (int)(end - terminal_clock_ms());
        struct pollfd wait = {.fd = from, .events = POLLIN};
        if (left <= 0 || poll(&wait, 1, left) <= 0)
            break;
        ssize_t got = read(from, to + n, size - n);
        if (got <= 0)
            break;
        n += (uint32_t)got;
    }
    return n;
}

bool program_version(const Doctor *d, Str path, Str *version) {
    Str search = safe_path(d), home = doctor_env(d, "HOME");
    char *environment[] = {
        str_cstr(d->a, str_fmt(d->a, "PATH=%.*s", STR_ARG(search))),
        str_cstr(d->a, str_fmt(d->a, "HOME=%.*s", STR_ARG(home))),
        str_cstr(d->a, STR("COREPACK_ENABLE_NETWORK=0")),
        NULL,
    };
    char *program = str_cstr(d->a, path), text[VERSION_MAX];
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0)
        become(program, ends[1], environment);
    close(ends[1]);
    uint32_t n = child > 0 ? collect(ends[0], text, sizeof text) : 0;
    close(ends[0]);
    if (child > 0) {
        kill(child, SIGKILL); // it has said what it has to say
        waitpid(child, NULL, 0);
    }
    Str all = {text, n};
    int64_t line = str_find(all, STR("\n"), 0);
    *version = str_dup(d->a, str_trim(str_slice(all, 0, line < 0 ? n : (uint32_t)line)));
    return version->n > 0;
}
