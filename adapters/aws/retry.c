// What is sent again. In: a refusal, and how often it was tried. Out: whether and when.
//
// `LimitExceededException` is not here, although it sounds like it: at all services that pluto asks
// it means a quota, which no waiting raises.
// Invariant: no waiting is longer than what was asked for or the cap, and no clock is set to a time
// that cannot be, whatever a header says.

#include "adapters/aws/retry.h"

#include <stdlib.h>

enum {
    TRANSIENT_BASE_MS = 200,
    THROTTLED_BASE_MS = 1000,
    CAP_MS = 20000,
    ASKED_MORE_MS = 5000, // beyond what we would have waited
    SKEW_CERTAIN = 60,    // seconds between the clocks, where the code says that it is them
    SKEW_SUSPECT = 240,   // where it may as well be the secret
    TOKENS = 500,
    TRANSIENT_COST = 10,
    THROTTLED_COST = 5
};

// ---- Classes -----------------------------------------------------------------------------------

typedef struct CodeClass {
    const char *code;
    RetryClass class;
} CodeClass;

static const CodeClass CODES[] = {
    {"Throttling", RETRY_THROTTLED},
    {"ThrottlingException", RETRY_THROTTLED},
    {"ThrottledException", RETRY_THROTTLED},
    {"RequestThrottled", RETRY_THROTTLED},
    {"RequestThrottledException", RETRY_THROTTLED},
    {"TooManyRequests", RETRY_THROTTLED},
    {"TooManyRequestsException", RETRY_THROTTLED},
    {"ProvisionedThroughputExceededException", RETRY_THROTTLED},
    {"TransactionInProgressException", RETRY_THROTTLED},
    {"RequestLimitExceeded", RETRY_THROTTLED},
    {"BandwidthLimitExceeded", RETRY_THROTTLED},
    {"SlowDown", RETRY_THROTTLED},
    {"EC2ThrottledException", RETRY_THROTTLED},
    {"PriorRequestNotComplete", RETRY_TRANSIENT},
    {"RequestTimeout", RETRY_TRANSIENT},
    {"RequestTimeoutException", RETRY_TRANSIENT},
    {"InternalError", RETRY_TRANSIENT}, // S3 says it with status 200, too
    {"IDPCommunicationError", RETRY_TRANSIENT},
    {"OperationAborted", RETRY_TRANSIENT}, // S3: something else is done to the bucket
    {"RequestTimeTooSkewed", RETRY_CLOCK},
    {"RequestInTheFuture", RETRY_CLOCK},
    {"RequestExpired", RETRY_CLOCK},
    {"SignatureDoesNotMatch", RETRY_CLOCK},
    {"InvalidSignatureException", RETRY_CLOCK},
    {"InvalidSignature", RETRY_CLOCK},
    {"AuthFailure", RETRY_CLOCK},
    {"ExpiredToken", RETRY_CREDS},
    {"ExpiredTokenException", RETRY_CREDS},
    {"TokenRefreshRequired", RETRY_CREDS},
};

RetryClass retry_class(int status, Str code, Str message) {
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (str_is(code, CODES[i].code))
            return CODES[i].class;
    // CloudFormation says it as a ValidationError.
    if (str_starts(message, "Rate exceeded") || status == 429 || status == 509)
        return RETRY_THROTTLED;
    return status == 500 || status == 502 || status == 503 || status == 504 ? RETRY_TRANSIENT
                                                                            : RETRY_NEVER;
}

// ---- Delays ------------------------------------------------------------------------------------

uint32_t retry_delay_ms(RetryClass class, unsigned failed, uint32_t asked, uint64_t random) {
    uint32_t most = class == RETRY_THROTTLED ? THROTTLED_BASE_MS : TRANSIENT_BASE_MS;
    for (unsigned i = 1; i < failed && most < CAP_MS; i++)
        most *= 2;
    most = most < CAP_MS ? most : CAP_MS;
    uint32_t delay = (uint32_t)(random % (most + 1));
    if (asked <= delay)
        return delay;
    return asked < most + ASKED_MORE_MS ? asked : most + ASKED_MORE_MS;
}

