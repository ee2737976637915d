// What layout.h promises, on some hundreds of made-up graphs: nothing overlaps, groups hold their
// own and nobody else, curves begin and end at their boxes, all numbers are finite, the same input
// gives the same bytes.

#include "generator/views/layout/layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

enum { GRAPHS = 300, MOST_NODES = 40, MOST_EDGES = 80, MOST_GROUPS = 8 };

// What rounding to tenths of a pixel may take away.
static const double slack = 0.25;

typedef struct Rect {
    double x, y, width, height;
} Rect;

static uint32_t next(uint64_t *state, uint32_t below) {
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((*state >> 33) % below);
}

static Layout new_layout(Arena *a, uint32_t nodes, uint32_t edges, uint32_t groups) {
    Layout l = {.node_count = nodes, .edge_count = edges, .group_count = groups};
    l.nodes = arena_array(a, LayoutNode, nodes);
    l.edges = arena_array(a, LayoutEdge, edges);
    l.groups = arena_array(a, LayoutGroup, groups);
    for (uint32_t i = 0; i < nodes; i++) {
        l.nodes[i] = (LayoutNode){.width = 150, .height = 48, .group = -1};
    }
    for (uint32_t i = 0; i < groups; i++) {
        l.groups[i] = (LayoutGroup){.parent = -1, .title_width = 60, .title_height = 18};
    }
    return l;
}

// Groups in groups, empty groups, loops, parallels, cycles, labels, parts without connection: by
// chance.
static Layout made_up(Arena *a, uint64_t seed) {
    uint64_t state = seed * 77 + 5;
    uint32_t nodes = 1 + next(&state, MOST_NODES), groups = next(&state, MOST_GROUPS);
    uint32_t edges = next(&state, 2) ? next(&state, nodes * 2 + 1) : next(&state, nodes / 2 + 1);
    Layout l = new_layout(a, nodes, edges, groups);
    for (uint32_t i = 0; i < groups; i++) {
        l.groups[i].parent = i && next(&state, 2) ? (int32_t)next(&state, i) : -1;
        l.groups[i].title_width = next(&state, 4000) / 10.0;
    }
    for (uint32_t i = 0; i < nodes; i++) {
        l.nodes[i].width = 40 + next(&state, 2000) / 13.0;
        l.nodes[i].height = 20 + next(&state, 600) / 7.0;
        l.nodes[i].group = groups && next(&state, 3) ? (int32_t)next(&state, groups) : -1;
    }
    for (uint32_t i = 0; i < edges; i++) {
        l.edges[i].from = next(&state, nodes);
        l.edges[i].to = next(&state, nodes);
        if (next(&state, 2)) {
            l.edges[i].label_width = 10 + next(&state, 900) / 11.0;
            l.edges[i].label_height = 10 + next(&state, 60) / 11.0;
        }
    }
    return l;
}

// ---- Properties ---------------------------------------------------------------------------------

static Rect node_rect(const LayoutNode *n) {
    return (Rect){n->x, n->y, n->width, n->height};
}

static Rect label_rect(const LayoutEdge *e) {
    return (Rect){e->label.x, e->label.y, e->label_width, e->label_height};
}

static Rect group_rect(const LayoutGroup *g) {
    return (Rect){g->x, g->y, g->width, g->height};
}

static bool apart(Rect a, Rect b) {
    return a.x + a.width <= b.x + slack || b.x + b.width <= a.x + slack ||
           a.y + a.height <= b.y + slack || b.y + b.height <= a.y + slack;
}

static bool inside(Rect a, Rect outer) {
    return a.x >= outer.x - slack && a.y >= outer.y - slack &&
           a.x + a.width <= outer.x + outer.width + slack &&
           a.y + a.height <= outer.y + outer.height + slack;
}

static bool in_group(const Layout *l, int32_t group, uint32_t outer) {
    while (group >= 0 && group != (int32_t)outer) {
        group = l->groups[group].parent;
    }
    return group >= 0;
}

static void check_boxes(const Layout *l) {
    Rect page = {0, 0, l->width, l->height};
    for (uint32_t i = 0; i < l->node_count; i++) {
        Rect a = node_rect(&l->nodes[i]);
        assert_true(inside(a, page));
        for (uint32_t k = i + 1; k < l->node_count; k++) {
            assert_true(apart(a, node_rect(&l->nodes[k])));
        }
    }
}

