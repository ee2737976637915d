// From what a function gives to an HTTP reply.
//
// Input: the function's answer, or the head of a streamed one. Output: status, headers, body.
// Invariant: whatever the function gives, the reply is well-formed HTTP: a proper status, header
// names that are tokens, values in one line, no header that belongs to the connection.
#include "adapters/run/answer.h"

#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <string.h>

enum { PRELUDE_MAX = 1 << 20, PRELUDE_NULS = 8 };

// ---- Failures -----------------------------------------------------------------------------------

typedef struct FailureText {
    int status;
    const char *body;
} FailureText;

// HTTP APIs.
static const FailureText API_FAILURES[] = {
    [ANSWER_FAILED] = {500, "{\"message\":\"Internal Server Error\"}"},
    [ANSWER_LATE] = {503, "{\"message\":\"Service Unavailable\"}"},
    [ANSWER_THROTTLED] = {503, "{\"message\":\"Service Unavailable\"}"},
    [ANSWER_TOO_LARGE] = {413, "{\"message\":\"Request Entity Too Large\"}"},
    [ANSWER_NOT_FOUND] = {404, "{\"message\":\"Not Found\"}"},
    [ANSWER_FORBIDDEN] = {403, "{\"message\":\"Forbidden\"}"},
};

static const FailureText URL_FAILURES[] = {
    [ANSWER_FAILED] = {502, "Internal Server Error"},
    [ANSWER_LATE] = {504, "{\"Message\":\"Endpoint request timed out\"}"},
    [ANSWER_THROTTLED] = {429, "{\"Message\":\"Rate Exceeded.\"}"},
    [ANSWER_TOO_LARGE] = {413, "{\"Message\":\"Request Entity Too Large\"}"},
    [ANSWER_NOT_FOUND] = {404, "{\"Message\":null}"},
    [ANSWER_FORBIDDEN] = {403, "{\"Message\":\"Forbidden\"}"},
};

void answer_failure(Arena *a, bool url, AnswerFailure failure, HttpReply *reply) {
    const FailureText *f = url ? &URL_FAILURES[failure] : &API_FAILURES[failure];
    *reply = (HttpReply){0};
    http_json(reply, a, f->status, str_of(f->body));
}

// ---- Headers ------------------------------------------------------------------------------------

static bool is_token(Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return s.n > 0;
}

// What the server itself says, or belongs to one connection.
static bool is_ours(Str name) {
    static const char *const NAMES[] = {"connection",
                                        "content-length",
                                        "date",
                                        "keep-alive",
                                        "proxy-connection",
                                        "te",
                                        "proxy-authenticate",
                                        "transfer-encoding",
                                        "trailer",
                                        "upgrade"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (text_same(name, str_of(NAMES[i])))
            return true;
    return false;
}

static Str one_line(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        buf_putc(&b, (c < 0x20 && c != '\t') || c == 0x7F ? ' ' : (char)c);
    }
    return str_trim(buf_str(&b));
}

static void add(Arena *a, HttpReply *reply, Str name, const Tree *value) {
    bool scalar =
        value->type == TREE_TEXT || value->type == TREE_NUMBER || value->type == TREE_BOOL;
    if (scalar && is_token(name) && !is_ours(name))
        http_add(a, reply, name, one_line(a, tree_str(a, value)));
}

// Lists win over single values of the same name.
static void add_headers(Arena *a, HttpReply *reply, const Tree *answer) {
    const Tree *several = tree_find(answer, "multiValueHeaders");
    for (const Tree *h = tree_child(answer, "headers"); h; h = h->next) {
        bool listed = false;
        for (const Tree *m = several ? several->child : NULL; m; m = m->next)
            listed = listed || text_same(m->key, h->key);
        if (!listed)
            add(a, reply, h->key, h);
    }
    for (const Tree *m = several ? several->child : NULL; m; m = m->next)
        for (const Tree *v = m->type == TREE_LIST ? m->child : NULL; v; v = v->next)
            add(a, reply, m->key, v);
    const Tree *cookies = tree_find(answer, "cookies");
    for (const Tree *c = cookies && cookies->type == TREE_LIST ? cookies->child : NULL; c;
         c = c->next)
        add(a, reply, STR("set-cookie"), c);
}

