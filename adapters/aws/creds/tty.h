#pragma once
// Asks whoever sits at the terminal. Private to creds/.

#include "base/base.h"

// Six digits, which do not show. False where there is no terminal, or nobody gave them.
bool tty_mfa_code(Arena *a, Str device, Str *out, Err *err);
