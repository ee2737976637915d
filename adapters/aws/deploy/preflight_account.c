// Lambda's limits that an account has in a region: room for code, executions at the same time.
//
// Input: new functions' packages, executions that functions reserve. Output: findings. Invariant:
// only what is sure to be refused stops a deployment: a package in the place of another counts for
// nothing, and a limit that is not known is none.

#include "adapters/aws/deploy/preflight.h"

#include "adapters/aws/service/lambda.h"

// What no function may reserve; an account with fewer keeps all.
enum { UNRESERVED_MIN = 100 };
#define GIGABYTE (1024.0 * 1024.0 * 1024.0)

typedef struct Subject {
    const Item *first;    // a function that is new, or reserves more
    const Item *reserves; // the first that reserves more, or NULL
    double bytes;         // of new packages
    double reserved;      // more than before
} Subject;

static void run(Check *c) {
    const Subject *s = c->subject;
    LambdaAccount account;
    Err err = {0};
    if (!lambda_account(c->p->client, &c->arena, &account, &err)) {
        if (err.kind != ERR_ACCESS)
            finding_add(c, (Finding){.end = AWS_END_DONE,
                                     .text = str_fmt(&c->arena,
                                                     "what room Lambda has for code is unknown: %s",
                                                     err.message)});
        return;
    }
    if (account.code_limit > 0 && account.code_bytes + s->bytes > account.code_limit)
        finding_on(
            c, AWS_END_LIMIT, s->first,
            str_fmt(&c->arena,
                    "Lambda has room for %.1f GB of code in %.*s, %.1f GB are taken, and new "
                    "functions bring %.2f GB",
                    account.code_limit / GIGABYTE, STR_ARG(c->p->at.region),
                    account.code_bytes / GIGABYTE, s->bytes / GIGABYTE),
            "delete versions of functions that nobody needs, or ask AWS for more (Service Quotas, "
            "AWS Lambda, `Function and layer storage`)");
    double kept = account.concurrent < UNRESERVED_MIN ? account.concurrent : UNRESERVED_MIN;
    if (s->reserves && account.concurrent > 0 && account.unreserved - s->reserved < kept)
        finding_on(
            c, AWS_END_LIMIT, s->reserves,
            str_fmt(&c->arena,
                    "%.0f executions at the same time are reserved more than before; of the "
                    "account's %.0f in %.*s %.0f are free, and %.0f have to stay so",
                    s->reserved, account.concurrent, STR_ARG(c->p->at.region), account.unreserved,
                    kept),
            "lower `concurrency`, or ask AWS for more (Service Quotas, AWS Lambda, `Concurrent "
            "executions`)");
}

static double package_of(Arena *a, const Preflight *p, const Item *function) {
    const cJSON *code = item_property(function, "Code");
    Str key = item_text(a, &p->now, function, cJSON_GetObjectItemCaseSensitive(code, "S3Key"));
    for (uint32_t i = 0; key.n && i < p->d->uploads.n; i++)
        if (str_eq(p->d->uploads.at[i].object.key, key))
            return (double)p->d->uploads.at[i].bytes;
    return 0;
}

static double reserved_by(const Item *function) {
    const cJSON *n = function ? item_property(function, "ReservedConcurrentExecutions") : NULL;
    return n && cJSON_IsNumber(n) ? n->valuedouble : 0;
}

void preflight_account(Arena *a, const Preflight *p, CheckVec *out) {
    Subject *s = arena_new(a, Subject);
    *s = (Subject){0};
    for (uint32_t i = 0; p->known && i < p->now.items.n; i++) {
        const Item *item = &p->now.items.at[i];
        if (!str_is(item->type, "AWS::Lambda::Function"))
            continue;
        const Item *old = inventory_find(&p->before, item->stack, item->id);
        double more = reserved_by(item) - reserved_by(old);
        s->reserved += more;
        s->bytes += old ? 0 : package_of(a, p, item);
        if (!s->first && (!old || more > 0))
            s->first = item;
        if (!s->reserves && more > 0)
            s->reserves = item;
    }
    if (s->first)
        vec_push(a, out, (Check){.run = run, .p = p, .subject = s});
}
