// The methods of strings that search by pattern: match, matchAll, replace, replaceAll, search,
// split.
//
// Text, pattern and replacement known: exact, with the replacement function called for each match.
// Else the result is unknown text (late where late values are among the parts), and a replacement
// function is called as often as a loop of unknown length would.

#include "deducer/eval/builtins/builtins.h"

typedef struct Pattern {
    bool known;
    Str text;        // a string pattern
    Obj *regexp;     // or a regular expression
    const Regex *re; // parsed
} Pattern;

static Value self_text(Interp *I, const Call *c) {
    return interp_to_string(I, c->self, c->span);
}

// One alternative of a pattern argument.
static Pattern pattern_of(Interp *I, Value v, Span span) {
    Pattern p = {0};
    if (is_object(v, O_REGEXP)) {
        p.regexp = v.u.obj;
        p.re = regexp_parsed(I, p.regexp);
        p.known = p.re != NULL;
    } else if (!is_opaque(v)) {
        p.known = known_string(interp_to_string(I, v, span), &p.text);
    }
    return p;
}

static RegexResult next_match(Interp *I, const Pattern *p, Str text, uint32_t at, RegexMatch *m) {
    if (p->regexp)
        return regex_match(I->a, p->re, text, at, regex_flag(p->regexp->u.regexp.flags, 'y'), m);
    int64_t found = at <= text.n ? str_find(text, p->text, at) : -1;
    if (found < 0)
        return REGEX_NONE;
    m->from[0] = (int32_t)found;
    m->to[0] = (int32_t)(found + p->text.n);
    return REGEX_MATCH;
}

// Where to look next: behind the match, one character further where it was empty.
static uint32_t behind(Str text, const RegexMatch *m) {
    uint32_t at = (uint32_t)m->to[0];
    if (m->to[0] > m->from[0])
        return at;
    if (at >= text.n)
        return text.n + 1;
    utf8_next(text, &at);
    return at;
}

typedef Vec(RegexMatch *) Matches;

// All matches (or the first); false where the machine gave up.
static bool find_matches(Interp *I, const Pattern *p, Str text, bool all, Matches *out) {
    for (uint32_t at = 0; at <= text.n;) {
        RegexMatch *m = arena_new(I->a, RegexMatch);
        RegexResult r = next_match(I, p, text, at, m);
        if (r == REGEX_UNKNOWN)
            return false;
        if (r == REGEX_NONE)
            break;
        vec_push(I->a, out, m);
        if (!all)
            break;
        at = behind(text, m);
    }
    return true;
}

static bool is_global(const Pattern *p) {
    return p->regexp && regex_flag(p->regexp->u.regexp.flags, 'g');
}

static Str matched(Str text, const RegexMatch *m, uint32_t g) {
    if (m->from[g] < 0)
        return STR_EMPTY;
    return str_slice(text, (uint32_t)m->from[g], (uint32_t)m->to[g]);
}

// ---- match, matchAll, search --------------------------------------------------------------------

// A string pattern of these methods is the source of a regular expression.
static Value as_regexp(Interp *I, Value v, Str flags, Span span) {
    Str source = STR("(?:)");
    if (is_object(v, O_REGEXP))
        return v;
    if (v.tag != V_UNDEFINED && !known_string(interp_to_string(I, v, span), &source))
        return UNDEFINED;
    return value_object(regexp_new(I, source, flags, span));
}

static Value match_one(Interp *I, Value text, Value pattern, Span span) {
    Value re = as_regexp(I, pattern, STR_EMPTY, span);
    Str s;
    if (!known_string(text, &s) || !is_object(re, O_REGEXP))
        return regexp_unknown(I, text, span, true);
    Pattern p = pattern_of(I, re, span);
    if (!is_global(&p))
        return regexp_exec(I, re.u.obj, s, span);
    Matches found = {0};
    if (!p.known || !find_matches(I, &p, s, true, &found))
        return regexp_unknown(I, text, span, true);
    if (found.n == 0)
        return (Value){V_NULL, 0, {0}};
    Items *it = items_new(I);
    for (uint32_t i = 0; i < found.n; i++)
        items_push(I, it, value_string(matched(s, found.at[i], 0)));
    return array_of(I, it, span);
}

