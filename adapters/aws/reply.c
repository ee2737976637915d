// What a service's answer means. In: status, headers and bytes, as the protocol has them. Out: yes,
// or a refusal with its code and AWS's own words.
//
// Invariant: a refusal always has a code, however broken its body is, and no secret in its message;
// AWS's words are not made visible here but where they leave for a terminal.

#include "adapters/aws/reply.h"
#include "adapters/aws/redact.h"
#include "adapters/aws/retry.h"
#include "adapters/aws/xml.h"

#include <cjson/cJSON.h>
#include <string.h>

enum { OK = 200, REDIRECT = 300, UNSAID_MAX = 200, REFUSAL_MAX = 1 << 20 };

// ---- XML ---------------------------------------------------------------------------------------

// <ErrorResponse><Error><Code>, S3's <Error><Code>, and <Response><Errors><Error><Code>.
static const Xml *error_element(const Xml *root) {
    if (str_is(root->name, "Error"))
        return root;
    if (xml_at(root, "Error/Code"))
        return xml_at(root, "Error");
    return xml_at(root, "Errors/Error");
}

static Str first_text(const Xml *root, const char *const *paths, size_t count) {
    for (size_t i = 0; i < count; i++) {
        Str text = xml_text(root, paths[i]);
        if (text.n)
            return text;
    }
    return STR_EMPTY;
}

static bool read_xml(Arena *a, bool good, AwsReply *out) {
    static const char *const ids[] = {"ResponseMetadata/RequestId", "RequestId", "RequestID"};
    Xml *root = NULL;
    Err err = {0};
    if (!xml_parse(a, out->body, &root, &err))
        return false;
    if (!out->request_id.n)
        out->request_id = first_text(root, ids, sizeof ids / sizeof *ids);
    // S3 may notice a failure when it has already said 200.
    if (good && !str_is(root->name, "Error"))
        return true;
    const Xml *error = error_element(root);
    out->code = xml_text(error, "Code");
    out->message = xml_text(error, "Message");
    return true;
}

// ---- JSON --------------------------------------------------------------------------------------

static Str json_text(Arena *a, const cJSON *object, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, names[i]);
        if (cJSON_IsString(item) && item->valuestring[0])
            return str_dup(a, str_of(item->valuestring));
    }
    return STR_EMPTY;
}

// "com.amazonaws.lambda#ResourceNotFoundException:http://…" is ResourceNotFoundException.
static Str bare_code(Str code) {
    int64_t hash = str_find(code, STR("#"), 0);
    code = hash < 0 ? code : str_slice(code, (uint32_t)hash + 1, code.n);
    int64_t colon = str_find(code, STR(":"), 0);
    return str_trim(colon < 0 ? code : str_slice(code, 0, (uint32_t)colon));
}

static bool read_json(Arena *a, bool good, AwsReply *out) {
    static const char *const codes[] = {"__type", "code", "Code", "errorCode"};
    static const char *const messages[] = {"message", "Message", "errorMessage"};
    cJSON *json = cJSON_ParseWithLength(out->body.p, out->body.n);
    if (!json)
        return false;
    if (!good) {
        if (!out->code.n)
            out->code = bare_code(json_text(a, json, codes, sizeof codes / sizeof *codes));
        out->message = json_text(a, json, messages, sizeof messages / sizeof *messages);
    }
    cJSON_Delete(json);
    return true;
}

// ---- All ---------------------------------------------------------------------------------------

// Where the body has none: HEAD, and what stands before a service.
static Str code_of_status(Arena *a, int status) {
    static const struct {
        int status;
        const char *code;
    } known[] = {{301, "PermanentRedirect"},
                 {304, "NotModified"},
                 {307, "TemporaryRedirect"},
                 {400, "BadRequest"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "NotFound"},
                 {405, "MethodNotAllowed"},
                 {409, "Conflict"},
                 {412, "PreconditionFailed"},
                 {413, "PayloadTooLarge"},
                 {429, "TooManyRequests"},
                 {500, "InternalServerError"},
                 {503, "ServiceUnavailable"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status)
            return str_of(known[i].code);
    return str_fmt(a, "Http%d", status);
}

static Str header_of(const AwsReply *r, const char *name) {
    for (uint32_t i = 0; i < r->headers.n; i++)
        if (str_is(r->headers.at[i].name, name))
            return r->headers.at[i].value;
    return STR_EMPTY;
}

static void finish_refusal(Arena *a, AwsReply *out) {
    if (!out->code.n)
        out->code = code_of_status(a, out->status);
    if (!out->message.n && out->body.n)
        out->message = str_fmt(a, "%.*s", STR_ARG(str_trim(str_slice(out->body, 0, UNSAID_MAX))));
    out->message = redacted(a, out->message);
}

// What Lambda tells of its functions; what they say themselves is asked for with POST.
static bool is_listing(AwsProtocol protocol, const char *method) {
    return protocol == PROTOCOL_REST_JSON && strcmp(method, "GET") == 0;
}

bool aws_reply_read(Arena *a, AwsProtocol protocol, const char *method, const HttpReply *in,
                    AwsReply *out) {
    bool good = in->status >= OK && in->status < REDIRECT;
    *out = (AwsReply){.status = in->status, .headers = in->headers, .body = in->body};
    out->request_id = header_of(out, "x-amzn-requestid");
    if (!out->request_id.n)
        out->request_id = header_of(out, "x-amz-request-id");
    if (!good)
        out->code = bare_code(header_of(out, "x-amzn-errortype"));
    bool whole = true, rest = protocol == PROTOCOL_REST_XML || protocol == PROTOCOL_REST_JSON;
    if (in->body.n == 0 || strcmp(method, "HEAD") == 0) {
        whole = good && !rest ? protocol == PROTOCOL_JSON : true;
    } else if (!good && in->body.n > REFUSAL_MAX) {
        whole = false; // no service says no at such length
    } else if (good && rest && !is_listing(protocol, method)) {
        // An object or a function's answer may be anything; only S3's own words are looked at.
        if (protocol == PROTOCOL_REST_XML && strcmp(method, "GET") != 0 &&
            str_contains(str_slice(in->body, 0, UNSAID_MAX), "<Error>"))
            whole = read_xml(a, true, out);
    } else if (protocol == PROTOCOL_QUERY || protocol == PROTOCOL_REST_XML) {
        whole = read_xml(a, good, out);
    } else {
        whole = read_json(a, good, out);
    }
    if (!good || out->code.n)
        finish_refusal(a, out);
    return whole || !good;
}

// ---- What callers ask --------------------------------------------------------------------------

bool reply_is(const AwsReply *r, const char *code) {
    return str_is(r->code, code);
}

bool reply_says(const AwsReply *r, const char *code, const char *message_start) {
    return str_is(r->code, code) && str_starts(r->message, message_start);
}

bool reply_throttled(const AwsReply *r) {
    return retry_class(r->status, r->code, r->message) == RETRY_THROTTLED;
}

static bool one_of(Str code, const char *const *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_is(code, codes[i]))
            return true;
    return false;
}

