// Reading, writing and deleting properties of any value.
//
// Each alternative of a union is taken in turn. An opaque object is a bag: reading a property gives
// what was written there, whatever else the bag holds, and the bag itself for what is inside of it.

#include "deducer/eval/effects.h"

static const Reason bag_grew = {.what = {"it was put into a value that is not known", 41}};

// ---- Strings ------------------------------------------------------------------------------------

static uint32_t utf16_units(Str s) {
    uint32_t units = 0;
    for (uint32_t at = 0; at < s.n;)
        units += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
    return units;
}

static Value string_at(Interp *I, Str s, double index) {
    uint32_t unit = 0;
    for (uint32_t at = 0; at < s.n;) {
        uint32_t from = at, cp = utf8_next(s, &at);
        if (unit == index) {
            if (cp > 0xFFFF)
                return value_string(STR("\xEF\xBF\xBD")); // half of a pair
            return value_string(str_dup(I->a, str_slice(s, from, at)));
        }
        unit += cp > 0xFFFF ? 2 : 1;
    }
    return UNDEFINED;
}

static bool key_index(Interp *I, Sym key, double *out) {
    Str s = sym_str(I->interner, key);
    double d = 0;
    if (s.n == 0 || s.n > 9 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        d = d * 10 + (s.p[i] - '0');
    }
    *out = d;
    return true;
}

// ---- One alternative ----------------------------------------------------------------------------

static Value proto_get(Interp *I, Obj *o, Sym key, Value self, Span span);

// What a property's cell gives: getters run, absence falls through to the prototype.
static Value from_cell(Interp *I, Obj *o, Value v, Sym key, Value self, Span span) {
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i), got;
        if (alt.tag == V_ABSENT) {
            got = proto_get(I, o->proto, key, self, span);
        } else if (alt.tag == V_OBJECT && alt.u.obj->cls == O_ACCESSOR) {
            Value get = alt.u.obj->u.accessor.get;
            got = get.tag == V_OBJECT ? interp_call_values(I, get, self, NULL, 0, span) : UNDEFINED;
        } else {
            got = alt;
        }
        if (I->dead)
            return UNDEFINED;
        if (got.tag != V_ABSENT)
            out = out.tag == V_ABSENT ? got : join(I, out, got);
    }
    return out;
}

static Value special_own(Interp *I, Obj *o, Sym key) {
    Str name = sym_str(I->interner, key);
    if (o->cls == O_ARRAY) {
        double i;
        if (str_is(name, "length"))
            return o->u.array.length.v;
        if (key_index(I, key, &i))
            return array_at(I, o, (uint32_t)i);
    } else if ((o->cls == O_MAP || o->cls == O_SET) && str_is(name, "size")) {
        double n = 0;
        if (o->rest || (o->flags & OF_SUMMARY))
            return interp_prim(I, PT_NUMBER, o->site, "its size is not known");
        for (uint32_t i = 0; i < o->u.map.n; i++) {
            Value v = o->u.map.at[i]->value.v;
            if (v.tag == V_UNION)
                return interp_prim(I, PT_NUMBER, o->site, "its size is not known");
            n += v.tag != V_ABSENT;
        }
        return value_number(n);
    } else if (o->cls == O_BOX && o->u.box.value.v.tag == V_STRING && str_is(name, "length")) {
        return value_number(utf16_units(value_str(o->u.box.value.v)));
    }
    return ABSENT;
}

// What may be under a name because it was written under a key that is not known. Of arrays, Maps
// and Sets the rest are elements, which have no names.
static Value named_rest(const Obj *o) {
    bool elements = o->cls == O_ARRAY || o->cls == O_MAP || o->cls == O_SET;
    return o->rest && !elements ? o->rest->v : ABSENT;
}

