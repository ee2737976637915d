// pluto invoke: calls a function, here or where it is deployed.
#include "cli/deploy/deploy.h"
#include "cli/run/local.h"

static int run(Session *s) {
    return means_deployed(s) ? deployed_invoke_run(s) : ask_run(s);
}

const Command command_invoke = {
    .name = "invoke",
    .arguments = "FUNCTION [ARGUMENT...]",
    .doc = "call a function of the application",
    .details =
        "Calls FUNCTION with the arguments and prints what it gives. An argument that is JSON is\n"
        "taken as JSON, any other is a text: `pluto invoke add 1 2`, `pluto invoke greet Ada`,\n"
        "`pluto invoke save '{\"id\":7}'`. One that begins with `{`, `[` or `\"` has to be JSON,\n"
        "unless --text says that all are texts; behind `--` one may begin with a dash. With\n"
        "--event the function gets that event as Lambda would hand it over, and its answer is\n"
        "printed as it is. A `raw` function gets its one argument as its event, likewise.\n\n"
        "`pluto run` has to serve the project, in another terminal; with --deployed (or --stack,\n"
        "--profile, --region) the function that is deployed is called, and the end of its log "
        "goes\n"
        "to the standard error. Exit code 1 says that the function failed.",
    .takes = TAKES(O_PROJECT) | TAKES(O_EVENT) | TAKES(O_TEXT) | TAKES(O_JSON) | TAKES(O_DEPLOYED) |
             TAKES(O_STACK) | TAKES_AWS,
    .run = run,
};
