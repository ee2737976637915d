// Any bytes as an event stream: cut into pieces anywhere it gives the same frames, what is given
// lies in what came, and what is broken stays so. And any bytes as a payload: what is written is
// read.

#include "adapters/shared/eventstream.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Read {
    uint32_t frames, sum;
    bool broken, done;
} Read;

static uint32_t mix(uint32_t sum, Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        sum = sum * 31 + (unsigned char)s.p[i];
    return sum * 31 + s.n;
}

static Read read_in(Arena *a, Str all, uint32_t step) {
    Read r = {0, 1, false, false};
    EventReader reader = eventreader_new(a);
    for (uint32_t at = 0; at < all.n; at += step) {
        EventFrame f;
        EventStep last;
        eventreader_feed(&reader, str_slice(all, at, at + step));
        while ((last = eventreader_next(&reader, &f)) == EVENT_FRAME) {
            if (r.broken)
                BUG("a frame behind what is broken");
            r.frames++;
            r.sum = mix(mix(mix(r.sum, f.message), f.type), f.payload);
        }
        r.broken = r.broken || last == EVENT_BROKEN;
    }
    r.done = eventreader_done(&reader);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint32_t steps[] = {1, 3, 16, 61};
    Arena a;
    EventFrame f;
    arena_init(&a);
    Str all = {(const char *)data, (uint32_t)size};
    Read whole = read_in(&a, all, all.n ? all.n : 1);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        Read cut = read_in(&a, all, steps[i]);
        if (cut.frames != whole.frames || cut.sum != whole.sum || cut.broken != whole.broken ||
            cut.done != whole.done)
            BUG("reads differently in pieces of %u", (unsigned)steps[i]);
    }
    Buf b = buf_new(&a);
    eventstream_event(&b, "PayloadChunk", "text/plain", all);
    EventReader reader = eventreader_new(&a);
    eventreader_feed(&reader, buf_str(&b));
    if (eventreader_next(&reader, &f) != EVENT_FRAME || !str_eq(f.payload, all) ||
        !str_is(f.type, "PayloadChunk") || !eventreader_done(&reader))
        BUG("not what was written");
    arena_release(&a);
    return 0;
}