static Value proto_get(Interp *I, Obj *o, Sym key, Value self, Span span) {
    for (; o; o = o->proto) {
        Value v = special_own(I, o, key);
        if (v.tag != V_ABSENT)
            return v;
        if (o->cls == O_OPAQUE)
            return interp_get(I, value_object(o), key, span);
        Prop *p = obj_find(o, key);
        Value rest = named_rest(o);
        if (p && p->cell.v.tag != V_ABSENT) {
            v = from_cell(I, o, p->cell.v, key, self, span);
            return rest.tag == V_ABSENT ? v : join(I, v, rest);
        }
        if (rest.tag != V_ABSENT) {
            Value more = proto_get(I, o->proto, key, self, span);
            return join(I, more.tag == V_ABSENT ? UNDEFINED : more, rest);
        }
    }
    return ABSENT;
}

// A member of a library's export keeps its name, so that the tables of known consumers can find it.
// It is made once, whatever paths are undone.
static Obj *import_member(Interp *I, Obj *o, Sym key, Span span) {
    Str name = sym_str(I->interner, key);
    Str path = o->u.opaque.export_name;
    Str id = str_fmt(I->a, "#%u %.*s", o->id, STR_ARG(name));
    Obj *child = map_find(&I->externals, id);
    if (child)
        return child;
    if (!str_starts(name, "@@"))
        path = path.n ? str_fmt(I->a, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)) : name;
    child = arena_new(I->a, Obj);
    child->cls = O_OPAQUE;
    child->id = ++I->next_id;
    child->site = span;
    child->u.opaque = o->u.opaque;
    child->u.opaque.label = name;
    child->u.opaque.export_name = path;
    child->rest = arena_new(I->a, Cell);
    *child->rest = (Cell){.v = value_object(o)};
    map_set(&I->externals, id, child);
    return child;
}

// Traps run where nothing is called: whatever is done to a proxy may run all of them.
static void run_traps(Interp *I, Obj *o, Span span) {
    if (o->cls != O_OPAQUE || o->u.opaque.module.n || !str_is(o->u.opaque.label, "Proxy"))
        return;
    if (I->exploring)
        interp_escape(I, value_object(o), NULL, span);
    else
        effects_hand(I, value_object(o));
}

static Value opaque_get(Interp *I, Obj *o, Sym key, Span span) {
    run_traps(I, o, span);
    Value v = value_object(o->u.opaque.module.n ? import_member(I, o, key, span) : o);
    Prop *p = obj_find(o, key);
    if (p && p->cell.v.tag != V_ABSENT)
        v = join(I, v, p->cell.v);
    return v;
}

static Value env_get(Interp *I, Sym key, Span span) {
    Str name = sym_str(I->interner, key);
    if (I->exploring)
        interp_note_env(I, name);
    else
        effects_environment(I, name);
    for (size_t i = 0; i < I->in->known_env_count; i++)
        if (str_eq(I->in->known_env[2 * i], name))
            return value_string(I->in->known_env[2 * i + 1]);
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_ENV;
    l->name = name;
    Reason *why = (Reason *)(uintptr_t)reason_new(
        I, span, NULL, "`process.env.%.*s` is only known later", STR_ARG(name));
    why->env = name;
    l->why = why;
    Value v = {V_LATE, 0, {0}};
    v.u.late = l;
    return v;
}

static Value object_get(Interp *I, Obj *o, Sym key, Span span) {
    if (o == I->realm.env)
        return env_get(I, key, span);
    if (o->cls == O_OPAQUE)
        return opaque_get(I, o, key, span);
    if (o->cls == O_NAMESPACE) {
        bool found;
        return module_export(I, o->u.module, key, span, &found);
    }
    Value v = proto_get(I, o, key, value_object(o), span);
    if (v.tag != V_ABSENT || I->dead)
        return v;
    if (o->cls == O_RESOURCE)
        return resource_member(I, o, key, span);
    if (o->cls == O_FUNCTION || o->cls == O_NATIVE || o->cls == O_BOUND || o->cls == O_KIND) {
        Str name = sym_str(I->interner, key);
        if (str_is(name, "name") || str_is(name, "length") || str_is(name, "prototype"))
            return function_property(I, o, name);
    }
    if (o->flags & OF_OPAQUE_BASE) { // something of the base class that cannot be seen
        const Reason *why =
            reason_new(I, span, NULL, "it comes from a base class that cannot be seen");
        Obj *inherited = obj_opaque(I, why, sym_str(I->interner, key));
        obj_add_rest(I, inherited, value_object(o));
        return value_object(inherited);
    }
    return UNDEFINED;
}

