// JSON.parse and JSON.stringify.
//
// Text is read by cJSON; what it accepts beyond the standard is refused before (strict_enough).
// Writing walks the value as the language does; where a part is not known, the whole text is
// unknown, or late where late values are in it. Handing a value to JSON is no escape.

#include "deducer/eval/builtins/builtins.h"

#include <cjson/cJSON.h>
#include <math.h>

enum { DEPTH_LIMIT = 500 };

// ---- Reading ------------------------------------------------------------------------------------

static bool is_digit(Str s, uint32_t i) {
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

// Moves behind a number as JSON writes it; false where it is none.
static bool skip_number(Str s, uint32_t *at) {
    uint32_t i = *at;
    if (s.p[i] == '-')
        i++;
    if (!is_digit(s, i) || (s.p[i] == '0' && is_digit(s, i + 1)))
        return false;
    while (is_digit(s, i))
        i++;
    if (i < s.n && s.p[i] == '.') {
        if (!is_digit(s, ++i))
            return false;
        while (is_digit(s, i))
            i++;
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
            i++;
        if (!is_digit(s, i))
            return false;
        while (is_digit(s, i))
            i++;
    }
    *at = i;
    return true;
}

static bool strict_enough(Str s) {
    bool in_string = false;
    for (uint32_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (in_string) {
            if (c < 0x20)
                return false;
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '-' || is_digit(s, i)) {
            if (!skip_number(s, &i))
                return false;
            continue;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '+' || c == '\v' || c == '\f' ||
                   (c < 0x20 && c != '\n' && c != '\r' && c != '\t')) {
            return false;
        }
        i++;
    }
    return !in_string && !(s.n && (unsigned char)s.p[0] == 0xEF);
}

static Value from_json(Interp *I, const cJSON *j, Span span) {
    if (cJSON_IsNull(j))
        return (Value){V_NULL, 0, {0}};
    if (cJSON_IsBool(j))
        return value_bool(cJSON_IsTrue(j));
    if (cJSON_IsNumber(j))
        return value_number(j->valuedouble);
    if (cJSON_IsString(j))
        return value_string(str_dup(I->a, str_of(j->valuestring)));
    if (cJSON_IsArray(j)) {
        Items *it = items_new(I);
        for (const cJSON *e = j->child; e; e = e->next)
            items_push(I, it, from_json(I, e, span));
        return array_of(I, it, span);
    }
    Obj *o = obj_plain(I, span);
    for (const cJSON *e = j->child; e; e = e->next)
        obj_define(I, o, sym_of(I->interner, str_of(e->string)), from_json(I, e, span), 0);
    return value_object(o);
}

static Value revive(Interp *I, Value reviver, Value holder, Value key, Span span, uint32_t depth) {
    Value v = interp_get_index(I, holder, key, span);
    if (I->dead || depth > DEPTH_LIMIT)
        return UNDEFINED;
    if (v.tag == V_OBJECT && !is_opaque(v)) {
        Items *keys = object_items(I, v, WANT_KEYS, span);
        for (uint32_t i = 0; i < keys->n && !I->dead; i++) {
            Value made = revive(I, reviver, v, keys->at[i], span, depth + 1);
            if (I->dead)
                return UNDEFINED;
            if (made.tag == V_UNDEFINED)
                interp_delete(I, v, keys->at[i]);
            else
                interp_set_index(I, v, keys->at[i], made, span);
        }
    }
    Value args[] = {key, v};
    return I->dead ? UNDEFINED : interp_call_values(I, reviver, holder, args, 2, span);
}

static Value parse_text(Interp *I, Str s, Span span) {
    cJSON *j =
        strict_enough(s) ? cJSON_ParseWithLengthOpts(str_cstr(I->a, s), s.n + 1, NULL, true) : NULL;
    if (!j) {
        Str shown = str_slice(s, 0, 40);
        interp_throw_error(I, "SyntaxError", span, "\"%.*s\" is not valid JSON", STR_ARG(shown));
        return UNDEFINED;
    }
    Value v = from_json(I, j, span);
    cJSON_Delete(j);
    return v;
}

static Value parse(Interp *I, const Call *c) {
    Value text = interp_to_string(I, call_arg(I, c, 0), c->span), reviver = call_arg(I, c, 1),
          out = ABSENT;
    if (I->dead)
        return UNDEFINED;
    bool single = value_count(text) == 1;
    for (uint32_t i = 0; i < value_count(text) && !I->dead; i++) {
        Value alt = value_at(text, i), v;
        Str s;
        if (!known_string(alt, &s) || !single) {
            I->may_throw = true;
            v = opaque_holding(I, alt.tag == V_LATE ? alt : ABSENT, c->span, "JSON.parse");
        } else {
            v = parse_text(I, s, c->span);
        }
        out = out.tag == V_ABSENT ? v : value_join(I->a, out, v);
    }
    if (I->dead || reviver.tag == V_UNDEFINED)
        return out;
    Obj *holder = obj_plain(I, c->span);
    obj_define(I, holder, key_of(I, ""), out, 0);
    return revive(I, reviver, value_object(holder), lit(""), c->span, 0);
}

// ---- Writing ------------------------------------------------------------------------------------

typedef struct Writer {
    Interp *I;
    Buf b;
    Span span;
    Str gap;
    Value replacer;
    Items *allowed;      // keys of an array replacer, or NULL
    Value late, culprit; // what is late, what is unknown; V_ABSENT: none
    const Obj *path[DEPTH_LIMIT];
    uint32_t depth;
} Writer;

static void quote(Buf *b, Str s) {
    buf_putc(b, '"');
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            buf_putc(b, '\\'), buf_putc(b, (char)c);
        else if (c == '\n')
            buf_puts(b, "\\n");
        else if (c == '\r')
            buf_puts(b, "\\r");
        else if (c == '\t')
            buf_puts(b, "\\t");
        else if (c == '\b')
            buf_puts(b, "\\b");
        else if (c == '\f')
            buf_puts(b, "\\f");
        else if (c < 0x20)
            buf_printf(b, "\\u%04x", (unsigned)c);
        else
            buf_putc(b, (char)c);
    }
    buf_putc(b, '"');
}

