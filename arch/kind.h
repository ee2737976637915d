#pragma once
// What a resource kind is: one row of the table that generator/kinds/ holds, one file a kind.
// The deducer gets the table as data and knows nothing of clouds; the generator's part of a row is
// opaque to it (`lowering`).

#include "base/str.h"

// The types an argument or option may have. Late values (ARCH_PROPERTY, ARCH_ENV, …) fit P_STRING
// and the members of P_ENV_MAP; a resource fits nothing but P_ANY and (a Secret only) P_ENV_MAP
// members.
typedef enum ParamType {
    P_STRING,
    P_NUMBER, // an integer in [min, max]
    P_BOOLEAN,
    P_FUNCTION, // a handler: becomes a resource of kind Function
    P_OBJECT,   // a plain object with `fields`
    P_ENV_MAP,  // object of string → string, number, boolean or late value
    P_LIST,     // array of objects with `fields`, or of strings where fields is NULL
    P_ANY,
} ParamType;

typedef struct Param {
    const char *name;
    ParamType type;
    bool required;
    double min, max;            // P_NUMBER; both 0: no bounds
    const char *const *choices; // P_STRING: the values allowed, NULL-terminated, or NULL
    bool or_false;              // P_STRING: the literal `false` is allowed too (url: "iam" | false)
    const struct Param *fields; // P_OBJECT, P_LIST: ended by a row without a name
    const char *doc;            // one line, for documentation
    bool must_be_known; // a late or environment value is an error (it decides names or shape)
} Param;

// How an operation on an instance is used.
typedef enum OpRole {
    OP_CLIENT, // in handlers, at run time: a `call` edge, permits `actions`
    OP_INFRA,  // at the top level: connects; a `trigger` edge where it takes a handler
    OP_LATE,   // method that gives a value known after deployment (router.url()): a `read` edge
    OP_LIBRARY // no method: what libraries do through an identity (dynamodb:UpdateItem): a `call`
               // edge
} OpRole;

typedef struct Op {
    const char *name;
    OpRole role;
    const Param *params;        // ended by a row without a name; OP_INFRA only. NULL: anything goes
    const char *const *actions; // IAM actions, NULL-terminated, e.g. "dynamodb:GetItem"
    // OP_INFRA with a handler: which parameter names the new Function ("path", "expression"); NULL:
    // a running number from 1 for each resource and operation.
    const char *named_by;
    bool late_sets; // OP_INFRA without a handler: arguments are recorded on the resource (addEnv)
    const char *doc;
} Op;

// A property of an instance.
typedef struct Property {
    const char *name;
    const char
        *known; // its value where it is the same always (awsPartitionKey: "Id"), else NULL: late
    // The identity rule: the operations that whoever gets this value may call, where nothing more
    // is known of the receiver. NULL-terminated; NULL: the value permits nothing.
    const char *const *permits;
    // Methods of unknown objects holding this value whose names start with `stream` permit these
    // too.
    const char *const *permits_streaming;
    const char *doc;
} Property;

// A library class or function that is known to use an identity in a narrower way than `permits`.
typedef struct Consumer {
    const char *module;            // import specifier, or its start with a trailing '*'; NULL: any
    const char *name;              // the exported class or function
    const char *property;          // of this kind
    const char *const *operations; // NULL-terminated
} Consumer;

typedef struct Lowering Lowering; // generator/lowering.h

typedef struct Kind {
    const char *name; // as exported by the SDK: "KVStore"
    const char *doc;
    const Param *params; // of the constructor; the one called "name" names the resource
    // Older signature that is accepted too: the options object may stand where the name does
    // (`new Function(fn, {name})`).
    bool options_for_name;
    const Op *ops;              // ended by a row without a name, or NULL
    const Property *properties; // likewise
    const Consumer *consumers;  // likewise
    // Properties that the running client needs to reach the resource: set as environment variables
    // in every function with a call edge. NULL-terminated.
    const char *const *client_properties;
    const Lowering *lowering; // NULL: graphs only, no template yet
} Kind;

typedef struct KindTable {
    const Kind *const *at; // sorted by name
    uint32_t n;
} KindTable;

const Kind *kind_find(const KindTable *t, Str name);            // or NULL
const Op *kind_op(const Kind *k, Str name);                     // or NULL
const Property *kind_property(const Kind *k, Str name);         // or NULL
const Param *param_find(const Param *params, const char *name); // or NULL

// The npm packages whose exports are the kinds.
extern const char *const SDK_PACKAGES[]; // NULL-terminated
// Types that the packages export beside the kinds (HttpRequest …): importing them is never an
// error.
extern const char *const SDK_TYPES[]; // NULL-terminated
