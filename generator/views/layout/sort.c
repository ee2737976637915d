// A stable sort of keys: insertion for short runs, merging above.

#include "generator/views/layout/draft.h"

#include <string.h>

enum { RUN = 12 }; // shorter runs are inserted: columns are short and nearly in order

static void insert_sort(DraftKey *keys, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        DraftKey k = keys[i];
        uint32_t j = i;
        for (; j > 0 && keys[j - 1].key > k.key; j--) {
            keys[j] = keys[j - 1];
        }
        keys[j] = k;
    }
}

static void merge(const DraftKey *from, DraftKey *to, uint32_t lo, uint32_t mid, uint32_t hi) {
    uint32_t i = lo, j = mid;
    for (uint32_t k = lo; k < hi; k++) {
        // Of equal keys the earlier one first.
        bool left = i < mid && (j == hi || from[i].key <= from[j].key);
        to[k] = left ? from[i++] : from[j++];
    }
}

void draft_sort(DraftKey *keys, DraftKey *scratch, uint32_t count) {
    for (uint32_t lo = 0; lo < count; lo += RUN) {
        insert_sort(keys + lo, count - lo < RUN ? count - lo : RUN);
    }
    DraftKey *from = keys, *to = scratch;
    for (uint32_t run = RUN; run < count; run *= 2) {
        for (uint32_t lo = 0; lo < count; lo += 2 * run) {
            uint32_t mid = count - lo < run ? count : lo + run;
            uint32_t hi = count - lo < 2 * run ? count : lo + 2 * run;
            merge(from, to, lo, mid, hi);
        }
        DraftKey *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) {
        memcpy(keys, from, sizeof *keys * count);
    }
}
