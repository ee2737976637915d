// One turn of a command that follows the sources.
//
// Input: the command's session. Output: one like it, with memory, sources and diagnostics of its
// own. Invariant: what a turn made is gone with it; what it asked for is what the recorder has.

#include "cli/turn.h"

Session *turn_begin(Turn *out, const Session *s, Recorder *recorder) {
    Session *t = &out->session;
    arena_init(&out->arena);
    *t = *s;
    recorder_reset(recorder);
    t->arena = &out->arena;
    t->host = recorder_host(recorder);
    t->sources = sources_open();
    t->diags = diags_open(t->sources);
    return t;
}

void turn_end(Turn *t) {
    diags_close(t->session.diags);
    sources_close(t->session.sources);
    arena_release(&t->arena);
}
