// How a deployment ended, told to people.
//
// Input: the engine's result. Output: outputs on the standard output; failures with the lines of
// the program that they stand for on the standard error; the exit code. Invariant: one screen, with
// what happened, what state things are in, and what to do next.

#include "cli/deploy/deploy.h"
#include "cli/here.h"
#include "cli/report.h"
#include "cli/terminal.h"

// What AWS was at when this failed.
static Str verdict(const AwsFailure *f, bool root) {
    if (f->ours)
        return STR("this would fail");
    if (f->back)
        return STR("AWS could not put this back");
    if (!root)
        return STR("nor this");
    return str_starts(f->status, "UPDATE")   ? STR("AWS could not change this")
           : str_starts(f->status, "DELETE") ? STR("AWS could not delete this")
                                             : STR("AWS could not make this");
}

static void put_failure(Buf *b, const Teller *t, const AwsFailure *f, bool root) {
    const Session *s = t->s;
    Arena *a = b->arena;
    const Place *place = places_find(t->places, f->id);
    Str id = str_visible(a, f->id), reason = str_visible(a, reason_plain(a, f->reason));
    const char *bold = s->color_err ? "\033[1m" : "", *off = s->color_err ? "\033[0m" : "";
    // A hook that refuses everything names no resource.
    if (f->id.n)
        buf_printf(b, "\n%s%.*s%s (%.*s)%s%.*s: %.*s\n", bold, STR_ARG(id), off,
                   STR_ARG(str_visible(a, f->resource)), place ? ", " : "",
                   place ? (int)place->owner.n : 0, place ? place->owner.p : "",
                   STR_ARG(str_visible(a, f->status)));
    else
        buf_printf(b, "\n%s%.*s%s: %.*s\n", bold, STR_ARG(str_visible(a, f->code)), off,
                   STR_ARG(str_visible(a, f->status)));
    if (place && place->at.line) {
        Excerpt e = {.file = place->at.file,
                     .at = {place->at.line, place->at.column},
                     .note = verdict(f, root)};
        buf_printf(b, "  --> %.*s:%u:%u\n", STR_ARG(str_visible(a, place->at.file)), place->at.line,
                   place->at.column);
        excerpt_put(b, s->sources, &e, s->color_err);
    }
    // What was seen beforehand is the error itself, which stands above with its help.
    if (root && f->ours)
        return;
    if (reason.n)
        buf_printf(b, "  = %s%.*s\n", f->ours ? "" : "AWS says: ", STR_ARG(reason));
    if (f->remedy.n)
        buf_printf(b, "  = help: %.*s\n", STR_ARG(str_visible(a, commands_here(s, f->remedy))));
}

enum { FAILURES_SHOWN = 5 };

static void failures_show(const Teller *t, const AwsResult *r) {
    Buf b = buf_new(t->s->arena);
    for (uint32_t i = 0; i < r->failures.n && i < FAILURES_SHOWN; i++)
        put_failure(&b, t, &r->failures.at[i], i == 0);
    if (r->failures.n > FAILURES_SHOWN)
        buf_printf(&b, "\nand %u more\n", (unsigned)(r->failures.n - FAILURES_SHOWN));
    AwsStack stack = {.status = r->status, .express = r->express};
    if (r->failures.n && r->status.n && *stand_of_stack(&stack).next)
        buf_printf(&b, "\nnext: %.*s\n",
                   STR_ARG(commands_here(t->s, str_of(stand_of_stack(&stack).next))));
    fprintf(stderr, "%.*s", STR_ARG(buf_str(&b)));
}

// What was stopped or rolled back; the stack's state tells which.
static const char *done_sentence(Str status) {
    if (str_is(status, "ROLLBACK_COMPLETE"))
        return "went back: nothing of the deployment is left";
    if (str_ends(status, "ROLLBACK_COMPLETE"))
        return "went back: what was deployed before is in force";
    return str_is(status, "DELETE_COMPLETE") ? "stopped, and deleted" : "done";
}

