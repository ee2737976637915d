// Two graphs compared: what widens, what is published, what is only another name, and the union for
// pictures.

#include "tests/unit/fixture_generate.h"

#include "generator/diff.h"

#define STORE(name) RESOURCE("KVStore", name, "")
#define NO_URL "\"url\":false"
#define GET(function, store) EDGE("Function/" function, "KVStore/" store, "call", "get")
#define SET(function, store) EDGE("Function/" function, "KVStore/" store, "call", "set")

typedef struct Graph {
    const char *resources, *edges;
} Graph;

static Arch *read_graph(Fixture *f, Graph g) {
    Arch *arch =
        arch_from_json(&f->arena, graph(f, g.resources, g.edges), STR("g"), &kind_table, f->diags);
    if (!arch)
        print_error("%s", str_cstr(&f->arena, said(f)));
    assert_non_null(arch);
    return arch;
}

static Diff compare(Fixture *f, Graph before, Graph after) {
    DiffSide sides[] = {{read_graph(f, before), &f->settings, STR("old")},
                        {read_graph(f, after), &f->settings, STR("new")}};
    Diff d;
    diff(&f->arena, &sides[0], &sides[1], &kind_table, &d);
    return d;
}

// ---- Verdicts -----------------------------------------------------------------------------------

typedef struct Case {
    const char *what;
    Graph before, after;
    bool empty, widens, publishes;
} Case;

#define F(name) FUNCTION(name, NO_URL)
#define MOVED                                                                                      \
    "{\"id\":\"Function/f\",\"kind\":\"Function\",\"name\":\"f\",\"arguments\":{\"options\":{"     \
    "\"url\":false}},\"handler\":{\"file\":\"a.ts\",\"line\":44,\"column\":7,\"export\":\"k\"},"   \
    "\"source\":{\"file\":\"b.ts\",\"line\":40,\"column\":1}}"
#define SIGNED FUNCTION("f", "\"url\":\"iam\"")
#define SIGNED_READ EDGE("Function/g", "Function/f", "read", "url")
#define INVOKES EDGE("Function/g", "Function/f", "call", "invoke")

static const Case cases[] = {
    {"nothing", {"", ""}, {"", ""}, true, false, false},
    {"the same", {F("f"), ""}, {F("f"), ""}, true, false, false},
    {"code that moves", {F("f"), ""}, {MOVED, ""}, true, false, false},
    {"an operation more",
     {F("f") "," STORE("s"), GET("f", "s")},
     {F("f") "," STORE("s"), GET("f", "s") "," SET("f", "s")},
     false,
     true,
     false},
    {"an operation less",
     {F("f") "," STORE("s"), GET("f", "s") "," SET("f", "s")},
     {F("f") "," STORE("s"), GET("f", "s")},
     false,
     false,
     false},
    {"another thing",
     {F("f") "," STORE("s") "," STORE("t"), GET("f", "s")},
     {F("f") "," STORE("s") "," STORE("t"), GET("f", "t")},
     false,
     true,
     false},
    {"another function",
     {F("f") "," F("g") "," STORE("s"), GET("f", "s")},
     {F("f") "," F("g") "," STORE("s"), GET("g", "s")},
     false,
     true,
     false},
    {"a new function that only writes its logs", {"", ""}, {F("f"), ""}, false, false, false},
    {"a new function that may do something",
     {STORE("s"), ""},
     {STORE("s") "," F("f"), GET("f", "s")},
     false,
     true,
     false},
    {"a function that is gone",
     {STORE("s") "," F("f"), GET("f", "s")},
     {STORE("s"), ""},
     false,
     false,
     false},
    {"a new resource that nobody uses",
     {F("f"), ""},
     {F("f") "," STORE("s"), ""},
     false,
     false,
     false},
    {"a new public function", {"", ""}, {FUNCTION("f", ""), ""}, false, false, true},
    {"no URL to IAM", {F("f"), ""}, {FUNCTION("f", "\"url\":\"iam\""), ""}, false, false, false},
    {"no URL to anyone", {F("f"), ""}, {FUNCTION("f", ""), ""}, false, false, true},
    {"IAM to anyone",
     {FUNCTION("f", "\"url\":\"iam\""), ""},
     {FUNCTION("f", ""), ""},
     false,
     false,
     true},
    {"anyone to IAM",
     {FUNCTION("f", ""), ""},
     {FUNCTION("f", "\"url\":\"iam\""), ""},
     false,
     false,
     false},
    {"anyone to nobody", {FUNCTION("f", ""), ""}, {F("f"), ""}, false, false, false},
    {"a condition comes",
     {SIGNED "," F("g"), INVOKES "," SIGNED_READ},
     {SIGNED "," F("g"), SIGNED_READ},
     false,
     false,
     false},
    {"a condition falls",
     {SIGNED "," F("g"), SIGNED_READ},
     {SIGNED "," F("g"), INVOKES "," SIGNED_READ},
     false,
     true,
     false},
    {"one way to call instead of another",
     {SIGNED "," F("g"), INVOKES},
     {SIGNED "," F("g"), SIGNED_READ},
     false,
     true, // the URL may be called, which it might not
     false},
    {"a thing without a template",
     {F("f") "," RESOURCE("Bucket", "b", ""), ""},
     {F("f") "," RESOURCE("Bucket", "b", ""), EDGE("Function/f", "Bucket/b", "call", "get")},
     false,
     true,
     false},
    {"arguments", {FUNCTION("f", NO_URL ",\"memory\":256"), ""}, {F("f"), ""}, false, false, false},
};

