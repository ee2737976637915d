// What is asked again, when, and how often; the clock; the budget.

#include "adapters/aws/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void classes(void **state) {
    static const struct {
        int status;
        const char *code, *message;
        RetryClass class;
    } cases[] = {
        {400, "Throttling", "Rate exceeded", RETRY_THROTTLED},
        {400, "ThrottlingException", "", RETRY_THROTTLED},
        {429, "TooManyRequestsException", "", RETRY_THROTTLED},
        {429, "Whatever", "", RETRY_THROTTLED},
        {503, "SlowDown", "", RETRY_THROTTLED},
        {400, "RequestLimitExceeded", "", RETRY_THROTTLED},
        {400, "ValidationError", "Rate exceeded", RETRY_THROTTLED},
        {400, "ValidationError", "Rate exceeded: try again", RETRY_THROTTLED},
        {400, "ValidationError", "Stack with id x does not exist", RETRY_NEVER},
        // A quota, which no waiting raises.
        {400, "LimitExceededException", "", RETRY_NEVER},
        {400, "LimitExceeded", "", RETRY_NEVER},
        {500, "InternalFailure", "", RETRY_TRANSIENT},
        {502, "Http502", "", RETRY_TRANSIENT},
        {503, "ServiceUnavailable", "", RETRY_TRANSIENT},
        {504, "Http504", "", RETRY_TRANSIENT},
        {501, "NotImplemented", "", RETRY_NEVER},
        {400, "RequestTimeout", "", RETRY_TRANSIENT},
        {200, "InternalError", "", RETRY_TRANSIENT},
        {400, "IDPCommunicationError", "", RETRY_TRANSIENT},
        {409, "OperationAborted", "", RETRY_TRANSIENT},
        {403, "AccessDenied", "", RETRY_NEVER},
        {404, "NoSuchBucket", "", RETRY_NEVER},
        {403, "RequestTimeTooSkewed", "", RETRY_CLOCK},
        {403, "SignatureDoesNotMatch", "", RETRY_CLOCK},
        {400, "RequestExpired", "", RETRY_CLOCK},
        {403, "ExpiredToken", "", RETRY_CREDS},
        {400, "ExpiredTokenException", "", RETRY_CREDS},
        {403, "InvalidClientTokenId", "", RETRY_NEVER},
        {200, "", "", RETRY_NEVER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        RetryClass got =
            retry_class(cases[i].status, str_of(cases[i].code), str_of(cases[i].message));
        if (got != cases[i].class)
            fail_msg("%d %s %s is %d", cases[i].status, cases[i].code, cases[i].message, (int)got);
    }
}

static void jitter_is_full(void **state) {
    static const struct {
        RetryClass class;
        unsigned failed;
        uint32_t most;
    } cases[] = {{RETRY_TRANSIENT, 1, 200},    {RETRY_TRANSIENT, 2, 400},
                 {RETRY_TRANSIENT, 7, 12800},  {RETRY_TRANSIENT, 8, 20000},
                 {RETRY_TRANSIENT, 99, 20000}, {RETRY_THROTTLED, 1, 1000},
                 {RETRY_THROTTLED, 3, 4000},   {RETRY_THROTTLED, 6, 20000}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t most = cases[i].most;
        assert_int_equal(retry_delay_ms(cases[i].class, cases[i].failed, 0, 0), 0);
        assert_int_equal(retry_delay_ms(cases[i].class, cases[i].failed, 0, most), most);
        assert_int_equal(retry_delay_ms(cases[i].class, cases[i].failed, 0, most + 1), 0);
        // What they ask for is waited, up to five seconds more than we would.
        assert_int_equal(retry_delay_ms(cases[i].class, cases[i].failed, most + 100, 0),
                         most + 100);
        assert_int_equal(retry_delay_ms(cases[i].class, cases[i].failed, 3600000, 0), most + 5000);
        assert_int_equal(retry_delay_ms(cases[i].class, cases[i].failed, 10, most), most);
    }
}

static uint32_t asked(const char *name, const char *value) {
    HttpHeader h[] = {{STR("content-type"), STR("x")}, {str_of(name), str_of(value)}};
    HttpHeaderVec headers = {.at = h, .n = 2, .cap = 2};
    return retry_asked_ms(&headers, 784111777); // 1994-11-06 08:49:37
}

