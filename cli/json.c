// JSON as people read it: cJSON's own layout with two spaces where it writes tabs.
//
// Invariant: only the layout differs, and characters that a terminal obeys are escaped. cJSON
// escapes the tabs within texts, so each that stands in what it prints is one of its own.

#include "cli/json.h"

Str json_indented(Arena *a, const cJSON *value) {
    Buf b = buf_new(a);
    char *printed = cJSON_Print(value);
    if (!printed)
        BUG("no memory for JSON");
    for (const char *p = printed; *p; p++) {
        if (*p != '\t')
            buf_putc(&b, *p);
        else
            buf_puts(&b, p > printed && p[-1] == ':' ? " " : "  ");
    }
    cJSON_free(printed);
    return json_visible(a, buf_str(&b));
}
