#pragma once
// The typed syntax tree of one module: JavaScript as the evaluator runs it. Types, interfaces,
// overload signatures, `declare` statements, parentheses, `as`, `satisfies` and `!` are gone. Nodes
// live in the compile's arena and are never changed after binding.
//
// Optional children are NULL. Lists are Node ** with a count; an array hole is NULL in its list.

#include "base/base.h"

typedef enum NodeKind {
    // Expressions
    N_IDENT,  // ident
    N_THIS,   // a reference to the enclosing non-arrow function's `this`
    N_SUPER,  // only as callee of N_CALL or object of N_MEMBER / N_INDEX
    N_NUMBER, // number
    N_STRING, // text: the value, escapes resolved, UTF-8 (a lone surrogate becomes U+FFFD)
    N_BIGINT, // text: decimal digits as written
    N_REGEX,  // regex
    N_TRUE,
    N_FALSE,
    N_NULL,
    N_TEMPLATE,    // tmpl
    N_TAGGED,      // tagged
    N_ARRAY,       // list: elements; N_SPREAD among them
    N_OBJECT,      // list of N_PROPERTY and N_SPREAD
    N_PROPERTY,    // prop: in N_OBJECT
    N_FUNCTION,    // fn: function, arrow or method value
    N_CLASS,       // cls
    N_UNARY,       // unary: op - + ! ~ typeof void delete
    N_UPDATE,      // unary: op ++ --, with `prefix`
    N_BINARY,      // binary: arithmetic, comparison, in, instanceof
    N_LOGICAL,     // binary: && || ??
    N_ASSIGN,      // binary: op = += … &&= ||= ??=; left is an expression or pattern
    N_CONDITIONAL, // cond
    N_CALL,        // call; callee may be N_SUPER
    N_NEW,         // call
    N_IMPORT_CALL, // unary.operand: the specifier of import(…)
    N_MEMBER,      // member: object.name (a private name keeps its '#')
    N_INDEX,       // index: object[expr]
    N_CHAIN, // unary.operand: the whole of an optional chain; where a `?.` inside meets undefined
             // or
             // null, the chain's value is undefined
    N_SEQUENCE, // list
    N_SPREAD,   // unary.operand
    N_YIELD,    // unary.operand (optional); op OP_YIELD_STAR for yield*
    N_AWAIT,    // unary.operand
    N_NEW_TARGET,
    N_IMPORT_META,
    N_PRIVATE_IN, // member: `#name in object`
    N_JSX,        // jsx: element or fragment
    // Patterns (also N_IDENT, N_MEMBER, N_INDEX as targets)
    N_ARRAY_PATTERN,  // list: targets, NULL holes, N_REST last
    N_OBJECT_PATTERN, // list of N_PROPERTY (value is the target) and N_REST
    N_DEFAULT,        // binary: left target, right default value
    N_REST,           // unary.operand: target
    // Statements
    N_PROGRAM,       // block
    N_BLOCK,         // block
    N_VAR,           // var
    N_DECLARATOR,    // binary: left target, right initialiser (optional); in N_VAR
    N_EXPR,          // unary.operand
    N_IF,            // cond
    N_FOR,           // loop: init, test, update, body
    N_FOR_IN,        // each
    N_FOR_OF,        // each; flag NF_AWAIT
    N_WHILE,         // loop: test, body
    N_DO,            // loop
    N_RETURN,        // unary.operand
    N_THROW,         // unary.operand
    N_BREAK,         // jump
    N_CONTINUE,      // jump
    N_TRY,           // try_
    N_SWITCH,        // switch_
    N_CASE,          // case_: in N_SWITCH
    N_LABELED,       // labeled
    N_FUNCTION_DECL, // fn; hoisted
    N_CLASS_DECL,    // cls
    N_ENUM,          // enum_
    N_NAMESPACE,     // ns: TypeScript namespace with values in it
    N_EMPTY,  // also: everything that is only types; list: N_IDENT of the names that it declares
    N_IMPORT, // imports and re-exports stand in Module; the statement itself does nothing
    N_EXPORT_DEFAULT, // unary.operand: expression (declarations are exported by binding)
    N_EXPORT_ASSIGN,  // unary.operand: export = expr
    // Members of classes
    N_METHOD,       // prop: value is N_FUNCTION; flags NF_STATIC, NF_GETTER, NF_SETTER, NF_COMPUTED
    N_FIELD,        // prop: value optional; NF_STATIC, NF_COMPUTED
    N_STATIC_BLOCK, // fn-like body: block (its own function scope)
    N_ERROR, // code that could not be read but is not known to matter; evaluating it is an error
    N_KIND_COUNT
} NodeKind;

