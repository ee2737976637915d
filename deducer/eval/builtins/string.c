// String and its prototype, apart from what takes regular expressions (string_match.c).
//
// Methods on known strings are exact, in UTF-16 units; case mapping knows the Latin, Greek and
// Cyrillic letters and calls other scripts' results unknown.

#include "deducer/eval/builtins/regex.h"

#include <math.h>

static Value cut(Interp *I, Str s, uint32_t from, uint32_t to) {
    return value_string(utf16_slice(I->a, s, from, to));
}

static Value char_at(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    double i = to_integer(a[1].n);
    if (i < 0 || i >= a[0].s.n)
        return value_string(STR_EMPTY);
    return cut(I, a[0].s, (uint32_t)i, (uint32_t)i + 1);
}

static Value at(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    double i = to_integer(a[1].n), length = utf16_length(a[0].s);
    if (i < 0)
        i += length;
    if (i < 0 || i >= length)
        return UNDEFINED;
    return cut(I, a[0].s, (uint32_t)i, (uint32_t)i + 1);
}

static Value char_code_at(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    double i = to_integer(a[1].n);
    int32_t unit = i < 0 || i >= a[0].s.n ? -1 : utf16_unit(a[0].s, (uint32_t)i);
    return value_number(unit < 0 ? (double)NAN : unit);
}

