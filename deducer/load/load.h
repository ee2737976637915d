#pragma once
// Load: from the entry file to all modules of the program, parsed and bound.

#include "deducer/deducer.h"
#include "deducer/load/ast.h"

typedef struct Module Module;

// What an import specifier led to.
typedef enum TargetKind {
    TARGET_NONE,     // not found, reported
    TARGET_MODULE,   // a module of the project
    TARGET_EXTERNAL, // a package or Node built-in: code that is not looked into
    TARGET_SDK,      // the package that exports the kinds
} TargetKind;

typedef struct Request { // one specifier in one module, each specifier once
    Str specifier;
    Span span;       // of the first specifier string
    bool types_only; // every use of it is type-only: it need not exist and is never loaded
    bool dynamic;    // only import("…") names it: loading this module does not run that one
    bool bare;       // `import "m"` stands there as well
    TargetKind kind;
    Module *module; // TARGET_MODULE
} Request;

typedef struct Import { // one imported binding: import {a as b} from "m"
    Sym local;
    Sym name;  // the name exported by the other module; sym "default"; 0: the namespace (* as b)
    Span span; // of the binding
    uint32_t request; // index into Module.requests
    bool type_only;   // `import type`, `type` modifier
} Import;

typedef enum ExportKind {
    EXPORT_LOCAL,  // a binding of the module's own scope: slot (before binding: its name in
                   // from_name)
    EXPORT_IMPORT, // re-exports an imported binding: slot is an index into Module.imports
    EXPORT_FROM,   // export {a as b} from "m": request, from_name (0: the namespace, export * as b)
    EXPORT_DEFAULT_EXPR, // export default <expression>; the value is made when the statement runs
    EXPORT_TYPE,         // a type or interface only: importing it is fine, its value is undefined
} ExportKind;

typedef struct Export {
    Sym name;
    ExportKind kind;
    uint32_t slot;
    uint32_t request;
    Sym from_name;
    Span span;
    bool type_only;
} Export;

struct Module {
    uint32_t index;
    FileId file;
    Str path; // relative to the root, '/'
    Str abs_path;
    bool is_json;
    Str json_text;         // is_json
    Node *program;         // N_PROGRAM, NULL for JSON or where parsing failed
    Scope *scope;          // the module's scope (also program->u.block.scope)
    Vec(Request) requests; // in order of first appearance: the order in which modules run
    Vec(Import) imports;
    Vec(Export) exports;
    Vec(uint32_t) star_exports; // requests of `export * from "m"`
    Vec(Span) export_spans;     // every statement that begins with `export`, in order
    bool has_errors;
    bool has_jsx, has_decorators; // what follows says how they are meant
    // Of the nearest tsconfig.json: the names that JSX calls (`h` of `h.make`), or 0; whether
    // decorators get what they got before the language had them.
    Sym jsx_factory, jsx_fragment;
    bool legacy_decorators;
};

typedef struct Program {
    Vec(Module *) modules; // modules.at[0] is the entry
    Module *entry;
    uint64_t bytes;
} Program;

// Shared by what follows. `a` is the compile's arena; parsing in threads uses arenas of its own
// that are released with the program.
typedef struct LoadContext {
    Arena *a;
    const DeduceInput *in;
    Sources *sources;
    Interner *interner;
    Diags *diags;
    const struct Grammar *grammar; // grammar_new (cst.h); NULL: made anew for each module
} LoadContext;

// The whole program. Never NULL; errors are in diags, modules that failed have has_errors.
Program *load_program(LoadContext *lc);
// Gives the tree back, with every string in it: what outlives the program is copied before.
void load_release(Program *p);

// ---- Between the files of load/ -----------------------------------------------------------------

// parse.c: one file to a typed tree. Fills m->program and m's requests, imports, exports.
// `a` is the calling thread's arena. Limits: 50 MB is refused before (P0104), nesting deeper than
// 1,000 levels is P0105. Thread-safe for different modules.
void parse_module(Arena *a, LoadContext *lc, Module *m, Str text);

// bind.c: scopes, hoisting, references; reports P0112 (duplicate declarations and the like).
void bind_module(Arena *a, LoadContext *lc, Module *m);

// resolve.c: what a specifier in a module means, as Node and TypeScript would. Finds files through
// the host; does not read them (but for package.json and tsconfig.json). `abs_out` is set for
// TARGET_MODULE. Reports what cannot be found or must not be read.
typedef struct Resolver Resolver;
// `a` becomes the resolver's own until resolver_close.
Resolver *resolver_new(Arena *a, LoadContext *lc);
// Thread-safe; `a` is the calling thread's arena.
TargetKind resolver_find(Resolver *r, Arena *a, Str from_abs, const Request *req, Str *abs_out);
// Fills in what tsconfig.json says of the module's own code.
void resolver_options(Resolver *r, Module *m);
// Reports what is wrong with the configuration files that were read; when all threads are done.
void resolver_close(Resolver *r);
