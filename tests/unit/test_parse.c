// Code to typed trees: expressions, statements, classes, TypeScript's own constructs, imports and
// exports; and the odd syntax that the grammar has to be helped with.

#include "fixture_parse.h"

#include "deducer/load/cst.h"

static const Row expressions[] = {
    {"a + b * c ** d ** e - f;", "(expr (- (+ a (* b (** c (** d e)))) f))"},
    {"a && b || c; a ?\? b; !a; -a; +a; ~a; typeof a; void a; delete a.b;",
     "(expr (|| (&& a b) c)) (expr (?\? a b)) (expr (! a)) (expr (- a)) (expr (+ a)) (expr (~ a)) "
     "(expr (typeof a)) (expr (void a)) (expr (delete (. a b)))"},
    {"a += 1; a ?\?= b; a **= 2; a >>>= 1; a = b = c;",
     "(expr (+= a 1)) (expr (?\?= a b)) (expr (**= a 2)) (expr (>>>= a 1)) (expr (= a (= b c)))"},
    {"a++; --b; a.b++; c[d]--;",
     "(expr (++ a)) (expr (--:prefix b)) (expr (++ (. a b))) (expr (-- ([] c d)))"},
    {"a === b; a !== b; a == b; a != b; a < b; a <= b; a > b; a >= b; a in b; a instanceof b;",
     "(expr (=== a b)) (expr (!== a b)) (expr (== a b)) (expr (!= a b)) (expr (< a b)) (expr (<= a "
     "b)) (expr (> a b)) (expr (>= a b)) (expr (in a b)) (expr (instanceof a b))"},
    {"a & b | c ^ d; a << b >> c >>> d; a % b / c;",
     "(expr (| (& a b) (^ c d))) (expr (>>> (>> (<< a b) c) d)) (expr (/ (% a b) c))"},
    {"a ? b : c ? d : e; (a, b), c;", "(expr (?: a b (?: c d e))) (expr (, (, a b) c))"},
    {"a.b.c(d)[e](...f, g);", "(expr (call ([] (call (. (. a b) c) d) e) (... f) g))"},
    {"a?.b; a?.b.c(d)!.e; a?.[b]?.(c); (a?.b).c; a!.b; delete a?.b; new (a?.b)();",
     "(expr (chain (.:?. a b))) (expr (chain (. (call (. (.:?. a b) c) d) e))) (expr (chain "
     "(call:?. ([]:?. a b) c))) (expr (. (chain (.:?. a b)) c)) (expr (. a b)) (expr (delete "
     "(chain (.:?. a b)))) (expr (new (chain (.:?. a b))))"},
    {"new A; new A(b); new a.b.C<D>(e).f; new (f())();",
     "(expr (new A)) (expr (new A b)) (expr (. (new (. (. a b) C) e) f)) (expr (new (call f)))"},
    {"f<A>(b); f?.<A>(b); x = f<A>;",
     "(expr (call f b)) (expr (chain (call:?. f b))) (expr (= x f))"},
    {"tag`a${b}c\\u0041`; a.b`c`; sql<A<B>>`d${e}`; sql<{ a: b }>`c`; `a${`b${c}`}\\n`;",
     "(expr (tagged tag (template \"a\" b \"cA\"))) (expr (tagged (. a b) (template \"c\"))) (expr "
     "(tagged sql (template \"d\" e \"\"))) (expr (tagged sql (template \"c\"))) (expr (template "
     "\"a\" (template \"b\" c \"\") \"\\n\"))"},
    {"[a, , ...b, , ]; [,]; [];", "(expr (array a _ (... b) _)) (expr (array _)) (expr (array))"},
    {"x = { a, b: 1, \"c d\": 2, 3: 4, [e]: 5, ...f, g() {}, async *h() {}, get i() { return 1; }, "
     "set i(v) {}, 'j'() {} };",
     "(expr (= x (object (prop:short \"a\" a) (prop \"b\" 1) (prop \"c d\" 2) (prop 3 4) "
     "(prop:computed e 5) (... f) (prop:method \"g\" (fn:method g [] (block))) (prop:method \"h\" "
     "(fn:async:generator:method h [] (block))) (prop:get:method \"i\" (fn:get:method i [] (block "
     "(return 1)))) (prop:set:method \"i\" (fn:set:method i [v] (block))) (prop:method \"j\" "
     "(fn:method j [] (block))))))"},
    {"a => b; (a, b = 1, ...c) => { return a; }; async a => await a; async ({ a }) => {}; <T,>(a: "
     "T): T => a;",
     "(expr (fn:arrow  [a] b)) (expr (fn:arrow  [a (default b 1) (rest c)] (block (return a)))) "
     "(expr (fn:async:arrow  [a] (await a))) (expr (fn:async:arrow  [({} (prop:short \"a\" a))] "
     "(block))) (expr (fn:arrow  [a] a))"},
    {"x = function () {}; x = function f() { return f; }; x = async function* () { yield* a; "
     "yield; };",
     "(expr (= x (fn x [] (block)))) (expr (= x (fn f [] (block (return f))))) (expr (= x "
     "(fn:async:generator x [] (block (expr (yield* a)) (expr (yield))))))"},
    {"x = () => this; x = function () { return () => [this, arguments]; };",
     "(expr (= x (fn:arrow:this x [] this))) (expr (= x (fn:this:arguments x [] (block (return "
     "(fn:arrow:this:arguments  [] (array this arguments)))))))"},
    {"class A { m() { return () => super.m(); } }",
     "(class A (member \"m\" (fn:method:this m [] (block (return (fn:arrow:this  [] (call (. super "
     "m))))))))"},
    {"import(\"./a\"); import.meta.url; x = import(`./b`); y = import(c);",
     "(expr (import() \"./a\")) (expr (. import.meta url)) (expr (= x (import() (template "
     "\"./b\")))) (expr (= y (import() c)))"},
    {"1; 0x1F; 0b101; 0o17; 1_000.5; .5e1; 10n; 0xFFn; 0b1_01n;",
     "(expr 1) (expr 31) (expr 5) (expr 15) (expr 1000.5) (expr 5) (expr 10n) (expr 255n) (expr "
     "5n)"},
    {"\"a\\n\\x41\\u0041\\u{1F600}\\\nb\"; 'it\\'s'; \"\\uD83D\\uDE00\"; \"\\uD800\";",
     "(expr \"a\\nAA😀b\") (expr \"it's\") (expr \"😀\") (expr \"�\")"},
    {"/a[/]\\/b/gi; a / b / c;", "(expr /a[/]\\/b/gi) (expr (/ (/ a b) c))"},
    {"true; false; null; undefined; this2;",
     "(expr true) (expr false) (expr null) (expr undefined) (expr this2)"},
    {"a as B; a satisfies B; <A>b; a! + b!; (a as any).b; ((a));",
     "(expr a) (expr a) (expr b) (expr (+ a b)) (expr (. a b)) (expr a)"},
    {"[a, b.c, ...d] = e; ({ a, b: c = 1, \"d\": e.f, [g]: h, ...i } = j); [a = 1, [b]] = c;",
     "(expr (= ([] a (. b c) (rest d)) e)) (expr (= ({} (prop:short \"a\" a) (prop \"b\" (default "
     "c 1)) (prop \"d\" (. e f)) (prop:computed g h) (rest i)) j)) (expr (= ([] (default a 1) ([] "
     "b)) c))"},
    {"(a as any) = 1; a! = 2; [b!] = c; ({ d: e as any } = f); (<T>g).h = 3;",
     "(expr (= a 1)) (expr (= a 2)) (expr (= ([] b) c)) (expr (= ({} (prop \"d\" e)) f)) (expr (= "
     "(. g h) 3))"},
    {"async () => { for await (const a of b) await c; };",
     "(expr (fn:async:arrow  [] (block (for-of:await (const a) b (expr (await c))))))"},
};

