// pluto drift: what is not as it was deployed.
#include "cli/deploy/deploy.h"

const Command command_drift = {
    .name = "drift",
    .arguments = "[DIR]",
    .doc = "find what was changed past the deployment",
    .details =
        "Has CloudFormation compare every resource of the stack with what was deployed, and\n"
        "shows the values that differ. Nothing is put back.\n\n"
        "Exit codes: 0 all is as deployed (or --exit-zero), 4 something is not; the others\n"
        "are those of `pluto deploy`.",
    .takes = TAKES(O_STACK) | TAKES_AWS | TAKES(O_JSON) | TAKES(O_EXIT_ZERO),
    .run = drift_run,
};
