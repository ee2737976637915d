// What would make a deployment fail later, looked for before anything is created.
//
// Input: the templates as they are and as they would be. Output: findings, and what it costs.
// Invariant: nothing is changed, and what cannot be asked is no reason to stop.

#include "adapters/aws/deploy/preflight.h"

enum { NAMED_MAX = 5 };

// ---- What there is to look at -------------------------------------------------------------------

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void variants_add(Arena *a, const Inventory *v, const Item *endpoint, const Item *config,
                         FleetVec *out) {
    const cJSON *variant;
    cJSON_ArrayForEach(variant, item_property(config, "ProductionVariants")) {
        const cJSON *count = member(variant, "InitialInstanceCount");
        Str instance = item_text(a, v, config, member(variant, "InstanceType"));
        if (!instance.n || !cJSON_IsNumber(count) || count->valueint <= 0)
            continue;
        vec_push(a, out,
                 (Fleet){endpoint->stack, endpoint->id, instance, (uint32_t)count->valueint});
    }
}

void fleets_read(Arena *a, const Inventory *v, FleetVec *out) {
    for (uint32_t i = 0; i < v->items.n; i++) {
        const Item *endpoint = &v->items.at[i];
        if (!str_is(endpoint->type, "AWS::SageMaker::Endpoint"))
            continue;
        Str id = item_referred(a, item_property(endpoint, "EndpointConfigName"));
        const Item *config = inventory_find(v, endpoint->stack, id);
        if (config)
            variants_add(a, v, endpoint, config, out);
    }
}

static void values_add(const Preflight *p, Inventory *v, const AwsPairVec *parameters) {
    Arena *a = p->d->k->a;
    inventory_value(a, v, "AWS::Region", p->at.region);
    inventory_value(a, v, "AWS::AccountId", p->at.account);
    inventory_value(a, v, "AWS::Partition", p->at.partition);
    inventory_value(a, v, "AWS::URLSuffix", client_dns_suffix(p->client));
    for (uint32_t i = 0; i < parameters->n; i++)
        vec_push(a, &v->values, parameters->at[i]);
}

static bool inventories_read(Preflight *p) {
    Deployment *d = p->d;
    Work *k = d->k;
    AwsTemplateVec nested = {0};
    for (uint32_t i = 0; i < d->in->asset_count; i++)
        if (d->in->assets[i].text.n)
            vec_push(k->a, &nested, (AwsTemplate){d->in->assets[i].name, d->in->assets[i].text});
    p->known = d->creates || d->deployed.n > 0;
    d->nested = (AwsTemplateVec){0};
    d->nested_read = !d->creates && d->deployed.n;
    if (d->nested_read &&
        !nested_templates(k->client, k->a, k->stack.id, d->deployed, &d->nested, k->err))
        return over_world(k);
    inventory_read(k->a, d->in->template_json, &nested, &p->now);
    values_add(p, &p->now, &d->parameters);
    if (!d->creates)
        inventory_read(k->a, d->deployed, &d->nested, &p->before);
    values_add(p, &p->before, &k->stack.parameters);
    fleets_read(k->a, &p->now, &p->fleets);
    fleets_read(k->a, &p->before, &p->fleets_before);
    return true;
}

// ---- What was found -----------------------------------------------------------------------------

void finding_on(Check *c, AwsEnd end, const Item *item, Str text, const char *remedy) {
    finding_add(c, (Finding){.end = end,
                             .stack = item->stack,
                             .id = item->id,
                             .type = item->type,
                             .text = text,
                             .remedy = str_of(remedy)});
}

// Why something is unknown, without what differs from time to time: "`lambda.…` does not answer".
static Str unknown_why(Str text) {
    Str words = STR(" is unknown: ");
    int64_t at = str_find(text, words, 0);
    if (at < 0)
        return STR_EMPTY;
    Str why = str_slice(text, (uint32_t)at + words.n, text.n);
    int64_t more = str_find(why, STR(": "), 0);
    return more < 0 ? why : str_slice(why, 0, (uint32_t)more);
}

// A service that is away is away for all.
static bool noted(const CheckVec *checks, uint32_t end, const Finding *f) {
    Str why = unknown_why(f->text);
    for (uint32_t i = 0; why.n && i < end; i++)
        for (uint32_t j = 0; j < checks->at[i].findings.n; j++)
            if (str_eq(unknown_why(checks->at[i].findings.at[j].text), why))
                return true;
    return false;
}

