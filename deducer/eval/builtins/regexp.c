// RegExp: construction, exec and test, and what a match looks like to the program.
//
// lastIndex is an own property, as the language has it; absent means 0.

#include "deducer/eval/builtins/builtins.h"

Obj *regexp_new(Interp *I, Str source, Str flags, Span span) {
    Obj *o = obj_new(I, O_REGEXP, I->realm.regexp, span);
    if ((o->flags & OF_SUMMARY) && !str_eq(o->u.regexp.source, source))
        flags = STR("v"); // several patterns: what it matches is not known
    o->u.regexp.source = source;
    o->u.regexp.flags = flags;
    return o;
}

static Value construct(Interp *I, const Call *c) {
    Value pattern = call_arg(I, c, 0), given = call_arg(I, c, 1);
    Str source = STR("(?:)"), flags = STR_EMPTY;
    if (is_object(pattern, O_REGEXP)) {
        source = pattern.u.obj->u.regexp.source;
        flags = pattern.u.obj->u.regexp.flags;
    } else if (pattern.tag != V_UNDEFINED) {
        Value v = interp_to_string(I, pattern, c->span);
        if (I->dead)
            return UNDEFINED;
        if (!known_string(v, &source)) {
            I->may_throw = true;
            return opaque_holding(I, v, c->span, "RegExp");
        }
    }
    if (given.tag != V_UNDEFINED && !known_string(interp_to_string(I, given, c->span), &flags))
        return opaque_from(I, given, c->span, "RegExp");
    const char *error;
    if (!regex_parse(I->a, source, flags, &error) && error) {
        interp_throw_error(I, "SyntaxError", c->span, "invalid regular expression: /%.*s/: %s",
                           STR_ARG(source), error);
        return UNDEFINED;
    }
    Obj *o = regexp_new(I, source.n ? source : STR("(?:)"), flags, c->span);
    o->proto = proto_for(I, c, I->realm.regexp);
    return value_object(o);
}

// ---- Matches ------------------------------------------------------------------------------------

static Value group_value(Str text, const RegexMatch *m, uint32_t g) {
    if (m->from[g] < 0)
        return UNDEFINED;
    return value_string(str_slice(text, (uint32_t)m->from[g], (uint32_t)m->to[g]));
}

static Value groups_value(Interp *I, const Regex *re, Str text, const RegexMatch *m, Span span) {
    Obj *groups = NULL;
    for (uint32_t g = 1; g < regex_groups(re); g++) {
        Str name = regex_group_name(re, g);
        if (!name.n)
            continue;
        if (!groups)
            groups = obj_new(I, O_PLAIN, NULL, span);
        obj_define(I, groups, sym_of(I->interner, name), group_value(text, m, g), 0);
    }
    return groups ? value_object(groups) : UNDEFINED;
}

Value regexp_result(Interp *I, const Regex *re, Str text, const RegexMatch *m, Span span) {
    Items *it = items_new(I);
    for (uint32_t g = 0; g < regex_groups(re); g++)
        items_push(I, it, group_value(text, m, g));
    Value array = array_of(I, it, span);
    uint32_t index = utf16_length(str_slice(text, 0, (uint32_t)m->from[0]));
    obj_define_lit(I, array.u.obj, "index", value_number(index));
    obj_define_lit(I, array.u.obj, "input", value_string(text));
    obj_define_lit(I, array.u.obj, "groups", groups_value(I, re, text, m, span));
    return array;
}

Value regexp_unknown(Interp *I, Value text, Span span, bool or_null) {
    const Reason *why = reason_new(I, span, value_unknown(text),
                                   "what the regular expression matches is not known");
    Value piece = value_prim(PT_STRING | PT_UNDEFINED, why);
    if (value_has(text, V_LATE))
        piece = value_join(I->a, late_of_parts(I, &text, 1, span), UNDEFINED);
    Items *it = items_new(I);
    items_open(I, it, piece, why);
    Value array = array_of(I, it, span);
    Obj *groups = obj_new(I, O_PLAIN, NULL, span);
    obj_add_rest(I, groups, piece);
    obj_define_lit(I, array.u.obj, "index", value_prim(PT_NUMBER, why));
    obj_define_lit(I, array.u.obj, "input", text);
    obj_define_lit(I, array.u.obj, "groups", value_object(groups));
    return or_null ? value_join(I->a, array, (Value){V_NULL, 0, {0}}) : array;
}

