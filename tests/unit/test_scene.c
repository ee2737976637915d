// What a picture shows: merged lines and their labels, frames that tell something, words that fit.

#include "fixture_scene.h"

#define F(x) STR("Function/" x)

static void assert_str(Str is, const char *expected) {
    if (!str_is(is, expected))
        fail_msg("`%.*s` should be `%s`", STR_ARG(is), expected);
}

// ---- Lines --------------------------------------------------------------------------------------

static void edges_of_one_type_are_one_line(void **state) {
    Fixture *f = *state;
    resource(f, F("f"), "a.ts");
    resource(f, STR("KVStore/s"), "a.ts");
    edge(f, EDGE_CALL, F("f"), "get", STR("KVStore/s"), NULL);
    edge(f, EDGE_CALL, F("f"), "set", STR("KVStore/s"), NULL);
    edge(f, EDGE_READ, F("f"), "awsTableName", STR("KVStore/s"), NULL);
    scene_build(&f->arena, &f->arch, NULL, &f->scene);
    assert_int_equal(f->scene.edges.n, 2);
    const SceneEdge *calls = &f->scene.edges.at[0], *reads = &f->scene.edges.at[1];
    assert_int_equal(calls->count, 2);
    assert_int_equal(calls->edges[1], 1);
    assert_int_equal(calls->lines, 1);
    assert_str(calls->label[0], "get · set");
    assert_str(calls->title, "get, set");
    assert_int_equal(reads->type, EDGE_READ);
    assert_int_equal(reads->edges[0], 2);
    assert_str(reads->label[0], "awsTableName");
}

static void reads_go_with_the_calls_of_their_pair(void **state) {
    Fixture *f = *state;
    resource(f, F("f"), "a.ts");
    resource(f, F("g"), "a.ts");
    resource(f, STR("SageMaker/m"), "a.ts");
    edge(f, EDGE_CALL, F("f"), "invoke", STR("SageMaker/m"), NULL);
    edge(f, EDGE_READ, F("f"), "endpointArn", STR("SageMaker/m"), NULL);
    edge(f, EDGE_READ, F("f"), "endpointName", STR("SageMaker/m"), NULL);
    edge(f, EDGE_READ, F("g"), "endpointName", STR("SageMaker/m"), NULL);
    scene_build(&f->arena, &f->arch, NULL, &f->scene);
    assert_int_equal(f->scene.edges.n, 3);
    scene_fold(&f->arena, &f->scene);
    assert_int_equal(f->scene.edges.n, 2);
    const SceneEdge *both = &f->scene.edges.at[0], *alone = &f->scene.edges.at[1];
    assert_int_equal(both->type, EDGE_CALL);
    assert_int_equal(both->count, 3);
    assert_int_equal(both->edges[2], 2);
    assert_int_equal(both->lines, 1);
    assert_str(both->label[0], "invoke");
    assert_str(both->title, "invoke, reads endpointArn, endpointName");
    assert_int_equal(alone->type, EDGE_READ);
    assert_int_equal(alone->from, 1);
}

static const struct {
    ViewMark call, read;
    uint32_t lines;
} FOLDED[] = {
    {MARK_NONE, MARK_NONE, 1},     {MARK_ADDED, MARK_ADDED, 1}, {MARK_REMOVED, MARK_REMOVED, 1},
    {MARK_NONE, MARK_ADDED, 2},    {MARK_ADDED, MARK_NONE, 2},  {MARK_CHANGED, MARK_CHANGED, 2},
    {MARK_ADDED, MARK_REMOVED, 2},
};

static void reads_that_changed_otherwise_stand_alone(void **state) {
    Fixture *f = *state;
    const ViewMark nodes[2] = {MARK_NONE, MARK_NONE};
    resource(f, F("f"), "a.ts");
    resource(f, STR("SageMaker/m"), "a.ts");
    edge(f, EDGE_CALL, F("f"), "invoke", STR("SageMaker/m"), NULL);
    edge(f, EDGE_READ, F("f"), "endpointName", STR("SageMaker/m"), NULL);
    for (unsigned i = 0; i < sizeof FOLDED / sizeof *FOLDED; i++) {
        const ViewMark edges[2] = {FOLDED[i].call, FOLDED[i].read};
        scene_build(&f->arena, &f->arch, &(ViewMarks){nodes, edges, NULL}, &f->scene);
        scene_fold(&f->arena, &f->scene);
        assert_int_equal(f->scene.edges.n, FOLDED[i].lines);
    }
}

