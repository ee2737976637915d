// pluto outputs: URLs and names that a deployment gave.
#include "cli/deploy/deploy.h"

const Command command_outputs = {
    .name = "outputs",
    .arguments = "[NAME]",
    .doc = "print the URLs and names of what is deployed",
    .details = "Prints the outputs of the deployed stack, or the value of NAME alone:\n"
               "`curl \"$(pluto outputs FunctionChatbotUrl)\"`. Exit code 3 says that there is no\n"
               "such stack or output.",
    .takes = TAKES(O_PROJECT) | TAKES(O_STACK) | TAKES_AWS | TAKES(O_JSON),
    .run = outputs_run,
};
