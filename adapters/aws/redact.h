#pragma once
// Takes secrets out of what others say. Private to adapters/aws.

#include "base/base.h"

// The text with `…` in place of every value that stands behind the name of a secret. The same text
// where there is none.
Str redacted(Arena *a, Str text);
