// A call: endpoint, credentials, signature, transport, and what is done when that fails. In: an
// AwsCall. Out: an answer or a refusal.
//
// Invariant: what changes something and carries no token is sent again only where it is certain
// that it did not arrive, or was refused before it did anything.

#include "adapters/aws/client.h"

#include "adapters/aws/endpoint.h"
#include "adapters/aws/reply.h"
#include "adapters/aws/retry.h"
#include "adapters/aws/upload.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SAFE_ATTEMPTS = 8,
    UNSAFE_ATTEMPTS = 5,
    UNKNOWN_HOST_ATTEMPTS = 3, // a name is mistyped more often than name servers fail
    GIVE_UP_MS = 60000,
    LONGEST_WORK_MS = 16 * 60 * 1000, // functions may take 15 minutes
    CHUNKED_MIN = 8 << 20,            // from here on a file is signed while it is sent
    NS_IN_MS = 1000000,
    MS = 1000
};

struct Client {
    ClientOptions options;
    Http *http;
    Creds *creds;
    Str custom[AWS_SERVICE_COUNT];
    bool fips, dual_stack;
    Str style; // of buckets' addresses
    RetryBudget budget;
    _Atomic int64_t offset; // of AWS's clock to ours, seconds
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopped;    // under the lock
    uint64_t random; // under the lock
};

// One call while it is under way.
typedef struct Calling {
    Client *c;
    Arena *a;
    const AwsCall *q;
    const ServiceInfo *service;
    Endpoint endpoint;
    const char *method;
    Str path, query, body, payload; // payload: the hash of the body
    int64_t started;                // monotonic ms
    unsigned attempt;               // from 1
    RetryClass last;                // why there is this attempt
    int64_t offset;                 // of the clock, in what was sent last
    bool renewed, reclocked, force;
    bool streamed; // the sink has got bytes: never again
    bool chunked;  // the body is `upload`, by way of `source`
    Upload upload;
    HttpSource source;
} Calling;

static int64_t monotonic_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * MS + t.tv_nsec / NS_IN_MS;
}

// ---- Opening -----------------------------------------------------------------------------------

