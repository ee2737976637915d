// Names to declarations: scopes, hoisting, captures, enums' and namespaces' own names. Each name is
// followed by what it stands for: @hops.slot, @i import, @g global; scopes by their names, those
// that inner functions use with a `!`.

#include "fixture_parse.h"

static const Row rows[] = {
    {"const f = function g(a) { return g(arguments[0], a, f); };",
     "(const f@0.0 (fn:arguments g@0.2 {a arguments g} [a@0.0] (block (return (call g@0.2 ([] "
     "arguments@0.1 0) a@0.0 f@1.0)))))"},
    {"function f(f) { return f; } const h = function i() { var i; return i; };",
     "(function f@0.0 {f} [f@0.0] (block (return f@0.0))) (const h@0.1 (fn i {i} [] (block (var "
     "i@0.0) (return i@0.0))))"},
    {"for (let i = 0; i < 3; i++) { g(() => i); } for (const k of k2) { g(k); } for (const m in n) "
     "() => m;",
     "(for {i!} (let i@0.0 0) (< i@0.0 3) (++ i@0.0) (block (expr (call g@g (fn:arrow  {} [] "
     "i@0.0))))) (for-of {k} (const k@0.0) k2@g (block (expr (call g@g k@0.0)))) (for-in {m!} "
     "(const m@0.0) n@g (expr (fn:arrow  {} [] m@0.0)))"},
    {"{ let a; { function b() { return a; } } } { a; } { ; }",
     "(block {a!} (let a@0.0) (block {b} (function b@0.0 {} [] (block (return a@1.0))))) (block "
     "(expr a@g)) (block)"},
    {"function f() { if (a) { var v = 1; } for (var w of x) { } try { var y; } catch (y) { var y; "
     "} return [v, w, y]; }",
     "(function f@0.0 {v w y} [] (block (if a@g (block (var v@0.0 1))) (for-of (var w@0.1) x@g "
     "(block)) (try (block (var y@0.2)) {y} y@0.0 (block (var y@0.0)) _) (return (array v@0.0 "
     "w@0.1 y@0.2))))"},
    {"function f({ a, b: [c = a] }, d = c, ...e) { let g; return () => [a, c, d, e, g]; }",
     "(function f@0.0 {a! c! d! e! g!} [({} (prop:short \"a\" a@0.0) (prop \"b\" ([] (default "
     "c@0.1 a@0.0)))) (default d@0.2 c@0.1) (rest e@0.3)] (block (let g@0.4) (return (fn:arrow  {} "
     "[] (array a@0.0 c@0.1 d@0.2 e@0.3 g@0.4)))))"},
    {"class A { x = () => y; static z = A; m() { return A; } static { let q; () => q; } } let y; x "
     "= class B extends A { [B.k] = B; };",
     "(class A@0.0 {A!} (field \"x\" (fn:arrow x {} [] y@1.1)) (field:static \"z\" A@0.0) (member "
     "\"m\" (fn:method m {} [] (block (return A@0.0)))) (static {q!} (let q@0.0) (expr (fn:arrow  "
     "{} [] q@0.0)))) (let y@0.1) (expr (= x@g (class B {B!} extends A@1.0 (field:computed (. "
     "B@0.0 k) B@0.0))))"},
    {"try { a; } catch { let b; } try { } catch ({ c }) { let d; () => c; } ",
     "(try (block (expr a@g)) _ (block {b} (let b@0.0)) _) (try (block) {c!} ({} (prop:short \"c\" "
     "c@0.0)) (block {d} (let d@0.0) (expr (fn:arrow  {} [] c@1.0))) _)"},
    {"switch (a) { case b: let c = 1; default: d(() => c); }",
     "(switch {c!} a@g (case b@g (let c@0.0 1)) (default (expr (call d@g (fn:arrow  {} [] "
     "c@0.0)))))"},
    {"enum E { A, B = A + 1, C = f(() => B), D = Z } enum E { F = E.A } E.A; const Z = 1;",
     "(enum E@0.0 A B (+ (. E@0.0 A) 1) C (call f@g (fn:arrow  {} [] (. E@0.0 B))) D Z@0.1) (enum "
     "E@0.0 F (. E@0.0 A)) (expr (. E@0.0 A)) (const Z@0.1 1)"},
    {"namespace N { export const a = 1; const b = a; export function f() { return a; } } namespace "
     "N { export const c = a, d = b; } N.a;",
     "(namespace N@0.0 {a! b f} [a f] (const a@0.0 1) (const b@0.1 a@0.0) (function f@0.2 {} [] "
     "(block (return a@0.0)))) (namespace N@0.0 {c d} [c d] (const c@0.0 (. N@1.0 a) d@0.1 b@g)) "
     "(expr (. N@0.0 a))"},
    {"import i, { j } from \"m\"; import * as k from \"n\"; i; function f() { j; return k.l(i); } "
     "type T = typeof k;",
     "import import (expr i@i0) (function f@0.0 {} [] (block (expr j@i1) (return (call (. k@i2 l) "
     "i@i0)))) empty"},
    {"function f() { return typeof arguments === \"object\" && arguments; } () => arguments; "
     "function g(arguments) { return arguments; }",
     "(function:arguments f@0.0 {arguments} [] (block (return (&& (=== (typeof arguments@0.0) "
     "\"object\") arguments@0.0)))) (expr (fn:arrow:arguments  {} [] arguments@g)) "
     "(function:arguments g@0.1 {arguments} [arguments@0.0] (block (return arguments@0.0)))"},
    {"var a; var a; function b() {} var b; function c(d) { var d; }",
     "(var a@0.0) (var a@0.0) (function b@0.1 {} [] (block)) (var b@0.1) (function c@0.2 {d} "
     "[d@0.0] (block (var d@0.0)))"},
    {"a: for (;;) { let a; break a; }", "(label a (for _ _ _ (block {a} (let a@0.0) (break a))))"},
    {"let x = x; export { x as y }; globalThis.z = x;",
     "(let x@0.0 x@0.0) (expr (= (. globalThis@g z) x@0.0))"},
    {"const { a = 1, ...b } = c, d = () => a; ({ a: e, f } = g); let e, f;",
     "(const ({} (prop:short \"a\" (default a@0.0 1)) (rest b@0.1)) c@g d@0.2 (fn:arrow d {} [] "
     "a@0.0)) (expr (= ({} (prop \"a\" e@0.3) (prop:short \"f\" f@0.4)) g@g)) (let e@0.3 f@0.4)"},
    {"const x = <T,>() => y, y = 1; label: function z() {} z;",
     "(const x@0.0 (fn:arrow x {} [] y@0.1) y@0.1 1) (label label (function z@0.2 {} [] (block))) "
     "(expr z@0.2)"},
    {"let a; function f(b = a) { var a; return a; }",
     "(let a@0.0) (function f@0.1 {b a} [(default b@0.0 a@0.1)] (block (var a@0.1) (return "
     "a@0.1)))"},
};

