#pragma once
// What a function gives, as the HTTP reply that its front door makes of it. Private to
// adapters/run.

#include "adapters/run/http.h"

// What goes wrong at a front door, in the words of the service.
typedef enum AnswerFailure {
    ANSWER_FAILED,    // the function threw, crashed, ran out of time, or gave what is no answer
    ANSWER_LATE,      // the API waited long enough
    ANSWER_THROTTLED, // the function's concurrency is used up
    ANSWER_TOO_LARGE, // the event would be larger than Lambda takes
    ANSWER_NOT_FOUND, // no route
    ANSWER_FORBIDDEN, // the URL wants a signature
} AnswerFailure;

// `url`: a Function URL, else an HTTP API.
void answer_failure(Arena *a, bool url, AnswerFailure failure, HttpReply *reply);

// A whole answer: {statusCode, headers, body …}, or anything else as JSON. `format1`: payload
// format 1.0, where a status is a must.
void answer_whole(Arena *a, bool url, bool format1, Str body, HttpReply *reply);

// The head of a streamed answer: JSON and eight NULs, in pieces of any size.
typedef struct AnswerPrelude {
    Buf text;
    unsigned nuls; // that have come in a row
} AnswerPrelude;

typedef enum PreludeState { PRELUDE_MORE, PRELUDE_COMPLETE, PRELUDE_TOO_LARGE } PreludeState;

PreludeState answer_prelude(AnswerPrelude *p, Str piece, Str *rest);
// Status and headers from the prelude's JSON; false where it is none, and then there is a failure
// in `reply`.
bool answer_head(Arena *a, Str prelude, HttpReply *reply);

bool answer_has_body(int status);
