// Why a resource takes long.
//
// Input: what is under way. Output: events that say what its service says of it. Invariant: nothing
// depends on it: where the service does not answer, nothing is said.

#include "adapters/aws/deploy/follow.h"
#include "adapters/aws/service/sagemaker.h"

enum { ROUNDS_BETWEEN = 5 };

static Str name_of(Str physical) {
    int64_t slash = str_rfind_char(physical, '/');
    return slash < 0 ? physical : str_slice(physical, (uint32_t)slash + 1, physical.n);
}

static void endpoint_look(Follow *f, const AwsResource *r, Arena *scratch) {
    Work *k = f->k;
    SageMakerEndpoint e;
    Err err = {0};
    if (!sagemaker_endpoint(k->client, scratch, name_of(r->physical), &e, &err) || !e.there)
        return;
    Str words = e.reason.n ? e.reason : e.stage.n ? e.stage : e.status;
    const Str *before = map_find(&f->progress, r->physical);
    if (before && str_eq(*before, words))
        return;
    Str *kept = arena_new(k->a, Str);
    *kept = str_dup(k->a, words);
    map_set(&f->progress, r->physical, kept);
    tell(k, (AwsEvent){.type = AWS_EVENT_PROGRESS,
                       .stack = r->stack,
                       .id = r->id,
                       .physical = r->physical,
                       .resource = r->resource,
                       .status = str_dup(k->a, e.status),
                       .text = *kept,
                       .done = f->done,
                       .total = k->total});
}

void progress_look(Follow *f, Arena *scratch) {
    double now = work_seconds(f->k), least = ROUNDS_BETWEEN * f->k->aws->poll_ms / 1000.0;
    if (now - f->last_progress < least)
        return;
    f->last_progress = now;
    for (uint32_t i = 0; i < f->touched.n; i++) {
        const AwsResource *r = f->touched.at[i].value;
        if (str_is(r->resource, "AWS::SageMaker::Endpoint") && r->physical.n &&
            status_under_way(r->status))
            endpoint_look(f, r, scratch);
    }
}
