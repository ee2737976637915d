// Names that somebody else has already.
//
// Input: new functions and endpoints with names of their own. Output: a finding for each that is
// there. Invariant: what the deployed stack has is its own, whatever CloudFormation does with it.

#include "adapters/aws/deploy/preflight.h"

#include "adapters/aws/service/lambda.h"
#include "adapters/aws/service/sagemaker.h"

// More than that CloudFormation itself finds out, when the change set is made.
enum { NAMES_MAX = 32 };

typedef struct Subject {
    const Item *item;
    const char *what;
    Str name;
} Subject;

static const struct {
    const char *type, *property, *what;
} KINDS[] = {
    {"AWS::Lambda::Function", "FunctionName", "a function"},
    {"AWS::SageMaker::Endpoint", "EndpointName", "an endpoint"},
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

static bool is_there(Check *c, const Subject *s, bool *there, Err *err) {
    if (str_is(s->item->type, KINDS[0].type))
        return lambda_there(c->p->client, &c->arena, s->name, there, err);
    return sagemaker_there(c->p->client, &c->arena, s->name, there, err);
}

// Who may not look learns it from CloudFormation.
static void run(Check *c) {
    const Subject *s = c->subject;
    bool there = false;
    Err err = {0};
    if (!is_there(c, s, &there, &err) && err.kind != ERR_ACCESS) {
        Str text = str_fmt(&c->arena, "whether there is %s `%.*s` already is unknown: %s", s->what,
                           STR_ARG(s->name), err.message);
        finding_add(c, (Finding){.end = AWS_END_DONE, .text = text});
    }
    if (!there)
        return;
    finding_add(c, (Finding){.end = AWS_END_UNSAFE,
                             .stack = s->item->stack,
                             .id = s->item->id,
                             .type = s->item->type,
                             .text = str_fmt(&c->arena,
                                             "there is %s `%.*s` already, and it is not this "
                                             "stack's",
                                             s->what, STR_ARG(s->name)),
                             .remedy = STR("take it away, or give the project, the stack or the "
                                           "resource another name")});
}

// The deployed stack may have the name under another logical id: what moves is its own, too.
static bool is_new(Arena *a, const Preflight *p, const Item *item, const char *property, Str name) {
    for (uint32_t i = 0; i < p->before.items.n; i++) {
        const Item *old = &p->before.items.at[i];
        if (str_eq(old->type, item->type) &&
            str_eq(item_text(a, &p->before, old, item_property(old, property)), name))
            return false;
    }
    return true;
}

void preflight_names(Arena *a, const Preflight *p, CheckVec *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; p->known && i < p->now.items.n; i++) {
        const Item *item = &p->now.items.at[i];
        for (int k = 0; k < KIND_COUNT && n < NAMES_MAX; k++) {
            if (!str_is(item->type, KINDS[k].type))
                continue;
            Str name = item_text(a, &p->now, item, item_property(item, KINDS[k].property));
            if (!name.n || !is_new(a, p, item, KINDS[k].property, name))
                continue;
            Subject *s = arena_new(a, Subject);
            *s = (Subject){item, KINDS[k].what, name};
            vec_push(a, out, (Check){.run = run, .p = p, .subject = s});
            n++;
        }
    }
}
