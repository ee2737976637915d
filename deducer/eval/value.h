#pragma once
// Abstract values: what an expression may be at compile time.
//
// A Value is a known primitive, an object, a value that exists only after deployment (Late), a
// primitive of which only the type is known (V_PRIM), or a union of these. What is not known
// carries a Reason: where the knowledge ended and why, as a chain, for diagnostics.
//
// Objects are created by running the program, so their number is that of the program's own `new`s
// and literals; an unknown object (O_OPAQUE) is a bag that remembers what went into it.
//
// Values and objects live in the compile's arena. State is held in Cells and changed by
// interp_write alone, which keeps the trail that forks and joins are made of (interp.h).

#include "arch/arch.h"
#include "deducer/load/load.h"

typedef struct Obj Obj;
typedef struct Interp Interp;
typedef struct Late Late;
typedef struct Union Union;
typedef struct Env Env;

typedef struct Reason {
    Span where;
    Str what; // "`n` is an argument of the handler"; lower case, no full stop
    Str env;  // the environment variable it is, or empty
    const struct Reason *because;
} Reason;

typedef enum ValueTag {
    V_ABSENT, // nothing: a hole, a property that is not there
    V_TDZ,    // a binding before its declaration has run
    V_UNDEFINED,
    V_NULL,
    V_BOOL,
    V_NUMBER,
    V_BIGINT, // kept as text
    V_STRING,
    V_SYMBOL, // u.sym: the property key it makes (interned, starts with "@@")
    V_PRIM,   // an unknown primitive: n is a mask of PT_*, u.reason says why
    V_LATE,
    V_OBJECT,
    V_UNION,
} ValueTag;

enum { // V_PRIM masks
    PT_UNDEFINED = 1,
    PT_NULL = 2,
    PT_BOOL = 4,
    PT_NUMBER = 8,
    PT_STRING = 16,
    PT_BIGINT = 32,
    PT_SYMBOL = 64,
    PT_ANY = 127,
};

typedef struct Value {
    uint32_t tag; // ValueTag
    uint32_t n;   // V_STRING and V_BIGINT: bytes; V_PRIM: mask
    union {
        bool b;
        double num;
        const char *str;
        Sym sym;
        const Reason *reason;
        Late *late;
        Obj *obj;
        Union *uni;
    } u;
} Value;

// Alternatives, at least two, none of them a union, no two equal, in order of value_order.
struct Union {
    uint32_t count;
    Value at[];
};

#define UNDEFINED ((Value){V_UNDEFINED, 0, {0}})
#define ABSENT ((Value){V_ABSENT, 0, {0}})

Value value_bool(bool b);
Value value_number(double d);
Value value_string(Str s); // borrowed
Value value_object(Obj *o);
Value value_symbol(Sym key);
Value value_prim(uint32_t mask, const Reason *why);
Str value_str(Value v); // V_STRING, V_BIGINT

// Equal as alternatives (=== but NaN equals NaN; V_PRIMs of one mask are equal whatever their
// reasons).
bool value_same(Value a, Value b);
// The join: what may be a or b. Known primitives beyond 48 alternatives are widened to a V_PRIM;
// objects and late values are never given up.
Value value_join(Arena *a, Value x, Value y);
// Everything in `v` that `keep` says yes to; V_ABSENT where nothing remains.
Value value_filter(Arena *a, Value v, bool (*keep)(Value alt));
// for (uint32_t i = 0; i < value_count(v); i++) value_at(v, i) — one alternative for what is no
// union.
uint32_t value_count(Value v);
Value value_at(Value v, uint32_t i);
// True where nothing in v is unknown, late or a union: one primitive or one object.
bool value_is_single(Value v);
// Some alternative is unknown (V_PRIM, O_OPAQUE), and the first such reason; NULL where all is
// known.
const Reason *value_unknown(Value v);

// ---- Values known later -------------------------------------------------------------------------

