#pragma once
// Frames of application/vnd.amazon.eventstream. Private to adapters/run.

#include "base/base.h"

uint32_t eventstream_crc(uint32_t crc, Str bytes); // CRC-32 of IEEE; begin with 0

// `{":message-type": "event", ":event-type": type, ":content-type": content_type}` and a payload.
void eventstream_event(Buf *b, const char *type, const char *content_type, Str payload);
// An exception ends the stream; the payload is its JSON.
void eventstream_exception(Buf *b, const char *type, Str payload);
