// Deployments, told to people as lines of text.
//
// Input: the engine's events and questions. Output: lines on the standard output, in the order in
// which things happen; with --json the same as JSON. Invariant: what AWS says reaches the terminal
// as text and nothing else; without a terminal nobody is asked, and nothing is done unasked.

#include "cli/deploy/deploy.h"
#include "cli/here.h"
#include "cli/report.h"
#include "cli/terminal.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define DIM "\033[2m"
#define BOLD "\033[1m"
#define OFF "\033[0m"

void teller_open(Session *s, const Map *places, const char *verb, Str name, Teller *out) {
    *out = (Teller){.s = s,
                    .places = places,
                    .json = s->args.json,
                    .color = s->color_out,
                    .can_ask = !s->args.json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO),
                    .board = board_possible(s) ? board_new(s->arena, s->color_out) : NULL,
                    .verb = verb,
                    .name = name};
}

// ---- Lines --------------------------------------------------------------------------------------

static void put(Buf *b, const Teller *t, const char *color, Str text) {
    Str visible = str_visible(b->arena, text);
    buf_puts(b, t->color ? color : "");
    buf_put(b, visible);
    buf_puts(b, t->color ? OFF : "");
}

// A reader that went away is told nothing more; what is under way goes on.
static void write_line(Buf *b) {
    Err ignored = {0};
    buf_putc(b, '\n');
    terminal_write(buf_str(b), &ignored);
}

static void put_clock(Buf *b, const Teller *t, double seconds) {
    unsigned all = (unsigned)seconds;
    put(b, t, DIM, str_fmt(b->arena, "%3u:%02u  ", all / 60, all % 60));
}

static const char *color_of(Str status) {
    if (str_ends(status, "_FAILED") || str_contains(status, "ROLLBACK"))
        return RED;
    return str_ends(status, "_COMPLETE") ? GREEN : "";
}

static void put_resource(Buf *b, const Teller *t, const AwsEvent *e) {
    const Place *place = places_find(t->places, e->id);
    Str status = e->type == AWS_EVENT_PROGRESS ? STR("…") : e->status;
    enum { STATUS_WIDTH = 20 };
    put(b, t, color_of(e->status), status);
    buf_pad(b, ' ', status.n < STATUS_WIDTH ? STATUS_WIDTH - status.n : 1);
    put(b, t, "", e->resource);
    buf_putc(b, ' ');
    if (e->stack.n)
        put(b, t, DIM, str_cat(b->arena, e->stack, STR("/")));
    put(b, t, BOLD, e->id);
    if (place)
        put(b, t, DIM, str_fmt(b->arena, "  %.*s", STR_ARG(place->owner)));
    Str why = e->type == AWS_EVENT_PROGRESS ? e->text : reason_plain(b->arena, e->reason);
    if (why.n)
        put(b, t, "", str_fmt(b->arena, "  %.*s", STR_ARG(why)));
}

static const char *phase_line(AwsPhase phase) {
    switch (phase) {
    case AWS_PHASE_ARTIFACTS:
        return "uploading what is new";
    case AWS_PHASE_CHANGES:
        return "asking CloudFormation what would change";
    case AWS_PHASE_EXECUTE:
        return "deploying";
    case AWS_PHASE_DELETE:
        return "deleting";
    case AWS_PHASE_RESOLVE:
    case AWS_PHASE_LOOKUP:
    case AWS_PHASE_PREFLIGHT:
    case AWS_PHASE_REVIEW:
    case AWS_PHASE_FOLLOW:
    case AWS_PHASE_VERIFY:
    case AWS_PHASE_OUTPUTS:
    case AWS_PHASE_CLEAN:
    case AWS_PHASE_COUNT:
        break;
    }
    return NULL;
}

static Str size_text(Arena *a, uint64_t bytes) {
    enum { KILOBYTE = 1024, MEGABYTE = KILOBYTE * KILOBYTE };
    return bytes < MEGABYTE / 10
               ? str_fmt(a, "  %u KB", (unsigned)((bytes + KILOBYTE - 1) / KILOBYTE))
               : str_fmt(a, "  %.1f MB", (double)bytes / MEGABYTE);
}