typedef enum LateKind {
    LATE_PROPERTY, // resource.property, known after deployment
    LATE_ENV,      // process.env.NAME
    LATE_CONCAT,   // parts joined as strings
    LATE_OR,       // parts[0] ?? parts[1]; parts[0] is a LATE_ENV
    LATE_DERIVED,  // some string made of the parts; cannot be written into the graph
} LateKind;

struct Late {
    LateKind kind;
    Obj *resource;       // LATE_PROPERTY
    Str name;            // LATE_PROPERTY, LATE_ENV
    const Property *row; // LATE_PROPERTY of a Property; NULL for methods (url())
    Value *parts;
    uint32_t count;
    const Reason *why;
};

// ---- Objects ------------------------------------------------------------------------------------

typedef struct Cell {
    Value v;
    uint32_t birth;      // the trail's epoch at creation
    uint32_t index : 31; // scratch of interp's joins
    uint32_t local : 1;  // of a variable that no closure sees
} Cell;

enum {               // Prop.flags
    PROP_HIDDEN = 1, // not enumerable
    PROP_READONLY = 2,
};

typedef struct Prop {
    Sym key; // names of symbols start with "@@" (sym "@@iterator"), private names with "#"
    uint32_t flags;
    Cell cell; // V_ABSENT: deleted or not there on this path; an O_ACCESSOR for getters and setters
} Prop;

typedef enum ObjClass {
    O_PLAIN, // object literals, instances of user classes
    O_ARRAY,
    O_FUNCTION, // of the program: function, arrow, method, class
    O_NATIVE,   // built into the language or the evaluator
    O_BOUND,
    O_ACCESSOR,
    O_MAP,
    O_SET,
    O_PROMISE,
    O_REGEXP,
    O_DATE,
    O_ERROR,
    O_ITERATOR,  // of arrays, Maps, strings; and generators
    O_NAMESPACE, // import * as ns
    O_KIND,      // a constructor of resources
    O_RESOURCE,
    O_OPAQUE, // unknown: arguments of handlers, values of libraries
    O_BOX,    // new String("x") and the like
} ObjClass;

enum {              // Obj.flags
    OF_SUMMARY = 1, // stands for several objects at run time: writes never replace
    OF_ESCAPED = 2, // code that cannot be seen has it
    OF_FROZEN = 4,
    OF_ASYNC = 8,        // O_ITERATOR: of an async generator
    OF_OPAQUE_BASE = 16, // an instance whose class extends something unknown (its constructor too)
    OF_CLASS = 32,       // O_FUNCTION made by a class
    OF_HANDLED = 64,     // O_PROMISE: somebody awaits it or looks at its rejection
    OF_AWAITED = 128,    // O_PROMISE: its value is being looked for, perhaps in itself
};

typedef struct Call {
    Value self;
    const Value *args;
    uint32_t n;
    bool open; // more arguments of unknown number may follow, each being `rest`
    Value rest;
    Obj *callee;
    Obj *new_target;  // not NULL: called as a constructor
    Span span;        // of the call expression
    Sym name;         // in a method call: the method's name, else 0
    const Node *node; // N_CALL or N_NEW, where the program's own code calls directly; else NULL
    Str note;         // how the source calls it, for evidence: "calls router.get"; may be empty
} Call;

typedef Value (*NativeFn)(Interp *I, const Call *c);

typedef struct Native {
    const char *name;
    NativeFn fn;
    uint32_t length;
} Native;

// One entry of a Map (key and value) or Set (key). Deleted: value.v is V_ABSENT.
typedef struct Entry {
    Value key;
    Cell value; // of a Set: the key again
} Entry;

