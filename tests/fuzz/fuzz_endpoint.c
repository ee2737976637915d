// Any bytes as a region, a bucket and the URL of an endpoint: where there is an answer, it is TLS
// or this machine, the host is one, and neither region nor bucket leads elsewhere.
//
// Lines: region, bucket, URL. The size chooses service, FIPS and dual stack.

#include "adapters/aws/endpoint.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str next_line(Str *rest) {
    int64_t end = str_find(*rest, STR("\n"), 0);
    uint32_t to = end < 0 ? rest->n : (uint32_t)end;
    Str line = str_slice(*rest, 0, to);
    *rest = str_slice(*rest, to + 1, rest->n);
    return line;
}

static void check_host(Str host) {
    if (host.n == 0)
        BUG("no host");
    for (uint32_t i = 0; i < host.n; i++)
        if ((unsigned char)host.p[i] <= ' ' || strchr("/@?#\\", host.p[i]))
            BUG("a host that a URL ends in");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena a;
    Err err = {0};
    Endpoint e;
    arena_init(&a);
    Str rest = {(const char *)data, (uint32_t)size};
    EndpointQuery q = {.service = (AwsService)(size % AWS_SERVICE_COUNT),
                       .region = next_line(&rest),
                       .bucket = next_line(&rest),
                       .custom = next_line(&rest),
                       .fips = size % 2,
                       .dual_stack = size % 3 == 0};
    if (endpoint_find(&a, &q, &e, &err)) {
        check_host(e.host);
        if (!str_starts(e.base, "https://") && !(str_starts(e.base, "http://") && e.local))
            BUG("credentials in the clear");
        if (!str_ends(e.base, str_cstr(&a, e.host)))
            BUG("another host is signed");
        if (e.path.n && e.path.p[0] != '/')
            BUG("a path that goes on with the host");
        const Partition *p = partition_of(e.region);
        if (!q.custom.n && !str_ends(e.host, p->dns_suffix) && !str_ends(e.host, p->dual_suffix))
            BUG("not AWS's");
    } else if (err.kind == ERR_NONE) {
        BUG("no reason");
    }
    arena_release(&a);
    return 0;
}