static Value primitive_get(Interp *I, Obj *proto, Value self, Sym key, Span span) {
    Str name = sym_str(I->interner, key);
    effects_use(I, self, false);
    double i;
    bool is_string = proto == I->realm.string;
    if (is_string && str_is(name, "length")) {
        if (self.tag == V_STRING)
            return value_number(utf16_units(value_str(self)));
        return value_prim(PT_NUMBER, value_unknown(self));
    }
    if (is_string && key_index(I, key, &i)) {
        if (self.tag == V_STRING)
            return string_at(I, value_str(self), i);
        return self.tag == V_LATE ? late_derived(I, self, span)
                                  : value_prim(PT_STRING | PT_UNDEFINED, value_unknown(self));
    }
    Value v = proto_get(I, proto, key, self, span);
    return v.tag == V_ABSENT ? UNDEFINED : v;
}

static Value prim_get(Interp *I, Value v, Sym key, Span span) {
    struct {
        uint32_t bit;
        Obj *proto;
    } types[] = {{PT_STRING, I->realm.string},
                 {PT_NUMBER, I->realm.number},
                 {PT_BOOL, I->realm.boolean},
                 {PT_BIGINT, I->realm.bigint},
                 {PT_SYMBOL, I->realm.symbol}};
    Value out = ABSENT;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!(v.n & types[i].bit))
            continue;
        Value got =
            primitive_get(I, types[i].proto, value_prim(types[i].bit, v.u.reason), key, span);
        if (got.tag == V_UNDEFINED && out.tag != V_ABSENT)
            continue;
        if (got.tag == V_OBJECT && out.tag == V_UNDEFINED)
            out = ABSENT;
        out = out.tag == V_ABSENT ? got : join(I, out, got);
    }
    return out;
}

static Value get_one(Interp *I, Value v, Sym key, Span span) {
    Realm *r = &I->realm;
    switch ((ValueTag)v.tag) {
    case V_BOOL:
        return primitive_get(I, r->boolean, v, key, span);
    case V_NUMBER:
        return primitive_get(I, r->number, v, key, span);
    case V_BIGINT:
        return primitive_get(I, r->bigint, v, key, span);
    case V_STRING:
    case V_LATE:
        return primitive_get(I, r->string, v, key, span);
    case V_SYMBOL:
        return primitive_get(I, r->symbol, v, key, span);
    case V_PRIM:
        return prim_get(I, v, key, span);
    case V_OBJECT:
        return object_get(I, v.u.obj, key, span);
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
    case V_NULL:
    case V_UNION:
        break;
    }
    return ABSENT;
}

static void throw_on_nothing(Interp *I, Value object, Str what, Span span) {
    const char *is = object.tag == V_NULL ? "null" : "undefined";
    interp_throw_error(I, "TypeError", span, "cannot read `%.*s` of %s", STR_ARG(what), is);
}

Value interp_get(Interp *I, Value object, Sym key, Span span) {
    Value out = ABSENT;
    bool nothing = false, lenient = I->lenient;
    for (uint32_t i = 0; i < value_count(object); i++) {
        I->lenient = value_count(object) > 1; // one of several without the member is no mistake
        Value v = get_one(I, value_at(object, i), key, span);
        I->lenient = lenient;
        if (I->dead)
            return UNDEFINED;
        if (v.tag == V_ABSENT)
            nothing = true;
        else
            out = out.tag == V_ABSENT ? v : join(I, out, v);
    }
    if (out.tag == V_ABSENT) {
        throw_on_nothing(I, object, sym_str(I->interner, key), span);
        return UNDEFINED;
    }
    if (nothing)
        I->may_throw = true;
    if (out.tag == V_LATE || out.tag == V_UNION || out.tag == V_PRIM)
        interp_note_read(I, out, span);
    return out;
}

