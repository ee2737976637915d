// URL and URLSearchParams.
//
// A URL's parts are properties; `href`, `origin`, `search` and toString() are put together from
// them, so that setting a part shows. The search parameters are an array of pairs in the hidden
// "#pairs". What is made from text that is not known has unknown parts; from late text, late ones.

#include "deducer/eval/builtins/builtins.h"

static Value get(Interp *I, Value o, const char *name, Span span) {
    return interp_get(I, o, key_of(I, name), span);
}

static Value global_proto(Interp *I, const char *name) {
    return obj_find(global_get(I, name).u.obj, key_of(I, "prototype"))->cell.v;
}

static void accessor(Interp *I, Obj *proto, const Native *get_row, const Native *set_row) {
    Obj *o = obj_new(I, O_ACCESSOR, NULL, SPAN_NONE);
    o->u.accessor.get = value_object(obj_native(I, get_row));
    o->u.accessor.set = set_row ? value_object(obj_native(I, set_row)) : UNDEFINED;
    obj_define_lit(I, proto, get_row->name, value_object(o));
}

// ---- Search parameters --------------------------------------------------------------------------

static Value call_global(Interp *I, const char *name, Value arg, Span span) {
    return call_1(I, global_get(I, name), arg, span);
}

static Value pairs_of(Interp *I, Value self) {
    const Prop *p = self.tag == V_OBJECT ? obj_find(self.u.obj, key_of(I, "#pairs")) : NULL;
    return p ? p->cell.v : UNDEFINED;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// "a%20b+c" to "a b c"; what is no escape stands for itself.
static Value form_decoded(Interp *I, Str s, Span span) {
    Buf b = buf_new(I->a);
    uint32_t bad;
    for (uint32_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_value(s.p[i + 2]);
        if (low < 0) {
            buf_putc(&b, (char)(s.p[i] == '+' ? ' ' : s.p[i]));
            continue;
        }
        buf_putc(&b, (char)(high * 16 + low));
        i += 2;
    }
    if (utf8_valid(buf_str(&b), &bad))
        return value_string(buf_str(&b));
    return interp_prim(I, PT_STRING, span, "the escaped bytes are not valid UTF-8");
}

static void parse_query(Interp *I, Items *out, Str s, Span span) {
    if (str_starts(s, "?"))
        s = str_slice(s, 1, s.n);
    for (uint32_t from = 0; from < s.n && !I->dead;) {
        int64_t end = str_find(s, STR("&"), from);
        Str part = str_slice(s, from, end < 0 ? s.n : (uint32_t)end);
        int64_t equals = str_find(part, STR("="), 0);
        Str name = str_slice(part, 0, equals < 0 ? part.n : (uint32_t)equals);
        Str value = equals < 0 ? STR_EMPTY : str_slice(part, (uint32_t)equals + 1, part.n);
        Value k = form_decoded(I, name, span), v = form_decoded(I, value, span);
        if (part.n)
            items_push(I, out, pair_value(I, k, v, span));
        from = end < 0 ? s.n : (uint32_t)end + 1;
    }
}

static Items *pairs_from(Interp *I, Value v, Span span) {
    Items *out = items_new(I);
    Str s;
    if (v.tag == V_UNDEFINED)
        return out;
    if (known_string(v, &s)) {
        parse_query(I, out, s, span);
        return out;
    }
    if (v.tag == V_OBJECT && !is_opaque(v)) {
        Value own = pairs_of(I, v);
        if (own.tag == V_OBJECT)
            return array_items(I, own, span);
        bool listed = is_object(v, O_ARRAY) || is_object(v, O_MAP) || is_object(v, O_ITERATOR);
        Items *it = listed ? interp_iterate(I, v, span) : object_items(I, v, WANT_PAIRS, span);
        for (uint32_t i = 0; i < it->n && !I->dead; i++) {
            Value k = interp_get_index(I, it->at[i], value_number(0), span);
            Value text =
                interp_to_string(I, interp_get_index(I, it->at[i], value_number(1), span), span);
            items_push(I, out, pair_value(I, interp_to_string(I, k, span), text, span));
        }
        if (!it->open)
            return out;
    }
    Value piece = value_has(v, V_LATE) ? late_of_parts(I, &v, 1, span)
                                       : unknown_from(I, PT_STRING, v, span, "URLSearchParams");
    items_open(I, out, pair_value(I, piece, piece, span),
               reason_new(I, span, value_unknown(v), "the search parameters are not known"));
    return out;
}

static Value params_of(Interp *I, Items *pairs, Span span) {
    Obj *o = obj_new(I, O_PLAIN, global_proto(I, "URLSearchParams").u.obj, span);
    obj_define_lit(I, o, "#pairs", array_of(I, pairs, span));
    return value_object(o);
}

static Value new_params(Interp *I, const Call *c) {
    Items *pairs = pairs_from(I, call_arg(I, c, 0), c->span);
    return I->dead ? UNDEFINED : params_of(I, pairs, c->span);
}

static Items *self_pairs(Interp *I, const Call *c) {
    Value pairs = pairs_of(I, c->self);
    return is_object(pairs, O_ARRAY) ? array_items(I, pairs, c->span) : items_new(I);
}

static void store(Interp *I, const Call *c, const Items *pairs) {
    Value array = pairs_of(I, c->self);
    if (is_object(array, O_ARRAY))
        array_assign(I, array.u.obj, pairs);
}

static Value side(Interp *I, Value pair, double which, Span span) {
    return interp_get_index(I, pair, value_number(which), span);
}

static Value append(Interp *I, const Call *c) {
    Value k = interp_to_string(I, call_arg(I, c, 0), c->span),
          v = interp_to_string(I, call_arg(I, c, 1), c->span);
    Value array = pairs_of(I, c->self);
    if (!I->dead && is_object(array, O_ARRAY))
        array_push(I, array.u.obj, pair_value(I, k, v, c->span));
    return UNDEFINED;
}

// Those pairs of which the name is (not) the argument; where that is not known, all of them may be.
static Items *with_name(Interp *I, const Call *c, bool same) {
    Items *all = self_pairs(I, c), *out = items_new(I);
    Value name = interp_to_string(I, call_arg(I, c, 0), c->span);
    const Reason *why = reason_new(I, c->span, value_unknown(name),
                                   "which search parameters there are is not known");
    for (uint32_t i = 0; i < all->n; i++) {
        Truth t = values_equal(side(I, all->at[i], 0, c->span), name, true);
        if (t == TRUTH_MAYBE || (t == TRUTH_YES) == same)
            items_add(I, out, all->at[i], t != TRUTH_MAYBE, why);
    }
    if (all->open)
        items_open(I, out, all->rest, all->why);
    return out;
}

static Value remove_name(Interp *I, const Call *c) {
    store(I, c, with_name(I, c, false));
    return UNDEFINED;
}

static Value set(Interp *I, const Call *c) {
    Items *all = self_pairs(I, c), *same = with_name(I, c, true), *out = items_new(I);
    Value k = interp_to_string(I, call_arg(I, c, 0), c->span),
          v = interp_to_string(I, call_arg(I, c, 1), c->span);
    if (I->dead)
        return UNDEFINED;
    Value pair = pair_value(I, k, v, c->span);
    if (all->open || same->open) {
        items_open(I, out, value_join(I->a, items_join(I, all), pair),
                   all->why ? all->why : same->why);
    } else {
        bool placed = false;
        for (uint32_t i = 0; i < all->n; i++) {
            bool this_one = values_equal(side(I, all->at[i], 0, c->span), k, true) == TRUTH_YES;
            if (!this_one || !placed)
                items_push(I, out, this_one ? pair : all->at[i]);
            placed = placed || this_one;
        }
        if (!placed)
            items_push(I, out, pair);
    }
    store(I, c, out);
    return UNDEFINED;
}

static Value get_param(Interp *I, const Call *c) {
    Items *same = with_name(I, c, true);
    Value null = {V_NULL, 0, {0}};
    if (!same->open)
        return same->n ? side(I, same->at[0], 1, c->span) : null;
    return value_join(I->a, side(I, items_join(I, same), 1, c->span), null);
}

static Value get_all(Interp *I, const Call *c) {
    Items *same = with_name(I, c, true), *out = items_new(I);
    for (uint32_t i = 0; i < same->n; i++)
        items_push(I, out, side(I, same->at[i], 1, c->span));
    if (same->open)
        items_open(I, out, side(I, same->rest, 1, c->span), same->why);
    return array_of(I, out, c->span);
}

static Value has(Interp *I, const Call *c) {
    Items *same = with_name(I, c, true);
    if (!same->open || same->n)
        return value_bool(same->n > 0);
    return value_prim(PT_BOOL, same->why);
}

static Value form_encoded(Interp *I, Value v, Span span) {
    Value e = call_global(I, "encodeURIComponent", v, span);
    Str s;
    if (I->dead || !known_string(e, &s))
        return e;
    Buf b = buf_new(I->a);
    for (uint32_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (ch == '%' && str_starts(str_slice(s, i, s.n), "%20"))
            buf_putc(&b, '+'), i += 2;
        else if (ch == '!' || ch == '~' || ch == '\'' || ch == '(' || ch == ')')
            buf_printf(&b, "%%%02X", (unsigned)ch);
        else
            buf_putc(&b, ch);
    }
    return value_string(buf_str(&b));
}

static Value query_text(Interp *I, const Items *pairs, Span span) {
    Items *parts = items_new(I);
    for (uint32_t i = 0; i < pairs->n && !I->dead; i++) {
        if (i)
            items_push(I, parts, lit("&"));
        items_push(I, parts, form_encoded(I, side(I, pairs->at[i], 0, span), span));
        items_push(I, parts, lit("="));
        items_push(I, parts, form_encoded(I, side(I, pairs->at[i], 1, span), span));
    }
    if (I->dead)
        return UNDEFINED;
    if (pairs->open) {
        Value text = side(I, pairs->rest, 1, span);
        items_push(I, parts,
                   value_has(text, V_LATE) ? late_of_parts(I, &text, 1, span)
                                           : value_prim(PT_STRING, pairs->why));
    }
    return concat_values(I, parts->at, parts->n, span);
}

static Value params_text(Interp *I, const Call *c) {
    return query_text(I, self_pairs(I, c), c->span);
}

static Value params_entries(Interp *I, const Call *c) {
    return iterator_of(I, self_pairs(I, c), c->span);
}

static Value params_sides(Interp *I, const Call *c, double which) {
    Items *all = self_pairs(I, c), *out = items_new(I);
    for (uint32_t i = 0; i < all->n; i++)
        items_push(I, out, side(I, all->at[i], which, c->span));
    if (all->open)
        items_open(I, out, side(I, all->rest, which, c->span), all->why);
    return iterator_of(I, out, c->span);
}

static Value params_keys(Interp *I, const Call *c) {
    return params_sides(I, c, 0);
}

static Value params_values(Interp *I, const Call *c) {
    return params_sides(I, c, 1);
}

static bool each_pair(Interp *I, void *state, Value pair, Value index) {
    const Call *c = state;
    (void)index;
    call_3(I, call_arg(I, c, 0), UNDEFINED, side(I, pair, 1, c->span), side(I, pair, 0, c->span),
           c->self, c->span);
    return !I->dead;
}

static Value params_for_each(Interp *I, const Call *c) {
    Call copy = *c;
    interp_for_each(I, self_pairs(I, c), c->span, each_pair, &copy);
    return UNDEFINED;
}

static Value params_size(Interp *I, const Call *c) {
    Items *all = self_pairs(I, c);
    return all->open ? value_prim(PT_NUMBER, all->why) : value_number(all->n);
}

// ---- URLs ---------------------------------------------------------------------------------------

static Str lower(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++)
        buf_putc(&b, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]));
    return buf_str(&b);
}

