// The header of a frame and the order of frames: see frames.h.
// Invariant: what frame_read accepts, frame_write writes the same way.

#include "runtime/bootstrap/frames.h"

// The longest payloads that are taken. A result that is too long for Lambda is still read to its
// end, to be answered by an error with its size.
enum {
    JSON_MAX = 8 * 1024 * 1024,
    CONTENT_TYPE_MAX = 1024,
    TAKE_MAX = 33 * 1024 * 1024 // an event in chunks, and what lies between them
};

static bool size_fits(FrameType type, uint32_t size) {
    switch (type) {
    case FRAME_READY:
    case FRAME_ABLE:
    case FRAME_STREAM_END:
        return size == 0;
    case FRAME_INIT_ERROR:
    case FRAME_ERROR:
    case FRAME_STREAM_ERROR:
        return size <= JSON_MAX;
    case FRAME_STREAM_START:
        return size <= CONTENT_TYPE_MAX;
    case FRAME_RESULT:
    case FRAME_STREAM_DATA:
        return true;
    case FRAME_TAKE:
        return size > 0 && size <= TAKE_MAX;
    case FRAME_INVOKE:
    case FRAME_LEND:
        break;
    }
    return false;
}

bool frame_read(const uint8_t header[FRAME_HEADER], Frame *out) {
    if (header[4] < FRAME_READY || header[4] > FRAME_ABLE || header[5] || header[6] || header[7]) {
        return false;
    }
    out->type = (FrameType)header[4];
    out->size = (uint32_t)header[0] | (uint32_t)header[1] << 8 | (uint32_t)header[2] << 16 |
                (uint32_t)header[3] << 24;
    return size_fits(out->type, out->size);
}

void frame_write(uint8_t header[FRAME_HEADER], FrameType type, uint32_t size) {
    for (unsigned i = 0; i < 4; i++) {
        header[i] = (uint8_t)(size >> 8 * i);
    }
    header[4] = (uint8_t)type;
    header[5] = header[6] = header[7] = 0;
}

bool frame_follows(FrameTalk *talk, const Frame *frame) {
    static const struct {
        FrameTalk from;
        FrameType type;
        FrameTalk to;
    } moves[] = {
        {TALK_LOADING, FRAME_READY, TALK_IDLE},
        {TALK_LOADING, FRAME_ABLE, TALK_IDLE},
        {TALK_LOADING, FRAME_INIT_ERROR, TALK_OVER},
        {TALK_INVOKED, FRAME_RESULT, TALK_IDLE},
        {TALK_INVOKED, FRAME_ERROR, TALK_IDLE},
        {TALK_INVOKED, FRAME_STREAM_START, TALK_STREAMING},
        {TALK_STREAMING, FRAME_STREAM_DATA, TALK_STREAMING},
        {TALK_STREAMING, FRAME_STREAM_END, TALK_IDLE},
        {TALK_STREAMING, FRAME_STREAM_ERROR, TALK_IDLE},
        {TALK_LENT, FRAME_TAKE, TALK_IDLE},
    };
    for (unsigned i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].from == *talk && moves[i].type == frame->type) {
            *talk = moves[i].to;
            return true;
        }
    }
    return false;
}
