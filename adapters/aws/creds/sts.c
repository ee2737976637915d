// AssumeRole and AssumeRoleWithWebIdentity, at the region's STS.
//
// In: a role, and whoever wants to be it. Out: credentials that end. Invariant: what carries a
// token of somebody else's is not signed with keys of ours; a refusal is told in AWS's own words.

#include "adapters/aws/creds/sts.h"

#include "adapters/aws/creds/ask.h"
#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/timestamp.h"
#include "adapters/aws/endpoint.h"
#include "adapters/aws/query.h"
#include "adapters/aws/retry.h"
#include "adapters/aws/sign/sign.h"
#include "adapters/aws/xml.h"

#include <time.h>

enum { ATTEMPTS = 4, TIMEOUT_MS = 30000 };

static Str body_of(Search *s, const RoleCall *c) {
    Query q = query_new(s->a);
    bool web = c->token.n > 0;
    query_set(&q, "Action", web ? STR("AssumeRoleWithWebIdentity") : STR("AssumeRole"));
    query_set(&q, "Version", STR("2011-06-15"));
    query_set(&q, "RoleArn", c->arn);
    query_set(&q, "RoleSessionName",
              c->session.n ? c->session : str_fmt(s->a, "pluto-%lld", (long long)time(NULL)));
    if (c->duration)
        query_set(&q, "DurationSeconds", str_fmt(s->a, "%u", c->duration));
    query_add(&q, "ExternalId", c->external_id);
    query_add(&q, "SerialNumber", c->mfa_serial);
    query_add(&q, "TokenCode", c->mfa_code);
    query_add(&q, "WebIdentityToken", c->token);
    return query_text(&q);
}