// What stands behind an O_RESOURCE.
typedef struct Resource {
    const Kind *kind;
    Str name, id;
    Str key;        // of kind Function: Slice.key; else empty
    uint32_t index; // in Interp.arch->resources
    Value handler;  // of kind Function: a function or opaque; else V_ABSENT
    // A function's: the call that got the handler as its argument `argument`, where that stands at
    // the top level (NULL elsewhere), and the infrastructure call's resource and operation.
    const Node *call;
    uint32_t argument;
    const struct Resource *source;
    const Op *op;
    bool numbered; // its key is the number of the call
    Span span;     // of the constructor or infrastructure call
    Obj **members; // function objects of its operations, by index in kind->ops; made at first use
} Resource;

struct Obj {
    uint8_t cls;    // ObjClass
    uint8_t flags;  // OF_*
    uint32_t id;    // counts up: creation order
    uint32_t birth; // the trail's epoch at creation: that of its cells, too
    uint32_t visit; // scratch of escapes
    Obj *proto;     // NULL: none
    Span site;      // where it was made
    Prop **props;   // in order of insertion
    uint32_t prop_count, prop_cap;
    uint32_t *prop_index; // hash over props once there are many
    uint32_t prop_index_cap;
    Cell *rest; // what was written under keys that are not known; O_OPAQUE: whatever it holds. Or
                // NULL
    union {
        struct {
            Cell length; // a known number, or V_PRIM: then all elements are in *rest
            Cell **at;   // at[i] for i < known length; may hold V_ABSENT (holes)
            uint32_t cap;
        } array;
        struct {
            Node *node;   // N_FUNCTION / N_FUNCTION_DECL / N_CLASS…; NULL: a default constructor
            FnInfo *info; // NULL for a class without constructor
            Env *env;
            Module *module;
            Value self;        // arrows: the outer `this` …
            Cell *self_cell;   // … or where it will be, in constructors of derived classes
            Obj *home;         // methods and arrows in them: where `super` starts
            Obj *new_target;   // arrows: the outer new.target
            Node *cls;         // N_CLASS, for OF_CLASS
            Env *cls_env;      // environment of the class's members
            Value *field_keys; // computed keys, by member index
        } fn;
        struct {
            const Native *row;
            Value data; // whatever row->fn wants to know
            void *ptr;
        } native;
        struct {
            Value target, self;
            Value *args;
            uint32_t n;
        } bound;
        struct {
            Value get, set; // functions or undefined
        } accessor;
        struct {
            Entry **at;
            uint32_t n, cap;
            Cell *rest_key; // keys that are not known; their values are in Obj.rest
        } map;              // and set
        struct {
            Cell value;    // O_PROMISE: what await gives; O_BOX, O_DATE: the primitive
            bool rejected; // O_PROMISE: value is what is thrown
        } box;
        struct {
            Str source, flags;
        } regexp;
        struct {
            struct Items *items;
            Cell position; // number
            // generators: how to run it
            Obj *fn; // NULL: an iterator of another kind
            const Call *call;
            Cell ran;          // true: on this path it has, and `items` holds what it yields
            Cell result;       // what it returned
            Cell sent, thrown; // what its consumer gives it; V_ABSENT before
        } iter;
        Module *module; // O_NAMESPACE
        struct {
            const Kind *kind;
        } kind;
        Resource *resource;
        struct {
            const Reason *why;
            Str label;       // what to call it: "SageMakerEndpoint", "query"
            Str module;      // import specifier it came from, or empty
            Str export_name; // dotted path from the module: "InvokeEndpointCommand", "default.foo"
            Obj *made_by;    // the library's function or class whose result it is, or NULL
            Obj *part_of; // the object whose methods led to it, which keeps what this one gets; or
                          // NULL
        } opaque;
    } u;
};

// A run-time environment: the cells of one Scope.
struct Env {
    Env *parent;
    const Scope *scope;
    Cell cells[];
};

// What iterating over something gives: known elements, then, where `open`, any number of `rest`.
typedef struct Items {
    Value *at;
    uint32_t n, cap;
    bool open;
    Value rest;        // V_ABSENT where not open
    const Reason *why; // open: why the number is not known
} Items;