static void add_content_type(Arena *a, HttpReply *reply, Str type) {
    if (http_header(&reply->headers, "content-type").n == 0 && answer_has_body(reply->status))
        http_add(a, reply, STR("content-type"), type);
}

// ---- Answers ------------------------------------------------------------------------------------

bool answer_has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

// A number, or digits; 0 where it is no status of a final answer.
static int status_of(const Tree *answer) {
    double n = tree_num_at(answer, "statusCode", 0);
    return n >= 200 && n <= 599 && n == (double)(int)n ? (int)n : 0;
}

// Anything without a status: JSON, and a text that stands for itself.
static void infer(Arena *a, const Tree *answer, Str body, HttpReply *reply) {
    *reply = (HttpReply){0};
    http_json(reply, a, 200, answer->type == TREE_TEXT ? answer->text : body);
}

static bool body_of(Arena *a, const Tree *answer, Str *out) {
    const Tree *body = tree_find(answer, "body");
    *out = STR_EMPTY;
    if (!body || body->type == TREE_NULL)
        return true;
    if (body->type != TREE_TEXT)
        return false;
    *out = body->text;
    return !tree_bool_at(answer, "isBase64Encoded", false) || text_unbase64(a, body->text, out);
}

void answer_whole(Arena *a, bool url, bool format1, Str body, HttpReply *reply) {
    const Tree *answer = tree_read(a, body);
    // Nothing at all is what a runtime sends for a function or a symbol.
    if (!answer && str_trim(body).n == 0)
        answer = tree_new(a, TREE_NULL);
    bool with_status = tree_find(answer, "statusCode") != NULL;
    if (!answer || (format1 && !with_status)) {
        answer_failure(a, url, ANSWER_FAILED, reply);
        return;
    }
    if (!with_status) {
        infer(a, answer, body, reply);
        return;
    }
    *reply = (HttpReply){.status = status_of(answer)};
    if (!reply->status || !body_of(a, answer, &reply->body)) {
        answer_failure(a, url, ANSWER_FAILED, reply);
        return;
    }
    add_headers(a, reply, answer);
    add_content_type(a, reply, url ? STR("application/json") : STR("text/plain;charset=UTF-8"));
    if (!answer_has_body(reply->status))
        reply->body = STR_EMPTY;
}

// ---- Streams ------------------------------------------------------------------------------------

PreludeState answer_prelude(AnswerPrelude *p, Str piece, Str *rest) {
    *rest = STR_EMPTY;
    for (uint32_t i = 0; i < piece.n; i++) {
        if (piece.p[i] == '\0') {
            if (++p->nuls < PRELUDE_NULS)
                continue;
            *rest = str_slice(piece, i + 1, piece.n);
            return PRELUDE_COMPLETE;
        }
        // Fewer of them are no end, and JSON has none: they stay, for it to be refused.
        for (; p->nuls; p->nuls--)
            buf_putc(&p->text, '\0');
        if (p->text.n == PRELUDE_MAX)
            return PRELUDE_TOO_LARGE;
        buf_putc(&p->text, piece.p[i]);
    }
    return PRELUDE_MORE;
}

bool answer_head(Arena *a, Str prelude, HttpReply *reply) {
    const Tree *head = tree_read(a, prelude);
    *reply = (HttpReply){.status = tree_find(head, "statusCode") ? status_of(head) : 200};
    if (!head || head->type != TREE_OBJECT || !reply->status) {
        answer_failure(a, true, ANSWER_FAILED, reply);
        return false;
    }
    add_headers(a, reply, head);
    add_content_type(a, reply, STR("application/octet-stream"));
    return true;
}
