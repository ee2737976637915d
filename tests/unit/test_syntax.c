// What is said of code that is not valid: one message at the right place.

#include "fixture_parse.h"

// Broken rules of the language.
static const Row rules[] = {
    {"let a; let a;", "1:12: error[P0112]: `a` is declared twice\n"},
    {"let a; var a;", "1:12: error[P0112]: `a` is declared twice\n"},
    {"const a = 1; function a() {}", "1:23: error[P0112]: `a` is declared twice\n"},
    {"class A {} class A {}", "1:18: error[P0112]: `A` is declared twice\n"},
    {"import a from \"m\"; let a; a;", "1:24: error[P0112]: `a` is declared twice\n"},
    {"import { a, b as a } from \"m\";", "1:18: error[P0112]: `a` is declared twice\n"},
    {"function f(a, a) {}", "1:15: error[P0112]: `a` is declared twice\n"},
    {"function f(a) { let a; }", "1:21: error[P0112]: `a` is declared twice\n"},
    {"try { } catch (e) { let e; }", "1:25: error[P0112]: `e` is declared twice\n"},
    {"{ let a; { var a; } }", "1:16: error[P0112]: `a` is declared twice\n"},
    {"{ function f() {} function f() {} }", "1:28: error[P0112]: `f` is declared twice\n"},
    {"enum A {} class A {}", "1:17: error[P0112]: `A` is declared twice\n"},
    {"const a;", "1:7: error[P0112]: a `const` needs a value\n"},
    {"const { a };", "1:7: error[P0112]: a destructuring declaration needs a value\n"},
    {"let [a];", "1:5: error[P0112]: a destructuring declaration needs a value\n"},
    {"for (const a; ; ) {}", "1:12: error[P0112]: a `const` needs a value\n"},
    {"const a = 1; a = 2;", "1:14: error[P0112]: the constant `a` cannot be assigned to\n"},
    {"const a = 1; a++; [a] = b; ({ a } = c); for (a of d) ;",
     "1:14: error[P0112]: the constant `a` cannot be assigned to\n1:20: error[P0112]: the constant "
     "`a` cannot be assigned to\n1:31: error[P0112]: the constant `a` cannot be assigned to\n1:46: "
     "error[P0112]: the constant `a` cannot be assigned to\n"},
    {"import a from \"m\"; a = 1;", "1:20: error[P0112]: the import `a` cannot be assigned to\n"},
    {"export { a };", "1:10: error[P0112]: `a` is exported but not declared\n"},
    {"export const a = 1; export { b as a }; let b;",
     "1:30: error[P0112]: `a` is exported twice\n"},
    {"export default 1; export default 2;", "1:19: error[P0112]: `default` is exported twice\n"},
    {"break;", "1:1: error[P0112]: `break` outside of a loop\n"},
    {"continue;", "1:1: error[P0112]: `continue` outside of a loop\n"},
    {"a: { continue a; }", "1:15: error[P0112]: `a` does not label a loop\n"},
    {"for (;;) { break b; }", "1:18: error[P0112]: there is no label `b` around this\n"},
    {"a: for (;;) { () => { break a; }; }",
     "1:29: error[P0112]: there is no label `a` around this\n"},
    {"a: a: b;", "1:4: error[P0112]: the label `a` is used already\n"},
    {"if (a) { switch (b) { case c: continue; } }",
     "1:31: error[P0112]: `continue` outside of a loop\n"},
    {"return;", "1:1: error[P0112]: `return` outside of a function\n"},
    {"class A { static { return; } }", "1:20: error[P0112]: `return` outside of a function\n"},
    {"function f() { await a; }", "1:16: error[P0112]: `await` in a function that is not async\n"},
    {"() => { for await (const a of b) ; };",
     "1:9: error[P0112]: `for await` in a function that is not async\n"},
    {"class A { x = await a; }",
     "1:15: error[P0112]: `await` cannot be used while a class is set up\n"},
    {"yield a;", "1:1: error[P0112]: `yield` outside of a generator\n"},
    {"function f() { () => { yield a; }; }",
     "1:24: error[P0112]: `yield` outside of a generator\n"},
    {"1 = 2;", "1:1: error[P0106]: this cannot be assigned to\n"},
    {"f() = 1;", "1:3: error[P0106]: this cannot be assigned to\n"},
    {"a + b = c;", "1:1: error[P0112]: this cannot be assigned to\n"},
    {"a?.b = 1;", "1:1: error[P0112]: an optional chain cannot be assigned to\n"},
    {"[a + b] = c;", "1:7: error[P0106]: this cannot be assigned to\n"},
    {"({ a: f() } = b);", "1:11: error[P0106]: this cannot be assigned to\n"},
    {"1++;", "1:1: error[P0112]: this cannot be assigned to\n"},
    {"[a] += b;", "1:6: error[P0106]: unexpected `=`\n"},
    {"for (f() of a) ;", "1:8: error[P0106]: this cannot be assigned to\n"},
    {"class A { constructor() {} constructor(a) {} }",
     "1:28: error[P0112]: a class has one constructor\n"},
    {"class A { get a(b) {} set c() {} }",
     "1:15: error[P0112]: a getter takes no parameters\n1:27: error[P0112]: a setter takes exactly "
     "one parameter\n"},
    {"x = { get a(b) {}, set c() {} };", "1:7: error[P0112]: a getter takes no parameters\n1:20: "
                                         "error[P0112]: a setter takes exactly one parameter\n"},
    {"super.a;", "1:1: error[P0112]: `super` outside of a method\n"},
    {"function f() { super.a; }", "1:16: error[P0112]: `super` outside of a method\n"},
    {"class A { constructor() { super(); } }",
     "1:27: error[P0112]: `super()` outside of the constructor of a derived class\n"},
    {"class A extends B { m() { super(); } }",
     "1:27: error[P0112]: `super()` outside of the constructor of a derived class\n"},
    {"x = super;", "1:5: error[P0112]: `super` must be called or have a member\n"},
    {"new.target;", "1:1: error[P0112]: `new.target` outside of a function\n"},
    {"class A { m() { this.#a; } }", "1:22: error[P0112]: the class has no member `#a`\n"},
    {"a.#b;", "1:3: error[P0112]: `#b` stands outside of the class that would declare it\n"},
    {"delete a;", "1:1: error[P0112]: a variable cannot be deleted\n"},
    {"with (a) b;", "1:1: error[P0112]: `with` is not allowed in modules\n"},
    {"switch (a) { default: default: }", "1:23: error[P0112]: a `switch` has one `default`\n"},
    {"function f(...a, b) {}", "1:12: error[P0112]: `...` must be the last one of its list\n"},
    {"let [...a, b] = c;", "1:6: error[P0112]: `...` must be the last one of its list\n"},
    {"let { ...a, b } = c;", "1:7: error[P0112]: `...` must be the last one of its list\n"},
    {"try { }", "1:1: error[P0112]: `try` needs a `catch` or a `finally`\n"},
    {"010;", "1:1: error[P0112]: a number may not begin with `0`\n"},
    {"class A { x = arguments; }", "1:11: error[P0112]: `arguments` cannot be used in a field\n"},
    {"x = using y = z;",
     "1:5: error[P0112]: `using` declares a variable; it must be a statement of its own\n"},
    {"class A { async constructor() {} }",
     "1:17: error[P0112]: a constructor can be neither async nor a generator\n"},
    {"import();", "1:1: error[P0112]: `import()` needs the module's specifier\n"},
    {"namespace A { await b; }", "1:15: error[P0112]: `await` in a function that is not async\n"},
    {"!a = b;", "1:1: error[P0112]: this cannot be assigned to\n"},
    {"a ?\? b || c; (a ?\? b) || c;",
     "1:1: error[P0112]: `?\?` and `||` need parentheses between them\n"},
    {"-a ** b; (-a) ** b;", "1:1: error[P0112]: this needs parentheses around it before `**`\n"},
    {"a || () => b;", "1:6: error[P0112]: this needs parentheses around it\n"},
    {"function () {}", "1:1: error[P0112]: a function that is a statement needs a name\n"},
    {"class { }", "1:1: error[P0112]: a class that is a statement needs a name\n"},
    {"if (a) let b = 1;", "1:8: error[P0112]: a declaration must stand in a block\n"},
    {"while (a) class B {}", "1:11: error[P0112]: a declaration must stand in a block\n"},
    {"for (;;) const c = 1;", "1:10: error[P0112]: a declaration must stand in a block\n"},
    {"if (a) function f() {}", "1:8: error[P0112]: a declaration must stand in a block\n"},
    {"{ import a from \"m\"; }",
     "1:3: error[P0112]: `import` is allowed at the top of a module only\n"},
    {"function f() { export const a = 1; }",
     "1:16: error[P0112]: `export` is allowed at the top of a module only\n1:29: error[P0112]: `a` "
     "is exported but not declared\n"},
    {"if (a) { export { a }; }", "1:10: error[P0112]: `export` is allowed at the top of a module "
                                 "only\n1:19: error[P0112]: `a` is exported but not declared\n"},
};