static void verdicts(void **state) {
    Fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        Diff d = compare(f, c->before, c->after);
        if (diff_empty(&d) != c->empty || d.widens != c->widens || d.publishes != c->publishes)
            fail_msg("%s: %s%s%s\n%s", c->what, diff_empty(&d) ? "empty " : "",
                     d.widens ? "widens " : "", d.publishes ? "publishes" : "",
                     str_cstr(&f->arena, diff_text(&f->arena, &d, false)));
    }
}

// Taken the other way round, what was added is removed: no difference is seen from one side alone.
static void both_ways(void **state) {
    Fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Diff there = compare(f, cases[i].before, cases[i].after);
        Diff back = compare(f, cases[i].after, cases[i].before);
        assert_int_equal(there.resources.n, back.resources.n);
        assert_int_equal(there.edges.n, back.edges.n);
        assert_int_equal(there.permissions.n, back.permissions.n);
        assert_int_equal(there.exposures.n, back.exposures.n);
        assert_int_equal(diff_empty(&there), diff_empty(&back));
    }
}

// ---- Names --------------------------------------------------------------------------------------

static const DiffResource *only_resource(const Diff *d) {
    assert_int_equal(d->resources.n, 1);
    return &d->resources.at[0];
}

static void a_new_name_is_no_new_power(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){FUNCTION("f", "") "," STORE("s"), GET("f", "s")},
                     (Graph){FUNCTION("g", "") "," STORE("s"), GET("g", "s")});
    const DiffResource *r = only_resource(&d);
    assert_true(r->renamed);
    assert_true(str_is(r->before->id, "Function/f") && str_is(r->after->id, "Function/g"));
    assert_true(str_is(r->what, "renamed from f"));
    assert_false(d.widens || d.publishes || d.edges.n || d.permissions.n || d.exposures.n);
}

static void two_that_use_each_other_may_be_renamed_at_once(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){F("f") "," STORE("s"), GET("f", "s")},
                     (Graph){F("g") "," STORE("t"), GET("g", "t")});
    assert_int_equal(d.resources.n, 2);
    assert_true(d.resources.at[0].renamed && d.resources.at[1].renamed);
    assert_false(d.widens || d.permissions.n);
}

static void what_may_do_more_is_not_the_same_under_another_name(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){F("f") "," STORE("s"), GET("f", "s")},
                     (Graph){F("g") "," STORE("s"), GET("g", "s") "," SET("g", "s")});
    assert_int_equal(d.resources.n, 2);
    assert_true(d.widens);
}

static void what_could_be_either_is_neither(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){F("f") "," F("g") "," STORE("s"), GET("f", "s") "," GET("g", "s")},
                     (Graph){F("h") "," STORE("s"), GET("h", "s")});
    assert_int_equal(d.resources.n, 3);
    assert_true(d.widens);
}

static void what_has_no_template_is_not_renamed(void **state) {
    Fixture *f = *state;
    Diff d = compare(f,
                     (Graph){F("f") "," RESOURCE("Secret", "a", ""),
                             EDGE("Function/f", "Secret/a", "call", "get")},
                     (Graph){F("f") "," RESOURCE("Secret", "b", ""),
                             EDGE("Function/f", "Secret/b", "call", "get")});
    assert_int_equal(d.resources.n, 2);
    assert_true(d.widens);
}

static void the_name_among_the_options_is_no_argument(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){FUNCTION("f", "\"name\":\"f\"," NO_URL), ""},
                     (Graph){FUNCTION("g", "\"name\":\"g\"," NO_URL), ""});
    const DiffResource *r = only_resource(&d);
    assert_true(r->renamed);
    assert_int_equal(r->members.n, 0);
}

// ---- Members and edges --------------------------------------------------------------------------

static void members_are_named(void **state) {
    Fixture *f = *state;
    Diff d = compare(
        f, (Graph){FUNCTION("f", "\"memory\":256,\"envs\":{\"A\":\"x\",\"B\":\"y\"}"), ""},
        (Graph){FUNCTION("f", "\"envs\":{\"B\":\"z\",\"C\":{\"$env\":\"C\"}},\"timeout\":5"), ""});
    assert_string_equal(str_cstr(&f->arena, only_resource(&d)->what),
                        "options.memory 256 → unset, options.envs.A \"x\" → unset, "
                        "options.envs.B \"y\" → \"z\", options.envs.C unset → {\"$env\":\"C\"}, "
                        "options.timeout unset → 5");
}

