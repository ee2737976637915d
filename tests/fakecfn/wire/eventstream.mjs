// Frames of application/vnd.amazon.eventstream: lengths, CRCs, string headers, payload.

import { crc32 } from 'node:zlib';

export function frame(headers, payload) {
    const rows = Object.entries(headers).map(([name, value]) => {
        const text = Buffer.from(String(value));
        const head = Buffer.alloc(1 + name.length + 3);
        head.writeUInt8(name.length, 0);
        head.write(name, 1, 'latin1');
        head.writeUInt8(7, 1 + name.length);
        head.writeUInt16BE(text.length, 2 + name.length);
        return Buffer.concat([head, text]);
    });
    const headerBytes = Buffer.concat(rows);
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    const prelude = Buffer.alloc(12);
    prelude.writeUInt32BE(16 + headerBytes.length + body.length, 0);
    prelude.writeUInt32BE(headerBytes.length, 4);
    prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
    const whole = Buffer.concat([prelude, headerBytes, body]);
    const end = Buffer.alloc(4);
    end.writeUInt32BE(crc32(whole));
    return Buffer.concat([whole, end]);
}

export const event = (type, payload, contentType = 'application/json') =>
    frame({ ':event-type': type, ':content-type': contentType, ':message-type': 'event' }, payload);

export const exception = (type, message) =>
    frame({ ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }, { message });
