#pragma once
// What the files of the built-in objects share; private to eval/builtins.
//
// Two shapes of natives: a Native sees abstract values as they come; a Pure sees known strings and
// numbers only, and pure_install wraps it so that unions are taken apart, late values give late
// values, and what is not known gives an unknown primitive of the right type.

#include "deducer/eval/run.h"

enum {
    TEXT_LIMIT = 1 << 20,   // bytes of a string made by a built-in
    ELEMENT_LIMIT = 100000, // elements of an array made by a built-in
    MAY_THROW = 1 << 16,    // in Pure.mask: some arguments make it throw
    COMBINATION_LIMIT = 64, // combinations of alternatives that a pure function is run on
};

// ---- core.c: small helpers ----------------------------------------------------------------------

Sym key_of(Interp *I, const char *name);
Value lit(const char *s);
void global_set(Interp *I, const char *name, Value v);
Value global_get(Interp *I, const char *name);
// A native function that carries data (closures of built-ins).
Obj *native_closure(Interp *I, const Native *row, Value data, void *ptr);
// A namespace object (Math, JSON …), also a global of that name.
Obj *namespace_new(Interp *I, const char *name, const Native *rows);
// A constructor function with its prototype, also a global of that name.
Obj *constructor_new(Interp *I, const Native *row, Obj *proto, const Native *statics);
Obj *proto_new(Interp *I, Obj *parent);
// Copies a method to another name: an alias, or one under a symbol ("@@iterator").
void method_alias(Interp *I, Obj *o, const char *from, const char *to);
// The prototype that `new` gives: of the derived class where there is one.
Obj *proto_for(Interp *I, const Call *c, Obj *base);

bool is_object(Value v, ObjClass cls);
bool is_opaque(Value v);
bool is_callable(Value v); // may be called: functions and unknown objects
bool value_has(Value v, ValueTag tag);
Value without_absent(Interp *I, Value v); // absence becomes undefined
Value present_only(Interp *I, Value v);   // alternatives other than absence; V_ABSENT where none
// SameValueZero (strict where `strict`: NaN differs from itself).
Truth values_equal(Value a, Value b, bool strict);
Value truth_value(Interp *I, Truth t, Span span, const char *name);

// The reason a value is not known: unknown parts or late values. NULL where it is known.
const Reason *why_unknown(Value v);
// An unknown primitive as a result of `name`, because of `culprit` (any value).
Value unknown_from(Interp *I, uint32_t mask, Value culprit, Span span, const char *name);
// An unknown value of any kind, as a result of `name`.
Value opaque_from(Interp *I, Value culprit, Span span, const char *name);
// The same; what it holds may come out of it again.
Value opaque_holding(Interp *I, Value held, Span span, const char *name);
// `self` is not what the method needs: unseen where it is opaque, a TypeError else.
Value wrong_self(Interp *I, const Call *c, const char *what);

Value call_1(Interp *I, Value fn, Value a, Span span);
Value call_3(Interp *I, Value fn, Value self, Value a, Value b, Value c, Span span);
// The arguments from `from` on, as items.
Items *call_items(Interp *I, const Call *c, uint32_t from);
Value pair_value(Interp *I, Value a, Value b, Span span); // [a, b]
// A promise that is rejected; who does not handle it is told.
Value promise_rejected(Interp *I, Value error, Span span);
bool promise_is_resolver(Value fn); // the resolve or reject function of `new Promise`
// Calls fn; where it throws, *error_out is what it throws (V_ABSENT: nothing) and the path goes on.
// The value is V_ABSENT where it only throws.
Value call_caught(Interp *I, Value fn, Value self, const Value *args, uint32_t n, Span span,
                  Value *error_out);
typedef Value (*CaughtFn)(Interp *I, void *state);
Value run_caught(Interp *I, CaughtFn fn, void *state, Value *error_out);

double to_integer(double d); // NaN gives 0, rounds to zero
uint32_t relative_index(double d, bool given, uint32_t length, uint32_t absent); // as slice counts

// ---- pure.c -------------------------------------------------------------------------------------

// One converted argument. a[0] is `this`.
typedef struct Known {
    Value v;
    Str s;      // kinds s and o
    double n;   // kind n; NaN where not given
    bool given; // neither missing nor undefined
} Known;

typedef Value (*PureFn)(Interp *I, const Known *a, uint32_t n, Span span);

// sig: one letter for `this`, then one for each argument: s string, o string or undefined, n number
// or undefined, v any value as it is, - ignored; a last * repeats the letter before it.
typedef struct Pure {
    const char *name;
    const char *sig;
    uint32_t mask; // PT_* of the result where the arguments are not known; MAY_THROW
    uint32_t length;
    PureFn fn;
} Pure;

void pure_install(Interp *I, Obj *o, const Pure *rows); // rows end with a NULL name

// ---- text.c: strings as JavaScript counts them, in UTF-16 units ---------------------------------

