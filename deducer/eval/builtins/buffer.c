// Buffer, TextEncoder and TextDecoder: bytes made from known or late text and turned back into
// text.
//
// The bytes stand as a string in the hidden property "#bytes"; where they are not known, or late,
// it holds that. Other methods of Buffer give unknown results.

#include "deducer/eval/builtins/bytes.h"

static Value bytes_of(Interp *I, Value v) {
    if (v.tag != V_OBJECT)
        return UNDEFINED;
    const Prop *p = obj_find(v.u.obj, key_of(I, "#bytes"));
    return p ? present_only(I, p->cell.v) : UNDEFINED;
}

static Obj *buffer_proto(Interp *I) {
    Value v = global_get(I, "Buffer");
    return obj_find(v.u.obj, key_of(I, "prototype"))->cell.v.u.obj;
}

static Value buffer_of(Interp *I, Value bytes, Span span) {
    Obj *o = obj_new(I, O_PLAIN, buffer_proto(I), span);
    Str s;
    Value length = known_string(bytes, &s) ? value_number(s.n)
                                           : unknown_from(I, PT_NUMBER, bytes, span, "length");
    obj_define_lit(I, o, "#bytes", bytes);
    obj_define_lit(I, o, "length", length);
    obj_define_lit(I, o, "byteLength", length);
    return value_object(o);
}

static bool is_name(Str s, const char *a, const char *b) {
    return str_is(s, a) || str_is(s, b);
}

// The name of an encoding, in the argument; "utf8" where it is missing. False: not known.
static bool encoding_arg(Interp *I, const Call *c, uint32_t i, Str *out) {
    Value v = call_arg(I, c, i);
    *out = STR("utf8");
    return v.tag == V_UNDEFINED || known_string(v, out);
}

static Value decoded(Interp *I, Value text, Str encoding, Span span) {
    Str s, bytes;
    if (!known_string(text, &s)) {
        if (value_has(text, V_LATE))
            return late_of_parts(I, &text, 1, span);
        return unknown_from(I, PT_STRING, text, span, "Buffer.from");
    }
    if (is_name(encoding, "utf8", "utf-8"))
        return text;
    if (is_name(encoding, "base64", "base64url") && bytes_from_base64(I->a, s, &bytes))
        return value_string(bytes);
    if (str_is(encoding, "hex"))
        return value_string(bytes_from_hex(I->a, s));
    if (is_name(encoding, "latin1", "binary") || str_is(encoding, "ascii")) {
        bytes_from_latin1(I->a, s, &bytes);
        return value_string(bytes);
    }
    return interp_prim(I, PT_STRING, span, "the encoding is not known");
}

static Value encoded(Interp *I, Value bytes, Str encoding, Span span) {
    Str s;
    uint32_t bad;
    if (!known_string(bytes, &s)) {
        if (value_has(bytes, V_LATE))
            return late_of_parts(I, &bytes, 1, span);
        return unknown_from(I, PT_STRING, bytes, span, "toString");
    }
    if (is_name(encoding, "utf8", "utf-8")) {
        if (utf8_valid(s, &bad))
            return bytes;
        return interp_prim(I, PT_STRING, span, "the bytes are not valid UTF-8");
    }
    if (is_name(encoding, "base64", "base64url"))
        return value_string(bytes_to_base64(I->a, s, str_is(encoding, "base64url")));
    if (str_is(encoding, "hex"))
        return value_string(bytes_to_hex(I->a, s));
    if (is_name(encoding, "latin1", "binary"))
        return value_string(bytes_to_latin1(I->a, s));
    return interp_prim(I, PT_STRING, span, "the encoding is not known");
}

// Bytes from an array of numbers.
static Value bytes_of_items(Interp *I, const Items *it, Span span) {
    Buf b = buf_new(I->a);
    for (uint32_t i = 0; i < it->n; i++) {
        int64_t v;
        if (!known_int(it->at[i], &v))
            it = NULL;
        if (!it)
            break;
        buf_putc(&b, (char)(v & 0xFF));
    }
    if (it && !it->open)
        return value_string(buf_str(&b));
    return interp_prim(I, PT_STRING, span, "the bytes are not known");
}

