// pluto init: makes a project of this folder; `--types` only renews the types in it.
//
// Input: the folder, a name, a template, a stack. Output: the files that are missing, each said as
// `wrote`, and those that are there, as `kept`. Invariant: no file that is there changes, but for
// --types, which replaces what an earlier pluto wrote.

#include "cli/report.h"
#include "cli/start/start.h"

static bool is_there(const Session *s, const char *path) {
    return path_taken(s->arena, str_of(path));
}

static bool is_project(const Session *s) {
    return is_there(s, "pluto.yml") || is_there(s, "pluto.yaml") ||
           is_there(s, ".pluto/pluto.yml") || is_there(s, ".pluto/pluto.yaml");
}

static int types_write(Session *s) {
    Err err = {0};
    if (!is_project(s) && !is_there(s, "package.json")) {
        err_set(&err, ERR_USAGE, "this folder holds no project");
        err_hint(&err, "`pluto init` makes one of it");
        return report_err(s, &err);
    }
    if (path_has_link(s->arena, STR("."), STR(START_TYPES), &err))
        return report_err(s, &err);
    int code = report_file(s, STR(START_TYPES), str_of(builtin_types), EXIT_DONE);
    if (code != EXIT_DONE || s->args.quiet)
        return code;
    return report_output(s, STR("wrote " START_TYPES "\n"), EXIT_DONE);
}

// The name that the folder has already: package.json's, else its own.
static bool name_find(Session *s, Wanted *out, Err *err) {
    Str text, real = STR("app");
    if (is_there(s, "package.json")) {
        if (!s->host->read_file(s->host, s->arena, STR("package.json"), START_JSON_MAX, &text, err))
            return false;
        if (!package_json_name(s->arena, text, &out->name))
            return err_set(err, ERR_USAGE, "`package.json` is not a JSON object");
        out->name_known = out->name.n > 0;
    }
    Str asked = s->args.arguments[0];
    if (out->name_known && asked.n && !str_eq(asked, out->name))
        return err_set(err, ERR_USAGE, "`package.json` calls this project `%.*s`",
                       STR_ARG(out->name));
    if (!out->name_known && s->host->real_path(s->host, s->arena, STR("."), &real))
        out->name = project_name_made(s->arena, path_base(real));
    return true;
}

// Where there is a program already, a template's is not wanted.
static const char *program_find(const Session *s) {
    static const char *const sources[] = {"src", "index.ts", "index.tsx", "index.js"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (is_there(s, sources[i]))
            return sources[i];
    return NULL;
}

// `all` without what is kept; what becomes of each goes to `said`.
static StartFileVec missing_files(const Session *s, const StartFileVec *all, Buf *said) {
    StartFileVec missing = {0};
    for (uint32_t i = 0; i < all->n; i++) {
        Str path = all->at[i].path;
        bool kept = path_taken(s->arena, path);
        if (!kept)
            vec_push(s->arena, &missing, all->at[i]);
        buf_printf(said, "%s %.*s\n", kept ? "kept " : "wrote",
                   STR_ARG(str_visible(s->arena, path)));
    }
    return missing;
}

static const StartFile *file_find(const StartFileVec *files, const char *path) {
    for (uint32_t i = 0; i < files->n; i++)
        if (str_is(files->at[i].path, path))
            return &files->at[i];
    return NULL;
}

// What kept files would need, for whoever wrote them to decide.
static void advise(Session *s, const StartFileVec *all, const StartFileVec *missing) {
    Err err = {0};
    Str text;
    const char *package = "package.json", *config = "tsconfig.json";
    StartStrVec lacks = {0};
    if (!file_find(missing, package) &&
        s->host->read_file(s->host, s->arena, str_of(package), START_JSON_MAX, &text, &err))
        package_json_lacks(s->arena, text, file_find(all, package)->content, &lacks);
    Buf b = buf_new(s->arena);
    for (uint32_t i = 0; i < lacks.n; i++)
        buf_printf(&b, " %.*s", STR_ARG(lacks.at[i]));
    if (lacks.n)
        report_note(s, str_fmt(s->arena,
                               "`package.json` was kept; its packages come with npm "
                               "install --save-dev%.*s",
                               STR_ARG(buf_str(&b))));
    if (!file_find(missing, config) &&
        s->host->read_file(s->host, s->arena, str_of(config), START_JSON_MAX, &text, &err) &&
        !str_contains(text, "@plutolang/pluto"))
        report_note(s, STR("`tsconfig.json` was kept; TypeScript finds the types with "
                           "\"paths\": { \"@plutolang/pluto\": [\"./" START_TYPES "\"] }"));
}

static int run(Session *s) {
    Err err = {0};
    if (s->args.types)
        return types_write(s);
    if (is_project(s)) {
        err_set(&err, ERR_USAGE, "this folder is a pluto project already");
        err_hint(&err, "`pluto init --types` renews the types; `pluto graph` shows the program");
        return report_err(s, &err);
    }
    const char *sources = program_find(s);
    bool was_empty = folder_state(s->arena, STR(".")) == FOLDER_EMPTY;
    if (sources && s->args.template.n) {
        err_set(&err, ERR_USAGE, "no template is used here: `%s` exists already", sources);
        err_hint(&err, "leave out `--template`, or make a new folder with `pluto new`");
        return report_err(s, &err);
    }
    Wanted wanted = {.no_template = sources != NULL};
    if (!name_find(s, &wanted, &err))
        return report_err(s, &err);
    Plan plan;
    int code = plan_make(s, &wanted, &plan);
    if (code != EXIT_DONE)
        return code;
    StartFileVec all;
    if (!start_files(s, &plan, &all, &err))
        return report_err(s, &err);
    Buf said = buf_new(s->arena);
    if (sources)
        buf_printf(&said, "kept  %s\n", sources);
    StartFileVec missing = missing_files(s, &all, &said);
    if (!folder_add(s->arena, s->host, STR("."), &missing, &err))
        return report_err(s, &err);
    code = s->args.quiet ? EXIT_DONE : report_output(s, buf_str(&said), EXIT_DONE);
    advise(s, &all, &missing);
    // Committing what somebody else put there is not ours to do.
    Repository repository = {.message = str_fmt(s->arena, "Start %.*s", STR_ARG(plan.name))};
    if (was_empty)
        repository_start(s->arena, STR("."), &repository);
    if (repository.note.n)
        report_note(s, repository.note);
    return code;
}

const Command command_init = {
    .name = "init",
    .arguments = "[NAME]",
    .doc = "make a project of this folder",
    .details =
        "Asks what `pluto new` asks and adds the files that are missing here; what is there is\n"
        "kept as it is, and said to be. An empty folder becomes a git repository with a first\n"
        "commit. --types only writes the types of @plutolang/pluto anew, after an upgrade.",
    .takes = TAKES(O_TEMPLATE) | TAKES(O_STACK) | TAKES(O_PLATFORM) | TAKES(O_PROVISION) |
             TAKES(O_YES) | TAKES(O_TYPES),
    .run = run,
};