// Everything that any key of the object may give.
static Value get_any(Interp *I, Value object, Span span) {
    Value out = UNDEFINED;
    for (uint32_t k = 0; k < value_count(object); k++) {
        Value v = value_at(object, k);
        if (v.tag != V_OBJECT) {
            if (v.tag == V_STRING || v.tag == V_PRIM || v.tag == V_LATE)
                out = join(I, out, interp_prim(I, PT_STRING, span, "its index is not known"));
            continue;
        }
        Obj *o = v.u.obj;
        if (o->cls == O_OPAQUE)
            out = join(I, out, v);
        if (o->cls == O_RESOURCE) {
            Value m = resource_member(I, o, 0, span);
            if (I->dead)
                return UNDEFINED;
            if (m.tag != V_ABSENT)
                out = join(I, out, m);
        }
        if (o->cls == O_NAMESPACE) {
            out = join(I, out, namespace_any(I, o, span));
            continue;
        }
        if (o == I->realm.env)
            out = join(I, out,
                       interp_prim(I, PT_STRING, span,
                                   "it is an environment variable whose "
                                   "name is not known"));
        if (o->cls == O_ARRAY) {
            Value all = array_join(I, o);
            if (all.tag != V_ABSENT)
                out = join(I, out, all);
        } else if (o->rest && o->rest->v.tag != V_ABSENT) {
            out = join(I, out, o->rest->v);
        }
        for (Obj *p = o; p && p != I->realm.object && p != I->realm.array; p = p->proto)
            for (uint32_t i = 0; i < p->prop_count; i++) {
                Value got = from_cell(I, p, p->props[i]->cell.v, p->props[i]->key, v, span);
                if (got.tag != V_ABSENT)
                    out = join(I, out, got);
            }
    }
    return out;
}

Value interp_get_index(Interp *I, Value object, Value key, Span span) {
    Sym sym;
    if (value_count(key) <= 16) {
        Value out = ABSENT;
        bool all = true;
        for (uint32_t i = 0; i < value_count(key) && all; i++) {
            all = interp_to_key(I, value_at(key, i), &sym);
            if (!all || I->dead)
                break;
            Value v = interp_get(I, object, sym, span);
            out = out.tag == V_ABSENT ? v : join(I, out, v);
        }
        if (I->dead)
            return UNDEFINED;
        if (all)
            return out;
    }
    if (object.tag == V_UNDEFINED || object.tag == V_NULL) {
        throw_on_nothing(I, object, STR("[…]"), span);
        return UNDEFINED;
    }
    Value v = get_any(I, object, span);
    interp_note_read(I, v, span);
    return v;
}

// ---- Writing ------------------------------------------------------------------------------------

static bool run_setter(Interp *I, Obj *o, Sym key, Value v, Span span) {
    for (Obj *p = o; p; p = p->proto) {
        Prop *prop = obj_find(p, key);
        if (!prop)
            continue;
        Value at = prop->cell.v;
        if (at.tag != V_OBJECT || at.u.obj->cls != O_ACCESSOR)
            return false;
        Value set = at.u.obj->u.accessor.set;
        if (set.tag == V_OBJECT)
            interp_call_values(I, set, value_object(o), &v, 1, span);
        return true;
    }
    return false;
}

static void set_one(Interp *I, Obj *o, Sym key, Value v, Span span, bool weak) {
    Str name = sym_str(I->interner, key);
    if (o->flags & OF_FROZEN)
        return;
    if (o->flags & OF_ESCAPED)
        interp_escape(I, v, NULL, span);
    if (o->cls == O_OPAQUE || o == I->realm.env)
        effects_hand(I, v);
    run_traps(I, o, span);
    if (o->cls == O_OPAQUE) {
        Prop *p = obj_find(o, key);
        Value old = p ? p->cell.v : ABSENT;
        obj_define(I, o, key, old.tag == V_ABSENT ? v : join(I, old, v), 0);
        obj_add_rest(I, o, v);
        return;
    }
    if (o->cls == O_ARRAY) {
        double i;
        if (str_is(name, "length")) {
            array_set_length(I, o, v);
            return;
        }
        if (key_index(I, key, &i)) {
            if (weak)
                obj_add_rest(I, o, v);
            else
                array_set(I, o, (uint32_t)i, v);
            return;
        }
    }
    if (run_setter(I, o, key, v, span))
        return;
    Prop *p = obj_find(o, key);
    if (p && (p->flags & PROP_READONLY))
        return;
    if (weak)
        v = join(I, p ? p->cell.v : ABSENT, v);
    obj_define(I, o, key, v, p ? p->flags : 0);
}

