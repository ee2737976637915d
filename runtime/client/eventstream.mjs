// Answers of AWS that come as a stream of messages (application/vnd.amazon.eventstream).
//
// Input: the bytes as they come, in any pieces. Output: messages of headers and a payload.
// Invariant: what is given has been checked: lengths, both checksums, every header's type and end. A stream that
// ends inside of a message is an error.

import { ConnectionError } from './errors.mjs';

const HEAD = 12; // length of the message, length of its headers, checksum of both
const TAIL = 4; // checksum of all before
const MESSAGE_MAX = 24 << 20;
const HEADERS_MAX = 128 << 10;

const bad = (why) => new ConnectionError(`the stream of the answer is damaged: ${why}`, { code: 'DamagedStream', sent: true });

const FIXED = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 }; // bytes of a value, by its type
const BYTES = 6, TEXT = 7;

function readHeaders(bytes) {
  const headers = Object.create(null);
  for (let at = 0; at < bytes.length; ) {
    const name = bytes.toString('utf8', at + 1, at + 1 + bytes[at]);
    at += 1 + bytes[at];
    const type = bytes[at++];
    if (type === BYTES || type === TEXT) {
      if (at + 2 > bytes.length) throw bad('a header has no end');
      const end = at + 2 + bytes.readUInt16BE(at);
      if (end > bytes.length) throw bad('a header has no end');
      if (type === TEXT) headers[name] = bytes.toString('utf8', at + 2, end);
      at = end;
    } else {
      if (FIXED[type] === undefined) throw bad(`a header of the unknown type ${type}`);
      at += FIXED[type];
      if (at > bytes.length) throw bad('a header has no end');
    }
  }
  return headers;
}

// The message at the front of `bytes`, or null where more must come.
function readMessage(bytes, crc32) {
  if (bytes.length < HEAD) return null;
  const total = bytes.readUInt32BE(0), headers = bytes.readUInt32BE(4);
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw bad('the checksum of a length is wrong');
  if (total > MESSAGE_MAX || headers > HEADERS_MAX || total < HEAD + headers + TAIL) throw bad('a length cannot be');
  if (bytes.length < total) return null;
  const end = total - TAIL;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) throw bad('a checksum is wrong');
  return {
    total,
    headers: readHeaders(bytes.subarray(HEAD, HEAD + headers)),
    payload: bytes.subarray(HEAD + headers, end),
  };
}

/** The messages of an iterable of bytes. */
export async function* messages(source) {
  const { crc32 } = process.getBuiltinModule('node:zlib');
  let waiting = [], size = 0, wanted = HEAD;
  for await (const piece of source) {
    waiting.push(piece);
    size += piece.length;
    if (size < wanted) continue; // a long message is put together once
    let bytes = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting, size);
    for (let message; (message = readMessage(bytes, crc32)); bytes = bytes.subarray(message.total)) yield message;
    waiting = [bytes];
    size = bytes.length;
    wanted = size < HEAD ? HEAD : bytes.readUInt32BE(0);
  }
  if (size) throw bad('it ends inside of a message');
}
