// From requests to events.
//
// Input: a request and the door it came through. Output: the event, in payload format 2.0 or 1.0.
// Invariant: valid JSON in UTF-8 for any bytes; a field that AWS leaves out (the query's parameters
// without a query, an empty body) is left out, for programs tell by that what they got.
#include "adapters/run/event.h"

#include "adapters/run/text.h"

#include <time.h>

// ---- Headers ------------------------------------------------------------------------------------

// Names in lower case, repeated ones joined; in the order of their first coming.
// The map finds names that came before, whatever their number: a request may have thousands.
static AppPairVec joined_headers(Arena *a, const HttpRequest *q) {
    // What concerns one connection only does not reach the function.
    static const char *const HOP[] = {
        "connection",        "keep-alive", "proxy-connection", "te",
        "transfer-encoding", "upgrade",    "trailer",          "expect"};
    AppPairVec all = {0};
    Map seen = map_new(a); // name → 1 + index, as a uintptr_t
    for (uint32_t i = 0; i < q->headers.n; i++) {
        Str name = text_lower(a, q->headers.at[i].name), value = q->headers.at[i].value;
        bool hop = false;
        for (size_t k = 0; k < sizeof HOP / sizeof *HOP; k++)
            hop = hop || str_is(name, HOP[k]);
        if (hop)
            continue;
        uintptr_t known = (uintptr_t)map_find(&seen, name);
        if (known) {
            AppPair *p = &all.at[known - 1];
            // Cookies have a separator of their own: in theirs a comma is a character like others.
            const char *by = str_is(name, "cookie") ? "; " : ",";
            p->value = str_fmt(a, "%.*s%s%.*s", STR_ARG(p->value), by, STR_ARG(value));
            continue;
        }
        vec_push(a, &all, (AppPair){name, value});
        map_set(&seen, name, (void *)(uintptr_t)all.n);
    }
    return all;
}

static Str *header(AppPairVec *all, const char *name) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_is(all->at[i].key, name))
            return &all->at[i].value;
    return NULL;
}

static void remove_header(AppPairVec *all, const char *name) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < all->n; i++)
        if (!str_is(all->at[i].key, name))
            all->at[kept++] = all->at[i];
    all->n = kept;
}

static void set_header(Arena *a, AppPairVec *all, const char *name, Str value) {
    Str *known = header(all, name);
    if (known)
        *known = value;
    else
        vec_push(a, all, (AppPair){str_of(name), value});
}

// What the front door adds. The protocol and port are those of this machine, so that addresses
// which a program makes of them lead here.
static AppPairVec event_headers(Arena *a, const EventDoor *door, const HttpRequest *q) {
    AppPairVec all = joined_headers(a, q);
    Str *before = header(&all, "x-forwarded-for");
    Str from = before ? str_fmt(a, "%.*s, %.*s", STR_ARG(*before), STR_ARG(q->client)) : q->client;
    set_header(a, &all, "x-forwarded-for", from);
    set_header(a, &all, "x-forwarded-proto", STR("http"));
    set_header(a, &all, "x-forwarded-port", str_fmt(a, "%u", door->port));
    if (!header(&all, "x-amzn-trace-id"))
        set_header(a, &all, "x-amzn-trace-id", door->trace_id);
    if (q->body.n && !header(&all, "content-length"))
        set_header(a, &all, "content-length", str_fmt(a, "%u", q->body.n));
    return all;
}

static void put_pairs(Buf *b, const AppPairVec *pairs) {
    buf_putc(b, '{');
    for (uint32_t i = 0; i < pairs->n; i++) {
        if (i)
            buf_putc(b, ',');
        text_quote(b, pairs->at[i].key);
        buf_putc(b, ':');
        text_quote(b, pairs->at[i].value);
    }
    buf_putc(b, '}');
}

static void put_cookies(Buf *b, Str cookies) {
    buf_puts(b, ",\"cookies\":[");
    bool first = true;
    for (uint32_t start = 0; start <= cookies.n;) {
        int64_t end = str_find(cookies, STR(";"), start);
        uint32_t to = end < 0 ? cookies.n : (uint32_t)end;
        Str one = str_trim(str_slice(cookies, start, to));
        start = to + 1;
        if (one.n == 0)
            continue;
        if (!first)
            buf_putc(b, ',');
        text_quote(b, one);
        first = false;
    }
    buf_putc(b, ']');
}

