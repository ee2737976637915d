// Decides when credentials are looked for again.
//
// In: when they end and when they were found. Out: whether they will do. Invariant: whoever hands
// out the same short-lived ones each time is not asked each time.

#include "adapters/aws/creds/renewal.h"

enum {
    SOON = 15 * 60, // the windows of the AWS CLI
    LATE = 10 * 60,
    AGAIN = 60, // after a search, so long nothing is renewed but what has ended
    FRESH = 2,  // so long a search answers all who come: that found nothing, or was forced
};

Renewal renewal_of(const Held *held, int64_t now, bool force) {
    int64_t age = now - held->found_at, left = held->expires - now;
    // Where one request finds no credentials many do, and nobody is to be asked for each.
    if (held->failed && age >= 0 && age < FRESH)
        return RENEW_NOT;
    if (!held->have)
        return RENEW_NOW;
    // Many requests are refused at once where keys end: one search answers all of them.
    if (force)
        return now >= held->forced_at && now - held->forced_at < FRESH ? RENEW_NOT : RENEW_NOW;
    if (!held->expires)
        return RENEW_NOT;
    if (left <= 0)
        return RENEW_NOW;
    if ((age >= 0 && age < AGAIN) || left > SOON)
        return RENEW_NOT;
    return left > LATE ? RENEW_SOON : RENEW_NOW;
}
