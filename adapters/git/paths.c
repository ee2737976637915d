// Which names a template's files may have. In: names as strangers wrote them. Out: why not.
//
// Invariant: a path that passes stays below the folder it is joined to and never means `.git`, on
// any file system that may be mounted there: letter case, trailing dots and blanks, short names,
// streams and characters that are skipped included.

#include "adapters/git/paths.h"

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

Str paths_folded(Arena *a, Str name) {
    char *p = arena_alloc(a, name.n);
    for (uint32_t i = 0; i < name.n; i++)
        p[i] = lower(name.p[i]);
    return (Str){p, name.n};
}

static bool folded_is(Str name, const char *word) {
    uint32_t i = 0;
    for (; i < name.n && word[i]; i++)
        if (lower(name.p[i]) != word[i])
            return false;
    return i == name.n && !word[i];
}

// `.git` as NTFS, FAT or HFS+ would read it: `.GIT`, `.git. .`, `git~1`, `.git::$INDEX_ALLOCATION`.
static bool means_git(Str name) {
    int64_t colon = str_find(name, STR(":"), 0);
    if (colon >= 0)
        name = str_slice(name, 0, (uint32_t)colon);
    while (name.n && (name.p[name.n - 1] == '.' || name.p[name.n - 1] == ' '))
        name.n--;
    if (folded_is(name, ".git"))
        return true;
    int64_t tilde = str_rfind_char(name, '~');
    if (tilde < 0)
        return false;
    // Short names keep the first letters and a number: git~1, gi7eba~1.
    Str head = str_slice(name, 0, (uint32_t)tilde),
        tail = str_slice(name, (uint32_t)tilde + 1, name.n);
    return (folded_is(head, "git") || folded_is(head, "gi7eba")) && tail.n == 1 && *tail.p >= '0' &&
           *tail.p <= '9';
}

// Control characters, and those that are not seen: HFS+ skips some of them when it compares names,
// and others turn what a terminal shows.
static bool is_unseen(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

const char *paths_name_wrong(Str name) {
    if (name.n == 0)
        return "a name is empty";
    if (name.n > PATHS_NAME_MAX)
        return "its name is too long";
    if (!utf8_valid(name, NULL))
        return "its name is not UTF-8";
    for (uint32_t at = 0; at < name.n;)
        if (is_unseen(utf8_next(name, &at)))
            return "its name has characters that are not seen";
    for (uint32_t i = 0; i < name.n; i++)
        if (name.p[i] == '/' || name.p[i] == '\\')
            return "its name has a slash in it";
    if (str_is(name, ".") || str_is(name, ".."))
        return "it leads out of its folder";
    if (means_git(name))
        return "it would be taken for `.git`";
    return NULL;
}

const char *paths_wrong(Str path) {
    uint32_t from = 0;
    for (unsigned depth = 1;; depth++) {
        int64_t slash = str_find(path, STR("/"), from);
        const char *wrong =
            paths_name_wrong(str_slice(path, from, slash < 0 ? path.n : (uint32_t)slash));
        if (wrong || slash < 0)
            return wrong;
        if (depth >= PATHS_DEPTH_MAX)
            return "it lies too deep";
        from = (uint32_t)slash + 1;
    }
}
