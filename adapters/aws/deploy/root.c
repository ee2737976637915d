// Why a deployment failed.
//
// Input: what happened, in the order of time. Output: failures, the root first. Invariant: a nested
// stack's own failure stands for nothing where a resource in it failed.

#include "adapters/aws/deploy/root.h"

#include "adapters/aws/deploy/state.h"

#include <string.h>

static bool is_stack(const CfnEvent *e) {
    return str_is(e->resource, "AWS::CloudFormation::Stack");
}

// CloudFormation ends what is under way as soon as something failed, and calls that a failure too.
static bool called_off(Str reason) {
    return str_contains(reason, "cancelled") || str_contains(reason, "Cancelled");
}

// `in CODE in`: letters, digits, ':' and '-' behind a mark.
static Str word_after(Str reason, const char *mark) {
    int64_t at = str_find(reason, str_of(mark), 0);
    if (at < 0)
        return STR_EMPTY;
    uint32_t start = (uint32_t)at + (uint32_t)strlen(mark), end = start;
    while (end < reason.n && ((reason.p[end] >= 'a' && reason.p[end] <= 'z') ||
                              (reason.p[end] >= 'A' && reason.p[end] <= 'Z') ||
                              (reason.p[end] >= '0' && reason.p[end] <= '9') ||
                              reason.p[end] == ':' || reason.p[end] == '-'))
        end++;
    return str_slice(reason, start, end);
}

Str failure_code(Str reason) {
    static const char *const marks[] = {"HandlerErrorCode: ", "Error Code: "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        Str word = word_after(reason, marks[i]);
        if (word.n)
            return word;
    }
    return STR_EMPTY;
}

// Since `from`: whatever failed on the way there may fail on the way back for another reason.
static bool known(const AwsFailureVec *all, uint32_t from, const Happened *h) {
    for (uint32_t i = from; i < all->n; i++)
        if (str_eq(all->at[i].id, h->event.id) && str_eq(all->at[i].stack, h->stack))
            return true;
    return false;
}

static AwsFailure failure_of(const Happened *h) {
    const CfnEvent *e = &h->event;
    AwsFailure f = {.stack = h->stack,
                    .id = e->id,
                    .physical = e->physical,
                    .resource = e->resource,
                    .status = e->status,
                    .reason = e->hook_reason.n ? e->hook_reason : e->reason};
    f.code = e->hook.n ? e->hook : failure_code(f.reason);
    f.remedy = failure_remedy(f.resource, f.code, f.reason);
    return f;
}

static bool hook_failed(const CfnEvent *e) {
    return str_is(e->hook_status, "HOOK_COMPLETE_FAILED");
}

static bool turns_back(const CfnEvent *e) {
    return is_stack(e) && (str_is(e->status, "ROLLBACK_IN_PROGRESS") ||
                           str_is(e->status, "UPDATE_ROLLBACK_IN_PROGRESS"));
}

void failures_find(Arena *a, const HappenedVec *all, AwsFailureVec *out) {
    uint32_t from = out->n;
    bool back = false;
    for (uint32_t i = 0; i < all->n; i++) {
        const Happened *h = &all->at[i];
        const CfnEvent *e = &h->event;
        bool failed = status_failed(e->status) || hook_failed(e);
        if (turns_back(e) && !h->stack.n) {
            from = out->n;
            back = true;
        }
        if (!failed || is_stack(e) || called_off(e->reason) || known(out, from, h))
            continue;
        vec_push(a, out, failure_of(h));
        out->at[out->n - 1].back = back && from > 0;
    }
    if (out->n)
        return;
    // Nothing failed by itself: the stack's own words, as where it was cancelled or ran out of
    // time.
    for (uint32_t i = 0; i < all->n; i++) {
        const Happened *h = &all->at[i];
        const CfnEvent *e = &h->event;
        bool turned = status_failed(e->status) || turns_back(e);
        if (turned && is_stack(e) && e->reason.n && !known(out, 0, h))
            vec_push(a, out, failure_of(h));
    }
}
