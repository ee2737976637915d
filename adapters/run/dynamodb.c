// DynamoDB: requests go on to a process that serves the protocol (local/dynamodb.mjs), whose tables
// are those of the template.
//
// Input: requests with X-Amz-Target DynamoDB_20120810.*. Output: what the process answers. A thread
// keeps it: starts it when there is a table first, makes the tables, starts it again where it dies,
// and ends it with us. Nothing waits for it but requests.
//
// Invariant: a table that is there is kept as it is, whatever the template says now; only who knows
// the secret, which never leaves this process and its child, reaches the child.

#include "adapters/run/fetch.h"
#include "adapters/run/pool.h"
#include "adapters/run/run.h"
#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    SECRET_BYTES = 16,
    CONNECT_MS = 2000,
    ANSWER_MS = 60000,
    WAIT_MS = 15000, // of a request for the process
    SUCCESSOR_MS = 2000,
    MOMENT_MS = 50,
    PAUSE_FIRST_MS = 100,
    PAUSE_MAX_MS = 5000,
    BODY_MAX = 64 << 20,
    NAMED_MAX = 64 << 10, // larger requests are not looked into for the name of their table
    LINE_SIZE = 1024
};

#define TARGET "DynamoDB_20120810."

struct Dynamodb {
    Run *run;
    Str state, lib, region; // in the adapter's arena
    char secret[2 * SECRET_BYTES + 1];
    int wake[2]; // a byte: there is something new for the keeper
    pthread_t keeper;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    // Below: guarded by the lock.
    bool kept, closing;
    unsigned port;         // 0: it does not serve
    unsigned starts;       // how often it was started
    unsigned wanted, made; // the number of the deploy whose tables are wanted, and are there
    Arena table_arena;
    Vec(AppTable) tables;
    char trouble[256]; // why it does not serve
};

// ---- One request to the process ----------------------------------------------------------------

static void add_header(Arena *a, HttpHeaderVec *headers, const char *name, Str value) {
    vec_push(a, headers, (HttpHeader){str_of(name), value});
}

static bool ask(const Dynamodb *d, Arena *a, unsigned port, const HttpHeaderVec *headers, Str body,
                Fetch **out, Err *err) {
    FetchRequest q = {.method = "POST",
                      .url = str_fmt(a, "http://127.0.0.1:%u/", port),
                      .headers = *headers,
                      .body = body,
                      .connect_ms = CONNECT_MS,
                      .silent_ms = ANSWER_MS,
                      .total_ms = ANSWER_MS,
                      .local = true,
                      .run = d->run};
    HttpHeaderVec all = {0};
    for (uint32_t i = 0; i < headers->n; i++)
        vec_push(a, &all, headers->at[i]);
    add_header(a, &all, "x-pluto-secret", str_of(d->secret));
    q.headers = all;
    return fetch_start(&q, out, err);
}

// ---- Tables ------------------------------------------------------------------------------------

// A request of our own. The status, or 0 with err.
static int operate(const Dynamodb *d, Arena *a, unsigned port, const char *operation, Str body,
                   Str *answer, Err *err) {
    HttpHeaderVec headers = {0};
    Fetch *f = NULL;
    add_header(a, &headers, "content-type", STR("application/x-amz-json-1.0"));
    add_header(a, &headers, "x-amz-target", str_fmt(a, TARGET "%s", operation));
    add_header(a, &headers, "x-amz-date", STR("20200101T000000Z"));
    add_header(a, &headers, "authorization",
               str_fmt(a,
                       "AWS4-HMAC-SHA256 Credential=pluto/20200101/%.*s/dynamodb/aws4_request, "
                       "SignedHeaders=host, Signature=0",
                       STR_ARG(d->region)));
    if (!ask(d, a, port, &headers, body, &f, err))
        return 0;
    int status = fetch_status(f);
    if (!fetch_rest(f, a, BODY_MAX, answer, err))
        status = 0;
    fetch_end(f);
    return status;
}

static Str member_text(Arena *a, const Tree *t, const char *name) {
    Buf b = buf_new(a);
    const Tree *member = tree_find(t, name);
    if (member)
        tree_write(&b, member);
    return buf_str(&b);
}

