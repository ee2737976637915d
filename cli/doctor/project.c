// The project in this folder: its settings, its program, its types.
//
// Input: the files. Output: findings; root, runtime and region of the project. Invariant: a folder
// without a project is no illness; a project that does not compile is.

#include "cli/doctor/doctor.h"
#include "cli/start/start.h"

// Whatever errors there are, in one line.
static Str trouble(const Doctor *d) {
    unsigned n = diags_error_count(d->s->diags);
    return str_fmt(d->a, "%u error%s", n, n == 1 ? "" : "s");
}

static bool look_at_settings(Doctor *d, Str where, Project *project) {
    Err err = {0};
    Session *s = d->s;
    bool open = project_open(d->a, s->host, where, s->args.stack, &kind_table, s->sources, s->diags,
                             project, &err);
    d->root = project->root;
    d->runtime = project->settings.generate.runtime;
    d->region = project->settings.generate.region;
    d->role_arn = project->settings.aws.role_arn;
    d->external_id = project->settings.aws.external_id;
    if (!open && err.kind == ERR_NOT_FOUND && !s->args.project.n) {
        d->root = STR_EMPTY;
        Finding *f = doctor_add(d, "project", HEALTH_NOTE, STR("there is none in this folder"));
        f->mend = STR("`pluto new NAME` makes one, `pluto init` makes one of this folder");
        return false;
    }
    if (!open) {
        Finding *f = doctor_add(d, "project", HEALTH_BAD, str_fmt(d->a, "%s", err.message));
        f->mend = str_fmt(d->a, "%s", err.hint);
        return false;
    }
    if (diags_has_errors(s->diags)) {
        Finding *f = doctor_add(d, "project", HEALTH_BAD,
                                str_fmt(d->a, "its settings have %.*s", STR_ARG(trouble(d))));
        f->mend = STR("`pluto graph` shows where");
        return false;
    }
    doctor_add(d, "project", HEALTH_GOOD,
               str_fmt(d->a, "%.*s, stack %.*s, %.*s", STR_ARG(project->name),
                       STR_ARG(project->settings.stack), STR_ARG(project->root)));
    return true;
}

static void look_at_program(Doctor *d, Str where) {
    Compile c;
    if (!pipeline_graph(d->s, where, &c)) {
        Finding *f = doctor_add(
            d, "program", HEALTH_BAD,
            str_fmt(d->a, "%.*s is rejected: %.*s", STR_ARG(c.project.entry), STR_ARG(trouble(d))));
        f->mend = STR("`pluto graph` shows them");
        return;
    }
    uint32_t n = c.arch->resources.n;
    doctor_add(d, "program", HEALTH_GOOD,
               str_fmt(d->a, "%.*s compiles: %u resource%s", STR_ARG(c.project.entry), n,
                       n == 1 ? "" : "s"));
}

// ---- Types --------------------------------------------------------------------------------------

static Str first_line(Str text) {
    int64_t end = str_find(text, STR("\n"), 0);
    return str_trim(str_slice(text, 0, end < 0 ? text.n : (uint32_t)end));
}

// "0.1.0" of "// @plutolang/pluto 0.1.0".
static Str version_of(Str types) {
    Str line = first_line(types);
    return str_slice(line, (uint32_t)(str_rfind_char(line, ' ') + 1), line.n);
}

static void look_at_types(Doctor *d) {
    Host *host = d->s->host;
    Str path = path_join(d->a, d->root, STR(START_TYPES)), types = doctor_file(d, path);
    Str package = path_join(d->a, d->root, STR("node_modules/@plutolang/pluto/package.json"));
    if (!types.n) {
        bool npm = host->type(host, package) == HOST_FILE;
        Finding *f = doctor_add(d, "types", npm ? HEALTH_GOOD : HEALTH_NOTE,
                                npm ? STR("those of the npm package @plutolang/pluto")
                                    : STR("of @plutolang/pluto there are none: editors know nothing"
                                          " of options and operations"));
        f->mend = npm ? STR_EMPTY : STR("`pluto init --types`");
        return;
    }
    if (!str_is(types, builtin_types)) {
        Str version = version_of(types);
        bool same = str_is(version, PLUTO_VERSION);
        Finding *f = doctor_add(d, "types", HEALTH_NOTE,
                                same ? STR(START_TYPES " was changed")
                                     : str_fmt(d->a, START_TYPES " is of pluto %.*s, this is %s",
                                               STR_ARG(version), PLUTO_VERSION));
        f->mend = STR("`pluto init --types`");
        return;
    }
    Str config = doctor_file(d, path_join(d->a, d->root, STR("tsconfig.json")));
    if (!str_contains(config, "@plutolang/pluto")) {
        Finding *f =
            doctor_add(d, "types", HEALTH_NOTE, STR("tsconfig.json does not lead to them"));
        f->mend =
            STR("in compilerOptions: \"paths\": { \"@plutolang/pluto\": [\"./" START_TYPES "\"] }");
        return;
    }
    doctor_add(d, "types", HEALTH_GOOD, STR("of this version, " START_TYPES));
}

void doctor_project(Doctor *d) {
    Project project = {0};
    Str where = d->s->args.project.n ? d->s->args.project : STR(".");
    if (!look_at_settings(d, where, &project))
        return;
    look_at_program(d, where);
    look_at_types(d);
}