static const Row statements[] = {
    {"let a, b = 1; const c = 2; var d; let { e = 1, f: [g], ...h } = i, [, j] = k;",
     "(let a b 1) (const c 2) (var d) (let ({} (prop:short \"e\" (default e 1)) (prop \"f\" ([] "
     "g)) (rest h)) i ([] _ j) k)"},
    {"if (a) b; else if (c) { d; } else e;", "(if a (expr b) (if c (block (expr d)) (expr e)))"},
    {"for (let i = 0, n = 1; i < n; i++) f(i); for (;;) break; for (a = 1; ; ) break;",
     "(for (let i 0 n 1) (< i n) (++ i) (expr (call f i))) (for _ _ _ (break)) (for (= a 1) _ _ "
     "(break))"},
    {"for (const a of b) c; for (let a in b) c; for (a.b of c) d; for ([a] of b) c; for (var [a, "
     "b] of c) d;",
     "(for-of (const a) b (expr c)) (for-in (let a) b (expr c)) (for-of (. a b) c (expr d)) "
     "(for-of ([] a) b (expr c)) (for-of (var ([] a b)) c (expr d))"},
    {"while (a) b; do { c; } while (d); do e; while (f)",
     "(while a (expr b)) (do d (block (expr c))) (do f (expr e))"},
    {"a: for (;;) { b: while (1) { continue a; } break a; } c: { break c; }",
     "(label a (for _ _ _ (block (label b (while 1 (block (continue a)))) (break a)))) (label c "
     "(block (break c)))"},
    {"switch (a) { case 1: case 2: b; break; default: c; }",
     "(switch a (case 1) (case 2 (expr b) (break)) (default (expr c)))"},
    {"try { a; } catch (e) { b; } finally { c; } try { } catch { } try { } catch ({ m }) { }",
     "(try (block (expr a)) e (block (expr b)) (block (expr c))) (try (block) _ (block) _) (try "
     "(block) ({} (prop:short \"m\" m)) (block) _)"},
    {"() => { return; }; () => { return a, b; }; throw new E;",
     "(expr (fn:arrow  [] (block (return)))) (expr (fn:arrow  [] (block (return (, a b))))) (throw "
     "(new E))"},
    {";;; debugger; {} { a; }", "(block) (block (expr a))"},
    {"using a = b; await using c = d; for (using e of f) g;",
     "(const:using a b) (const:await:using c d) (for-of (const:using e) f (expr g))"},
    {"function f(a, { b }, [c] = d, ...e) { \"use strict\"; } function* g() { yield 1; } async "
     "function h() { }",
     "(function f [a ({} (prop:short \"b\" b)) (default ([] c) d) (rest e)] (block (expr \"use "
     "strict\"))) (function:generator g [] (block (expr (yield 1)))) (function:async h [] "
     "(block))"},
    {"x = class {}; x = class A extends B { };",
     "(expr (= x (class x))) (expr (= x (class A extends B)))"},
    {"class A extends f(B)<C> implements D { a; b = 1; static c = 2; #d = 3; \"e\" = 4; [f] = 5; 6 "
     "= 7; declare g; readonly h!: I; j?: K; accessor l = 1; static accessor m = 2; [n: string]: "
     "o; static { p; } }",
     "(class A extends (call f B) (field \"a\") (field \"b\" 1) (field:static \"c\" 2) (field "
     "\"#d\" 3) (field \"e\" 4) (field:computed f 5) (field 6 7) (field \"h\") (field \"j\") "
     "(field \"l\" 1) (field:static \"m\" 2) (static (expr p)))"},
    {"class A { m() {} static n() {} async o() {} *p() {} async *q() {} get r() { return 1; } set "
     "r(v) {} static get s() { return 1; } [t]() {} #u() {} \"v\"() {} 1() {} get() {} set() {} "
     "static() {} async() {} overload(): void; overload(a?) {} abstract x(): void; }",
     "(class A (member \"m\" (fn:method m [] (block))) (member:static \"n\" (fn:method n [] "
     "(block))) (member \"o\" (fn:async:method o [] (block))) (member \"p\" (fn:generator:method p "
     "[] (block))) (member \"q\" (fn:async:generator:method q [] (block))) (member:get \"r\" "
     "(fn:method r [] (block (return 1)))) (member:set \"r\" (fn:method r [v] (block))) "
     "(member:static:get \"s\" (fn:method s [] (block (return 1)))) (member:computed t (fn:method  "
     "[] (block))) (member \"#u\" (fn:method #u [] (block))) (member \"v\" (fn:method v [] "
     "(block))) (member 1 (fn:method  [] (block))) (member \"get\" (fn:method get [] (block))) "
     "(member \"set\" (fn:method set [] (block))) (member \"static\" (fn:method static [] "
     "(block))) (member \"async\" (fn:method async [] (block))) (member \"overload\" (fn:method "
     "overload [a] (block))))"},
    {"class A { a = () => b; get = 1; static = 2; static async = 3; declare() {} readonly = 4; "
     "accessor; }",
     "(class A (field \"a\" (fn:arrow a [] b)) (field \"get\" 1) (field \"static\" 2) "
     "(field:static \"async\" 3) (member \"declare\" (fn:method declare [] (block))) (field "
     "\"readonly\" 4) (field \"accessor\"))"},
    {"class A { constructor(private a, public readonly b = 1, c?, protected override d: E) { f(); "
     "} }",
     "(class A (fn:method:this  [a (default b 1) c d] (block (expr (= (. this a) a)) (expr (= (. "
     "this b) b)) (expr (= (. this d) d)) (expr (call f)))))"},
    {"class A extends B { constructor(readonly a: C) { const x = 1; super(x); y(); } }",
     "(class A extends B (fn:method:this:derived  [a] (block (const x 1) (expr (call super x)) "
     "(expr (= (. this a) a)) (expr (call y)))))"},
    {"class A extends B { constructor(readonly a: C) { if (x) super(); } }",
     "(class A extends B (fn:method:this:derived  [a] (block (if x (expr (call super))) (expr (= "
     "(. this a) a)))))"},
    {"@a @b.c(d) class A { @e f; @g() h(@i j) {} constructor(@k l) {} } @m export class B {} "
     "export \n class C {}",
     "(class A @a @(call (. b c) d) @e @(call g) @i @k (fn:method  [l] (block)) (field \"f\") "
     "(member \"h\" (fn:method h [j] (block)))) (class B @m) (expr export) (class C)"},
    {"class A { #a; static #b() {} c(o) { return #a in o && o.#a + A.#b(); } d() { class E { #f; "
     "g(o) { return o.#a + this.#f; } } } }",
     "(class A (field \"#a\") (member:static \"#b\" (fn:method #b [] (block))) (member \"c\" "
     "(fn:method c [o] (block (return (&& (private-in o #a) (+ (. o #a) (call (. A #b)))))))) "
     "(member \"d\" (fn:method d [] (block (class E (field \"#f\") (member \"g\" (fn:method:this g "
     "[o] (block (return (+ (. o #a) (. this #f)))))))))))"},
    {"enum A { B, C = 1 << 2, \"D-E\", [\"F\"] = \"g\" } const enum G { H } declare enum I { J } "
     "declare const enum K { L = 1 }",
     "(enum A B C (<< 1 2) D-E F \"g\") (enum G H) empty (enum K L 1)"},
    {"namespace A { export const b = 1, { c } = d; export function e() {} const f = 2; export "
     "class G {} export namespace H.I { export let j; } export type K = 1; } namespace L { export "
     "type M = 1; } namespace A.B.C { n; } module D { o; }",
     "(namespace A [b c e G H] (const b 1 ({} (prop:short \"c\" c)) d) (function e [] (block)) "
     "(const f 2) (class G) (namespace H [I] (namespace I [j] (let j)))) empty (namespace A [B] "
     "(namespace B [C] (namespace C [] (expr n)))) (namespace D [] (expr o))"},
    {"interface A { b: C } type D = E; declare let f: G; declare function h(): void; declare class "
     "I {} declare module \"j\" {} declare global {} declare namespace K {} function l(): void; "
     "abstract class M {} import type N from \"n\";",
     "empty empty empty empty empty empty empty (class M) import"},
    {"function f(this: A, b: C): asserts b is D {}", "(function f [b] (block))"},
    {"import a = B.C; import d = E.F; d; export import g = H.I;",
     "empty (const:short d (. E F)) (expr d) (const:short g (. H I))"},
    {"export = a;", "(export= a)"},
    {"#!/usr/bin/env node", ""},
};

