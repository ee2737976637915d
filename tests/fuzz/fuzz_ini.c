// Any bytes as a file of sections and settings: no crash, and every setting is a piece of the text
// on one line, in a section that was opened.

#include "base/base.h"
#include "cli/doctor/ini.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > INI_MAX)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = {(const char *)data, (uint32_t)size};
    IniSettings all = ini_read(&a, text);
    for (uint32_t i = 0; i < all.n; i++) {
        const IniSetting *one = &all.at[i];
        if (!one->section.n || !one->key.n || !ini_has_section(&all, one->section))
            BUG("a setting without a name");
        if (str_find(text, one->key, 0) < 0 || str_find(text, one->value, 0) < 0)
            BUG("a setting that does not stand in the text");
        if (str_contains(one->value, "\n") || str_contains(one->key, "\n"))
            BUG("a setting of several lines");
    }
    arena_release(&a);
    return 0;
}
