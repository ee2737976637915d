// The tables of the template, in the process that holds them.
//
// Input: tables as CreateTable takes them. Output: tables that serve. Invariant: one that is there
// is kept as it is, whatever the template says now; the log says where its keys differ.

#include "adapters/run/dynamodb.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <time.h>

enum { CONNECT_MS = 2000, ANSWER_MS = 60000, TABLE_MS = 10000, PAUSE_MS = 1 };

static void add_header(Arena *a, HttpHeaderVec *headers, const char *name, Str value) {
    vec_push(a, headers, (HttpHeader){str_of(name), value});
}

bool dynamodb_ask(const Dynamodb *d, Arena *a, unsigned port, const HttpHeaderVec *headers,
                  Str body, Fetch **out, Err *err) {
    FetchRequest q = {.method = "POST",
                      .url = str_fmt(a, "http://127.0.0.1:%u/", port),
                      .body = body,
                      .connect_ms = CONNECT_MS,
                      .silent_ms = ANSWER_MS,
                      .total_ms = ANSWER_MS,
                      .local = true,
                      .run = d->run};
    for (uint32_t i = 0; i < headers->n; i++)
        vec_push(a, &q.headers, headers->at[i]);
    add_header(a, &q.headers, "x-pluto-secret", str_of(d->secret));
    return fetch_start(&q, out, err);
}

// A request of our own. The status, or 0 with err.
static int operate(const Dynamodb *d, Arena *a, unsigned port, const char *operation, Str body,
                   Str *answer, Err *err) {
    HttpHeaderVec headers = {0};
    Fetch *f = NULL;
    add_header(a, &headers, "content-type", STR("application/x-amz-json-1.0"));
    add_header(a, &headers, "x-amz-target", str_fmt(a, DYNAMODB_TARGET "%s", operation));
    add_header(a, &headers, "x-amz-date", STR("20200101T000000Z"));
    add_header(a, &headers, "authorization",
               str_fmt(a,
                       "AWS4-HMAC-SHA256 Credential=pluto/20200101/%.*s/dynamodb/aws4_request, "
                       "SignedHeaders=host, Signature=0",
                       STR_ARG(d->region)));
    if (!dynamodb_ask(d, a, port, &headers, body, &f, err))
        return 0;
    int status = fetch_status(f);
    if (!fetch_rest(f, a, DYNAMODB_BODY_MAX, answer, err))
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

// What is known of a table that serves; NULL where it does not. A table that was made is answered
// for before it serves, here as on AWS: only its status says more.
static const Tree *wait_for_table(const Dynamodb *d, Arena *a, unsigned port, Str name) {
    enum { OK = 200 };
    Err err = {0};
    Str answer;
    Buf b = buf_new(a);
    buf_putc(&b, '{');
    text_member(&b, "TableName", name);
    buf_putc(&b, '}');
    double end = now_ms() + TABLE_MS;
    while (operate(d, a, port, "DescribeTable", buf_str(&b), &answer, &err) == OK) {
        const Tree *table = tree_find(tree_read(a, answer), "Table");
        if (!str_eq(tree_str_at(a, table, "TableStatus"), STR("CREATING")))
            return table;
        if (now_ms() > end || run_closing(d->run))
            return NULL;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return NULL;
}

// The keys of a table cannot be changed; AWS would make another one and leave the old one behind.
static void compare(const Dynamodb *d, Arena *a, const AppTable *t, const Tree *there) {
    const Tree *wanted = tree_read(a, t->create_json);
    if (str_eq(member_text(a, there, "KeySchema"), member_text(a, wanted, "KeySchema")))
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
    if (status == OK || str_contains(answer, "ResourceInUseException")) {
        const Tree *there = wait_for_table(d, a, port, t->name);
        if (there && status != OK)
            compare(d, a, t, there);
        return;
    }
    run_log(d->run, t->id, STR_EMPTY, "stderr",
            str_fmt(a, "cannot make the table %.*s: %.*s", STR_ARG(t->name),
                    STR_ARG(status ? answer : str_of(err.message))));
}

// All tables of the newest deploy. Called by the keeper, without the lock.
void dynamodb_make_tables(Dynamodb *d, unsigned port) {
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
