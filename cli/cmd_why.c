// pluto why: what made the compiler believe that a function uses a resource, and what followed.
//
// Input: two names and maybe an operation. Output: the evidence as annotated source, the IAM
// statement and the variables; or what was looked at, where nothing was found.
#include "cli/report.h"
#include "cli/why/why.h"

static int usage(const Session *s, const char *what) {
    Err err = {0};
    err_set(&err, ERR_USAGE, "%s", what);
    err_hint(&err, "`pluto why chatbot notes` says why the function `chatbot` may use `notes`, "
                   "`pluto why --all` says everything");
    return report_err(s, &err);
}

static bool asked_for(const Why *w, const ArchEdge *e) {
    if (w->operation.n && !str_eq(e->operation, w->operation))
        return false;
    if (w->from && w->to)
        return str_eq(e->from, w->from->id) && str_eq(e->to, w->to->id);
    return !w->from || str_eq(e->from, w->from->id) || str_eq(e->to, w->from->id);
}

static int answer(Session *s, Why *w) {
    for (uint32_t i = 0; i < w->arch->edges.n; i++)
        if (asked_for(w, &w->arch->edges.at[i]))
            vec_push(w->a, &w->edges, &w->arch->edges.at[i]);
    int code = w->from && !w->edges.n ? EXIT_REJECTED : EXIT_DONE;
    if (s->args.json)
        return report_output(s, why_json(w), code);
    if (w->from && w->to)
        return report_output(s, why_text(w), code);
    return report_output(s, why_report(w), code);
}

static int run(Session *s) {
    const Args *args = &s->args;
    if (args->all && args->count)
        return usage(s, "`pluto why --all` takes no names");
    if (!args->all && !args->count)
        return usage(s, "`pluto why` needs FUNCTION and RESOURCE, or --all");
    Compile c;
    int code = pipeline_run(s, args->project, STAGE_GRAPH, &c);
    if (code != EXIT_DONE)
        return code;
    Why w = {.a = s->arena,
             .arch = c.arch,
             .sources = s->sources,
             .color = s->color_out,
             .operation = args->arguments[2]};
    Err err = {0};
    if (args->count && !why_resolve(&w, args->arguments[0], args->arguments[1], &err))
        return report_err(s, &err);
    if (w.operation.n && !why_operation(&w, w.operation, &err))
        return report_err(s, &err);
    why_open(&w, &c.project.settings.generate);
    return answer(s, &w);
}

const Command command_why = {
    .name = "why",
    .arguments = "[FUNCTION RESOURCE [OPERATION]]",
    .doc = "show why a function may use a resource, or why it may not",
    .details = "Shows the lines of the program that made the compiler believe that FUNCTION uses "
               "RESOURCE,\n"
               "the IAM statement that follows, and the environment variables. Where there is no "
               "such use:\n"
               "what was looked at, what comes nearest and what to do. Names are those of the "
               "program\n"
               "(`chatbot`) or of the graph (`Function/chatbot`), in any order; a router and its "
               "handler\n"
               "work, too. FUNCTION alone shows everything that touches it, --all everything.\n\n"
               "Exit codes: 0 found, 1 no such use or the program was rejected, 2 a name that does "
               "not exist.",
    .takes = TAKES(O_STACK) | TAKES(O_PROJECT) | TAKES(O_ALL) | TAKES(O_JSON),
    .run = run,
};