// The keys of a table cannot be changed; AWS would make another one and leave the old one behind.
static void compare(const Dynamodb *d, Arena *a, unsigned port, const AppTable *t) {
    Err err = {0};
    Str answer;
    Buf b = buf_new(a);
    buf_putc(&b, '{');
    text_member(&b, "TableName", t->name);
    buf_putc(&b, '}');
    enum { OK = 200 };
    if (operate(d, a, port, "DescribeTable", buf_str(&b), &answer, &err) != OK)
        return;
    const Tree *there = tree_find(tree_read(a, answer), "Table"),
               *wanted = tree_read(a, t->create_json);
    if (!there || str_eq(member_text(a, there, "KeySchema"), member_text(a, wanted, "KeySchema")))
        return;
    run_log(d->run, t->id, STR_EMPTY, "stderr",
            str_fmt(a,
                    "the table %.*s is there with other keys than the program's; to begin anew, "
                    "remove .pluto/local/dynamodb",
                    STR_ARG(t->name)));
}

static void make_table(const Dynamodb *d, Arena *a, unsigned port, const AppTable *t) {
    enum { OK = 200 };
    Err err = {0};
    Str answer = STR_EMPTY;
    int status = operate(d, a, port, "CreateTable", t->create_json, &answer, &err);
    if (status == OK)
        return;
    if (str_contains(answer, "ResourceInUseException")) {
        compare(d, a, port, t);
        return;
    }
    run_log(d->run, t->id, STR_EMPTY, "stderr",
            str_fmt(a, "cannot make the table %.*s: %.*s", STR_ARG(t->name),
                    STR_ARG(status ? answer : str_of(err.message))));
}

// All tables of the newest deploy. Called by the keeper, without the lock.
static void make_tables(Dynamodb *d, unsigned port) {
    Arena a;
    arena_init(&a);
    pthread_mutex_lock(&d->lock);
    unsigned wanted = d->wanted;
    Vec(AppTable) tables = {0};
    for (uint32_t i = 0; i < d->tables.n; i++) {
        const AppTable *t = &d->tables.at[i];
        vec_push(&a, &tables,
                 (AppTable){.id = str_dup(&a, t->id),
                            .name = str_dup(&a, t->name),
                            .create_json = str_dup(&a, t->create_json)});
    }
    pthread_mutex_unlock(&d->lock);
    for (uint32_t i = 0; i < tables.n; i++)
        make_table(d, &a, port, &tables.at[i]);
    pthread_mutex_lock(&d->lock);
    d->made = wanted;
    d->port = port;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    arena_release(&a);
}

// ---- The keeper --------------------------------------------------------------------------------

// A moment, or until something changes; with the lock held.
static void wait_moment(Dynamodb *d) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += MOMENT_MS * 1000000L;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&d->changed, &d->lock, &until);
}

static bool is_closing(Dynamodb *d) {
    pthread_mutex_lock(&d->lock);
    bool closing = d->closing;
    pthread_mutex_unlock(&d->lock);
    return closing;
}

// The process is there, and not all know it, or not all tables are.
static bool is_behind(Dynamodb *d, unsigned port) {
    pthread_mutex_lock(&d->lock);
    bool behind = d->port != port || d->made != d->wanted;
    pthread_mutex_unlock(&d->lock);
    return behind;
}

static void complain(Dynamodb *d, const char *why) {
    pthread_mutex_lock(&d->lock);
    snprintf(d->trouble, sizeof d->trouble, "%s", why);
    pthread_mutex_unlock(&d->lock);
    run_log(d->run, STR("DynamoDB"), STR_EMPTY, "stderr", str_of(why));
}

// What the process writes: on its output the port, all else is trouble.
typedef struct Lines {
    char text[LINE_SIZE];
    size_t n;
} Lines;

static bool next_line(Lines *l, char out[LINE_SIZE]) {
    char *end = memchr(l->text, '\n', l->n);
    if (!end && l->n < sizeof l->text)
        return false;
    size_t n = end ? (size_t)(end - l->text) : l->n - 1;
    memcpy(out, l->text, n);
    out[n] = '\0';
    l->n -= n + 1;
    memmove(l->text, l->text + n + 1, l->n);
    return true;
}