static void routes_stand_in_lines_of_their_own(void **state) {
    Fixture *f = *state;
    static const char *const paths[] = {"/a", "/b", "/c", "/d", "/e", "/f"};
    resource(f, STR("Router/r"), "a.ts");
    resource(f, F("f"), "a.ts");
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        edge(f, EDGE_TRIGGER, STR("Router/r"), "get", F("f"), paths[i]);
    scene_build(&f->arena, &f->arch, NULL, &f->scene);
    const SceneEdge *e = &f->scene.edges.at[0];
    assert_int_equal(e->lines, SCENE_LINES_MAX);
    assert_str(e->label[0], "GET /a");
    assert_str(e->label[2], "GET /c");
    assert_str(e->label[3], "… 3 more");
    assert_str(e->title, "GET /a, GET /b, GET /c, GET /d, GET /e, GET /f");
}

static const struct {
    ViewMark marks[2];
    ViewMark line;
    const char *label;
} MARKED[] = {
    {{MARK_NONE, MARK_NONE}, MARK_NONE, "get · set"},
    {{MARK_ADDED, MARK_ADDED}, MARK_ADDED, "+ get · set"},
    {{MARK_REMOVED, MARK_REMOVED}, MARK_REMOVED, "− get · set"},
    {{MARK_NONE, MARK_ADDED}, MARK_CHANGED, "get · + set"},
    {{MARK_REMOVED, MARK_ADDED}, MARK_CHANGED, "− get · + set"},
    {{MARK_CHANGED, MARK_NONE}, MARK_CHANGED, "~ get · set"},
};

static void marks_of_parts_are_seen(void **state) {
    Fixture *f = *state;
    const ViewMark nodes[2] = {MARK_NONE, MARK_ADDED};
    resource(f, F("f"), "a.ts");
    resource(f, STR("KVStore/s"), "a.ts");
    edge(f, EDGE_CALL, F("f"), "get", STR("KVStore/s"), NULL);
    edge(f, EDGE_CALL, F("f"), "set", STR("KVStore/s"), NULL);
    for (unsigned i = 0; i < sizeof MARKED / sizeof *MARKED; i++) {
        const ViewMarks marks = {nodes, MARKED[i].marks, NULL};
        scene_build(&f->arena, &f->arch, &marks, &f->scene);
        assert_int_equal(f->scene.edges.at[0].mark, MARKED[i].line);
        assert_str(f->scene.edges.at[0].label[0], MARKED[i].label);
        assert_int_equal(f->scene.nodes.at[1].mark, MARK_ADDED);
    }
}

// ---- Boxes --------------------------------------------------------------------------------------

static void hints_and_ways_in(void **state) {
    Fixture *f = *state;
    resource(f, F("open"), "a.ts");
    resource(f, F("signed"), "a.ts");
    option(f, "url", arch_string(&f->arena, STR("iam")));
    resource(f, F("closed"), "a.ts");
    option(f, "url", arch_bool(&f->arena, false));
    option(f, "memory", arch_number(&f->arena, 1024));
    resource(f, STR("SageMaker/m"), "a.ts");
    option(f, "instanceType", arch_string(&f->arena, STR("ml.g5.2xlarge")));
    resource(f, STR("Router/none"), "a.ts");
    resource(f, STR("Router/some"), "a.ts");
    resource(f, F("route"), "a.ts");
    resource(f, STR("Website/w"), "a.ts");
    edge(f, EDGE_TRIGGER, STR("Router/some"), "get", F("route"), "/");
    scene_build(&f->arena, &f->arch, NULL, &f->scene);
    static const struct {
        const char *hint;
        bool anyone;
    } expected[] = {
        {"public URL", true}, {"URL for IAM", false}, {"1024 MB", false}, {"ml.g5.2xlarge", false},
        {"", false},          {"public", true},       {"", false},        {"public", true},
    };
    for (uint32_t i = 0; i < f->scene.nodes.n; i++) {
        assert_str(f->scene.nodes.at[i].hint, expected[i].hint);
        assert_int_equal(f->scene.nodes.at[i].anyone, expected[i].anyone);
    }
}