static void put_event(Buf *b, const Teller *t, const AwsEvent *e) {
    switch (e->type) {
    case AWS_EVENT_PHASE:
        put(b, t, "", str_of(phase_line(e->phase)));
        break;
    case AWS_EVENT_UPLOAD:
        put(b, t, "", e->reused ? STR("kept     ") : STR("uploaded "));
        put(b, t, BOLD, e->id);
        put(b, t, DIM, size_text(b->arena, e->bytes));
        break;
    case AWS_EVENT_RESOURCE:
    case AWS_EVENT_PROGRESS:
        put_resource(b, t, e);
        break;
    case AWS_EVENT_NOTE:
        put(b, t, "", commands_here(t->s, e->text));
        break;
    case AWS_EVENT_WARNING:
        put(b, t, YELLOW, str_cat(b->arena, STR("warning: "), commands_here(t->s, e->text)));
        break;
    case AWS_EVENT_OUTPUT:
        put(b, t, "", e->id);
        put(b, t, BOLD, str_cat(b->arena, STR("  "), e->text));
        break;
    case AWS_EVENT_TICK:
        break;
    case AWS_EVENT_BEAT:
        put(b, t, DIM,
            e->total ? str_fmt(b->arena, "still at it: %u of %u resources done", e->done, e->total)
                     : STR("still at it"));
        break;
    }
}

static void line_put(const Teller *t, const AwsEvent *e) {
    Arena scratch;
    // Each resource begins twice in CloudFormation's own list.
    bool twice = e->type == AWS_EVENT_RESOURCE && str_is(e->reason, "Resource creation Initiated");
    bool silent = twice || (t->s->args.quiet && e->type != AWS_EVENT_WARNING);
    if (silent || (e->type == AWS_EVENT_PHASE && !phase_line(e->phase)))
        return;
    arena_init(&scratch);
    Buf b = buf_new(&scratch);
    put_clock(&b, t, e->seconds);
    put_event(&b, t, e);
    write_line(&b);
    arena_release(&scratch);
}

static Str owner_of(const Teller *t, Str id) {
    const Place *place = places_find(t->places, id);
    return place ? place->owner : STR_EMPTY;
}

// What happens to resources moves the picture; what is said to people stays above it.
static void board_event(const Teller *t, const AwsEvent *e) {
    Board *board = t->board;
    AwsEvent shown = *e;
    shown.reason = reason_plain(board->tree.a, e->reason);
    tree_event(&board->tree, &shown, owner_of(t, e->id), t->name);
    if (e->type == AWS_EVENT_NOTE || e->type == AWS_EVENT_WARNING || e->type == AWS_EVENT_OUTPUT) {
        board_clear(board);
        line_put(t, e);
    }
    // While it is found out who we are somebody may be asked for a code.
    if (e->phase != AWS_PHASE_RESOLVE)
        board_draw(board, e->seconds, e->type == AWS_EVENT_PHASE);
}

void teller_event(void *context, const AwsEvent *e) {
    const Teller *t = context;
    if (t->board)
        board_event(t, e);
    else if (e->type == AWS_EVENT_TICK)
        return;
    else if (t->json)
        json_event(t, e);
    else
        line_put(t, e);
}

// ---- The plan -----------------------------------------------------------------------------------

static void put_sign(Buf *b, const Teller *t, const AwsChange *c) {
    if (str_is(c->action, "Add"))
        put(b, t, GREEN, STR("  + "));
    else if (str_is(c->action, "Remove"))
        put(b, t, RED, str_starts(c->policy, "Retain") ? STR("  · ") : STR("  - "));
    else if (c->replacement != AWS_KEPT)
        put(b, t, RED, STR("  ± "));
    else
        put(b, t, YELLOW, STR("  ~ "));
}

static void put_why(Buf *b, const Teller *t, const AwsChange *c) {
    bool first = true;
    for (uint32_t i = 0; i < c->details.n; i++) {
        const AwsChangeDetail *d = &c->details.at[i];
        Str name = d->name.n ? d->name : d->attribute;
        bool repeated = false;
        for (uint32_t k = 0; k < i; k++)
            repeated = repeated || str_eq(c->details.at[k].name, d->name);
        if (repeated)
            continue;
        put(b, t, DIM, str_fmt(b->arena, "%s%.*s", first ? "  " : ", ", STR_ARG(name)));
        first = false;
    }
}

static void put_change(Buf *b, const Teller *t, const AwsChange *c) {
    const Place *place = places_find(t->places, c->id);
    put_sign(b, t, c);
    put(b, t, "", c->resource);
    buf_putc(b, ' ');
    if (c->stack.n)
        put(b, t, DIM, str_cat(b->arena, c->stack, STR("/")));
    put(b, t, BOLD, c->id);
    if (place)
        put(b, t, DIM, str_fmt(b->arena, "  %.*s", STR_ARG(place->owner)));
    put_why(b, t, c);
    if (c->replacement != AWS_KEPT)
        put(b, t, RED,
            c->replacement == AWS_REPLACED ? STR("  is replaced") : STR("  may be replaced"));
    if (str_is(c->action, "Remove") && str_starts(c->policy, "Retain"))
        put(b, t, "", STR("  stays"));
    if (c->loses_data)
        put(b, t, RED, STR("  DATA WOULD BE LOST"));
    buf_putc(b, '\n');
}

