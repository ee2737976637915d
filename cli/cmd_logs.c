// pluto logs: what functions wrote, here or where they are deployed.
#include "cli/deploy/deploy.h"
#include "cli/run/local.h"

static int run(Session *s) {
    return means_deployed(s) ? deployed_logs_run(s) : logs_run(s);
}

const Command command_logs = {
    .name = "logs",
    .arguments = "[FUNCTION]",
    .doc = "show what functions wrote",
    .details =
        "Shows the log of FUNCTION, or of all functions in the order of time: what they wrote, "
        "and\n"
        "how long each request took. Logs of functions that `pluto run` served stay when it has\n"
        "ended; they are in .pluto/local/logs.\n\n"
        "With --deployed (or --stack, --profile, --region) these are the logs of what is "
        "deployed:\n"
        "of the last five minutes, unless --since or --all says otherwise; --follow goes on with\n"
        "what is written. Lines that Lambda itself writes are left out without --show-platform.",
    .takes = TAKES(O_PROJECT) | TAKES(O_FOLLOW) | TAKES(O_SINCE) | TAKES(O_DEPLOYED) |
             TAKES(O_STACK) | TAKES(O_ALL) | TAKES(O_SHOW_PLATFORM) | TAKES_AWS,
    .run = run,
};
