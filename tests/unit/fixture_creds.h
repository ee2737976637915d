#pragma once
// A machine for tests of credentials: files in memory, and an environment of the test's own.

#include "adapters/aws/creds/provide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct Machine {
    Host host; // first: a Host * is a Machine *
    Host *files;
    const char *env; // "A=b\nC=d\n"
    Arena arena;
} Machine;

static bool machine_read(Host *h, Arena *a, Str path, size_t max, Str *out, Err *err) {
    Host *files = ((Machine *)h)->files;
    return files->read_file(files, a, path, max, out, err);
}

static HostType machine_type(Host *h, Str path) {
    Host *files = ((Machine *)h)->files;
    return files->type(files, path);
}

static bool machine_env(Host *h, Arena *a, Str name, Str *out) {
    for (const char *line = ((Machine *)h)->env; line && *line;) {
        const char *end = strchr(line, '\n'), *equals = strchr(line, '=');
        if (str_eq((Str){line, (uint32_t)(equals - line)}, name)) {
            *out = str_dup(a, (Str){equals + 1, (uint32_t)(end - equals - 1)});
            return true;
        }
        line = end + 1;
    }
    return false;
}

// HOME is /h; config and credentials may be NULL.
static void machine_start(Machine *m, const char *config, const char *credentials,
                          const char *env) {
    *m = (Machine){.env = env};
    arena_init(&m->arena);
    MemFile files[3] = {{STR("/h/there"), STR("x")}};
    size_t n = 1;
    if (config)
        files[n++] = (MemFile){STR("/h/.aws/config"), str_of(config)};
    if (credentials)
        files[n++] = (MemFile){STR("/h/.aws/credentials"), str_of(credentials)};
    m->files = host_memory(&m->arena, files, n);
    m->host = (Host){.read_file = machine_read, .type = machine_type, .env = machine_env};
}

static void machine_stop(Machine *m) {
    arena_release(&m->arena);
}
