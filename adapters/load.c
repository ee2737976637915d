// Finds lib/pluto and loads an adapter's shared object from there. In: its name. Out: its table of
// functions.
//
// Invariant: what is loaded lies at a fixed place beside the program itself; neither the
// environment nor the current folder has a say. An adapter stays loaded until the process ends.

#include "adapters/module.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

enum { PROGRAM_PATH_MAX = 4096 };

typedef struct Adapter {
    const char *file;
    const char *package; // Debian's name of the library it needs
    uint32_t size;
} Adapter;

static bool program_folder(Arena *a, Str *out, Err *err) {
    char path[PROGRAM_PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    // A full buffer may have been cut: then this is not the path.
    if (n <= 0 || n == (ssize_t)sizeof path)
        return err_set(err, ERR_IO, "cannot find out where pluto's own program lies");
    *out = path_dir(str_dup(a, (Str){path, (uint32_t)n}));
    return true;
}

// As built, and as installed.
static const char *const PLACES[] = {"lib/pluto", "../lib/pluto"};
enum { PLACE_COUNT = sizeof PLACES / sizeof *PLACES };

static const char *module_find(Arena *a, const Adapter *adapter, Err *err) {
    Str folder = STR_EMPTY;
    if (!program_folder(a, &folder, err))
        return NULL;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        Str place = path_join(a, folder, str_of(PLACES[i]));
        const char *path = str_cstr(a, path_join(a, place, str_of(adapter->file)));
        if (access(path, F_OK) == 0)
            return path;
    }
    err_set(err, ERR_NOT_FOUND,
            "`%s` is missing: it belongs to `lib/pluto`, beside pluto's program", adapter->file);
    err_hint(err, "install pluto whole, with `make install`; its program alone cannot do this");
    return NULL;
}

static const void *adapter_load(Arena *a, const Adapter *adapter, Err *err) {
    const char *path = module_find(a, adapter, err);
    if (!path)
        return NULL;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        err_set(err, ERR_IO, "cannot load `%s`: %s", adapter->file, why ? why : "no reason given");
        err_hint(err, "it needs the package `%s`", adapter->package);
        return NULL;
    }
    const AdapterModule *m = dlsym(handle, "pluto_adapter");
    if (!m || m->abi != ADAPTER_ABI || m->size != adapter->size ||
        strcmp(m->version, PLUTO_VERSION) != 0) {
        dlclose(handle);
        err_set(err, ERR_IO, "`%s` was not built together with this program (%s)", path,
                PLUTO_VERSION);
        err_hint(err, "build and install pluto anew");
        return NULL;
    }
    return m->table;
}

const GitApi *adapters_git(Arena *a, Err *err) {
    static const Adapter git = {"pluto-git.so", "libgit2-1.5", sizeof(GitApi)};
    return adapter_load(a, &git, err);
}

const LiveApi *adapters_live(Arena *a, Err *err) {
    static const Adapter live = {"pluto-live.so", "libmicrohttpd12", sizeof(LiveApi)};
    return adapter_load(a, &live, err);
}

const PackApi *adapters_pack(Arena *a, Err *err) {
    static const Adapter pack = {"pluto-pack.so", "libzip4", sizeof(PackApi)};
    return adapter_load(a, &pack, err);
}

const RunApi *adapters_run(Arena *a, Err *err) {
    static const Adapter run = {"pluto-run.so", "libmicrohttpd12", sizeof(RunApi)};
    return adapter_load(a, &run, err);
}

const AwsApi *adapters_aws(Arena *a, Err *err) {
    static const Adapter aws = {"pluto-aws.so", "libcurl4", sizeof(AwsApi)};
    return adapter_load(a, &aws, err);
}

bool adapters_folder(Arena *a, Str *out, Err *err) {
    Str folder = STR_EMPTY;
    if (!program_folder(a, &folder, err))
        return false;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        *out = path_normal(a, path_join(a, folder, str_of(PLACES[i])));
        if (access(str_cstr(a, *out), X_OK) == 0)
            return true;
    }
    err_set(err, ERR_NOT_FOUND, "`lib/pluto` is missing, beside pluto's program");
    err_hint(err, "install pluto whole, with `make install`; its program alone cannot do this");
    return false;
}
