// Tester: test cases that run where the application runs. Known to graphs; its template comes with
// its own lowering.
//
// Input: nothing. Output: the row `kind_tester`.
// Invariant: each test case is a function of its own, named after its description.
#include "arch/kind.h"

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the group of tests"},
    {.name = "options",
     .type = P_OBJECT,
     .fields = (const Param[]){{.name = NULL}},
     .doc = "none yet"},
    {.name = NULL},
};

static const Param IT[] = {
    {.name = "description",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "what is expected"},
    {.name = "fn", .type = P_FUNCTION, .required = true, .doc = "throws where it is not so"},
    {.name = NULL},
};

static const Op OPS[] = {
    {.name = "it",
     .role = OP_INFRA,
     .params = IT,
     .named_by = "description",
     .doc = "adds a test case"},
    {.name = NULL},
};

const Kind kind_tester = {
    .name = "Tester",
    .doc = "test cases that run where the application runs",
    .params = PARAMS,
    .ops = OPS,
};