static Str header(const HttpHeaderVec *headers, const char *name) {
    for (uint32_t i = 0; i < headers->n; i++)
        if (str_is(headers->at[i].name, name))
            return headers->at[i].value;
    return STR_EMPTY;
}

static bool number(Str s, uint32_t *out) {
    uint32_t v = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v < 10000000 ? v * 10 + (uint32_t)(s.p[i] - '0') : v;
    }
    *out = v;
    return s.n > 0;
}

uint32_t retry_asked_ms(const HttpHeaderVec *headers, int64_t now) {
    enum { MOST_S = 3600, MS = 1000 };
    uint32_t v = 0;
    int64_t date = 0;
    if (number(header(headers, "x-amz-retry-after"), &v))
        return v < MOST_S * MS ? v : MOST_S * MS;
    Str after = header(headers, "retry-after");
    if (number(after, &v))
        return (v < MOST_S ? v : MOST_S) * MS;
    if (retry_date(after, &date) && date > now)
        return (uint32_t)(date - now < MOST_S ? date - now : MOST_S) * MS;
    return 0;
}

// ---- Dates -------------------------------------------------------------------------------------

static int64_t days_before(int64_t year, int64_t month, int64_t day) {
    // Years begin in March here, so that the leap day is the last one.
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool field(Str s, uint32_t from, uint32_t size, int64_t *out) {
    uint32_t v = 0;
    bool good = number(str_slice(s, from, from + size), &v);
    *out = v;
    return good;
}

bool retry_date(Str s, int64_t *out) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    enum { SIZE = 29, EARLIEST = 1970 };
    int64_t day, year, hour, minute, second, month = 0;
    if (s.n != SIZE || !str_ends(s, " GMT") || s.p[3] != ',' || s.p[19] != ':' || s.p[22] != ':' ||
        !field(s, 5, 2, &day) || !field(s, 12, 4, &year) || !field(s, 17, 2, &hour) ||
        !field(s, 20, 2, &minute) || !field(s, 23, 2, &second))
        return false;
    while (month < 12 && !str_eq(str_slice(s, 8, 11), (Str){months + 3 * month, 3}))
        month++;
    if (month == 12 || year < EARLIEST || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    *out = ((days_before(year, month + 1, day) * 24 + hour) * 60 + minute) * 60 + second;
    return true;
}

bool retry_offset(Str code, Str date, int64_t now, int64_t *offset) {
    static const int64_t last = 7258118400; // 2200: no clock that is right goes beyond
    int64_t theirs = 0;
    bool certain = str_starts(code, "Request");
    if (!retry_date(date, &theirs) || theirs >= last)
        return false;
    *offset = theirs - now;
    return llabs(*offset) >= (certain ? SKEW_CERTAIN : SKEW_SUSPECT);
}

// ---- Budget ------------------------------------------------------------------------------------

void budget_start(RetryBudget *b) {
    atomic_init(&b->tokens, TOKENS);
}

static int cost_of(RetryClass class) {
    return class == RETRY_THROTTLED ? THROTTLED_COST : TRANSIENT_COST;
}

bool budget_take(RetryBudget *b, RetryClass class) {
    int cost = cost_of(class);
    int have = atomic_load(&b->tokens);
    while (have >= cost)
        if (atomic_compare_exchange_weak(&b->tokens, &have, have - cost))
            return true;
    return false;
}

void budget_success(RetryBudget *b, RetryClass last) {
    int gain = last == RETRY_NEVER ? 1 : cost_of(last);
    int have = atomic_load(&b->tokens);
    while (have < TOKENS)
        if (atomic_compare_exchange_weak(&b->tokens, &have,
                                         have + gain < TOKENS ? have + gain : TOKENS))
            return;
}
