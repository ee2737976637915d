// pluto graph --watch: the page of a program, drawn anew whenever a file that the compile asked for
// changes.
//
// Input: the command's arguments. Output: the page's address on the standard output, then the page;
// what is wrong with the program goes to the terminal and to the page.
// Invariant: each turn compiles from nothing, in memory of its own that goes with it; what outlives
// a turn is the page that is shown and the list of files to wait for.

#include "cli/watch.h"
#include "cli/open.h"
#include "cli/picture.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/turn.h"

#include <stdlib.h>

enum { PROBLEMS_SHOWN = 20 };

typedef struct Watch {
    Session *s;
    const LiveApi *api;
    Live *live;
    Recorder *recorder;
    Arena page_arena;
    Str page; // what is shown
} Watch;

// ---- One turn -----------------------------------------------------------------------------------

static void say_drawn(const Session *t, const Compile *c, double ms) {
    uint32_t resources = c->arch->resources.n, edges = c->arch->edges.n;
    report_note(t, str_fmt(t->arena, "drawn in %.0f ms: %u resource%s, %u edge%s", ms, resources,
                           resources == 1 ? "" : "s", edges, edges == 1 ? "" : "s"));
}

// A save that changes nothing of the graph leaves the page alone.
static void show(Watch *w, Session *t, Compile *c, double begin) {
    Str page = picture_draw(t, c, FORMAT_HTML, NULL, true);
    w->api->complain(w->live, STR_EMPTY);
    if (str_eq(page, w->page))
        return;
    w->api->publish(w->live, page);
    arena_release(&w->page_arena);
    arena_init(&w->page_arena);
    w->page = str_dup(&w->page_arena, page);
    say_drawn(t, c, terminal_clock_ms() - begin);
}

static void complain(Watch *w, Session *t, const Err *err) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        return;
    diags_print(t->diags, to, DIAG_SHORT, false, PROBLEMS_SHOWN);
    if (err->message[0]) {
        Str message = str_visible(t->arena, str_of(err->message));
        fprintf(to, "error: %.*s\n", STR_ARG(message));
    }
    if (fclose(to) == 0)
        w->api->complain(w->live, str_of(text));
    free(text);
}

static int compile_and_show(Watch *w, Session *t) {
    Err err = {0};
    Compile c;
    double begin = terminal_clock_ms();
    bool opened = pipeline_compile(t, t->args.arguments[0], STAGE_GRAPH, &c, &err);
    int code = report_diags(t);
    if (!opened)
        code = report_err(t, &err);
    if (code == EXIT_DONE)
        show(w, t, &c, begin);
    else
        complain(w, t, &err);
    return code;
}

// The exit code that the program alone would have had.
static int turn(Watch *w) {
    Turn of;
    int code = compile_and_show(w, turn_begin(&of, w->s, w->recorder));
    turn_end(&of);
    return code;
}

// ---- All of them --------------------------------------------------------------------------------

static bool fits(const Args *args, Err *err) {
    if (args->format != FORMAT_TEXT && args->format != FORMAT_HTML)
        return err_set(err, ERR_USAGE, "`--watch` shows a page: it takes no other `--format`");
    if (args->output.n)
        return err_set(err, ERR_USAGE, "`--watch` writes no file: it takes no `--output`");
    if (args->diff.n)
        return err_set(err, ERR_USAGE, "`--watch` and `--diff` do not go together");
    if (args->from.n)
        return err_set(err, ERR_USAGE, "`--watch` follows a program: it takes no `--from`");
    return true;
}

// A folder that is no project will not become one; a program that is rejected may be mended.
static int watch_turns(Watch *w, Str url) {
    int code = turn(w);
    if (code != EXIT_DONE && code != EXIT_REJECTED)
        return code;
    code = report_output(w->s, str_fmt(w->s->arena, "%.*s\n", STR_ARG(url)), EXIT_DONE);
    if (code != EXIT_DONE)
        return code;
    Err err = {0};
    // Nobody there who could open it is no reason to end: the address has been said.
    if (w->s->args.open && !open_url(w->s->arena, w->s->host, url, &err))
        report_err(w->s, &err);
    for (;;) {
        uint32_t count;
        const Str *paths = recorder_paths(w->recorder, &count);
        if (!w->api->wait(w->live, paths, count))
            return EXIT_DONE;
        turn(w);
    }
}

int watch_with(Session *s, const LiveApi *api) {
    Err err = {0};
    uint32_t port = 0;
    Str url;
    if (!fits(&s->args, &err) ||
        (s->args.port.n && !args_number(s->args.port, "port", 0, UINT16_MAX, &port, &err)))
        return report_err(s, &err);
    Watch w = {.s = s, .api = api, .page = STR_EMPTY};
    w.live = api->open(s->arena, (uint16_t)port, &url, &err);
    if (!w.live)
        return report_err(s, &err);
    w.recorder = recorder_open(s->arena, s->host);
    arena_init(&w.page_arena);
    int code = watch_turns(&w, url);
    api->close(w.live);
    recorder_close(w.recorder);
    arena_release(&w.page_arena);
    return code;
}

int watch_run(Session *s) {
    Err err = {0};
    const LiveApi *api = adapters_live(s->arena, &err);
    return api ? watch_with(s, api) : report_err(s, &err);
}
