// Services that are not emulated, each refused in the protocol its clients read; and STS, which
// programs ask before they begin: who they are, and for another role. In: requests of SDKs. Out:
// 501 with one message, whatever the protocol, or the answer of STS.
//
// Protocols are told apart by what a request shows: a target means JSON, a form means the query
// protocol, a header means CBOR; the services whose answers are XML have no such sign and are known
// by name.

#include "adapters/run/other.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <time.h>

enum { NOT_IMPLEMENTED = 501 };

#define CODE "NotImplemented"

// ---- What was meant -----------------------------------------------------------------------------

typedef enum Protocol { REST_JSON, JSON, QUERY, EC2, REST_XML, S3, CBOR } Protocol;

typedef struct Meant {
    Protocol protocol;
    Str service;   // "sqs", as requests are signed for it; may be empty
    Str operation; // "SendMessage"; "GET /bucket/key" where only that can be told
} Meant;

// The service in `Credential=AKID/20260101/us-east-1/lambda/aws4_request`, of a header or, as in an
// address that was signed, of the query.
static Str signed_for(const HttpRequest *q) {
    enum { DATE_REGION_SERVICE = 3 };
    Str text = http_header(&q->headers, "authorization");
    if (!text.n)
        text = text_unpercent(q->arena, q->query, true);
    int64_t at = str_find(text, STR("Credential="), 0);
    for (int i = 0; i < DATE_REGION_SERVICE && at >= 0; i++)
        at = str_find(text, STR("/"), (uint32_t)at + 1);
    int64_t end = at < 0 ? -1 : str_find(text, STR("/"), (uint32_t)at + 1);
    return end < 0 ? STR_EMPTY : str_slice(text, (uint32_t)at + 1, (uint32_t)end);
}

// The value of a name in a form; empty where there is none.
static Str value_in(Arena *a, Str form, const char *name) {
    for (uint32_t at = 0; at < form.n;) {
        int64_t end = str_find(form, STR("&"), at);
        Str pair = str_slice(form, at, end < 0 ? form.n : (uint32_t)end);
        int64_t equals = str_find(pair, STR("="), 0);
        if (equals >= 0 && str_is(str_slice(pair, 0, (uint32_t)equals), name))
            return text_unpercent(a, str_slice(pair, (uint32_t)equals + 1, pair.n), true);
        at += pair.n + 1;
    }
    return STR_EMPTY;
}

// Where the parameters of the query protocol stand.
static Str form_of(const HttpRequest *q) {
    Str type = http_header(&q->headers, "content-type");
    return str_starts(type, "application/x-www-form-urlencoded") ? q->body : q->query;
}

static bool one_of(Str s, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_is(s, list[i]))
            return true;
    return false;
}

// "SendMessage" of "AmazonSQS.SendMessage" and of "/service/x/operation/SendMessage".
static Str after_last(Str s, char c) {
    uint32_t at = s.n;
    while (at > 0 && s.p[at - 1] != c)
        at--;
    return str_slice(s, at, s.n);
}

static Meant meant_by(const HttpRequest *q) {
    static const char *const buckets[] = {"s3", "s3express", "s3-object-lambda", "s3-outposts"};
    static const char *const xml[] = {"route53", "cloudfront", "s3control"};
    Str target = http_header(&q->headers, "x-amz-target");
    Str action = value_in(q->arena, form_of(q), "Action");
    Meant m = {.protocol = REST_JSON, .service = signed_for(q)};
    m.operation = str_fmt(q->arena, "%.*s %.*s", STR_ARG(q->method), STR_ARG(q->path));
    if (str_is(http_header(&q->headers, "smithy-protocol"), "rpc-v2-cbor")) {
        m.protocol = CBOR;
        m.operation = after_last(q->path, '/');
    } else if (target.n) {
        m.protocol = JSON;
        m.operation = after_last(target, '.');
    } else if (action.n) {
        m.protocol = str_is(m.service, "ec2") ? EC2 : QUERY;
        m.operation = action;
    } else if (one_of(m.service, buckets, sizeof buckets / sizeof *buckets)) {
        m.protocol = S3;
    } else if (one_of(m.service, xml, sizeof xml / sizeof *xml)) {
        m.protocol = REST_XML;
    }
    return m;
}

// ---- XML ----------------------------------------------------------------------------------------

static void put_escaped(Buf *b, Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '<')
            buf_puts(b, "&lt;");
        else if (c == '>')
            buf_puts(b, "&gt;");
        else if (c == '&')
            buf_puts(b, "&amp;");
        else
            buf_putc(b, (unsigned char)c < ' ' ? ' ' : c);
    }
}

static void put_element(Buf *b, const char *name, Str text) {
    buf_printf(b, "<%s>", name);
    put_escaped(b, text);
    buf_printf(b, "</%s>", name);
}