static Value match_all_one(Interp *I, Value text, Value pattern, Span span) {
    Value re = as_regexp(I, pattern, STR("g"), span);
    Items *it = items_new(I);
    Matches found = {0};
    Str s;
    if (is_object(re, O_REGEXP) && !regex_flag(re.u.obj->u.regexp.flags, 'g')) {
        interp_throw_error(I, "TypeError", span,
                           "matchAll called with a non-global regular expression");
        return UNDEFINED;
    }
    Pattern p = pattern_of(I, re, span);
    if (known_string(text, &s) && p.known && find_matches(I, &p, s, true, &found)) {
        for (uint32_t i = 0; i < found.n; i++)
            items_push(I, it, regexp_result(I, p.re, s, found.at[i], span));
    } else {
        const Reason *why = reason_new(I, span, value_unknown(text), "what matches is not known");
        items_open(I, it, regexp_unknown(I, text, span, false), why);
    }
    return iterator_of(I, it, span);
}

static Value search_one(Interp *I, Value text, Value pattern, Span span) {
    Value re = as_regexp(I, pattern, STR_EMPTY, span);
    Pattern p = pattern_of(I, re, span);
    Matches found = {0};
    Str s;
    if (!known_string(text, &s) || !p.known || !find_matches(I, &p, s, false, &found))
        return unknown_from(I, PT_NUMBER, text, span, "search");
    if (found.n == 0)
        return value_number(-1);
    return value_number(utf16_length(str_slice(s, 0, (uint32_t)found.at[0]->from[0])));
}

typedef Value (*MatchFn)(Interp *I, Value text, Value pattern, Span span);

static Value each_pattern(Interp *I, const Call *c, MatchFn fn) {
    Value text = self_text(I, c), pattern = call_arg(I, c, 0), out = ABSENT;
    for (uint32_t i = 0; i < value_count(text) && !I->dead; i++)
        for (uint32_t k = 0; k < value_count(pattern) && !I->dead; k++) {
            Value v = fn(I, value_at(text, i), value_at(pattern, k), c->span);
            out = out.tag == V_ABSENT ? v : value_join(I->a, out, v);
        }
    return I->dead ? UNDEFINED : out;
}

static Value match(Interp *I, const Call *c) {
    return each_pattern(I, c, match_one);
}

static Value match_all(Interp *I, const Call *c) {
    return each_pattern(I, c, match_all_one);
}

static Value search(Interp *I, const Call *c) {
    return each_pattern(I, c, search_one);
}

// ---- replace ------------------------------------------------------------------------------------

