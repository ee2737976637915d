// The graph as JSON: what is written, what is read back, what is refused and how it is said.

#include "arch/arch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// ---- A small table of kinds ---------------------------------------------------------------------

static const Op function_ops[] = {
    {.name = "invoke", .role = OP_CLIENT}, {.name = "url", .role = OP_LATE}, {.name = NULL}};
static const Op router_ops[] = {
    {.name = "get", .role = OP_INFRA}, {.name = "url", .role = OP_LATE}, {.name = NULL}};
static const Op store_ops[] = {
    {.name = "get", .role = OP_CLIENT}, {.name = "scan", .role = OP_LIBRARY}, {.name = NULL}};
static const Property store_properties[] = {{.name = "awsTableName"}, {.name = NULL}};
static const Kind function_kind = {.name = "Function", .ops = function_ops};
static const Kind store_kind = {
    .name = "KVStore", .ops = store_ops, .properties = store_properties};
static const Kind router_kind = {.name = "Router", .ops = router_ops};
static const Kind secret_kind = {.name = "Secret"};
static const Kind *const rows[] = {&function_kind, &store_kind, &router_kind, &secret_kind};
static const KindTable kinds = {rows, 4};

typedef struct Fixture {
    Arena arena;
    Sources *sources;
    Diags *diags;
} Fixture;

static int set_up(void **state) {
    static Fixture f;
    arena_init(&f.arena);
    f.sources = sources_open();
    f.diags = diags_open(f.sources);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    diags_close(f->diags);
    sources_close(f->sources);
    arena_release(&f->arena);
    return 0;
}

static Arch *read(Fixture *f, Str json) {
    return arch_from_json(&f->arena, json, STR("arch.json"), &kinds, f->diags);
}

// What the diagnostics say, one a line.
static const char *said(Fixture *f) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    diags_print(f->diags, to, DIAG_SHORT, false, 0);
    fclose(to);
    const char *copy = str_cstr(&f->arena, (Str){text, (uint32_t)size});
    free(text);
    return copy;
}

// ---- Writing ------------------------------------------------------------------------------------

static ArchValue *late(Arena *a, ArchType type, const char *text) {
    ArchValue *v = arch_string(a, str_of(text));
    v->type = type;
    return v;
}

static ArchValue *list(Arena *a, ArchType type, ArchValue *first, ArchValue *second) {
    ArchValue *v = arch_array(a);
    arch_item_push(a, v, first);
    arch_item_push(a, v, second);
    v->type = type;
    return v;
}

