// pluto deploy: the program to AWS.
#include "cli/deploy/deploy.h"

const Command command_deploy = {
    .name = "deploy",
    .arguments = "[DIR]",
    .doc = "compile, show what would change, and bring it to AWS",
    .details =
        "Compiles the program in DIR (default: this folder), makes its packages, asks\n"
        "CloudFormation what would change, shows it, and deploys it when you agree. What is the\n"
        "same already is not touched.\n\n"
        "It can be interrupted at any moment: before CloudFormation has begun, everything is put\n"
        "back; afterwards the deployment goes on without us. --resume follows it again, --cancel\n"
        "stops it and goes back.\n\n"
        "--plan ends as `pluto diff` does: with 4 where a permission widens or something becomes\n"
        "public, unless --exit-zero says otherwise.\n\n"
        "With --express CloudFormation is done as soon as it has applied each resource; what\n"
        "still comes up, like a model's endpoint, is followed from here, and a deployment that "
        "fails\n"
        "is rolled back all the same. An endpoint that fails afterwards is put right by the next\n"
        "deployment.\n\n"
        "Exit codes: 0 done or unchanged, 1 the program was rejected, 2 wrong usage, 3 the "
        "outside\n"
        "world failed, 4 the deployment failed and was rolled back, 5 somebody has to help, 6\n"
        "another operation is at work, 7 credentials or permissions, 8 quotas and limits, 9\n"
        "refused because it is not safe, 130 interrupted.",
    .takes = TAKES(O_STACK) | TAKES(O_YES) | TAKES(O_PLAN) | TAKES(O_EXIT_ZERO) | TAKES(O_RESUME) |
             TAKES(O_CANCEL) | TAKES(O_WAIT) | TAKES(O_FAST) | TAKES(O_ALLOW_REPLACE) |
             TAKES(O_NO_ROLLBACK) | TAKES(O_EXPRESS) | TAKES(O_NO_EXPRESS) |
             TAKES(O_SKIP_PREFLIGHT) | TAKES_AWS | TAKES(O_JSON),
    .run = deploy_run,
};
