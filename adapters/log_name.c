// What a resource's log is called: the run adapter writes it, `pluto logs` reads it.
//
// Input: a resource's id, or a function's name as people type it. Output: the file's name, without
// ".log". Invariant: a name is one part of a path, and never hidden or "..".

#include "adapters/adapters.h"

Str adapters_log_name(Arena *a, Str id) {
    static const char prefix[] = "Function/";
    Str name = str_starts(id, prefix) ? str_slice(id, sizeof prefix - 1, id.n) : id;
    char *text = str_cstr(a, name);
    for (char *p = text; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '_' || (*p == '.' && p > text);
        if (!plain)
            *p = '-';
    }
    return str_of(text);
}
