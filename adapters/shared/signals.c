// SIGINT and SIGTERM as something to wait for. In: the moment from which on. Out: a descriptor that
// becomes readable.
//
// Invariant: after give_back the signals do what they did before, and what came in between is gone.

#include "adapters/shared/shared.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

bool signals_take(Signals *s, Err *err) {
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGTERM);
    // Before any thread starts: threads inherit it, so that no signal ends the process there.
    pthread_sigmask(SIG_BLOCK, &taken, &s->before);
    s->fd = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->fd >= 0 || err_set(err, ERR_IO, "cannot wait for signals: %s", strerror(errno));
}

// What came is taken out: it was obeyed, and must not end the process when it is let through again.
void signals_give_back(Signals *s) {
    struct signalfd_siginfo info;
    if (s->fd >= 0) {
        while (read(s->fd, &info, sizeof info) > 0)
            ;
        close(s->fd);
    }
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}