static void check_labels(const Layout *l) {
    Rect page = {0, 0, l->width, l->height};
    for (uint32_t i = 0; i < l->edge_count; i++) {
        Rect a = label_rect(&l->edges[i]);
        if (a.width <= 0) {
            continue;
        }
        assert_true(inside(a, page));
        for (uint32_t k = 0; k < l->node_count; k++) {
            assert_true(apart(a, node_rect(&l->nodes[k])));
        }
        for (uint32_t k = i + 1; k < l->edge_count; k++) {
            assert_true(l->edges[k].label_width <= 0 || apart(a, label_rect(&l->edges[k])));
        }
    }
}

static void check_groups(const Layout *l) {
    Rect page = {0, 0, l->width, l->height};
    for (uint32_t g = 0; g < l->group_count; g++) {
        Rect a = group_rect(&l->groups[g]);
        assert_true(inside(a, page));
        assert_true(a.width >= l->groups[g].title_width - slack);
        assert_true(a.height >= l->groups[g].title_height - slack);
        for (uint32_t n = 0; n < l->node_count; n++) {
            Rect box = node_rect(&l->nodes[n]);
            assert_true(in_group(l, l->nodes[n].group, g) ? inside(box, a) : apart(box, a));
            // The title's strip along the upper border is kept free.
            Rect strip = {a.x, a.y, a.width, l->groups[g].title_height};
            assert_true(apart(box, strip));
        }
        for (uint32_t k = g + 1; k < l->group_count; k++) {
            Rect b = group_rect(&l->groups[k]);
            assert_true(in_group(l, (int32_t)k, g) ? inside(b, a) : apart(a, b));
        }
    }
}

static bool on_border(LayoutPoint p, const LayoutNode *n) {
    bool within_x = p.x >= n->x - slack && p.x <= n->x + n->width + slack;
    bool within_y = p.y >= n->y - slack && p.y <= n->y + n->height + slack;
    bool on_x = fabs(p.x - n->x) <= slack || fabs(p.x - n->x - n->width) <= slack;
    bool on_y = fabs(p.y - n->y) <= slack || fabs(p.y - n->y - n->height) <= slack;
    return within_x && within_y && (on_x || on_y);
}

static void check_curves(const Layout *l) {
    for (uint32_t i = 0; i < l->edge_count; i++) {
        const LayoutEdge *e = &l->edges[i];
        assert_true(e->count >= 4 && (e->count - 1) % 3 == 0);
        assert_true(on_border(e->points[0], &l->nodes[e->from]));
        assert_true(on_border(e->points[e->count - 1], &l->nodes[e->to]));
        for (uint32_t k = 0; k < e->count; k++) {
            LayoutPoint p = e->points[k];
            assert_true(isfinite(p.x) && isfinite(p.y));
            assert_true(p.x >= 0 && p.x <= l->width && p.y >= 0 && p.y <= l->height);
        }
        // Parallels are told apart.
        for (uint32_t k = i + 1; k < l->edge_count; k++) {
            const LayoutEdge *f = &l->edges[k];
            assert_true(e->from != f->from || e->to != f->to || e->count != f->count ||
                        memcmp(e->points, f->points, sizeof *e->points * e->count) != 0);
        }
    }
}

static void check_all(const Layout *l) {
    assert_true(isfinite(l->width) && isfinite(l->height) && l->width > 0 && l->height > 0);
    check_boxes(l);
    check_labels(l);
    check_groups(l);
    check_curves(l);
}

// ---- Tests --------------------------------------------------------------------------------------

static void test_made_up(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        Arena a;
        arena_init(&a);
        Layout l = made_up(&a, seed);
        layout_run(&a, &l);
        check_all(&l);
        arena_release(&a);
    }
}

static void test_same_again(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        Arena a;
        arena_init(&a);
        Layout l = made_up(&a, seed), m = made_up(&a, seed);
        layout_run(&a, &l);
        arena_alloc(&a, 1000);
        layout_run(&a, &m);
        assert_memory_equal(l.nodes, m.nodes, sizeof *l.nodes * l.node_count);
        assert_memory_equal(l.groups, m.groups, sizeof *l.groups * l.group_count);
        for (uint32_t i = 0; i < l.edge_count; i++) {
            assert_int_equal(l.edges[i].count, m.edges[i].count);
            assert_memory_equal(l.edges[i].points, m.edges[i].points,
                                sizeof *l.edges[i].points * l.edges[i].count);
        }
        arena_release(&a);
    }
}