// ---- The query ----------------------------------------------------------------------------------

typedef struct Parameter {
    Str name;
    TextVec values;
} Parameter;

typedef Vec(Parameter) ParameterVec;

// By name in the order of their first coming; each with all of its values.
static ParameterVec query_parameters(Arena *a, Str query) {
    ParameterVec all = {0};
    Map seen = map_new(a);
    for (uint32_t start = 0; query.n && start <= query.n;) {
        int64_t end = str_find(query, STR("&"), start);
        Str one = str_slice(query, start, end < 0 ? query.n : (uint32_t)end);
        start += one.n + 1;
        if (one.n == 0)
            continue;
        int64_t equals = str_find(one, STR("="), 0);
        uint32_t split = equals < 0 ? one.n : (uint32_t)equals;
        Str name = text_unpercent(a, str_slice(one, 0, split), true);
        Str value = text_unpercent(a, str_slice(one, split + 1, one.n), true);
        uintptr_t known = (uintptr_t)map_find(&seen, name);
        if (!known) {
            vec_push(a, &all, (Parameter){.name = name});
            known = all.n;
            map_set(&seen, name, (void *)known);
        }
        Parameter *p = &all.at[known - 1];
        vec_push(a, &p->values, value);
    }
    return all;
}

static void put_texts(Buf *b, const TextVec *texts) {
    buf_putc(b, '[');
    for (uint32_t i = 0; i < texts->n; i++) {
        if (i)
            buf_putc(b, ',');
        text_quote(b, texts->at[i]);
    }
    buf_putc(b, ']');
}

static Str joined(Arena *a, const TextVec *texts) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < texts->n; i++) {
        if (i)
            buf_putc(&b, ',');
        buf_put(&b, texts->at[i]);
    }
    return buf_str(&b);
}

static void put_query(Buf *b, Str query) {
    ParameterVec all = query_parameters(b->arena, query);
    if (all.n == 0)
        return;
    AppPairVec pairs = {0};
    for (uint32_t i = 0; i < all.n; i++)
        vec_push(b->arena, &pairs, (AppPair){all.at[i].name, joined(b->arena, &all.at[i].values)});
    buf_puts(b, ",\"queryStringParameters\":");
    put_pairs(b, &pairs);
}

// ---- The body -----------------------------------------------------------------------------------

// The content types whose bodies come as text. HTTP APIs know four; Function URLs look for the
// word.
static bool is_text(const EventDoor *door, Arena *a, Str content_type) {
    Str type = text_lower(a, content_type);
    int64_t end = str_find(type, STR(";"), 0);
    type = str_trim(str_slice(type, 0, end < 0 ? type.n : (uint32_t)end));
    if (door->url)
        return str_contains(type, "text") || str_contains(type, "json") ||
               str_contains(type, "xml") || str_contains(type, "javascript");
    return str_starts(type, "text/") || str_is(type, "application/json") ||
           str_is(type, "application/xml") || str_is(type, "application/javascript");
}

// A body that says it is text and is not goes in base 64, so that its bytes arrive.
static void put_body(Buf *b, const EventDoor *door, const HttpRequest *q) {
    uint32_t bad;
    bool text =
        q->body.n == 0 || (is_text(door, b->arena, http_header(&q->headers, "content-type")) &&
                           utf8_valid(q->body, &bad));
    if (q->body.n) {
        buf_puts(b, ",\"body\":");
        text_quote(b, text ? q->body : text_base64(b->arena, q->body));
    }
    buf_printf(b, ",\"isBase64Encoded\":%s", text ? "false" : "true");
}

// ---- The context --------------------------------------------------------------------------------