bool reply_denied(const AwsReply *r) {
    static const char *const codes[] = {"AccessDenied",          "AccessDeniedException",
                                        "UnauthorizedOperation", "NotAuthorized",
                                        "UnauthorizedAccess",    "Unauthorized",
                                        "AuthorizationError",    "OptInRequired",
                                        "AllAccessDisabled",     "Forbidden"};
    return one_of(r->code, codes, sizeof codes / sizeof *codes) ||
           (r->status == 403 && str_contains(r->message, "is not authorized to perform"));
}

static bool credentials_refused(Str code) {
    static const char *const codes[] = {"InvalidClientTokenId",
                                        "UnrecognizedClientException",
                                        "SignatureDoesNotMatch",
                                        "InvalidSignatureException",
                                        "InvalidAccessKeyId",
                                        "InvalidSecurity",
                                        "MissingAuthenticationToken",
                                        "MissingAuthenticationTokenException",
                                        "IncompleteSignature",
                                        "IncompleteSignatureException",
                                        "AuthFailure",
                                        "InvalidToken"};
    return one_of(code, codes, sizeof codes / sizeof *codes);
}

static bool credentials_expired(Str code) {
    static const char *const codes[] = {"ExpiredToken", "ExpiredTokenException", "RequestExpired",
                                        "TokenRefreshRequired"};
    return one_of(code, codes, sizeof codes / sizeof *codes);
}

static void hint_for(Arena *a, const AwsReply *r, bool expired, bool refused, Err *err) {
    Str region = header_of(r, "x-amz-bucket-region");
    if (expired)
        err_hint(err, "the credentials have ended: sign in again");
    else if (refused)
        err_hint(err, "the keys are wrong, or not for this region: `pluto doctor` says where they "
                      "come from");
    else if (reply_denied(r))
        err_hint(err, "ask for that permission; `pluto bootstrap --print-policy` prints all that a "
                      "deployment needs");
    else if (r->status <= 400 && region.n) // 400: signed for another region
        err_hint(err, "the bucket is in `%.*s`", STR_ARG(str_visible(a, str_slice(region, 0, 63))));
    else if (r->status >= 500 && r->request_id.n)
        err_hint(err, "AWS Support knows it as request `%.*s`",
                 STR_ARG(str_visible(a, str_slice(r->request_id, 0, 100))));
}

bool aws_refused(const AwsCall *q, const AwsReply *r, Err *err) {
    Arena a;
    arena_init(&a);
    ErrKind kind = r->status == 404 ? ERR_NOT_FOUND : ERR_IO;
    bool expired = credentials_expired(r->code), refused = credentials_refused(r->code);
    if (expired || refused || reply_denied(r))
        kind = ERR_ACCESS;
    Str says = str_visible(&a, str_slice(r->message, 0, 360));
    Str code = str_visible(&a, str_slice(r->code, 0, 60));
    err_set(err, kind, "%s refuses `%s`: %.*s%s%.*s%s", service_info(q->service)->name,
            q->operation, STR_ARG(says), says.n ? " (" : "", STR_ARG(code), says.n ? ")" : "");
    hint_for(&a, r, expired, refused, err);
    arena_release(&a);
    return false;
}

bool aws_next_page(const char *operation, Str *next, Str said, Err *err) {
    if (said.n && str_eq(said, *next))
        return err_set(err, ERR_IO, "the pages of `%s` do not end: one names itself as the next",
                       operation);
    *next = said;
    return true;
}