// $$, $&, $`, $', $1 and $<name> in a replacement text.
static void expand(Buf *b, Str with, Str text, const Pattern *p, const RegexMatch *m) {
    uint32_t groups = p->re ? regex_groups(p->re) : 1;
    for (uint32_t i = 0; i < with.n; i++) {
        char c = with.p[i], next = i + 1 < with.n ? with.p[i + 1] : 0;
        if (c != '$') {
            buf_putc(b, c);
        } else if (next == '$') {
            buf_putc(b, '$'), i++;
        } else if (next == '&') {
            buf_put(b, matched(text, m, 0)), i++;
        } else if (next == '`') {
            buf_put(b, str_slice(text, 0, (uint32_t)m->from[0])), i++;
        } else if (next == '\'') {
            buf_put(b, str_slice(text, (uint32_t)m->to[0], text.n)), i++;
        } else if (next >= '0' && next <= '9') {
            uint32_t one = (uint32_t)(next - '0'), two = 0;
            char third = i + 2 < with.n ? with.p[i + 2] : 0;
            if (third >= '0' && third <= '9')
                two = one * 10 + (uint32_t)(third - '0');
            uint32_t g = two > 0 && two < groups ? two : one > 0 && one < groups ? one : 0;
            if (g)
                buf_put(b, matched(text, m, g)), i += g == two && two != one ? 2 : 1;
            else
                buf_putc(b, c);
        } else if (next == '<' && p->re) {
            int64_t end = str_find(with, STR(">"), i);
            bool named = false, found = false;
            for (uint32_t g = 1; g < groups; g++) {
                Str name = regex_group_name(p->re, g);
                named = named || name.n;
                if (end < 0 || !name.n || !str_eq(name, str_slice(with, i + 2, (uint32_t)end)))
                    continue;
                buf_put(b, matched(text, m, g));
                found = true;
            }
            if (end >= 0 && named)
                i = (uint32_t)end;
            else if (!found)
                buf_putc(b, c);
        } else {
            buf_putc(b, c);
        }
    }
}

// Calls a replacement function for a match; its result as a string value.
static Value ask(Interp *I, Value fn, Str text, const Pattern *p, const RegexMatch *m, Span span) {
    Items *args = items_new(I);
    uint32_t groups = p->re ? regex_groups(p->re) : 1;
    bool named = false;
    Obj *by_name = obj_new(I, O_PLAIN, NULL, span);
    for (uint32_t g = 0; g < groups; g++) {
        Value v = m->from[g] < 0 ? UNDEFINED : value_string(matched(text, m, g));
        items_push(I, args, v);
        Str name = p->re ? regex_group_name(p->re, g) : STR_EMPTY;
        named = named || name.n;
        if (name.n)
            obj_define(I, by_name, sym_of(I->interner, name), v, 0);
    }
    items_push(I, args, value_number(utf16_length(str_slice(text, 0, (uint32_t)m->from[0]))));
    items_push(I, args, value_string(text));
    if (named)
        items_push(I, args, value_object(by_name));
    Value v = interp_call_values(I, fn, UNDEFINED, args->at, args->n, span);
    return I->dead ? UNDEFINED : interp_to_string(I, v, span);
}

static Value replace_known(Interp *I, Str text, const Pattern *p, Value with, const Matches *found,
                           Span span) {
    Items *parts = items_new(I);
    uint32_t at = 0;
    bool function = is_callable(with);
    Str plain = STR_EMPTY;
    bool fixed = !function && known_string(with, &plain);
    for (uint32_t i = 0; i < found->n && !I->dead; i++) {
        const RegexMatch *m = found->at[i];
        items_push(I, parts, value_string(str_slice(text, at, (uint32_t)m->from[0])));
        if (function) {
            items_push(I, parts, ask(I, with, text, p, m, span));
        } else if (fixed) {
            Buf b = buf_new(I->a);
            expand(&b, plain, text, p, m);
            items_push(I, parts, value_string(buf_str(&b)));
        } else { // may hold $-patterns: not to be taken as it stands
            Value made = value_has(with, V_LATE) ? late_of_parts(I, &with, 1, span) : with;
            items_push(I, parts, made);
        }
        at = (uint32_t)m->to[0];
    }
    if (I->dead)
        return UNDEFINED;
    items_push(I, parts, value_string(str_slice(text, at, text.n)));
    return concat_values(I, parts->at, parts->n, span);
}

typedef struct Unseen {
    Value fn, text, made;
    Span span;
} Unseen;

