// The shape of a part, made by its layers: pieces that no edge connects are set beside each other
// rather than all below each other, and a column that would be far higher than the page is split
// into several.
//
// In: layers, each piece from 0. Out: layers from 0, edges still run to higher ones; layer_count.

#include "generator/views/layout/draft.h"

enum {
    SCREEN_WIDTH = 16,
    SCREEN_HEIGHT = 10,
    LINES_PER_BOX = 6, // as many lines as take the height of a box
    HIGHEST = 24000,   // a column up to this height is never split; two or three screens
    MOST_COLUMNS = 6,  // a column is split into no more than that
};

typedef struct Shape {
    Draft *d;
    const uint32_t *piece;
    uint32_t piece_count;
    struct Home *homes;   // per group, and one for all
    int32_t layers;       // no layer is above
    int64_t total, width; // all heights; a column's usual width
} Shape;

static int64_t height_of(const DraftNode *n) {
    return n->up + n->down + DRAFT_BOX_GAP;
}

// The whole square root, bit by bit: sqrt() would do, but everything here is whole numbers.
static int64_t root_of(int64_t v) {
    int64_t r = 0;
    for (int64_t bit = (int64_t)1 << 30; bit; bit >>= 1) {
        r += (r + bit) * (r + bit) <= v ? bit : 0;
    }
    return r;
}

static void measure(Shape *s) {
    Draft *d = s->d;
    for (uint32_t n = 0; n < d->box_count; n++) {
        s->total += height_of(&d->nodes[n]);
        s->width += d->nodes[n].width + DRAFT_LAYER_GAP;
    }
    s->width = s->width / (d->box_count ? d->box_count : 1) + 1;
}

// ---- Pieces side by side ------------------------------------------------------------------------

typedef struct Piece {
    int32_t span;          // layers
    int32_t home;          // the innermost group that holds all of it, or -1
    uint32_t first, count; // boxes, in a list of all
} Piece;

// What stands in a group so far, deeper groups included. The last home is that of all.
typedef struct Home {
    int64_t *heights; // per layer
    int32_t first, last;
    int64_t total; // heights of all that will stand here
} Home;

static int32_t common(const Draft *d, int32_t a, int32_t b) {
    while (a != b) {
        if (a > b) {
            a = d->groups[a].parent;
        } else {
            b = d->groups[b].parent;
        }
    }
    return a;
}

static int64_t highest(const int64_t *heights, int32_t from, int32_t span) {
    int64_t most = 0;
    for (int32_t l = from; l < from + span; l++) {
        most = heights[l] > most ? heights[l] : most;
    }
    return most;
}

static Home *home_of(const Shape *s, int32_t group) {
    return &s->homes[group < 0 ? s->d->group_count : (uint32_t)group];
}

// How many columns bring so much into the shape of a screen.
static int32_t columns_for(const Shape *s, int64_t total) {
    int64_t columns = root_of(total * SCREEN_WIDTH / SCREEN_HEIGHT / s->width);
    return columns < 1 ? 1 : (int32_t)columns;
}

// Where it adds least to the height of its group, within the columns that the group has or may
// have.
static void set_piece(Shape *s, const Piece *p, const uint32_t *boxes) {
    Draft *d = s->d;
    Home *home = home_of(s, p->home);
    int32_t first = home->last < 0 ? 0 : home->first;
    int32_t columns = columns_for(s, home->total), best = first;
    columns = home->last - first + 1 > columns ? home->last - first + 1 : columns;
    columns = columns > s->layers - first ? s->layers - first : columns;
    for (int32_t at = first + 1; at + p->span <= first + columns; at++) {
        if (highest(home->heights, at, p->span) < highest(home->heights, best, p->span)) {
            best = at;
        }
    }
    for (uint32_t i = 0; i < p->count; i++) {
        DraftNode *n = &d->nodes[boxes[p->first + i]];
        n->layer += best;
        for (int32_t g = n->group;; g = d->groups[g].parent) {
            Home *h = home_of(s, g);
            h->heights[n->layer] += height_of(n);
            h->first = h->last < 0 || n->layer < h->first ? n->layer : h->first;
            h->last = n->layer > h->last ? n->layer : h->last;
            if (g < 0) {
                break;
            }
        }
    }
}

static void make_homes(Shape *s, int32_t longest) {
    Draft *d = s->d;
    s->layers = longest + columns_for(s, s->total);
    s->homes = arena_array(d->arena, Home, d->group_count + 1);
    for (uint32_t g = 0; g < d->group_count + 1; g++) {
        s->homes[g].heights = arena_array(d->arena, int64_t, s->layers);
        s->homes[g].last = -1;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        home_of(s, d->nodes[n].group)->total += height_of(&d->nodes[n]);
    }
    for (uint32_t g = d->group_count; g-- > 0;) {
        home_of(s, d->groups[g].parent)->total += s->homes[g].total;
    }
}

