// A Host whose files are in memory, for tests and fuzzers. In: paths and texts. Out: what
// host_posix would say of them, except that there are no links, no environment and only regular
// files.
//
// A folder is there when a file is below it. Reading is safe from several threads; writing is not.

#include "base/host.h"
#include "base/map.h"
#include "base/path.h"

#include <stdlib.h>

typedef struct MemHost {
    Host host; // first, so that a Host * is a MemHost *
    Arena *arena;
    Map files;   // normal path → Str *
    Map folders; // normal path → this
} MemHost;

static void add_file(MemHost *m, Str path, Str content) {
    path = path_normal(m->arena, str_dup(m->arena, path));
    Str *kept = arena_new(m->arena, Str);
    *kept = str_dup(m->arena, content);
    map_set(&m->files, path, kept);
    // All folders above, until one is known: then those above it are known too.
    for (Str dir = path_dir(path); dir.n > 0 && map_set(&m->folders, dir, m); dir = path_dir(dir))
        if (dir.n == 1)
            break;
}

static HostType type_of(const MemHost *m, Arena *scratch, Str path, Str *normal_out,
                        Str **file_out) {
    *normal_out = path_normal(scratch, path);
    *file_out = map_find(&m->files, *normal_out);
    if (*file_out)
        return HOST_FILE;
    return map_has(&m->folders, *normal_out) ? HOST_DIR : HOST_NONE;
}

static bool read_file(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err) {
    Str normal, *file;
    HostType found = type_of((MemHost *)h, a, path, &normal, &file);
    if (found == HOST_DIR)
        return err_set(err, ERR_NOT_REGULAR, "cannot read `%.*s`: it is a folder", STR_ARG(path));
    if (found == HOST_NONE)
        return err_set(err, ERR_NOT_FOUND, "cannot read `%.*s`: no such file or directory",
                       STR_ARG(path));
    if (file->n > max)
        return err_set(err, ERR_TOO_LARGE,
                       "cannot read `%.*s`: it has %u bytes, and at most %zu are read",
                       STR_ARG(path), file->n, max);
    // A copy: reading over its end then runs into the arena's red zone.
    *out = str_dup(a, *file);
    return true;
}

static bool write_file(Host *h, Str path, Str content, Err *err) {
    MemHost *m = (MemHost *)h;
    Str normal, *file;
    if (type_of(m, m->arena, path, &normal, &file) == HOST_DIR)
        return err_set(err, ERR_NOT_REGULAR, "cannot write `%.*s`: it is a folder", STR_ARG(path));
    add_file(m, path, content);
    return true;
}

static HostType type(Host *h, Str path) {
    Arena scratch;
    arena_init(&scratch);
    Str normal, *file;
    HostType found = type_of((MemHost *)h, &scratch, path, &normal, &file);
    arena_release(&scratch);
    return found;
}

static bool real_path(Host *h, Arena *a, Str path, Str *out) {
    Str *file;
    return type_of((MemHost *)h, a, path, out, &file) != HOST_NONE;
}

static int compare_names(const void *x, const void *y) {
    return str_cmp(*(const Str *)x, *(const Str *)y);
}

static bool list(Host *h, Arena *a, Str path, Str **names, size_t *count) {
    const MemHost *m = (const MemHost *)h;
    Str folder, *file;
    if (type_of(m, a, path, &folder, &file) != HOST_DIR)
        return false;
    const Map *maps[] = {&m->files, &m->folders};
    Vec(Str) all = {0};
    for (size_t k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < maps[k]->n; i++) {
            Str one = maps[k]->at[i].key;
            if (one.n > 1 && str_eq(path_dir(one), folder))
                vec_push(a, &all, path_base(one));
        }
    }
    if (all.n)
        qsort(all.at, all.n, sizeof *all.at, compare_names);
    *names = all.at;
    *count = all.n < HOST_LIST_MAX ? all.n : HOST_LIST_MAX;
    return true;
}

// Tests must not depend on who runs them.
static bool env(Host *h, Arena *a, Str name, Str *out) {
    (void)h, (void)a, (void)name, (void)out;
    return false;
}

Host *host_memory(Arena *a, const MemFile *files, size_t count) {
    MemHost *m = arena_new(a, MemHost);
    *m = (MemHost){.host = {read_file, write_file, type, real_path, list, env},
                   .arena = a,
                   .files = map_new(a),
                   .folders = map_new(a)};
    for (size_t i = 0; i < count; i++)
        add_file(m, files[i].path, files[i].content);
    return &m->host;
}
