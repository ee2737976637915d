#pragma once
// Frames between bootstrap and worker (runtime/README.md): the header's eight bytes, and which
// frame may come when. No input or output here.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER = 8 };

typedef enum FrameType {
    FRAME_READY = 1,
    FRAME_INIT_ERROR,
    FRAME_INVOKE,
    FRAME_RESULT,
    FRAME_ERROR,
    FRAME_STREAM_START,
    FRAME_STREAM_DATA,
    FRAME_STREAM_END,
    FRAME_STREAM_ERROR,
    FRAME_LEND,
    FRAME_TAKE,
    FRAME_ABLE
} FrameType;

// The first byte of a TAKE: how far the worker came with the connection that it gives back.
typedef enum FrameTake {
    TAKE_ASKED = 'n',  // it asked for the next invocation; what of the answer it read follows
    TAKE_HAS = 'h',    // it has an invocation, and answers it in frames
    TAKE_ALONE = 'r',  // likewise, but the connection has ended
    TAKE_POSTED = 'p', // it posted its answer; what of the API's word on that it read follows
    TAKE_BROKEN = 'q'  // likewise, but not all of the answer was sent
} FrameTake;

typedef struct Frame {
    uint32_t size;
    FrameType type;
} Frame;

// Where the conversation with a worker stands, as the bootstrap sees it.
typedef enum FrameTalk {
    TALK_LOADING,   // READY, ABLE or INIT_ERROR is to come
    TALK_IDLE,      // nothing may come
    TALK_INVOKED,   // RESULT, ERROR or STREAM_START is to come
    TALK_STREAMING, // STREAM_DATA, STREAM_END or STREAM_ERROR is to come
    TALK_LENT,      // TAKE may come
    TALK_OVER       // the worker could not load
} FrameTalk;

// False where the bytes are no header of a frame that the worker may send.
bool frame_read(const uint8_t header[FRAME_HEADER], Frame *out);
void frame_write(uint8_t header[FRAME_HEADER], FrameType type, uint32_t size);

// Moves the conversation on by a frame from the worker; false where it may not come now.
bool frame_follows(FrameTalk *talk, const Frame *frame);
