#pragma once
// pluto.yml, changed in one place and left as it is everywhere else: comments, order, blank lines.
// Private to cli/project/ and `pluto stack`.
//
// Each gives the new text; false where the file is not written in the plain way that it understands
// (keys in the first column, a list of stacks with a line each). Whoever writes the result reads it
// first.

#include "base/base.h"

bool edit_current(Arena *a, Str text, Str stack, Str *out);
// `before`: the stack that is used as long as none is listed; it is listed, too.
bool edit_stack_add(Arena *a, Str text, Str stack, Str before, Str *out);
bool edit_stack_remove(Arena *a, Str text, Str stack, Str *out);