// False at the end.
static bool take(int fd, Lines *l) {
    ssize_t n = read(fd, l->text + l->n, sizeof l->text - l->n);
    if (n > 0)
        l->n += (size_t)n;
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

// Until the process ends, or we do.
static void attend(Dynamodb *d, Process *p) {
    Lines out = {.n = 0}, trouble = {.n = 0};
    char line[LINE_SIZE], byte[16];
    unsigned port = 0;
    while (!is_closing(d)) {
        struct pollfd fds[] = {{.fd = p->out, .events = POLLIN},
                               {.fd = p->err, .events = POLLIN},
                               {.fd = d->wake[0], .events = POLLIN}};
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            return;
        if (fds[2].revents && read(d->wake[0], byte, sizeof byte) < 0 && errno != EAGAIN)
            return;
        if (fds[1].revents && !take(p->err, &trouble))
            return;
        while (next_line(&trouble, line))
            complain(d, line);
        if (fds[0].revents && !take(p->out, &out))
            return;
        while (next_line(&out, line))
            port = (unsigned)strtoul(line, NULL, 10);
        if (port && is_behind(d, port))
            make_tables(d, port);
    }
}

static bool start(Dynamodb *d, Process *p, Err *err) {
    Arena a;
    arena_init(&a);
    const char *argv[] = {str_cstr(&a, str_fmt(&a, "%.*s/node", STR_ARG(d->lib))),
                          "--no-deprecation", // dynalite is what it is
                          str_cstr(&a, str_fmt(&a, "%.*s/local/dynamodb.cjs", STR_ARG(d->lib))),
                          NULL};
    const char *env[] = {str_cstr(&a, str_fmt(&a, "PLUTO_SECRET=%s", d->secret)),
                         str_cstr(&a, str_fmt(&a, "PLUTO_DATA=%.*s/dynamodb", STR_ARG(d->state))),
                         NULL};
    bool good = process_start(argv, env, str_cstr(&a, d->state), p, err);
    arena_release(&a);
    return good;
}

static void nap(Dynamodb *d, unsigned ms) {
    double end = now_ms() + ms;
    pthread_mutex_lock(&d->lock);
    while (!d->closing && now_ms() < end)
        wait_moment(d);
    pthread_mutex_unlock(&d->lock);
}

static void *keep(void *state) {
    Dynamodb *d = state;
    unsigned pause = PAUSE_FIRST_MS;
    while (!is_closing(d)) {
        Process p;
        Err err = {0};
        double began = now_ms();
        if (start(d, &p, &err)) {
            attend(d, &p);
            process_kill(&p);
            process_wait(&p);
        } else {
            complain(d, err.message);
        }
        pthread_mutex_lock(&d->lock);
        d->port = 0;
        d->made = d->wanted - 1; // the next process is asked for all of them again
        d->starts++;
        pthread_cond_broadcast(&d->changed);
        pthread_mutex_unlock(&d->lock);
        // One that ran for long died of something else than its start.
        pause = now_ms() - began > PAUSE_MAX_MS ? PAUSE_FIRST_MS
                : pause * 2 > PAUSE_MAX_MS      ? PAUSE_MAX_MS
                                                : pause * 2;
        nap(d, pause / 2);
    }
    return NULL;
}

static void wake(const Dynamodb *d) {
    if (write(d->wake[1], "", 1) < 0)
        return; // full: it will wake anyway
}

// With the lock held.
static bool keep_it(Dynamodb *d, Err *err) {
    if (d->kept)
        return true;
    if (pthread_create(&d->keeper, NULL, keep, d) != 0)
        return err_set(err, ERR_IO, "cannot start a thread");
    d->kept = true;
    return true;
}

// ---- Requests ----------------------------------------------------------------------------------

static void refuse(Arena *a, HttpReply *reply, int status, const char *type, Str message) {
    Buf b = buf_new(a);
    buf_putc(&b, '{');
    text_member(&b, "__type", str_fmt(a, "com.amazonaws.dynamodb.v20120810#%s", type));
    text_member(&b, "message", message);
    buf_putc(&b, '}');
    reply->status = status;
    reply->body = buf_str(&b);
    http_add(a, reply, STR("content-type"), STR("application/x-amz-json-1.0"));
    http_add(a, reply, STR("x-amzn-errortype"), str_of(type));
}

static bool serves(const Dynamodb *d) {
    return d->port && d->made == d->wanted;
}

// Waits until the process serves and has the tables; 0 where it does not come.
static unsigned wait_for(Dynamodb *d, Arena *a, Str *why) {
    Err err = {0};
    double end = now_ms() + WAIT_MS;
    pthread_mutex_lock(&d->lock);
    bool kept = keep_it(d, &err);
    while (kept && !serves(d) && now_ms() < end && !run_closing(d->run))
        wait_moment(d);
    unsigned port = serves(d) ? d->port : 0;
    *why = str_dup(a, str_of(d->trouble[0] ? d->trouble : "it does not start"));
    pthread_mutex_unlock(&d->lock);
    return port;
}

// The request has failed: if the process is dying, the caller's next try is to meet its successor.
static void wait_for_successor(Dynamodb *d, unsigned port) {
    double end = now_ms() + SUCCESSOR_MS;
    pthread_mutex_lock(&d->lock);
    while (d->port == port && now_ms() < end && !run_closing(d->run))
        wait_moment(d);
    pthread_mutex_unlock(&d->lock);
}

// What belongs to one connection, or is ours.
static bool is_passed(Str name) {
    static const char *const OURS[] = {"host",       "connection",        "content-length",
                                       "keep-alive", "transfer-encoding", "accept-encoding",
                                       "expect",     "x-pluto-secret",    "te",
                                       "trailer",    "upgrade",           "date"};
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++)
        if (text_same(name, str_of(OURS[i])))
            return false;
    return true;
}

