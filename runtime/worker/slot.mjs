/**
 * Frames over a socket, as runtime/README.md tells them, and the slot that a socket is: a place for one
 * invocation.
 *
 * Invariant: nothing waits but for events, so timers and sockets of user code are served all the time. A frame
 * that should not come ends the process: the bootstrap starts another.
 */
import { Direct } from "./direct.mjs";
import { isOurs } from "./stacks.mjs";

const net = process.getBuiltinModule("node:net");

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
const LEND = 10;
const TAKE = 11;
export const ABLE = 12;

const HEADER_SIZE = 8;
const LARGEST_EVENT = 64 * 1024 * 1024; // Lambda's are a tenth of it: whatever is larger is no frame
const COPIED_UP_TO = 16 * 1024; // below it, one write of header and payload costs less than two
const SCRATCH_SIZE = 256 * 1024; // what a socket holds

/** A place for one invocation: its socket, and what of a frame has come so far. */
export class Slot {
  #header = Buffer.alloc(HEADER_SIZE);
  #payload = null;
  #filled = 0;
  #scratch = Buffer.allocUnsafeSlow(SCRATCH_SIZE);
  #serve;
  #direct = null; // since the connection has been lent
  #asked = false; // the invocation came by that
  /** Called when nothing is left that could bring the invocation to its end; null: no invocation. */
  abandon = null;

  /** `serve` gets what came as it lies in the slot's memory: it is gone when `serve` returns. */
  constructor(descriptor, serve) {
    this.#serve = serve;
    const onread = { buffer: this.#scratch, callback: (size) => this.#take(this.#scratch.subarray(0, size)) };
    this.socket = new net.Socket({ fd: descriptor, readable: true, writable: true, onread });
    // Without the bootstrap there is nobody to answer.
    for (const event of ["end", "close", "error"]) this.socket.on(event, () => process.exit(0));
  }

  #take(bytes) {
    if (!this.#payload && this.#filled === 0 && bytes.length >= HEADER_SIZE) {
      const length = this.#lengthIn(bytes);
      if (length && HEADER_SIZE + length === bytes.length) return this.#finish(bytes.subarray(HEADER_SIZE));
    }
    for (let at = 0; at < bytes.length; ) {
      const part = this.#payload ?? this.#header;
      const size = bytes.copy(part, this.#filled, at);
      at += size;
      this.#filled += size;
      if (this.#filled < part.length) break;
      this.#filled = 0;
      const whole = this.#payload;
      const length = whole ? 0 : this.#lengthIn(this.#header);
      this.#payload = length ? Buffer.allocUnsafe(length) : null;
      if (whole) this.#finish(whole);
      else if (!length) this.#lend();
    }
    return true;
  }

  #lengthIn(header) {
    const length = header.readUInt32LE(0);
    const type = header.readUInt32LE(4);
    const right = type === INVOKE ? length >= 4 && length <= LARGEST_EVENT : type === LEND && length === 0;
    if (!right || this.abandon) this.#broken(`a frame ${type}`);
    return length;
  }

  #finish(payload) {
    const end = 4 + payload.readUInt32LE(0);
    if (end > payload.length) this.#broken("a head longer than its frame");
    this.abandon = () => {};
    // While an invocation runs, only what it waits for keeps the process alive.
    this.socket.unref();
    this.#serve(this, readHead(payload.toString("utf8", 4, end)), payload.subarray(end));
    return true;
  }

  /** The connection to the Runtime API is ours until it is given back. */
  #lend() {
    const invoke = (headers, event) => {
      this.abandon = () => {};
      this.#asked = true;
      this.#serve(this, headers, event);
    };
    this.#direct ??= new Direct(invoke, (kind, bytes, answer) => this.#giveBack(kind, bytes, answer));
    if (this.#direct.lend()) this.socket.unref();
  }

  #giveBack(kind, bytes, answer) {
    if (!this.abandon) this.socket.ref();
    this.send(TAKE, Buffer.concat([Buffer.from(kind), Buffer.from(bytes)]));
    if (answer !== undefined) this.send(RESULT, answer);
  }

  #broken(what) {
    process.stderr.write(`pluto worker: the bootstrap sent ${what}\n`);
    process.exit(70);
  }

  /** Sends a frame; `done` is called when the socket has taken it. */
  send(type, payload, done) {
    if (this.#asked) {
      this.#asked = false;
      this.#direct.handBack();
    }
    const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
    if (typeof payload !== "string" && length > COPIED_UP_TO) return this.sendParts(type, [payload], done);
    const frame = Buffer.allocUnsafe(HEADER_SIZE + length);
    frame.writeUInt32LE(length, 0);
    frame.writeUInt32LE(type, 4);
    if (typeof payload === "string") frame.write(payload, HEADER_SIZE);
    else frame.set(payload, HEADER_SIZE);
    return this.socket.write(frame, done);
  }

  /** Sends the parts of a payload as one frame. */
  sendParts(type, parts, done) {
    const header = Buffer.allocUnsafe(HEADER_SIZE);
    header.writeUInt32LE(parts.reduce((sum, part) => sum + part.length, 0), 0);
    header.writeUInt32LE(type, 4);
    this.socket.cork();
    this.socket.write(header);
    for (const part of parts.slice(0, -1)) this.socket.write(part);
    this.socket.write(parts.at(-1), done);
    this.socket.uncork();
  }

  /** Sends the last frame of an invocation: the next one may come. */
  answer(type, payload) {
    this.abandon = null;
    if (this.#asked && type === RESULT && this.#direct.takes(payload)) {
      this.#asked = false;
      return this.#direct.post(payload);
    }
    this.socket.ref();
    this.send(type, payload);
  }
}

function readHead(text) {
  const headers = new Map();
  for (let from = 0, end; from < text.length; from = end + 1) {
    end = text.indexOf("\n", from);
    if (end < 0) end = text.length;
    const at = text.indexOf(": ", from);
    if (at > from && at < end) headers.set(text.slice(from, at), text.slice(at + 2, end));
  }
  return headers;
}