enum { // Node.flags
    NF_ASYNC = 1 << 0,
    NF_GENERATOR = 1 << 1,
    NF_ARROW = 1 << 2,
    NF_STATIC = 1 << 3,
    NF_GETTER = 1 << 4,
    NF_SETTER = 1 << 5,
    NF_COMPUTED = 1 << 6, // the key is an expression in brackets
    NF_OPTIONAL = 1 << 7, // this link of a chain is `?.`
    NF_AWAIT = 1 << 8,
    NF_AWAITED = 1 << 8, // N_CALL: `await` stands right before it, or before a chain that it begins
    NF_PREFIX = 1 << 9,
    NF_RETURNED = 1 << 9, // N_CALL: the same with `return`, or as the body of an arrow function
    NF_SHORTHAND = 1 << 10,
    NF_DISCARDED = 1 << 10, // N_CALL, N_NEW: a statement of its own, nobody takes the result
    NF_TOP = 1 << 11,       // N_IDENT: REF_LOCAL of a binding of the module itself
    NF_METHOD = 1 << 11,    // a function written as method, getter, setter or constructor
    NF_USES_THIS = 1 << 12, // N_FUNCTION: `this` or `super` in it or in arrows in it
    NF_USES_ARGUMENTS = 1 << 13,
    NF_DERIVED = 1 << 14, // a constructor of a class with `extends`
    NF_USING = 1 << 15,   // N_VAR: `using` or `await using`
};

typedef enum Oper { // Node.op
    OP_NONE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    OP_EXP,
    OP_SHL,
    OP_SHR,
    OP_USHR,
    OP_BIT_AND,
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_EQ,
    OP_NE,
    OP_SEQ,
    OP_SNE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_IN,
    OP_INSTANCEOF,
    OP_AND,
    OP_OR,
    OP_NULLISH,
    OP_ASSIGN, // with an operator: the N_ASSIGN's op is that operator (OP_ADD for +=), else
               // OP_ASSIGN
    OP_NEG,
    OP_PLUS,
    OP_NOT,
    OP_BIT_NOT,
    OP_TYPEOF,
    OP_VOID,
    OP_DELETE,
    OP_INC,
    OP_DEC,
    OP_YIELD_STAR,
} Oper;

typedef enum VarKind { VAR_VAR, VAR_LET, VAR_CONST } VarKind;

typedef struct Node Node;
typedef struct Scope Scope;

// How an identifier was resolved.
typedef enum RefKind {
    REF_GLOBAL, // not declared anywhere in the module
    REF_LOCAL,  // hops environments up, slot in it
    REF_IMPORT, // slot: index into Module.imports
} RefKind;

typedef struct FnInfo {
    Sym name;      // own name, or the name of what it is assigned to; 0: none
    Node **params; // targets: N_IDENT, patterns, N_DEFAULT, N_REST
    uint32_t param_count;
    Node *body;   // N_BLOCK, or an expression for a short arrow
    Scope *scope; // parameters, `arguments`, var- and top-level let-declarations of the body
    Node *self;   // N_IDENT for a named function expression's own binding, else NULL
} FnInfo;

