// Date. Times that the program writes down are known; the present is not: it differs from run to
// run. Local time is taken as UTC, which it is where functions run, so that results do not depend
// on the machine that compiles.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>

typedef struct Civil {
    int64_t year;
    int month, day, hour, minute, second, ms, weekday; // month from 0
} Civil;

static double days_from_civil(double year, double month, double day) {
    double m = floor(month / 12);
    year += m;
    month -= m * 12;
    // Counting years from March puts the leap day at the end.
    double y = month < 2 ? year - 1 : year, era = floor(y / 400), yoe = y - era * 400;
    double mp = month < 2 ? month + 10 : month - 2, doy = floor((153 * mp + 2) / 5);
    double doe = yoe * 365 + floor(yoe / 4) - floor(yoe / 100) + doy;
    return era * 146097 + doe - 719468 + day - 1;
}

static double make_time(const double part[7]) {
    for (int i = 0; i < 7; i++)
        if (!isfinite(part[i]))
            return (double)NAN;
    double days = days_from_civil(trunc(part[0]), trunc(part[1]), trunc(part[2]));
    double t = days * 86400000 + trunc(part[3]) * 3600000 + trunc(part[4]) * 60000 +
               trunc(part[5]) * 1000 + trunc(part[6]);
    return fabs(t) > 8.64e15 ? (double)NAN : t;
}

static Civil civil(double t) {
    double day = floor(t / 86400000);
    int64_t ms = (int64_t)(t - day * 86400000), z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    Civil c = {.day = (int)(doy - (153 * mp + 2) / 5 + 1),
               .month = (int)(mp < 10 ? mp + 2 : mp - 10)};
    c.year = yoe + era * 400 + (c.month < 2);
    c.hour = (int)(ms / 3600000);
    c.minute = (int)(ms / 60000 % 60);
    c.second = (int)(ms / 1000 % 60);
    c.ms = (int)(ms % 1000);
    c.weekday = (int)((((int64_t)day + 4) % 7 + 7) % 7);
    return c;
}

// ---- Reading ISO dates --------------------------------------------------------------------------

static bool digits(Str s, uint32_t *at, uint32_t count, double *out) {
    double v = 0;
    if (s.n - *at < count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        char c = s.p[*at + i];
        if (c < '0' || c > '9')
            return false;
        v = v * 10 + (c - '0');
    }
    *at += count;
    *out = v;
    return true;
}

static bool mark(Str s, uint32_t *at, char c) {
    if (*at >= s.n || s.p[*at] != c)
        return false;
    (*at)++;
    return true;
}

static bool parse_clock(Str s, uint32_t *at, double part[7], double *offset) {
    if (!digits(s, at, 2, &part[3]) || !mark(s, at, ':') || !digits(s, at, 2, &part[4]))
        return false;
    if (mark(s, at, ':')) {
        if (!digits(s, at, 2, &part[5]))
            return false;
        if (mark(s, at, '.')) {
            double digit, scale = 100;
            if (!digits(s, at, 1, &digit))
                return false;
            do {
                part[6] += digit * scale;
                scale /= 10;
            } while (digits(s, at, 1, &digit));
            part[6] = floor(part[6] + 1e-6);
        }
    }
    if (mark(s, at, 'Z'))
        return true;
    bool minus = *at < s.n && s.p[*at] == '-';
    if (minus || (*at < s.n && s.p[*at] == '+')) {
        double h, m;
        (*at)++;
        if (!digits(s, at, 2, &h))
            return false;
        mark(s, at, ':');
        if (!digits(s, at, 2, &m))
            return false;
        *offset = (h * 60 + m) * (minus ? -1 : 1);
    }
    return true;
}

// True for the ISO forms; others are read differently by different engines.
static bool parse_iso(Str s, double *out) {
    double part[7] = {0, 1, 1, 0, 0, 0, 0}, offset = 0;
    uint32_t at = 0;
    s = str_trim(s);
    if (!digits(s, &at, 4, &part[0]))
        return false;
    if (mark(s, &at, '-')) {
        if (!digits(s, &at, 2, &part[1]))
            return false;
        if (mark(s, &at, '-') && !digits(s, &at, 2, &part[2]))
            return false;
    }
    if (at < s.n && (mark(s, &at, 'T') || mark(s, &at, ' ')) && !parse_clock(s, &at, part, &offset))
        return false;
    if (at != s.n)
        return false;
    bool valid = part[1] >= 1 && part[1] <= 12 && part[2] >= 1 && part[2] <= 31 && part[3] <= 24 &&
                 part[4] < 60 && part[5] < 60;
    part[1] -= 1;
    *out = valid ? make_time(part) - offset * 60000 : (double)NAN;
    return true;
}

// ---- The constructor ----------------------------------------------------------------------------

static Value now(Interp *I, Span span) {
    return interp_prim(I, PT_NUMBER, span, "the present time differs from run to run");
}

