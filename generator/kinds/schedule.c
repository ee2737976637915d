// Schedule: calls a function at times that a cron expression gives. Known to graphs; its template
// comes with its own lowering.
//
// Input: nothing. Output: the row `kind_schedule`.
// Invariant: handlers cannot call it; it has infrastructure operations only.
#include "arch/kind.h"

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the schedule within the application"},
    {.name = "options",
     .type = P_OBJECT,
     .fields = (const Param[]){{.name = NULL}},
     .doc = "none yet"},
    {.name = NULL},
};

static const Param CRON[] = {
    {.name = "expression",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "minute, hour, day of month, month, day of week"},
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "what is called"},
    {.name = NULL},
};

static const Op OPS[] = {
    {.name = "cron",
     .role = OP_INFRA,
     .params = CRON,
     .named_by = "expression",
     .doc = "calls the function whenever the expression matches"},
    {.name = NULL},
};

const Kind kind_schedule = {
    .name = "Schedule",
    .doc = "calls functions at given times",
    .params = PARAMS,
    .ops = OPS,
};