static void test_references(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        fixture_check_dump(&rows[i], true);
}

// Hoisted functions stand in the scope that they are declared in.
static void test_hoisted_functions(void **state) {
    (void)state;
    Fixture f;
    fixture_open(&f, "x.ts", STR("a(); function a() { function b() {} } { function c() {} }"));
    assert_int_equal(f.m.scope->function_count, 1);
    const Node *a = f.m.scope->functions[0];
    assert_int_equal(a->kind, N_FUNCTION_DECL);
    assert_int_equal(a->u.fn->scope->function_count, 1);
    const Node *block = f.m.program->u.block.at[2];
    assert_int_equal(block->u.block.scope->function_count, 1);
    assert_ptr_equal(block->u.block.scope->parent, f.m.scope);
    fixture_close(&f);
}

static void test_binding_kinds(void **state) {
    (void)state;
    static const struct {
        const char *name;
        BindKind kind;
    } expected[] = {
        {"v", BIND_VAR},   {"l", BIND_LET},  {"c", BIND_CONST},     {"f", BIND_FUNCTION},
        {"C", BIND_CLASS}, {"E", BIND_ENUM}, {"N", BIND_NAMESPACE}, {"M", BIND_CLASS},
    };
    Fixture f;
    fixture_open(&f, "x.ts",
                 STR("var v; let l; const c = 1; function f() {} class C {} enum E {}"
                     "namespace N { x; } namespace M { y; } class M {}"));
    assert_int_equal(f.m.scope->count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const Binding *b = &f.m.scope->at[i];
        assert_true(str_is(sym_str(f.lc.interner, b->name), expected[i].name));
        assert_int_equal(b->kind, expected[i].kind);
    }
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_hoisted_functions),
        cmocka_unit_test(test_binding_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
