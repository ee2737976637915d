#pragma once
// Sym: an interned identifier, comparable by ==. Never order output by Sym: order by sym_str.
// One Interner may be used from several threads at once.

#include "base/str.h"

typedef uint32_t Sym; // 0 is the empty string

typedef struct Interner Interner;

Interner *interner_open(void);
void interner_close(Interner *in);
Sym sym_of(Interner *in, Str s); // copies the text where it is new
Sym sym_lit(Interner *in, const char *s);
Str sym_str(const Interner *in, Sym s);
