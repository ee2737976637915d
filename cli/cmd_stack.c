// pluto stack: the stacks of a project.
#include "cli/deploy/deploy.h"

const Command command_stack = {
    .name = "stack",
    .arguments = "list|new|select|delete [STACK]",
    .doc = "list, add, choose and delete the stacks of a project",
    .details = "A stack is one deployment of the project: `dev`, `prod`. `list` shows those of\n"
               "pluto.yml, which of them is meant without --stack, and what is deployed. `new`\n"
               "adds one to pluto.yml, `select` makes it the one that is meant (`current`).\n"
               "`delete` destroys what is deployed of it, as `pluto destroy` does, and then takes\n"
               "it out of pluto.yml. The rest of the file stays as it is.",
    .takes = TAKES(O_PROJECT) | TAKES(O_YES) | TAKES(O_WAIT) | TAKES(O_FORCE) | TAKES(O_RETAIN) |
             TAKES_AWS | TAKES(O_JSON),
    .run = stack_run,
};
