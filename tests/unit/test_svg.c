// The bytes of pictures: escaping in each language, the promises of views.h, numbers.

#include "fixture_scene.h"

#include "generator/views/xml.h"

static const struct {
    double x;
    const char *text;
} NUMBERS[] = {
    {0, "0"},        {-0.0, "0"},     {-0.04, "0"},      {0.04, "0"},    {0.05, "0.1"},
    {12, "12"},      {12.34, "12.3"}, {-12.36, "-12.4"}, {9.96, "10"},   {1e6, "1000000"},
    {-0.06, "-0.1"}, {0.5, "0.5"},    {123.95, "124"},   {99.9, "99.9"},
};

static void numbers_have_one_decimal(void **state) {
    Fixture *f = *state;
    for (unsigned i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        Buf b = buf_new(&f->arena);
        xml_number(&b, NUMBERS[i].x);
        assert_string_equal(str_cstr(&f->arena, buf_str(&b)), NUMBERS[i].text);
    }
}

static const struct {
    const char *raw, *xml;
} ESCAPED[] = {
    {"a & b", "a &amp; b"},
    {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"]]>", "]]&gt;"},
    {"\"'", "&quot;'"},
    {"a\tb\nc\rd", "a&#9;b&#10;c&#13;d"},
    {"\x01\x1b\x7f", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"\xff\xc3", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"\xEF\xBF\xBE\xEF\xBF\xBF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"ä模👩", "ä模👩"},
};

static void text_is_well_formed(void **state) {
    Fixture *f = *state;
    for (unsigned i = 0; i < sizeof ESCAPED / sizeof *ESCAPED; i++) {
        Buf b = buf_new(&f->arena);
        xml_put(&b, str_of(ESCAPED[i].raw));
        assert_string_equal(str_cstr(&f->arena, buf_str(&b)), ESCAPED[i].xml);
    }
}

// ---- Whole pictures -----------------------------------------------------------------------------

static const char *const HOSTILE[] = {
    "KVStore/</title><script>alert(1)</script>",
    "KVStore/]]><![CDATA[",
    "KVStore/\" onload=\"alert(1)",
    "KVStore/--><!--",
    "KVStore/&lt;&#35;#quot;",
    "KVStore/\"];}\\N\\\\\"",
    "KVStore/`*_end_*`|\"]subgraph",
    "KVStore/%%{init: {}}%% click n0 href \"javascript:alert(1)\"",
};

enum { HOSTILE_COUNT = sizeof HOSTILE / sizeof *HOSTILE };

static void hostile_graph(Fixture *f) {
    resource(f, STR("Function/f"), "<a>&\"b.ts");
    resource(f, STR("Function/g"), "<a>&\"b.ts");
    for (unsigned i = 0; i < HOSTILE_COUNT; i++) {
        resource(f, str_of(HOSTILE[i]), i % 2 ? "</g>.ts" : "\"]\nend.ts");
        edge(f, EDGE_CALL, STR("Function/f"), "get", str_of(HOSTILE[i]), NULL);
    }
    f->arch.project = STR("</desc><script>");
    f->arch.stack = STR("\"><!--");
}

static void svg_keeps_its_promises(void **state) {
    Fixture *f = *state;
    hostile_graph(f);
    Str svg = view_svg(&f->arena, &f->arch, &kind_table, NULL);
    static const char *const there[] = {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pluto\"",
        "role=\"img\"",
        "<g class=\"node\" id=\"n0\" data-id=\"Function/f\" data-kind=\"Function\" "
        "data-group=\"g0\">",
        "<g class=\"edge call\" id=\"e0\" data-from=\"n0\" data-to=\"n2\" data-type=\"call\" "
        "data-edges=\"0\">",
        "<g class=\"group\" id=\"g0\" data-label=\"&lt;a&gt;&amp;&quot;b.ts\" "
        "data-by=\"module\">",
        "data-id=\"KVStore/&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"",
        "prefers-color-scheme:dark",
    };
    static const char *const never[] = {"<script", "<![CDATA", "]]>",   "<!--",   "url(",
                                        "@import", "<image",   "xlink", "style=", " onload=\""};
    for (unsigned i = 0; i < sizeof there / sizeof *there; i++)
        if (!str_contains(svg, there[i]))
            fail_msg("lacks `%s` in\n%.*s", there[i], STR_ARG(svg));
    for (unsigned i = 0; i < sizeof never / sizeof *never; i++)
        if (str_contains(svg, never[i]))
            fail_msg("holds `%s` in\n%.*s", never[i], STR_ARG(svg));
    for (uint32_t i = 0; i < svg.n; i++)
        assert_true((unsigned char)svg.p[i] >= 0x20 || svg.p[i] == '\n');
}

static void marks_are_classes_and_signs(void **state) {
    Fixture *f = *state;
    static const ViewMark nodes[] = {MARK_ADDED, MARK_REMOVED, MARK_CHANGED},
                          edges[] = {MARK_ADDED, MARK_REMOVED};
    const ViewMarks marks = {nodes, edges, NULL};
    resource(f, STR("Function/f"), "a.ts");
    resource(f, STR("KVStore/s"), "a.ts");
    resource(f, STR("KVStore/t"), "a.ts");
    edge(f, EDGE_CALL, STR("Function/f"), "get", STR("KVStore/s"), NULL);
    edge(f, EDGE_CALL, STR("Function/f"), "get", STR("KVStore/t"), NULL);
    Str svg = view_svg(&f->arena, &f->arch, &kind_table, &marks);
    static const char *const there[] = {
        "class=\"node added\" id=\"n0\"",
        "class=\"node removed\" id=\"n1\"",
        "class=\"node changed\" id=\"n2\"",
        "class=\"edge call added\" id=\"e0\"",
        "class=\"edge call removed\"",
        ">+</text>",
        ">−</text>",
        ">~</text>",
        ">+ get</text>",
        ">− get</text>",
        ">+ added</text>",
        ">− removed</text>",
    };
    for (unsigned i = 0; i < sizeof there / sizeof *there; i++)
        if (!str_contains(svg, there[i]))
            fail_msg("lacks `%s` in\n%.*s", there[i], STR_ARG(svg));
    Str dot = view_dot(&f->arena, &f->arch, &kind_table, &marks);
    assert_true(str_contains(dot, "color=\"#1a7f37\""));
    Str mermaid = view_mermaid(&f->arena, &f->arch, &kind_table, &marks);
    assert_true(str_contains(mermaid, "class n0 added"));
    assert_true(str_contains(mermaid, "linkStyle 1 stroke:#cf222e"));
    Str plain = view_svg(&f->arena, &f->arch, &kind_table, NULL);
    assert_false(str_contains(plain, "added"));
}

// No name ends a quoted string: between quotes there is no line feed, and each line has an even
// number of quotes.
static void assert_quoted(Str text, bool backslash) {
    unsigned quotes = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        if (backslash && text.p[i] == '\\')
            i++;
        else if (text.p[i] == '"')
            quotes++;
        else if (text.p[i] == '\n' && quotes % 2)
            fail_msg("an open quote at byte %u of\n%.*s", i, STR_ARG(text));
    }
    assert_int_equal(quotes % 2, 0);
}

