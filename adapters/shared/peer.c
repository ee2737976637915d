// Whose process is at the other end of a connection. In: its address. Out: whether it is ours to
// answer.
//
// 127.0.0.1 is shared by all users of a machine, and what is served there shows source code
// and runs it. The kernel's table
// of connections names the user of each socket; a secret in the address would do the same, but
// change with each start, and open pages could not find the new server.
//
// Invariant: a connection that is not found in the table belongs to a stranger. Root is none: what
// forwards ports into a container or a virtual machine runs as root, and root can read everything.

#include "adapters/shared/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const TABLE = "/proc/net/tcp";

// The next number of a row; each ends with a blank or a colon.
static unsigned long number(const char **at, int base) {
    char *end;
    unsigned long n = strtoul(*at, &end, base);
    *at = *end ? end + 1 : end;
    return n;
}

// Of a row that runs from `from` to `to`, the user; -1 of any other. Addresses stand there as they
// are in memory, ports do not.
static long row_user(const char *row, const struct sockaddr_in *from,
                     const struct sockaddr_in *to) {
    enum { BETWEEN = 6 }; // state, two queues, timer, its time, retransmissions
    const char *at = row;
    number(&at, 10);
    bool same = number(&at, 16) == from->sin_addr.s_addr;
    same = number(&at, 16) == ntohs(from->sin_port) && same;
    same = number(&at, 16) == to->sin_addr.s_addr && same;
    same = number(&at, 16) == ntohs(to->sin_port) && same;
    for (int i = 0; i < BETWEEN; i++)
        number(&at, 16);
    return same ? (long)number(&at, 10) : -1;
}

static long table_user(const struct sockaddr_in *from, const struct sockaddr_in *to) {
    char row[256];
    long user = -1;
    FILE *table = fopen(TABLE, "re");
    while (table && user < 0 && fgets(row, sizeof row, table))
        user = row_user(row, from, to);
    if (table)
        fclose(table);
    return user;
}

bool peer_is_own(const struct sockaddr_in *peer, const struct sockaddr_in *server) {
    // Twice: the table may change while it is read, and a row be passed over.
    long user = table_user(peer, server);
    if (user < 0)
        user = table_user(peer, server);
    return user == 0 || user == (long)geteuid();
}

bool peer_can_tell(void) {
    return access(TABLE, R_OK) == 0;
}
