// Asks for a code of an MFA device on /dev/tty, whatever standard input and output are.
//
// In: the device's name. Out: six digits. Invariant: what is typed does not show, and the terminal
// is left as it was found, also where Ctrl-C ends it: that arrives as a character; the signals that
// end a process wait until then, and are not taken.

#include "adapters/aws/creds/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { DIGITS = 6, TYPED_MAX = 64, TRIES = 3 };
enum { LOOK_MS = 100 }; // how long a signal may wait
enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

typedef enum Typed { TYPED_LINE, TYPED_NOTHING, TYPED_END } Typed;

static void say(int fd, Str text) {
    while (text.n) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        text = str_slice(text, (uint32_t)n, text.n);
    }
}

static sigset_t ending_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

static bool is_ending(void) {
    sigset_t waiting;
    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGHUP) == 1);
}

// Waits for something to read; false where the process is to end.
static bool wait_for_key(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n = 0;
    while (n == 0 || (n < 0 && errno == EINTR)) {
        if (is_ending())
            return false;
        n = poll(&p, 1, LOOK_MS);
    }
    return true;
}

static Typed read_line(int fd, char typed[TYPED_MAX], uint32_t *n) {
    *n = 0;
    for (;;) {
        char c;
        ssize_t got = wait_for_key(fd) ? read(fd, &c, 1) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || c == CTRL_C || c == CTRL_D)
            return TYPED_END;
        if (c == '\n' || c == '\r')
            return *n ? TYPED_LINE : TYPED_NOTHING;
        if (c == BACKSPACE || c == DELETE)
            *n -= *n > 0;
        else if (c == CTRL_U)
            *n = 0;
        else if (c != ' ' && *n < TYPED_MAX)
            typed[(*n)++] = c;
    }
}

static bool is_code(const char *typed, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (typed[i] < '0' || typed[i] > '9')
            return false;
    return n == DIGITS;
}

static bool ask_on(int fd, Arena *a, Str device, Str *out, Err *err) {
    char typed[TYPED_MAX];
    for (int i = 0; i < TRIES; i++) {
        uint32_t n;
        say(fd, str_fmt(a, "MFA code of %.*s: ", STR_ARG(device)));
        Typed what = read_line(fd, typed, &n);
        say(fd, STR("\r\n"));
        if (what == TYPED_END)
            break;
        if (what == TYPED_LINE && is_code(typed, n)) {
            *out = str_dup(a, (Str){typed, n});
            return true;
        }
        say(fd, STR("It has six digits.\r\n"));
    }
    return err_set(err, ERR_ACCESS, "no MFA code was given");
}

bool tty_mfa_code(Arena *a, Str device, Str *out, Err *err) {
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios before;
    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        err_set(err, ERR_ACCESS, "an MFA code of `%.*s` is needed, and there is no terminal",
                STR_ARG(device));
        if (fd >= 0)
            close(fd);
        return false;
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    sigset_t ending = ending_signals(), mask;
    pthread_sigmask(SIG_BLOCK, &ending, &mask);
    tcsetattr(fd, TCSAFLUSH, &silent);
    bool good = ask_on(fd, a, device, out, err);
    tcsetattr(fd, TCSAFLUSH, &before);
    close(fd);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return good;
}
