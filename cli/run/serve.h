#pragma once
// The loop of `pluto run`: compile, pack, deploy, wait. Private to cli/.

#include "cli/session.h"

int serve_run(Session *s);
