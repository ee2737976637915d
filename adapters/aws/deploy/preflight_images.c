// The images that models run, where SageMaker will look for them.
//
// Input: new and changed models. Output: a finding for each image that is not there. Invariant: a
// registry that does not let us look stops nobody.

#include "adapters/aws/deploy/preflight.h"

#include "adapters/aws/service/ecr.h"

typedef struct Subject {
    const Item *item;
    Str address;
    EcrImage image;
} Subject;

static void run(Check *c) {
    const Subject *s = c->subject;
    EcrLook look;
    Err err = {0};
    if (!str_eq(s->image.region, c->p->at.region)) {
        finding_on(
            c, AWS_END_FAILED, s->item,
            str_fmt(&c->arena,
                    "the image `%.*s` is in %.*s, and SageMaker pulls images from the endpoint's "
                    "own region alone, %.*s",
                    STR_ARG(s->address), STR_ARG(s->image.region), STR_ARG(c->p->at.region)),
            "copy it into a repository of that region, or deploy into the image's region");
        return;
    }
    if (!ecr_look(c->p->client, &c->arena, &s->image, &look, &err))
        return;
    // Another account's registry may hide what it has, and stand-ins for AWS have none of AWS's.
    if (look == ECR_NO_REPOSITORY && !str_eq(s->image.registry, c->p->at.account))
        return;
    if (look == ECR_NO_REPOSITORY || look == ECR_NO_IMAGE)
        finding_on(c, AWS_END_FAILED, s->item,
                   str_fmt(&c->arena, "the image `%.*s` is not there: %s", STR_ARG(s->address),
                           look == ECR_NO_IMAGE ? "its repository has no such tag or digest"
                                                : "the registry has no such repository"),
                   "push it, or name one that is there");
}

// The registry of AWS's own containers has an account in each region where there are any.
static void run_elsewhere(Check *c) {
    const Subject *s = c->subject;
    finding_on(c, AWS_END_FAILED, s->item,
               str_fmt(&c->arena, "AWS has no Deep Learning Containers in %.*s that pluto knows of",
                       STR_ARG(c->p->at.region)),
               "deploy into another region, or name an image of your own");
}

static bool is_elsewhere(const Preflight *p, const Item *item, const cJSON *image) {
    const cJSON *own = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(image, "Fn::Sub"), 1);
    const cJSON *account = cJSON_GetObjectItemCaseSensitive(own, "Account");
    const cJSON *map = cJSON_GetObjectItemCaseSensitive(account, "Fn::FindInMap");
    const cJSON *name = cJSON_GetArrayItem(map, 0);
    if (!cJSON_IsString(name))
        return false;
    const cJSON *regions = cJSON_GetObjectItemCaseSensitive(item->mappings, name->valuestring);
    const cJSON *m;
    cJSON_ArrayForEach(m, regions) {
        if (m->string && str_is(p->at.region, m->string))
            return false;
    }
    return cJSON_IsObject(regions);
}

static void model_add(Arena *a, const Preflight *p, const Item *item, CheckVec *out) {
    const cJSON *container = item_property(item, "PrimaryContainer");
    const cJSON *image = cJSON_GetObjectItemCaseSensitive(container, "Image");
    Subject *s = arena_new(a, Subject);
    *s = (Subject){.item = item, .address = item_text(a, &p->now, item, image)};
    if (s->address.n && ecr_image_read(s->address, &s->image))
        vec_push(a, out, (Check){.run = run, .p = p, .subject = s});
    else if (is_elsewhere(p, item, image))
        vec_push(a, out, (Check){.run = run_elsewhere, .p = p, .subject = s});
}

void preflight_images(Arena *a, const Preflight *p, CheckVec *out) {
    for (uint32_t i = 0; i < p->now.items.n; i++) {
        const Item *item = &p->now.items.at[i];
        if (!str_is(item->type, "AWS::SageMaker::Model"))
            continue;
        const Item *old = inventory_find(&p->before, item->stack, item->id);
        if (!old || item_changed(&p->now, item, &p->before, old, "PrimaryContainer"))
            model_add(a, p, item, out);
    }
}