// Requests and imports, a bar, exports.
static const Row modules[] = {
    {"import a, { b, c as d, default as e, \"f g\" as h } from \"m\"; import * as i from \"n\"; "
     "import \"o\"; [a, b, d, e, h, i];",
     "m; n; o; a=default@0, b=b@0, d=c@0, e=default@0, h=f g@0, i=*@1, | "},
    {"import a from \"m\"; import { b } from \"n\"; import { c } from \"o\"; import \"o\"; import "
     "{} from \"p\"; let x: a; c;",
     "m types; n types; o; p types; a=default@0 type, b=b@1 type, c=c@2, | "},
    {"import type a from \"m\"; import type { b } from \"m\"; import { type c } from \"m\"; import "
     "type * as d from \"m\"; import { type e, f } from \"n\"; f;",
     "m types; n; a=default@0 type, b=b@0 type, c=c@0 type, d=*@0 type, e=e@1 type, f=f@1, | "},
    {"import a = require(\"m\"); a; import b = require(\"n\"); import type c = require(\"o\"); "
     "export import d = require(\"p\");",
     "m; n types; o types; p; a=*@0, b=*@1 type, c=*@2 type, d=*@3, | d:import 3, "},
    {"import a from \"m\" with { type: \"json\" }; a; import defer * as b from \"n\"; b; import "
     "source c from \"o\"; c;",
     "m; n; o; a=default@0, b=*@1, c=default@2, | "},
    {"export { a, b as c, d as default, e as \"f g\" }; let a, b, d, e;",
     "| a:local 0, c:local 1, default:local 2, f g:local 3, "},
    {"export { a, b as c, default as d, default } from \"m\"; export * from \"n\"; export * as e "
     "from \"o\"; export * as default2 from \"o\";",
     "m; n; o; | a:from a@0, c:from b@0, d:from default@0, default:from default@0, e:from *@2, "
     "default2:from *@2, *@1, "},
    {"export type { A } from \"m\"; export { type B } from \"m\"; export type * from \"n\"; export "
     "type * as C from \"n\"; export { type D, e } from \"o\"; export {} from \"p\";",
     "m types; n types; o; p; | A:from A@0 type, B:from B@0 type, C:from *@1 type, D:from D@2 "
     "type, e:from e@2, *@1, "},
    {"export const a = 1, { b, c: [d] } = e; export let f; export function g() {} export class H "
     "{} export enum I {} export namespace J { k; } export async function* l() {}",
     "| a:local 0, b:local 1, d:local 2, f:local 3, g:local 4, H:local 5, I:local 6, J:local 7, "
     "l:local 8, "},
    {"export default function () {} ", "| default:local 0, "},
    {"export default function f() {}", "| default:local 0, "},
    {"export default async () => {};", "| default:default, "},
    {"export default class {}", "| default:default, "},
    {"export default class A {}", "| default:local 0, "},
    {"export default { a: 1 };", "| default:default, "},
    {"export interface A {} export type B = 1; export declare const c: D; export default interface "
     "E {}",
     "| A:type, B:type, c:type, default:type, "},
    {"type T = 1; interface U {} export { T, U as V }; export default T;",
     "| T:type, V:type, default:type, "},
    {"import { type A, b } from \"m\"; export { A, b }; import * as c from \"n\"; export { c as d "
     "};",
     "m; n; A=A@0 type, b=b@0, c=*@1, | A:type, b:import 1, d:import 2, "},
    {"import { A } from \"m\"; export default A;", "m; A=A@0, | default:default, "},
    {"const a = 1; type a = 2; export { a }; export type b = 1; export const b = 2; export "
     "function f(): void; export function f(a?) {} export namespace N { export let x; } export "
     "class C {} export namespace C { export let y; }",
     "| a:local 0, b:local 1, f:local 2, N:local 3, C:local 4, "},
    {"export default function f(): void; export default function f(a?) {}", "| default:local 0, "},
    {"export default function (): void; export default function (a?) {}", "| default:local 0, "},
    {"import(\"./a\"); import(\"./b\"); import \"./b\"; import { c } from \"./c\"; "
     "import(\"./c\"); import(d);",
     "./a dynamic; ./b; ./c dynamic; c=c@2 type, | "},
    {"import React from \"react\"; x; export type { React };",
     "react types; React=default@0 type, | React:type, "},
};