static const char *const NAMES[] = {
    "a",
    "",
    "a-name-that-is-much-longer-than-any-box-would-like-it-to-be",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "模型模型模型模型模型模型模型模型模型模型模型",
    "👩‍🚀👩‍🚀👩‍🚀👩‍🚀"
    "👩‍🚀👩‍🚀👩‍🚀👩‍🚀"
    "👩‍🚀👩‍🚀👩‍🚀👩‍🚀",
    "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
    "\x1b[31mred\x1b[0m\a\b\t\n\r",
    "\xe2\x80\xae\xd7\x90\xd7\x91",
    "\xff\xfe\xfd not UTF-8 \xc3",
    "ЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩЩ",
};

static bool is_shown(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
            return false;
    return utf8_valid(s, &(uint32_t){0}) && !str_contains(s, "\xe2\x80\xae");
}

static void words_fit_and_are_shown(void **state) {
    Fixture *f = *state;
    for (unsigned i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        resource(f, str_fmt(&f->arena, "KVStore/%s", NAMES[i]), "a.ts");
    scene_build(&f->arena, &f->arch, NULL, &f->scene);
    scene_place(&f->arena, &f->scene);
    for (uint32_t i = 0; i < f->scene.nodes.n; i++) {
        Str name = f->scene.nodes.at[i].name;
        double width = measure_text(name, SCENE_NAME_SIZE, WEIGHT_BOLD);
        double room = f->scene.layout.nodes[i].width - SCENE_ICON - SCENE_ICON_GAP - 2 * SCENE_PAD;
        assert_true(width <= room);
        assert_true(is_shown(name));
    }
    assert_str(f->scene.nodes.at[0].name, "a");
    assert_true(str_starts(f->scene.nodes.at[2].name, "a-name"));
    assert_true(str_contains(f->scene.nodes.at[2].name, "…"));
    assert_true(str_ends(f->scene.nodes.at[2].name, "to-be"));
}

static void measures_grow_with_the_text(void **state) {
    Fixture *f = *state;
    assert_true(measure_text(STR("iii"), 12, WEIGHT_PLAIN) <
                measure_text(STR("WWW"), 12, WEIGHT_PLAIN));
    assert_true(measure_text(STR("abc"), 12, WEIGHT_PLAIN) <
                measure_text(STR("abc"), 12, WEIGHT_BOLD));
    assert_true(measure_text(STR_EMPTY, 12, WEIGHT_BOLD) == 0);
    for (double most = 0; most < 60; most += 0.5) {
        Str fit = measure_fit(&f->arena, STR("one two three"), 12, WEIGHT_PLAIN, most);
        assert_true(measure_text(fit, 12, WEIGHT_PLAIN) <= (most > 12 ? most : 12));
    }
}

// ---- Frames -------------------------------------------------------------------------------------

// A graph as words: "Kind/name@file" a resource, "Router/r>Function/f" a route. Its groups as
// words: "label: name name" in their order, a parent before a bar.
static const struct {
    const char *what, *graph, *groups;
} FRAMES[] = {
    {"one module is no news", "KVStore/a@a.ts Queue/b@a.ts Queue/c@a.ts", ""},
    {"nor are modules of one", "KVStore/a@a.ts Queue/b@b.ts Queue/c@c.ts", ""},
    {"nor one frame among singles", "KVStore/a@a.ts Queue/b@a.ts Queue/c@c.ts", ""},
    {"two modules", "KVStore/a@a.ts Queue/b@a.ts Queue/c@b.ts Queue/d@b.ts Queue/e@c.ts",
     "a.ts: a b; b.ts: c d; "},
    {"resources without a place", "KVStore/a@ Queue/b@ Queue/c@ Queue/d@b.ts", ""},
    {"a router with its functions",
     "Router/r@a.ts Function/f@a.ts Function/g@a.ts KVStore/k@a.ts Router/r>Function/f "
     "Router/r>Function/g",
     "r: r f g; "},
    {"a router that is all there is",
     "Router/r@a.ts Function/f@a.ts Function/g@a.ts Router/r>Function/f Router/r>Function/g", ""},
    {"one function makes no group",
     "Router/r@a.ts Function/f@a.ts KVStore/k@a.ts "
     "Router/r>Function/f",
     ""},
    {"shared functions are nobody's",
     "Router/r@a.ts Router/q@a.ts Function/f@a.ts Function/g@a.ts Router/q>Function/f "
     "Router/r>Function/f Router/r>Function/g",
     ""},
    {"a router within a module",
     "Router/r@a.ts Function/f@a.ts Function/g@a.ts KVStore/k@a.ts Queue/x@b.ts Queue/y@b.ts "
     "Router/r>Function/f Router/r>Function/g",
     "a.ts: k; b.ts: x y; a.ts|r: r f g; "},
    {"a module that is a router with its functions",
     "Router/r@a.ts Function/f@a.ts Function/g@a.ts Queue/x@b.ts Queue/y@b.ts "
     "Router/r>Function/f Router/r>Function/g",
     "a.ts: r f g; b.ts: x y; "},
    {"handlers in other modules stay there",
     "Router/r@a.ts KVStore/k@a.ts Function/f@b.ts Function/g@b.ts Router/r>Function/f "
     "Router/r>Function/g",
     "a.ts: r k; b.ts: f g; "},
};

static void read_graph(Fixture *f, const char *words) {
    f->arch.resources.n = f->arch.edges.n = 0;
    Str rest = str_dup(&f->arena, str_of(words));
    while (rest.n) {
        int64_t space = str_find(rest, STR(" "), 0);
        Str word = str_slice(rest, 0, space < 0 ? rest.n : (uint32_t)space);
        rest = str_slice(rest, word.n + 1, rest.n);
        int64_t route = str_find(word, STR(">"), 0), at = str_find(word, STR("@"), 0);
        if (route > 0)
            edge(f, EDGE_TRIGGER, str_slice(word, 0, (uint32_t)route), "get",
                 str_slice(word, (uint32_t)route + 1, word.n), "/");
        else
            resource(f, str_slice(word, 0, (uint32_t)at),
                     str_cstr(&f->arena, str_slice(word, (uint32_t)at + 1, word.n)));
    }
}

static Str groups_text(Fixture *f) {
    Buf b = buf_new(&f->arena);
    for (uint32_t g = 0; g < f->scene.groups.n; g++) {
        const SceneGroup *group = &f->scene.groups.at[g];
        assert_true(group->parent < (int32_t)g);
        if (group->parent >= 0)
            buf_printf(&b, "%.*s|", STR_ARG(f->scene.groups.at[group->parent].label));
        buf_printf(&b, "%.*s:", STR_ARG(group->label));
        for (uint32_t i = 0; i < f->scene.nodes.n; i++)
            if (f->scene.nodes.at[i].group == (int32_t)g)
                buf_printf(&b, " %.*s", STR_ARG(f->scene.nodes.at[i].resource->name));
        buf_puts(&b, "; ");
    }
    return buf_str(&b);
}

static void frames_tell_something(void **state) {
    Fixture *f = *state;
    for (unsigned i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++) {
        read_graph(f, FRAMES[i].graph);
        scene_build(&f->arena, &f->arch, NULL, &f->scene);
        Str is = groups_text(f);
        if (!str_is(is, FRAMES[i].groups))
            fail_msg("%s: `%.*s` should be `%s`", FRAMES[i].what, STR_ARG(is), FRAMES[i].groups);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(edges_of_one_type_are_one_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_go_with_the_calls_of_their_pair, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_that_changed_otherwise_stand_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(routes_stand_in_lines_of_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_of_parts_are_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hints_and_ways_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_fit_and_are_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(measures_grow_with_the_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frames_tell_something, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
