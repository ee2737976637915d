/**
 * Frames over a socket, as runtime/README.md tells them, and the slot that a socket is: a place for one
 * invocation.
 *
 * Invariant: nothing waits but for events, so timers and sockets of user code are served all the time. A frame
 * that should not come ends the process: the bootstrap starts another.
 */
import net from "node:net";
import { isOurs } from "./stacks.mjs";

isOurs(import.meta.url);

export const READY = 1;
export const INIT_ERROR = 2;
const INVOKE = 3;
export const RESULT = 4;
export const ERROR = 5;
export const STREAM_START = 6;
export const STREAM_DATA = 7;
export const STREAM_END = 8;
export const STREAM_ERROR = 9;

const HEADER_SIZE = 8;
const LARGEST_EVENT = 64 * 1024 * 1024; // Lambda's are a tenth of it: whatever is larger is no frame
const COPIED_UP_TO = 64 * 1024; // below it, one write of header and payload costs less than two

/** A place for one invocation: its socket, and what of a frame has come so far. */
export class Slot {
  #header = Buffer.alloc(HEADER_SIZE);
  #payload = null;
  #filled = 0;
  #scratch = Buffer.allocUnsafeSlow(64 * 1024);
  #serve;
  /** Called when nothing is left that could bring the invocation to its end; null: no invocation. */
  abandon = null;

  constructor(descriptor, serve) {
    this.#serve = serve;
    const onread = { buffer: this.#scratch, callback: (size) => this.#take(this.#scratch.subarray(0, size)) };
    this.socket = new net.Socket({ fd: descriptor, readable: true, writable: true, onread });
    // Without the bootstrap there is nobody to answer.
    for (const event of ["end", "close", "error"]) this.socket.on(event, () => process.exit(0));
  }

  #take(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const part = this.#payload ?? this.#header;
      const size = bytes.copy(part, this.#filled, at);
      at += size;
      this.#filled += size;
      if (this.#filled < part.length) break;
      this.#filled = 0;
      if (this.#payload) this.#finish();
      else this.#begin();
    }
    return true;
  }

  #begin() {
    const length = this.#header.readUInt32LE(0);
    const type = this.#header.readUInt32LE(4);
    if (type !== INVOKE || this.abandon || length < 4 || length > LARGEST_EVENT) this.#broken(`a frame ${type}`);
    this.#payload = Buffer.allocUnsafe(length);
  }

  #finish() {
    const payload = this.#payload;
    this.#payload = null;
    const end = 4 + payload.readUInt32LE(0);
    if (end > payload.length) this.#broken("a head longer than its frame");
    this.abandon = () => {};
    // While an invocation runs, only what it waits for keeps the process alive.
    this.socket.unref();
    this.#serve(this, readHead(payload.toString("utf8", 4, end)), payload.subarray(end));
  }

  #broken(what) {
    process.stderr.write(`pluto worker: the bootstrap sent ${what}\n`);
    process.exit(70);
  }

  /** Sends a frame; `done` is called when the socket has taken it. */
  send(type, payload, done) {
    const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
    const joined = typeof payload === "string" || length <= COPIED_UP_TO;
    const frame = Buffer.allocUnsafe(HEADER_SIZE + (joined ? length : 0));
    frame.writeUInt32LE(length, 0);
    frame.writeUInt32LE(type, 4);
    if (typeof payload === "string") frame.write(payload, HEADER_SIZE);
    else if (joined) frame.set(payload, HEADER_SIZE);
    if (joined) return this.socket.write(frame, done);
    this.socket.cork();
    this.socket.write(frame);
    const room = this.socket.write(payload, done);
    this.socket.uncork();
    return room;
  }

  /** Sends the last frame of an invocation: the next one may come. */
  answer(type, payload) {
    this.abandon = null;
    this.socket.ref();
    this.send(type, payload);
  }
}

function readHead(text) {
  const headers = new Map();
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) headers.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return headers;
}
