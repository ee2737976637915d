#pragma once
// What is sent again, when, and how often. Private to adapters/aws.

#include "adapters/aws/client.h"

#include <stdatomic.h>

typedef enum RetryClass {
    RETRY_NEVER,
    RETRY_THROTTLED, // refused because there were too many: nothing has happened
    RETRY_TRANSIENT, // their failure: it may have happened
    RETRY_CLOCK,     // our clock is wrong, or the keys are
    RETRY_CREDS,     // the credentials have ended
} RetryClass;

RetryClass retry_class(int status, Str code, Str message);

// Of full jitter, before the attempt that follows on `failed` ones; `asked` is what the other side
// wants us to wait, or 0.
uint32_t retry_delay_ms(RetryClass class, unsigned failed, uint32_t asked, uint64_t random);
// x-amz-retry-after (milliseconds), else Retry-After (seconds or a date); 0 where there is none.
uint32_t retry_asked_ms(const HttpHeaderVec *headers, int64_t now);
// "Sun, 06 Nov 1994 08:49:37 GMT" as Unix seconds; false where it is no such date.
bool retry_date(Str s, int64_t *out);
// Whether a refusal of class RETRY_CLOCK is cured by this offset to our clock, and which.
bool retry_offset(Str code, Str date, int64_t now, int64_t *offset);

// A process that is refused all the time stops asking again: each repetition costs tokens. A
// success brings back what its last repetition cost, or one token. Any thread.
typedef struct RetryBudget {
    atomic_int tokens;
} RetryBudget;

void budget_start(RetryBudget *b);
bool budget_take(RetryBudget *b, RetryClass class);
void budget_success(RetryBudget *b, RetryClass last); // RETRY_NEVER: it was the first attempt
