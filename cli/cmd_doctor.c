// pluto doctor: is all there that pluto needs, and what to do where it is not.
//
// Input: this machine, the project in this folder. Output: a line a finding. Exit: 0 where the
// program compiles or there is none, 3 where something that compiling needs is missing or wrong.

#include "cli/doctor/doctor.h"
#include "cli/report.h"

static int run(Session *s) {
    Doctor d = {.s = s, .a = s->arena};
    doctor_project(&d);
    doctor_tools(&d);
    doctor_aws(&d);
    int code = EXIT_DONE;
    for (uint32_t i = 0; i < d.findings.n; i++)
        if (d.findings.at[i].health == HEALTH_BAD)
            code = EXIT_WORLD;
    return report_output(s, s->args.json ? doctor_json(&d) : doctor_text(&d, s->color_out), code);
}

const Command command_doctor = {
    .name = "doctor",
    .doc = "look whether all is there that pluto needs, and say how to mend it",
    .details =
        "Looks at the project in this folder, at pluto and what it brings along (adapters, "
        "Node.js,\n"
        "the bundler, the runtime, tables), the package manager, git, the port of pluto run, the\n"
        "region and the source of credentials, and says what to do where something is missing or\n"
        "old; with --verbose also where it looked for credentials. Nothing is changed, nothing is\n"
        "asked over the network, and no secret is shown.\n\n"
        "Exit codes: 0 all that compiling needs is there, 3 it is not.",
    .takes = TAKES(O_STACK) | TAKES(O_PROJECT) | TAKES(O_JSON) | TAKES_AWS,
    .run = run,
};
