// Our drawings of the kinds: strokes of one width in a square of 24, on a tile of the kind's
// colour.
//
// Input: a kind's name. Output: its row. Invariant: white on the tile has a contrast of 4.5 or
// more, so the tiles serve light and dark pictures alike.
#include "generator/views/icons.h"

static const Icon icons[] = {
    {"Bucket", "#15803d",
     "M5.2 7.5 7 18.2c.1.6.6 1 1.2 1h7.6c.6 0 1.1-.4 1.2-1l1.8-10.7"
     "M5 7.2c0-1.3 3.1-2.4 7-2.4s7 1.1 7 2.4-3.1 2.4-7 2.4-7-1.1-7-2.4z"},
    {"Function", "#c2410c", "M7.5 5h1.4c1 0 1.7.5 2.1 1.5L15.8 18c.3.7.8 1 1.5 1h.5M11.6 9.8 7 19"},
    {"KVStore", "#2563eb", "M4.8 6h14.4v12.2H4.8zM4.8 10.1h14.4M4.8 14.1h14.4M10 6v12.2"},
    {"Queue", "#be185d", "M3.6 8h4.2v8H3.6zM10 8h4.2v8H10zM16.6 12h4M18.4 9.6l2.4 2.4-2.4 2.4"},
    {"ReactApp", "#0e7490",
     "M4 5.2h16v13.6H4zM4 8.8h16M10 11.4l-2.2 2.2 2.2 2.2M14 11.4l2.2 2.2-2.2 2.2"},
    {"Router", "#0f766e",
     "M12 4v1.2M12 10.4v1.4M12 17v3.2M6 5.2h10.6l2.4 2.6-2.4 2.6H6zM18 11.8H7.4L5 14.4 7.4 17H18z"},
    {"SageMaker", "#7c3aed",
     "M7 7h10v10H7zM10 4v3M14 4v3M10 17v3M14 17v3M4 10h3M4 14h3M17 10h3M17 14h3"
     "M12 9.7c.3 1.5.8 2 2.3 2.3-1.5.3-2 .8-2.3 2.3-.3-1.5-.8-2-2.3-2.3 1.5-.3 2-.8 2.3-2.3z"},
    {"Schedule", "#a16207", "M12 4.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6zM12 7.8V12l3 2"},
    {"Secret", "#52525b",
     "M8.4 12a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zM11.2 13 19 5.2M16.2 8l2.6 2.6M13.6 10.6l1.7 "
     "1.7"},
    {"Tester", "#4d7c0f", "M5 4.8h14v14.4H5zM8.4 12.2l2.6 2.6 4.8-5.4"},
    {"Website", "#0369a1", "M4 5.2h16v13.6H4zM4 9h16M6.6 7.1h.1M9.2 7.1h.1"},
    {NULL, "#475569", "M12 4.2 19 8v8l-7 3.8L5 16V8zM5 8l7 3.8L19 8M12 11.8v8"},
};

const char icon_globe[] =
    "M7 1.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 7 1.2zM1.2 7h11.6M7 1.2c3.2 3.2 3.2 8.4 0 11.6M7 "
    "1.2c-3.2 3.2-3.2 8.4 0 11.6";

const Icon *icon_of(Str kind) {
    const Icon *i = icons;
    while (i->kind && !str_is(kind, i->kind))
        i++;
    return i;
}
