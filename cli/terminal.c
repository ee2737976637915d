// The standard streams: are they there, are they terminals, did everything arrive.
//
// Input: text for the standard output. Output: its bytes, or an Err. Invariant: no output is ever
// lost without exit code 3.

#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void terminal_init(void) {
    // Opened for reading alone, so that writing to a descriptor that was closed still fails.
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDONLY) == -1)
            _exit(EXIT_WORLD);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool terminal_color(Arena *a, Host *host, FILE *to, ColorMode mode) {
    Str value;
    switch (mode) {
    case COLOR_ALWAYS:
        return true;
    case COLOR_NEVER:
        return false;
    case COLOR_AUTO:
        break;
    }
    if (host->env(host, a, STR("NO_COLOR"), &value) && value.n)
        return false;
    if (host->env(host, a, STR("TERM"), &value) && str_is(value, "dumb"))
        return false;
    return isatty(to == stdout ? STDOUT_FILENO : STDERR_FILENO) == 1;
}

bool terminal_write(Str text, Err *err) {
    errno = 0;
    bool good = fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0;
    if (good)
        return true;
    int why = errno;
    const char *words = why == ENOSPC  ? "no space is left"
                        : why == EBADF ? "it is closed"
                                       : strerror(why);
    err_set(err, ERR_IO, "cannot write to the standard output: %s", words);
    if (why == EPIPE)
        err->message[0] = 0;
    return false;
}

double terminal_clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}
