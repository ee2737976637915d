#pragma once
// The files that a command leaves behind. Private to cli/.

#include "cli/session.h"
#include "generator/generator.h"

// Writes the template and its nested templates into a folder; EXIT_DONE, or the failure reported.
int output_template(const Session *s, Str folder, const Output *output);
// One line of summary on the standard output for each file, unless --quiet.
int output_summary(const Session *s, Str folder, const Arch *arch, const Output *output);