const Regex *regexp_parsed(Interp *I, const Obj *re) {
    const char *error;
    return regex_parse(I->a, re->u.regexp.source, re->u.regexp.flags, &error);
}

Value regexp_exec(Interp *I, Obj *o, Str text, Span span) {
    const Regex *re = regexp_parsed(I, o);
    bool sticky = regex_flag(o->u.regexp.flags, 'y');
    bool counts = sticky || regex_flag(o->u.regexp.flags, 'g');
    const Prop *p = obj_find(o, key_of(I, "lastIndex"));
    double last = 0;
    Value null = {V_NULL, 0, {0}};
    RegexMatch m;
    if (counts && p && p->cell.v.tag != V_ABSENT && !known_number(p->cell.v, &last))
        re = NULL;
    if (o->flags & OF_SUMMARY && counts)
        re = NULL;
    uint32_t length = utf16_length(text);
    RegexResult r = REGEX_UNKNOWN;
    if (re)
        r = last > length
                ? REGEX_NONE
                : regex_match(I->a, re, text, utf16_offset(text, (uint32_t)last), sticky, &m);
    if (r == REGEX_UNKNOWN) {
        if (counts)
            obj_define_lit(I, o, "lastIndex",
                           interp_prim(I, PT_NUMBER, span, "where it matched is not known"));
        return regexp_unknown(I, value_string(text), span, true);
    }
    if (r == REGEX_NONE) {
        if (counts)
            obj_define_lit(I, o, "lastIndex", value_number(0));
        return null;
    }
    if (counts)
        obj_define_lit(I, o, "lastIndex",
                       value_number(utf16_length(str_slice(text, 0, (uint32_t)m.to[0]))));
    return regexp_result(I, re, text, &m, span);
}

// ---- Methods ------------------------------------------------------------------------------------

static Value exec(Interp *I, const Call *c) {
    if (!is_object(c->self, O_REGEXP))
        return wrong_self(I, c, "RegExp");
    Value text = interp_to_string(I, call_arg(I, c, 0), c->span);
    Str s;
    if (I->dead)
        return UNDEFINED;
    if (known_string(text, &s))
        return regexp_exec(I, c->self.u.obj, s, c->span);
    return regexp_unknown(I, text, c->span, true);
}

static Value test_text(Interp *I, const Call *c, Value text) {
    Str s;
    if (!known_string(text, &s))
        return unknown_from(I, PT_BOOL, text, c->span, "test");
    Value v = regexp_exec(I, c->self.u.obj, s, c->span);
    if (v.tag == V_UNION)
        return interp_prim(I, PT_BOOL, c->span,
                           "whether the regular expression matches is not known");
    return value_bool(v.tag == V_OBJECT);
}

static Value test(Interp *I, const Call *c) {
    if (!is_object(c->self, O_REGEXP))
        return wrong_self(I, c, "RegExp");
    Value text = interp_to_string(I, call_arg(I, c, 0), c->span), out = ABSENT;
    for (uint32_t i = 0; i < value_count(text) && !I->dead; i++) {
        Value v = test_text(I, c, value_at(text, i));
        out = out.tag == V_ABSENT ? v : value_join(I->a, out, v);
    }
    return I->dead ? UNDEFINED : out;
}

static Value to_string(Interp *I, const Call *c) {
    if (!is_object(c->self, O_REGEXP))
        return wrong_self(I, c, "RegExp");
    const Obj *o = c->self.u.obj;
    return value_string(
        str_fmt(I->a, "/%.*s/%.*s", STR_ARG(o->u.regexp.source), STR_ARG(o->u.regexp.flags)));
}