static Value time_of_text(Interp *I, Value v, Span span) {
    Str s;
    double t;
    if (known_string(v, &s) && parse_iso(s, &t))
        return value_number(t);
    return unknown_from(I, PT_NUMBER, v, span, "Date.parse");
}

static Value time_of_parts(Interp *I, const Call *c) {
    double part[7] = {0, 0, 1, 0, 0, 0, 0};
    for (uint32_t i = 0; i < 7 && i < c->n; i++) {
        Value v = interp_to_number(I, c->args[i]);
        if (!known_number(v, &part[i]))
            return unknown_from(I, PT_NUMBER, v, c->span, "Date");
    }
    if (part[0] >= 0 && part[0] <= 99)
        part[0] = trunc(part[0]) + 1900;
    return value_number(make_time(part));
}

static Value new_date(Interp *I, const Call *c) {
    if (!c->new_target)
        return interp_prim(I, PT_STRING, c->span, "the present time differs from run to run");
    Value t, v = call_arg(I, c, 0);
    if (c->n == 0 && !c->open)
        t = now(I, c->span);
    else if (c->n > 1)
        t = time_of_parts(I, c);
    else if (is_object(v, O_DATE))
        t = v.u.obj->u.box.value.v;
    else if (v.tag == V_STRING || v.tag == V_LATE || (v.tag == V_PRIM && (v.n & PT_STRING)))
        t = time_of_text(I, v, c->span);
    else
        t = interp_to_number(I, v);
    double d;
    if (known_number(t, &d))
        t = value_number(fabs(d) <= 8.64e15 ? trunc(d) + 0.0 : (double)NAN);
    else if (t.tag == V_UNION)
        t = unknown_from(I, PT_NUMBER, t, c->span, "Date");
    Obj *o = obj_new(I, O_DATE, proto_for(I, c, I->realm.date), c->span);
    if (o->flags & OF_SUMMARY)
        interp_write_weak(I, &o->u.box.value, t);
    else
        cell_init(I, &o->u.box.value, t);
    return value_object(o);
}

static Value date_now(Interp *I, const Call *c) {
    return now(I, c->span);
}

static Value date_parse(Interp *I, const Call *c) {
    return time_of_text(I, interp_to_string(I, call_arg(I, c, 0), c->span), c->span);
}

static Value date_utc(Interp *I, const Call *c) {
    return time_of_parts(I, c);
}

// ---- Reading parts ------------------------------------------------------------------------------

static Value self_time(const Call *c) {
    return is_object(c->self, O_DATE) ? c->self.u.obj->u.box.value.v : UNDEFINED;
}

// False: *out is the method's result already.
static bool known_time(Interp *I, const Call *c, uint32_t mask, double *t, Value *out) {
    Value v = self_time(c);
    if (known_number(v, t))
        return true;
    *out = v.tag == V_UNDEFINED ? wrong_self(I, c, "Date")
                                : unknown_from(I, mask, v, c->span, c->callee->u.native.row->name);
    return false;
}

static Value get_time(Interp *I, const Call *c) {
    return is_object(c->self, O_DATE) ? self_time(c) : wrong_self(I, c, "Date");
}

static double part_of(const Civil *d, Str name) {
    if (str_ends(name, "FullYear"))
        return (double)d->year;
    if (str_ends(name, "Month"))
        return d->month;
    if (str_ends(name, "Date"))
        return d->day;
    if (str_ends(name, "Hours"))
        return d->hour;
    if (str_ends(name, "Minutes"))
        return d->minute;
    if (str_ends(name, "Milliseconds"))
        return d->ms;
    if (str_ends(name, "Seconds"))
        return d->second;
    if (str_ends(name, "Day"))
        return d->weekday;
    return str_ends(name, "Year") ? (double)d->year - 1900 : 0; // getTimezoneOffset: UTC
}

static Value get_part(Interp *I, const Call *c) {
    double t;
    Value out;
    if (!known_time(I, c, PT_NUMBER, &t, &out))
        return out;
    if (isnan(t))
        return value_number(t);
    Civil d = civil(t);
    return value_number(part_of(&d, str_of(c->callee->u.native.row->name)));
}

static Value set_part(Interp *I, const Call *c) {
    static const char *const names[] = {"FullYear", "Month",   "Date",        "Hours",
                                        "Minutes",  "Seconds", "Milliseconds"};
    double t;
    Value out, arg;
    Str name = str_of(c->callee->u.native.row->name);
    if (!is_object(c->self, O_DATE))
        return wrong_self(I, c, "Date");
    Cell *cell = &c->self.u.obj->u.box.value;
    if (!known_time(I, c, PT_NUMBER, &t, &out))
        return out;
    Civil d = civil(isnan(t) ? 0 : t);
    double part[7] = {(double)d.year, d.month, d.day, d.hour, d.minute, d.second, d.ms};
    int first = 0;
    if (str_ends(name, "Milliseconds"))
        first = 6;
    else
        while (!str_ends(name, names[first]))
            first++;
    for (uint32_t i = 0; i < c->n && first + (int)i < 7; i++) {
        arg = interp_to_number(I, c->args[i]);
        if (!known_number(arg, &part[first + (int)i])) {
            interp_write(I, cell, unknown_from(I, PT_NUMBER, arg, c->span, "Date"));
            return cell->v;
        }
    }
    interp_write(I, cell, value_number(make_time(part)));
    return cell->v;
}