// All of it is valid.
static const char *const odd[] = {
    "export type * from \"./a\";",
    "export type * as N from \"./a\";",
    "export { a } from \"x\" with { type: \"json\" };",
    "export * from \"x\" with { type: \"json\" };",
    "export * as y from \"x\" with { type: \"json\" };",
    "import x from \"x\" assert { type: \"json\" };",
    "import \"x\" with { type: \"json\" };",
    "interface A<in T, out U, in out V> { a: T }",
    "type A<in out T> = T;",
    "class A<in T> {} class B<out T = string, const in U> {}",
    "class A { static accessor y = 1; accessor z = 2; public static accessor w = 1; readonly "
    "accessor = 1; }",
    "class A { static [k: string]: number; [j: number]: string; private readonly [l: symbol]: any "
    "}",
    "class A { static readonly [k: string]: number }",
    "let x: import(\"./b\").C<string> = y;",
    "let x: typeof import(\"./b\") = y; let z: import(\"./b\").C[\"d\"]; type T = "
    "import(\"./b\").D<import(\"./c\").E>[];",
    "let x: import(\"./b\", { with: { \"resolution-mode\": \"import\" } }).C;",
    "function f(a: import(\"./b\").C<string>): import(\"./b\").C<number> { return a }",
    "for (using x of y) {}",
    "for (await using x of y) {}",
    "for (using x = f();;) {}",
    "async function f() { for await (using x of y) {} }",
    "import defer * as ns from \"m\"; ns.x;",
    "import source wasm from \"m\"; wasm;",
    " @(a.b()[0]) class A {}",
    "class A { @(a.b()[0]) m() {} @(foo(1)(2)) x = 1; }",
    "class A { @a.b.c @d() @(e) @f<string>() m() {} }",
    "let as = 3; as + 1;",
    "abstract = 1;",
    "let abstract = 1, accessor = 2, asserts = 3, satisfies = 4, infer = 5, is = 6, keyof = 7, "
    "unique = 8, global = 9, using = 10, of = 11, out = 12, defer = 13, override = 14, readonly = "
    "15, declare = 16, module = 17, namespace = 18, type = 19, require = 20, from = 21, async = "
    "22, get = 23, set = 24, any = 25, never = 26, object = 27, string = 28, symbol = 29, unknown "
    "= 30, undefined2 = 31, constructor = 32, implements2 = 33, target = 34, meta = 35, assert = "
    "36, number = 37, boolean = 38, bigint = 39, intrinsic = 40, await2 = 41;",
    "f(as, abstract, accessor, asserts, satisfies, infer, is, keyof, unique, global, using, of, "
    "out, defer, override, readonly, declare, module, namespace, type, require, from, async, get, "
    "set, any, never, object, string, symbol, unknown, constructor, target, meta, assert, number, "
    "boolean, bigint, intrinsic, static);",
    "x = { as, abstract, accessor, asserts, satisfies, infer, is, keyof, unique, global, using, "
    "of, out, defer, override, readonly, declare, module, namespace, type, require, from, async, "
    "get, set, any, never, object, string, symbol, unknown, constructor, target };",
    "x = { as: 1, abstract: 2, accessor: 3, in: 4, of: 5, if: 6, class: 7, new: 8, delete: 9, "
    "typeof: 10, await: 11, yield: 12, get: 13, set: 14, async: 15, static: 16, type: 17, import: "
    "18, export: 19, default: 20, void: 21, null: 22, true: 23, this: 24, super: 25, enum: 26, "
    "let: 27, const: 28, declare: 29 };",
    "x = { as() {}, get() {}, set() {}, async() {}, static() {}, of() {}, type() {}, if() {}, "
    "delete() {}, new() {}, get get() { return 1 }, set set(v) {}, async async() {}, async get() "
    "{}, *gen() {}, async *agen() {}, get static() { return 1 }, get [k]() { return 1 }, get 'a'() "
    "{ return 1 }, get 1() { return 1 } };",
    "class A { as() {} get() {} set() {} async() {} static() {} of() {} type() {} if() {} delete() "
    "{} new() {} get get() { return 1 } set set(v) {} static get() {} static set() {} static "
    "async() {} static static() {} static async async() {} static get get() { return 1 } declare() "
    "{} readonly() {} abstract() {} accessor() {} override() {} public() {} namespace() {} "
    "module() {} }",
    "class A { as = 1; get = 1; set = 2; async = 3; static = 4; of = 5; type = 6; declare = 7; "
    "readonly = 8; abstract = 9; accessor = 10; override = 11; namespace = 12; module = 13; in = "
    "14; delete = 15; public = 1; }",
    "class A { static = 1; readonly; get; set; static async; declare; abstract; accessor; override "
    "}",
    "a.as.abstract.in.of.if.class.new.delete.typeof.get.set.async.static.type.default.import."
    "export;",
    "function f(as, abstract, type, of, get, set, async, declare, namespace, module, using, "
    "accessor, satisfies, asserts, is, readonly) {}",
    "function as() {} function abstract() {} function type() {} function of() {} function get() {} "
    "function set() {} function declare() {} function namespace() {} function module() {} function "
    "asserts() {} function is() {} function accessor() {} function using() {} function satisfies() "
    "{}",
    "import { as, type, of, abstract, accessor, asserts, is, satisfies, using, get, set, async, "
    "from, defer, out } from \"m\"; f(as, type, of);",
    "import { as as as, type as type2, type as as2, as as x1 } from \"m\";",
    "import { type as } from \"m\"; import { type as as3 } from \"m\";",
    "import type from \"m\"; import type type2 from \"m\"; import type { x } from \"n\"; import "
    "type3, { z } from \"m\";",
    "import type X = require(\"m\"); import Y = require(\"m\"); Y; import type Z = A.B;",
    "export import a = b.c;",
    "export import c = require(\"d\");",
    "export default function (): void; export default function (a?): void {}",
    "export default async function* () {}",
    "export default class extends A {}",
    "export default abstract class { abstract x: number }",
    "export default { a: 1 } as const",
    "export default a as B; ",
    "export { default } from \"a\"; export { default as b } from \"a\"; export { type T } from "
    "\"x\"; export { type U as V } from \"x\"; export {};",
    "export * as default from \"a\"; export * as \"x y\" from \"a\"; export { \"a b\" as c } from "
    "\"a\"; let d; export { d as \"e f\" };",
    "import { \"a b\" as c } from \"a\"; c;",
    "declare global { interface Window { x: number } var y: string; function f(): void; namespace "
    "NodeJS { interface G {} } }",
    "declare module \"foo\" { export default function f(): void; export const x: number; export = "
    "y; }",
    "declare module \"foo\"; declare module Foo.Bar { let x: number; } declare namespace A { "
    "function f(): void; class B { constructor(a: string); m(): void } }",
    "declare function f(a: string): void; declare class A { private x; m(): void; get y(): number; "
    "static z: string; } declare let a, b: number; declare enum E { A, B } declare const enum F { "
    "A = 1 } declare type T = 1; declare abstract class C {} declare interface I {}",
    "function f(a: string): asserts a is string {} function g(this: Foo, a): asserts this {} "
    "function h(): asserts this is X {} function i(x): x is string {} function j(this: X): this is "
    "Y {} function k(asserts): asserts asserts {}",
    "let x: unique symbol; let y: abstract new () => T; let z: new <T>(a: T) => T; let w: readonly "
    "string[]; let v: `a${string}b${number}`; let u: typeof a.b[\"c\"]; let t: A[B[\"c\"]][]; let "
    "s: [a: string, b?: number, ...c: X[]]; let r: { [K in keyof T as `x${K}`]?: T[K] }; let q: { "
    "readonly [K in T]-?: U }; let p: { -readonly [K in T]+?: U };",
    "type A = T extends (infer U extends string)[] ? U : never; type B = T extends [infer H, "
    "...infer R] ? H : R; type C = keyof typeof x; type D = (a: string) => b is string; type E = "
    "new (...args: any[]) => any; type F = { new (a): T; (b): U; readonly c?: V; d?(): W; get e(): "
    "X; set e(v: X) }; type G = asserts; type H = typeof this.x; type I = A | B & C; type J = | A "
    "| B; type K = & A & B; type L = A[] | undefined; type M = -1 | 1n | \"a\" | true | null; type "
    "N = this; type O = typeof x<string>; type P = [...A, ...B];",
    "type Fn = typeof fn<string>; const a = fn<string>; const b = new Map<string, number>; const c "
    "= fn<string>?.(1); fn<string>; a?.b!.c; a!?.b; a?.[0]!.b; a!.b!.c!(); a?.b<string>(c); "
    "(a?.b)!.c; x!++; ",
    "x = <T,>(a: T) => a; x = <T extends U>(a: T): T => a; x = async <T>(a: T) => a; x = <const "
    "T>(a: T) => a; x = <T, U = T>(a: T, ...b: U[]): a is T => true; x = function <T>(this: T) {}; "
    "x = (a?: string, b = 1): void => {}; x = ({ a, b }: { a: A; b: B }): C => a; x = async ({ a "
    "}: A) => a; x = async a => a; x = (): { a: B } => ({ a }); x = ((a) => a) as T; x = a ? (b) : "
    "c => d; x = a ? (b): c => d : e; x = a ? async () => 1 : async b => 2; x = a ? (b, c) => d : "
    "(e); x = a ? { b } : [c];",
    "x = a as const; x = a as unknown as B; x = <const>[\"a\"]; x = a satisfies B as C; x = { a } "
    "satisfies B; x = [a] as const satisfies B; x = (a as B).c; (a as B).c = 1; (<B>a).c = 1; (a "
    "as any) = 1; [a as any] = b; ({ a: b as any } = c); for (a as any of b) {} a as B; a! as B; "
    "(a satisfies B)(); if (a as B) {} while (a satisfies B) {} return2(a as B, c); x = a as B ? c "
    ": d; x = a as B || c; x = a < b as C; x = `${a as B}`; x = a as (b: C) => D; x = a as B[]; x "
    "= a as typeof b; x = a as keyof B; x = a as import(\"c\").D; x = a as new () => B; x = a as "
    "this; x = a as B.C<D>; delete (a as B).c; x += a as B; throw a as B;",
    "enum E { A, B = 1 << 2, C = \"x\", \"D-E\" = A, ['F'] = 3, G = `g`, H = \"a\".length, I } "
    "const enum F { A } export enum G { A } export const enum H { A } export declare enum I2 { A }",
    "namespace A.B.C { export const x = 1; export function f() {} export class D {} export enum E "
    "{ A } export namespace F { export let y } export type T = 1; export interface I {} const z = "
    "2; import g = A.B; export import h = A.B } namespace G { export type H = 1 } module I { let x "
    "}",
    "abstract class A<T = any> extends B<T>.C implements D<E>, F { abstract a: string; abstract "
    "b(): void; protected abstract readonly c: number; abstract get d(): string; abstract set "
    "d(v); constructor(private readonly e: F, public g?: H, protected h = 1, readonly i: J = 2, "
    "override j: K) { super(e); } declare k: L; private static readonly m: N = 1; static #o = 2; "
    "#p?: Q; q!: R; \"s\": T; 1: U; [v] = 3; [Symbol.iterator]() {} static { this.x = 1 } static "
    "async *w<X>(this: Y): Z {} get a2(): B2 { return 1 } set a2(v: B2) {} override c2(): void {} "
    "private async d2() {} e2?(): void; f2?: string; async?: boolean; static override readonly g2 "
    "= 1; public override async h2() {} ; ; }",
    "class A { x = 1\ny = 2\n['z'] = 3\nstatic\nw = 4\nget\nv() { return 1 }\n*gen() {} }",
    "class A { a(): void\n b(): string; c(x): void; c(x) { } }",
    "class A extends (B as any) {} class C extends f<D>() {} class E extends (class {}) {} class F "
    "extends null {} class G extends B.C {} class H extends a[b] {} class I extends mixin(A, B)<C> "
    "{}",
    "class A { #a = 1; #b() { return this.#a } static #c; get #d() { return 1 } has(o) { return #a "
    "in o && o?.#b() } static async #e() {} }",
    "label: for (const a of b) { continue label; } a: { break a; } async: for (;;) { break async } "
    "type: while (0) break type; of: for (;;) break of;",
    "for (const a of b as C) ; for (let in b) ; for (const [a, b] of c) ; for (const { a = 1, ...b "
    "} of c) ; for (var a in b) ; for (a.b of c) ; for ([a, b] of c) ; for (let i = 0, j = 1; i < "
    "j; i++, j--) ; for (const x of [1, 2, 3] as const) ; for (let [a] = b; ; ) ; for (;;) break;",
    "if (a) function2(); else if (b) c; else { } do x++; while (x < 1) do { } while (0); switch "
    "(a) { } switch (a) { case b: { } case c: default: } try { } catch { } try { } finally { } try "
    "{ } catch (e: unknown) { } while (1) ; ; ; debugger; ",
    "x = a ?\? b; x ?\?= y; x ||= y; x &&= y; x **= 2; x = 2 ** 3 ** 4; x >>>= 1; x = "
    "a?.b?.[c]?.(d); x = a ? b : c ? d : e; x = (a, b); x = void 0; x = typeof a === \"b\"; x = 2 "
    "** 1; x = +a + +b - -c; x = !a; x = ~b; x = a++ + ++b; x = new A; x = new A().b; x = new "
    "(a())(); x = new a.b.c(d); x = a in b; x = a instanceof B; x = a?.3:1; x = yield2; x = "
    "await2; x = 0x1F + 0b11 + 0o17 + 1_000 + 1e3 + .5 + 5. + 1n + 0xFFn; x = /a[/]b/gi.test(c); x "
    "= a / b / c; x = /=/; x = `a${`b${c}`}d`; x = tag`a${b}`; x = a.b`c`; x = f()`g`; x = new "
    "A`b`; x = `\\u{1F600}`; x = \"\\x41\\u0041\\0\"; x = async () => { for await (const a of b) ; "
    "await c; }; x = function* () { yield; yield* a; const b = yield c; }; x = class A {}; x = "
    "class {}; x = function a() {}; x = import(\"a\"); x = import.meta.url; x = [, a, , b, ]; x = "
    "[...a, ...b]; x = { ...a, b, [c]: d, \"e\": f, 1: g, h() {}, get i() { return 1 }, set i(v) "
    "{}, async j() {}, *k() {}, async *l() {}, [m]() {} };",
    "const { a, b: { c = 1 }, ...d } = e, [f, , g = 2, ...h] = i; let { [j]: k, \"l\": m, 1: n } = "
    "o; ({ x, b: c.d, ...e.f } = g); [a.b, c[d], ...e] = f; const [x2 = () => {}] = []; function "
    "p({ a, b } = {}, [c, d] = [], ...e) {} let { default: q, if: r, class: s } = t;",
    "sql<T>`a ${b} c`; sql<{ id: number; x: string }>`a`; sql<A[]>`b`; sql<A | B>`c`; "
    "sql<Foo<Bar>>`d`; sql<A, B>`e`; a.css<Props>`x`; styled.div<{ $a: boolean }>`y`; await2 = "
    "a.b<C>().d<E>`f`; sql<(a: B) => C>`g`;",
    "interface A { (n: number): string\n<A>(a: A): A\n\n  /** doc */\n  <A, B>(a: A, b: B): B\n "
    "new <T>(a): T\n [k: string]: any\n m<T>(): void\n p: string }",
    "const f: {\n  (n: number): <A>(a: A) => Iterable<A>\n  <A>(a: A, n: number): Iterable<A>\n} = "
    "dual(2, g);",
    "const f: { (): void; <T>(a: T): T } = x; const g: { a: string, b: number; c } = y;",
    "type A = {\n  a: string\n  <T>(b): c\n}",
    "interface I { get x(): string; set x(v: string); get: string; set: number; get(): void; "
    "async: boolean; type: string; new: string; readonly: boolean; static: string; in: T; "
    "delete(): void; default: U; \"a-b\"?: C; [Symbol.iterator](): D; [a]: b; 0: e }",
    "interface I extends A<B>, C.D<E> { <T>(): void; new (): I; readonly [k: string]: any; "
    "readonly a: string; b?: () => void; c: this; d(this: I): void }",
    "let a = <any>b, c = <D<E>>f, g = <h>(i), j = <() => void>k;",
    "if (a < b && c > d) {} f(a < b, c > d); x = a<b>(c); x = a < b || c >> d;",
    "function f(): void\nfunction f(a: string): void\nfunction f(a?) {}",
    "export function f(): void; export function f(a: string): string; export function f(a?: any) { "
    "return a }",
    "async function f() { await using a = b; using c = d; await a; for await (const x of y) ; "
    "return await z; await (async () => {})(); }",
    "let x = y\n++z\nlet w = a\n/b/g.test(c)",
    "const a = 1\nconst b = 2\n;[a].map(c)\n;(d)()\nlet\ne = 3\nreturn2\nvar f",
    "type\nX = 1",
    "abstract\nclass A {}",
    "if (1) { } else { }\n/re/.test(x)",
    "let a = b as any, d = e!, f = g![0], h = i!.j!;",
    "x = y! = z; a!.b = c; a![b] = c; [a!] = b; ({ a: b! } = c); for (a! of b) ; a! += 1;",
    "let x = { async, await: 1, async foo() {}, async *bar() {}, async: 1, get, set, static: 2 } "
    "as const;",
    "declare let process: any; export { process };",
    "export declare function f(): void; export declare class A {} export declare const a: number; "
    "export declare namespace N { const x: number } export declare type T = 1; export abstract "
    "class B {} export type { A as C };",
    "@dec export class A {} @dec() @dec2 export default class B { @p x; @m() y() {} constructor(@i "
    "a, @j() private b) {} @a get z() { return 1 } @s static w = 1 }",
    "export @dec class A {}",
    "@dec abstract class A {} @a.b class C {} const d = @e class {};",
    "import json from \"./x.json\" with { type: \"json\" }; json; const { default: d } = await "
    "import(\"./x\", { with: { type: \"json\" } });",
    "#!/usr/bin/env node",
    "<!-- html comment",
    "\"use strict\"; 'use client'; x",
    "let \\u0061bc = 1; abc; let ünïcödé = 2, 变量 = 3, $ = 4, _ = 5;",
    "let a: string | undefined = undefined; let b: void; let c: never; let d: object; let e: "
    "symbol; let f: bigint; let g: any[][]; let h: Array<{ a: 1 }>; let i: (string | number)[]; "
    "let j: () => void = () => {}; let k: typeof j; let l: Promise<void>; let m: Record<string, () "
    "=> void>; let n: -1; let o: [string, number?]; let p: readonly [a: string]; let q: {}; let r: "
    "A.B.C; let s: A[\"b\"]; let t: keyof A; let u: asserts; let v: infer; let w: unique;",
    "function f<T extends { a: string } = { a: \"b\" }>(a: T = {} as T, b?: () => a is string, c: "
    "(d: E) => F = (d) => d): T {}",
    "let f = function (a: string): a is \"b\" { return true }, g = async function* <T>(): "
    "AsyncGenerator<T> {};",
    "x = a.b.c<d>(e).f<g>(h); x = new A<B<C<D>>>(e); x = a < (b >> c); f<T>`x`;",
    "if (a) { b } /c/.test(d);",
    "x = a\n  ? b\n  : c\n  .d()\n  ?.e\n",
    "const x = <T,>() => {}; const y = <T extends any>() => {};",
    "let x = a?.b\n.c; let y = a\n?.b\n.c",
    "let { as, satisfies } = x, [is] = y; const of = 1;",
    "accessor; type; of; declare; module; namespace; abstract; async; get; set; static2; is; "
    "asserts; infer; global;",
    "type = 1; of = 2; declare = 3; module = 4; namespace = 5; async = 6; get = 7; set = 8; global "
    "= 9; accessor = 10; as = 11; satisfies = 12; is = 13; readonly = 14; override = 15; any = 16; "
    "string = 17; from = 18; out = 19; using = 20; defer = 21;",
    "type.x; declare.y; module.exports = 1; namespace.z(); abstract.a; async.b; get.c; set.d; "
    "global.e = 1; as.f; type(1); async(2); get(3); declare(4); module(5); namespace(6); as(7); "
    "of(8); satisfies(9); is(10); require(\"x\"); using(11); type`x`; type[0]; module[0];",
    "declare const c: ({ a }?: B, [d]?: E) => F;",
};

