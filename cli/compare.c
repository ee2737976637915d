// pluto graph --diff: the other side, and what comes of comparing with it.
//
// Input: the graph of the working tree (or of --from), and the name of a git revision or an
// arch.json. Output: the comparison in the format asked for, and an exit code that tells whether
// permissions widen or something becomes public.
// Invariant: the other side has sources and diagnostics of its own, so that what is wrong with it
// is never taken for the program at hand.

#include "cli/compare.h"
#include "adapters/adapters.h"
#include "cli/picture.h"
#include "cli/report.h"
#include "generator/diff.h"

enum { ARCH_JSON_MAX = 64 << 20 };

typedef struct Other {
    Session session; // `s` with its own sources, diagnostics and, for a revision, host
    const GitApi *git;
    const Arch *arch;
    const GenerateSettings *settings;
    Str name;
    Compile compile;
} Other;

// ---- Finding the other side ---------------------------------------------------------------------

// A path wins over a revision of the same name; a colon behind it says that the revision is meant.
static bool is_file(Session *s, Str *what) {
    if (str_ends(*what, ":")) {
        *what = str_slice(*what, 0, what->n - 1);
        return false;
    }
    return str_ends(*what, ".json") || s->host->type(s->host, *what) == HOST_FILE;
}

static int read_arch(Session *s, Other *o, Str path, const Compared *after) {
    Err err = {0};
    Str json;
    if (!s->host->read_file(s->host, s->arena, path, ARCH_JSON_MAX, &json, &err))
        return report_err(s, &err);
    sources_add(o->session.sources, path, json);
    o->arch = arch_from_json(s->arena, json, path, &kind_table, o->session.diags);
    o->settings = after->settings;
    o->name = path;
    if (o->arch)
        secrets_check(s->arena, o->arch, o->settings, o->session.diags);
    return report_diags(&o->session);
}

// "main (1a2b3c4)", or the revision alone where it says as much.
static Str revision_name(Arena *a, Str revision, Str name) {
    if (!name.n || str_starts(revision, str_cstr(a, name)))
        return revision;
    return str_fmt(a, "%.*s (%.*s)", STR_ARG(revision), STR_ARG(name));
}

// What is given to the compiler there: the same folder, or the same first file.
static Str where_of(Session *s, const Project *project) {
    bool file = s->args.count && s->host->type(s->host, s->args.arguments[0]) == HOST_FILE;
    return file ? path_join(s->arena, project->root, project->entry) : project->root;
}

static int rejected(Session *s, const Other *o) {
    Err err = {0};
    err_set(&err, ERR_IO, "the program is rejected as it was at `%.*s`, and cannot be compared",
            STR_ARG(o->name));
    err_hint(&err, "what is wrong there follows; compare with a revision that compiles");
    report_err(s, &err);
    return report_diags(&o->session);
}

// The host of the revision. A folder that was not there yet is looked for further up: that the
// program is missing is then said by the compile.
static Host *host_of(Session *s, const GitApi *git, Str folder, Str revision, Str *name, Err *err) {
    Err first = {0};
    for (;; folder = path_dir(folder)) {
        *err = (Err){0};
        Host *host = git->host_at(s->arena, s->host, folder, revision, name, err);
        if (host)
            return host;
        if (first.kind == ERR_NONE)
            first = *err;
        if (err->kind != ERR_NOT_FOUND || folder.n <= 1)
            break;
    }
    *err = first;
    return NULL;
}

static int compile_revision(Session *s, Other *o, Str revision, const Compared *after) {
    Err err = {0};
    Str name = STR_EMPTY;
    if (!after->project) {
        err_set(&err, ERR_USAGE, "`%.*s` cannot be compared with a revision", STR_ARG(after->file));
        err_hint(&err, "a graph is compared with another graph: --diff old.json");
        return report_err(s, &err);
    }
    o->git = adapters_git(s->arena, &err);
    Host *host = o->git ? host_of(s, o->git, after->project->root, revision, &name, &err) : NULL;
    if (!host)
        return report_err(s, &err);
    o->session.host = host;
    o->name = revision_name(s->arena, revision, name);
    if (pipeline_compile(&o->session, where_of(s, after->project), STAGE_GRAPH, &o->compile,
                         &err)) {
        o->arch = o->compile.arch;
        o->settings = &o->compile.project.settings.generate;
        return diags_has_errors(o->session.diags) ? rejected(s, o) : EXIT_DONE;
    }
    if (err.kind != ERR_NOT_FOUND)
        return report_err(s, &err);
    Arch *nothing = arena_new(s->arena, Arch);
    nothing->project = after->arch->project;
    nothing->stack = after->arch->stack;
    o->arch = nothing;
    o->settings = after->settings;
    o->name = str_fmt(s->arena, "%.*s, where there is no such program", STR_ARG(o->name));
    return EXIT_DONE;
}

// ---- Handing out --------------------------------------------------------------------------------

// Pictures show both sides at once.
static Str shown(Session *s, Diff *d, const Compared *after) {
    bool color = s->args.output.n ? s->args.color == COLOR_ALWAYS : s->color_out;
    if (s->args.format == FORMAT_TEXT)
        return diff_text(s->arena, d, color);
    if (s->args.format == FORMAT_JSON)
        return diff_json(s->arena, d);
    if (s->args.format == FORMAT_MARKDOWN)
        return diff_markdown(s->arena, d, &kind_table);
    Compile both = {.arch = &d->merged};
    both.project.settings.generate = *after->settings;
    return picture_draw(s, &both, (GraphFormat)s->args.format, &d->marks, false);
}

static int compare(Session *s, const Other *o, const Compared *after) {
    DiffSide sides[] = {
        {o->arch, o->settings, o->name},
        {after->arch, after->settings, after->project ? STR("the working tree") : after->file},
    };
    Diff d;
    diff(s->arena, &sides[0], &sides[1], &kind_table, &d);
    int code = (d.widens || d.publishes) && !s->args.exit_zero ? EXIT_WIDENS : EXIT_DONE;
    Str text = shown(s, &d, after);
    return s->args.output.n ? report_file(s, s->args.output, text, code)
                            : report_output(s, text, code);
}

bool compare_fits(const Args *args, Err *err) {
    if (args->exit_zero && !args->diff.n)
        return err_set(err, ERR_USAGE, "`--exit-zero` is for comparisons: it needs --diff");
    return true;
}

int compare_run(Session *s, const Compared *after) {
    Other o = {.session = *s};
    o.session.sources = sources_open();
    o.session.diags = diags_open(o.session.sources);
    Str what = s->args.diff;
    int code =
        is_file(s, &what) ? read_arch(s, &o, what, after) : compile_revision(s, &o, what, after);
    if (code == EXIT_DONE)
        code = compare(s, &o, after);
    if (o.git && o.session.host != s->host)
        o.git->host_close(o.session.host);
    diags_close(o.session.diags);
    sources_close(o.session.sources);
    return code;
}