static void part(Interp *I, Obj *o, const char *name, Str s) {
    obj_define_lit(I, o, name, value_string(s));
}

static Str default_port(Str protocol) {
    return str_is(protocol, "http:")    ? STR("80")
           : str_is(protocol, "https:") ? STR("443")
                                        : STR_EMPTY;
}

static void set_authority(Interp *I, Obj *o, Str authority, Str protocol) {
    int64_t at = str_rfind_char(authority, '@');
    Str user = str_slice(authority, 0, at < 0 ? 0 : (uint32_t)at),
        host = lower(I->a, str_slice(authority, at < 0 ? 0 : (uint32_t)at + 1, authority.n));
    int64_t colon = str_find(user, STR(":"), 0), port_at = str_rfind_char(host, ':');
    if (port_at >= 0 && str_find(host, STR("]"), (uint32_t)port_at) >= 0)
        port_at = -1;
    Str port = port_at < 0 ? STR_EMPTY : str_slice(host, (uint32_t)port_at + 1, host.n);
    part(I, o, "username", str_slice(user, 0, colon < 0 ? user.n : (uint32_t)colon));
    part(I, o, "password", colon < 0 ? STR_EMPTY : str_slice(user, (uint32_t)colon + 1, user.n));
    part(I, o, "hostname", port_at < 0 ? host : str_slice(host, 0, (uint32_t)port_at));
    part(I, o, "port", str_eq(port, default_port(protocol)) ? STR_EMPTY : port);
}

