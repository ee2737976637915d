#pragma once
// What the parse*.c files share: the state of reading one file, and how to make nodes. Private to
// load/.

#include "deducer/load/cst.h"
#include "deducer/load/load.h"

// The deepest typed tree that is made. All that walks the tree later may recurse this deep.
enum { PARSE_DEPTH_MAX = 1000 };

typedef enum FrameKind {
    FRAME_MODULE,
    FRAME_NAMESPACE,
    FRAME_FUNCTION,
    FRAME_METHOD,      // of an object or class: `super.x` is allowed
    FRAME_CONSTRUCTOR, // of a class with `extends`: `super(…)` is allowed as well
    FRAME_FIELD,       // a field's initialiser
    FRAME_STATIC,      // a static block
} FrameKind;

typedef struct Label Label;
struct Label {
    Label *up;
    Sym name;
    bool loop; // labels a loop: `continue` may name it
};

// A function, or what acts like one, around the place that is read.
typedef struct Frame Frame;
struct Frame {
    Frame *up;
    FrameKind kind;
    uint16_t flags; // NF_ASYNC, NF_GENERATOR, NF_ARROW as given; NF_USES_* as found
    bool has_var;   // `var` in it, so that the binder looks for them
    Span head;      // of its name or first word, for labels
    Label *labels;
    uint32_t loops, switches, blocks; // open ones
};

typedef struct PrivateUse {
    Sym name;
    Span span;
} PrivateUse;

// A class around the place that is read: private names that were used in it.
typedef struct ClassFrame ClassFrame;
struct ClassFrame {
    ClassFrame *up;
    Vec(PrivateUse) uses;
};

typedef Vec(Sym) SymVec;

typedef struct Parse {
    Arena *a;
    Arena *scratch;
    LoadContext *lc;
    Module *m;
    Str text;
    bool typescript;
    bool commonjs; // a .js or .cjs file may be no ES module: `return` may stand at its top
    uint32_t depth;
    bool too_deep, unreadable; // reported already
    Frame *frame;
    ClassFrame *classes;
    Map requests;              // specifier → 1 + index
    SymVec *namespace_exports; // of the namespace around the place that is read, or NULL
    Sym sym_default, sym_arguments, sym_require;
    uint32_t place; // where the last construct that was entered starts
} Parse;

bool parse_is_typescript(Str path); // by its extension

// ---- Nodes, names, errors (parse.c) -------------------------------------------------------------

Str parse_text(const Parse *p, Cst n);
Span parse_span(const Parse *p, Cst n);
Node *parse_node(Parse *p, NodeKind kind, Cst n);
Node *parse_ident(Parse *p, Cst n);
Sym parse_sym(Parse *p, Cst n); // of an identifier, escapes resolved
// Room for one node for each child of n.
Node **parse_list(Parse *p, Cst n);
// A broken rule of the language (P0112).
Diag *parse_error(Parse *p, Span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
// Text that the grammar allows there and the language doesn't (P0106); gives an N_ERROR.
Node *parse_unexpected(Parse *p, Cst n);
// One level deeper; false, with P0105 reported once, where that is too deep.
bool parse_enter(Parse *p, Cst n);
void parse_leave(Parse *p);
// The frame of the nearest function that is no arrow; marks it and the arrows up to it with `flag`.
Frame *parse_mark_frame(Parse *p, uint16_t flag);
// The name that an anonymous function or class takes from what it is assigned to.
void parse_name_value(Node *value, Sym name);

// ---- Parts of the language ----------------------------------------------------------------------

// parse_expr.c. NULL gives N_ERROR with a diagnostic, so that callers need no checks.
Node *parse_expr(Parse *p, Cst n);
Node *parse_inner(Parse *p, Cst n); // the first child as an expression
// Says of the calls that `n` is the result of that they are awaited or returned at once.
void parse_mark_calls(Node *n, uint16_t flag);
Oper parse_oper(Cst token);

// parse_object.c
Node *parse_object(Parse *p, Cst n);
Node *parse_array(Parse *p, Cst n);
Node *parse_jsx(Parse *p, Cst n);
void parse_key(Parse *p, Cst name, Node *property); // sets the key, and NF_COMPUTED
Sym parse_key_sym(Parse *p, const Node *property);  // 0 where it is computed

// parse_pattern.c: targets of declarations, parameters and assignments.
Node *parse_target(Parse *p, Cst n);
void parse_parameters(Parse *p, Cst parameters, FnInfo *fn);
// Calls `found` with each N_IDENT that a target declares.
void parse_target_names(Node *target, void (*found)(void *, Node *), void *context);

// parse_literal.c
Str parse_string(Parse *p, Cst n); // the value of a string literal
Node *parse_string_node(Parse *p, Cst n);
Node *parse_number(Parse *p, Cst n);
Node *parse_regex(Parse *p, Cst n);
Node *parse_template(Parse *p, Cst n);

// parse_function.c
Node *parse_function(Parse *p, Cst n, NodeKind kind, uint16_t flags, FrameKind frame);
void parse_frame_open(Parse *p, Frame *f, FrameKind kind, uint16_t flags, Span head);
void parse_frame_close(Parse *p);

// parse_class.c
Node *parse_class(Parse *p, Cst n, NodeKind kind);
// Decorators that stand before `export`: adds them to the class.
void parse_decorators_before(Parse *p, Cst export_statement, Node *cls);

// parse_stmt.c
Node *parse_stmt(Parse *p, Cst n);
Node *parse_block(Parse *p, Cst n);
Node *parse_declarations(Parse *p, Cst n); // N_VAR
// The statements among n's children, those in `role` where it is not CF_NONE.
void parse_body(Parse *p, Cst n, CstField role, Node ***at_out, uint32_t *count_out);

// parse_import.c: what a module takes and gives.
Node *parse_import(Parse *p, Cst n);
Node *parse_export(Parse *p, Cst n);
Node *parse_import_alias(Parse *p, Cst n);
void parse_dynamic_import(Parse *p, const Node *specifier);

// parse_ts.c: what TypeScript adds.
Node *parse_enum(Parse *p, Cst n);
Node *parse_namespace(Parse *p, Cst n);
Node *parse_ambient(Parse *p, Cst n);
Node *parse_types_only(Parse *p, Cst n); // N_EMPTY that knows the name it declares
