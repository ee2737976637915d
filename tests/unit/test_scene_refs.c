// References: who becomes a hub, where its references stand, what the lines to them keep.

#include "fixture_scene.h"

static Str name_of(Fixture *f, const char *kind, uint32_t module, const char *what) {
    return str_fmt(&f->arena, "%s/%s%u", kind, what, module);
}

// `count` modules of `size` resources: functions, all of which use the module's one store.
static void modules(Fixture *f, uint32_t count, uint32_t size) {
    f->arch.resources.n = f->arch.edges.n = 0;
    for (uint32_t m = 0; m < count; m++) {
        const char *file = str_cstr(&f->arena, str_fmt(&f->arena, "m%u.ts", m));
        Str store = name_of(f, "KVStore", m, "s");
        resource(f, store, file);
        for (uint32_t i = 1; i < size; i++) {
            Str function = str_fmt(&f->arena, "Function/f%u-%u", m, i);
            resource(f, function, file);
            edge(f, EDGE_CALL, function, "get", store, NULL);
        }
    }
}

static Str user(Fixture *f, uint32_t module, uint32_t i) {
    return str_fmt(&f->arena, "Function/f%u-%u", module, i);
}

static void draw(Fixture *f) {
    scene_build(&f->arena, &f->arch, NULL, &f->scene);
    scene_fold(&f->arena, &f->scene);
    scene_refer(&f->arena, &f->scene);
}

// ---- Who becomes a hub --------------------------------------------------------------------------

static const struct {
    const char *what;
    uint32_t modules, size, users, references;
} CHOICES[] = {
    {"a small picture stays as it is", 13, 3, 13, 0},
    {"a large one has references", 8, 5, 8, 8},
    {"few users of small modules make no large part", 9, 5, 7, 0},
    {"of larger modules they do", 10, 6, 7, 7},
    {"four are few", 4, 12, 4, 0},
    {"but not in a larger picture", 6, 12, 4, 4},
    {"two are few there, too", 3, 25, 2, 0},
    {"in a very large one every tie between large parts goes", 8, 25, 2, 2},
    {"a module that nobody else uses anything of", 12, 5, 0, 0},
};

static void hubs_are_what_ties_many_parts(void **state) {
    Fixture *f = *state;
    for (unsigned i = 0; i < sizeof CHOICES / sizeof *CHOICES; i++) {
        modules(f, CHOICES[i].modules, CHOICES[i].size);
        resource(f, STR("SageMaker/model"), "model.ts");
        for (uint32_t m = 0; m < CHOICES[i].users; m++)
            edge(f, EDGE_CALL, user(f, m, 1), "invoke", STR("SageMaker/model"), NULL);
        draw(f);
        if (f->scene.refs.n != CHOICES[i].references)
            fail_msg("%s: %u references", CHOICES[i].what, f->scene.refs.n);
        assert_int_equal(vec_last(&f->scene.nodes).refs, CHOICES[i].references);
    }
}

static void who_stands_in_the_middle_is_no_hub(void **state) {
    Fixture *f = *state;
    modules(f, 16, 5);
    resource(f, STR("Function/middle"), "middle.ts");
    for (uint32_t m = 0; m < 8; m++)
        edge(f, EDGE_CALL, user(f, m, 1), "invoke", STR("Function/middle"), NULL);
    for (uint32_t m = 8; m < 16; m++)
        edge(f, EDGE_CALL, STR("Function/middle"), "invoke", user(f, m, 1), NULL);
    draw(f);
    assert_int_equal(f->scene.refs.n, 0);
}

// ---- What the lines keep ------------------------------------------------------------------------

static const LayoutEdge *placed(Fixture *f, uint32_t edge) {
    return &f->scene.layout.edges[edge];
}

