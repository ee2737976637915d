// Showing a file or a page with the desktop's program for it.
//
// Input: a path or a URL. Output: a program of somebody else that runs. Invariant: no shell is
// between, so the path is one word whatever it holds, and it is absolute, so it is never taken for
// an option.
#include "cli/open.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

typedef enum Outcome { OPENED, FAILED, MISSING } Outcome;

// Openers end at once; a browser itself may stay until its window is closed.
static Outcome wait_a_moment(pid_t child) {
    enum { TURNS = 100, TURN_NS = 20 * 1000 * 1000, NOT_FOUND = 127 };
    const struct timespec turn = {0, TURN_NS};
    for (int i = 0; i < TURNS; i++) {
        int status;
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child && WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
            return MISSING;
        if (ended == child)
            return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OPENED : FAILED;
        if (ended < 0 && errno != EINTR)
            return FAILED;
        nanosleep(&turn, NULL);
    }
    return OPENED;
}

// What it says goes to the standard error: ours is for what was asked for.
static Outcome spawn(char *program, char *path) {
    char *words[] = {program, path, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return FAILED;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return FAILED;
    }
    // Who watches holds signals back; a browser must not inherit that.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    int failure = posix_spawn_file_actions_adddup2(&actions, 2, 1);
    if (!failure)
        failure = posix_spawnp(&child, program, &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failure)
        return failure == ENOENT ? MISSING : FAILED;
    return wait_a_moment(child);
}

// The first program of $BROWSER, which is a list; none where it is not set.
static Str browser_of(Arena *a, Host *host) {
    Str value;
    if (!host->env(host, a, STR("BROWSER"), &value))
        return STR_EMPTY;
    int64_t colon = str_find(value, STR(":"), 0);
    return str_trim(str_slice(value, 0, colon < 0 ? value.n : (uint32_t)colon));
}

static bool show(Arena *a, Host *host, Str what, Str shown, Err *err) {
    Str browser = browser_of(a, host);
    const Str programs[] = {browser, STR("xdg-open"), STR("open")};
    Outcome outcome = MISSING;
    for (unsigned i = 0; i < sizeof programs / sizeof *programs && outcome != OPENED; i++) {
        if (!programs[i].n)
            continue;
        Outcome now = spawn(str_cstr(a, programs[i]), str_cstr(a, what));
        outcome = now == MISSING ? outcome : now;
        if (browser.n)
            break;
    }
    if (outcome == OPENED)
        return true;
    if (browser.n)
        err_set(err, ERR_IO, "`%.*s`, which $BROWSER names, does not open files", STR_ARG(browser));
    else
        err_set(err, ERR_IO, "no program here opens files: %s",
                outcome == MISSING ? "there is neither `xdg-open` nor `open`" : "it failed");
    err_hint(err, "the picture is at `%.*s`", STR_ARG(shown));
    return false;
}

bool open_file(Arena *a, Host *host, Str path, Err *err) {
    Str real;
    if (!host->real_path(host, a, path, &real))
        return err_set(err, ERR_NOT_FOUND, "cannot open `%.*s`: it is gone", STR_ARG(path));
    return show(a, host, real, path, err);
}

bool open_url(Arena *a, Host *host, Str url, Err *err) {
    return show(a, host, url, url, err);
}
