// Any bytes as the source of a template and as a path within one. No crash; what is accepted has no
// way to run something, carry a password or leave its folder, and what is refused says why.

#include "adapters/git/paths.h"
#include "adapters/git/source.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The same promise, found another way: walk the path as a file system would.
static void check_path(Arena *a, Str path) {
    if (paths_wrong(path))
        return;
    BUG_IF(path.n == 0 || *path.p == '/' || path.p[path.n - 1] == '/');
    BUG_IF(memchr(path.p, '\0', path.n) != NULL || memchr(path.p, '\\', path.n) != NULL);
    BUG_IF(!str_eq(path_normal(a, path), path));
    BUG_IF(!path_is_under(path_join(a, STR("/to"), path), STR("/to")));
    Str low = paths_folded(a, path);
    Str framed = str_cat(a, str_cat(a, STR("/"), low), STR("/"));
    BUG_IF(str_contains(framed, "/.git/") || str_contains(framed, "/git~1/"));
    BUG_IF(str_contains(framed, "/../") || str_contains(framed, "/./"));
}

static void check_origin(const Origin *o) {
    BUG_IF(o->url.n == 0);
    BUG_IF(o->folder.n && paths_wrong(o->folder) != NULL);
    BUG_IF(o->ref.n && *o->ref.p == '-');
    BUG_IF(str_contains(o->ref, "..") || str_contains(o->ref, ":"));
    if (o->type == ORIGIN_LOCAL)
        return;
    BUG_IF(str_starts(o->url, "-") || str_starts(o->url, "http://") || str_starts(o->url, "ext::"));
    BUG_IF(o->type == ORIGIN_HTTPS && !str_starts(o->url, "https://"));
    BUG_IF(o->type == ORIGIN_GIT && !str_starts(o->url, "git://"));
    for (uint32_t i = 0; i < o->url.n; i++)
        BUG_IF((unsigned char)o->url.p[i] < ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 13)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = {(const char *)data, (uint32_t)size};
    Origin origin;
    Err err = {0};
    if (source_parse(&a, text, &origin, &err))
        check_origin(&origin);
    else
        BUG_IF(err.kind == ERR_NONE || !err.message[0]);
    check_path(&a, text);
    arena_release(&a);
    return 0;
}