struct Node {
    uint16_t kind; // NodeKind
    uint16_t flags;
    uint32_t op; // Oper, VarKind for N_VAR, or 0
    Span span;   // of the whole construct
    union {
        struct {
            Sym name;
            uint8_t ref;   // RefKind
            uint16_t hops; // environments to go up; scopes without bindings make no environment
            uint32_t slot;
        } ident;
        double number;
        Str text;
        struct {
            Str pattern, flags;
        } regex;
        struct {
            Str *strings; // count + 1 of them, escapes resolved
            Str *raw;     // as written
            Node **exprs;
            uint32_t count;
        } tmpl;
        struct {
            Node *tag;
            Node *tmpl; // N_TEMPLATE
        } tagged;
        struct {
            Node **at;
            uint32_t count;
        } list;
        struct {
            Node *key; // N_STRING for plain names and strings, N_NUMBER, or any expr if NF_COMPUTED
            Node *value;  // target or expression; NULL for a field without initialiser
            Scope *scope; // N_FIELD: the function-like scope its initialiser runs in (may be NULL)
        } prop;
        FnInfo *fn;
        struct {
            Sym name;
            Node *self;  // N_IDENT: inner binding of a named class, in `scope`; else NULL
            Node *super; // expression or NULL
            Node *ctor;  // N_FUNCTION or NULL
            Node *
                *members; // N_METHOD, N_FIELD, N_STATIC_BLOCK; not the constructor. Parameter
                          // properties are unfolded: `this.x = x` stands first in the constructor.
            uint32_t member_count;
            Scope *scope;
            Node *decl; // N_CLASS_DECL: N_IDENT of the binding that it declares (NULL for anonymous
                        // default)
            Node *
                *decorators; // of the class, its members and their parameters; resolved in `scope`
            uint32_t decorator_count;
        } cls;
        struct {
            Node *operand;
        } unary;
        struct {
            Node *left, *right;
        } binary;
        struct {
            Node *test, *yes, *no;
        } cond;
        struct {
            Node *callee;
            Node **args; // N_SPREAD among them
            uint32_t arg_count;
        } call;
        struct {
            Node *object;
            Sym name;
            Span name_span;
        } member;
        struct {
            Node *object, *key;
        } index;
        struct {
            Node *tag; // N_IDENT, N_MEMBER, or NULL for intrinsic elements and fragments
            Node **at; // attribute values, spreads and children, in order
            uint32_t count;
        } jsx;
        struct {
            Node **at;
            uint32_t count;
            Scope *scope; // NULL where it declares nothing, and for bodies: their function has it
        } block;
        struct {
            Node **at; // N_DECLARATOR
            uint32_t count;
        } var;
        struct {
            Node *init, *test, *update, *body;
            Scope *scope; // of let/const in init: a fresh environment for each iteration
        } loop;
        struct {
            Node *target; // N_VAR with one declarator, or a pattern
            Node *iter, *body;
            Scope *scope; // of the target's declarations; `iter` is evaluated outside of it
        } each;
        struct {
            Sym label; // 0: none
        } jump;
        struct {
            Node *block, *param, *handler, *finalizer; // param may be NULL
            Scope *scope;                              // of the catch parameter
        } try_;
        struct {
            Node *value;
            Node **cases; // N_CASE
            uint32_t count;
            Scope *scope;
        } switch_;
        struct {
            Node *test; // NULL: default
            Node **body;
            uint32_t count;
        } case_;
        struct {
            Sym label;
            Node *body;
        } labeled;
        struct {
            Node *decl; // N_IDENT
            struct EnumMember {
                Str name;
                Node *value; // or NULL
                Span span;
            } * members;
            uint32_t count;
        } enum_;
        struct {
            Node *decl; // N_IDENT; dotted names are nested N_NAMESPACE nodes
            Node **at;
            uint32_t count;
            Scope *scope;
            // Names that the body exports: they become properties of the namespace object.
            Sym *exports;
            uint32_t export_count;
        } ns;
        struct {
            Node *block; // N_STATIC_BLOCK
            Scope *scope;
        } static_;
    } u;
};

// A set of bindings. At run time a scope with count > 0 is one environment with `count` cells; a
// scope with count 0 makes no environment and hops skip it.
typedef enum BindKind {
    BIND_VAR,
    BIND_LET,
    BIND_CONST,
    BIND_FUNCTION,
    BIND_CLASS,
    BIND_PARAM,
    BIND_CATCH,
    BIND_ENUM,
    BIND_NAMESPACE,
    BIND_ARGUMENTS
} BindKind;

typedef struct Binding {
    Sym name;
    uint8_t kind;   // BindKind
    bool captured;  // used by a function inside of the scope's own function
    bool type_only; // declared by types alone as well; never evaluated
    Span span;      // of the declaring identifier
} Binding;

struct Scope {
    Scope *parent;
    bool is_function; // of a function, a static block, a field initialiser or the module
    Binding *at;
    uint32_t count;
    Node **functions; // N_FUNCTION_DECL to create on entry (hoisting)
    uint32_t function_count;
};

// A function's binding slot for `arguments` is in scope->at with kind BIND_ARGUMENTS (only where
// used). For N_FUNCTION_DECL the declared binding is found through u.fn->self (an N_IDENT resolved
// in the scope that hoists it).

const char *node_kind_name(NodeKind k); // "N_IDENT", for messages to developers