// Text that is no code: exactly one report each.
static const Row syntax[] = {
    {"const a = ;", "1:11: error[P0106]: unexpected `;`\n"},
    {"let a = {a: 1, b: 2;", "1:19: error[P0106]: `}` is missing\n"},
    {"f(a, b;", "1:6: error[P0106]: `)` is missing\n"},
    {"f(a, b));", "1:8: error[P0106]: unexpected `)`\n"},
    {"function f( { }", "1:11: error[P0106]: this `(` is never closed\n"},
    {"if (a {\n  b;\n}", "1:5: error[P0106]: `)` is missing\n"},
    {"const a = [1, 2\nconst b = 3;", "1:11: error[P0106]: this `[` is not closed\n"},
    {"const a = \"abc;\nlet b;", "1:11: error[P0106]: this string does not end\n"},
    {"const a = `abc;", "1:11: error[P0106]: this template does not end\n"},
    {"/* abc", "1:1: error[P0106]: this comment does not end\n"},
    {"class A { m( { } }", "1:18: error[P0106]: unexpected `}`\n"},
    {"let let = 1 2;", "1:13: error[P0106]: unexpected `2`\n"},
    {"foo bar;", "1:5: error[P0106]: unexpected `bar`\n"},
    {"a b c", "1:3: error[P0106]: unexpected `b`\n"},
    {"}", "1:1: error[P0106]: unexpected `}`\n"},
    {"{", "1:1: error[P0106]: this `{` is never closed\n"},
    {"const x = {\n  a: 1\n  b: 2\n};", "3:3: error[P0106]: unexpected `b`\n"},
    {"import { a from \"m\";", "1:12: error[P0106]: unexpected `from`\n"},
    {"import a form \"m\";", "1:10: error[P0106]: unexpected `form`\n"},
    {"export { a", "1:8: error[P0106]: this `{` is never closed\n"},
    {"for (let i = 0; i < 3, i++) {}", "1:27: error[P0106]: unexpected `)`\n"},
    {"function () {}", "1:1: error[P0112]: a function that is a statement needs a name\n"},
    {"x = a ? b;", "1:10: error[P0106]: unexpected `;`\n"},
    {"x = => 1;", "1:5: error[P0106]: unexpected `=>`\n"},
    {"new Function(async (q) => {\n  return 1;\n);", "2:11: error[P0106]: `}` is missing\n"},
    {"interface A { b: ; }", "1:18: error[P0106]: unexpected `;`\n"},
    {"let a: = 1;", "1:8: error[P0106]: unexpected `=`\n"},
    {"type A = ;", "1:8: error[P0106]: the name of a type is missing\n"},
    {"async functoin f() {}", "1:16: error[P0106]: unexpected `f`\n"},
    {"a.;", "1:3: error[P0106]: unexpected `;`\n"},
    {"a..b;", "1:3: error[P0106]: unexpected `.`\n"},
    {"return return;", "1:1: error[P0112]: `return` outside of a function\n"},
    {"class { }", "1:1: error[P0112]: a class that is a statement needs a name\n"},
    {"enum A { B = }", "1:14: error[P0106]: unexpected `}`\n"},
    {"@ a", "1:3: error[P0106]: the code ends too early\n"},
    {"let x = 'it's';", "1:13: error[P0106]: unexpected `s`\n"},
    {"x = (1, );", "1:9: error[P0106]: unexpected `)`\n"},
    {"x = [1 2];", "1:8: error[P0106]: unexpected `2`\n"},
    {"#", "1:1: error[P0106]: unexpected `#`\n"},
    {"𝒳 = \\\n", "1:6: error[P0106]: unexpected `\\`\n"},
};

