// An operation that is under way, followed to its end.
//
// Input: a stack's ARN and the token of the operation. Output: events as they come, each once and
// in the order of time, and what remains of them. Invariant: the stack's status decides, and only
// what is known to be of this operation is believed; a question that AWS does not answer for once
// ends nothing, since the operation goes on without us.

#include "adapters/aws/deploy/follow.h"

#include <string.h>

enum {
    FAST_ROUNDS = 30,   // of poll_ms each, then SLOWER tenths of that
    SLOWER = 25,        //
    STATUS_EVERY = 4,   // rounds, even where no event speaks of an end
    QUIET_ROUNDS = 10,  // without any event: then what the status says is believed
    UNANSWERED_MAX = 6, // rounds
    THROTTLED_MAX_MS = 20000,
    BEAT_SECONDS = 30,
    SECONDS_OF_TIME = 19, // "2026-01-31T12:00:00"
};

// ---- Events -------------------------------------------------------------------------------------

static int time_cmp(Str x, Str y) {
    return str_cmp(str_slice(x, 0, SECONDS_OF_TIME), str_slice(y, 0, SECONDS_OF_TIME));
}

static bool of_this_operation(const Follow *f, const CfnEvent *e, Str path) {
    // Of the change set, not of what it does.
    if (str_is(e->status, "REVIEW_IN_PROGRESS"))
        return false;
    // Without a token it may be of any; what nested stacks do may carry one of their own.
    return path.n || !f->token.n || !e->token.n || str_eq(e->token, f->token);
}

static CfnEvent event_keep(Arena *a, const CfnEvent *e) {
    CfnEvent kept = *e;
    Str *texts[] = {&kept.event,       &kept.operation,  &kept.token,  &kept.time,
                    &kept.stack_id,    &kept.stack_name, &kept.id,     &kept.physical,
                    &kept.resource,    &kept.status,     &kept.reason, &kept.hook,
                    &kept.hook_status, &kept.hook_reason};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_dup(a, *texts[i]);
    return kept;
}

typedef Vec(CfnEvent) Page;

// What is new of one stack, newest first. *throttled where AWS asks for patience.
static bool events_new(Follow *f, const FollowedStack *s, Arena *scratch, Page *out,
                       bool *throttled) {
    Str next = STR_EMPTY;
    do {
        CfnEventVec page = {0};
        CfnRefusal refusal;
        if (!cfn_events(f->k->client, scratch, s->id, next, &page, &next, &refusal, f->k->err))
            return false;
        if (refusal.code.n && !cfn_is_missing(&refusal)) {
            AwsReply reply = {.status = 400, .code = refusal.code, .message = refusal.message};
            *throttled = reply_throttled(&reply);
            return *throttled || cfn_refused("DescribeStackEvents", &refusal, f->k->err);
        }
        for (uint32_t i = 0; i < page.n; i++) {
            const CfnEvent *e = &page.at[i];
            if (map_has(&f->seen, e->event) || (f->since.n && time_cmp(e->time, f->since) < 0))
                return true;
            if (of_this_operation(f, e, s->path))
                vec_push(scratch, out, *e);
        }
    } while (next.n);
    return true;
}

static FollowedStack *stack_of(Follow *f, Str id) {
    for (uint32_t i = 0; i < f->stacks.n; i++)
        if (str_eq(f->stacks.at[i].id, id))
            return &f->stacks.at[i];
    return NULL;
}

// A nested stack shows itself as a resource of the one it is in, at first without its ARN.
static void nested_note(Follow *f, const CfnEvent *e, Str path) {
    if (!str_is(e->resource, "AWS::CloudFormation::Stack") || !e->physical.n ||
        str_eq(e->physical, e->stack_id))
        return;
    FollowedStack *s = stack_of(f, e->physical);
    if (s) {
        s->ending = !status_under_way(e->status);
        return;
    }
    Str inner = path.n ? str_fmt(f->k->a, "%.*s/%.*s", STR_ARG(path), STR_ARG(e->id)) : e->id;
    vec_push(f->k->a, &f->stacks, (FollowedStack){.id = e->physical, .path = inner});
}

static bool worth_keeping(const CfnEvent *e) {
    return status_failed(e->status) || e->hook.n ||
           str_is(e->resource, "AWS::CloudFormation::Stack");
}

// What is cleaned up after a replacement is another thing than what took its place.
static bool is_predecessor(const AwsResource *r, const CfnEvent *e) {
    return r && str_starts(e->status, "DELETE_") && str_ends(r->status, "_COMPLETE") &&
           e->physical.n && !str_eq(e->physical, r->physical);
}

