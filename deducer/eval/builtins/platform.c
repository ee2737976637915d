// What the platform adds to the language: console, timers, crypto, Intl, structuredClone, and the
// long list of names that are code which is not looked into (fetch, streams, events …): opaque, so
// that what is handed to them escapes.

#include "deducer/eval/builtins/builtins.h"
#include "deducer/eval/effects.h"

static Value nothing(Interp *I, const Call *c) {
    (void)c;
    effects_world(I);
    return UNDEFINED;
}

// ---- Timers -------------------------------------------------------------------------------------

// The callback runs later, and is handed its further arguments. A promise's own resolve function is
// called at once: it does nothing but settle.
static Value later(Interp *I, const Call *c) {
    Items *args = call_items(I, c, 0);
    Value fn = call_arg(I, c, 0);
    effects_world(I);
    if (promise_is_resolver(fn)) {
        interp_call_values(I, fn, UNDEFINED, c->n > 2 ? c->args + 2 : NULL, c->n > 2 ? c->n - 2 : 0,
                           c->span);
    } else {
        for (uint32_t i = args->n; i-- > 0 && !I->dead;)
            interp_escape(I, args->at[i], NULL, c->span);
        if (args->open && !I->dead)
            interp_escape(I, args->rest, NULL, c->span);
    }
    if (I->dead)
        return UNDEFINED;
    return interp_unknown(I, reason_new(I, c->span, NULL, "timers are only known at run time"),
                          STR("timer"));
}

static const Native console_methods[] = {
    {"assert", nothing, 0},   {"clear", nothing, 0},
    {"count", nothing, 0},    {"countReset", nothing, 0},
    {"debug", nothing, 0},    {"dir", nothing, 0},
    {"dirxml", nothing, 0},   {"error", nothing, 0},
    {"group", nothing, 0},    {"groupCollapsed", nothing, 0},
    {"groupEnd", nothing, 0}, {"info", nothing, 0},
    {"log", nothing, 0},      {"table", nothing, 0},
    {"time", nothing, 0},     {"timeEnd", nothing, 0},
    {"timeLog", nothing, 0},  {"timeStamp", nothing, 0},
    {"trace", nothing, 0},    {"warn", nothing, 0},
    {NULL, NULL, 0},
};

// ---- crypto and performance ---------------------------------------------------------------------

static Value random_uuid(Interp *I, const Call *c) {
    return interp_prim(I, PT_STRING, c->span, "`crypto.randomUUID()` differs from run to run");
}

static Value random_values(Interp *I, const Call *c) {
    return call_arg(I, c, 0);
}

static Value present(Interp *I, const Call *c) {
    return interp_prim(I, PT_NUMBER, c->span, "the present time differs from run to run");
}

static Value unknown_object(Interp *I, const Call *c) {
    return opaque_from(I, UNDEFINED, c->span, c->callee->u.native.row->name);
}

// ---- Intl ---------------------------------------------------------------------------------------

// Text in the machine's language; late where late values are among the arguments.
static Value intl_text(Interp *I, const Call *c) {
    Value arg = call_arg(I, c, 0);
    if (is_object(arg, O_ARRAY))
        arg = items_join(I, array_items(I, arg, c->span));
    Value prim = interp_prim(I, PT_STRING, c->span,
                             "how values are written depends on the machine's language");
    return value_has(arg, V_LATE) ? value_join(I->a, prim, late_of_parts(I, &arg, 1, c->span))
                                  : prim;
}

static Value intl_order(Interp *I, const Call *c) {
    return interp_prim(I, PT_NUMBER, c->span,
                       "the order of words depends on the machine's language");
}

static Value intl_new(Interp *I, const Call *c) {
    return value_object(obj_new(I, O_PLAIN, c->callee->u.native.data.u.obj, c->span));
}

