// pluto logs and pluto invoke for what is deployed.
//
// Input: the command line, the stack. Output: lines of logs; an answer. Invariant: what functions
// write is shown, not obeyed; a call that failed is never repeated.

#include "cli/deploy/deploy.h"
#include "cli/report.h"
#include "cli/run/local.h"
#include "cli/run/since.h"
#include "cli/terminal.h"

#include <time.h>

bool means_deployed(const Session *s) {
    return s->args.deployed || s->args.given & (TAKES(O_STACK) | TAKES_AWS);
}

// ---- Logs ---------------------------------------------------------------------------------------

typedef struct Reading {
    Session *s;
    const OwnedVec *groups;
    bool named, any;
    uint32_t width;
    Err *err;
} Reading;

// What Lambda writes around a request and while a function starts.
static bool is_platform(Str text) {
    static const char *const starts[] = {
        "START RequestId: ", "END RequestId: ", "REPORT RequestId: ",
        "INIT_START ",       "INIT_REPORT ",    "RESTORE_START ",
        "RESTORE_REPORT ",   "EXTENSION\t",     "XRAY TraceId: "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(text, starts[i]))
            return true;
    return false;
}

static void put_line(Buf *b, const Reading *r, const AwsLogLine *line) {
    bool color = r->s->color_out;
    const char *dim = color ? "\033[2m" : "", *off = color ? "\033[0m" : "";
    time_t seconds = (time_t)(line->time / 1000);
    struct tm t;
    gmtime_r(&seconds, &t);
    buf_printf(b, "%s%04d-%02d-%02dT%02d:%02d:%02d.%03dZ%s ", dim, t.tm_year + 1900, t.tm_mon + 1,
               t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(line->time % 1000), off);
    if (!r->named) {
        Str name = str_visible(b->arena, r->groups->at[line->group].name);
        buf_put(b, name);
        buf_pad(b, ' ', r->width > name.n ? r->width - name.n : 0);
        buf_printf(b, "%s | %s", dim, off);
    }
    Str text = line->text;
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    // A line break within one message is shown as one, indented.
    for (uint32_t at = 0; at <= text.n;) {
        uint32_t to = at;
        while (to < text.n && text.p[to] != '\n' && text.p[to] != '\r')
            to++;
        buf_puts(b, at ? "    " : "");
        buf_put(b, str_visible(b->arena, str_slice(text, at, to)));
        buf_putc(b, '\n');
        at = to + 1;
    }
}

static bool take_line(void *context, const AwsLogLine *line) {
    Reading *r = context;
    Arena scratch;
    if (!r->s->args.show_platform && is_platform(line->text))
        return true;
    r->any = true;
    arena_init(&scratch);
    Buf b = buf_new(&scratch);
    put_line(&b, r, line);
    bool good = terminal_write(buf_str(&b), r->err);
    arena_release(&scratch);
    return good;
}

static bool since_of(const Session *s, int64_t *out, Err *err) {
    enum { RECENT_MS = 5 * 60 * 1000 };
    int64_t now = (int64_t)time(NULL) * 1000;
    *out = s->args.all ? 0 : now - RECENT_MS;
    return !s->args.since.n || since_ms(s->args.since, now, out, err);
}

static bool logs_read(Session *s, const Deployer *d, const AwsTarget *target, int64_t since,
                      Err *err) {
    OwnedVec groups = {0};
    Reading r = {.s = s, .groups = &groups, .named = s->args.count > 0, .err = err};
    if (!owned_find(s, d, target, "AWS::Logs::LogGroup", s->args.arguments[0], &groups, err))
        return false;
    Str *names = arena_array(s->arena, Str, groups.n + 1);
    for (uint32_t i = 0; i < groups.n; i++) {
        names[i] = groups.at[i].physical;
        r.width = groups.at[i].name.n > r.width ? groups.at[i].name.n : r.width;
    }
    AwsLogs in = {.groups = names,
                  .count = groups.n,
                  .since = since,
                  .follow = s->args.follow,
                  .sink = take_line,
                  .context = &r};
    bool good = d->api->logs(d->aws, s->arena, &in, err) && err->kind == ERR_NONE;
    if (good && !r.any && !s->args.all && !s->args.since.n)
        report_note(s, STR("nothing was written in the last five minutes; --since and --all go "
                           "further back"));
    return good;
}

int deployed_logs_run(Session *s) {
    Project project;
    Deployer d = {0};
    Err err = {0};
    int64_t since;
    int code;
    if (!since_of(s, &since, &err))
        return report_err(s, &err);
    if (!project_find(s, &project, &code))
        return code;
    AwsTarget target = target_of(s->arena, &project);
    bool good = deployer_open(s, &project, &d, &err) && logs_read(s, &d, &target, since, &err);
    deployer_close(&d);
    return good ? EXIT_DONE : deployer_failed(s, &err);
}

// ---- Calls --------------------------------------------------------------------------------------

static void log_show(Session *s, Str log) {
    if (s->args.quiet)
        return;
    for (uint32_t at = 0; at < log.n;) {
        int64_t end = str_find(log, STR("\n"), at);
        uint32_t to = end < 0 ? log.n : (uint32_t)end;
        Str line = str_slice(log, at, to);
        if (line.n && (s->args.verbose || !is_platform(line)))
            fprintf(stderr, "%.*s\n", STR_ARG(str_visible(s->arena, line)));
        at = to + 1;
    }
}

static bool call(Session *s, const Deployer *d, const AwsTarget *target, bool *raw, AwsInvoked *out,
                 Err *err) {
    OwnedVec found = {0};
    Str event = STR_EMPTY;
    if (!owned_find(s, d, target, "AWS::Lambda::Function", s->args.arguments[0], &found, err))
        return false;
    *raw = found.at[0].raw;
    return event_make(s, *raw, &event, err) &&
           d->api->invoke(d->aws, s->arena, found.at[0].physical, event, out, err);
}

int deployed_invoke_run(Session *s) {
    Project project;
    Deployer d = {0};
    Err err = {0};
    AwsInvoked answer = {0};
    bool raw = false;
    int code;
    if (!event_check(s, &err))
        return report_err(s, &err);
    if (!project_find(s, &project, &code))
        return code;
    AwsTarget target = target_of(s->arena, &project);
    bool good = deployer_open(s, &project, &d, &err) && call(s, &d, &target, &raw, &answer, &err);
    deployer_close(&d);
    if (!good)
        return deployer_failed(s, &err);
    log_show(s, answer.log);
    return answer_give(s, raw, answer.body, answer.failed);
}