// Path with "." and ".." gone, spaces escaped.
static Str clean_path(Interp *I, Str path) {
    Str normal = path_normal(I->a, path.n ? path : STR("/"));
    Buf b = buf_new(I->a);
    if (!str_starts(normal, "/"))
        buf_putc(&b, '/');
    for (uint32_t i = 0; i < normal.n; i++)
        if (normal.p[i] == ' ')
            buf_puts(&b, "%20");
        else
            buf_putc(&b, normal.p[i]);
    if (path.n > 1 && str_ends(path, "/") && !str_ends(buf_str(&b), "/"))
        buf_putc(&b, '/');
    return buf_str(&b);
}

// The length of "scheme:" at the start of s, or 0.
static uint32_t scheme_length(Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool letter = (ch | 32) >= 'a' && (ch | 32) <= 'z';
        if (ch == ':')
            return i ? i + 1 : 0;
        if (!letter && !(i && ((ch >= '0' && ch <= '9') || ch == '+' || ch == '-' || ch == '.')))
            return 0;
    }
    return 0;
}

static bool parse_url(Interp *I, Obj *o, Str s, Span span) {
    s = str_trim(s);
    uint32_t scheme = scheme_length(s);
    if (!scheme || !str_starts(str_slice(s, scheme, s.n), "//"))
        return false;
    Str protocol = lower(I->a, str_slice(s, 0, scheme));
    uint32_t at = scheme + 2, end = at;
    while (end < s.n && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '#')
        end++;
    int64_t hash = str_find(s, STR("#"), end);
    Str head = str_slice(s, end, hash < 0 ? s.n : (uint32_t)hash);
    int64_t query = str_find(head, STR("?"), 0);
    Str search = query < 0 ? STR_EMPTY : str_slice(head, (uint32_t)query, head.n);
    Items *pairs = items_new(I);
    if (end == at && !str_is(protocol, "file:"))
        return false;
    part(I, o, "protocol", protocol);
    set_authority(I, o, str_slice(s, at, end), protocol);
    part(I, o, "pathname", clean_path(I, query < 0 ? head : str_slice(head, 0, (uint32_t)query)));
    Str fragment = hash < 0 ? STR_EMPTY : str_slice(s, (uint32_t)hash, s.n);
    part(I, o, "hash", fragment.n > 1 ? fragment : STR_EMPTY);
    part(I, o, "#search", search.n > 1 ? search : STR_EMPTY);
    parse_query(I, pairs, search, span);
    if (I->dead)
        return true;
    obj_define_lit(I, o, "searchParams", params_of(I, pairs, span));
    obj_define_lit(I, o, "#query", query_text(I, pairs, span));
    return true;
}

