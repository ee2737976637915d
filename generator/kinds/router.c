// Router: an HTTP API, each route a handler.
//
// Input: the row's resource and its routes (trigger edges). Output: the row `kind_router`.
// Invariant: the API may call each handler through that handler's own route only.
#include "arch/kind.h"

static const Param OPTIONS[] = {
    {.name = "cors",
     .type = P_ANY,
     .doc =
         "`true` (unless given), `false`, or { origins, methods, headers, credentials, maxAge }"},
    {.name = "simHost", .type = P_STRING, .doc = "accepted and not used"},
    {.name = "simPort", .type = P_STRING, .doc = "accepted and not used"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the router within the application"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how it answers"},
    {.name = NULL},
};

static const Param ROUTE[] = {
    {.name = "path",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "`/a/:param`, a trailing `*` takes the rest"},
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "answers the request"},
    {.name = NULL},
};

static const Param ALL[] = {
    {.name = "path",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "`/a/:param`, a trailing `*` takes the rest"},
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "answers the request"},
    {.name = "raw",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "hand the function the event as it came"},
    {.name = NULL},
};

static const Op OPS[] = {
    {.name = "get", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers GET"},
    {.name = "post", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers POST"},
    {.name = "put", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers PUT"},
    {.name = "delete",
     .role = OP_INFRA,
     .params = ROUTE,
     .named_by = "path",
     .doc = "answers DELETE"},
    {.name = "patch",
     .role = OP_INFRA,
     .params = ROUTE,
     .named_by = "path",
     .doc = "answers PATCH"},
    {.name = "head", .role = OP_INFRA, .params = ROUTE, .named_by = "path", .doc = "answers HEAD"},
    {.name = "all",
     .role = OP_INFRA,
     .params = ALL,
     .named_by = "path",
     .doc = "answers every method that has no route of its own"},
    {.name = "url", .role = OP_LATE, .doc = "the API's URL"},
    {.name = NULL},
};

const Kind kind_router = {
    .name = "Router",
    .doc = "an HTTP API",
    .params = PARAMS,
    .ops = OPS,
};