static bool ask_unseen(Interp *I, void *state, Value piece, Value index) {
    Unseen *u = state;
    const Reason *why =
        reason_new(I, u->span, value_unknown(u->text), "it is a part of text that is not known");
    Value offset = value_prim(PT_NUMBER | PT_STRING | PT_UNDEFINED, why);
    Call c = {
        .self = UNDEFINED, .args = &piece, .n = 1, .open = true, .rest = offset, .span = u->span};
    (void)index;
    Value v = interp_call(I, u->fn, &c, STR_EMPTY);
    if (I->dead)
        return false;
    v = interp_to_string(I, v, u->span);
    if (!I->dead)
        u->made = u->made.tag == V_ABSENT ? v : value_join(I->a, u->made, v);
    return !I->dead;
}

static Value replace_unknown(Interp *I, Value text, Value pattern, Value with, Span span) {
    Value parts[] = {text, with, UNDEFINED};
    if (is_callable(with)) {
        const Reason *why =
            reason_new(I, span, value_unknown(text), "what is replaced is not known");
        Unseen u = {with, text, ABSENT, span};
        Items *any = items_new(I);
        bool late = value_has(text, V_LATE);
        items_open(I, any, late ? late_of_parts(I, &text, 1, span) : value_prim(PT_STRING, why),
                   why);
        interp_for_each(I, any, span, ask_unseen, &u);
        if (I->dead)
            return UNDEFINED;
        parts[1] = u.made.tag == V_ABSENT ? UNDEFINED : u.made;
    }
    Value culprit = value_unknown(text) ? text : value_unknown(with) ? with : pattern;
    Value prim = unknown_from(I, PT_STRING, culprit, span, "replace");
    if (!value_has(parts[0], V_LATE) && !value_has(parts[1], V_LATE))
        return prim;
    Value late = late_of_parts(I, parts, 2, span);
    return value_has(text, V_LATE) ? late : value_join(I->a, prim, late);
}

static Value replace_one(Interp *I, Value text, Value pattern, Value with, bool all, Span span) {
    Pattern p = pattern_of(I, pattern, span);
    Matches found = {0};
    Str s;
    if (!is_callable(with))
        with = interp_to_string(I, with, span);
    if (I->dead)
        return UNDEFINED;
    if (known_string(text, &s) && p.known && find_matches(I, &p, s, all || is_global(&p), &found))
        return replace_known(I, s, &p, with, &found, span);
    return replace_unknown(I, text, pattern, with, span);
}

static Value replace_each(Interp *I, const Call *c, bool all) {
    Value text = self_text(I, c), pattern = call_arg(I, c, 0), with = call_arg(I, c, 1);
    uint32_t nt = value_count(text), np = value_count(pattern), nw = value_count(with);
    if (I->dead)
        return UNDEFINED;
    if (nt * np * nw == 1)
        return replace_one(I, text, pattern, with, all, c->span);
    Fork f;
    Value v = UNDEFINED;
    fork_begin(I, &f, c->span,
               reason_new(I, c->span, NULL, "what is replaced has several possible values"), false);
    for (uint32_t i = 0; i < nt * np * nw && i < COMBINATION_LIMIT * 4; i++) {
        if (i)
            fork_next(I, &f, v);
        v = replace_one(I, value_at(text, i % nt), value_at(pattern, i / nt % np),
                        value_at(with, i / nt / np), all, c->span);
    }
    v = fork_end(I, &f, v);
    if (nt * np * nw <= COMBINATION_LIMIT * 4)
        return v;
    Value parts[] = {v, text, with};
    return value_join(I->a, late_of_parts(I, parts, 3, c->span),
                      unknown_from(I, PT_STRING, text, c->span, "replace"));
}

static Value replace(Interp *I, const Call *c) {
    return replace_each(I, c, false);
}

static Value replace_all(Interp *I, const Call *c) {
    return replace_each(I, c, true);
}

// ---- split --------------------------------------------------------------------------------------