static const char *sentence(AwsEnd end, Str status) {
    switch (end) {
    case AWS_END_CREATED:
        return "deployed";
    case AWS_END_UPDATED:
        return "deployed";
    case AWS_END_UNCHANGED:
        return "nothing to do: what is deployed is the same";
    case AWS_END_DESTROYED:
        return "destroyed";
    case AWS_END_DONE:
        return done_sentence(status);
    case AWS_END_NOTHING:
        return "nothing to do";
    case AWS_END_PLANNED:
        return "nothing was changed: this was a plan";
    case AWS_END_DECLINED:
        return "nothing was changed";
    case AWS_END_WORLD:
    case AWS_END_FAILED:
    case AWS_END_STUCK:
    case AWS_END_BUSY:
    case AWS_END_DENIED:
    case AWS_END_LIMIT:
    case AWS_END_UNSAFE:
    case AWS_END_INTERRUPTED:
    case AWS_END_DETACHED:
    case AWS_END_COUNT:
        break;
    }
    return "";
}

// Who looks in the wrong account or region sees it here.
static Str nothing_text(Arena *a, const AwsResult *r) {
    bool there = r->status.n && !str_is(r->status, "DELETE_COMPLETE");
    Str name = str_visible(a, r->name);
    if (there)
        return str_fmt(a, "nothing to do: `%.*s`: %s (%.*s)\n", STR_ARG(name),
                       stand_of(r->status).words, STR_ARG(str_visible(a, r->status)));
    return str_fmt(a, "nothing to do: there is no stack `%.*s` in account %.*s, %.*s\n",
                   STR_ARG(name), STR_ARG(r->who.account), STR_ARG(r->who.region));
}

static Str success_text(const Teller *t, const AwsResult *r) {
    Arena *a = t->s->arena;
    Buf b = buf_new(a);
    uint32_t width = 0;
    if (r->end == AWS_END_NOTHING)
        return nothing_text(a, r);
    buf_printf(&b, "%s  %.*s  %.1f s, %u requests\n", sentence(r->end, r->status),
               STR_ARG(str_visible(a, r->name)), r->seconds, (unsigned)r->calls);
    for (uint32_t i = 0; i < r->outputs.n; i++)
        width = r->outputs.at[i].key.n > width ? r->outputs.at[i].key.n : width;
    for (uint32_t i = 0; i < r->outputs.n; i++) {
        Str key = str_visible(a, r->outputs.at[i].key);
        buf_printf(&b, "  %-*.*s  %.*s\n", (int)width, STR_ARG(key),
                   STR_ARG(str_visible(a, r->outputs.at[i].value)));
    }
    bool went = r->end == AWS_END_DESTROYED || r->end == AWS_END_DONE;
    for (uint32_t i = 0; went && i < r->left.n; i++)
        buf_printf(&b, "  stays: %.*s\n", STR_ARG(str_visible(a, r->left.at[i])));
    return buf_str(&b);
}

// Nothing began that a picture could show.
static bool nothing_began(AwsEnd end) {
    return end == AWS_END_DECLINED || end == AWS_END_PLANNED || end == AWS_END_INTERRUPTED ||
           end == AWS_END_UNSAFE || end == AWS_END_NOTHING;
}

static int unasked(const Teller *t) {
    Err err = {0};
    bool plans = t->s->args.command->takes & TAKES(O_PLAN) && !t->s->args.cancel;
    err_set(&err, ERR_USAGE, "nobody is there to agree, so nothing was %s",
            plans ? "deployed" : "changed");
    err_hint(&err, "--yes agrees beforehand%s", plans ? ", --plan only looks" : "");
    return report_err(t->s, &err);
}

int teller_end(const Teller *t, const AwsResult *r, const Err *err) {
    int code = end_code(r->end);
    // The same as `pluto diff`: for whoever lets a machine look first.
    if (r->end == AWS_END_PLANNED && t->warns && !t->s->args.exit_zero)
        code = EXIT_WIDENS;
    if (t->board && nothing_began(r->end))
        board_clear(t->board);
    if (t->board)
        board_leave(t->board);
    if (t->json)
        json_end(t, r, err);
    if (t->unasked && r->end == AWS_END_DECLINED)
        return unasked(t);
    if (!end_is_bad(r->end))
        return t->json || t->s->args.quiet ? code : report_output(t->s, success_text(t, r), code);
    report_err(t->s, err);
    if (!t->json)
        failures_show(t, r);
    return code;
}
