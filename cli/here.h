#pragma once
// Commands that are proposed, as they have to be typed where this one was. Private to cli/.

#include "cli/session.h"

// `text` with what each `pluto …` between back-ticks needs to mean the same stack, account and
// folder as the command line did.
Str commands_here(const Session *s, Str text);