static void install_intl(Interp *I) {
    static const Native none[] = {{NULL, NULL, 0}};
    static const Native methods[] = {
        {"compare", intl_order, 2},
        {"format", intl_text, 1},
        {"formatRange", intl_text, 2},
        {"formatRangeToParts", unknown_object, 2},
        {"formatToParts", unknown_object, 1},
        {"of", intl_text, 1},
        {"resolvedOptions", unknown_object, 0},
        {"segment", unknown_object, 1},
        {"select", intl_text, 1},
        {NULL, NULL, 0},
    };
    static const Native classes[] = {
        {"Collator", intl_new, 0},     {"DateTimeFormat", intl_new, 0},
        {"DisplayNames", intl_new, 2}, {"ListFormat", intl_new, 0},
        {"Locale", intl_new, 1},       {"NumberFormat", intl_new, 0},
        {"PluralRules", intl_new, 0},  {"RelativeTimeFormat", intl_new, 0},
        {"Segmenter", intl_new, 0},
    };
    Obj *intl = namespace_new(I, "Intl", none), *proto = proto_new(I, I->realm.object);
    obj_natives(I, proto, methods);
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        Obj *fn = native_closure(I, &classes[i], value_object(proto), NULL);
        obj_define_lit(I, fn, "prototype", value_object(proto));
        obj_define_lit(I, intl, classes[i].name, value_object(fn));
    }
}

// ---- structuredClone ----------------------------------------------------------------------------

typedef struct Cloning {
    Interp *I;
    Span span;
    Vec(Obj *) from;
    Vec(Obj *) to;
    uint32_t depth;
} Cloning;

static Value clone(Cloning *s, Value v);

static Value clone_items(Cloning *s, Obj *o, Obj *copy) {
    Interp *I = s->I;
    Items *it = o->cls == O_ARRAY
                    ? array_items(I, value_object(o), s->span)
                    : map_items(I, o, o->cls == O_MAP ? WANT_PAIRS : WANT_KEYS, s->span);
    for (uint32_t i = 0; i < it->n; i++)
        it->at[i] = clone(s, it->at[i]);
    if (it->open && it->rest.tag != V_ABSENT)
        it->rest = clone(s, it->rest);
    if (o->cls == O_ARRAY)
        array_assign(I, copy, it);
    for (uint32_t i = 0; o->cls != O_ARRAY && i < it->n; i++) {
        Value k =
            o->cls == O_SET ? it->at[i] : interp_get_index(I, it->at[i], value_number(0), s->span);
        map_put(I, copy, k,
                o->cls == O_SET ? k : interp_get_index(I, it->at[i], value_number(1), s->span));
    }
    if (it->open && o->cls != O_ARRAY)
        return opaque_holding(I, it->rest, s->span, "structuredClone");
    return value_object(copy);
}

static Value clone_object(Cloning *s, Obj *o) {
    Interp *I = s->I;
    for (uint32_t i = 0; i < s->from.n; i++)
        if (s->from.at[i] == o)
            return value_object(s->to.at[i]);
    if (o->cls == O_DATE) {
        Obj *date = obj_new(I, O_DATE, I->realm.date, s->span);
        obj_init_cell(I, date, &date->u.box.value, o->u.box.value.v);
        return value_object(date);
    }
    if (o->cls != O_PLAIN && o->cls != O_ARRAY && o->cls != O_MAP && o->cls != O_SET)
        return value_object(o);
    Obj *copy = o->cls == O_PLAIN   ? obj_plain(I, s->span)
                : o->cls == O_ARRAY ? obj_array(I, s->span)
                                    : obj_map(I, (ObjClass)o->cls, s->span);
    vec_push(I->a, &s->from, o);
    vec_push(I->a, &s->to, copy);
    if (o->cls != O_PLAIN)
        return clone_items(s, o, copy);
    bool exact;
    uint32_t n;
    Sym *keys = obj_keys(I, o, &n, &exact);
    for (uint32_t i = 0; i < n && !I->dead; i++) {
        Value v = interp_get(I, value_object(o), keys[i], s->span);
        if (!I->dead)
            obj_define(I, copy, keys[i], clone(s, v), 0);
    }
    if (o->rest && o->rest->v.tag != V_ABSENT)
        obj_add_rest(I, copy, clone(s, o->rest->v));
    return value_object(copy);
}

static Value clone(Cloning *s, Value v) {
    if (s->depth > 400)
        return v; // too deep: shared rather than copied
    s->depth++;
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_OBJECT)
            alt = clone_object(s, alt.u.obj);
        out = i ? value_join(s->I->a, out, alt) : alt;
    }
    s->depth--;
    return out;
}

