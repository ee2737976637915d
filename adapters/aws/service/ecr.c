// Images in registries.
//
// Input: an image's address. Output: whether it is there. Invariant: a registry that does not let
// us look says nothing about its images.

#include "adapters/aws/service/ecr.h"

#include "adapters/aws/service/json.h"

enum { PATIENCE_MS = 4000, ATTEMPTS = 2, ACCOUNT_DIGITS = 12 };

static bool is_account(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == ACCOUNT_DIGITS;
}

static bool cut(Str *rest, Str mark, Str *head) {
    int64_t at = str_find(*rest, mark, 0);
    if (at < 0)
        return false;
    *head = str_slice(*rest, 0, (uint32_t)at);
    *rest = str_slice(*rest, (uint32_t)at + mark.n, rest->n);
    return true;
}

bool ecr_image_read(Str address, EcrImage *out) {
    Str rest = address, domain, name;
    *out = (EcrImage){0};
    if (!cut(&rest, STR(".dkr.ecr."), &out->registry) || !cut(&rest, STR("."), &out->region) ||
        !cut(&rest, STR("/"), &domain))
        return false;
    if (cut(&rest, STR("@"), &name)) {
        out->digest = rest;
        rest = name;
        if (cut(&rest, STR(":"), &name)) // a tag before a digest is decoration
            rest = name;
    } else if (cut(&rest, STR(":"), &name)) {
        out->tag = rest;
        rest = name;
    } else {
        out->tag = STR("latest");
    }
    out->repository = rest;
    return is_account(out->registry) && out->region.n && rest.n;
}

bool ecr_look(Client *c, Arena *a, const EcrImage *image, EcrLook *out, Err *err) {
    // Not repeated where it fails: what is not known stops nobody.
    AwsCall q = {.service = AWS_ECR,
                 .operation = "DescribeImages",
                 .region = image->region,
                 .total_ms = PATIENCE_MS,
                 .attempts = ATTEMPTS};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject(), *id = cJSON_CreateObject();
    json_add_text(a, body, "registryId", image->registry);
    json_add_text(a, body, "repositoryName", image->repository);
    if (image->digest.n)
        json_add_text(a, id, "imageDigest", image->digest);
    else
        json_add_text(a, id, "imageTag", image->tag);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "imageIds"), id);
    q.body = json_take(a, body);
    *out = ECR_UNKNOWN;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (!r.code.n)
        *out = ECR_THERE;
    else if (reply_is(&r, "RepositoryNotFoundException"))
        *out = ECR_NO_REPOSITORY;
    else if (reply_is(&r, "ImageNotFoundException"))
        *out = ECR_NO_IMAGE;
    return true;
}