static void not_known(Writer *w, Value v) {
    Interp *I = w->I;
    if (value_has(v, V_LATE))
        w->late = w->late.tag == V_ABSENT ? v : value_join(I->a, w->late, v);
    if (w->culprit.tag == V_ABSENT)
        w->culprit = v;
}

static void line(Writer *w) {
    if (!w->gap.n)
        return;
    buf_putc(&w->b, '\n');
    for (uint32_t i = 0; i < w->depth; i++)
        buf_put(&w->b, w->gap);
}

static bool write_value(Writer *w, Value holder, Value key, Value v);

static bool enter(Writer *w, const Obj *o) {
    for (uint32_t i = 0; i < w->depth; i++)
        if (w->path[i] == o) {
            if (o->flags & OF_SUMMARY)
                not_known(w, UNDEFINED);
            else
                interp_throw_error(w->I, "TypeError", w->span,
                                   "converting circular structure to JSON");
            return false;
        }
    if (w->depth + 1 >= DEPTH_LIMIT) {
        not_known(w, UNDEFINED);
        return false;
    }
    w->path[w->depth++] = o;
    return true;
}

static void write_array(Writer *w, Value v) {
    Items *it = array_items(w->I, v, w->span);
    if (!enter(w, v.u.obj))
        return;
    buf_putc(&w->b, '[');
    for (uint32_t i = 0; i < it->n && !w->I->dead; i++) {
        if (i)
            buf_putc(&w->b, ',');
        line(w);
        Value key = value_string(number_to_str(w->I->a, i));
        if (!write_value(w, v, key, items_at(w->I, it, i)))
            buf_puts(&w->b, "null");
    }
    if (it->open)
        not_known(w, it->rest.tag == V_ABSENT ? UNDEFINED : it->rest);
    w->depth--;
    if (it->n)
        line(w);
    buf_putc(&w->b, ']');
}

static void write_object(Writer *w, Value v) {
    Interp *I = w->I;
    Items *keys = w->allowed ? w->allowed : object_items(I, v, WANT_KEYS, w->span);
    bool first = true;
    if (!enter(w, v.u.obj))
        return;
    buf_putc(&w->b, '{');
    for (uint32_t i = 0; i < keys->n && !I->dead; i++) {
        Value member = interp_get_index(I, v, keys->at[i], w->span);
        uint32_t before = w->b.n;
        Str name;
        if (I->dead || !known_string(keys->at[i], &name))
            continue;
        if (!first)
            buf_putc(&w->b, ',');
        line(w);
        quote(&w->b, name);
        buf_puts(&w->b, w->gap.n ? ": " : ":");
        if (write_value(w, v, keys->at[i], member))
            first = false;
        else
            w->b.n = before;
    }
    if (keys->open)
        not_known(w, interp_get_index(I, v, keys->rest, w->span));
    w->depth--;
    if (!first)
        line(w);
    buf_putc(&w->b, '}');
}