static void values_are_written_in_their_forms(void **state) {
    Fixture *f = *state;
    Arena *a = &f->arena;
    ArchValue *property = late(a, ARCH_PROPERTY, "Router/api");
    property->property = STR("url");
    ArchValue *plain = arch_object(a);
    arch_member_push(a, plain, STR("$env"), arch_bool(a, true));
    const struct {
        ArchValue *value;
        const char *json;
    } cases[] = {
        {arch_null(a), "null"},
        {arch_bool(a, false), "false"},
        {arch_number(a, 512), "512"},
        {arch_number(a, -0.5), "-0.5"},
        {arch_number(a, 0.1), "0.1"},
        {arch_number(a, 1e300), "1e+300"},
        {arch_number(a, 9007199254740991), "9007199254740991"},
        {arch_string(a, STR("a\"b\n\xC3\xA9")), "\"a\\\"b\\n\xC3\xA9\""},
        {arch_string(a, STR("a\0b\xFF")), "\"a\xEF\xBF\xBD"
                                          "b\xEF\xBF\xBD\""},
        {property, "{\"$property\":{\"resource\":\"Router/api\",\"property\":\"url\"}}"},
        {late(a, ARCH_ENV, "TOKEN"), "{\"$env\":\"TOKEN\"}"},
        {late(a, ARCH_SECRET, "Secret/x"), "{\"$secret\":\"Secret/x\"}"},
        {list(a, ARCH_CONCAT, arch_string(a, STR("x")), late(a, ARCH_ENV, "Y")),
         "{\"$concat\":[\"x\",{\"$env\":\"Y\"}]}"},
        {list(a, ARCH_OR, late(a, ARCH_ENV, "Y"), arch_number(a, 1)),
         "{\"$or\":[{\"$env\":\"Y\"},1]}"},
        {list(a, ARCH_ARRAY, arch_array(a), arch_object(a)), "[[],{}]"},
        {plain, "{\"$$env\":true}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(str_cstr(a, arch_value_to_json(a, cases[i].value)), cases[i].json);
}

static void many_members_are_kept_in_order(void **state) {
    Fixture *f = *state;
    ArchValue *array = arch_array(&f->arena);
    for (int i = 0; i < 1000; i++)
        arch_item_push(&f->arena, array, arch_number(&f->arena, i));
    assert_int_equal(array->count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_true(array->items[i]->number == i);
}

// ---- A whole graph ------------------------------------------------------------------------------

#define FUNCTION "{\"id\":\"Function/f\",\"kind\":\"Function\",\"name\":\"f\",\"arguments\":{}}"
#define STORE "{\"id\":\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{}}"
#define ROUTER "{\"id\":\"Router/r\",\"kind\":\"Router\",\"name\":\"r\",\"arguments\":{}}"
#define GRAPH(resources, edges)                                                                    \
    "{\"version\":1,\"project\":\"p\",\"stack\":\"dev\",\"resources\":[" resources                 \
    "],\"edges\":[" edges "]}"
#define WITH_ARGUMENTS(arguments)                                                                  \
    GRAPH(ROUTER                                                                                   \
          ",{\"id\":\"Secret/k\",\"kind\":\"Secret\",\"name\":\"k\",\"arguments\":{}},"            \
          "{\"id\":\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":" arguments     \
          "}",                                                                                     \
          "")

static const char full[] =
    "{\"version\":1,\"project\":\"p\",\"stack\":\"dev\",\"resources\":["
    "{\"id\":\"Router/r\",\"kind\":\"Router\",\"name\":\"r\",\"arguments\":{},"
    "\"source\":{\"file\":\"src/index.ts\",\"line\":1,\"column\":2}},"
    "{\"id\":\"KVStore/"
    "s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{\"options\":{\"x\":[1,"
    "{\"$or\":[{\"$env\":\"A\"},\"b\"]},{\"$concat\":[\"u\",{\"$property\":{\"resource\":\"Router/"
    "r\","
    "\"property\":\"url\"}}]}],\"$$y\":null}}},"
    "{\"id\":\"Function/f\",\"kind\":\"Function\",\"name\":\"f\",\"arguments\":{},"
    "\"handler\":{\"file\":\"a.ts\",\"line\":3,\"column\":4,\"export\":\"h\"},"
    "\"environment\":[\"A\",\"B\"]}],\"edges\":["
    "{\"from\":\"Function/f\",\"to\":\"KVStore/"
    "s\",\"type\":\"call\",\"operation\":\"get\",\"evidence\":"
    "[{\"file\":\"a.ts\",\"line\":3,\"column\":9,\"note\":\"s.get\"},{\"note\":\"no place\"}]},"
    "{\"from\":\"Function/f\",\"to\":\"KVStore/"
    "s\",\"type\":\"call\",\"operation\":\"scan\",\"evidence\":[]},"
    "{\"from\":\"Function/f\",\"to\":\"KVStore/"
    "s\",\"type\":\"read\",\"operation\":\"awsTableName\","
    "\"evidence\":[]},"
    "{\"from\":\"Router/r\",\"to\":\"Function/f\",\"type\":\"trigger\",\"operation\":\"get\","
    "\"arguments\":{\"path\":\"/a\"},\"evidence\":[]},"
    "{\"from\":\"Router/r\",\"to\":\"Function/f\",\"type\":\"trigger\",\"operation\":\"get\","
    "\"arguments\":{\"path\":\"/b\"},\"evidence\":[]}]}";

static void a_graph_comes_back_the_same(void **state) {
    Fixture *f = *state;
    Arch *first = read(f, str_of(full));
    assert_string_equal(said(f), "");
    assert_non_null(first);
    assert_int_equal(first->resources.n, 3);
    assert_int_equal(first->edges.n, 5);
    const ArchResource *function = arch_resource(first, STR("Function/f"));
    assert_true(function->handler.present);
    assert_int_equal(function->environment.n, 2);
    Str text = arch_to_json(&f->arena, first);
    assert_int_equal(text.p[text.n - 1], '\n');
    Arch *second = read(f, text);
    assert_non_null(second);
    assert_true(str_eq(text, arch_to_json(&f->arena, second)));
}

static void edges_are_sorted(void **state) {
    Fixture *f = *state;
    Arch *arch = read(
        f,
        STR(GRAPH(
            FUNCTION "," STORE "," ROUTER,
            "{\"from\":\"Router/r\",\"to\":\"Function/"
            "f\",\"type\":\"trigger\",\"operation\":\"get\","
            "\"arguments\":{\"path\":\"/b\"},\"evidence\":[]},"
            "{\"from\":\"Router/r\",\"to\":\"Function/"
            "f\",\"type\":\"trigger\",\"operation\":\"get\","
            "\"arguments\":{\"path\":\"/a\"},\"evidence\":[]},"
            "{\"from\":\"Function/f\",\"to\":\"KVStore/"
            "s\",\"type\":\"call\",\"operation\":\"scan\","
            "\"evidence\":[]},"
            "{\"from\":\"Function/f\",\"to\":\"KVStore/s\",\"type\":\"call\",\"operation\":\"get\","
            "\"evidence\":[]}")));
    assert_non_null(arch);
    assert_true(str_is(arch->edges.at[0].operation, "get"));
    assert_true(str_is(arch->edges.at[1].operation, "scan"));
    assert_true(str_is(arch_find(arch->edges.at[2].arguments, "path")->text, "/a"));
    assert_true(str_is(arch_find(arch->edges.at[3].arguments, "path")->text, "/b"));
}

// ---- Refusals -----------------------------------------------------------------------------------

#define EDGE(from, to, type, operation)                                                            \
    "{\"from\":\"" from "\",\"to\":\"" to "\",\"type\":\"" type "\",\"operation\":\"" operation    \
    "\",\"evidence\":[]}"

static void problems_are_said_with_their_place(void **state) {
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"", "not valid JSON"},
        {"{", "arch.json:1:2: "},
        {"[]", "the graph must be an object"},
        {"{\"version\":1}\n{}", "arch.json:2:1: "},
        {"{\"version\":01}", "arch.json:1:12: error[P0507]: this is not a number of JSON"},
        {"{\"version\":1.}", "this is not a number of JSON"},
        {"{\"version\":1e999}", "a number is too large"},
        {"{\"a\":\"\\u0000\"}", "a string must not hold NUL"},
        {"{\"a\":\"\\uZZZZ\"}", "four hexadecimal digits"},
        {"{\"a\":\"\x01\"}", "must be escaped"},
        {"{\"a\":\"\xFF\"}", "not valid UTF-8"},
        {"{\"a\":\"\\ud800\"}", "not valid JSON"},
        {"{\"a\":\"", "a string has no end"},
        {"{}", "arch.json:1:1: error[P0507]: `version` is missing"},
        {"{\"version\":1,\"project\":\"p\",\"stack\":\"d\",\"resources\":[],\n"
         "\"edges\" : [ 1,\n {\"from\" : \"{]\\\"\", \"to\" : 1} ] }",
         "arch.json:3:27: error[P0507]: `edges[1].to` must be a string"},
        {"{\"version\":2,\"project\":\"p\",\"stack\":\"d\",\"resources\":[],\"edges\":[]}",
         "`version` is 2, and this pluto reads version 1"},
        {"{\"version\":1,\"version\":1}", "`version` stands twice"},
        {"{\"verson\":1}", "`verson` is not known here"},
        {"{\"version\":1,\"project\":\"\",\"stack\":\"d\",\"resources\":[],\"edges\":[]}",
         "`project` must be a string that is not empty"},
        {GRAPH("1", ""), "`resources[0]` must be an object"},
        {GRAPH(FUNCTION "," FUNCTION, ""), "`resources[1].id` stands twice"},
        {GRAPH("{\"id\":\"KVStore/t\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{}}", ""),
         "`resources[0].id` must be `KVStore/s`"},
        {GRAPH("{\"id\":\"KVStor/s\",\"kind\":\"KVStor\",\"name\":\"s\",\"arguments\":{}}", ""),
         "`resources[0].kind` names the kind `KVStor`, which does not exist"},
        {GRAPH("{\"id\":\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{},"
               "\"environment\":[]}",
               ""),
         "`resources[0]` is no Function"},
        {GRAPH("{\"id\":\"Function/f\",\"kind\":\"Function\",\"name\":\"f\",\"arguments\":{},"
               "\"environment\":[\"B\",\"A\"]}",
               ""),
         "`resources[0].environment[1]` is out of order"},
        {GRAPH("{\"id\":\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{},"
               "\"source\":{\"file\":\"../x\",\"line\":1,\"column\":1}}",
               ""),
         "`resources[0].source` has a `file` outside of the project"},
        {GRAPH("{\"id\":\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{},"
               "\"source\":{\"file\":\"x\",\"line\":0,\"column\":1}}",
               ""),
         "`resources[0].source.line` must be a whole number from 1"},
        {GRAPH("{\"id\":\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{},"
               "\"source\":{\"file\":\"x\",\"line\":1}}",
               ""),
         "`resources[0].source.column` is missing"},
        {GRAPH(FUNCTION "," STORE, EDGE("Function/f", "KVStore/x", "call", "get")),
         "`edges[0].to` is `KVStore/x`, which is no resource"},
        {GRAPH(FUNCTION "," STORE, EDGE("KVStore/s", "KVStore/s", "call", "get")),
         "`edges[0].from` must be a Function"},
        {GRAPH(FUNCTION "," ROUTER "," STORE, EDGE("Router/r", "KVStore/s", "trigger", "get")),
         "`edges[0].to` must be a Function"},
        {GRAPH(FUNCTION "," STORE, EDGE("Function/f", "KVStore/s", "calls", "get")),
         "`edges[0].type` must be"},
        {GRAPH(FUNCTION "," STORE, EDGE("Function/f", "KVStore/s", "call", "put")),
         "`edges[0].operation` is `put`, which a `call` edge cannot have with KVStore"},
        {GRAPH(FUNCTION "," STORE, EDGE("Function/f", "KVStore/s", "read", "get")),
         "`edges[0].operation` is `get`"},
        {GRAPH(FUNCTION "," STORE, EDGE("Function/f", "KVStore/s", "call",
                                        "get") "," EDGE("Function/f", "KVStore/s", "call", "get")),
         "`edges[1]` stands twice"},
        {WITH_ARGUMENTS("{\"x\":{\"$env\":1}}"),
         "`resources[2].arguments.x.$env` must be a string"},
        {WITH_ARGUMENTS("{\"x\":{\"$what\":1}}"), "`resources[2].arguments.x.$what` is no kind"},
        {WITH_ARGUMENTS("{\"x\":{\"$env\":\"A\",\"y\":1}}"), "must stand alone"},
        {WITH_ARGUMENTS("{\"x\":{\"y\":1,\"y\":2}}"), "`resources[2].arguments.x.y` stands twice"},
        {WITH_ARGUMENTS("{\"$env\":\"A\"}"), "`resources[2].arguments` must be a plain object"},
        {WITH_ARGUMENTS("{\"x\":{\"$secret\":\"Router/r\"}}"), "which is no Secret"},
        {WITH_ARGUMENTS("{\"x\":{\"$concat\":[1]}}"), "$concat[0]` must be a string or a value"},
        {WITH_ARGUMENTS("{\"x\":{\"$or\":[\"a\",\"b\"]}}"), "$or` must be an `$env` and"},
        {WITH_ARGUMENTS("{\"x\":{\"$property\":{\"resource\":\"Router/z\",\"property\":\"url\"}}}"),
         "names `Router/z`, which is no resource"},
        {WITH_ARGUMENTS("{\"x\":{\"$property\":{\"resource\":\"Router/r\",\"property\":\"ur\"}}}"),
         "names `ur`, which is no property of Router"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down(state);
        set_up(state);
        Fixture *f = *state;
        Arch *arch = read(f, str_of(cases[i].json));
        if (arch || !strstr(said(f), cases[i].says) || !strstr(said(f), "P0507"))
            fail_msg("%s\nshould say: %s\nsays: %s", cases[i].json, cases[i].says, said(f));
    }
}

static Str nested(Arena *a, unsigned depth) {
    Buf b = buf_new(a);
    buf_puts(
        &b, "{\"version\":1,\"project\":\"p\",\"stack\":\"d\",\"resources\":[{\"id\":\"KVStore/s\","
            "\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{\"x\":");
    buf_pad(&b, '[', depth);
    buf_pad(&b, ']', depth);
    buf_puts(&b, "}}],\"edges\":[]}");
    return buf_str(&b);
}

static void depth_is_bounded(void **state) {
    Fixture *f = *state;
    Arch *arch = read(f, nested(&f->arena, ARCH_DEPTH_MAX - 2));
    assert_non_null(arch);
    assert_non_null(read(f, arch_to_json(&f->arena, arch)));
    assert_null(read(f, nested(&f->arena, ARCH_DEPTH_MAX + 20)));
    assert_null(read(f, nested(&f->arena, 1000000)));
}

static void numbers_come_back_the_same(void **state) {
    Fixture *f = *state;
    static const double numbers[] = {
        0, 1, -1, 0.1, 1.0 / 3, 1e21, 1e-7, 2e9, 4294967296.0, 5e-324, 1.7976931348623157e308};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        Str text = arch_value_to_json(&f->arena, arch_number(&f->arena, numbers[i]));
        Str json =
            str_fmt(&f->arena,
                    "{\"version\":1,\"project\":\"p\",\"stack\":\"d\",\"resources\":[{\"id\":"
                    "\"KVStore/s\",\"kind\":\"KVStore\",\"name\":\"s\",\"arguments\":{\"x\":%.*s}}]"
                    ",\"edges\":[]}",
                    STR_ARG(text));
        Arch *arch = read(f, json);
        assert_non_null(arch);
        assert_true(arch_find(arch->resources.at[0].arguments, "x")->number == numbers[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_written_in_their_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_members_are_kept_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_graph_comes_back_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(edges_are_sorted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(problems_are_said_with_their_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_come_back_the_same, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