static void read_settings(Client *c, Arena *a) {
    Host *host = c->options.host;
    Str bundle = creds_setting(c->creds, NULL, "ca_bundle");
    c->fips = endpoint_switch(a, host, c->creds, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
    c->dual_stack =
        endpoint_switch(a, host, c->creds, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
    c->style = creds_setting(c->creds, "s3", "addressing_style");
    for (int i = 0; i < AWS_SERVICE_COUNT; i++)
        c->custom[i] = endpoint_configured(a, host, c->creds, service_info((AwsService)i)->key);
    if (bundle.n && !http_trusts(c->http))
        http_trust(c->http, bundle);
}

bool client_open(Arena *a, const ClientOptions *options, Client **out, Err *err) {
    Client *c = arena_new(a, Client);
    pthread_condattr_t monotonic;
    c->options = *options;
    c->http = http_open(a, options->host, err);
    if (!c->http)
        return false;
    CredsOptions who = options->creds;
    who.insecure |= options->insecure;
    if (!creds_open(a, options->host, c->http, &who, &c->creds, err)) {
        http_close(c->http);
        return false;
    }
    read_settings(c, a);
    c->random = options->seed;
    if (!c->random && RAND_bytes((unsigned char *)&c->random, sizeof c->random) != 1)
        c->random = 0;
    c->random |= 1;
    budget_start(&c->budget);
    pthread_mutex_init(&c->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&c->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out = c;
    return true;
}

void client_close(Client *c) {
    if (!c)
        return;
    creds_close(c->creds);
    http_close(c->http);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
}

void client_stop(Client *c) {
    pthread_mutex_lock(&c->lock);
    c->stopped = true;
    pthread_cond_broadcast(&c->wake);
    pthread_mutex_unlock(&c->lock);
    http_stop(c->http);
}

Str client_region(const Client *c) {
    return creds_region(c->creds);
}

Str client_partition(const Client *c) {
    return str_of(partition_of(client_region(c))->name);
}

Str client_dns_suffix(const Client *c) {
    return str_of(partition_of(client_region(c))->dns_suffix);
}

Creds *client_creds(Client *c) {
    return c->creds;
}

bool client_redirected(const Client *c, AwsService service) {
    return c->custom[service].n > 0;
}

int64_t client_now(const Client *c) {
    return (int64_t)time(NULL) + c->offset;
}

// ---- Waiting -----------------------------------------------------------------------------------

static uint64_t next_random(Client *c) {
    pthread_mutex_lock(&c->lock);
    uint64_t x = c->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    c->random = x;
    pthread_mutex_unlock(&c->lock);
    return x >> 11;
}

// False where the client was stopped meanwhile.
static bool sleep_ms(Client *c, uint32_t ms) {
    struct timespec until;
    enum { NS = 1000000000 };
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / MS;
    until.tv_nsec += (long)(ms % MS) * NS_IN_MS;
    if (until.tv_nsec >= NS) {
        until.tv_sec++;
        until.tv_nsec -= NS;
    }
    pthread_mutex_lock(&c->lock);
    while (!c->stopped && pthread_cond_timedwait(&c->wake, &c->lock, &until) == 0)
        continue;
    bool stopped = c->stopped;
    pthread_mutex_unlock(&c->lock);
    return !stopped;
}

// ---- A request ---------------------------------------------------------------------------------

static bool has_checksum(const AwsCall *q) {
    for (uint32_t i = 0; i < q->headers.n; i++)
        if (str_starts(q->headers.at[i].name, "x-amz-checksum-"))
            return true;
    return false;
}

static bool payload_hash(Calling *k, Err *err) {
    if (!k->q->file.n) {
        k->payload = digest_sha256_hex(k->a, k->body);
        return true;
    }
    unsigned char sum[SHA256_SIZE];
    uint64_t size = 0;
    if (k->q->service == AWS_S3) {
        if (!upload_open(k->a, k->q->file, &k->upload, err))
            return false;
        k->chunked = k->upload.size >= CHUNKED_MIN;
        k->upload.trailer = !has_checksum(k->q);
        k->payload = k->upload.trailer ? STR(SIGN_STREAMING_TRAILER) : STR(SIGN_STREAMING);
    }
    if (k->chunked)
        return true;
    char *hex = arena_alloc(k->a, SHA256_HEX + 1);
    if (!digest_file(k->a, k->q->file, sum, &size, err))
        return false;
    digest_hex(sum, hex);
    k->payload = (Str){hex, SHA256_HEX};
    return true;
}

// Copies are in the caller's arena, which lives longer than they are needed.
static void forget_secret(const AwsCredentials *keys) {
    digest_wipe((char *)keys->secret_key.p, keys->secret_key.n);
}

// What stays the same in all attempts.
static bool prepare(Calling *k, Err *err) {
    const AwsCall *q = k->q;
    const Client *c = k->c;
    Str region = q->region.n ? q->region : client_region(c);
    AwsCredentials keys = {0};
    // Whoever hands out credentials may know where we are.
    if (!region.n && !creds_get(c->creds, k->a, false, &keys, err))
        return false;
    forget_secret(&keys);
    EndpointQuery where = {.service = q->service,
                           .operation = q->operation,
                           .region = region.n ? region : client_region(c),
                           .bucket = q->bucket,
                           .custom = c->custom[q->service],
                           .fips = c->fips,
                           .dual_stack = c->dual_stack,
                           .style = c->style,
                           .insecure = c->options.insecure};
    if (!endpoint_find(k->a, &where, &k->endpoint, err))
        return false;
    k->method = q->method ? q->method : "POST";
    k->query = q->query;
    k->body = q->body;
    k->path = str_cat(k->a, k->endpoint.path, q->path.n ? q->path : STR("/"));
    if (k->service->protocol == PROTOCOL_QUERY)
        k->body = str_fmt(k->a, "Action=%s&Version=%s%s%.*s", q->operation, k->service->version,
                          q->body.n ? "&" : "", STR_ARG(q->body));
    if (k->service->protocol == PROTOCOL_JSON && !q->body.n)
        k->body = STR("{}");
    return payload_hash(k, err);
}

static void add(Calling *k, HttpHeaderVec *headers, const char *name, Str value) {
    vec_push(k->a, headers, (HttpHeader){str_of(name), value});
}

static void protocol_headers(Calling *k, HttpHeaderVec *headers) {
    add(k, headers, "host", k->endpoint.host);
    if (k->service->protocol == PROTOCOL_QUERY) {
        add(k, headers, "content-type", STR("application/x-www-form-urlencoded; charset=utf-8"));
    } else if (k->service->protocol == PROTOCOL_JSON) {
        add(k, headers, "content-type", STR("application/x-amz-json-1.1"));
        add(k, headers, "x-amz-target",
            str_fmt(k->a, "%s.%s", k->service->version, k->q->operation));
    }
    if (k->chunked) {
        add(k, headers, "content-encoding", STR("aws-chunked"));
        add(k, headers, "x-amz-decoded-content-length",
            str_fmt(k->a, "%llu", (unsigned long long)k->upload.size));
        if (k->upload.trailer)
            add(k, headers, "x-amz-trailer", STR(UPLOAD_TRAILER));
    }
    for (uint32_t i = 0; i < k->q->headers.n; i++)
        vec_push(k->a, headers, k->q->headers.at[i]);
}

static bool sign(Calling *k, HttpHeaderVec *headers, Err *err) {
    AwsCredentials keys = {0};
    Signed made;
    if (!creds_get(k->c->creds, k->a, k->force, &keys, err))
        return false;
    k->force = false;
    k->offset = k->c->offset;
    SignRequest r = {.method = k->method,
                     .path = k->path,
                     .query = k->query,
                     .headers = *headers,
                     .payload = k->payload,
                     .region = k->endpoint.region,
                     .service = str_of(k->service->signing),
                     .time = (int64_t)time(NULL) + k->offset,
                     .keys = &keys,
                     .verbatim = k->q->service == AWS_S3,
                     .normalize = k->q->service != AWS_S3,
                     .hashed = k->q->service == AWS_S3};
    sign_headers(k->a, &r, &made);
    if (k->chunked)
        k->source = upload_source(&k->upload, &made);
    signed_forget(&made);
    forget_secret(&keys);
    *headers = r.headers;
    // Not signed: proxies may change it.
    add(k, headers, "user-agent", STR("pluto/" PLUTO_VERSION));
    return true;
}

static bool take_stream(void *context, Str bytes) {
    Calling *k = context;
    k->streamed = true;
    return k->q->sink(k->q->context, bytes);
}

static void trace(const Calling *k, HttpFault fault, const HttpReply *reply, int64_t ms) {
    if (!k->c->options.trace)
        return;
    Str id = http_reply_header(reply, "x-amzn-requestid");
    if (!id.n)
        id = http_reply_header(reply, "x-amz-request-id");
    Buf b = buf_new(k->a);
    buf_printf(&b, "%s %s: %s %.*s%.*s ", k->service->name, k->q->operation, k->method,
               STR_ARG(k->endpoint.base), STR_ARG(k->path));
    if (fault == HTTP_OK)
        buf_printf(&b, "%d", reply->status);
    else
        buf_puts(&b, "no answer");
    buf_printf(&b, ", %lld ms, attempt %u%s%.*s", (long long)ms, k->attempt,
               id.n ? ", request " : "", STR_ARG(id));
    k->c->options.trace(k->c->options.context, str_visible(k->a, buf_str(&b)));
}

// What is left of the caller's time, in ms; 0: there is no end to it.
static bool time_left(const Calling *k, uint32_t *left) {
    int64_t gone = monotonic_ms() - k->started;
    *left = 0;
    if (!k->q->total_ms)
        return true;
    if (gone >= k->q->total_ms)
        return false;
    *left = (uint32_t)(k->q->total_ms - gone);
    return true;
}

// How long the other side may say nothing, or 0: as long as usual. Functions and models answer when
// they are done.
static uint32_t silence(const Calling *k) {
    bool works = k->q->service == AWS_SAGEMAKER_RUNTIME ||
                 (k->q->service == AWS_LAMBDA && str_starts(str_of(k->q->operation), "Invoke"));
    return works ? LONGEST_WORK_MS : 0;
}

// A tree of XML or JSON is up to forty times as large as its text, so what is to be one is bounded
// more closely: 1 MB of logs or of a template is at most 6 MB here, all of it escaped. Objects and
// the answers of functions and models are bytes, whatever they hold.
static uint32_t most_bytes(const Calling *k) {
    enum { TREE_MAX = 8 << 20 };
    bool rest =
        k->service->protocol == PROTOCOL_REST_XML || k->service->protocol == PROTOCOL_REST_JSON;
    bool bytes =
        rest && (strcmp(k->q->operation, "GetObject") == 0 ||
                 (k->service->protocol == PROTOCOL_REST_JSON && strcmp(k->method, "GET") != 0));
    return bytes ? HTTP_REPLY_MAX : TREE_MAX;
}

static HttpFault send_once(Calling *k, HttpReply *reply, Err *err) {
    HttpHeaderVec headers = {0};
    uint32_t left = 0;
    if (!time_left(k, &left)) {
        err_set(err, ERR_IO, "`%.*s` has not answered in time", STR_ARG(k->endpoint.host));
        return HTTP_UNTRUSTED;
    }
    protocol_headers(k, &headers);
    if (!sign(k, &headers, err))
        return HTTP_UNTRUSTED;
    HttpRequest r = {.method = k->method,
                     .url = str_fmt(k->a, "%.*s%.*s%s%.*s", STR_ARG(k->endpoint.base),
                                    STR_ARG(k->path), k->query.n ? "?" : "", STR_ARG(k->query)),
                     .headers = headers,
                     .body = k->body,
                     .file = k->q->file,
                     .source = k->chunked ? &k->source : NULL,
                     .silent_ms = silence(k),
                     .total_ms = left,
                     .max_reply = most_bytes(k),
                     .direct = k->endpoint.local,
                     .once = !k->q->safe,
                     .sink = k->q->sink ? take_stream : NULL,
                     .context = k};
    int64_t from = monotonic_ms();
    HttpFault fault = http_send(k->c->http, k->a, &r, reply, err);
    trace(k, fault, reply, monotonic_ms() - from);
    return fault;
}

// ---- Again or not ------------------------------------------------------------------------------

// Waits for the next attempt; false where there is none.
static bool again(Calling *k, RetryClass class, unsigned most, uint32_t asked) {
    uint32_t delay = retry_delay_ms(class, k->attempt, asked, next_random(k->c));
    int64_t then = monotonic_ms() - k->started + delay;
    if (k->streamed || k->attempt >= most || (k->q->attempts && k->attempt >= k->q->attempts) ||
        (k->attempt > 1 && then > GIVE_UP_MS) || (k->q->total_ms && then >= k->q->total_ms) ||
        !budget_take(&k->c->budget, class))
        return false;
    k->last = class;
    return sleep_ms(k->c, delay);
}

static unsigned most_attempts(const Calling *k) {
    return k->q->safe ? SAFE_ATTEMPTS : UNSAFE_ATTEMPTS;
}

static bool again_after_fault(Calling *k, HttpFault fault, const Err *err) {
    if (fault == HTTP_UNSENT) {
        bool unknown = str_starts(str_of(err->message), "there is no host");
        return again(k, RETRY_TRANSIENT, unknown ? UNKNOWN_HOST_ATTEMPTS : most_attempts(k), 0);
    }
    return fault == HTTP_BROKEN && k->q->safe && again(k, RETRY_TRANSIENT, SAFE_ATTEMPTS, 0);
}

// Sets our clock by theirs, once. Another thread may have done so since: what counts is what this
// one has sent.
static bool reclock(Calling *k, const AwsReply *r) {
    int64_t more = 0;
    Str date = STR_EMPTY;
    for (uint32_t i = 0; i < r->headers.n; i++)
        if (str_is(r->headers.at[i].name, "date"))
            date = r->headers.at[i].value;
    if (k->reclocked || !retry_offset(r->code, date, (int64_t)time(NULL) + k->offset, &more))
        return false;
    k->reclocked = true;
    k->c->offset = k->offset + more;
    return true;
}

static bool renew(Calling *k) {
    if (k->renewed)
        return false;
    k->renewed = k->force = true;
    return true;
}

static bool again_after_refusal(Calling *k, const AwsReply *r) {
    uint32_t asked = retry_asked_ms(&r->headers, client_now(k->c));
    switch (retry_class(r->status, r->code, r->message)) {
    case RETRY_THROTTLED:
        return again(k, RETRY_THROTTLED, most_attempts(k), asked);
    case RETRY_TRANSIENT:
        return k->q->safe && again(k, RETRY_TRANSIENT, SAFE_ATTEMPTS, asked);
    case RETRY_CLOCK:
        return !k->streamed && (reclock(k, r) || (reply_is(r, "RequestExpired") && renew(k)));
    case RETRY_CREDS:
        return !k->streamed && renew(k);
    case RETRY_NEVER:
        break;
    }
    return false;
}

static bool cut_off(const Calling *k, Err *err) {
    return err_set(err, ERR_IO, "what `%.*s` answers to `%s` is cut off%s",
                   STR_ARG(k->endpoint.host), k->q->operation,
                   k->q->safe ? "" : "; it may have been done");
}

static bool call_prepared(Calling *k, AwsReply *out, Err *err) {
    for (;;) {
        HttpReply reply;
        Err fails = {0};
        k->attempt++;
        HttpFault fault = send_once(k, &reply, &fails);
        if (fault != HTTP_OK) {
            if (again_after_fault(k, fault, &fails))
                continue;
            *err = fails;
            return false;
        }
        if (!aws_reply_read(k->a, k->service->protocol, k->method, &reply, out)) {
            if (k->q->safe && again(k, RETRY_TRANSIENT, SAFE_ATTEMPTS, 0))
                continue;
            return cut_off(k, err);
        }
        if (out->code.n && again_after_refusal(k, out))
            continue;
        if (!out->code.n)
            budget_success(&k->c->budget, k->last);
        return true;
    }
}

bool aws_call(Client *c, Arena *a, const AwsCall *q, AwsReply *out, Err *err) {
    Calling *k = arena_new(a, Calling);
    *k = (Calling){.c = c, .a = a, .q = q, .service = service_info(q->service)};
    k->upload.fd = -1;
    k->started = monotonic_ms();
    bool good = prepare(k, err) && call_prepared(k, out, err);
    upload_close(&k->upload);
    return good;
}