static Value structured_clone(Interp *I, const Call *c) {
    Cloning s = {.I = I, .span = c->span};
    return clone(&s, call_arg(I, c, 0));
}

// ---- Modules ------------------------------------------------------------------------------------

static Value require(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    Str specifier;
    if (!known_string(v, &specifier))
        return module_unknown(I, v, c->span);
    return module_dynamic(I, I->frame->module, specifier, c->span);
}

static const char *const unseen_names[] = {
    "AbortController",
    "AbortSignal",
    "ArrayBuffer",
    "AsyncDisposableStack",
    "Atomics",
    "BigInt64Array",
    "BigUint64Array",
    "Blob",
    "BroadcastChannel",
    "ByteLengthQueuingStrategy",
    "CloseEvent",
    "CompressionStream",
    "CountQueuingStrategy",
    "Crypto",
    "CryptoKey",
    "CustomEvent",
    "DOMException",
    "DataView",
    "DecompressionStream",
    "DisposableStack",
    "Event",
    "EventSource",
    "EventTarget",
    "File",
    "FinalizationRegistry",
    "Float16Array",
    "Float32Array",
    "Float64Array",
    "FormData",
    "Headers",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "MessageChannel",
    "MessageEvent",
    "MessagePort",
    "Navigator",
    "Performance",
    "PerformanceEntry",
    "PerformanceMark",
    "PerformanceMeasure",
    "PerformanceObserver",
    "PerformanceObserverEntryList",
    "PerformanceResourceTiming",
    "Proxy",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "Request",
    "Response",
    "SharedArrayBuffer",
    "Storage",
    "SubtleCrypto",
    "SuppressedError",
    "TextDecoderStream",
    "TextEncoderStream",
    "TransformStream",
    "TransformStreamDefaultController",
    "URLPattern",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WebAssembly",
    "WebSocket",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
    "fetch",
    "gc",
    "localStorage",
    "navigator",
    "sessionStorage",
};

static Value unseen(Interp *I, const char *name) {
    const Reason *why = reason_new(I, SPAN_NONE, NULL, "`%s` is code of the platform", name);
    Value v = interp_unknown(I, why, str_of(name));
    v.u.obj->u.opaque.export_name = str_of(name);
    return v;
}

static void install_functions(Interp *I) {
    static const Native rows[] = {
        {"clearImmediate", nothing, 1}, {"clearInterval", nothing, 1},
        {"clearTimeout", nothing, 1},   {"queueMicrotask", later, 1},
        {"reportError", nothing, 1},    {"require", require, 1},
        {"setImmediate", later, 1},     {"setInterval", later, 2},
        {"setTimeout", later, 2},       {"structuredClone", structured_clone, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        global_set(I, rows[i].name, value_object(obj_native(I, &rows[i])));
    static const char *const texts[] = {"__dirname", "__filename"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        global_set(
            I, texts[i],
            interp_prim(I, PT_STRING, SPAN_NONE, "`%s` differs from machine to machine", texts[i]));
}

void install_platform(Interp *I) {
    static const Native crypto_rows[] = {
        {"getRandomValues", random_values, 1}, {"randomUUID", random_uuid, 0}, {NULL, NULL, 0}};
    static const Native performance_rows[] = {
        {"mark", unknown_object, 1}, {"measure", unknown_object, 1}, {"now", present, 0},
        {"clearMarks", nothing, 0},  {"clearMeasures", nothing, 0},  {NULL, NULL, 0}};
    namespace_new(I, "console", console_methods);
    Obj *crypto = namespace_new(I, "crypto", crypto_rows);
    obj_define_lit(I, crypto, "subtle", unseen(I, "subtle"));
    Obj *performance = namespace_new(I, "performance", performance_rows);
    obj_define_lit(
        I, performance, "timeOrigin",
        interp_prim(I, PT_NUMBER, SPAN_NONE, "the present time differs from run to run"));
    install_intl(I);
    install_functions(I);
    for (size_t i = 0; i < sizeof unseen_names / sizeof unseen_names[0]; i++)
        global_set(I, unseen_names[i], unseen(I, unseen_names[i]));
}
