#pragma once
// Frames of application/vnd.amazon.eventstream, written and read. Private to adapters/.

#include "base/base.h"

uint32_t eventstream_crc(uint32_t crc, Str bytes); // CRC-32 of IEEE; begin with 0

// `{":message-type": "event", ":event-type": type, ":content-type": content_type}` and a payload.
void eventstream_event(Buf *b, const char *type, const char *content_type, Str payload);
// An exception ends the stream; the payload is its JSON.
void eventstream_exception(Buf *b, const char *type, Str payload);

// ---- Reading ------------------------------------------------------------------------------------

enum { EVENTSTREAM_FRAME_MAX = 17 << 20 }; // 16 MB of payload, and what is around it

typedef struct EventFrame {
    Str message; // "event", "exception" or "error"
    Str type;    // of the event or exception; the code of an error
    Str content_type;
    Str error; // what an error says
    Str payload;
} EventFrame;

typedef enum EventStep {
    EVENT_MORE,   // the next frame is not there whole
    EVENT_FRAME,  // *out is one; good until the next feed
    EVENT_BROKEN, // what comes is no event stream; it stays so
} EventStep;

typedef struct EventReader {
    Buf have;
    uint32_t at; // what is before has been read
    bool broken;
} EventReader;

EventReader eventreader_new(Arena *a);
void eventreader_feed(EventReader *r, Str bytes);
EventStep eventreader_next(EventReader *r, EventFrame *out);
// True where the stream may end: between two frames.
bool eventreader_done(const EventReader *r);