#define JOB(path) ROUTE("r", "h", "get", path)

static void an_edge_may_change_its_arguments(void **state) {
    Fixture *f = *state;
    const char *resources = RESOURCE("Router", "r", "") "," F("h");
    Diff d = compare(f, (Graph){resources, JOB("/a")}, (Graph){resources, JOB("/b")});
    assert_int_equal(d.edges.n, 1);
    assert_int_equal(d.edges.at[0].mark, MARK_CHANGED);
    assert_int_equal(d.merged.edges.n, 1);
    assert_true(d.publishes); // /b was not there
}

static void the_union_has_both_sides(void **state) {
    Fixture *f = *state;
    Diff d = compare(
        f, (Graph){F("f") "," STORE("a") "," STORE("b"), GET("f", "a") "," GET("f", "b")},
        (Graph){STORE("b") "," F("f") "," FUNCTION("c", ""), GET("f", "b") "," SET("f", "b")});
    static const struct {
        const char *id;
        ViewMark mark;
    } nodes[] = {{"KVStore/b", MARK_NONE},
                 {"Function/f", MARK_NONE},
                 {"Function/c", MARK_ADDED},
                 {"KVStore/a", MARK_REMOVED}};
    assert_int_equal(d.merged.resources.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_is(d.merged.resources.at[i].id, nodes[i].id));
        assert_int_equal(d.marks.resources[i], nodes[i].mark);
    }
    static const ViewMark edges[] = {MARK_REMOVED, MARK_NONE, MARK_ADDED};
    assert_int_equal(d.merged.edges.n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(d.marks.edges[i], edges[i]);
}

#define KEY(tail) "sk_live_4eC39HqLyjWDarjtT1zdp" tail
#define KEEPS(key) FUNCTION("f", "\"url\":false,\"environment\":{\"A\":\"" key "\",\"B\":\"x\"}")

static void a_secret_differs_and_is_not_shown(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){KEEPS("b\\n" KEY("7dc")), ""}, (Graph){KEEPS(KEY("8ed")), ""});
    Str hidden = STR("\"(hidden: looks like a Stripe key)\"");
    assert_int_equal(d.resources.n, 1);
    assert_int_equal(d.resources.at[0].members.n, 1);
    assert_true(str_eq(d.resources.at[0].members.at[0].before, hidden));
    assert_true(str_eq(d.resources.at[0].members.at[0].after, hidden));
    Diff whole = compare(f, (Graph){F("f"), ""}, (Graph){KEEPS(KEY("8ed")), ""});
    Str json = diff_json(&f->arena, &whole);
    assert_true(str_contains(json, "looks like a Stripe key"));
    assert_false(str_contains(json, "sk_live_"));
}

static void settings_count(void **state) {
    Fixture *f = *state;
    Arch *arch = read_graph(f, (Graph){F("f"), ""});
    GenerateSettings more = {.memory = 1024, .architecture = STR("arm64")};
    DiffSide before = {arch, &f->settings, STR("old")}, after = {arch, &more, STR("new")};
    Diff d;
    diff(&f->arena, &before, &after, &kind_table, &d);
    assert_false(diff_empty(&d) || d.widens);
    assert_int_equal(d.settings.n, 2);
    assert_true(str_is(d.settings.at[0].path, "functions.memory"));
    assert_true(str_is(d.settings.at[1].after, "\"arm64\""));
}

static void the_json_is_json(void **state) {
    Fixture *f = *state;
    Diff d = compare(f, (Graph){"", ""}, (Graph){FUNCTION("f", "") "," STORE("s"), GET("f", "s")});
    Str text = diff_json(&f->arena, &d);
    cJSON *json = cJSON_ParseWithLength(text.p, text.n);
    assert_non_null(json);
    assert_true(cJSON_IsTrue(at(json, "widens")) && cJSON_IsTrue(at(json, "publishes")));
    assert_string_equal(at(json, "exposures/0/after")->valuestring, "anyone");
    assert_string_equal(at(json, "resources/1/id")->valuestring, "KVStore/s");
    assert_int_equal(cJSON_GetArraySize(at(json, "permissions")), 3);
    cJSON_Delete(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(verdicts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_ways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_name_is_no_new_power, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_that_use_each_other_may_be_renamed_at_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_may_do_more_is_not_the_same_under_another_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_could_be_either_is_neither, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_no_template_is_not_renamed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_name_among_the_options_is_no_argument, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(members_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_edge_may_change_its_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_union_has_both_sides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_differs_and_is_not_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_json_is_json, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
