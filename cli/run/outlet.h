#pragma once
// The standard output of a program that must not wait for whoever reads it. Private to cli/run.

#include "base/base.h"

typedef struct Outlet Outlet;

// Starts the thread that writes to the descriptor. Never fails: where there is no thread, lines are
// written by whoever has them.
Outlet *outlet_open(int descriptor);
// Takes a copy of whole lines, from any thread, and returns at once. What nobody has read for long
// is lost: more than OUTLET_MAX bytes do not wait.
void outlet_put(Outlet *o, Str lines);
// Writes what waits, for OUTLET_PATIENCE_MS at most: a reader who reads gets all of it.
void outlet_close(Outlet *o);

enum { OUTLET_MAX = 8 << 20, OUTLET_PATIENCE_MS = 1000 };