static void unknown_url(Interp *I, Obj *o, Value text, Span span) {
    static const char *const names[] = {"protocol", "username", "password", "hostname",
                                        "port",     "pathname", "hash",     "#search"};
    Value piece = value_has(text, V_LATE) ? late_of_parts(I, &text, 1, span)
                                          : unknown_from(I, PT_STRING, text, span, "URL");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        obj_define_lit(I, o, names[i], piece);
    obj_define_lit(I, o, "searchParams", params_of(I, pairs_from(I, piece, span), span));
    obj_define_lit(I, o, "#query", UNDEFINED);
}

static Str resolve(Interp *I, Str rel, Str base) {
    if (scheme_length(rel))
        return rel;
    uint32_t scheme = scheme_length(base), host = scheme + 2;
    if (str_starts(rel, "//"))
        return str_cat(I->a, str_slice(base, 0, scheme), rel);
    while (host < base.n && base.p[host] != '/' && base.p[host] != '?' && base.p[host] != '#')
        host++;
    Str origin = str_slice(base, 0, host);
    if (str_starts(rel, "/"))
        return str_cat(I->a, origin, rel);
    uint32_t end = host, dir = host;
    for (; end < base.n && base.p[end] != '?' && base.p[end] != '#'; end++)
        if (base.p[end] == '/')
            dir = end + 1;
    if (str_starts(rel, "?") || str_starts(rel, "#"))
        return str_cat(I->a, str_slice(base, 0, end), rel);
    Str folder = dir > host ? str_slice(base, 0, dir) : str_cat(I->a, origin, STR("/"));
    return str_cat(I->a, folder, rel);
}

