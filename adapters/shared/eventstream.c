// Frames of application/vnd.amazon.eventstream, as SageMaker's runtime, Lambda and CloudWatch Logs
// send them.
//
// Written: a type and a payload become one frame. Read: bytes, cut anywhere, become frames.
//
//     u32 length of all of it    u32 length of the headers    u32 CRC of these 8 bytes
//     headers                    payload                      u32 CRC of all before
//
// Numbers are big endian. A header is `u8 length, name, u8 type, value`; ours are strings (7: u16
// length, bytes). Invariant: what is appended is one whole frame, whatever the payload holds; what
// is read has passed both checksums.

#include "adapters/shared/eventstream.h"

#include <string.h>

enum {
    PRELUDE_SIZE = 8,
    CRC_SIZE = 4,
    TYPE_STRING = 7,
    FRAME_MIN = PRELUDE_SIZE + CRC_SIZE + CRC_SIZE
};

uint32_t eventstream_crc(uint32_t crc, Str bytes) {
    // Four bits at a time: 16 numbers are a table that can be read.
    static const uint32_t TABLE[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
        0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
        0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    crc = ~crc;
    for (uint32_t i = 0; i < bytes.n; i++) {
        crc ^= (unsigned char)bytes.p[i];
        crc = TABLE[crc & 15] ^ crc >> 4;
        crc = TABLE[crc & 15] ^ crc >> 4;
    }
    return ~crc;
}

static void put_u32(Buf *b, uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_putc(b, (char)(v >> shift & 0xFF));
}

static void put_header(Buf *b, const char *name, const char *value) {
    size_t name_size = strlen(name), size = strlen(value);
    buf_putc(b, (char)name_size);
    buf_puts(b, name);
    buf_putc(b, TYPE_STRING);
    buf_putc(b, (char)(size >> 8));
    buf_putc(b, (char)(size & 0xFF));
    buf_puts(b, value);
}

static void put_frame(Buf *b, Str headers, Str payload) {
    uint32_t start = b->n;
    put_u32(b, PRELUDE_SIZE + CRC_SIZE + headers.n + payload.n + CRC_SIZE);
    put_u32(b, headers.n);
    put_u32(b, eventstream_crc(0, str_slice(buf_str(b), start, b->n)));
    buf_put(b, headers);
    buf_put(b, payload);
    put_u32(b, eventstream_crc(0, str_slice(buf_str(b), start, b->n)));
}

void eventstream_event(Buf *b, const char *type, const char *content_type, Str payload) {
    Buf headers = buf_new(b->arena);
    put_header(&headers, ":message-type", "event");
    put_header(&headers, ":event-type", type);
    put_header(&headers, ":content-type", content_type);
    put_frame(b, buf_str(&headers), payload);
}

void eventstream_exception(Buf *b, const char *type, Str payload) {
    Buf headers = buf_new(b->arena);
    put_header(&headers, ":message-type", "exception");
    put_header(&headers, ":exception-type", type);
    put_header(&headers, ":content-type", "application/json");
    put_frame(b, buf_str(&headers), payload);
}

// ---- Reading -----------------------------------------------------------------------------------

EventReader eventreader_new(Arena *a) {
    return (EventReader){.have = buf_new(a)};
}

void eventreader_feed(EventReader *r, Str bytes) {
    if (r->broken)
        return;
    if (r->at) {
        memmove(r->have.p, r->have.p + r->at, r->have.n - r->at);
        r->have.n -= r->at;
        r->at = 0;
    }
    buf_put(&r->have, bytes);
}

static uint32_t number_at(Str s, uint32_t at, uint32_t size) {
    uint32_t v = 0;
    for (uint32_t i = 0; i < size; i++)
        v = v << 8 | (unsigned char)s.p[at + i];
    return v;
}

// The size of a header's value; *from gets behind its length, where it has one.
static bool value_size(Str headers, uint32_t *from, unsigned type, uint32_t *size) {
    static const unsigned char fixed[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
    enum { TYPE_BYTES = 6 };
    if (type >= sizeof fixed)
        return false;
    *size = fixed[type];
    if (type == TYPE_BYTES || type == TYPE_STRING) {
        if (headers.n - *from < 2)
            return false;
        *size = number_at(headers, *from, 2);
        *from += 2;
    }
    return headers.n - *from >= *size;
}

static void keep_header(EventFrame *f, Str name, Str value) {
    if (str_is(name, ":message-type"))
        f->message = value;
    else if (str_is(name, ":event-type") || str_is(name, ":exception-type") ||
             str_is(name, ":error-code"))
        f->type = value;
    else if (str_is(name, ":content-type"))
        f->content_type = value;
    else if (str_is(name, ":error-message"))
        f->error = value;
}

static bool read_headers(Str headers, EventFrame *f) {
    for (uint32_t at = 0; at < headers.n;) {
        uint32_t name_size = (unsigned char)headers.p[at++], size = 0;
        if (name_size == 0 || headers.n - at < name_size + 1)
            return false;
        Str name = str_slice(headers, at, at + name_size);
        at += name_size;
        unsigned type = (unsigned char)headers.p[at++];
        if (!value_size(headers, &at, type, &size))
            return false;
        if (type == TYPE_STRING)
            keep_header(f, name, str_slice(headers, at, at + size));
        at += size;
    }
    return true;
}

static bool read_frame(Str frame, uint32_t headers_size, EventFrame *f) {
    uint32_t start = PRELUDE_SIZE + CRC_SIZE, end = frame.n - CRC_SIZE;
    *f = (EventFrame){STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    if (number_at(frame, end, CRC_SIZE) != eventstream_crc(0, str_slice(frame, 0, end)))
        return false;
    f->payload = str_slice(frame, start + headers_size, end);
    return read_headers(str_slice(frame, start, start + headers_size), f);
}

EventStep eventreader_next(EventReader *r, EventFrame *out) {
    Str rest = str_slice(buf_str(&r->have), r->at, r->have.n);
    if (r->broken)
        return EVENT_BROKEN;
    if (rest.n < PRELUDE_SIZE + CRC_SIZE)
        return EVENT_MORE;
    uint32_t size = number_at(rest, 0, 4), headers = number_at(rest, 4, 4);
    r->broken = number_at(rest, PRELUDE_SIZE, CRC_SIZE) !=
                    eventstream_crc(0, str_slice(rest, 0, PRELUDE_SIZE)) ||
                size < FRAME_MIN || size > EVENTSTREAM_FRAME_MAX || headers > size - FRAME_MIN;
    if (r->broken)
        return EVENT_BROKEN;
    if (rest.n < size)
        return EVENT_MORE;
    r->broken = !read_frame(str_slice(rest, 0, size), headers, out);
    r->at += r->broken ? 0 : size;
    return r->broken ? EVENT_BROKEN : EVENT_FRAME;
}

bool eventreader_done(const EventReader *r) {
    return !r->broken && r->at == r->have.n;
}
