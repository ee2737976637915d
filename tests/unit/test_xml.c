// XML as AWS's services send it: what is read, what is refused, and that what was escaped reads the
// same.

#include "adapters/aws/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const Xml *parse(Arena *a, const char *text) {
    Xml *root = NULL;
    Err err = {0};
    if (!xml_parse(a, str_of(text), &root, &err))
        fail_msg("%s\n%s", err.message, text);
    return root;
}

static void expect(Str got, const char *wanted) {
    if (!str_is(got, wanted))
        fail_msg("is `%.*s`, should be `%s`", STR_ARG(got), wanted);
}

static const char STACKS[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a comment > with <marks> -->\n"
    "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\n"
    "  <DescribeStacksResult>\n    <Stacks>\n"
    "      <member><StackName> one </StackName><Tags/></member>\n"
    "      <other/>\n"
    "      <member a='>' b=\"/\"><StackName>two &amp; more</StackName>"
    "<Tags><member><Key>k</Key><Value/></member></Tags></member>\n"
    "    </Stacks>\n  </DescribeStacksResult>\n"
    "  <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>\n"
    "</DescribeStacksResponse>\n";

static void a_reply_is_a_tree(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    const Xml *root = parse(&a, STACKS);
    expect(root->name, "DescribeStacksResponse");
    expect(xml_text(root, "ResponseMetadata/RequestId"), "r-1");
    const Xml *stacks = xml_at(root, "DescribeStacksResult/Stacks");
    const Xml *m = xml_first(stacks, "member");
    expect(xml_text(m, "StackName"), "one");
    expect(m->first->text, " one ");
    m = xml_next(m);
    expect(xml_text(m, "StackName"), "two & more");
    expect(xml_text(m, "Tags/member/Key"), "k");
    expect(xml_text(m, "Tags/member/Value"), "");
    assert_null(xml_next(m));
    arena_release(&a);
}

static void what_is_not_there_is_empty(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    const Xml *root = parse(&a, STACKS);
    assert_null(xml_at(root, "DescribeStacksResult/Nothing/More"));
    assert_null(xml_at(NULL, "A/B"));
    assert_null(xml_first(NULL, "A"));
    assert_null(xml_next(NULL));
    expect(xml_text(root, "Nothing"), "");
    expect(xml_text(NULL, "Nothing"), "");
    assert_ptr_equal(xml_at(root, ""), root);
    arena_release(&a);
}

static void texts(void **state) {
    static const char *const cases[][2] = {
        {"<a>x</a>", "x"},
        {"<a/>", ""},
        {"<a></a>", ""},
        {"<a b=\"/\"></a>", ""},
        {"<a b='x/'/>", ""},
        {"<a>&lt;&gt;&amp;&quot;&apos;</a>", "<>&\"'"},
        {"<a>&#65;&#x42;&#x20AC;&#x1F600;</a>", "AB\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"<a>&amp;amp;</a>", "&amp;"},
        {"<a>one<b>two</b>three</a>", "onethree"},
        {"<a><![CDATA[<b>&amp;]]]></a>", "<b>&amp;]"},
        {"<a>x<![CDATA[y]]>z&lt;<!-- no -->w</a>", "xyz<w"},
        {"<a><?target &nothing; ?>x</a>", "x"},
        {"<n:a xmlns:n='u'>x</n:a>", "x"},
        {"<a>1 > 0 ]] \"'</a>", "1 > 0 ]] \"'"},
        {"\xEF\xBB\xBF<a>x</a>\r\n", "x"},
        {"<a\n  b = \"c\"\n>x</a\n>", "x"},
        {"<a>\xFF\x01</a>", "\xFF\x01"}, // made visible where it leaves, not here
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        arena_init(&a);
        expect(parse(&a, cases[i][0])->text, cases[i][1]);
        arena_release(&a);
    }
}

static void what_is_refused(void **state) {
    static const char *const cases[][2] = {
        {"", "ends in the middle"},
        {"   ", "ends in the middle"},
        {"<", "without a name"},
        {"<a", "ends in the middle"},
        {"<a>", "ends in the middle"},
        {"<a></b>", "overlap"},
        {"<a><b></a></b>", "overlap"},
        {"</a>", "has not begun"},
        {"<a/></a>", "has not begun"},
        {"<a/><b/>", "more than one root"},
        {"<a/>x", "outside of the root"},
        {"x<a/>", "outside of the root"},
        {"&lt;<a/>", "outside of the root"},
        {"<![CDATA[x]]><a/>", "outside of the root"},
        {"<a>&nbsp;</a>", "entity"},
        {"<a>&</a>", "entity"},
        {"<a>&#0;</a>", "entity"},
        {"<a>&#xD800;</a>", "entity"},
        {"<a>&#x110000;</a>", "entity"},
        {"<a>&#99999999;</a>", "entity"},
        {"<a>&#;</a>", "entity"},
        {"<a>&#x;</a>", "entity"},
        {"<a>&#xg;</a>", "entity"},
        {"<a><b <c></a>", "tag inside"},
        {"< a></a>", "without a name"},
        {"<a><!-- ", "ends in the middle"},
        {"<a><![CDATA[ ]]", "ends in the middle"},
        {"<?xml", "ends in the middle"},
        {"<!DOCTYPE a><a/>", "document type"},
        {"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "document type"},
        {"<a><!ELEMENT b></a>", "document type"},
        {"{\"message\":\"no\"}", "outside of the root"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        Xml *root = NULL;
        Err err = {0};
        arena_init(&a);
        assert_false(xml_parse(&a, str_of(cases[i][0]), &root, &err));
        if (!strstr(err.message, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], err.message);
        arena_release(&a);
    }
}

static void every_cut_is_noticed(void **state) {
    (void)state;
    // Without the line break at the end, each byte counts.
    for (uint32_t n = 0; n + 2 < sizeof STACKS; n++) {
        Arena a;
        Xml *root = NULL;
        Err err = {0};
        arena_init(&a);
        assert_false(xml_parse(&a, (Str){STACKS, n}, &root, &err));
        arena_release(&a);
    }
}

static bool nested(uint32_t depth) {
    Arena a;
    Xml *root = NULL;
    Err err = {0};
    arena_init(&a);
    Buf b = buf_new(&a);
    for (uint32_t i = 0; i < depth; i++)
        buf_puts(&b, "<a>");
    for (uint32_t i = 0; i < depth; i++)
        buf_puts(&b, "</a>");
    bool good = xml_parse(&a, buf_str(&b), &root, &err);
    arena_release(&a);
    return good;
}

static void depth_has_an_end(void **state) {
    (void)state;
    assert_true(nested(XML_DEPTH_MAX));
    assert_false(nested(XML_DEPTH_MAX + 1));
    assert_false(nested(1000000));
}

static void what_was_escaped_reads_the_same(void **state) {
    char all[128];
    Arena a;
    Xml *root = NULL;
    Err err = {0};
    (void)state;
    arena_init(&a);
    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    Str text = {all, 127};
    Str doc = str_fmt(&a, "<a>%.*s</a>", STR_ARG(xml_escaped(&a, text)));
    assert_true(xml_parse(&a, doc, &root, &err));
    assert_true(str_eq(root->text, text));
    expect(xml_escaped(&a, STR("<a b=\"c\">&\r")), "&lt;a b=&quot;c&quot;&gt;&amp;&#13;");
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_is_a_tree),
        cmocka_unit_test(what_is_not_there_is_empty),
        cmocka_unit_test(texts),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(what_was_escaped_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