static Value code_point_at(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    double i = to_integer(a[1].n);
    int32_t unit = i < 0 || i >= a[0].s.n ? -1 : utf16_unit(a[0].s, (uint32_t)i);
    if (unit < 0)
        return UNDEFINED;
    int32_t low = unit >= 0xD800 && unit < 0xDC00 ? utf16_unit(a[0].s, (uint32_t)i + 1) : -1;
    return value_number(low < 0 ? unit : 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
}

static Value slice(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    uint32_t length = utf16_length(a[0].s);
    uint32_t from = relative_index(a[1].n, a[1].given, length, 0);
    return cut(I, a[0].s, from, relative_index(a[2].n, a[2].given, length, length));
}

static uint32_t clamp(double d, uint32_t length) {
    d = to_integer(d);
    return d < 0 ? 0 : d > length ? length : (uint32_t)d;
}

static Value substring(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    uint32_t length = utf16_length(a[0].s);
    uint32_t from = clamp(a[1].n, length), to = a[2].given ? clamp(a[2].n, length) : length;
    return from < to ? cut(I, a[0].s, from, to) : cut(I, a[0].s, to, from);
}

static Value substr(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    uint32_t length = utf16_length(a[0].s);
    uint32_t from = relative_index(a[1].n, a[1].given, length, 0);
    return cut(I, a[0].s, from, from + (a[2].given ? clamp(a[2].n, length - from) : length - from));
}

static Value index_of(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    uint32_t from = clamp(a[2].n, utf16_length(a[0].s));
    int64_t found = str_find(a[0].s, a[1].s, utf16_offset(a[0].s, from));
    if (found < 0)
        return value_number(-1);
    return value_number(utf16_length(str_slice(a[0].s, 0, (uint32_t)found)));
}

static Value last_index_of(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    uint32_t length = utf16_length(a[0].s);
    uint32_t most = isnan(a[2].n) ? length : clamp(a[2].n, length);
    int64_t best = -1;
    for (int64_t k = str_find(a[0].s, a[1].s, 0); k >= 0;
         k = str_find(a[0].s, a[1].s, (uint32_t)k + 1)) {
        int64_t unit = utf16_length(str_slice(a[0].s, 0, (uint32_t)k));
        if (unit > most)
            break;
        best = unit;
        if ((uint32_t)k >= a[0].s.n)
            break;
    }
    return value_number((double)best);
}

static Value includes(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    uint32_t from = utf16_offset(a[0].s, clamp(a[2].n, utf16_length(a[0].s)));
    return value_bool(str_find(a[0].s, a[1].s, from) >= 0);
}

static Value starts_with(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    uint32_t from = utf16_offset(a[0].s, clamp(a[2].n, utf16_length(a[0].s)));
    return value_bool(str_eq(str_slice(a[0].s, from, from + a[1].s.n), a[1].s));
}

static Value ends_with(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    uint32_t end = a[0].s.n;
    if (a[2].given)
        end = utf16_offset(a[0].s, clamp(a[2].n, utf16_length(a[0].s)));
    if (a[1].s.n > end)
        return value_bool(false);
    return value_bool(str_eq(str_slice(a[0].s, end - a[1].s.n, end), a[1].s));
}

static Value repeat(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    double times = to_integer(a[1].n);
    if (times < 0 || times * a[0].s.n > TEXT_LIMIT || isinf(times)) {
        interp_throw_error(I, "RangeError", span, "invalid count value: %s",
                           str_cstr(I->a, number_to_str(I->a, a[1].n)));
        return UNDEFINED;
    }
    Buf b = buf_new(I->a);
    if (a[0].s.n)
        for (uint32_t left = (uint32_t)times; left > 0; left--)
            buf_put(&b, a[0].s);
    return value_string(buf_str(&b));
}

static Value pad(Interp *I, const Known *a, Span span, bool at_start) {
    Str fill = a[2].given ? a[2].s : STR(" ");
    double wanted = to_integer(a[1].n);
    uint32_t length = utf16_length(a[0].s), unit = utf16_length(fill);
    if (wanted <= length || unit == 0)
        return value_string(a[0].s);
    if (wanted > TEXT_LIMIT) {
        interp_throw_error(I, "RangeError", span, "invalid string length");
        return UNDEFINED;
    }
    uint32_t missing = (uint32_t)wanted - length;
    Buf b = buf_new(I->a);
    if (!at_start)
        buf_put(&b, a[0].s);
    for (uint32_t i = 0; i + unit <= missing; i += unit)
        buf_put(&b, fill);
    buf_put(&b, utf16_slice(I->a, fill, 0, missing % unit));
    if (at_start)
        buf_put(&b, a[0].s);
    return value_string(buf_str(&b));
}

static Value pad_start(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    return pad(I, a, span, true);
}

static Value pad_end(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    return pad(I, a, span, false);
}

static Str trimmed(Str s, bool start, bool end) {
    uint32_t from = 0, to = 0;
    bool seen = false;
    for (uint32_t k = 0; k < s.n;) {
        uint32_t here = k;
        if (is_js_space(utf8_next(s, &k)))
            continue;
        if (!seen)
            from = here;
        seen = true;
        to = k;
    }
    if (!seen)
        return STR_EMPTY;
    return str_slice(s, start ? from : 0, end ? to : s.n);
}

static Value trim(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_string(trimmed(a[0].s, true, true));
}

static Value trim_start(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_string(trimmed(a[0].s, true, false));
}

static Value trim_end(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_string(trimmed(a[0].s, false, true));
}

// ---- Case ---------------------------------------------------------------------------------------

// Ranges whose letters have no case, or of which case is plain.
static bool is_caseless(uint32_t cp) {
    return cp < 0xC0 || (cp >= 0x2000 && cp <= 0x20FF) || (cp >= 0x2190 && cp <= 0x245F) ||
           (cp >= 0x2500 && cp <= 0x2BFF) || (cp >= 0x2E80 && cp <= 0xA63F) ||
           (cp >= 0xAC00 && cp <= 0xD7FF) || (cp >= 0xFE00 && cp <= 0xFE6F) || cp == 0xFFFD ||
           (cp >= 0x1F000 && cp <= 0x1FAFF) || (cp >= 0x0590 && cp <= 0x08FF) || cp == 0xD7 ||
           cp == 0xF7;
}

// The other case of a code point, or 0 where it is not known.
static uint32_t map_case(uint32_t cp, bool upper) {
    if (cp < 0x80) {
        if (upper)
            return cp >= 'a' && cp <= 'z' ? cp - 32 : cp;
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    }
    if (cp == 0xB5)
        return upper ? 0x39C : cp;
    if (is_caseless(cp))
        return cp;
    if (cp < 0x100) {
        if (cp == 0xFF)
            return upper ? 0x178 : cp;
        if (cp == 0xDF)
            return upper ? 0 : cp;
        return upper ? (cp >= 0xE0 ? cp - 32 : cp) : (cp < 0xDF ? cp + 32 : cp);
    }
    if ((cp >= 0x100 && cp <= 0x12F) || (cp >= 0x132 && cp <= 0x137) ||
        (cp >= 0x14A && cp <= 0x177))
        return upper ? cp & ~1u : cp | 1u;
    if ((cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E))
        return upper ? cp - !(cp & 1u) : cp + (cp & 1u);
    if (cp >= 0x391 && cp <= 0x3A9)
        return upper ? cp : cp == 0x3A3 ? 0 : cp + 32;
    if (cp >= 0x3B1 && cp <= 0x3C9)
        return upper ? (cp == 0x3C2 ? 0x3A3 : cp - 32) : cp;
    if (cp >= 0x410 && cp <= 0x42F)
        return upper ? cp : cp + 32;
    if (cp >= 0x430 && cp <= 0x44F)
        return upper ? cp - 32 : cp;
    if (cp >= 0x400 && cp <= 0x40F)
        return upper ? cp : cp + 80;
    if (cp >= 0x450 && cp <= 0x45F)
        return upper ? cp - 80 : cp;
    return 0;
}

uint32_t text_fold(uint32_t cp) {
    uint32_t upper = map_case(cp, true);
    return upper ? upper : cp;
}

static Value change_case(Interp *I, Str s, Span span, bool upper) {
    Buf b = buf_new(I->a);
    for (uint32_t k = 0; k < s.n;) {
        uint32_t cp = utf8_next(s, &k), mapped = map_case(cp, upper);
        if (cp == 0xDF && upper) {
            buf_puts(&b, "SS");
            continue;
        }
        if (mapped == 0 && cp != 0)
            return interp_prim(I, PT_STRING, span, "the case of its letters is not known");
        char bytes[4];
        buf_put(&b, (Str){bytes, utf8_put(mapped, bytes)});
    }
    return value_string(buf_str(&b));
}

static Value to_lower(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    return change_case(I, a[0].s, span, false);
}

static Value to_upper(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    return change_case(I, a[0].s, span, true);
}

// ---- Other --------------------------------------------------------------------------------------

static Value normalize(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    if (text_is_ascii(a[0].s))
        return value_string(a[0].s);
    return interp_prim(I, PT_STRING, span, "the normal form of text beyond ASCII is not known");
}

static Value well_formed(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)a, (void)n, (void)span;
    return value_bool(true);
}

