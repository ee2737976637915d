// One operation on a stack: beginning, ending, telling.
//
// Input: what a command asks. Output: events, and in the end how it went. Invariant: an operation
// that is over has said how, once; an account that is not the one that pluto.yml names is never
// asked for more than its number.

#include "adapters/aws/deploy/work.h"

#include "adapters/aws/service/sts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// ---- Time and chance ----------------------------------------------------------------------------

static double now_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double work_seconds(const Work *k) {
    return now_seconds() - k->started;
}

Str token_new(Arena *a) {
    unsigned char bytes[16];
    Buf b = buf_new(a);
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        BUG("the system has no random numbers");
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&b, "%02x", bytes[i]);
    return buf_str(&b);
}

Str time_text(Arena *a, int64_t unix_seconds) {
    time_t t = (time_t)unix_seconds;
    struct tm tm;
    char text[32];
    gmtime_r(&t, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    return str_dup(a, str_of(text));
}

// ---- Telling ------------------------------------------------------------------------------------

void tell(Work *k, AwsEvent event) {
    event.phase = k->phase;
    event.seconds = work_seconds(k);
    if (k->sink)
        k->sink(k->context, &event);
}

void phase_begin(Work *k, AwsPhase phase) {
    k->phase = phase;
    tell(k, (AwsEvent){.type = AWS_EVENT_PHASE});
}

void note(Work *k, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    tell(k, (AwsEvent){.type = AWS_EVENT_NOTE, .text = str_vfmt(k->a, fmt, ap)});
    va_end(ap);
}

void warn(Work *k, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    tell(k, (AwsEvent){.type = AWS_EVENT_WARNING, .text = str_vfmt(k->a, fmt, ap)});
    va_end(ap);
}

// ---- Ends ---------------------------------------------------------------------------------------

bool over(Work *k, AwsEnd end) {
    k->out->end = end;
    return false;
}

bool over_with(Work *k, AwsEnd end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str text = str_vfmt(k->a, fmt, ap);
    va_end(ap);
    err_set(k->err, end == AWS_END_DENIED ? ERR_ACCESS : ERR_IO, "%.*s", STR_ARG(text));
    k->err->hint[0] = '\0';
    return over(k, end);
}

// What state things are in belongs to every end.
void say_unchanged(Work *k) {
    Str why = str_of(k->err->hint);
    if (str_contains(why, "nothing was"))
        return;
    if (!why.n)
        why = k->err->kind == ERR_ACCESS ? STR_EMPTY : STR("try again later");
    hint(k, "nothing was changed%s%.*s", why.n ? "; " : "", STR_ARG(str_dup(k->a, why)));
}

// An interrupt ends requests, and then what they say of it is not what happened.
bool over_world(Work *k) {
    if (interrupted(k))
        return over_with(k, AWS_END_INTERRUPTED, "%s",
                         k->phase < AWS_PHASE_EXECUTE ? "interrupted: nothing was changed"
                                                      : "interrupted");
    if (k->locks && !k->takes_up && k->phase < AWS_PHASE_EXECUTE)
        say_unchanged(k);
    return over(k, k->err->kind == ERR_ACCESS ? AWS_END_DENIED : AWS_END_WORLD);
}

void hint(Work *k, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str text = str_vfmt(k->a, fmt, ap);
    va_end(ap);
    err_hint(k->err, "%.*s", STR_ARG(text));
}

// ---- Interrupts ---------------------------------------------------------------------------------

bool interrupted(const Work *k) {
    return interrupt_came(k->interrupt);
}

int wake_descriptor(const Work *k) {
    return interrupt_descriptor(k->interrupt);
}

void abandon_on_interrupt(Work *k, bool now) {
    interrupt_abandon(k->interrupt, now);
}

enum { TICK_MS = 120 };

bool nap(Work *k, uint32_t ms) {
    struct pollfd fd = {.fd = wake_descriptor(k), .events = POLLIN};
    double until = now_seconds() + ms / 1000.0;
    while (!interrupted(k)) {
        double left = until - now_seconds();
        if (left <= 0)
            return true;
        tell(k, (AwsEvent){.type = AWS_EVENT_TICK});
        poll(&fd, 1, left < TICK_MS / 1000.0 ? (int)(left * 1000) + 1 : TICK_MS);
    }
    return false;
}

// ---- Journal and lock ---------------------------------------------------------------------------

// Two accounts may have a stack of the same name, which are two stacks.
static Str state_path(const Work *k, const char *end) {
    const AwsIdentity *i = &k->aws->identity;
    Str file = str_fmt(k->a, "%.*s/%.*s/%.*s%s", STR_ARG(i->account), STR_ARG(i->region),
                       STR_ARG(k->target->stack), end);
    return path_join(k->a, k->aws->options.state, file);
}

static bool lock_wait(Work *k) {
    enum { LOOK_MS = 250 };
    note(k, "another pluto on this machine is at work on the stack `%.*s`: waiting for its end",
         STR_ARG(k->target->stack));
    while (flock(k->lock, LOCK_EX | LOCK_NB) != 0)
        if (!nap(k, LOOK_MS))
            return over_world(k);
    return true;
}

// Of this project on this machine. Between machines it is CloudFormation that lets only one in.
static bool lock_take(Work *k) {
    Err unmade = {0};
    Str path = state_path(k, ".lock");
    // The journal's own way makes the folder, with the same complaint.
    if (!journal_folder(k->a, path, &unmade)) {
        *k->err = unmade;
        return over(k, AWS_END_WORLD);
    }
    k->lock = open(str_cstr(k->a, path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (k->lock < 0) {
        over_with(k, AWS_END_WORLD, "cannot write `%.*s`: %s", STR_ARG(path), strerror(errno));
        hint(k, "it must be possible to write into `.pluto`");
        return false;
    }
    if (flock(k->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (k->wait)
        return lock_wait(k);
    over_with(k, AWS_END_BUSY, "another pluto on this machine is at work on the stack `%.*s`",
              STR_ARG(k->target->stack));
    hint(k, "wait for its end, or let --wait do it; `pluto status` tells how far it is");
    return false;
}

bool journal_step(Work *k, AwsPhase phase) {
    if (!k->journal_path.n)
        return true;
    k->journal.phase = phase;
    Err err = {0};
    if (journal_write(k->a, k->journal_path, &k->journal, &err)) {
        k->journal_there = true;
        return true;
    }
    if (phase > AWS_PHASE_EXECUTE) {
        // It goes on at AWS in any case: following it matters more than remembering it.
        warn(k, "%s", err.message);
        return true;
    }
    *k->err = err;
    return over(k, AWS_END_WORLD);
}

bool work_begin(Work *k, bool locks) {
    k->client = k->aws->client;
    k->started = now_seconds();
    k->calls = atomic_load(&k->aws->calls);
    k->lock = -1;
    *k->out = (AwsResult){.end = AWS_END_WORLD, .name = k->target->name};
    k->interrupt = interrupt_open(k->a, k->client, k->err);
    if (!k->interrupt)
        return over(k, AWS_END_WORLD);
    k->locks = locks;
    return true;
}

AwsEnd work_end(Work *k) {
    interrupt_close(k->interrupt);
    if (k->lock >= 0)
        close(k->lock);
    k->out->calls = atomic_load(&k->aws->calls) - k->calls;
    k->out->who = k->aws->identity;
    k->out->seconds = work_seconds(k);
    return k->out->end;
}

// Earlier versions had one journal a stack name, whatever the account.
static bool old_journal_load(Work *k, bool *there, Journal *out) {
    Str file = str_cat(k->a, k->target->stack, STR(".json"));
    Str path = path_join(k->a, k->aws->options.state, file);
    const AwsIdentity *i = &k->aws->identity;
    if (!journal_read(k->a, k->aws->options.host, path, there, out, k->err))
        return over(k, AWS_END_WORLD);
    *there = *there && str_eq(out->account, i->account) && str_eq(out->region, i->region);
    if (!*there)
        return true;
    if (!journal_write(k->a, k->journal_path, out, k->err))
        return over(k, AWS_END_WORLD);
    journal_remove(k->a, path);
    return true;
}

bool journal_load(Work *k, bool *there, Journal *out) {
    if (!journal_read(k->a, k->aws->options.host, k->journal_path, there, out, k->err))
        return over(k, AWS_END_WORLD);
    return *there || old_journal_load(k, there, out);
}

static bool elsewhere_in(Work *k, Str account, Journal *out) {
    Host *host = k->aws->options.host;
    Str *regions, folder = path_join(k->a, k->aws->options.state, account);
    Str file = str_cat(k->a, k->target->stack, STR(".json"));
    size_t count;
    bool there = false;
    Err unread = {0};
    if (!host->list(host, k->a, folder, &regions, &count))
        return false;
    for (size_t i = 0; i < count && !there; i++) {
        Str path = path_join(k->a, path_join(k->a, folder, regions[i]), file);
        there = journal_read(k->a, host, path, &there, out, &unread) && there;
    }
    return there;
}

bool journal_elsewhere(Work *k, Journal *out) {
    Host *host = k->aws->options.host;
    Str *accounts;
    size_t count;
    if (!host->list(host, k->a, k->aws->options.state, &accounts, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (elsewhere_in(k, accounts[i], out))
            return true;
    Str file = str_cat(k->a, k->target->stack, STR(".json"));
    bool there;
    Err unread = {0};
    return journal_read(k->a, host, path_join(k->a, k->aws->options.state, file), &there, out,
                        &unread) &&
           there;
}

// ---- Who and what -------------------------------------------------------------------------------

static bool identify(Aws *w, Arena *a, Err *err) {
    AwsIdentity *i = &w->identity;
    if (w->identified)
        return true;
    if (!sts_identity(w->client, a, &i->account, &i->arn, err))
        return false;
    i->account = str_dup(w->arena, i->account);
    i->arn = str_dup(w->arena, i->arn);
    i->region = client_region(w->client);
    i->partition = client_partition(w->client);
    i->source = creds_source(client_creds(w->client));
    w->identified = true;
    return true;
}

// What works, and is perhaps not what was meant.
static void warn_of_credentials(Work *k) {
    CredsStepVec steps;
    creds_steps(client_creds(k->client), k->a, &steps);
    for (uint32_t i = 0; i < steps.n; i++)
        if (steps.at[i].warns)
            warn(k, "%.*s: %.*s", STR_ARG(steps.at[i].place), STR_ARG(steps.at[i].finding));
}

bool resolve(Work *k) {
    phase_begin(k, AWS_PHASE_RESOLVE);
    if (!identify(k->aws, k->a, k->err))
        return over_world(k);
    warn_of_credentials(k);
    const AwsIdentity *i = &k->aws->identity;
    if (!k->target->account.n || str_eq(k->target->account, i->account)) {
        if (!k->locks || k->lock >= 0)
            return true;
        k->journal_path = state_path(k, ".json");
        return lock_take(k);
    }
    over_with(k, AWS_END_UNSAFE,
              "the credentials are of account %.*s, but the stack `%.*s` belongs into %.*s",
              STR_ARG(i->account), STR_ARG(k->target->stack), STR_ARG(k->target->account));
    hint(k, "choose another profile with --profile; pluto.yml's `account` says where the stack "
            "belongs");
    return false;
}

bool identity_of(Aws *w, Arena *a, AwsIdentity *out, Err *err) {
    if (!identify(w, a, err))
        return false;
    // It outlives the client, which part of it belongs to.
    const AwsIdentity *i = &w->identity;
    *out = (AwsIdentity){str_dup(a, i->account), str_dup(a, i->arn), str_dup(a, i->region),
                         str_dup(a, i->partition), str_dup(a, i->source)};
    return true;
}

bool look_up(Work *k) {
    bool named = !k->journal.stack_id.n;
    Str which = named ? k->target->name : k->journal.stack_id;
    if (!cfn_stack(k->client, k->a, which, &k->there, &k->stack, k->err))
        return over_world(k);
    if (!k->there)
        return true;
    k->out->id = k->stack.id;
    k->out->status = k->stack.status;
    k->out->express = k->stack.express;
    return true;
}

bool is_own(const Work *k, const AwsStack *s) {
    return str_eq(s->project, k->target->project) && str_eq(s->stack, k->target->stack);
}

bool must_be_own(Work *k) {
    const AwsStack *s = &k->stack;
    if (is_own(k, s))
        return true;
    if (s->project.n)
        over_with(k, AWS_END_UNSAFE,
                  "the CloudFormation stack `%.*s` belongs to the project `%.*s`, stack `%.*s`",
                  STR_ARG(s->name), STR_ARG(s->project), STR_ARG(s->stack));
    else
        over_with(k, AWS_END_UNSAFE,
                  "there is a CloudFormation stack `%.*s` already, and pluto did not make it",
                  STR_ARG(s->name));
    hint(k, "nothing was changed; give the project or the stack another name in pluto.yml");
    return false;
}
