// DynamoDB: requests go on to a process that serves the protocol (local/dynamodb.mjs), whose tables
// are those of the template.
//
// Input: requests with X-Amz-Target DynamoDB_20120810.*. Output: what the process answers. It is
// started when there is a table first, and nothing waits for it but requests.
//
// Invariant: only who knows the secret, which never leaves this process and its child, reaches the
// child.

#include "adapters/run/dynamodb.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    WAIT_MS = 15000, // of a request for the process
    SUCCESSOR_MS = 2000,
    NAMED_MAX = 64 << 10 // larger requests are not looked into for the name of their table
};

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
    bool kept = dynamodb_keep(d, &err);
    while (kept && !serves(d) && now_ms() < end && !run_closing(d->run))
        dynamodb_wait_moment(d);
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
        dynamodb_wait_moment(d);
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
    if (str_starts(target, DYNAMODB_TARGET))
        call->operation = str_slice(target, STR(DYNAMODB_TARGET).n, target.n);
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
    bool good = dynamodb_ask(d, a, port, &headers, q->body, &f, &err) &&
                fetch_rest(f, a, DYNAMODB_BODY_MAX, &reply->body, &err);
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

static void make_secret(Dynamodb *d) {
    unsigned char bytes[DYNAMODB_SECRET_BYTES];
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
        good = dynamodb_keep(d, err);
    pthread_mutex_unlock(&d->lock);
    dynamodb_wake(d);
    return good;
}

void dynamodb_close(Dynamodb *d) {
    pthread_mutex_lock(&d->lock);
    d->closing = true;
    bool kept = d->kept;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    dynamodb_wake(d);
    if (kept)
        pthread_join(d->keeper, NULL);
    close(d->wake[0]);
    close(d->wake[1]);
    arena_release(&d->table_arena);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    fetch_done();
}