static Value from(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    Str encoding;
    Value known = bytes_of(I, v);
    if (known.tag != V_UNDEFINED)
        return buffer_of(I, known, c->span);
    if (is_object(v, O_ARRAY))
        return buffer_of(I, bytes_of_items(I, array_items(I, v, c->span), c->span), c->span);
    if (v.tag == V_OBJECT)
        return opaque_holding(I, v, c->span, "Buffer.from");
    if (!encoding_arg(I, c, 1, &encoding))
        encoding = STR("unknown");
    return buffer_of(I, decoded(I, v, encoding, c->span), c->span);
}

static Value to_string(Interp *I, const Call *c) {
    Value bytes = bytes_of(I, c->self);
    Str encoding;
    if (bytes.tag == V_UNDEFINED)
        return wrong_self(I, c, "Buffer");
    if (!encoding_arg(I, c, 0, &encoding))
        encoding = STR("unknown");
    if (c->n > 1 || c->open)
        return unknown_from(I, PT_STRING, bytes, c->span, "toString");
    return encoded(I, bytes, encoding, c->span);
}

static Value concat(Interp *I, const Call *c) {
    Items *it = interp_iterate(I, call_arg(I, c, 0), c->span), *parts = items_new(I);
    if (I->dead)
        return UNDEFINED;
    for (uint32_t i = 0; i < it->n; i++) {
        Value bytes = bytes_of(I, it->at[i]);
        if (bytes.tag == V_UNDEFINED)
            return opaque_holding(I, items_join(I, it), c->span, "Buffer.concat");
        items_push(I, parts, bytes);
    }
    if (it->open || c->n > 1)
        return opaque_holding(I, items_join(I, it), c->span, "Buffer.concat");
    return buffer_of(I, concat_values(I, parts->at, parts->n, c->span), c->span);
}

static Value byte_length(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0), bytes = bytes_of(I, v);
    Str s, encoding;
    if (bytes.tag == V_UNDEFINED && encoding_arg(I, c, 1, &encoding) && v.tag == V_STRING)
        bytes = decoded(I, v, encoding, c->span);
    if (known_string(bytes, &s))
        return value_number(s.n);
    return unknown_from(I, PT_NUMBER, v, c->span, "Buffer.byteLength");
}

static Value is_buffer(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (is_opaque(v) || v.tag == V_UNION)
        return unknown_from(I, PT_BOOL, v, c->span, "Buffer.isBuffer");
    return value_bool(bytes_of(I, v).tag != V_UNDEFINED);
}

static Value alloc(Interp *I, const Call *c) {
    int64_t n;
    if (!known_int(call_arg(I, c, 0), &n) || n < 0 || n > TEXT_LIMIT || c->n > 1)
        return buffer_of(I, interp_prim(I, PT_STRING, c->span, "the bytes are not known"), c->span);
    return buffer_of(I, value_string((Str){arena_zalloc(I->a, (size_t)n), (uint32_t)n}), c->span);
}

static Value new_buffer(Interp *I, const Call *c) {
    return from(I, c);
}

// Whatever else is done with bytes: not known, but what they are made of is kept.
static Value other(Interp *I, const Call *c) {
    Value bytes = bytes_of(I, c->self);
    return opaque_holding(I, bytes.tag == V_UNDEFINED ? ABSENT : bytes, c->span,
                          c->callee->u.native.row->name);
}

static Value iterate(Interp *I, const Call *c) {
    Items *it = items_new(I);
    Str s;
    if (known_string(bytes_of(I, c->self), &s)) {
        for (uint32_t i = 0; i < s.n && i < ELEMENT_LIMIT; i++)
            items_push(I, it, value_number((unsigned char)s.p[i]));
    } else {
        Value v = interp_prim(I, PT_NUMBER, c->span, "the bytes are not known");
        items_open(I, it, v, v.u.reason);
    }
    return iterator_of(I, it, c->span);
}

