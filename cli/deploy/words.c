// AWS's reasons as people read them. In: CloudFormation's text. Out: what the service said.
//
// Invariant: nothing of what the service said is lost, only what is around it.
#include "cli/deploy/deploy.h"

// From `from` to the next `end`, or nothing.
static Str until(Str text, uint32_t from, Str end) {
    int64_t at = str_find(text, end, from);
    return at < 0 ? STR_EMPTY : str_slice(text, from, (uint32_t)at);
}

// `Resource handler returned message: "…" (RequestToken: …, HandlerErrorCode: Throttling)`
Str reason_plain(Arena *a, Str reason) {
    // That it may still come up is so of every resource in Express mode; what does is told of
    // itself.
    if (str_starts(reason, "Resource operation completed using Express Mode"))
        return STR_EMPTY;
    const Str lead = STR("Resource handler returned message: \""), tail = STR("\" (RequestToken: "),
              code_name = STR("HandlerErrorCode: ");
    if (!str_starts(reason, lead.p))
        return reason;
    int64_t end = str_find(reason, tail, lead.n);
    if (end < 0)
        return reason;
    Str said = str_slice(reason, lead.n, (uint32_t)end);
    int64_t code_at = str_find(reason, code_name, (uint32_t)end);
    Str code = code_at < 0 ? STR_EMPTY : until(reason, (uint32_t)code_at + code_name.n, STR(")"));
    // Services that name their code themselves need it no second time.
    return code.n && !str_contains(said, "(Service: ")
               ? str_fmt(a, "%.*s (%.*s)", STR_ARG(said), STR_ARG(code))
               : said;
}