static void touched_note(Follow *f, const CfnEvent *e, Str path) {
    Str key = str_fmt(f->k->a, "%.*s/%.*s", STR_ARG(path), STR_ARG(e->id));
    AwsResource *r = map_find(&f->touched, key);
    if (is_predecessor(r, e)) {
        key = str_fmt(f->k->a, "%.*s#%.*s", STR_ARG(key), STR_ARG(e->physical));
        r = map_find(&f->touched, key);
    }
    if (!r) {
        r = arena_new(f->k->a, AwsResource);
        map_set(&f->touched, key, r);
    }
    bool was_under_way = !r->status.n || status_under_way(r->status);
    *r = (AwsResource){.stack = path,
                       .id = e->id,
                       .physical = e->physical.n ? e->physical : r->physical,
                       .resource = e->resource,
                       .status = e->status,
                       .reason = e->reason,
                       .time = e->time};
    f->done += was_under_way && !status_under_way(e->status);
}

static void event_take(Follow *f, const CfnEvent *fresh, Str path) {
    Work *k = f->k;
    CfnEvent e = event_keep(k->a, fresh);
    bool own = str_eq(e.physical, e.stack_id);
    map_set(&f->seen, e.event, f);
    f->heard = true;
    if (worth_keeping(&e))
        vec_push(k->a, &f->happened, (Happened){e, path});
    if (own && !path.n) {
        f->ended = !status_under_way(e.status);
        f->own_status = e.status;
    }
    if (!own)
        touched_note(f, &e, path);
    nested_note(f, &e, path);
    tell(k, (AwsEvent){.type = AWS_EVENT_RESOURCE,
                       .stack = path,
                       .id = e.id,
                       .physical = e.physical,
                       .resource = e.resource,
                       .status = e.status,
                       .reason = e.reason,
                       .time = e.time,
                       .done = f->done,
                       .total = k->total});
}

typedef struct Fresh {
    CfnEvent event;
    Str path;
} Fresh;

// Into the order of time: what each stack tells is in order already, so a merge by insertion from
// the end moves little, and equal times stay as they came.
static void fresh_insert(Arena *a, Fresh **all, uint32_t *n, uint32_t *cap, Fresh one) {
    if (*n == *cap) {
        uint32_t more = *cap ? *cap * 2 : 32;
        *all = arena_grow(a, *all, *cap * sizeof **all, more * sizeof **all);
        *cap = more;
    }
    uint32_t at = *n;
    while (at > 0 && str_cmp((*all)[at - 1].event.time, one.event.time) > 0) {
        (*all)[at] = (*all)[at - 1];
        at--;
    }
    (*all)[at] = one;
    (*n)++;
}

static bool round_events(Follow *f, Arena *scratch, bool *throttled) {
    Fresh *fresh = NULL;
    uint32_t n = 0, cap = 0;
    // Stacks that show themselves in this round are read in the next.
    for (uint32_t i = 0, count = f->stacks.n; i < count; i++) {
        FollowedStack *s = &f->stacks.at[i];
        Page page = {0};
        if (s->over)
            continue;
        bool last = s->ending;
        if (!events_new(f, s, scratch, &page, throttled))
            return false;
        s->over = last && i > 0 && page.n == 0;
        for (uint32_t e = page.n; e > 0; e--)
            fresh_insert(scratch, &fresh, &n, &cap, (Fresh){page.at[e - 1], s->path});
    }
    for (uint32_t i = 0; i < n; i++)
        event_take(f, &fresh[i].event, fresh[i].path);
    if (n)
        f->last_news = work_seconds(f->k);
    return true;
}

// ---- Status -------------------------------------------------------------------------------------

// A status may be an earlier one for some seconds. It is believed where the stack's own last event
// says the same, or where no event has come yet and the stack's time is of this operation; and
// after a long silence.
static bool believable(const Follow *f, const AwsStack *s) {
    Str time = s->updated.n ? s->updated : s->created;
    bool newer = f->since.n && time.n && time_cmp(time, f->since) > 0;
    if (f->quiet >= QUIET_ROUNDS)
        return true;
    if (str_is(s->status, "REVIEW_IN_PROGRESS"))
        return false;
    return f->ended ? str_eq(s->status, f->own_status) : newer;
}

static bool round_status(Follow *f, bool *finished) {
    Work *k = f->k;
    // Kept, since it may be the last one.
    if (!cfn_stack(k->client, k->a, f->stacks.at[0].id, &f->there, &f->stack, k->err))
        return false;
    AwsStack s = f->stack;
    bool there = f->there;
    f->status = there ? s.status : STR("DELETE_COMPLETE");
    *finished = !there || (believable(f, &s) &&
                           (!status_under_way(s.status) || str_is(s.status, "REVIEW_IN_PROGRESS")));
    return true;
}