static const char *const odd_jsx[] = {
    "x = <div a=\"b\" c={d} {...e} f>text {g} &amp; <b/> {/* c */} {...h}</div>;",
    "x = <><A.B.C x:y=\"z\" data-a-b={1} onClick={() => <i>1</i>}>it's a \"test\"</A.B.C></>;",
    "x = <T,>(a: T) => <div>{a}</div>; x = <T extends U>(a) => a; x = <const T,>(a) => a;",
    "x = <Foo<string> a={1} />; x = <Foo<Bar<Baz>>>x</Foo>;",
    "x = cond ? <a/> : <b></b>; x = cond && <a>{list.map(i => <li key={i}>{i}</li>)}</a>;",
    "returns(<div/>);",
    "const f = async <T,>(a: T) => a; const g = <T, U>(a: T) => a;",
    "x = a < b; x = a as any; x = a<b>(c); sql<T>`a`;",
    "x = <a b='c' d=<e/> f=\"g &quot; h\" />;",
    "x = <a:b c:d=\"e\"/>; x = <this.A/>; x = <a-b c-d/>; x = <A>{}</A>; x = <A>{a ? b : c}</A>;",
};

static void test_grammar(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    assert_non_null(grammar_new(&a)); // BUG where a name of cst.def is not in the grammar
    arena_release(&a);
}

