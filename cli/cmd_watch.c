// pluto watch: deploys at every save.
#include "cli/deploy/deploy.h"

const Command command_watch = {
    .name = "watch",
    .arguments = "[DIR]",
    .doc = "deploy whenever a source is saved, for development",
    .details =
        "Deploys the program in DIR (default: this folder), then again whenever one of its "
        "sources\n"
        "is saved: code goes straight into the functions, within seconds; where more has changed,\n"
        "it is deployed as `pluto deploy` does, which asks unless --yes is given. Until Ctrl-C.\n\n"
        "CloudFormation does not know of code that came this way; the next `pluto deploy` puts "
        "that\n"
        "right. Do not use it where others depend on the stack.",
    .takes = TAKES(O_STACK) | TAKES(O_YES) | TAKES(O_ALLOW_REPLACE) | TAKES_AWS | TAKES(O_JSON),
    .run = watch_deploys,
};