static Value itself(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_string(a[0].s);
}

static bool is_plain_word(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return true;
}

// Collation is the machine's; on plain lower-case words and digits all agree.
static Value locale_compare(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    if (str_eq(a[0].s, a[1].s))
        return value_number(0);
    if (!is_plain_word(a[0].s) || !is_plain_word(a[1].s))
        return interp_prim(I, PT_NUMBER, span, "the order of words depends on the machine");
    return value_number(str_cmp(a[0].s, a[1].s) < 0 ? -1 : 1);
}

static Value from_codes(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)span;
    Buf b = buf_new(I->a);
    for (uint32_t i = 1; i < n; i++) {
        double d = to_integer(a[i].n);
        uint32_t cp = isfinite(d) ? (uint32_t)(int64_t)fmod(d, 65536.0) & 0xFFFF : 0;
        double low = i + 1 < n ? to_integer(a[i + 1].n) : 0;
        if (cp >= 0xD800 && cp < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
            i++;
        } else if (cp >= 0xD800 && cp < 0xE000) {
            cp = 0xFFFD;
        }
        char bytes[4];
        buf_put(&b, (Str){bytes, utf8_put(cp, bytes)});
    }
    return value_string(buf_str(&b));
}

static Value from_code_points(Interp *I, const Known *a, uint32_t n, Span span) {
    Buf b = buf_new(I->a);
    for (uint32_t i = 1; i < n; i++) {
        double d = a[i].n;
        if (!(d >= 0 && d <= 0x10FFFF && d == trunc(d))) {
            interp_throw_error(I, "RangeError", span, "invalid code point");
            return UNDEFINED;
        }
        char bytes[4];
        uint32_t cp = (uint32_t)d;
        buf_put(&b, (Str){bytes, utf8_put(cp >= 0xD800 && cp < 0xE000 ? 0xFFFD : cp, bytes)});
    }
    return value_string(buf_str(&b));
}

static const Pure string_pure[] = {
    {"at", "sn", PT_STRING | PT_UNDEFINED, 1, at},
    {"charAt", "sn", PT_STRING, 1, char_at},
    {"charCodeAt", "sn", PT_NUMBER, 1, char_code_at},
    {"codePointAt", "sn", PT_NUMBER | PT_UNDEFINED, 1, code_point_at},
    {"endsWith", "ssn", PT_BOOL, 1, ends_with},
    {"includes", "ssn", PT_BOOL, 1, includes},
    {"indexOf", "ssn", PT_NUMBER, 1, index_of},
    {"isWellFormed", "s", PT_BOOL, 0, well_formed},
    {"lastIndexOf", "ssn", PT_NUMBER, 1, last_index_of},
    {"localeCompare", "ss", PT_NUMBER, 1, locale_compare},
    {"normalize", "s", PT_STRING, 0, normalize},
    {"padEnd", "sno", PT_STRING, 2, pad_end},
    {"padStart", "sno", PT_STRING, 2, pad_start},
    {"repeat", "sn", PT_STRING | MAY_THROW, 1, repeat},
    {"slice", "snn", PT_STRING, 2, slice},
    {"startsWith", "ssn", PT_BOOL, 1, starts_with},
    {"substr", "snn", PT_STRING, 2, substr},
    {"substring", "snn", PT_STRING, 2, substring},
    {"toLocaleLowerCase", "s", PT_STRING, 0, to_lower},
    {"toLocaleUpperCase", "s", PT_STRING, 0, to_upper},
    {"toLowerCase", "s", PT_STRING, 0, to_lower},
    {"toUpperCase", "s", PT_STRING, 0, to_upper},
    {"toWellFormed", "s", PT_STRING, 0, itself},
    {"trim", "s", PT_STRING, 0, trim},
    {"trimEnd", "s", PT_STRING, 0, trim_end},
    {"trimStart", "s", PT_STRING, 0, trim_start},
    {NULL, NULL, 0, 0, NULL},
};