static bool sts_endpoint(Search *s, Endpoint *out, Err *err) {
    EndpointQuery q = {
        .service = AWS_STS,
        // Whoever has no region yet: this one is in every account.
        .region = s->region.n ? s->region : STR("us-east-1"),
        .custom = endpoint_configured(s->a, s->host, s->creds, "sts"),
        .fips =
            endpoint_switch(s->a, s->host, s->creds, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        .dual_stack = endpoint_switch(s->a, s->host, s->creds, "AWS_USE_DUALSTACK_ENDPOINT",
                                      "use_dualstack_endpoint"),
        .insecure = s->options->insecure,
    };
    return endpoint_find(s->a, &q, out, err);
}

// A request that is signed for `now`.
static HttpRequest request_of(Search *s, const Endpoint *e, Str body, const AwsCredentials *source,
                              int64_t now) {
    HttpRequest q = {.method = "POST",
                     .url = str_fmt(s->a, "%.*s%.*s/", STR_ARG(e->base), STR_ARG(e->path)),
                     .body = body,
                     .total_ms = TIMEOUT_MS,
                     .direct = e->local};
    ask_header(s, &q, "host", e->host);
    ask_header(s, &q, "content-type", STR("application/x-www-form-urlencoded; charset=utf-8"));
    ask_header(s, &q, "accept", STR("application/xml"));
    if (!source)
        return q;
    SignRequest sign = {.method = "POST",
                        .path = str_cat(s->a, e->path, STR("/")),
                        .headers = q.headers,
                        .payload = digest_sha256_hex(s->a, body),
                        .region = e->region,
                        .service = STR("sts"),
                        .time = now,
                        .keys = source};
    Signed made;
    sign_headers(s->a, &sign, &made);
    signed_forget(&made);
    q.headers = sign.headers;
    return q;
}

// ---- Replies ------------------------------------------------------------------------------------

static bool malformed(Err *err) {
    return err_set(err, ERR_IO, "STS answered with something that is no credentials");
}

static bool read_credentials(Search *s, Str body, AwsCredentials *out, Err *err) {
    Xml *root;
    Err why = {0};
    if (!xml_parse(s->a, body, &root, &why))
        return malformed(err);
    const Xml *result = xml_at(root, "AssumeRoleResult");
    if (!result)
        result = xml_at(root, "AssumeRoleWithWebIdentityResult");
    const Xml *c = xml_at(result, "Credentials");
    *out = (AwsCredentials){.access_key = xml_text(c, "AccessKeyId"),
                            .secret_key = xml_text(c, "SecretAccessKey"),
                            .session_token = xml_text(c, "SessionToken")};
    // "arn:aws:sts::123456789012:assumed-role/NAME/SESSION"
    Str arn = xml_text(result, "AssumedRoleUser/Arn");
    int64_t at = str_find(arn, STR(":sts::"), 0);
    int64_t end = at < 0 ? -1 : str_find(arn, STR(":"), (uint32_t)at + 6);
    if (end >= 0)
        out->account = str_slice(arn, (uint32_t)at + 6, (uint32_t)end);
    bool good = out->access_key.n && out->secret_key.n && out->session_token.n &&
                keys_plain(out->access_key) && keys_plain(out->session_token) &&
                timestamp_read(xml_text(c, "Expiration"), &out->expires);
    return good || malformed(err);
}

typedef struct Refusal {
    Str code, message;
} Refusal;

static Refusal refusal_of(Search *s, const HttpReply *r) {
    Xml *root;
    Err why = {0};
    if (!xml_parse(s->a, r->body, &root, &why))
        return (Refusal){str_fmt(s->a, "status %d", r->status), STR_EMPTY};
    return (Refusal){xml_text(root, "Error/Code"), xml_text(root, "Error/Message")};
}

static void hint_of(const RoleCall *call, const Refusal *no, Err *err) {
    if (str_is(no->code, "AccessDenied") && call->mfa_serial.n)
        err_hint(err, "the MFA code may have been used or be wrong; the role's trust policy has "
                      "to allow who asks");
    else if (str_is(no->code, "AccessDenied"))
        err_hint(err,
                 "the role's trust policy has to allow who asks%s, and a policy of theirs "
                 "`sts:AssumeRole` on it",
                 call->external_id.n ? " with this external id" : "");
    else if (str_starts(no->code, "ExpiredToken"))
        err_hint(err, call->token.n ? "the token has ended: whoever writes it has to renew it"
                                    : "the credentials that ask have ended: renew them");
    else if (str_is(no->code, "RegionDisabledException"))
        err_hint(err, "enable the region's STS in the account, or choose another region");
    else if (str_is(no->code, "InvalidClientTokenId"))
        err_hint(err, "AWS does not know the key that asks: it may be deleted or inactive");
    else if (str_is(no->code, "SignatureDoesNotMatch"))
        err_hint(err, "the secret key does not fit the key id");
}

static bool refused(Search *s, const RoleCall *call, const HttpReply *r, Err *err) {
    Refusal no = refusal_of(s, r);
    err_set(err, ERR_ACCESS, "AWS did not let `%.*s` be assumed: %.*s%s%.*s",
            STR_ARG(shown(s, call->arn)), STR_ARG(shown(s, no.code)), no.message.n ? ": " : "",
            STR_ARG(shown(s, no.message)));
    hint_of(call, &no, err);
    return false;
}

static bool is_of_clock(Str code) {
    return str_is(code, "SignatureDoesNotMatch") || str_is(code, "RequestExpired") ||
           str_is(code, "RequestTimeTooSkewed");
}

// Refusals that a second try may get past: of an identity provider that was slow to answer, or of a
// signature that our clock spoilt; then *offset gets it right.
static bool passes(Search *s, const HttpReply *r, int64_t *offset) {
    if (r->status != 400 && r->status != 403)
        return false;
    Refusal no = refusal_of(s, r);
    int64_t more = 0;
    if (*offset == 0 && is_of_clock(no.code) &&
        retry_offset(no.code, http_reply_header(r, "date"), (int64_t)time(NULL), &more)) {
        *offset = more;
        return true;
    }
    return str_is(no.code, "IDPCommunicationError") || str_is(no.code, "Throttling") ||
           str_is(no.code, "RequestLimitExceeded");
}

bool sts_assume(Search *s, const RoleCall *call, const AwsCredentials *source, AwsCredentials *out,
                Err *err) {
    Endpoint e;
    if (!sts_endpoint(s, &e, err))
        return false;
    Str body = body_of(s, call);
    HttpReply r;
    int64_t offset = 0; // of AWS's clock to ours
    for (unsigned i = 0;; i++) {
        HttpRequest q = request_of(s, &e, body, source, (int64_t)time(NULL) + offset);
        if (!ask(s, &q, ATTEMPTS, &r, err))
            return false;
        if (i + 1 >= ATTEMPTS || !passes(s, &r, &offset))
            break;
    }
    return r.status == 200 ? read_credentials(s, r.body, out, err) : refused(s, call, &r, err);
}
