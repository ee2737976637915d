// Paths as text. In: paths with '/'. Out: paths, normalised where it says so.
//
// Invariant: the file system is never asked, so "a/../b" becomes "b" even where a is a link.

#include "base/path.h"

#include <string.h>

static bool is_dots(Str part) {
    return part.n == 2 && part.p[0] == '.' && part.p[1] == '.';
}

// The parts of `out` behind `floor` can be given up by a ".."; those before it cannot.
static uint32_t put_part(char *out, uint32_t n, uint32_t *floor, Str part, bool absolute) {
    if (part.n == 0 || (part.n == 1 && part.p[0] == '.'))
        return n;
    if (is_dots(part) && n > *floor) {
        while (n > *floor && out[n - 1] != '/')
            n--;
        return n > *floor ? n - 1 : n;
    }
    if (is_dots(part) && absolute)
        return n;
    if (n > 0 && out[n - 1] != '/')
        out[n++] = '/';
    memcpy(out + n, part.p, part.n);
    n += part.n;
    if (is_dots(part))
        *floor = n;
    return n;
}

// One pass, written behind itself: the result is never longer than the path.
Str path_normal(Arena *a, Str path) {
    bool absolute = path_is_absolute(path);
    char *out = arena_alloc(a, (size_t)path.n + 1);
    uint32_t n = 0;
    if (absolute)
        out[n++] = '/';
    uint32_t floor = n;
    for (uint32_t i = 0; i < path.n;) {
        uint32_t from = i;
        while (i < path.n && path.p[i] != '/')
            i++;
        n = put_part(out, n, &floor, str_slice(path, from, i), absolute);
        i++;
    }
    // Nothing left means the folder one is in; an empty path would mean nothing at all.
    return n ? (Str){out, n} : STR(".");
}

Str path_join(Arena *a, Str base, Str rel) {
    if (path_is_absolute(rel) || base.n == 0)
        return path_normal(a, rel);
    return path_normal(a, str_cat(a, str_cat(a, base, STR("/")), rel));
}

Str path_dir(Str path) {
    int64_t slash = str_rfind_char(path, '/');
    if (slash < 0)
        return STR_EMPTY;
    return str_slice(path, 0, slash ? (uint32_t)slash : 1);
}

Str path_base(Str path) {
    return str_slice(path, (uint32_t)(str_rfind_char(path, '/') + 1), path.n);
}

Str path_ext(Str path) {
    Str name = path_base(path);
    int64_t dot = str_rfind_char(name, '.');
    // The dot of ".env" begins a name, not an extension.
    return dot > 0 ? str_slice(name, (uint32_t)dot, name.n) : STR_EMPTY;
}

bool path_is_absolute(Str path) {
    return path.n > 0 && path.p[0] == '/';
}

// Whole parts only: "/ab" is not under "/a".
bool path_is_under(Str path, Str dir) {
    // The current folder holds every relative path that does not climb out of it.
    if (dir.n == 0 || str_is(dir, "."))
        return !path_is_absolute(path) &&
               !(is_dots(str_slice(path, 0, 2)) && (path.n == 2 || path.p[2] == '/'));
    if (path.n < dir.n || memcmp(path.p, dir.p, dir.n) != 0)
        return false;
    return path.n == dir.n || dir.p[dir.n - 1] == '/' || path.p[dir.n] == '/';
}

Str path_relative(Arena *a, Str path, Str dir) {
    if (!path_is_under(path, dir) || dir.n == 0 || str_is(dir, "."))
        return str_dup(a, path);
    Str rest = str_slice(path, dir.n, path.n);
    if (rest.n > 0 && rest.p[0] == '/')
        rest = str_slice(rest, 1, rest.n);
    return rest.n ? str_dup(a, rest) : STR(".");
}
