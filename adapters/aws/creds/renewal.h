#pragma once
// When credentials are looked for again. Private to creds/.

#include "base/base.h"

typedef enum Renewal {
    RENEW_NOT,
    RENEW_SOON, // one thread renews them, the others go on with what there is
    RENEW_NOW,  // everybody waits for the new ones
} Renewal;

typedef struct Held {
    bool have, failed; // failed: the last search
    int64_t expires;   // Unix seconds; 0: not known to end
    int64_t found_at;  // when they were looked for last, found or not
    int64_t forced_at; // …because AWS had refused those before
} Held;

// `force`: AWS refused what was given last.
Renewal renewal_of(const Held *held, int64_t now, bool force);
