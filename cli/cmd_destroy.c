// pluto destroy: the stack taken down.
#include "cli/deploy/deploy.h"

const Command command_destroy = {
    .name = "destroy",
    .arguments = "[DIR]",
    .doc = "delete everything that was deployed",
    .details = "Deletes the stack of the project in DIR (default: this folder) and its packages.\n"
               "Tables and what else holds data stays; it is listed. Exit codes are those of\n"
               "`pluto deploy`.",
    .takes = TAKES(O_STACK) | TAKES(O_YES) | TAKES(O_WAIT) | TAKES(O_FORCE) | TAKES(O_RETAIN) |
             TAKES_AWS | TAKES(O_JSON),
    .run = destroy_run,
};
