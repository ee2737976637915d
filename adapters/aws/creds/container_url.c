// Which addresses a container's credentials may be asked from.
//
// In: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI. Out: a URL. Invariant: without
// encryption only this machine and the addresses of ECS and EKS are asked, so that a variable
// cannot send the container's token to somebody else.

#include "adapters/aws/creds/container.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_allowed_plain(Arena *a, Str host) {
    static const char *const known[] = {"localhost", "169.254.170.2", "169.254.170.23"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(host, known[i]))
            return true;
    struct in_addr v4;
    struct in6_addr v6, eks;
    char *name = str_cstr(a, host);
    if (inet_pton(AF_INET, name, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, name, &v6) != 1)
        return false;
    inet_pton(AF_INET6, "fd00:ec2::23", &eks);
    return memcmp(&v6, &in6addr_loopback, sizeof v6) == 0 || memcmp(&v6, &eks, sizeof v6) == 0;
}

// "host", or "::1" of "[::1]", without the port; what has a user name in it has no host.
static Str host_of(Str authority) {
    if (str_contains(authority, "@"))
        return STR_EMPTY;
    if (str_starts(authority, "[")) {
        int64_t end = str_find(authority, STR("]"), 0);
        return end < 0 ? STR_EMPTY : str_slice(authority, 1, (uint32_t)end);
    }
    int64_t colon = str_find(authority, STR(":"), 0);
    return colon < 0 ? authority : str_slice(authority, 0, (uint32_t)colon);
}

static bool has_odd(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\')
            return true;
    return false;
}

bool container_url(Arena *a, Str relative, Str full, Str *url, Str *host, Err *err) {
    Str given = relative.n ? relative : full;
    Str visible = str_visible(a, str_slice(given, 0, 200));
    const char *name = relative.n ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
                                  : "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    if (has_odd(given) || (relative.n && *relative.p != '/'))
        return err_set(err, ERR_ACCESS, "%s is no %s: `%.*s`", name, relative.n ? "path" : "URL",
                       STR_ARG(visible));
    if (relative.n) {
        *host = STR("169.254.170.2");
        *url = str_cat(a, STR("http://169.254.170.2"), relative);
        return true;
    }
    bool tls = str_starts(full, "https://");
    uint32_t at = tls ? 8 : 7, end = at;
    if (!tls && !str_starts(full, "http://"))
        return err_set(err, ERR_ACCESS, "%s is no URL: `%.*s`", name, STR_ARG(visible));
    while (end < full.n && !strchr("/?#", full.p[end]))
        end++;
    *host = str_slice(full, at, end);
    Str machine = host_of(*host);
    if (!machine.n)
        return err_set(err, ERR_ACCESS, "%s has no host: `%.*s`", name, STR_ARG(visible));
    if (!tls && !is_allowed_plain(a, machine)) {
        err_set(err, ERR_ACCESS, "%s is neither encrypted nor on this machine: `%.*s`", name,
                STR_ARG(visible));
        err_hint(err, "it has to be https, or an address of the container's own agent");
        return false;
    }
    *url = full;
    return true;
}
