#pragma once
// Files of sections and settings, as git has them. Private to cli/.

#include "base/base.h"

typedef struct IniSetting {
    Str section; // "default", "profile dev", "user"
    Str key, value;
} IniSetting;
typedef Vec(IniSetting) IniSettings;

enum { INI_MAX = 1 << 20 };

// Every setting of the text, in its order; lines that are none are passed over.
IniSettings ini_read(Arena *a, Str text);
// The value that counts: the last one. False where the section has none.
bool ini_find(const IniSettings *all, Str section, const char *key, Str *value);
bool ini_has_section(const IniSettings *all, Str section);
