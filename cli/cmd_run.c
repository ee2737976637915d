// pluto run: the whole application on this machine.
#include "cli/run/serve.h"

const Command command_run = {
    .name = "run",
    .arguments = "[DIR]",
    .doc = "run the application on this machine, and follow the sources",
    .details =
        "Compiles the program in DIR (default: this folder), makes its packages and runs them: "
        "each\n"
        "function in processes of its own, as on Lambda, with a Function URL; each router on an\n"
        "address of its own; SageMaker endpoints and tables emulated behind one AWS endpoint. "
        "What\n"
        "is saved takes effect at once; a program that is rejected leaves the last good one\n"
        "running.\n\n"
        "Only this user's processes on this machine are answered, and nothing real is called: the\n"
        "credentials that functions see are made up. The AWS endpoint is on port 4600 unless\n"
        "--port says otherwise (where it is in use: 4700, 4800 …); URLs follow it. Data is kept "
        "in\n"
        "DIR/.pluto/local.",
    .takes = TAKES(O_STACK) | TAKES(O_PORT) | TAKES(O_MODEL) | TAKES(O_WORKERS) | TAKES(O_JSON),
    .run = serve_run,
};
