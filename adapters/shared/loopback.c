// Sockets that only this machine reaches, and by which names. In: a port. Out: a listening socket.
//
// Invariant: nothing but 127.0.0.1 is listened on. A browser that was sent here by a foreign page
// says so in Host (where a name of its own points here) or in Origin.

#include "adapters/shared/shared.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

// As browsers write them: without the port where it is the one of http.
static void hosts_name(Loopback *l) {
    static const char *const names[] = {"127.0.0.1", "localhost"};
    enum { HTTP_PORT = 80 };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (l->port == HTTP_PORT)
            snprintf(l->hosts[i], sizeof l->hosts[i], "%s", names[i]);
        else
            snprintf(l->hosts[i], sizeof l->hosts[i], "%s:%u", names[i], (unsigned)l->port);
}

// Our own socket, because libmicrohttpd does not say why it has none.
int loopback_listen(uint16_t port, int backlog, Loopback *out, Err *err) {
    struct sockaddr_in *at = &out->at;
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t size = sizeof *at;
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Else the port of a server that just ended stays taken for a minute.
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(fd, (struct sockaddr *)at, size) == 0 && listen(fd, backlog) == 0 &&
        getsockname(fd, (struct sockaddr *)at, &size) == 0) {
        out->port = ntohs(at->sin_port);
        hosts_name(out);
        return fd;
    }
    int why = errno;
    if (fd >= 0)
        close(fd);
    err_set(err, why == EADDRINUSE ? ERR_EXISTS : ERR_IO, "cannot serve on port %u: %s",
            (unsigned)port,
            why == EADDRINUSE ? "another program does"
            : why == EACCES   ? "ports below 1024 are not for everybody"
                              : strerror(why));
    err_hint(err, "without `--port` a free one is taken");
    return -1;
}

bool loopback_is_host(const Loopback *l, const char *host) {
    return host && (strcasecmp(host, l->hosts[0]) == 0 || strcasecmp(host, l->hosts[1]) == 0);
}

bool loopback_is_origin(const Loopback *l, const char *origin) {
    return !origin || (strncmp(origin, "http://", strlen("http://")) == 0 &&
                       loopback_is_host(l, origin + strlen("http://")));
}
