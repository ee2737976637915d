// What pluto brings along to make packages and to run them: adapters, Node.js, the bundler, the
// runtime, DynamoDB; and the port that an application runs on.
//
// Input: lib/pluto, PATH, a port of this machine. Output: findings. Invariant: compiling needs none
// of it, so none is bad when it is missing; whoever has all of it needs no Node.js of his own.

#include "adapters/adapters.h"
#include "cli/doctor/doctor.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { USUAL_PORT = 4600, USUAL_NODE = 24 };

static const char INSTALL[] = "install pluto anew, with its folder `lib/pluto`";

static bool has(const Doctor *d, Str lib, const char *file) {
    Host *host = d->s->host;
    return lib.n && host->type(host, path_join(d->a, lib, str_of(file))) == HOST_FILE;
}

// ---- Adapters -----------------------------------------------------------------------------------

static void look_at_adapters(Doctor *d) {
    Err why[4] = {{0}};
    const struct {
        bool there;
        const char *what;
    } all[] = {
        {adapters_git(d->a, &why[0]) != NULL, "git templates and `--diff`"},
        {adapters_live(d->a, &why[1]) != NULL, "live pages"},
        {adapters_pack(d->a, &why[2]) != NULL, "packages"},
        {adapters_run(d->a, &why[3]) != NULL, "`pluto run`"},
    };
    bool complete = true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].there)
            continue;
        complete = false;
        Finding *f = doctor_add(d, "adapters", HEALTH_NOTE,
                                str_fmt(d->a, "%s need it: %s", all[i].what, why[i].message));
        f->mend = str_fmt(d->a, "%s", why[i].hint);
    }
    if (complete)
        doctor_add(d, "adapters", HEALTH_GOOD,
                   STR("git, live pages, packages, running: all there"));
}

// ---- Node.js ------------------------------------------------------------------------------------

// The number behind "v" or "nodejs": 24 of "v24.1.0" and of "nodejs24.x"; 0 where there is none.
static unsigned major_of(Str version) {
    uint32_t i = 0;
    while (i < version.n && (version.p[i] < '0' || version.p[i] > '9'))
        i++;
    unsigned n = 0;
    for (; i < version.n && n < 1000 && version.p[i] >= '0' && version.p[i] <= '9'; i++)
        n = n * 10 + (unsigned)(version.p[i] - '0');
    return n;
}

// The one in lib/pluto, or that of the machine, which packages are made with where there is none.
static void look_at_node(Doctor *d, Str lib) {
    Str path = path_join(d->a, lib, STR("node")), version;
    unsigned there = d->runtime.n ? major_of(d->runtime) : USUAL_NODE;
    bool own = has(d, lib, "node");
    if (!own && !program_find(d, "node", &path)) {
        Finding *f =
            doctor_add(d, "node", HEALTH_NOTE,
                       STR("not found; compiling needs none, packages and `pluto run` do"));
        f->mend =
            str_fmt(d->a, "install Node.js %u, which functions run on: https://nodejs.org", there);
        return;
    }
    if (!program_version(d, path, &version)) {
        doctor_add(d, "node", HEALTH_NOTE,
                   str_fmt(d->a, "%.*s does not say its version", STR_ARG(path)));
        return;
    }
    unsigned here = major_of(version);
    Str says = own ? str_fmt(d->a, "%.*s comes with pluto; none else is needed", STR_ARG(version))
                   : str_fmt(d->a, "%.*s, %.*s", STR_ARG(version), STR_ARG(path));
    if (here == there) {
        doctor_add(d, "node", HEALTH_GOOD, says);
        return;
    }
    Finding *f = doctor_add(
        d, "node", HEALTH_NOTE,
        str_fmt(d->a, "%.*s; on Lambda functions run on Node.js %u", STR_ARG(says), there));
    bool known = here == 22 || here == USUAL_NODE;
    f->mend =
        known ? str_fmt(d->a, "`runtime: nodejs%u.x` in pluto.yml%s", here,
                        own ? "" : str_cstr(d->a, str_fmt(d->a, ", or install Node.js %u", there)))
              : str_fmt(d->a, "install Node.js %u, so that what works here works there", there);
}

// ---- Packages, the runtime, tables --------------------------------------------------------------

static Str version_in(const Doctor *d, Str package_json) {
    cJSON *json = cJSON_ParseWithLength(package_json.p, package_json.n);
    const char *version = cJSON_GetStringValue(cJSON_GetObjectItem(json, "version"));
    Str out = version ? str_dup(d->a, str_of(version)) : STR_EMPTY;
    cJSON_Delete(json);
    return out;
}

static void look_at_bundler(Doctor *d, Str lib) {
    Str version = version_in(d, doctor_file(d, path_join(d->a, lib, STR("esbuild/package.json"))));
    if (version.n && has(d, lib, "pack/bundle.mjs")) {
        doctor_add(d, "bundler", HEALTH_GOOD,
                   str_fmt(d->a, "esbuild %.*s comes with pluto", STR_ARG(version)));
        return;
    }
    Finding *f = doctor_add(d, "bundler", HEALTH_NOTE, STR("missing; packages need it"));
    f->mend = str_of(INSTALL);
}

static void look_at_parts(Doctor *d, const char *about, Str lib, const char *const *files,
                          size_t count, const char *good, const char *bad) {
    for (size_t i = 0; i < count; i++) {
        if (has(d, lib, files[i]))
            continue;
        Finding *f =
            doctor_add(d, about, HEALTH_NOTE, str_fmt(d->a, "`%s` is missing; %s", files[i], bad));
        f->mend = str_of(INSTALL);
        return;
    }
    doctor_add(d, about, HEALTH_GOOD, str_of(good));
}

// ---- The port -----------------------------------------------------------------------------------

static bool port_is_free(uint16_t port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    bool taken = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                 bind(fd, (struct sockaddr *)&at, sizeof at) != 0 && errno == EADDRINUSE;
    if (fd >= 0)
        close(fd);
    return !taken;
}

static void look_at_port(Doctor *d) {
    if (port_is_free(USUAL_PORT)) {
        doctor_add(d, "port", HEALTH_GOOD,
                   str_fmt(d->a, "%d is free: `pluto run` serves there", USUAL_PORT));
        return;
    }
    Finding *f =
        doctor_add(d, "port", HEALTH_NOTE,
                   str_fmt(d->a, "%d is in use, maybe by a `pluto run`; the next one takes another",
                           USUAL_PORT));
    f->mend = STR("`pluto run --port N` takes the one that you want");
}

void doctor_kit(Doctor *d) {
    static const char *const runtime[] = {"runtime/bootstrap-x86_64", "runtime/bootstrap-arm64",
                                          "runtime/worker.mjs", "runtime/start"};
    static const char *const tables[] = {"local/dynamodb.cjs", "local/classic-level.node"};
    Str lib = STR_EMPTY;
    Err ignored = {0};
    adapters_folder(d->a, &lib, &ignored); // what is not there is said of each part
    look_at_adapters(d);
    look_at_node(d, lib);
    look_at_bundler(d, lib);
    look_at_parts(d, "runtime", lib, runtime, sizeof runtime / sizeof *runtime,
                  "for x86_64 and arm64", "packages need it");
    look_at_parts(d, "tables", lib, tables, sizeof tables / sizeof *tables,
                  "DynamoDB on this machine comes with pluto", "`pluto run` needs it for tables");
    look_at_port(d);
}