static const Pure string_statics[] = {
    {"fromCharCode", "-n*", PT_STRING, 1, from_codes},
    {"fromCodePoint", "-n*", PT_STRING | MAY_THROW, 1, from_code_points},
    {NULL, NULL, 0, 0, NULL},
};

// ---- Natives that see abstract values -----------------------------------------------------------

static Value this_string(const Call *c) {
    return is_object(c->self, O_BOX) ? c->self.u.obj->u.box.value.v : c->self;
}

static Value to_string(Interp *I, const Call *c) {
    Value v = this_string(c); // a late value stays what it is
    return v.tag == V_OBJECT ? interp_to_string(I, v, c->span) : v;
}

static Value concat(Interp *I, const Call *c) {
    Items *parts = items_new(I);
    items_push(I, parts, this_string(c));
    for (uint32_t i = 0; i < c->n; i++)
        items_push(I, parts, c->args[i]);
    if (!c->open)
        return concat_values(I, parts->at, parts->n, c->span);
    items_push(I, parts, c->rest);
    return late_collect(I, items_join(I, parts), items_new(I))
               ? late_of_parts(I, parts->at, parts->n, c->span)
               : unknown_from(I, PT_STRING, c->rest, c->span, "concat");
}

static Value iterate(Interp *I, const Call *c) {
    Str s;
    if (known_string(this_string(c), &s))
        return iterator_of(I, text_chars(I, s), c->span);
    return iterator_of(I, interp_iterate(I, c->self, c->span), c->span);
}

static Value string_raw(Interp *I, const Call *c) {
    Value raw = interp_get(I, call_arg(I, c, 0), key_of(I, "raw"), c->span);
    if (I->dead)
        return UNDEFINED;
    Items *pieces = array_items(I, raw, c->span);
    Items *parts = items_new(I);
    for (uint32_t i = 0; i < pieces->n; i++) {
        items_push(I, parts, pieces->at[i]);
        if (i + 1 < pieces->n && i + 1 < c->n)
            items_push(I, parts, c->args[i + 1]);
    }
    if (pieces->open || c->open) {
        Value all = value_join(I->a, items_join(I, parts), UNDEFINED);
        return late_of_parts(I, &all, 1, c->span);
    }
    return concat_values(I, parts->at, parts->n, c->span);
}

static Value construct(Interp *I, const Call *c) {
    Value v = value_string(STR_EMPTY);
    if (c->n || c->open) {
        v = call_arg(I, c, 0);
        Str name;
        if (v.tag == V_SYMBOL && !c->new_target) {
            Value text = interp_get(I, v, key_of(I, "toString"), c->span);
            return I->dead ? UNDEFINED : interp_call_values(I, text, v, NULL, 0, c->span);
        }
        if (!known_string(v, &name))
            v = interp_to_string(I, v, c->span);
    }
    if (!c->new_target || I->dead)
        return v;
    Obj *box = obj_new(I, O_BOX, proto_for(I, c, I->realm.string), c->span);
    obj_init_cell(I, box, &box->u.box.value, v);
    return value_object(box);
}

static const Native string_natives[] = {
    {"concat", concat, 1},     {"toString", to_string, 0},
    {"valueOf", to_string, 0}, {"@@iterator", iterate, 0},
    {NULL, NULL, 0},
};

void install_string(Interp *I) {
    static const Native row = {"String", construct, 1};
    static const Native statics[] = {{"raw", string_raw, 1}, {NULL, NULL, 0}};
    Obj *fn = constructor_new(I, &row, I->realm.string, statics);
    pure_install(I, I->realm.string, string_pure);
    pure_install(I, fn, string_statics);
    obj_natives(I, I->realm.string, string_natives);
    method_alias(I, I->realm.string, "trimStart", "trimLeft");
    method_alias(I, I->realm.string, "trimEnd", "trimRight");
}