static int32_t measure_pieces(Shape *s, Piece *pieces, uint32_t *boxes) {
    Draft *d = s->d;
    int32_t longest = 0;
    for (uint32_t n = 0; n < d->box_count; n++) {
        const DraftNode *node = &d->nodes[n];
        Piece *p = &pieces[s->piece[n]];
        p->home = p->count++ ? common(d, p->home, node->group) : node->group;
        p->span = node->layer + 1 > p->span ? node->layer + 1 : p->span;
        longest = p->span > longest ? p->span : longest;
    }
    for (uint32_t i = 0; i < s->piece_count; i++) {
        pieces[i].first = i ? pieces[i - 1].first + pieces[i - 1].count : 0;
    }
    for (uint32_t i = 0; i < s->piece_count; i++) {
        pieces[i].count = 0;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        Piece *p = &pieces[s->piece[n]];
        boxes[p->first + p->count++] = n;
    }
    return longest;
}

static void set_pieces(Shape *s) {
    Draft *d = s->d;
    Piece *pieces = arena_array(d->arena, Piece, s->piece_count);
    uint32_t *boxes = arena_array(d->arena, uint32_t, d->box_count);
    make_homes(s, measure_pieces(s, pieces, boxes));
    // Pieces with edges first, because they are longer than one column.
    for (int lone = 0; lone < 2; lone++) { // single boxes fill what the others leave
        for (uint32_t i = 0; i < s->piece_count; i++) {
            if ((pieces[i].count == 1) == lone) {
                set_piece(s, &pieces[i], boxes);
            }
        }
    }
}

// ---- High columns -------------------------------------------------------------------------------

// Into how many columns: lines to and from the outer ones pass the inner ones and need room there.
static int32_t parts_of(int64_t height, int64_t page) {
    int32_t parts = 1;
    while (parts < MOST_COLUMNS &&
           height / parts * (LINES_PER_BOX + parts - 1) / LINES_PER_BOX > page) {
        parts++;
    }
    return parts;
}

// What a box counts for. One that a single edge leads to is easily set aside; moving others bends
// lines on both sides, so it takes more of them.
static int64_t *count_heights(const Draft *d) {
    int64_t *heights = arena_array(d->arena, int64_t, d->box_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        heights[d->edges[e].from]++;
        heights[d->edges[e].to]++;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        heights[n] = height_of(&d->nodes[n]) / (heights[n] > 1 ? 3 : 1);
    }
    return heights;
}

// Boxes of one group in one layer follow each other in `keys`.
static uint32_t run_of(const DraftKey *keys, uint32_t from, uint32_t count) {
    uint32_t end = from;
    while (end < count && keys[end].key == keys[from].key) {
        end++;
    }
    return end;
}

static void split_columns(Shape *s) {
    Draft *d = s->d;
    DraftKey *keys = arena_array(d->arena, DraftKey, d->box_count);
    DraftKey *scratch = arena_array(d->arena, DraftKey, d->box_count);
    int32_t *at = arena_array(d->arena, int32_t, s->layers + 1);
    int64_t *heights = count_heights(d);
    // A page of that area in the shape of a screen; columns may be twice as high.
    int64_t page = root_of(s->total * s->width / SCREEN_WIDTH * SCREEN_HEIGHT) * 2;
    page = page < HIGHEST ? HIGHEST : page;
    for (uint32_t n = 0; n < d->box_count; n++) {
        int64_t key = (int64_t)d->nodes[n].layer * (d->group_count + 1) + d->nodes[n].group + 1;
        keys[n] = (DraftKey){.key = key, .id = n};
    }
    draft_sort(keys, scratch, d->box_count);
    for (uint32_t i = 0, end; i < d->box_count; i = end) {
        int64_t height = 0;
        int32_t *more = &at[d->nodes[keys[i].id].layer + 1];
        end = run_of(keys, i, d->box_count);
        for (uint32_t k = i; k < end; k++) {
            height += heights[keys[k].id];
        }
        uint32_t parts = (uint32_t)parts_of(height, page);
        for (uint32_t k = i; k < end; k++) {
            keys[k].extra = (k - i) % parts; // in turn, so that lines pass between any two boxes
        }
        *more = (int32_t)parts - 1 > *more ? (int32_t)parts - 1 : *more;
    }
    for (int32_t l = 1; l <= s->layers; l++) {
        at[l] += at[l - 1];
    }
    for (uint32_t i = 0; i < d->box_count; i++) {
        DraftNode *n = &d->nodes[keys[i].id];
        n->layer += at[n->layer] + (int32_t)keys[i].extra;
    }
}

static void count_layers(Draft *d) {
    for (uint32_t n = 0; n < d->box_count; n++) {
        uint32_t above = (uint32_t)d->nodes[n].layer + 1;
        d->layer_count = above > d->layer_count ? above : d->layer_count;
    }
}

void shape_run(Draft *d, const uint32_t *piece, uint32_t piece_count) {
    Shape s = {.d = d, .piece = piece, .piece_count = piece_count};
    measure(&s);
    set_pieces(&s);
    split_columns(&s);
    count_layers(d);
    bands_run(d, s.width, (int32_t)d->layer_count);
    count_layers(d);
}
