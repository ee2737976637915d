// Any bytes as what is read before a deployment: quotas, prices, IAM's verdicts, addresses of
// images, templates. What comes out has its form, whatever went in.
//
// The first byte says which of them the rest is.

#include "adapters/aws/deploy/needs.h"
#include "adapters/aws/service/ecr.h"
#include "adapters/aws/service/iam.h"
#include "adapters/aws/service/pricing.h"
#include "adapters/aws/service/quotas.h"

#include <math.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void quotas(Arena *a, Str text) {
    QuotaVec all = {0};
    Str next;
    Err err = {0};
    if (!quotas_read(a, text, &all, &next, &err) && err.kind == ERR_NONE)
        BUG("refused without a word");
    for (uint32_t i = 0; i < all.n; i++)
        if (!all.at[i].name.n)
            BUG("a quota without a name");
}

static void prices(Arena *a, Str text) {
    bool known;
    double hour = 0;
    Err err = {0};
    if (!pricing_read(a, text, STR("ml.g5.xlarge"), &known, &hour, &err))
        return;
    if (known && (!isfinite(hour) || hour <= 0))
        BUG("a price of nothing");
}

static void verdicts(Arena *a, Str text) {
    IamVerdictVec all = {0};
    Str next;
    Err err = {0};
    if (!iam_verdicts_read(a, text, &all, &next, &err) && err.kind == ERR_NONE)
        BUG("refused without a word");
}

static void image(Str text) {
    EcrImage i;
    if (ecr_image_read(text, &i) && (i.registry.n != 12 || !i.repository.n || !i.region.n))
        BUG("half an address");
}

static void policy(Arena *a, Str text) {
    NeedsPlace at = {.partition = STR("aws"),
                     .region = STR("*"),
                     .account = STR("*"),
                     .stack = STR("shop-dev"),
                     .bucket = STR("pluto-*"),
                     .folder = STR("*")};
    Inventory now, before;
    NeedVec all = {0}, some = {0};
    inventory_read(a, text, NULL, &now);
    inventory_read(a, text, NULL, &before);
    needs_all(a, &at, &now, &all);
    needs_deploy(a, &at, &now, &before, &some);
    Str json = needs_policy(a, &all);
    cJSON *root = cJSON_ParseWithLength(json.p, json.n);
    if (!cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, "Statement")))
        BUG("a policy that is no JSON");
    cJSON_Delete(root);
    inventory_close(&now);
    inventory_close(&before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = {(const char *)data + 1, (uint32_t)(size - 1)};
    switch (data[0] % 5) {
    case 0:
        quotas(&a, text);
        break;
    case 1:
        prices(&a, text);
        break;
    case 2:
        verdicts(&a, text);
        break;
    case 3:
        image(text);
        break;
    default:
        policy(&a, text);
    }
    arena_release(&a);
    return 0;
}
