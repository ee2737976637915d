// Frames of application/vnd.amazon.eventstream, as SageMaker's and Bedrock's runtimes send them.
//
// Input: a type and a payload. Output: one frame, appended:
//
//     u32 length of all of it    u32 length of the headers    u32 CRC of these 8 bytes
//     headers                    payload                      u32 CRC of all before
//
// Numbers are big endian. A header is `u8 length, name, u8 type, value`; ours are strings (7: u16
// length, bytes). Invariant: what is appended is one whole frame, whatever the payload holds.

#include "adapters/run/eventstream.h"

#include <string.h>

enum { PRELUDE_SIZE = 8, CRC_SIZE = 4, TYPE_STRING = 7 };

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
