#pragma once
// What generate() and trace() share: from the graph to an undivided template. Private to
// generator/.

#include "generator/lowering.h"

// Finds the nodes and edges of g->arch and lowers every resource into g->template. A kind that has
// no template yet is a P0501 where the template has to be `complete`, and is passed over else.
void gen_run(Gen *g, bool complete);