static void test_trees(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(expressions); i++)
        fixture_check_dump(&expressions[i], false);
    for (size_t i = 0; i < COUNT(statements); i++)
        fixture_check_dump(&statements[i], false);
}

static void put_exports(Fixture *f, Buf *b) {
    static const char *const kinds[] = {"local", "import", "from", "default", "type"};
    for (uint32_t i = 0; i < f->m.exports.n; i++) {
        const Export *x = &f->m.exports.at[i];
        Str from = x->from_name != 0 ? sym_str(f->lc.interner, x->from_name) : STR("*");
        buf_put(b, sym_str(f->lc.interner, x->name));
        buf_printf(b, ":%s", kinds[x->kind]);
        if (x->kind == EXPORT_LOCAL || x->kind == EXPORT_IMPORT)
            buf_printf(b, " %u", x->slot);
        if (x->kind == EXPORT_FROM)
            buf_printf(b, " %.*s@%u%s", STR_ARG(from), x->request, x->type_only ? " type" : "");
        buf_puts(b, ", ");
    }
    for (uint32_t i = 0; i < f->m.star_exports.n; i++)
        buf_printf(b, "*@%u, ", f->m.star_exports.at[i]);
}

static void test_modules(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(modules); k++) {
        Fixture f;
        fixture_open(&f, "x.ts", str_of(modules[k].code));
        Buf b = buf_new(&f.arena);
        for (uint32_t i = 0; i < f.m.requests.n; i++) {
            const Request *r = &f.m.requests.at[i];
            buf_printf(&b, "%.*s%s%s; ", STR_ARG(r->specifier), r->types_only ? " types" : "",
                       r->dynamic ? " dynamic" : "");
        }
        for (uint32_t i = 0; i < f.m.imports.n; i++) {
            const Import *m = &f.m.imports.at[i];
            Str name = m->name != 0 ? sym_str(f.lc.interner, m->name) : STR("*");
            buf_put(&b, sym_str(f.lc.interner, m->local));
            buf_printf(&b, "=%.*s@%u%s, ", STR_ARG(name), m->request, m->type_only ? " type" : "");
        }
        buf_puts(&b, "| ");
        put_exports(&f, &b);
        assert_string_equal(str_cstr(&f.arena, buf_str(&b)), modules[k].expected);
        assert_false(diags_has_errors(f.diags));
        fixture_close(&f);
    }
}