// What CloudFormation lists, where there is nothing to compare it with.
static void put_list(Buf *b, const Teller *t, const AwsPlan *plan) {
    for (uint32_t i = 0; i < plan->changes.n; i++)
        put_change(b, t, &plan->changes.at[i]);
    if (!plan->changes.n)
        buf_puts(b, "  no resource; outputs or descriptions alone\n");
}

bool teller_review(const Teller *t, Arena *a, const AwsPlan *plan, Plan *out) {
    Err ignored = {0};
    if (t->compile)
        return review_make(a, t->compile, plan, out, &ignored);
    return plan->template_after.n && review_rollback(a, &t->target, plan, out, &ignored);
}

static void plan_show(const Teller *t, const AwsPlan *plan) {
    Arena scratch;
    Err ignored = {0};
    Plan whole;
    arena_init(&scratch);
    Buf b = buf_new(&scratch);
    put(&b, t, BOLD, str_fmt(&scratch, "%s", plan->creates ? "a new stack" : "what changes"));
    put(&b, t, DIM,
        str_fmt(&scratch, "  account %.*s, %.*s, as %.*s", STR_ARG(plan->identity.account),
                STR_ARG(plan->identity.region), STR_ARG(plan->identity.arn)));
    buf_putc(&b, '\n');
    if (teller_review(t, &scratch, plan, &whole))
        buf_put(&b, plan_text(&scratch, &whole, t->color));
    else
        put_list(&b, t, plan);
    costs_put(&b, t->places, &plan->costs);
    terminal_write(buf_str(&b), &ignored);
    arena_release(&scratch);
}

// ---- Questions ----------------------------------------------------------------------------------

// A line from the terminal, or AWS_LEFT where a signal came or the input ended.
static AwsAnswer answer_read(int wake) {
    char line[64];
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0)
        ;
    if (fds[1].revents)
        return AWS_LEFT;
    ssize_t n = read(STDIN_FILENO, line, sizeof line);
    if (n <= 0)
        return AWS_LEFT;
    Str answer = str_trim((Str){line, (uint32_t)n});
    bool yes = str_is(answer, "y") || str_is(answer, "Y") || str_is(answer, "yes") ||
               str_is(answer, "Yes");
    return yes ? AWS_YES : AWS_NO;
}

static void board_plan(const Teller *t, const AwsPlan *plan) {
    for (uint32_t i = 0; i < plan->changes.n; i++) {
        const AwsChange *c = &plan->changes.at[i];
        bool stays = str_is(c->action, "Remove") && str_starts(c->policy, "Retain");
        if (!stays && !str_is(c->resource, "AWS::CloudFormation::Stack"))
            tree_add(&t->board->tree, owner_of(t, c->id), c->stack, c->id, c->resource);
    }
}

// Whether somebody should look before it is deployed, as `pluto diff` says it.
static bool plan_warns(const Teller *t, const AwsPlan *plan) {
    Arena scratch;
    Plan whole;
    arena_init(&scratch);
    bool warns = teller_review(t, &scratch, plan, &whole) && (whole.widens || whole.publishes);
    arena_release(&scratch);
    return warns;
}

AwsAnswer teller_ask(void *context, const AwsQuestion *q) {
    Teller *t = context;
    Err ignored = {0};
    if (t->board)
        board_clear(t->board);
    if (q->plan && t->board)
        board_plan(t, q->plan);
    if (q->plan && t->json)
        json_plan(t, q->plan);
    else if (q->plan && !t->s->args.quiet)
        plan_show(t, q->plan);
    if (q->text.n && !t->json)
        terminal_write(str_fmt(t->s->arena, "%.*s\n", STR_ARG(str_visible(t->s->arena, q->text))),
                       &ignored);
    if (q->shown && q->plan && t->s->args.plan)
        t->warns = plan_warns(t, q->plan);
    if (q->shown || t->s->args.yes)
        return AWS_YES;
    if (!t->can_ask) {
        t->unasked = true;
        return AWS_NO;
    }
    const char *what = q->type == AWS_ASK_REMAINS ? "delete it" : t->verb;
    terminal_write(str_fmt(t->s->arena, "%s? [y/N] ", what), &ignored);
    AwsAnswer answer = answer_read(q->wake);
    if (answer == AWS_LEFT)
        terminal_write(STR("\n"), &ignored);
    return answer;
}
