// ReactApp: a Website whose files a build command makes first. Known to graphs; its template comes
// with its own lowering.
//
// Input: nothing. Output: the row `kind_reactapp`.
// Invariant: but for the build it has the options and operations of a Website.
#include "arch/kind.h"

static const char *const PLATFORMS[] = {"Vercel", NULL};

static const Param OPTIONS[] = {
    {.name = "buildDir",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the folder that the build writes, `build` unless given"},
    {.name = "buildCommand",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "makes the files, `npm run build` unless given"},
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
    {.name = "projectPath",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "the folder of the React project"},
    {.name = "name",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "names the site within the application, `default` unless given"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how it is built and served"},
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

const Kind kind_reactapp = {
    .name = "ReactApp",
    .doc = "a React project, built and served to browsers",
    .params = PARAMS,
    .ops = OPS,
};
