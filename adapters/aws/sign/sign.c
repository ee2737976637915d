// Signatures of requests. In: a request as it will be sent, and keys. Out: headers or a query that
// prove who sent it.
//
// Invariant: the secret key leaves nothing behind but the day's signing key in Signed, which
// signed_forget wipes.

#include "adapters/aws/sign/sign.h"
#include "adapters/aws/query.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
enum { DAY_SIZE = 8 };

static void put_time(Signed *s, int64_t seconds) {
    struct tm t = {0};
    time_t when = (time_t)seconds;
    if (!gmtime_r(&when, &t) || strftime(s->time, sizeof s->time, "%Y%m%dT%H%M%SZ", &t) == 0)
        BUG("a time that has no date");
}

static void derive_key(Arena *a, const SignRequest *q, Signed *s) {
    size_t n = q->keys->secret_key.n + 4;
    char *start = arena_alloc(a, n + 1);
    snprintf(start, n + 1, "AWS4%.*s", STR_ARG(q->keys->secret_key));
    digest_hmac((const unsigned char *)start, n, (Str){s->time, DAY_SIZE}, s->key);
    digest_wipe(start, n);
    Str parts[] = {q->region, q->service, STR("aws4_request")};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        unsigned char next[SHA256_SIZE];
        digest_hmac(s->key, sizeof s->key, parts[i], next);
        memcpy(s->key, next, sizeof next);
        digest_wipe(next, sizeof next);
    }
}

static void start(Arena *a, const SignRequest *q, Signed *s) {
    *s = (Signed){0};
    put_time(s, q->time);
    s->scope = str_fmt(a, "%.*s/%.*s/%.*s/aws4_request", DAY_SIZE, s->time, STR_ARG(q->region),
                       STR_ARG(q->service));
}

static void finish(Arena *a, const SignRequest *q, const HttpHeaderVec *headers, Str query,
                   Signed *s) {
    Str path = canonical_path(a, q->path, q->verbatim, q->normalize);
    Str lines = canonical_headers(a, headers, &s->names);
    Buf b = buf_new(a);
    buf_printf(&b, "%s\n", q->method);
    buf_put(&b, path);
    buf_putc(&b, '\n');
    buf_put(&b, canonical_query(a, query));
    buf_putc(&b, '\n');
    buf_put(&b, lines);
    buf_putc(&b, '\n');
    buf_put(&b, s->names);
    buf_putc(&b, '\n');
    buf_put(&b, q->payload);
    s->canonical = buf_str(&b);
    Str hash = digest_sha256_hex(a, s->canonical);
    s->to_sign =
        str_fmt(a, ALGORITHM "\n%s\n%.*s\n%.*s", s->time, STR_ARG(s->scope), STR_ARG(hash));
    unsigned char sum[SHA256_SIZE];
    derive_key(a, q, s);
    digest_hmac(s->key, sizeof s->key, s->to_sign, sum);
    digest_hex(sum, s->signature);
}

static void add(Arena *a, HttpHeaderVec *headers, Str name, Str value) {
    vec_push(a, headers, (HttpHeader){name, value});
}

void sign_headers(Arena *a, SignRequest *q, Signed *out) {
    const AwsCredentials *k = q->keys;
    start(a, q, out);
    add(a, &q->headers, STR("x-amz-date"), str_dup(a, str_of(out->time)));
    if (k->session_token.n && !q->late_token)
        add(a, &q->headers, STR("x-amz-security-token"), k->session_token);
    if (q->hashed)
        add(a, &q->headers, STR("x-amz-content-sha256"), q->payload);
    finish(a, q, &q->headers, q->query, out);
    if (k->session_token.n && q->late_token)
        add(a, &q->headers, STR("x-amz-security-token"), k->session_token);
    Str value =
        str_fmt(a, ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%s",
                STR_ARG(k->access_key), STR_ARG(out->scope), STR_ARG(out->names), out->signature);
    add(a, &q->headers, STR("authorization"), value);
}

static void put_pair(Buf *b, const char *name, Str value) {
    if (b->n)
        buf_putc(b, '&');
    buf_printf(b, "%s=", name);
    buf_put(b, percent_encoded(b->arena, value, false));
}

Str sign_query(Arena *a, const SignRequest *q, Signed *out) {
    const AwsCredentials *k = q->keys;
    Str names;
    Buf b = buf_new(a);
    start(a, q, out);
    canonical_headers(a, &q->headers, &names);
    buf_put(&b, q->query);
    put_pair(&b, "X-Amz-Algorithm", STR(ALGORITHM));
    put_pair(&b, "X-Amz-Credential",
             str_fmt(a, "%.*s/%.*s", STR_ARG(k->access_key), STR_ARG(out->scope)));
    put_pair(&b, "X-Amz-Date", str_of(out->time));
    put_pair(&b, "X-Amz-SignedHeaders", names);
    put_pair(&b, "X-Amz-Expires", str_fmt(a, "%u", (unsigned)q->expires));
    if (k->session_token.n && !q->late_token)
        put_pair(&b, "X-Amz-Security-Token", k->session_token);
    finish(a, q, &q->headers, buf_str(&b), out);
    if (k->session_token.n && q->late_token)
        put_pair(&b, "X-Amz-Security-Token", k->session_token);
    put_pair(&b, "X-Amz-Signature", str_of(out->signature));
    return buf_str(&b);
}

void signed_forget(Signed *s) {
    digest_wipe(s->key, sizeof s->key);
}