static void languages_quote_names(void **state) {
    Fixture *f = *state;
    hostile_graph(f);
    Str dot = view_dot(&f->arena, &f->arch, &kind_table, NULL);
    Str mermaid = view_mermaid(&f->arena, &f->arch, &kind_table, NULL);
    assert_quoted(dot, true);
    assert_quoted(mermaid, false);
    assert_true(str_contains(dot, "\\\"];}\\\\N"));
    assert_true(str_contains(dot, "&amp;lt;"));
    assert_true(str_contains(mermaid, "#60;script#62;"));
    assert_true(str_contains(mermaid, "#38;lt#59;#38;#35;35#59;#35;quot#59;"));
    assert_false(str_contains(mermaid, "%%"));
}

static void an_empty_program_has_a_picture(void **state) {
    Fixture *f = *state;
    Str svg = view_svg(&f->arena, &f->arch, &kind_table, NULL);
    assert_true(str_contains(svg, "no resources"));
    assert_true(str_ends(svg, "</svg>\n"));
    assert_true(str_ends(view_dot(&f->arena, &f->arch, &kind_table, NULL), "}\n"));
    assert_true(str_starts(view_mermaid(&f->arena, &f->arch, &kind_table, NULL), "flowchart LR\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_have_one_decimal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_is_well_formed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(svg_keeps_its_promises, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_are_classes_and_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(languages_quote_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_program_has_a_picture, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
