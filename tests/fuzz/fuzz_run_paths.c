// Any bytes as the target of a request, as a path of Lambda's APIs, as a function's name, and as a
// reply of HTTP: what is given out lies within what came in, and says the same when it is asked
// again.

#include "adapters/run/client.h"
#include "adapters/run/runtime_path.h"
#include "adapters/run/server.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(Str all, Str part, const char *what) {
    if (part.n && (part.p < all.p || part.p + part.n > all.p + all.n))
        BUG("%s lies outside of the input", what);
}

static void check_paths(Str all) {
    Str path = STR_EMPTY, query = STR_EMPTY, id, function;
    if (http_target(all, &path, &query)) {
        check_within(all, path, "a path");
        check_within(all, query, "a query");
        if (!str_starts(path, "/") || str_contains(path, "?"))
            BUG("a path that is none");
    } else {
        path = all;
    }
    RuntimeCall call = runtime_path(path, &id);
    check_within(all, id, "an id");
    if (str_contains(id, "/") || ((call == RUNTIME_RESPONSE || call == RUNTIME_ERROR) && !id.n))
        BUG("an id that is none");
    LambdaCall lambda = lambda_path(path, &function);
    check_within(all, function, "a function");
    if (lambda != LAMBDA_NONE && call != RUNTIME_NONE)
        BUG("a path of two APIs");
    Str name = lambda_name(function.n ? function : all);
    check_within(all, name, "a name");
    if (str_contains(name, ":"))
        BUG("a name with a colon");
}

static void check_reply(Str all) {
    Arena a;
    arena_init(&a);
    ClientReply reply;
    if (client_reply(&a, all, &reply)) {
        check_within(all, reply.body, "a body");
        if (reply.body.n && reply.body.p + reply.body.n != all.p + all.n)
            BUG("bytes behind the body");
    }
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str all = {(const char *)data, (uint32_t)size};
    check_paths(all);
    check_reply(all);
    return 0;
}
