// Who AWS takes us for. In: nothing. Out: the account and the ARN that the credentials stand for.
// Invariant: the account is twelve digits: it becomes part of names.

#include "adapters/aws/service/sts.h"

#include "adapters/aws/query.h"
#include "adapters/aws/xml.h"

static bool is_account(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == 12;
}

bool sts_identity(Client *c, Arena *a, Str *account, Str *arn, Err *err) {
    Query form = query_new(a);
    AwsCall q = {.service = AWS_STS,
                 .operation = "GetCallerIdentity",
                 .body = query_text(&form),
                 .safe = true};
    AwsReply r = {0};
    Xml *root;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    if (!xml_parse(a, r.body, &root, err))
        return false;
    *account = xml_text(root, "GetCallerIdentityResult/Account");
    *arn = xml_text(root, "GetCallerIdentityResult/Arn");
    return is_account(*account) ||
           err_set(err, ERR_IO, "AWS did not say which account the credentials belong to");
}