static Value equals(Interp *I, const Call *c) {
    Value a = bytes_of(I, c->self), b = bytes_of(I, call_arg(I, c, 0));
    if (a.tag == V_STRING && b.tag == V_STRING)
        return value_bool(value_same(a, b));
    return unknown_from(I, PT_BOOL, a, c->span, "equals");
}

// ---- TextEncoder and TextDecoder ----------------------------------------------------------------

static Value new_coder(Interp *I, const Call *c) {
    Value proto = interp_get(I, value_object(c->callee), key_of(I, "prototype"), c->span);
    Obj *o = obj_new(I, O_PLAIN, proto.tag == V_OBJECT ? proto.u.obj : NULL, c->span);
    Value label = call_arg(I, c, 0);
    obj_define_lit(I, o, "encoding", label.tag == V_UNDEFINED ? lit("utf-8") : label);
    return value_object(o);
}

static Value encode(Interp *I, const Call *c) {
    Value text = c->n ? interp_to_string(I, call_arg(I, c, 0), c->span) : lit("");
    return I->dead ? UNDEFINED : buffer_of(I, decoded(I, text, STR("utf8"), c->span), c->span);
}

static Value decode(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0), bytes = bytes_of(I, v);
    Str name = STR_EMPTY;
    if (v.tag == V_UNDEFINED)
        return lit("");
    if (c->self.tag == V_OBJECT)
        known_string(interp_get(I, c->self, key_of(I, "encoding"), c->span), &name);
    if (bytes.tag == V_UNDEFINED)
        return unknown_from(I, PT_STRING, v, c->span, "decode");
    return encoded(I, bytes, is_name(name, "utf-8", "utf8") ? STR("utf8") : STR("unknown"),
                   c->span);
}

static const Native buffer_methods[] = {
    {"equals", equals, 1},     {"toString", to_string, 0}, {"@@iterator", iterate, 0},
    {"values", iterate, 0},    {"slice", other, 2},        {"subarray", other, 2},
    {"copy", other, 1},        {"write", other, 1},        {"fill", other, 1},
    {"indexOf", other, 1},     {"includes", other, 1},     {"toJSON", other, 0},
    {"readUInt8", other, 1},   {"readUInt16BE", other, 1}, {"readUInt32BE", other, 1},
    {"readInt32BE", other, 1}, {"writeUInt8", other, 2},   {"writeUInt32BE", other, 2},
    {"map", other, 1},         {"set", other, 1},          {NULL, NULL, 0},
};

void install_buffer(Interp *I) {
    static const Native row = {"Buffer", new_buffer, 2};
    static const Native statics[] = {
        {"alloc", alloc, 1},   {"allocUnsafe", alloc, 1}, {"byteLength", byte_length, 1},
        {"concat", concat, 1}, {"from", from, 1},         {"isBuffer", is_buffer, 1},
        {NULL, NULL, 0},
    };
    static const Native encoder = {"TextEncoder", new_coder, 0},
                        decoder = {"TextDecoder", new_coder, 0};
    static const Native encoder_methods[] = {{"encode", encode, 0}, {NULL, NULL, 0}};
    static const Native decoder_methods[] = {{"decode", decode, 0}, {NULL, NULL, 0}};
    Obj *proto = proto_new(I, I->realm.object), *encoders = proto_new(I, I->realm.object);
    Obj *decoders = proto_new(I, I->realm.object);
    constructor_new(I, &row, proto, statics);
    obj_natives(I, proto, buffer_methods);
    constructor_new(I, &encoder, encoders, NULL);
    obj_natives(I, encoders, encoder_methods);
    constructor_new(I, &decoder, decoders, NULL);
    obj_natives(I, decoders, decoder_methods);
}