void interp_set(Interp *I, Value object, Sym key, Value v, Span span) {
    bool weak = value_count(object) > 1;
    bool any = false;
    for (uint32_t i = 0; i < value_count(object) && !I->dead; i++) {
        Value alt = value_at(object, i);
        if (alt.tag == V_UNDEFINED || alt.tag == V_NULL)
            continue;
        any = true;
        if (alt.tag == V_OBJECT)
            set_one(I, alt.u.obj, key, v, span, weak);
    }
    if (!any && !I->dead) {
        Str name = sym_str(I->interner, key);
        interp_throw_error(I, "TypeError", span, "cannot set `%.*s` of %s", STR_ARG(name),
                           object.tag == V_NULL ? "null" : "undefined");
    }
}

void interp_set_index(Interp *I, Value object, Value key, Value v, Span span) {
    Sym sym;
    if (interp_to_key(I, key, &sym)) {
        interp_set(I, object, sym, v, span);
        return;
    }
    for (uint32_t i = 0; i < value_count(object) && !I->dead; i++) {
        Value alt = value_at(object, i);
        if (alt.tag != V_OBJECT)
            continue;
        Obj *o = alt.u.obj;
        if (o->flags & OF_ESCAPED)
            interp_escape(I, v, NULL, span);
        if (o->cls == O_ARRAY)
            array_open(I, o, &bag_grew);
        obj_add_rest(I, o, v);
    }
}

void interp_delete(Interp *I, Value object, Value key) {
    Sym sym;
    for (uint32_t i = 0; i < value_count(object); i++) {
        Value alt = value_at(object, i);
        if (alt.tag != V_OBJECT)
            continue;
        Obj *o = alt.u.obj;
        if (o->cls == O_OPAQUE || o == I->realm.env) // what they hold stands in no cell
            effects_touch(I, alt);
        run_traps(I, o, o->site);
        if (o->cls == O_OPAQUE)
            continue;
        bool known = interp_to_key(I, key, &sym);
        for (uint32_t p = 0; p < o->prop_count; p++) {
            Prop *prop = o->props[p];
            if (known && prop->key != sym)
                continue;
            if (known && value_count(object) == 1 && !(o->flags & OF_SUMMARY))
                interp_write(I, &prop->cell, ABSENT);
            else
                interp_write_weak(I, &prop->cell, ABSENT);
        }
    }
}

bool interp_has(Interp *I, Value object, Value key, bool *known_out) {
    Sym sym;
    *known_out = false;
    if (object.tag != V_OBJECT || !interp_to_key(I, key, &sym))
        return false;
    Obj *o = object.u.obj;
    run_traps(I, o, SPAN_NONE);
    if (o->cls == O_OPAQUE || o == I->realm.env || (o->flags & OF_OPAQUE_BASE))
        return false;
    if (o->cls == O_NAMESPACE) {
        module_export(I, o->u.module, sym, SPAN_NONE, known_out);
        bool found = *known_out;
        *known_out = true;
        return found;
    }
    if (o->cls == O_RESOURCE) {
        *known_out = true;
        return resource_member(I, o, sym, SPAN_NONE).tag != V_ABSENT;
    }
    for (Obj *p = o; p; p = p->proto) {
        if (p->rest)
            return false;
        Value v = special_own(I, p, sym);
        Prop *prop = obj_find(p, sym);
        if (v.tag == V_ABSENT && prop)
            v = prop->cell.v;
        if (v.tag == V_UNDEFINED && p->cls == O_ARRAY)
            continue;
        if (v.tag == V_UNION) {
            for (uint32_t i = 0; i < value_count(v); i++)
                if (value_at(v, i).tag == V_ABSENT)
                    return false;
        }
        if (v.tag != V_ABSENT) {
            *known_out = true;
            return true;
        }
    }
    *known_out = true;
    return false;
}
