// What `--since` means. In: its text. Out: a moment. Invariant: a time is that of UTC, whatever the
// zone of the machine.
#include "cli/run/since.h"

#include <ctype.h>

enum {
    HOUR_SECONDS = 3600,
    DAY_SECONDS = 24 * HOUR_SECONDS,
    SECOND_MS = 1000,
    DIGITS_MAX = 7,
    DATE_SIZE = 10
};

static bool ago(Str text, int64_t now, int64_t *out) {
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', HOUR_SECONDS}, {'d', DAY_SECONDS}};
    uint32_t digits = 0;
    int64_t n = 0;
    for (; digits < text.n && digits < DIGITS_MAX && isdigit((unsigned char)text.p[digits]);
         digits++)
        n = n * 10 + (text.p[digits] - '0');
    for (size_t i = 0; digits && digits + 1 == text.n && i < sizeof units / sizeof *units; i++)
        if (text.p[digits] == units[i].unit)
            return *out = now - n * units[i].seconds * SECOND_MS, true;
    return false;
}

// So many digits at `at`; -1 where there are none.
static int number_at(Str text, uint32_t at, uint32_t digits) {
    int n = 0;
    if (at + digits > text.n)
        return -1;
    for (uint32_t i = at; i < at + digits; i++) {
        if (!isdigit((unsigned char)text.p[i]))
            return -1;
        n = n * 10 + (text.p[i] - '0');
    }
    return n;
}

// Days since 1970 in the calendar that goes on for ever, years beginning in March.
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// "2026-01-31", and behind it as much of "T12:00:00" as there is.
static bool moment(Str text, int64_t *out) {
    static const int weights[] = {60 * 60, 60, 1};
    int year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
    if (text.n < DATE_SIZE || text.p[4] != '-' || text.p[7] != '-' || year < 1970 || month < 1 ||
        month > 12 || day < 1 || day > 31)
        return false;
    int64_t seconds = days_of(year, month, day) * DAY_SECONDS;
    uint32_t at = DATE_SIZE;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++, at += 3) {
        if (at >= text.n || text.p[at] == 'Z' || text.p[at] == '.')
            break;
        int part = number_at(text, at + 1, 2);
        if (part < 0 || text.p[at] != (i ? ':' : 'T'))
            return false;
        seconds += (int64_t)part * weights[i];
    }
    int ms = at < text.n && text.p[at] == '.' ? number_at(text, at + 1, 3) : 0;
    *out = seconds * SECOND_MS + (ms < 0 ? 0 : ms);
    return true;
}

bool since_ms(Str text, int64_t now, int64_t *out, Err *err) {
    if (ago(text, now, out) || moment(text, out))
        return true;
    err_set(err, ERR_USAGE, "`--since` cannot be `%.*s`", STR_ARG(text));
    err_hint(err, "like this: `--since 10m`, `--since 2h`, `--since 2026-01-31T12:00:00Z`");
    return false;
}
