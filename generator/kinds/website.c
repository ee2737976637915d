// Website: a folder of files served to browsers. Known to graphs; its template comes with its own
// lowering.
//
// Input: nothing. Output: the row `kind_website`.
// Invariant: variables are recorded on the site at the top level; handlers only read its URL.
#include "arch/kind.h"

static const char *const PLATFORMS[] = {"Vercel", NULL};

static const Param OPTIONS[] = {
    {.name = "platform",
     .type = P_STRING,
     .choices = PLATFORMS,
     .must_be_known = true,
     .doc = "where the site is served, AWS unless given"},
    {.name = "simHost", .type = P_STRING, .doc = "accepted and not used"},
    {.name = "simPort", .type = P_STRING, .doc = "accepted and not used"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "path",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "the folder that is served"},
    {.name = "name",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "names the site within the application, `default` unless given"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how it is served"},
    {.name = NULL},
};

static const Param ADD_ENV[] = {
    {.name = "key",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "the variable's name"},
    {.name = "value", .type = P_STRING, .required = true, .doc = "its value"},
    {.name = NULL},
};

static const Op OPS[] = {
    {.name = "addEnv",
     .role = OP_INFRA,
     .params = ADD_ENV,
     .late_sets = true,
     .doc = "gives the site's scripts a variable"},
    {.name = "url", .role = OP_LATE, .doc = "the site's URL"},
    {.name = NULL},
};

const Kind kind_website = {
    .name = "Website",
    .doc = "a folder of files served to browsers",
    .params = PARAMS,
    .ops = OPS,
};