static void test_nothing(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Layout l = {0};
    layout_run(&a, &l);
    assert_true(l.width > 0 && l.height > 0);
    arena_release(&a);
}

static void test_edges_run_rightwards(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Layout l = new_layout(&a, 4, 4, 0); // 0 → 1, 0 → 2, 1 → 3, 2 → 3
    for (uint32_t i = 0; i < 4; i++) {
        l.edges[i].from = i < 2 ? 0 : i - 1;
        l.edges[i].to = i < 2 ? i + 1 : 3;
    }
    layout_run(&a, &l);
    check_all(&l);
    assert_true(l.nodes[0].x + l.nodes[0].width < l.nodes[1].x);
    assert_true(l.nodes[1].x + l.nodes[1].width < l.nodes[3].x);
    assert_true(l.nodes[1].x == l.nodes[2].x);
    assert_true(l.nodes[0].y == l.nodes[3].y);
    arena_release(&a);
}

static void test_many_lone_boxes_are_a_grid(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Layout l = new_layout(&a, 300, 0, 0);
    layout_run(&a, &l);
    assert_true(l.width < 2.5 * l.height && l.height < 2.5 * l.width);
    arena_release(&a);
}

static void test_a_fan_is_no_tower(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Layout l = new_layout(&a, 301, 300, 0);
    for (uint32_t i = 0; i < 300; i++) {
        l.edges[i].to = i + 1;
    }
    layout_run(&a, &l);
    check_boxes(&l);
    assert_true(l.height < 300 * 48);
    arena_release(&a);
}

// Fifty groups of six that lead to three boxes they share; below each other they would be 20,000
// high.
static void test_groups_are_no_tower(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Layout l = new_layout(&a, 303, 300, 50);
    for (uint32_t i = 0; i < 300; i++) {
        l.nodes[i].group = (int32_t)(i / 6);
        l.edges[i].from = i % 6 ? i / 6 * 6 : i + 5;
        l.edges[i].to = i % 6 ? i : 300 + i / 6 % 3;
    }
    layout_run(&a, &l);
    check_all(&l);
    assert_true(l.height < 12000);
    arena_release(&a);
}

// Sizes that make no sense, groups that do not exist, groups in groups without end.
static void test_nonsense(void **state) {
    (void)state;
    static const double sizes[] = {0, -1, 1e300, INFINITY, -INFINITY, NAN};
    Arena a;
    arena_init(&a);
    Layout l = new_layout(&a, 6, 6, 200);
    for (uint32_t i = 0; i < 6; i++) {
        l.nodes[i].width = l.edges[i].label_width = l.groups[i].title_width = sizes[i];
        l.nodes[i].height = l.edges[i].label_height = l.groups[i].title_height = sizes[5 - i];
        l.nodes[i].group = i == 0 ? 99999 : 199;
        l.edges[i].from = i;
        l.edges[i].to = (i * 3 + 1) % 6;
    }
    for (uint32_t i = 0; i < 200; i++) {
        l.groups[i].parent = (int32_t)i - 1;
    }
    layout_run(&a, &l);
    for (uint32_t i = 0; i < 6; i++) {
        assert_true(isfinite(l.nodes[i].x) && isfinite(l.nodes[i].y));
        assert_true(isfinite(l.edges[i].label.x) && isfinite(l.edges[i].points[0].x));
    }
    assert_true(isfinite(l.width) && isfinite(l.height));
    arena_release(&a);
}

// A graph on which work that is not bounded would not end.
static void test_large(void **state) {
    (void)state;
    uint64_t numbers = 1;
    Arena a;
    arena_init(&a);
    Layout l = new_layout(&a, 2000, 3000, 40);
    for (uint32_t i = 0; i < 2000; i++) {
        l.nodes[i].group = i % 3 ? (int32_t)(i / 50) : -1;
    }
    for (uint32_t i = 0; i < 3000; i++) {
        l.edges[i].from = next(&numbers, 2000);
        l.edges[i].to =
            i % 4 ? (l.edges[i].from + 1 + next(&numbers, 40)) % 2000 : next(&numbers, 2000);
    }
    layout_run(&a, &l);
    check_boxes(&l);
    check_groups(&l);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_up),
        cmocka_unit_test(test_same_again),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_edges_run_rightwards),
        cmocka_unit_test(test_many_lone_boxes_are_a_grid),
        cmocka_unit_test(test_a_fan_is_no_tower),
        cmocka_unit_test(test_groups_are_no_tower),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