static void what_they_ask_for(void **state) {
    (void)state;
    assert_int_equal(asked("x-amz-retry-after", "1500"), 1500);
    assert_int_equal(asked("x-amz-retry-after", "99999999999"), 3600000);
    assert_int_equal(asked("retry-after", "3"), 3000);
    assert_int_equal(asked("retry-after", "99999999999"), 3600000);
    assert_int_equal(asked("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"), 10000);
    assert_int_equal(asked("retry-after", "Sun, 06 Nov 1994 08:49:30 GMT"), 0);
    assert_int_equal(asked("retry-after", "Sun, 06 Nov 2094 08:49:30 GMT"), 3600000);
    assert_int_equal(asked("retry-after", "-1"), 0);
    assert_int_equal(asked("retry-after", ""), 0);
    assert_int_equal(asked("retry-after", "soon"), 0);
    assert_int_equal(asked("server", "3"), 0);
}

static void dates(void **state) {
    static const struct {
        const char *text;
        bool good;
        int64_t when;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", true, 0},
        {"Thu, 29 Feb 2024 23:59:59 GMT", true, 1709251199},
        {"Fri, 01 Mar 2024 00:00:00 GMT", true, 1709251200},
        {"Sat, 31 Dec 2099 00:00:00 GMT", true, 4102358400},
        {"Sun, 06 Nov 1994 08:49:37 UTC", false, 0},
        {"Sun, 06 Nox 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 novNov 1994 8:49:37GMT", false, 0},
        {"Sun, 00 Nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 24:49:37 GMT", false, 0},
        {"Sunday, 06-Nov-94 08:49:37 GMT", false, 0},
        {"", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t got = 0;
        assert_int_equal(retry_date(str_of(cases[i].text), &got), cases[i].good);
        if (cases[i].good)
            assert_int_equal(got, cases[i].when);
    }
}

static void clocks(void **state) {
    static const struct {
        const char *code;
        int64_t behind;
        bool cured;
    } cases[] = {{"RequestTimeTooSkewed", 3600, true},    {"RequestTimeTooSkewed", -3600, true},
                 {"RequestTimeTooSkewed", 10, false},     {"RequestExpired", 60, true},
                 {"SignatureDoesNotMatch", 3600, true},   {"SignatureDoesNotMatch", 200, false},
                 {"InvalidSignatureException", 240, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t offset = 0;
        bool cured = retry_offset(str_of(cases[i].code), STR("Sun, 06 Nov 1994 08:49:37 GMT"),
                                  784111777 - cases[i].behind, &offset);
        assert_int_equal(cured, cases[i].cured);
        assert_int_equal(offset, cases[i].behind);
    }
    int64_t offset = 0;
    assert_false(retry_offset(STR("RequestTimeTooSkewed"), STR_EMPTY, 0, &offset));
    // A second later there would be no date of it.
    assert_false(retry_offset(STR("RequestTimeTooSkewed"), STR("Fri, 31 Dec 9999 23:59:59 GMT"), 0,
                              &offset));
}

static void a_budget_ends(void **state) {
    RetryBudget b;
    int taken = 0;
    (void)state;
    budget_start(&b);
    while (budget_take(&b, RETRY_TRANSIENT))
        taken++;
    assert_int_equal(taken, 50);
    assert_false(budget_take(&b, RETRY_THROTTLED));
    for (int i = 0; i < 5; i++)
        budget_success(&b, RETRY_NEVER);
    assert_true(budget_take(&b, RETRY_THROTTLED));
    assert_false(budget_take(&b, RETRY_THROTTLED));
    budget_success(&b, RETRY_TRANSIENT); // what the repetition that helped has cost
    assert_true(budget_take(&b, RETRY_TRANSIENT));
    assert_false(budget_take(&b, RETRY_THROTTLED));
    for (int i = 0; i < 10000; i++)
        budget_success(&b, i % 2 ? RETRY_NEVER : RETRY_TRANSIENT);
    for (taken = 0; budget_take(&b, RETRY_THROTTLED); taken++)
        continue;
    assert_int_equal(taken, 100); // it does not grow beyond where it began
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes),
        cmocka_unit_test(jitter_is_full),
        cmocka_unit_test(what_they_ask_for),
        cmocka_unit_test(dates),
        cmocka_unit_test(clocks),
        cmocka_unit_test(a_budget_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