static void reply_xml(const HttpRequest *q, HttpReply *reply, int status, const Buf *b) {
    reply->status = status;
    reply->body = buf_str(b);
    http_add(q->arena, reply, STR("content-type"), STR("text/xml"));
}

// ---- Refusing -----------------------------------------------------------------------------------

static void refuse_xml(const HttpRequest *q, HttpReply *reply, Protocol protocol, Str id,
                       Str message) {
    static const struct {
        const char *open, *id, *close;
    } shapes[] = {
        [QUERY] = {"<ErrorResponse><Error><Type>Receiver</Type>", "</Error><RequestId>",
                   "</RequestId></ErrorResponse>"},
        [REST_XML] = {"<ErrorResponse><Error><Type>Receiver</Type>", "</Error><RequestId>",
                      "</RequestId></ErrorResponse>"},
        [EC2] = {"<Response><Errors><Error>", "</Error></Errors><RequestID>",
                 "</RequestID></Response>"},
        [S3] = {"<Error>", "<RequestId>", "</RequestId></Error>"},
    };
    Buf b = buf_new(q->arena);
    buf_puts(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_puts(&b, shapes[protocol].open);
    put_element(&b, "Code", STR(CODE));
    put_element(&b, "Message", message);
    buf_puts(&b, shapes[protocol].id);
    buf_put(&b, id);
    buf_puts(&b, shapes[protocol].close);
    reply_xml(q, reply, NOT_IMPLEMENTED, &b);
}

static void refuse_json(const HttpRequest *q, HttpReply *reply, Str message) {
    Buf b = buf_new(q->arena);
    Str type = http_header(&q->headers, "content-type");
    buf_puts(&b, "{\"__type\":\"" CODE "\"");
    text_member(&b, "message", message);
    buf_putc(&b, '}');
    reply->status = NOT_IMPLEMENTED;
    reply->body = buf_str(&b);
    http_add(q->arena, reply, STR("x-amzn-errortype"), STR(CODE));
    http_add(q->arena, reply, STR("content-type"),
             str_starts(type, "application/x-amz-json-") ? type : STR("application/json"));
}

// A text string of RFC 8949; nothing here is longer than two bytes can count.
static void put_cbor(Buf *b, Str s) {
    enum { TEXT_16_BITS = 0x79, MOST = 0xffff };
    s = str_slice(s, 0, s.n < MOST ? s.n : MOST);
    buf_putc(b, (char)TEXT_16_BITS);
    buf_putc(b, (char)(s.n >> 8));
    buf_putc(b, (char)(s.n & 0xff));
    buf_put(b, s);
}

static void refuse_cbor(const HttpRequest *q, HttpReply *reply, Str message) {
    enum { MAP_OF_TWO = 0xa2 };
    Buf b = buf_new(q->arena);
    buf_putc(&b, (char)MAP_OF_TWO);
    put_cbor(&b, STR("__type"));
    put_cbor(&b, STR(CODE));
    put_cbor(&b, STR("message"));
    put_cbor(&b, message);
    reply->status = NOT_IMPLEMENTED;
    reply->body = buf_str(&b);
    http_add(q->arena, reply, STR("smithy-protocol"), STR("rpc-v2-cbor"));
    http_add(q->arena, reply, STR("content-type"), STR("application/cbor"));
}

static void refuse(const HttpRequest *q, HttpReply *reply, const Meant *m, Str id) {
    Str service = m->service.n ? m->service : STR("this service");
    Str message = str_fmt(q->arena, "pluto run does not emulate %.*s (%.*s)", STR_ARG(service),
                          STR_ARG(m->operation));
    switch (m->protocol) {
    case REST_JSON:
    case JSON:
        refuse_json(q, reply, message);
        break;
    case QUERY:
    case EC2:
    case REST_XML:
    case S3:
        refuse_xml(q, reply, m->protocol, id, message);
        break;
    case CBOR:
        refuse_cbor(q, reply, message);
        break;
    }
}

// ---- STS ----------------------------------------------------------------------------------------

#define STS_NAMESPACE "https://sts.amazonaws.com/doc/2011-06-15/"
#define ROLE_ID "AROAPLUTORUNPLUTORUNX"

static void begin_result(Buf *b, const char *operation) {
    buf_printf(b, "<%sResponse xmlns=\"" STS_NAMESPACE "\"><%sResult>", operation, operation);
}

static void end_result(Buf *b, const char *operation, Str id) {
    buf_printf(b, "</%sResult><ResponseMetadata>", operation);
    put_element(b, "RequestId", id);
    buf_printf(b, "</ResponseMetadata></%sResponse>", operation);
}

// Whoever asks is the same nobody, of the account that all names here have.
static void caller_identity(const Call *call, const HttpRequest *q, HttpReply *reply, Str id) {
    Str partition = str_starts(call->app->region, "cn-")       ? STR("aws-cn")
                    : str_starts(call->app->region, "us-gov-") ? STR("aws-us-gov")
                                                               : STR("aws");
    Buf b = buf_new(q->arena);
    begin_result(&b, "GetCallerIdentity");
    put_element(&b, "Arn",
                str_fmt(q->arena, "arn:%.*s:sts::%.*s:assumed-role/pluto-run/local",
                        STR_ARG(partition), STR_ARG(call->app->account)));
    put_element(&b, "UserId", STR(ROLE_ID ":local"));
    put_element(&b, "Account", call->app->account);
    end_result(&b, "GetCallerIdentity", id);
    reply_xml(q, reply, 200, &b);
}

// An hour from now, as STS gives credentials unless asked otherwise.
static Str in_an_hour(Arena *a) {
    enum { HOUR = 3600, YEAR_BASE = 1900 };
    time_t then = time(NULL) + HOUR;
    struct tm t = {0};
    gmtime_r(&then, &t);
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + YEAR_BASE, t.tm_mon + 1,
                   t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

// "arn:aws:sts::1:assumed-role/name/session" of "arn:aws:iam::1:role/path/name"; empty if it is
// none.
static Str assumed_role(Arena *a, Str role, Str session) {
    int64_t account = str_find(role, STR(":iam::"), 0), name = str_find(role, STR(":role/"), 0);
    if (!str_starts(role, "arn:") || account < 0 || name < account || str_ends(role, "/"))
        return STR_EMPTY;
    uint32_t from = (uint32_t)account + (uint32_t)sizeof ":iam::" - 1;
    return str_fmt(a, "%.*s:sts::%.*s:assumed-role/%.*s/%.*s",
                   STR_ARG(str_slice(role, 0, (uint32_t)account)),
                   STR_ARG(str_slice(role, from, (uint32_t)name)), STR_ARG(after_last(role, '/')),
                   STR_ARG(session));
}

// Every role may be had, by the credentials that functions have: they open what there is here, and
// nothing elsewhere.
static void assume_role(const Call *call, const HttpRequest *q, HttpReply *reply, Str id) {
    Str form = form_of(q), session = value_in(q->arena, form, "RoleSessionName");
    Str arn = assumed_role(q->arena, value_in(q->arena, form, "RoleArn"), session);
    Buf b = buf_new(q->arena);
    if (!session.n || !arn.n) {
        buf_puts(&b, "<ErrorResponse xmlns=\"" STS_NAMESPACE "\"><Error><Type>Sender</Type>");
        put_element(&b, "Code", STR("ValidationError"));
        put_element(&b, "Message",
                    session.n ? STR("`RoleArn` is not the ARN of a role")
                              : STR("`RoleSessionName` is missing"));
        buf_puts(&b, "</Error>");
        put_element(&b, "RequestId", id);
        buf_puts(&b, "</ErrorResponse>");
        reply_xml(q, reply, 400, &b);
        return;
    }
    begin_result(&b, "AssumeRole");
    buf_puts(&b, "<AssumedRoleUser>");
    put_element(&b, "Arn", arn);
    put_element(&b, "AssumedRoleId", str_fmt(q->arena, ROLE_ID ":%.*s", STR_ARG(session)));
    buf_puts(&b, "</AssumedRoleUser><Credentials>");
    put_element(&b, "AccessKeyId", str_of(call->run->access_key));
    put_element(&b, "SecretAccessKey", str_of(call->run->secret_key));
    put_element(&b, "SessionToken", str_of(call->run->session));
    put_element(&b, "Expiration", in_an_hour(q->arena));
    buf_puts(&b, "</Credentials>");
    end_result(&b, "AssumeRole", id);
    reply_xml(q, reply, 200, &b);
}

// ---- Both ---------------------------------------------------------------------------------------

void other_handle(void *state, const HttpRequest *q, HttpReply *reply) {
    Call *call = state;
    Meant m = meant_by(q);
    char made[ID_SIZE];
    uuid_make(made);
    Str id = str_dup(q->arena, str_of(made));
    call->operation = m.service.n
                          ? str_fmt(q->arena, "%.*s %.*s", STR_ARG(m.service), STR_ARG(m.operation))
                          : m.operation;
    call->request_id = id;
    bool is_sts = m.protocol == QUERY && (str_is(m.service, "sts") || !m.service.n);
    if (is_sts && str_is(m.operation, "GetCallerIdentity"))
        caller_identity(call, q, reply, id);
    else if (is_sts && str_is(m.operation, "AssumeRole"))
        assume_role(call, q, reply, id);
    else
        refuse(q, reply, &m, id);
    http_add(q->arena, reply, STR("x-amzn-requestid"), id);
}
