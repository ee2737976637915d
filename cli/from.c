// A graph that was compiled before, and the settings it is looked at with.
//
// Input: --from FILE and perhaps DIR. Output: a Compile, as the pipeline would have made it.
// Invariant: the program itself is not read.
#include "cli/from.h"

enum { ARCH_JSON_MAX = 64 << 20 };

bool from_open(Session *s, Compile *out, Err *err) {
    Str json, dir = s->args.arguments[0];
    *out = (Compile){0};
    if (!s->host->read_file(s->host, s->arena, s->args.from, ARCH_JSON_MAX, &json, err))
        return false;
    sources_add(s->sources, s->args.from, json);
    out->arch = arch_from_json(s->arena, json, s->args.from, &kind_table, s->diags);
    return !out->arch || !dir.n ||
           project_open(s->arena, s->host, dir, out->arch->stack, &kind_table, s->sources, s->diags,
                        &out->project, err);
}
