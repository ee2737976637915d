// pluto version: which pluto this is.
#include "cli/report.h"

static int run(Session *s) {
    return report_output(s, STR("pluto " PLUTO_VERSION "\n"), EXIT_DONE);
}

const Command command_version = {
    .name = "version",
    .doc = "show the version",
    .details = "Shows the version; `pluto --version` does the same.",
    .run = run,
};
