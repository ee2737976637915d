#pragma once
// Text and numbers as XML holds them. Private to views/.

#include "base/str.h"

// As text or as an attribute's value in double quotes, whatever the bytes: what XML cannot hold
// (control characters, what is not UTF-8) becomes U+FFFD.
void xml_put(Buf *b, Str s);
// ` name="value"`.
void xml_attribute(Buf *b, const char *name, Str value);
// Rounded to tenths, "12", "-0.5": the same under any locale.
void xml_number(Buf *b, double x);