static void check_valid(const char *path, const char *code) {
    Fixture f;
    fixture_open(&f, path, str_of(code));
    char *reports = fixture_reports(&f);
    if (reports[0] != '\0')
        fail_msg("%s\n%s", code, reports);
    assert_non_null(f.m.program);
    assert_false(f.m.has_errors);
    free(reports);
    fixture_close(&f);
}

static void test_odd_syntax(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++)
        check_valid("x.ts", odd[i]);
    for (size_t i = 0; i < COUNT(odd_jsx); i++)
        check_valid("x.tsx", odd_jsx[i]);
    check_valid("x.cjs", "if (a) return; const b = require('c'); module.exports = b;");
    check_valid("x.js", "export const a = <b/>;");
    check_valid("x.ts", "\xEF\xBB\xBF"
                        "const a = 1;\r\nconst b = 2\r\n");
    check_valid("x.ts", "");
}

// A JavaScript module's imports run whether they are used or not.
static void test_javascript_imports(void **state) {
    (void)state;
    Fixture f;
    fixture_open(&f, "x.mjs", STR("import { a } from 'm';"));
    assert_false(f.m.requests.at[0].types_only);
    assert_false(f.m.imports.at[0].type_only);
    fixture_close(&f);
}

// What is patched before parsing is read from the file: names and values are as written.
static void test_repaired_names(void **state) {
    (void)state;
    static const Row rows[] = {
        {"let as = 3; abstract = as; f(accessor, { is });",
         "(let as 3) (expr (= abstract as)) (expr (call f accessor (object (prop:short \"is\" "
         "is))))"},
        {"sql<{ a: b }>`<c>`;", "(expr (tagged sql (template \"<c>\")))"},
        {" @(a.b()[0]) class C {}", "(class C @([] (call (. a b)) 0))"},
        {"x = a?.5:b;", "(expr (= x (?: a 0.5 b)))"},
        {"class A { static accessor b = 1; }", "(class A (field:static \"b\" 1))"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        fixture_check_dump(&rows[i], false);
}

static Str repeat(Arena *a, const char *open, const char *middle, const char *close, uint32_t n) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < n; i++)
        buf_puts(&b, open);
    buf_puts(&b, middle);
    for (uint32_t i = 0; i < n; i++)
        buf_puts(&b, close);
    return buf_str(&b);
}

