#pragma once
// The paths of Lambda's Runtime API. Private to adapters/run.

#include "base/base.h"

typedef enum RuntimeCall {
    RUNTIME_NONE,
    RUNTIME_NEXT,
    RUNTIME_RESPONSE,
    RUNTIME_ERROR,
    RUNTIME_INIT_ERROR,
} RuntimeCall;

// Which call a path is; *id where it names an invocation.
RuntimeCall runtime_path(Str path, Str *id);

// The function that a path of the Lambda API names, between `functions/` and what follows it. False
// where it is no such path.
typedef enum LambdaCall { LAMBDA_NONE, LAMBDA_INVOKE, LAMBDA_STREAM } LambdaCall;
LambdaCall lambda_path(Str path, Str *function);
// Of a name, an ARN, a part of one (`123456789012:function:name`), with a version or without: the
// name alone. Empty where it is none, or names a version that is not $LATEST.
Str lambda_name(Str function);
