// The paths of Lambda's two APIs. In: a path, a function as callers name it. Out: which call it is,
// of what.
//
// Invariant: nothing but slices of what came in is given out.

#include "adapters/run/runtime_path.h"

#include <string.h>

// What is left of `s` behind `prefix`; false where it does not begin so.
static bool skip(Str *s, const char *prefix) {
    if (!str_starts(*s, prefix))
        return false;
    *s = str_slice(*s, (uint32_t)strlen(prefix), s->n);
    return true;
}

// One part of a path, and what follows its slash.
static bool part(Str *s, Str *out) {
    int64_t slash = str_find(*s, STR("/"), 0);
    if (slash <= 0)
        return false;
    *out = str_slice(*s, 0, (uint32_t)slash);
    *s = str_slice(*s, (uint32_t)slash + 1, s->n);
    return true;
}

RuntimeCall runtime_path(Str path, Str *id) {
    *id = STR_EMPTY;
    if (!skip(&path, "/2018-06-01/runtime/"))
        return RUNTIME_NONE;
    if (str_is(path, "invocation/next"))
        return RUNTIME_NEXT;
    if (str_is(path, "init/error"))
        return RUNTIME_INIT_ERROR;
    if (!skip(&path, "invocation/") || !part(&path, id))
        return RUNTIME_NONE;
    return str_is(path, "response") ? RUNTIME_RESPONSE
           : str_is(path, "error")  ? RUNTIME_ERROR
                                    : RUNTIME_NONE;
}

LambdaCall lambda_path(Str path, Str *function) {
    *function = STR_EMPTY;
    bool whole = skip(&path, "/2015-03-31/functions/");
    if (!whole && !skip(&path, "/2021-11-15/functions/"))
        return LAMBDA_NONE;
    if (!part(&path, function))
        return LAMBDA_NONE;
    if (whole && (str_is(path, "invocations") || str_is(path, "invocations/")))
        return LAMBDA_INVOKE;
    return !whole && str_is(path, "response-streaming-invocations") ? LAMBDA_STREAM : LAMBDA_NONE;
}

Str lambda_name(Str function) {
    int64_t word = str_find(function, STR("function:"), 0);
    if (word == 0 || (word > 0 && function.p[word - 1] == ':'))
        function = str_slice(function, (uint32_t)word + 9, function.n);
    int64_t colon = str_find(function, STR(":"), 0);
    if (colon < 0)
        return function;
    Str version = str_slice(function, (uint32_t)colon + 1, function.n);
    return str_is(version, "$LATEST") ? str_slice(function, 0, (uint32_t)colon) : STR_EMPTY;
}
