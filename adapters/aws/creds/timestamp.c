// Reads and writes times in the Gregorian calendar, without the system's time zone.
//
// In and out: ISO 8601 as AWS uses it, and Unix seconds. Invariant: what is read is a real day of
// the years 1970 to 9999.

#include "adapters/aws/creds/timestamp.h"

static const int64_t LAST = 253402300799; // of the year 9999

// Days since 1970-01-01: the year is counted from March, so that a leap day is its last.
static int64_t days_of(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool number_at(Str s, uint32_t *at, unsigned digits, unsigned *out) {
    *out = 0;
    for (unsigned i = 0; i < digits; i++, (*at)++) {
        if (*at >= s.n || s.p[*at] < '0' || s.p[*at] > '9')
            return false;
        *out = *out * 10 + (unsigned)(s.p[*at] - '0');
    }
    return true;
}

static bool sign_at(Str s, uint32_t *at, char c) {
    return *at < s.n && s.p[(*at)++] == c;
}

// Behind the seconds: nothing, "Z", "UTC", or "+hh:mm".
static bool zone_read(Str s, uint32_t at, int64_t *seconds) {
    Str rest = str_slice(s, at, s.n);
    *seconds = 0;
    if (!rest.n || str_is(rest, "Z") || str_is(rest, "UTC"))
        return true;
    bool west = *rest.p == '-';
    unsigned hours, minutes;
    uint32_t i = 1;
    if ((!west && *rest.p != '+') || !number_at(rest, &i, 2, &hours))
        return false;
    if (i < rest.n && rest.p[i] == ':')
        i++;
    if (!number_at(rest, &i, 2, &minutes) || i != rest.n || hours > 14 || minutes > 59)
        return false;
    *seconds = (west ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
    return true;
}

bool timestamp_read(Str s, int64_t *out) {
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day, hour, minute, second;
    uint32_t at = 0;
    s = str_trim(s);
    if (!number_at(s, &at, 4, &year) || !sign_at(s, &at, '-') || !number_at(s, &at, 2, &month) ||
        !sign_at(s, &at, '-') || !number_at(s, &at, 2, &day) || at >= s.n ||
        (s.p[at] != 'T' && s.p[at] != ' '))
        return false;
    at++;
    if (!number_at(s, &at, 2, &hour) || !sign_at(s, &at, ':') || !number_at(s, &at, 2, &minute) ||
        !sign_at(s, &at, ':') || !number_at(s, &at, 2, &second))
        return false;
    if (at < s.n && s.p[at] == '.')
        for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9';)
            at++;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > lengths[month - 1] + (month == 2 && leap) || hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t zone;
    if (!zone_read(s, at, &zone))
        return false;
    *out = days_of(year, month, day) * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 +
           second - zone;
    return *out >= 0 && *out <= LAST;
}

Str timestamp_text(Arena *a, int64_t t) {
    int64_t day = t / 86400, second = t % 86400;
    // From a day back to its year: the inverse of days_of.
    day += 719468;
    int64_t era = day / 146097, of_era = day % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)(year + era * 400 + (month <= 2)),
                   (int)month, (int)(of_year - (153 * shifted + 2) / 5 + 1), (int)(second / 3600),
                   (int)(second / 60 % 60), (int)(second % 60));
}