static const struct {
    const char *open, *middle, *close;
} nestings[] = {
    {"(", "1", ")"},          {"[", "1", "]"},
    {"{", "a", "}"},          {"x={a:", "1", "}"},
    {"f(", "1", ")"},         {"!", "a", ""},
    {"a+", "b", ""},          {"a=>", "b", ""},
    {"a?b:", "c", ""},        {"`${", "a", "}`"},
    {"", "a", ".b()"},        {"if(a){}else ", "b;", ""},
    {"a=", "b", ""},          {"function f(){", "", "}"},
    {"class A{x=", "1", "}"}, {"[", "a", "]=b"},
    {"await ", "a", ""},      {"for(;;)", ";", ""},
};

// Deep code is read or refused with one P0105, never followed to the end of the stack.
static void test_depth(void **state) {
    (void)state;
    static const uint32_t depths[] = {100, 900, 3000, 100000};
    for (size_t i = 0; i < COUNT(nestings); i++) {
        for (size_t k = 0; k < COUNT(depths); k++) {
            if (depths[k] == 100000 && i > 3)
                continue; // the brackets are enough
            Fixture f;
            Arena a;
            arena_init(&a);
            Str code =
                repeat(&a, nestings[i].open, nestings[i].middle, nestings[i].close, depths[k]);
            fixture_open(&f, "x.ts", code);
            char *reports = fixture_reports(&f);
            bool deep = strstr(reports, "P0105") != NULL;
            if (depths[k] == 100 && deep)
                fail_msg("%s nested 100 times: %s", nestings[i].open, reports);
            if (depths[k] >= 3000 && !diags_has_errors(f.diags))
                fail_msg("%s nested %u times was accepted", nestings[i].open, depths[k]);
            if (deep)
                assert_int_equal(diags_error_count(f.diags), 1);
            free(reports);
            fixture_close(&f);
            arena_release(&a);
        }
    }
}

// A flat file of any length is fine.
static void test_length(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Fixture f;
    fixture_open(&f, "x.ts", repeat(&a, "f(1, [2, 3]);\n", "", "", 20000));
    assert_false(diags_has_errors(f.diags));
    assert_int_equal(f.m.program->u.block.count, 20000);
    fixture_close(&f);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_modules),
        cmocka_unit_test(test_odd_syntax),
        cmocka_unit_test(test_javascript_imports),
        cmocka_unit_test(test_repaired_names),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
