#pragma once
// The only place that turns an Err or Diags into text. Private to cli/.

#include "cli/session.h"

// Prints err to the standard error; gives the exit code it stands for.
int report_err(const Session *s, const Err *err);
// Says what will go wrong, and what to do (may be empty), on the standard error.
void report_warning(const Session *s, Str message, Str help);
// Says something that is no failure, on the standard error; nothing with --quiet.
void report_note(const Session *s, Str text);
// Prints all diagnostics, with a closing line that counts them; EXIT_REJECTED where one is an
// error.
int report_diags(const Session *s);
// Writes `text` to the standard output and gives `code`, or reports why that failed.
int report_output(const Session *s, Str text, int code);
// Writes `text` to a file, like report_output.
int report_file(const Session *s, Str path, Str text, int code);