static void findings_tell(Work *k, const CheckVec *checks) {
    for (uint32_t i = 0; i < checks->n; i++) {
        const FindingVec *all = &checks->at[i].findings;
        for (uint32_t j = 0; j < all->n; j++) {
            const Finding *f = &all->at[j];
            if (f->end == AWS_END_DONE && noted(checks, i, f))
                continue;
            if (f->end == AWS_END_DONE) {
                note(k, "%.*s", STR_ARG(f->text));
                continue;
            }
            AwsFailure failure = {.stack = f->stack,
                                  .id = f->id,
                                  .resource = f->type,
                                  .status = STR("NOT_BEGUN"),
                                  .reason = str_dup(k->a, f->text),
                                  .remedy = str_dup(k->a, f->remedy),
                                  .ours = true};
            if (!k->out->failures.n) {
                over_with(k, f->end, "%.*s", STR_ARG(failure.reason));
                hint(k, "nothing was changed; %.*s", STR_ARG(failure.remedy));
            }
            vec_push(k->a, &k->out->failures, failure);
        }
    }
}

static uint32_t missing_count(const NeedVec *needs, bool sure) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < needs->n; i++)
        n += needs->at[i].missing && needs->at[i].sure == sure;
    return n;
}

static Str missing_names(Arena *a, const NeedVec *needs, bool sure, uint32_t most) {
    Buf b = buf_new(a);
    uint32_t n = 0, all = missing_count(needs, sure);
    for (uint32_t i = 0; i < needs->n; i++) {
        const Need *need = &needs->at[i];
        if (!need->missing || need->sure != sure || n++ >= most)
            continue;
        buf_printf(&b, "%s`%.*s`", n > 1 ? ", " : "", STR_ARG(need->action));
    }
    if (all > most)
        buf_printf(&b, " and %u more", (unsigned)(all - most));
    return buf_str(&b);
}

static bool grants_tell(Work *k, const NeedVec *needs) {
    uint32_t n = missing_count(needs, true);
    if (missing_count(needs, false))
        note(k, "not allowed, and CloudFormation may ask for it: %.*s",
             STR_ARG(missing_names(k->a, needs, false, UINT32_MAX)));
    for (uint32_t i = 0; n && i < needs->n; i++) {
        const Need *need = &needs->at[i];
        if (need->missing && need->sure)
            warn(k, "not allowed: %.*s on %.*s", STR_ARG(need->action), STR_ARG(need->sample));
    }
    if (!n || k->out->failures.n)
        return n == 0;
    over_with(k, AWS_END_DENIED, "the credentials may not do what this deployment needs: %.*s",
              STR_ARG(missing_names(k->a, needs, true, NAMED_MAX)));
    hint(k,
         "nothing was changed; `pluto bootstrap --print-policy` prints a policy with all that is "
         "needed");
    return false;
}

// ---- The phase ----------------------------------------------------------------------------------

static void costs_read(Preflight *p, AwsCostVec *out) {
    Arena *a = p->d->k->a;
    const FleetVec *sides[] = {&p->fleets, &p->fleets_before};
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < sides[side]->n; i++) {
            const Fleet *f = &sides[side]->at[i];
            uint32_t c = 0;
            while (c < out->n &&
                   !(str_eq(out->at[c].id, f->id) && str_eq(out->at[c].stack, f->stack) &&
                     str_eq(out->at[c].instance, f->instance)))
                c++;
            if (c == out->n)
                vec_push(a, out,
                         (AwsCost){.stack = f->stack, .id = f->id, .instance = f->instance});
            *(side ? &out->at[c].before : &out->at[c].after) += f->count;
        }
}

static bool ask(Preflight *p) {
    Deployment *d = p->d;
    Work *k = d->k;
    CheckVec checks = {0};
    NeedVec needs = {0};
    d->costs = (AwsCostVec){0};
    costs_read(p, &d->costs);
    preflight_prices(k->a, p, &d->costs, &checks);
    if (!d->in->unchecked) {
        if (p->known)
            needs_deploy(k->a, &p->at, &p->now, d->creates ? NULL : &p->before, &needs);
        preflight_quotas(k->a, p, &checks);
        preflight_images(k->a, p, &checks);
        preflight_names(k->a, p, &checks);
        preflight_account(k->a, p, &checks);
        preflight_grants(k->a, p, &needs, &checks);
    }
    checks_run(&checks);
    bool good = !interrupted(k);
    if (good) {
        prices_remember(k->a, p, &d->costs);
        findings_tell(k, &checks);
        good = grants_tell(k, &needs) && !k->out->failures.n;
    } else {
        over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    }
    checks_close(&checks);
    return good;
}

bool preflight(Deployment *d) {
    Work *k = d->k;
    const AwsIdentity *i = &k->aws->identity;
    Preflight p = {.d = d, .client = k->client};
    phase_begin(k, AWS_PHASE_PREFLIGHT);
    d->bucket = (S3Bucket){bucket_expected(k, k->a), i->account};
    p.at = (NeedsPlace){.partition = i->partition,
                        .region = i->region,
                        .account = i->account,
                        .stack = k->target->name,
                        .bucket = d->bucket.name,
                        .folder = str_fmt(k->a, "%.*s/%.*s/preflight", STR_ARG(k->target->project),
                                          STR_ARG(k->target->stack))};
    bool good = prepare_parameters(d) && inventories_read(&p) && ask(&p);
    inventory_close(&p.now);
    inventory_close(&p.before);
    return good;
}
