#pragma once
// The limits of CloudFormation.

#include "generator/cfn/split.h"

// Whether the template is too large for one stack, its size in bytes aside.
bool limits_exceeded(const Template *t);

// A P0503 for each limit that the template exceeds, with the number and who is to blame.
void limits_check(Gen *g, const Template *t);
// Drops what the main template need not say, so that it keeps to the limit of outputs.
void limits_trim_outputs(Template *t);
// The same for its text; `largest` is the owner of its largest resource.
void limits_check_text(Gen *g, Str text, Str largest);
// The same for what the settings give to every resource.
void limits_check_tags(Gen *g);