// ---- Rounds -------------------------------------------------------------------------------------

static const char *way_back(const Work *k) {
    return k->journal.act == JOURNAL_DESTROY ? "pluto destroy" : "pluto deploy --resume";
}

static bool unanswered(Follow *f) {
    Work *k = f->k;
    if (interrupted(k))
        return false;
    if (k->err->kind == ERR_ACCESS || ++f->unanswered > UNANSWERED_MAX) {
        Err why = *k->err;
        k->out->status = f->own_status;
        over_with(k, why.kind == ERR_ACCESS ? AWS_END_DENIED : AWS_END_WORLD, "%s", why.message);
        hint(k, "what is under way goes on at AWS; `%s` follows it again%s%s", way_back(k),
             why.hint[0] ? "; " : "", why.hint);
        return false;
    }
    warn(k, "%s; it goes on at AWS", k->err->message);
    *k->err = (Err){0};
    return true;
}

// The last that was heard of it, not what it was before.
static bool detached(Follow *f) {
    Work *k = f->k;
    k->out->status = f->own_status;
    over_with(k, AWS_END_DETACHED, "interrupted: what is under way goes on at AWS");
    hint(k, "`%s` follows it again%s", way_back(k),
         k->journal.act == JOURNAL_DEPLOY ? ", `pluto deploy --cancel` stops it" : "");
    return false;
}

static uint32_t interval(const Follow *f, uint32_t round, uint32_t patience) {
    uint32_t ms = f->k->aws->poll_ms;
    if (round >= FAST_ROUNDS)
        ms = ms * SLOWER / 10;
    ms *= patience;
    return ms > THROTTLED_MAX_MS ? THROTTLED_MAX_MS : ms;
}

static void beat(Follow *f) {
    Work *k = f->k;
    double now = work_seconds(k);
    if (now - f->last_news < BEAT_SECONDS)
        return;
    f->last_news = now;
    tell(k, (AwsEvent){.type = AWS_EVENT_BEAT, .done = f->done, .total = k->total});
}

// One look. *finished: it has ended. False: over.
static bool one_round(Follow *f, uint32_t round, uint32_t *patience, bool *finished) {
    Arena scratch;
    bool throttled = false;
    arena_init(&scratch);
    f->quiet = f->heard ? 0 : f->quiet + 1;
    f->heard = false;
    bool answered = round_events(f, &scratch, &throttled);
    if (answered && !throttled && (f->ended || round % STATUS_EVERY == STATUS_EVERY - 1))
        answered = round_status(f, finished);
    if (answered)
        progress_look(f, &scratch);
    arena_release(&scratch);
    *patience = throttled ? *patience * 2 : 1;
    f->unanswered = answered ? 0 : f->unanswered;
    return answered || unanswered(f);
}

Str last_time(Work *k, Str stack_id) {
    CfnEventVec page = {0};
    CfnRefusal r;
    Str next;
    Err err = {0};
    if (!cfn_events(k->client, k->a, stack_id, STR_EMPTY, &page, &next, &r, &err) || !page.n)
        return STR_EMPTY;
    return page.at[0].time;
}

bool follow(Work *k, Str stack_id, Str token, Str since, Followed *out) {
    Follow f = {.k = k,
                .token = token,
                .since = since,
                .seen = map_new(k->a),
                .touched = map_new(k->a),
                .progress = map_new(k->a),
                .last_news = work_seconds(k)};
    vec_push(k->a, &f.stacks, (FollowedStack){.id = stack_id});
    bool finished = false;
    uint32_t patience = 1;
    for (uint32_t round = 0; !finished; round++) {
        if (round && !nap(k, interval(&f, round, patience)))
            return detached(&f);
        if (!one_round(&f, round, &patience, &finished))
            return interrupted(k) ? detached(&f) : false;
        beat(&f);
    }
    *out =
        (Followed){.status = f.status, .stack = f.stack, .there = f.there, .happened = f.happened};
    for (uint32_t i = 0; i < f.touched.n; i++)
        vec_push(k->a, &out->touched, *(const AwsResource *)f.touched.at[i].value);
    k->out->status = f.status;
    return true;
}

void explain_failures(Work *k, const Followed *f) {
    AwsFailureVec all = {0};
    failures_find(k->a, &f->happened, &all);
    for (uint32_t i = 0; i < all.n; i++)
        vec_push(k->a, &k->out->failures, all.at[i]);
}
