// pluto invoke: calls a function of the application that runs here.
#include "cli/run/local.h"

const Command command_invoke = {
    .name = "invoke",
    .arguments = "FUNCTION [ARGUMENT...]",
    .doc = "call a function of the application that `pluto run` serves",
    .details =
        "Calls FUNCTION with the arguments and prints what it gives. An argument that is JSON is\n"
        "taken as JSON, any other is a text: `pluto invoke add 1 2`, `pluto invoke greet Ada`,\n"
        "`pluto invoke save '{\"id\":7}'`. One that begins with `{`, `[` or `\"` has to be JSON,\n"
        "unless --text says that all are texts; behind `--` one may begin with a dash. With\n"
        "--event the function gets that event as Lambda would hand it over, and its answer is\n"
        "printed as it is.\n\n"
        "`pluto run` has to serve the project, in another terminal. Exit code 1 says that the\n"
        "function failed.",
    .takes = TAKES(O_PROJECT) | TAKES(O_EVENT) | TAKES(O_TEXT) | TAKES(O_JSON),
    .run = ask_run,
};