static Value set_time(Interp *I, const Call *c) {
    if (!is_object(c->self, O_DATE))
        return wrong_self(I, c, "Date");
    interp_write(I, &c->self.u.obj->u.box.value, interp_to_number(I, call_arg(I, c, 0)));
    return self_time(c);
}

// ---- Writing ------------------------------------------------------------------------------------

static Value to_iso(Interp *I, const Call *c) {
    double t;
    Value out;
    if (!known_time(I, c, PT_STRING, &t, &out))
        return out;
    bool json = str_is(str_of(c->callee->u.native.row->name), "toJSON");
    if (isnan(t)) {
        if (json)
            return (Value){V_NULL, 0, {0}};
        interp_throw_error(I, "RangeError", c->span, "invalid time value");
        return UNDEFINED;
    }
    Civil d = civil(t);
    Str year = d.year < 0      ? str_fmt(I->a, "-%06d", (int)-d.year)
               : d.year > 9999 ? str_fmt(I->a, "+%06d", (int)d.year)
                               : str_fmt(I->a, "%04d", (int)d.year);
    return value_string(str_fmt(I->a, "%.*s-%02d-%02dT%02d:%02d:%02d.%03dZ", STR_ARG(year),
                                d.month + 1, d.day, d.hour, d.minute, d.second, d.ms));
}

static Value to_text(Interp *I, const Call *c) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    double t;
    Value out;
    if (!known_time(I, c, PT_STRING, &t, &out))
        return out;
    if (isnan(t))
        return lit("Invalid Date");
    Civil d = civil(t);
    Str name = str_of(c->callee->u.native.row->name);
    int year = (int)d.year;
    if (str_is(name, "toUTCString") || str_is(name, "toGMTString"))
        return value_string(str_fmt(I->a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[d.weekday],
                                    d.day, months[d.month], year, d.hour, d.minute, d.second));
    Str date = str_fmt(I->a, "%s %s %02d %04d", days[d.weekday], months[d.month], d.day, year);
    if (str_is(name, "toDateString"))
        return value_string(date);
    return interp_prim(I, PT_STRING, c->span, "how times are written depends on the machine");
}

static const Native date_methods[] = {
    {"getTime", get_time, 0},
    {"valueOf", get_time, 0},
    {"setTime", set_time, 1},
    {"toISOString", to_iso, 0},
    {"toJSON", to_iso, 1},
    {"toString", to_text, 0},
    {"toDateString", to_text, 0},
    {"toTimeString", to_text, 0},
    {"toUTCString", to_text, 0},
    {"toLocaleString", to_text, 0},
    {"toLocaleDateString", to_text, 0},
    {"toLocaleTimeString", to_text, 0},
    {"getTimezoneOffset", get_part, 0},
    {"getYear", get_part, 0},
    {NULL, NULL, 0},
};

// getX, getUTCX, setX and setUTCX.
static const Native date_parts[] = {
    {"getFullYear", get_part, 0},
    {"getMonth", get_part, 0},
    {"getDate", get_part, 0},
    {"getDay", get_part, 0},
    {"getHours", get_part, 0},
    {"getMinutes", get_part, 0},
    {"getSeconds", get_part, 0},
    {"getMilliseconds", get_part, 0},
    {"getUTCFullYear", get_part, 0},
    {"getUTCMonth", get_part, 0},
    {"getUTCDate", get_part, 0},
    {"getUTCDay", get_part, 0},
    {"getUTCHours", get_part, 0},
    {"getUTCMinutes", get_part, 0},
    {"getUTCSeconds", get_part, 0},
    {"getUTCMilliseconds", get_part, 0},
    {"setFullYear", set_part, 3},
    {"setMonth", set_part, 2},
    {"setDate", set_part, 1},
    {"setHours", set_part, 4},
    {"setMinutes", set_part, 3},
    {"setSeconds", set_part, 2},
    {"setMilliseconds", set_part, 1},
    {"setUTCFullYear", set_part, 3},
    {"setUTCMonth", set_part, 2},
    {"setUTCDate", set_part, 1},
    {"setUTCHours", set_part, 4},
    {"setUTCMinutes", set_part, 3},
    {"setUTCSeconds", set_part, 2},
    {"setUTCMilliseconds", set_part, 1},
    {NULL, NULL, 0},
};

void install_date(Interp *I) {
    static const Native row = {"Date", new_date, 7};
    static const Native statics[] = {
        {"UTC", date_utc, 7}, {"now", date_now, 0}, {"parse", date_parse, 1}, {NULL, NULL, 0}};
    constructor_new(I, &row, I->realm.date, statics);
    obj_natives(I, I->realm.date, date_methods);
    obj_natives(I, I->realm.date, date_parts);
}
