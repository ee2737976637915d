#pragma once
// pluto graph --watch. Private to cli/.

#include "adapters/adapters.h"
#include "cli/session.h"

// Serves the page of the program and draws it anew at every change, until SIGINT or SIGTERM.
int watch_run(Session *s);
// The same with a given page server.
int watch_with(Session *s, const LiveApi *api);
