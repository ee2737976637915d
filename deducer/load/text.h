#pragma once
// The text of a module before it is parsed: is it text at all, and is it JSON. Private to load/.

#include "deducer/load/load.h"

// Checks the bytes of a file and registers what can be shown of them as m->file. `bytes` is the
// caller's own copy: it outlives the sources, and is made presentable where it is not valid.
// `*text` is what to parse; false where there is nothing to parse, which is reported.
bool text_accept(LoadContext *lc, Module *m, char *bytes, uint32_t size, Str *text);
// Reports a JSON module that is none. One thread at a time.
void text_check_json(LoadContext *lc, Module *m);
// Where to point for an error that cJSON met at an offset: it stops behind the first byte of what
// should have been a key.
uint32_t text_json_place(Str text, uint32_t at);
