// pluto logs: what the functions of the application that runs here wrote.
#include "cli/run/local.h"

const Command command_logs = {
    .name = "logs",
    .arguments = "[FUNCTION]",
    .doc = "show what functions wrote while `pluto run` served them",
    .details = "Shows the log of FUNCTION, or of all functions in the order of time: what they "
               "wrote, and\n"
               "how long each request took. Logs stay when `pluto run` has ended; they are in\n"
               ".pluto/local/logs.",
    .takes = TAKES(O_PROJECT) | TAKES(O_FOLLOW) | TAKES(O_SINCE),
    .run = logs_run,
};
