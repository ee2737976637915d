// pluto rollback: out of a deployment that failed.
#include "cli/deploy/deploy.h"

const Command command_rollback = {
    .name = "rollback",
    .arguments = "[DIR]",
    .doc = "go back from a deployment that failed",
    .details =
        "Goes back to what was deployed before: from a deployment that failed with --no-rollback,\n"
        "and from a rollback that failed itself, once its reason is gone. --skip leaves a "
        "resource\n"
        "as it is where it cannot be put back; --force leaves all such, one after the other.\n"
        "Exit codes are those of `pluto deploy`.",
    .takes = TAKES(O_STACK) | TAKES(O_YES) | TAKES(O_WAIT) | TAKES(O_FORCE) | TAKES(O_SKIP) |
             TAKES_AWS | TAKES(O_JSON),
    .run = rollback_run,
};