static void lines_know_both_ends(void **state) {
    Fixture *f = *state;
    modules(f, 10, 5);
    resource(f, STR("SageMaker/model"), "m9.ts"); // within one of the modules
    uint32_t first = f->arch.edges.n, model = f->arch.resources.n - 1;
    for (uint32_t m = 0; m < 10; m++)
        for (uint32_t i = 1; i <= 2; i++)
            edge(f, EDGE_CALL, user(f, m, i), "invoke", STR("SageMaker/model"), NULL);
    draw(f);
    scene_place(&f->arena, &f->scene);
    const Scene *s = &f->scene;
    assert_int_equal(s->refs.n, 9);
    assert_int_equal(s->layout.node_count, s->nodes.n + 9);
    for (uint32_t i = 0; i < s->edges.n; i++) {
        const SceneEdge *e = &s->edges.at[i];
        if (i < first || e->to != model || i >= first + 18) {
            assert_int_equal(e->ref, -1); // also from the model's own module
            continue;
        }
        assert_int_equal(e->ref, (i - first) / 2); // one for two functions
        assert_int_equal(placed(f, i)->to, s->nodes.n + (uint32_t)e->ref);
        assert_int_equal(placed(f, i)->from, e->from);
        assert_int_equal(s->refs.at[e->ref].of, model);
        assert_int_equal(s->refs.at[e->ref].group, s->nodes.at[e->from].group);
    }
}

static void what_starts_others_everywhere_is_a_hub(void **state) {
    Fixture *f = *state;
    modules(f, 10, 5);
    resource(f, STR("Router/main"), "main.ts");
    uint32_t first = f->arch.edges.n, router = f->arch.resources.n - 1;
    for (uint32_t m = 0; m < 10; m++)
        edge(f, EDGE_TRIGGER, STR("Router/main"), "get", user(f, m, 1), "/");
    draw(f);
    scene_place(&f->arena, &f->scene);
    assert_int_equal(f->scene.refs.n, 10);
    for (uint32_t i = first; i < f->scene.edges.n; i++) {
        const SceneEdge *e = &f->scene.edges.at[i];
        assert_int_equal(e->from, router);
        assert_int_equal(placed(f, i)->from, f->scene.nodes.n + (uint32_t)e->ref);
        assert_int_equal(placed(f, i)->to, e->to);
    }
}

// ---- Outside of frames --------------------------------------------------------------------------

static void without_modules_parts_have_references(void **state) {
    Fixture *f = *state;
    for (uint32_t i = 0; i < 35; i++) {
        Str function = name_of(f, "Function", i, "f"), store = name_of(f, "KVStore", i, "s");
        resource(f, function, "index.ts");
        if (i < 30)
            resource(f, store, "index.ts");
        if (i < 30)
            edge(f, EDGE_CALL, function, "get", store, NULL);
        edge(f, EDGE_CALL, function, "push", STR("Queue/log"), NULL);
    }
    resource(f, STR("Queue/log"), "index.ts");
    draw(f);
    assert_int_equal(f->scene.groups.n, 0);
    assert_int_equal(f->scene.refs.n, 30); // the other five use nothing else and stand beside it
    for (uint32_t i = 0; i < f->scene.refs.n; i++)
        assert_int_equal(f->scene.refs.at[i].group, -1);
}

// ---- The picture --------------------------------------------------------------------------------

static void the_picture_tells_of_references(void **state) {
    Fixture *f = *state;
    modules(f, 9, 5);
    resource(f, STR("SageMaker/<model>"), "model.ts");
    for (uint32_t m = 0; m < 9; m++)
        edge(f, EDGE_CALL, user(f, m, 1), "invoke", STR("SageMaker/<model>"), NULL);
    Str svg = view_svg(&f->arena, &f->arch, NULL, NULL);
    static const char *const there[] = {
        "<g class=\"ref\" id=\"r0\" data-of=\"n45\" data-group=\"g0\">",
        "<title>reference to SageMaker &lt;model&gt;</title>",
        "data-from=\"n1\" data-to=\"n45\" data-type=\"call\" data-edges=\"36\" data-ref=\"r0\">",
        "id=\"r8\"",
        "<title>SageMaker &lt;model&gt;, referred to in 9 places</title>",
        "stands elsewhere in full",
    };
    for (unsigned i = 0; i < sizeof there / sizeof *there; i++)
        if (!str_contains(svg, there[i]))
            fail_msg("lacks `%s`", there[i]);
    modules(f, 7, 5);
    svg = view_svg(&f->arena, &f->arch, NULL, NULL);
    assert_false(str_contains(svg, "elsewhere"));
    assert_false(str_contains(svg, "pill"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hubs_are_what_ties_many_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_stands_in_the_middle_is_no_hub, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_know_both_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_starts_others_everywhere_is_a_hub, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_modules_parts_have_references, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_picture_tells_of_references, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
