// SIGINT and SIGTERM while something is under way.
//
// Input: signals. Output: a flag, a descriptor that becomes readable, and where nothing has to be
// cleaned up the end of all requests. Invariant: the second signal ends the process at once; after
// interrupt_close signals do what they did before.

#include "adapters/aws/deploy/work.h"
#include "adapters/shared/shared.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_LEFT = 130 };

struct Interrupt {
    Client *client;
    Signals signals;
    pthread_t thread;
    int came_fd, end_fd; // readable: a signal came; the thread is to end
    atomic_bool came, abandon;
};

static void *watch(void *context) {
    Interrupt *i = context;
    for (;;) {
        struct pollfd fds[] = {{.fd = i->signals.fd, .events = POLLIN},
                               {.fd = i->end_fd, .events = POLLIN}};
        struct signalfd_siginfo info;
        if (poll(fds, 2, -1) < 0)
            continue;
        if (fds[1].revents)
            return NULL;
        if (read(i->signals.fd, &info, sizeof info) != (ssize_t)sizeof info)
            continue;
        if (atomic_exchange(&i->came, true))
            _exit(EXIT_LEFT);
        eventfd_write(i->came_fd, 1);
        if (atomic_load(&i->abandon))
            client_stop(i->client);
    }
}

Interrupt *interrupt_open(Arena *a, Client *client, Err *err) {
    Interrupt *i = arena_new(a, Interrupt);
    i->client = client;
    i->came_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    i->end_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    atomic_init(&i->came, false);
    atomic_init(&i->abandon, true);
    if (!signals_take(&i->signals, err))
        return NULL;
    if (i->came_fd >= 0 && i->end_fd >= 0 && pthread_create(&i->thread, NULL, watch, i) == 0)
        return i;
    signals_give_back(&i->signals);
    err_set(err, ERR_IO, "cannot start a thread");
    return NULL;
}

void interrupt_close(Interrupt *i) {
    if (!i)
        return;
    eventfd_write(i->end_fd, 1);
    pthread_join(i->thread, NULL);
    signals_give_back(&i->signals);
    close(i->came_fd);
    close(i->end_fd);
}

bool interrupt_came(const Interrupt *i) {
    return i && atomic_load(&i->came);
}

int interrupt_descriptor(const Interrupt *i) {
    return i->came_fd;
}

// A signal that came while requests had to be finished takes effect now.
void interrupt_abandon(Interrupt *i, bool now) {
    atomic_store(&i->abandon, now);
    if (now && atomic_load(&i->came))
        client_stop(i->client);
}
