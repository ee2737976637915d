// Instances of endpoints, within the account's quotas.
//
// Input: fleets before and after. Output: a finding for each type of which the account may have
// fewer than are wanted. Invariant: a quota that is not known stops nobody; how many other
// endpoints of the account have is not counted.

#include "adapters/aws/deploy/preflight.h"

#include "adapters/aws/service/quotas.h"

enum { PAGES_MAX = 60, TYPES_MAX = 32 };

typedef struct Wanted {
    const Fleet *first; // that is not as before
    uint32_t count;     // of all endpoints of the stack, afterwards
    uint32_t together;  // while old and new ones run side by side
    bool found;
    double value;
} Wanted;

typedef struct Subject {
    Wanted at[TYPES_MAX];
    uint32_t n;
} Subject;

static uint32_t of_endpoint(const FleetVec *fleets, const Fleet *like) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < fleets->n; i++) {
        const Fleet *f = &fleets->at[i];
        if (str_eq(f->id, like->id) && str_eq(f->stack, like->stack) &&
            str_eq(f->instance, like->instance))
            n += f->count;
    }
    return n;
}

static uint32_t of_type(const FleetVec *fleets, Str instance) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < fleets->n; i++)
        n += str_eq(fleets->at[i].instance, instance) ? fleets->at[i].count : 0;
    return n;
}

static void subject_fill(const Preflight *p, Subject *out) {
    for (uint32_t i = 0; i < p->fleets.n && out->n < TYPES_MAX; i++) {
        const Fleet *f = &p->fleets.at[i];
        uint32_t k = 0, old = of_endpoint(&p->fleets_before, f);
        if (of_endpoint(&p->fleets, f) == old)
            continue;
        while (k < out->n && !str_eq(out->at[k].first->instance, f->instance))
            k++;
        if (k == out->n)
            out->at[out->n++] = (Wanted){.first = f, .count = of_type(&p->fleets, f->instance)};
        out->at[k].together = out->at[k].count + old;
    }
}

static void page_use(Arena *a, Subject *s, const QuotaVec *page) {
    for (uint32_t i = 0; i < s->n; i++) {
        Wanted *w = &s->at[i];
        Str name = str_cat(a, w->first->instance, STR(" for endpoint usage"));
        for (uint32_t q = 0; q < page->n && !w->found; q++) {
            w->found = str_eq(page->at[q].name, name);
            w->value = page->at[q].value;
        }
    }
}

static bool all_found(const Subject *s) {
    for (uint32_t i = 0; i < s->n; i++)
        if (!s->at[i].found)
            return false;
    return true;
}

// The account's own values first; what is not among them is what everybody has at first.
static bool look(Check *c, Subject *s, Err *err) {
    for (int defaults = 0; defaults < 2; defaults++) {
        Str next = STR_EMPTY;
        for (int page = 0; page < PAGES_MAX && !all_found(s); page++) {
            QuotaVec quotas = {0};
            bool allowed;
            if (!quotas_sagemaker(c->p->client, &c->arena, defaults, next, &allowed, &quotas, &next,
                                  err))
                return false;
            if (!allowed)
                return err_set(err, ERR_ACCESS, "`servicequotas:%s` is not allowed",
                               defaults ? "ListAWSDefaultServiceQuotas" : "ListServiceQuotas");
            page_use(&c->arena, s, &quotas);
            if (!next.n)
                break;
        }
    }
    return true;
}

static void judge(Check *c, const Wanted *w) {
    Arena *a = &c->arena;
    Str type = w->first->instance;
    if (w->value >= w->together)
        return;
    if (w->value >= w->count) {
        Str text = str_fmt(a,
                           "%u instances of %.*s run side by side during the update, and the quota "
                           "is %.0f: SageMaker may refuse it",
                           (unsigned)w->together, STR_ARG(type), w->value);
        finding_add(c, (Finding){.end = AWS_END_DONE, .text = text});
        return;
    }
    finding_add(
        c,
        (Finding){.end = AWS_END_LIMIT,
                  .stack = w->first->stack,
                  .id = w->first->id,
                  .type = STR("AWS::SageMaker::Endpoint"),
                  .text = str_fmt(a,
                                  "%u instance%s of %.*s %s wanted, and the quota of account %.*s "
                                  "in %.*s, `%.*s for endpoint usage`, is %.0f",
                                  (unsigned)w->count, w->count == 1 ? "" : "s", STR_ARG(type),
                                  w->count == 1 ? "is" : "are", STR_ARG(c->p->at.account),
                                  STR_ARG(c->p->at.region), STR_ARG(type), w->value),
                  .remedy = STR("ask for more under Service Quotas, Amazon SageMaker, in the "
                                "console of that region, or take another type of instance")});
}

static void run(Check *c) {
    Subject *s = c->subject;
    Err err = {0};
    if (!look(c, s, &err)) {
        finding_add(
            c, (Finding){.end = AWS_END_DONE,
                         .text = str_fmt(&c->arena, "the quotas of the instances are not known: %s",
                                         err.message)});
        return;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        const Wanted *w = &s->at[i];
        if (w->found)
            judge(c, w);
        else
            finding_add(c, (Finding){.end = AWS_END_DONE,
                                     .text = str_fmt(&c->arena,
                                                     "SageMaker tells no quota of %.*s for "
                                                     "endpoints",
                                                     STR_ARG(w->first->instance))});
    }
}

void preflight_quotas(Arena *a, const Preflight *p, CheckVec *out) {
    Subject *s = arena_new(a, Subject);
    *s = (Subject){.n = 0};
    subject_fill(p, s);
    if (s->n)
        vec_push(a, out, (Check){.run = run, .p = p, .subject = s});
}