uint32_t utf16_length(Str s);
Str utf16_slice(Arena *a, Str s, uint32_t from, uint32_t to);
uint32_t utf16_offset(Str s, uint32_t index); // byte offset of a unit
int32_t utf16_unit(Str s, uint32_t index);    // -1 behind the end
int utf16_cmp(Str a, Str b);
bool text_is_ascii(Str s);
bool is_js_space(uint32_t cp);
// The characters (code points) of a string.
Items *text_chars(Interp *I, Str s);
// A string value, or a RangeError where it is too long.
Value text_checked(Interp *I, Str s, Span span);

// ---- late.c: strings made of values that are known later ----------------------------------------

// Some string made of the late values among the parts.
Value late_of_parts(Interp *I, const Value *parts, uint32_t n, Span span);
// All parts converted to strings and joined.
Value concat_values(Interp *I, const Value *parts, uint32_t n, Span span);
bool late_collect(Interp *I, Value v, Items *out); // late values in v (not in objects)

// ---- arrays and iterators -----------------------------------------------------------------------

bool array_length_known(const Obj *o, uint32_t *out);
// The elements of an array (holes are V_ABSENT); other objects are iterated.
Items *array_items(Interp *I, Value v, Span span);
// The same for one that has a length and indexes but is not iterable.
Items *items_of_like(Interp *I, Value v, Span span);
Value array_of(Interp *I, const Items *items, Span span);
Value iterator_of(Interp *I, Items *items, Span span);
// What is left in an O_ITERATOR.
Items *iterator_rest(Interp *I, Obj *o, Span span);
// Adds to a result: at the end where `sure` and still countable, else among what may be there.
void items_add(Interp *I, Items *out, Value v, bool sure, const Reason *why);
Value items_at(Interp *I, const Items *it, uint32_t i); // undefined behind the end
extern const Native array_walks[]; // forEach, map, filter, find …: array_iter.c
Value array_sort(Interp *I, const Call *c);
Value array_to_sorted(Interp *I, const Call *c);
Value array_flat(Interp *I, const Call *c);
void items_flatten(Interp *I, Items *out, Value v, double depth, bool sure, Span span);
Value array_join_text(Interp *I, const Call *c);
// Own enumerable properties: keys, values or pairs.
typedef enum Want { WANT_KEYS, WANT_VALUES, WANT_PAIRS } Want;
Items *object_items(Interp *I, Value v, Want want, Span span);
Items *map_items(Interp *I, Obj *o, Want want, Span span);
void map_put(Interp *I, Obj *o, Value k, Value v);

// ---- regular expressions ------------------------------------------------------------------------

enum { REGEX_GROUPS = 64 };
typedef struct Regex Regex;
typedef struct RegexMatch {
    int32_t from[REGEX_GROUPS], to[REGEX_GROUPS]; // byte offsets, -1: did not take part
} RegexMatch;
typedef enum RegexResult { REGEX_MATCH, REGEX_NONE, REGEX_UNKNOWN } RegexResult;

// NULL where the pattern has something that is not supported, or is wrong (*error_out then says
// how).
Regex *regex_parse(Arena *a, Str source, Str flags, const char **error_out);
uint32_t regex_groups(const Regex *re);            // with group 0
Str regex_group_name(const Regex *re, uint32_t i); // empty where it has none
// The first match at or after byte `at` (only at it where `sticky`).
RegexResult regex_match(Arena *a, const Regex *re, Str text, uint32_t at, bool sticky,
                        RegexMatch *out);
bool regex_flag(Str flags, char flag);
// RegExp.prototype.exec on known text: an array, null, or unknown.
Value regexp_exec(Interp *I, Obj *o, Str text, Span span);
Value regexp_result(Interp *I, const Regex *re, Str text, const RegexMatch *m, Span span);
const Regex *regexp_parsed(Interp *I, const Obj *re); // NULL: not supported
// What a match on unknown text may be.
Value regexp_unknown(Interp *I, Value text, Span span, bool or_null);
Obj *regexp_new(Interp *I, Str source, Str flags, Span span);

// ---- one installer for each family --------------------------------------------------------------

void install_object(Interp *I);
void install_object_define(Interp *I);
void install_reflect(Interp *I);
void install_function(Interp *I);
void install_array(Interp *I);
void install_array_new(Interp *I);
void install_iterator(Interp *I);
void install_string(Interp *I);
void install_string_match(Interp *I);
void install_regexp(Interp *I);
void install_number(Interp *I);
void install_math(Interp *I);
void install_map_set(Interp *I);
void install_promise(Interp *I);
void install_json(Interp *I);
void install_error(Interp *I);
void install_symbol(Interp *I);
void install_date(Interp *I);
void install_encoding(Interp *I);
void install_buffer(Interp *I);
void install_url(Interp *I);
void install_process(Interp *I);
void install_platform(Interp *I);
