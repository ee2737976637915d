// A call to CloudFormation: the form goes out, XML comes back.
//
// Input: an operation's form. Output: the tree below its result, or the refusal. Invariant: only
// what may be repeated is: a reply to anything else that cannot be read is an error.

#include "adapters/aws/service/cloudformation.h"

enum { READS_MAX = 3 };

bool cfn_is_missing(const CfnRefusal *r) {
    if (str_is(r->code, "ChangeSetNotFound") || str_is(r->code, "ChangeSetNotFoundException"))
        return true;
    return str_is(r->code, "ValidationError") && str_contains(r->message, "does not exist");
}

bool cfn_is_express_left(const CfnRefusal *r) {
    return str_contains(r->message, "EXPRESS deployment mode");
}

bool cfn_refused(const char *operation, const CfnRefusal *r, Err *err) {
    AwsCall q = {.service = AWS_CLOUDFORMATION, .operation = operation};
    AwsReply reply = {.status = 400, .code = r->code, .message = r->message};
    return aws_refused(&q, &reply, err);
}

bool cfn_call(Client *c, Arena *a, const char *operation, const Query *form, bool safe,
              CfnRefusal *refusal, const Xml **result, Err *err) {
    AwsCall q = {.service = AWS_CLOUDFORMATION,
                 .operation = operation,
                 .body = query_text(form),
                 .safe = safe};
    *result = NULL;
    if (refusal)
        *refusal = (CfnRefusal){STR_EMPTY, STR_EMPTY};
    for (int i = 0; i < READS_MAX; i++) {
        AwsReply r = {0};
        Xml *root = NULL;
        Err unread = {0};
        if (!aws_call(c, a, &q, &r, err))
            return false;
        // A refusal without a word was cut off on its way.
        if (r.code.n && !r.message.n && safe && i + 1 < READS_MAX)
            continue;
        if (r.code.n && !refusal)
            return aws_refused(&q, &r, err);
        if (r.code.n)
            return *refusal = (CfnRefusal){r.code, r.message}, true;
        if (xml_parse(a, r.body, &root, &unread)) {
            *result = xml_at(root, str_cstr(a, str_fmt(a, "%sResult", operation)));
            return true;
        }
        *err = unread;
        if (!safe)
            break;
    }
    err_hint(err, "AWS's answer to `%s` was cut off or is not XML; a proxy between may be to blame",
             operation);
    return false;
}