static Value new_url(Interp *I, const Call *c) {
    Value text = interp_to_string(I, call_arg(I, c, 0), c->span), base = call_arg(I, c, 1);
    Str s, b;
    if (I->dead)
        return UNDEFINED;
    if (base.tag != V_UNDEFINED)
        base = interp_to_string(I, base, c->span);
    Obj *o = obj_new(I, O_PLAIN, proto_for(I, c, global_proto(I, "URL").u.obj), c->span);
    bool known = known_string(text, &s) &&
                 (base.tag == V_UNDEFINED || known_string(base, &b) || scheme_length(s));
    if (!known) {
        I->may_throw = true;
        Value parts[] = {text, base};
        bool late = value_has(text, V_LATE) || value_has(base, V_LATE);
        unknown_url(I, o,
                    late                  ? late_of_parts(I, parts, 2, c->span)
                    : value_unknown(text) ? text
                                          : base,
                    c->span);
    } else if (!parse_url(I, o, known_string(base, &b) ? resolve(I, s, b) : s, c->span)) {
        if (scheme_length(s)) { // data:, mailto: …
            unknown_url(I, o,
                        interp_prim(I, PT_STRING, c->span, "this kind of URL is not taken apart"),
                        c->span);
            return value_object(o);
        }
        interp_throw_error(I, "TypeError", c->span, "invalid URL");
    }
    return I->dead ? UNDEFINED : value_object(o);
}

static Value get_host(Interp *I, const Call *c) {
    Value port = get(I, c->self, "port", c->span), name = get(I, c->self, "hostname", c->span);
    Str s;
    if (known_string(port, &s) && s.n == 0)
        return name;
    Value parts[] = {name, lit(":"), port};
    return value_has(port, V_LATE) ? port : concat_values(I, parts, 3, c->span);
}