static void pass_headers(Arena *a, const HttpHeaderVec *from, HttpHeaderVec *to) {
    for (uint32_t i = 0; i < from->n; i++)
        if (is_passed(from->at[i].name))
            vec_push(a, to,
                     (HttpHeader){str_dup(a, from->at[i].name), str_dup(a, from->at[i].value)});
}

// For the line that says what was asked.
static void name_request(Call *call, const HttpRequest *q) {
    Str target = http_header(&q->headers, "x-amz-target");
    if (str_starts(target, TARGET))
        call->operation = str_slice(target, STR(TARGET).n, target.n);
    if (q->body.n > NAMED_MAX)
        return;
    Str table = tree_str_at(q->arena, tree_read(q->arena, q->body), "TableName");
    for (uint32_t i = 0; i < call->app->tables.n; i++)
        if (table.n && str_eq(call->app->tables.at[i].name, table))
            call->resource = call->app->tables.at[i].id;
}

void dynamodb_handle(void *context, const HttpRequest *q, HttpReply *reply) {
    Call *call = context;
    Dynamodb *d = call->dynamodb;
    Arena *a = q->arena;
    Err err = {0};
    Str why;
    name_request(call, q);
    unsigned port = wait_for(d, a, &why);
    if (!port) {
        refuse(a, reply, 500, "InternalServerError",
               str_cat(a, STR("DynamoDB on this machine does not serve: "), why));
        return;
    }
    HttpHeaderVec headers = {0};
    Fetch *f = NULL;
    pass_headers(a, &q->headers, &headers);
    bool good = ask(d, a, port, &headers, q->body, &f, &err) &&
                fetch_rest(f, a, BODY_MAX, &reply->body, &err);
    if (good) {
        reply->status = fetch_status(f);
        pass_headers(a, fetch_headers(f), &reply->headers);
    }
    if (f)
        fetch_end(f);
    if (good)
        return;
    wait_for_successor(d, port);
    refuse(a, reply, 500, "InternalServerError",
           str_cat(a, STR("DynamoDB on this machine did not answer: "), str_of(err.message)));
}

// ---- Beginning and end -------------------------------------------------------------------------

static void make_secret(Dynamodb *d) {
    unsigned char bytes[SECRET_BYTES];
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(d->secret + 2 * i, 3, "%02x", bytes[i]);
}

bool dynamodb_open(Arena *a, const RunOptions *options, Run *run, Dynamodb **out, Err *err) {
    Dynamodb *d = arena_new(a, Dynamodb);
    d->run = run;
    d->state = str_dup(a, options->state);
    d->lib = str_dup(a, options->lib);
    d->region = str_dup(a, options->region);
    if (!fetch_init(err))
        return false;
    if (pipe(d->wake) != 0)
        return err_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        fcntl(d->wake[i], F_SETFD, FD_CLOEXEC);
        fcntl(d->wake[i], F_SETFL, O_NONBLOCK);
    }
    make_secret(d);
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    arena_init(&d->table_arena);
    *out = d;
    return true;
}

bool dynamodb_deploy(Dynamodb *d, const App *app, Err *err) {
    bool good = true;
    pthread_mutex_lock(&d->lock);
    arena_release(&d->table_arena);
    arena_init(&d->table_arena);
    d->tables.at = NULL;
    d->tables.n = d->tables.cap = 0;
    for (uint32_t i = 0; i < app->tables.n; i++) {
        const AppTable *t = &app->tables.at[i];
        vec_push(&d->table_arena, &d->tables,
                 (AppTable){.id = str_dup(&d->table_arena, t->id),
                            .name = str_dup(&d->table_arena, t->name),
                            .create_json = str_dup(&d->table_arena, t->create_json)});
    }
    d->wanted++;
    if (d->tables.n)
        good = keep_it(d, err);
    pthread_mutex_unlock(&d->lock);
    wake(d);
    return good;
}

void dynamodb_close(Dynamodb *d) {
    pthread_mutex_lock(&d->lock);
    d->closing = true;
    bool kept = d->kept;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    wake(d);
    if (kept)
        pthread_join(d->keeper, NULL);
    close(d->wake[0]);
    close(d->wake[1]);
    arena_release(&d->table_arena);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    fetch_done();
}
