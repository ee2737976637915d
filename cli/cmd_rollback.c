// pluto rollback: out of a deployment that failed.
#include "cli/deploy/deploy.h"

const Command command_rollback = {
    .name = "rollback",
    .arguments = "[DIR]",
    .doc = "go back from a deployment that failed",
    .details =
        "Goes back to what was deployed before: from a deployment that failed with --no-rollback,\n"
        "and from a rollback that failed itself, once its reason is gone. What goes and what is "
        "put\n"
        "back is shown first, with permissions and ways in, and done when you agree; what holds\n"
        "data is deleted only with --allow-replace. Interrupted, it goes on at AWS: --resume\n"
        "follows it. --skip leaves a resource as it is where it cannot be put back; --force "
        "leaves\n"
        "all such, one after the other. Exit codes are those of `pluto deploy`.",
    .takes = TAKES(O_STACK) | TAKES(O_YES) | TAKES(O_RESUME) | TAKES(O_WAIT) | TAKES(O_FORCE) |
             TAKES(O_SKIP) | TAKES(O_ALLOW_REPLACE) | TAKES_AWS | TAKES(O_JSON),
    .run = rollback_run,
};
