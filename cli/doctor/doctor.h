#pragma once
// `pluto doctor`: what is looked at, and what is found. Private to cli/.

#include "cli/pipeline.h"
#include "cli/session.h"

typedef enum Health { HEALTH_GOOD, HEALTH_NOTE, HEALTH_BAD } Health;

typedef struct Finding {
    const char *about; // "node"
    Health health;     // HEALTH_BAD: without it nothing compiles
    bool for_deploy;   // nothing but a deployment needs it
    Str says;          // one line
    Str mend;          // what to do, may be empty
    Vec(Str) details;  // how it came to that: with --verbose, and where it is not well
} Finding;

typedef struct Doctor {
    Session *s;
    Arena *a;
    Vec(Finding) findings;
    Str root;                  // of the project; empty: there is none here
    Str runtime;               // of Lambda, that pluto.yml names: "nodejs22.x"; empty: the default
    Str region;                // that pluto.yml names, or empty
    Str role_arn, external_id; // the same
} Doctor;

// Adds a finding; the last two texts are formatted by whoever has something to say in them.
Finding *doctor_add(Doctor *d, const char *about, Health health, Str says);

// The project first: what it says of runtime and region matters to the others.
void doctor_project(Doctor *d);
void doctor_tools(Doctor *d);
void doctor_kit(Doctor *d); // within them: what pluto brings along
void doctor_aws(Doctor *d);

Str doctor_text(const Doctor *d, bool color);
Str doctor_json(const Doctor *d);

// ---- What they share ----------------------------------------------------------------------------

// The environment's variable; empty where it is not set.
Str doctor_env(const Doctor *d, const char *name);
// A small file's text, empty where there is none that can be read.
Str doctor_file(const Doctor *d, Str path);
// The program of that name in PATH: absolute, and no part of the project. False where there is
// none.
bool program_find(const Doctor *d, const char *name, Str *path);
// The first line that `path --version` writes; it runs in `/`, with next to no environment, and is
// ended after three seconds. False where it says nothing.
bool program_version(const Doctor *d, Str path, Str *version);
