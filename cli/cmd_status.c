// pluto status: how the deployed stack stands.
#include "cli/deploy/deploy.h"

const Command command_status = {
    .name = "status",
    .arguments = "[DIR]",
    .doc = "show what is deployed and how it stands",
    .details =
        "Shows the state of the stack of the project in DIR (default: this folder), its\n"
        "outputs, what failed last and why, endpoints that are not as deployed, and what to\n"
        "do next. Nothing is changed.\n\n"
        "Exit codes: 0 in order, 3 there is no such stack (or AWS could not be asked), 4 the\n"
        "last deployment or an endpoint failed, 5 somebody has to help, 6 an operation is under "
        "way, 7\n"
        "credentials or permissions, 9 a stack of that name is somebody else's.",
    .takes = TAKES(O_STACK) | TAKES_AWS | TAKES(O_JSON),
    .run = status_run,
};
