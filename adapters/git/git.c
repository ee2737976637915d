// The git adapter: the table of its functions, and what they share.
//
// Invariant: no file of a repository that is read is ever run, and no configuration makes libgit2
// run one; every function leaves libgit2 as it found it.

#include "adapters/git/git.h"

#include "adapters/module.h"

#include <stdio.h>

static const GitApi api = {start, template_files, host_at, host_close};

const AdapterModule pluto_adapter = {ADAPTER_ABI, sizeof(GitApi), PLUTO_VERSION, &api};

bool git_fail(Err *err, const char *what, ...) {
    char text[256];
    va_list ap;
    va_start(ap, what);
    vsnprintf(text, sizeof text, what, ap);
    va_end(ap);
    const git_error *last = git_error_last();
    const char *why = last && last->message ? last->message : "git says no more";
    return err_set(err, ERR_IO, "cannot %s: %s", text, why);
}

void signals_hold(sigset_t *before) {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

void signals_release(const sigset_t *before) {
    pthread_sigmask(SIG_SETMASK, before, NULL);
}
