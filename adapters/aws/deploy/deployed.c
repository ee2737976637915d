// What is deployed, read to be compared.
//
// Input: a stack that is there. Output: its template, and whether functions were changed past it.
// Invariant: both are asked for at the same time, so that a deployment that changes nothing waits
// for three answers, one after the other, and no more.

#include "adapters/aws/deploy/checks.h"
#include "adapters/aws/deploy/operations.h"

typedef struct Look {
    const Deployment *d;
    bool good, marked;
    Str text;
    Err err;
} Look;

static void run_template(Check *c) {
    Look *l = c->subject;
    const Work *k = l->d->k;
    l->good = cfn_template(k->client, &c->arena, k->stack.id, &l->text, &l->err);
}

static void run_mark(Check *c) {
    Look *l = c->subject;
    l->good = fast_marked(l->d, &c->arena, &l->marked, &l->err);
}

static bool any_code(const AwsDeploy *in) {
    for (uint32_t i = 0; i < in->asset_count; i++)
        if (in->assets[i].file.n)
            return true;
    return false;
}

bool deployed_read(Deployment *d) {
    Work *k = d->k;
    Look template = {.d = d}, mark = {.d = d, .good = true};
    CheckVec checks = {0};
    d->bucket = (S3Bucket){bucket_expected(k, k->a), k->aws->identity.account};
    vec_push(k->a, &checks, (Check){.run = run_template, .subject = &template});
    if (any_code(d->in))
        vec_push(k->a, &checks, (Check){.run = run_mark, .subject = &mark});
    checks_run(&checks);
    d->names = (EndpointNameVec){0};
    marks_names(k->a, template.text, &d->names);
    d->deployed = marks_drop(k->a, str_dup(k->a, template.text));
    d->marked = mark.marked;
    checks_close(&checks);
    if (!template.good) {
        *k->err = template.err;
        return over_world(k);
    }
    if (!mark.good && !interrupted(k))
        warn(k, "cannot see whether functions were changed past CloudFormation: %s",
             mark.err.message);
    return true;
}