// As in "12/Mar/2020:19:03:58 +0000".
// Months by a table: strftime would ask the locale.
static Str readable_time(Arena *a, int64_t ms) {
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    if (!gmtime_r(&seconds, &t))
        return STR("01/Jan/1970:00:00:00 +0000");
    return str_fmt(a, "%02d/%s/%04d:%02d:%02d:%02d +0000", t.tm_mday, MONTHS[t.tm_mon],
                   t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

// Who signed: there is one identity on this machine.
static void put_caller(Buf *b, const EventDoor *door, const HttpRequest *q) {
    Str credential = http_header(&q->headers, "authorization");
    int64_t at = str_find(credential, STR("Credential="), 0);
    uint32_t from = at < 0 ? credential.n : (uint32_t)at + 11;
    int64_t slash = str_find(credential, STR("/"), from);
    Str key = str_slice(credential, from, slash < 0 ? from : (uint32_t)slash);
    buf_puts(b, ",\"authorizer\":{\"iam\":{");
    text_member(b, "accessKey", key);
    text_member(b, "accountId", door->account);
    text_member(b, "callerId", key);
    buf_puts(b, ",\"cognitoIdentity\":null,\"principalOrgId\":null");
    text_member(b, "userArn",
                str_fmt(b->arena, "arn:aws:iam::%.*s:user/local", STR_ARG(door->account)));
    text_member(b, "userId", key);
    buf_puts(b, "}}");
}

// A stage with a name is part of the path that functions see.
static Str full_path(Arena *a, const EventDoor *door) {
    if (str_is(door->stage, "$default"))
        return door->path;
    return str_fmt(a, "/%.*s%.*s", STR_ARG(door->stage), STR_ARG(door->path));
}

static void put_domain(Buf *b, const EventDoor *door) {
    int64_t dot = str_find(door->domain, STR("."), 0);
    text_member(b, "domainName", door->domain);
    text_member(b, "domainPrefix",
                str_slice(door->domain, 0, dot < 0 ? door->domain.n : (uint32_t)dot));
}

static void put_context(Buf *b, const EventDoor *door, const HttpRequest *q, Str path) {
    buf_puts(b, ",\"requestContext\":{");
    // Who calls an open URL has no account.
    text_member(b, "accountId", door->url && !door->with_iam ? STR("anonymous") : door->account);
    text_member(b, "apiId", door->api_id);
    if (door->with_iam)
        put_caller(b, door, q);
    put_domain(b, door);
    buf_puts(b, ",\"http\":{");
    text_member(b, "method", q->method);
    text_member(b, "path", path);
    text_member(b, "protocol", STR("HTTP/1.1"));
    text_member(b, "sourceIp", q->client);
    text_member(b, "userAgent", http_header(&q->headers, "user-agent"));
    buf_putc(b, '}');
    text_member(b, "requestId", door->request_id);
    text_member(b, "routeKey", door->route);
    text_member(b, "stage", door->stage);
    text_member(b, "time", readable_time(b->arena, door->now));
    buf_printf(b, ",\"timeEpoch\":%lld}", (long long)door->now);
}

// ---- Format 2.0 ---------------------------------------------------------------------------------

static Str event_2(Arena *a, const EventDoor *door, const HttpRequest *q) {
    Buf b = buf_new(a);
    AppPairVec headers = event_headers(a, door, q);
    Str path = full_path(a, door);
    buf_putc(&b, '{');
    text_member(&b, "version", STR("2.0"));
    text_member(&b, "routeKey", door->route);
    text_member(&b, "rawPath", path);
    text_member(&b, "rawQueryString", q->query);
    Str *cookies = header(&headers, "cookie");
    if (cookies)
        put_cookies(&b, *cookies);
    if (!door->url) // HTTP APIs have cookies in their own field only
        remove_header(&headers, "cookie");
    buf_puts(&b, ",\"headers\":");
    put_pairs(&b, &headers);
    put_query(&b, q->query);
    put_context(&b, door, q, path);
    if (door->parameters && door->parameters->n) {
        buf_puts(&b, ",\"pathParameters\":");
        put_pairs(&b, door->parameters);
    }
    put_body(&b, door, q);
    buf_putc(&b, '}');
    return buf_str(&b);
}

// ---- Format 1.0 ---------------------------------------------------------------------------------

// {"name":"last"} and {"name":["all"]} of the same names; null where there are none.
static void put_several(Buf *b, const char *last, const char *all, const ParameterVec *of) {
    if (of->n == 0) {
        buf_printf(b, ",\"%s\":null,\"%s\":null", last, all);
        return;
    }
    buf_printf(b, ",\"%s\":{", last);
    for (uint32_t i = 0; i < of->n; i++) {
        if (i)
            buf_putc(b, ',');
        text_quote(b, of->at[i].name);
        buf_putc(b, ':');
        text_quote(b, vec_last(&of->at[i].values));
    }
    buf_printf(b, "},\"%s\":{", all);
    for (uint32_t i = 0; i < of->n; i++) {
        if (i)
            buf_putc(b, ',');
        text_quote(b, of->at[i].name);
        buf_putc(b, ':');
        put_texts(b, &of->at[i].values);
    }
    buf_putc(b, '}');
}

// Here repeated headers are not joined: the last one stands, and all of them beside it.
static void put_headers_1(Buf *b, const EventDoor *door, const HttpRequest *q) {
    AppPairVec sent = event_headers(b->arena, door, q);
    ParameterVec all = {0};
    for (uint32_t i = 0; i < sent.n; i++) {
        Parameter p = {.name = sent.at[i].key};
        for (uint32_t k = 0; k < q->headers.n; k++)
            if (text_same(q->headers.at[k].name, p.name))
                vec_push(b->arena, &p.values, q->headers.at[k].value);
        // What was sent once, or is of our own making.
        if (p.values.n < 2) {
            p.values.n = 0;
            vec_push(b->arena, &p.values, sent.at[i].value);
        }
        vec_push(b->arena, &all, p);
    }
    put_several(b, "headers", "multiValueHeaders", &all);
}

static void put_context_1(Buf *b, const EventDoor *door, const HttpRequest *q, Str path,
                          Str resource) {
    static const char *const NOBODY[] = {"accessKey",
                                         "accountId",
                                         "caller",
                                         "cognitoAuthenticationProvider",
                                         "cognitoIdentityId",
                                         "cognitoIdentityPoolId",
                                         "principalOrgId",
                                         "cognitoAuthenticationType",
                                         "user",
                                         "userArn"};
    buf_puts(b, ",\"requestContext\":{");
    text_member(b, "accountId", door->account);
    text_member(b, "apiId", door->api_id);
    put_domain(b, door);
    text_member(b, "extendedRequestId", door->request_id);
    text_member(b, "httpMethod", q->method);
    buf_puts(b, ",\"identity\":{");
    for (size_t i = 0; i < sizeof NOBODY / sizeof *NOBODY; i++)
        buf_printf(b, "\"%s\":null,", NOBODY[i]);
    buf_puts(b, "\"sourceIp\":");
    text_quote(b, q->client);
    text_member(b, "userAgent", http_header(&q->headers, "user-agent"));
    buf_putc(b, '}');
    text_member(b, "path", path);
    text_member(b, "protocol", STR("HTTP/1.1"));
    text_member(b, "requestId", door->request_id);
    text_member(b, "requestTime", readable_time(b->arena, door->now));
    buf_printf(b, ",\"requestTimeEpoch\":%lld", (long long)door->now);
    text_member(b, "resourceId", door->route);
    text_member(b, "resourcePath", resource);
    text_member(b, "stage", door->stage);
    buf_putc(b, '}');
}

static Str event_1(Arena *a, const EventDoor *door, const HttpRequest *q) {
    Buf b = buf_new(a);
    Str path = full_path(a, door);
    int64_t space = str_find(door->route, STR(" "), 0);
    Str resource = str_slice(door->route, (uint32_t)(space + 1), door->route.n);
    ParameterVec query = query_parameters(a, q->query);
    buf_putc(&b, '{');
    text_member(&b, "version", STR("1.0"));
    text_member(&b, "resource", resource);
    text_member(&b, "path", path);
    text_member(&b, "httpMethod", q->method);
    put_headers_1(&b, door, q);
    put_several(&b, "queryStringParameters", "multiValueQueryStringParameters", &query);
    put_context_1(&b, door, q, path, resource);
    buf_puts(&b, ",\"pathParameters\":");
    if (door->parameters && door->parameters->n)
        put_pairs(&b, door->parameters);
    else
        buf_puts(&b, "null");
    buf_puts(&b, ",\"stageVariables\":null");
    if (q->body.n == 0)
        buf_puts(&b, ",\"body\":null");
    put_body(&b, door, q);
    buf_putc(&b, '}');
    return buf_str(&b);
}

Str event_of(Arena *a, const EventDoor *door, const HttpRequest *q) {
    return str_is(door->payload, "1.0") ? event_1(a, door, q) : event_2(a, door, q);
}

Str event_decoded_path(Arena *a, Str path) {
    Str decoded = text_unpercent(a, path, false);
    int64_t mark = str_find(decoded, STR("?"), 0);
    return mark < 0 ? decoded : str_slice(decoded, 0, (uint32_t)mark);
}