static bool write_object_value(Writer *w, Value v) {
    const Obj *o = v.u.obj;
    switch ((ObjClass)o->cls) {
    case O_ARRAY:
        write_array(w, v);
        return true;
    case O_FUNCTION:
    case O_NATIVE:
    case O_BOUND:
    case O_KIND:
        return false;
    case O_OPAQUE:
        if (o->rest)
            not_known(w, o->rest->v);
        not_known(w, v);
        return true;
    case O_RESOURCE:
    case O_ACCESSOR:
        not_known(w, v);
        return true;
    case O_BOX:
        return write_value(w, UNDEFINED, UNDEFINED, o->u.box.value.v);
    case O_PLAIN:
    case O_MAP:
    case O_SET:
    case O_PROMISE:
    case O_REGEXP:
    case O_DATE:
    case O_ERROR:
    case O_ITERATOR:
    case O_NAMESPACE:
        break;
    }
    write_object(w, v);
    return true;
}

// What toJSON and the replacer make of a value.
static Value prepared(Writer *w, Value holder, Value key, Value v) {
    Interp *I = w->I;
    if (v.tag == V_OBJECT && !is_opaque(v) && !is_object(v, O_RESOURCE)) {
        Value method = interp_get(I, v, key_of(I, "toJSON"), w->span);
        if (!I->dead && is_callable(method))
            v = interp_call_values(I, method, v, &key, 1, w->span);
    }
    if (!I->dead && is_callable(w->replacer)) {
        Value args[] = {key, v};
        v = interp_call_values(I, w->replacer, holder, args, 2, w->span);
    }
    return v;
}

// False where the value has no JSON (undefined, functions).
static bool write_value(Writer *w, Value holder, Value key, Value v) {
    v = prepared(w, holder, key, v);
    if (w->I->dead)
        return false;
    switch ((ValueTag)v.tag) {
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
    case V_SYMBOL:
        return false;
    case V_NULL:
        buf_puts(&w->b, "null");
        return true;
    case V_BOOL:
        buf_puts(&w->b, v.u.b ? "true" : "false");
        return true;
    case V_NUMBER:
        buf_put(&w->b, isfinite(v.u.num) ? number_to_str(w->I->a, v.u.num) : STR("null"));
        return true;
    case V_STRING:
        quote(&w->b, value_str(v));
        return true;
    case V_BIGINT:
        interp_throw_error(w->I, "TypeError", w->span, "a BigInt cannot be written as JSON");
        return false;
    case V_OBJECT:
        return write_object_value(w, v);
    case V_PRIM:
    case V_LATE:
        not_known(w, v);
        return true;
    case V_UNION:
        break;
    }
    not_known(w, v);
    for (uint32_t i = 0; i < value_count(v) && !w->I->dead; i++) // late values inside count
        if (value_at(v, i).tag == V_OBJECT)
            write_object_value(w, value_at(v, i));
    return true;
}

static Str gap_of(Interp *I, Value indent, Writer *w) {
    double d;
    Str s;
    if (known_number(indent, &d)) {
        Buf b = buf_new(I->a);
        d = to_integer(d);
        if (d > 0)
            buf_pad(&b, ' ', d > 10 ? 10 : (unsigned)d);
        return buf_str(&b);
    }
    if (known_string(indent, &s))
        return utf16_slice(I->a, s, 0, 10);
    if (value_unknown(indent))
        not_known(w, indent);
    return STR_EMPTY;
}

static Value stringify(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0), replacer = call_arg(I, c, 1), out = ABSENT;
    for (uint32_t i = 0; i < value_count(v) && !I->dead; i++) {
        Writer *w = arena_new(I->a, Writer);
        *w = (Writer){.I = I,
                      .b = buf_new(I->a),
                      .span = c->span,
                      .replacer = replacer,
                      .late = ABSENT,
                      .culprit = ABSENT};
        w->gap = gap_of(I, call_arg(I, c, 2), w);
        if (is_object(replacer, O_ARRAY)) {
            w->allowed = items_new(I);
            Items *listed = array_items(I, replacer, c->span);
            for (uint32_t k = 0; k < listed->n; k++)
                items_push(I, w->allowed, interp_to_string(I, listed->at[k], c->span));
        }
        Value alt = value_at(v, i), made;
        Obj *holder = obj_plain(I, c->span);
        if (is_callable(replacer))
            obj_define(I, holder, key_of(I, ""), alt, 0);
        bool some = write_value(w, value_object(holder), lit(""), alt);
        if (I->dead)
            return UNDEFINED;
        if (!some)
            made = UNDEFINED;
        else if (w->late.tag != V_ABSENT)
            made = late_of_parts(I, &w->late, 1, c->span);
        else if (w->culprit.tag != V_ABSENT)
            made = unknown_from(I, PT_STRING, w->culprit, c->span, "JSON.stringify");
        else
            made = text_checked(I, buf_str(&w->b), c->span);
        out = out.tag == V_ABSENT ? made : value_join(I->a, out, made);
    }
    return I->dead ? UNDEFINED : out;
}

void install_json(Interp *I) {
    static const Native rows[] = {
        {"parse", parse, 2}, {"stringify", stringify, 3}, {NULL, NULL, 0}};
    namespace_new(I, "JSON", rows);
}
