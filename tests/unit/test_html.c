// The page: JSON that may stand in a <script>, and what of a graph goes into the file.

#include "tests/unit/fixture_generate.h"

#include "generator/views.h"
#include "generator/views/html_json.h"

// A Str of a literal that may stand in a static table.
#define STR_INIT(lit)                                                                              \
    { (lit), (uint32_t)(sizeof(lit) - 1) }
#define STR_IS(got, wanted) assert_true(str_is((got), (wanted)))

// ---- JSON ---------------------------------------------------------------------------------------

typedef struct Row {
    Str text;
    const char *json;
} Row;

static void texts_hold_no_markup(void **state) {
    (void)state;
    static const Row rows[] = {
        {STR_INIT("plain"), "\"plain\""},
        {STR_INIT("</script>"), "\"\\u003c/script\\u003e\""},
        {STR_INIT("<!--&amp;"), "\"\\u003c!--\\u0026amp;\""},
        {STR_INIT("a\"b\\c\nd\te"), "\"a\\\"b\\\\c\\nd\\u0009e\""},
        {STR_INIT("\xE2\x80\xA8\xE2\x80\xA9"), "\"\\u2028\\u2029\""},
        {STR_INIT("\0\x1b"), "\"\\u0000\\u001b\""},
        {STR_INIT("\xC3\xA9 \xF0\x9F\x9A\x80"), "\"\xC3\xA9 \xF0\x9F\x9A\x80\""},
        {STR_INIT("\xFF\xC3"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {STR_INIT(""), "\"\""},
    };
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Html j = html_json(&a);
        html_text(&j, rows[i].text);
        STR_IS(buf_str(&j.out), rows[i].json);
    }
    arena_release(&a);
}

static void structure_is_set_off_by_commas(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Html j = html_json(&a);
    html_open(&j, '{');
    html_key(&j, "a");
    html_open(&j, '[');
    html_number(&j, -1);
    html_text(&j, STR("x"));
    html_open(&j, '[');
    html_close(&j, ']');
    html_close(&j, ']');
    html_key(&j, "b");
    html_raw(&j, STR("{\"c\":\"<\"}"));
    html_close(&j, '}');
    STR_IS(buf_str(&j.out), "{\"a\":[-1,\"x\",[]],\"b\":{\"c\":\"\\u003c\"}}");
    arena_release(&a);
}

// ---- The page -----------------------------------------------------------------------------------

static const char hostile[] =
    "{\"version\":1,\"project\":\"<b>&\",\"stack\":\"dev\",\"resources\":["
    "{\"id\":\"KVStore/notes\",\"kind\":\"KVStore\",\"name\":\"notes\",\"arguments\":{},"
    "\"source\":{\"file\":\"index.ts\",\"line\":1,\"column\":7}}],\"edges\":[]}";

static Str page(Fixture *f, Sources *sources, bool live) {
    Arch *arch =
        arch_from_json(&f->arena, str_of(hostile), STR("arch.json"), &kind_table, f->diags);
    assert_non_null(arch);
    return view_html(&f->arena, &(HtmlInput){.arch = arch,
                                             .kinds = &kind_table,
                                             .settings = &f->settings,
                                             .sources = sources,
                                             .live = live});
}

static void the_page_is_whole_and_the_same_each_time(void **state) {
    Fixture *f = *state;
    Str html = page(f, NULL, false);
    assert_true(str_eq(html, page(f, NULL, false)));
    assert_true(str_starts(html, "<!doctype html>"));
    assert_true(str_contains(html, "<title>&lt;b>&amp; (dev)</title>"));
    assert_true(str_contains(html, "\"project\":\"\\u003cb\\u003e\\u0026\""));
    assert_true(str_contains(html, "connect-src 'none'"));
    assert_true(str_contains(html, "script-src 'sha256-"));
    assert_true(str_contains(html, "data-id=\"KVStore/notes\""));
    assert_true(str_contains(html, "AWS::DynamoDB::Table"));
    assert_false(str_contains(html, "@{"));
}

static void only_a_live_page_may_connect(void **state) {
    Fixture *f = *state;
    Str html = page(f, NULL, true);
    assert_true(str_contains(html, "connect-src 'self'"));
    assert_true(str_contains(html, "\"live\":true"));
}

static void only_files_that_places_name_are_shown(void **state) {
    Fixture *f = *state;
    Sources *sources = sources_open();
    sources_add(sources, STR("index.ts"), STR("const a = 1 < 2;"));
    sources_add(sources, STR("other.ts"), STR("never shown"));
    Str html = page(f, sources, false);
    assert_true(str_contains(html, "\"text\":\"const a = 1 \\u003c 2;\""));
    assert_false(str_contains(html, "never shown"));
    sources_close(sources);
}

static void lines_that_look_like_secrets_stay_behind(void **state) {
    Fixture *f = *state;
    Sources *sources = sources_open();
    sources_add(sources, STR("index.ts"),
                STR("first\nconst key = \"AKIAIOSFODNN7EXAMPLE\";\nconst pem = `-----BEGIN RSA "
                    "PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----`;\nlast"));
    Str html = page(f, sources, false);
#define HIDDEN "// (not shown: looks like a secret)\\n"
    assert_true(str_contains(html, "\"first\\n" HIDDEN HIDDEN HIDDEN HIDDEN "last\""));
    assert_false(str_contains(html, "AKIA") || str_contains(html, "MIIEow"));
    sources_close(sources);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_hold_no_markup),
        cmocka_unit_test(structure_is_set_off_by_commas),
        TEST(the_page_is_whole_and_the_same_each_time),
        TEST(only_a_live_page_may_connect),
        TEST(only_files_that_places_name_are_shown),
        TEST(lines_that_look_like_secrets_stay_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