// As written, until the parameters are changed.
static Value get_search(Interp *I, const Call *c) {
    Value params = get(I, c->self, "searchParams", c->span),
          before = get(I, c->self, "#query", c->span);
    Value now = query_text(I, array_items(I, pairs_of(I, params), c->span), c->span);
    Str s;
    if (I->dead)
        return UNDEFINED;
    if (before.tag == V_UNDEFINED || values_equal(now, before, true) == TRUTH_YES)
        return get(I, c->self, "#search", c->span);
    if (known_string(now, &s) && s.n == 0)
        return now;
    Value parts[] = {lit("?"), now};
    return concat_values(I, parts, 2, c->span);
}

static Value set_search(Interp *I, const Call *c) {
    Value params = get(I, c->self, "searchParams", c->span);
    Items *pairs = pairs_from(I, interp_to_string(I, call_arg(I, c, 0), c->span), c->span);
    Value array = pairs_of(I, params);
    if (!I->dead && is_object(array, O_ARRAY))
        array_assign(I, array.u.obj, pairs);
    return UNDEFINED;
}

static Value get_origin(Interp *I, const Call *c) {
    Value parts[] = {get(I, c->self, "protocol", c->span), lit("//"), get_host(I, c)};
    return value_has(parts[0], V_LATE) ? parts[0] : concat_values(I, parts, 3, c->span);
}

static Value url_text(Interp *I, const Call *c) {
    Value protocol = get(I, c->self, "protocol", c->span),
          user = get(I, c->self, "username", c->span);
    Value parts[12] = {protocol, lit("//")};
    uint32_t n = 2;
    Str s;
    if (!(known_string(user, &s) && s.n == 0)) {
        Value password = get(I, c->self, "password", c->span);
        parts[n++] = user;
        if (!(known_string(password, &s) && s.n == 0))
            parts[n++] = lit(":"), parts[n++] = password;
        parts[n++] = lit("@");
    }
    parts[n++] = get_host(I, c);
    parts[n++] = get(I, c->self, "pathname", c->span);
    parts[n++] = get_search(I, c);
    parts[n++] = get(I, c->self, "hash", c->span);
    if (I->dead)
        return UNDEFINED;
    return value_has(protocol, V_LATE) ? late_of_parts(I, parts, n, c->span)
                                       : concat_values(I, parts, n, c->span);
}

static Value can_parse(Interp *I, const Call *c) {
    Value text = call_arg(I, c, 0);
    Str s;
    if (!known_string(text, &s) || c->n > 1)
        return unknown_from(I, PT_BOOL, text, c->span, "URL.canParse");
    return value_bool(scheme_length(s) > 0);
}

static const Native params_methods[] = {
    {"append", append, 2},
    {"delete", remove_name, 1},
    {"entries", params_entries, 0},
    {"forEach", params_for_each, 1},
    {"get", get_param, 1},
    {"getAll", get_all, 1},
    {"has", has, 1},
    {"keys", params_keys, 0},
    {"set", set, 2},
    {"toString", params_text, 0},
    {"values", params_values, 0},
    {"@@iterator", params_entries, 0},
    {NULL, NULL, 0},
};

void install_url(Interp *I) {
    static const Native url_row = {"URL", new_url, 1},
                        params_row = {"URLSearchParams", new_params, 0};
    static const Native url_methods[] = {
        {"toString", url_text, 0}, {"toJSON", url_text, 0}, {NULL, NULL, 0}};
    static const Native url_statics[] = {{"canParse", can_parse, 1}, {NULL, NULL, 0}};
    static const Native href = {"href", url_text, 0}, host = {"host", get_host, 0},
                        origin = {"origin", get_origin, 0};
    static const Native search = {"search", get_search, 0}, set_row = {"search", set_search, 1},
                        size = {"size", params_size, 0};
    Obj *url = proto_new(I, I->realm.object), *params = proto_new(I, I->realm.object);
    constructor_new(I, &url_row, url, url_statics);
    constructor_new(I, &params_row, params, NULL);
    obj_natives(I, url, url_methods);
    obj_natives(I, params, params_methods);
    accessor(I, url, &href, NULL);
    accessor(I, url, &host, NULL);
    accessor(I, url, &origin, NULL);
    accessor(I, url, &search, &set_row);
    accessor(I, params, &size, NULL);
}