static Value get_source(Interp *I, const Call *c) {
    if (!is_object(c->self, O_REGEXP))
        return lit("(?:)");
    (void)I;
    return value_string(c->self.u.obj->u.regexp.source);
}

static Value get_flags(Interp *I, const Call *c) {
    if (!is_object(c->self, O_REGEXP))
        return lit("");
    Buf b = buf_new(I->a); // in alphabetical order
    for (const char *f = "dgimsuvy"; *f; f++)
        if (regex_flag(c->self.u.obj->u.regexp.flags, *f))
            buf_putc(&b, *f);
    return value_string(buf_str(&b));
}

static Value get_flag(Interp *I, const Call *c) {
    (void)I;
    if (!is_object(c->self, O_REGEXP))
        return UNDEFINED;
    return value_bool(
        regex_flag(c->self.u.obj->u.regexp.flags, *(const char *)c->callee->u.native.ptr));
}

static Value get_last_index(Interp *I, const Call *c) {
    (void)I, (void)c;
    return value_number(0); // as long as no own property hides it
}

static Value set_last_index(Interp *I, const Call *c) {
    if (c->self.tag == V_OBJECT)
        obj_define_lit(I, c->self.u.obj, "lastIndex", call_arg(I, c, 0));
    return UNDEFINED;
}

static Value escape(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    Str s;
    if (!known_string(v, &s))
        return unknown_from(I, PT_STRING, v, c->span, "RegExp.escape");
    Buf b = buf_new(I->a);
    for (uint32_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool word = (ch >= '0' && ch <= '9') || ((ch | 32) >= 'a' && (ch | 32) <= 'z');
        bool mark = ch > 0 && str_find(STR("^$\\.*+?()[]{}|/"), (Str){&ch, 1}, 0) >= 0;
        if ((word && i == 0) || (!word && !mark && ch > 0 && ch != '_'))
            buf_printf(&b, "\\x%02x", (unsigned)(unsigned char)ch);
        else if (mark)
            buf_printf(&b, "\\%c", ch);
        else
            buf_putc(&b, ch);
    }
    return value_string(buf_str(&b));
}

static void getter(Interp *I, Obj *proto, const char *name, const Native *get, const Native *set,
                   void *ptr) {
    Obj *accessor = obj_new(I, O_ACCESSOR, NULL, SPAN_NONE);
    accessor->u.accessor.get = value_object(native_closure(I, get, UNDEFINED, ptr));
    accessor->u.accessor.set = set ? value_object(obj_native(I, set)) : UNDEFINED;
    obj_define_lit(I, proto, name, value_object(accessor));
}

void install_regexp(Interp *I) {
    static const Native row = {"RegExp", construct, 2};
    static const Native statics[] = {{"escape", escape, 1}, {NULL, NULL, 0}};
    static const Native methods[] = {
        {"exec", exec, 1}, {"test", test, 1}, {"toString", to_string, 0}, {NULL, NULL, 0}};
    static const Native source = {"source", get_source, 0}, flags = {"flags", get_flags, 0},
                        flag = {"flag", get_flag, 0};
    static const Native last = {"lastIndex", get_last_index, 0},
                        set_last = {"lastIndex", set_last_index, 1};
    static const char *const names[] = {"hasIndices", "global",  "ignoreCase",  "multiline",
                                        "dotAll",     "unicode", "unicodeSets", "sticky"};
    constructor_new(I, &row, I->realm.regexp, statics);
    obj_natives(I, I->realm.regexp, methods);
    getter(I, I->realm.regexp, "source", &source, NULL, NULL);
    getter(I, I->realm.regexp, "flags", &flags, NULL, NULL);
    getter(I, I->realm.regexp, "lastIndex", &last, &set_last, NULL);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        getter(I, I->realm.regexp, names[i], &flag, NULL,
               str_cstr(I->a, str_slice(STR("dgimsuvy"), (uint32_t)i, (uint32_t)i + 1)));
}