static void split_text(Interp *I, Items *out, Str s, Str separator) {
    if (separator.n == 0) {
        uint32_t n = utf16_length(s);
        if (n == s.n)
            n = s.n; // ASCII: a unit is a byte
        for (uint32_t i = 0; i < n; i++)
            items_push(I, out, value_string(utf16_slice(I->a, s, i, i + 1)));
        return;
    }
    uint32_t from = 0;
    for (int64_t at; (at = str_find(s, separator, from)) >= 0; from = (uint32_t)at + separator.n)
        items_push(I, out, value_string(str_slice(s, from, (uint32_t)at)));
    items_push(I, out, value_string(str_slice(s, from, s.n)));
}

static bool split_regex(Interp *I, Items *out, Str s, const Pattern *p) {
    uint32_t from = 0, at = 0;
    RegexMatch m;
    if (s.n == 0) {
        RegexResult r = regex_match(I->a, p->re, s, 0, true, &m);
        if (r == REGEX_NONE)
            items_push(I, out, value_string(s));
        return r != REGEX_UNKNOWN;
    }
    while (at < s.n) {
        RegexResult r = regex_match(I->a, p->re, s, at, false, &m);
        if (r == REGEX_UNKNOWN)
            return false;
        if (r == REGEX_NONE || (uint32_t)m.from[0] >= s.n)
            break;
        if ((uint32_t)m.to[0] == from || (m.to[0] == m.from[0] && (uint32_t)m.from[0] == from)) {
            utf8_next(s, &at);
            continue;
        }
        items_push(I, out, value_string(str_slice(s, from, (uint32_t)m.from[0])));
        for (uint32_t g = 1; g < regex_groups(p->re); g++)
            items_push(I, out, m.from[g] < 0 ? UNDEFINED : value_string(matched(s, &m, g)));
        from = (uint32_t)m.to[0];
        at = m.to[0] == m.from[0] ? behind(s, &m) : from;
    }
    items_push(I, out, value_string(str_slice(s, from, s.n)));
    return true;
}

static Value split_one(Interp *I, const Call *c, Value text, Value separator) {
    Items *out = items_new(I);
    Value limit = call_arg(I, c, 1);
    double most = 4294967295.0;
    Str s;
    bool known = known_string(text, &s);
    if (limit.tag != V_UNDEFINED)
        known = known && known_number(interp_to_number(I, limit), &most);
    if (known && separator.tag == V_UNDEFINED) {
        items_push(I, out, text);
    } else if (known) {
        Pattern p = pattern_of(I, separator, c->span);
        known = p.known;
        if (known && p.regexp)
            known = split_regex(I, out, s, &p);
        else if (known)
            split_text(I, out, s, p.text);
    }
    if (!known) {
        Value parts[] = {text};
        bool late = value_has(text, V_LATE);
        Value piece = late ? late_of_parts(I, parts, 1, c->span)
                           : unknown_from(I, PT_STRING, value_unknown(text) ? text : separator,
                                          c->span, "split");
        out = items_new(I);
        items_open(I, out, piece, late ? piece.u.late->why : piece.u.reason);
    } else if (out->n > most) {
        out->n = most < 0 ? out->n : (uint32_t)most;
    }
    return array_of(I, out, c->span);
}

static Value split(Interp *I, const Call *c) {
    Value text = self_text(I, c), separator = call_arg(I, c, 0), out = ABSENT;
    for (uint32_t i = 0; i < value_count(text) && !I->dead; i++)
        for (uint32_t k = 0; k < value_count(separator) && !I->dead; k++) {
            Value v = split_one(I, c, value_at(text, i), value_at(separator, k));
            out = out.tag == V_ABSENT ? v : value_join(I->a, out, v);
        }
    return I->dead ? UNDEFINED : out;
}

static const Native match_methods[] = {
    {"match", match, 1},     {"matchAll", match_all, 1},
    {"replace", replace, 2}, {"replaceAll", replace_all, 2},
    {"search", search, 1},   {"split", split, 2},
    {NULL, NULL, 0},
};

void install_string_match(Interp *I) {
    obj_natives(I, I->realm.string, match_methods);
}