static void check(const Row *row) {
    Fixture f;
    fixture_open(&f, "x.ts", str_of(row->code));
    char *reports = fixture_reports(&f);
    Buf b = buf_new(&f.arena);
    for (const char *line = reports; *line != '\0';) {
        const char *end = strchr(line, '\n');
        buf_puts(&b,
                 str_cstr(&f.arena, (Str){line + 5, (uint32_t)(end + 1 - line - 5)})); // no "x.ts:"
        line = end + 1;
    }
    assert_string_equal(str_cstr(&f.arena, buf_str(&b)), row->expected);
    assert_true(f.m.has_errors);
    free(reports);
    fixture_close(&f);
}

static void test_rules(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++)
        check(&rules[i]);
}

static void test_syntax(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(syntax); i++)
        check(&syntax[i]);
}

// The cause of a missing bracket is where the bracket stands.
static void test_open_bracket_is_shown(void **state) {
    (void)state;
    Fixture f;
    fixture_open(&f, "x.ts", STR("const a = {\n  b: [1, 2;\n"));
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    diags_print(f.diags, to, DIAG_HUMAN, false, 0);
    fclose(to);
    assert_non_null(strstr(text, "this `[` is still open"));
    free(text);
    fixture_close(&f);
}

// Code around constructs that the grammar lacks does not hide an error, and is not blamed for it.
static void test_errors_beside_repairs(void **state) {
    (void)state;
    static const Row row = {"export type * from './a';\nlet as = 1;\nconst b = ;\n",
                            "3:11: error[P0106]: unexpected `;`\n"};
    check(&row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_open_bracket_is_shown),
        cmocka_unit_test(test_errors_beside_repairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
