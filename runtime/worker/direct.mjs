/**
 * The connection to the Runtime API, while bootstrap lends it: asks for invocations and posts ordinary results, so that
 * nobody but this process needs to be woken between an event and its answer.
 *
 * Only what is ordinary to the byte is understood here: an answer of one shape and known length. Everything else is
 * given back to bootstrap as it came, which reads HTTP in all its forms (runtime/README.md, TAKE).
 *
 * Invariant: the note says of an invocation before the handler gets it, and that it is being answered before the first
 * byte of that is sent. Whoever gives the connection back has stopped reading from it.
 */
import { isOurs } from "./stacks.mjs";
import { CLIENT, CONNECTION, NOTE } from "./store.mjs";

// What a handler makes of `fs` is its own affair.
const { readSync, writeSync } = process.getBuiltinModule("node:fs");
const net = process.getBuiltinModule("node:net");

isOurs(import.meta.url);

const BASE = "/2018-06-01/runtime/invocation/";
const HOST = process.env.AWS_LAMBDA_RUNTIME_API;
const ABOUT = ` HTTP/1.1\r\nHost: ${HOST}\r\nUser-Agent: ${CLIENT}\r\n`;
const NEXT = `GET ${BASE}next${ABOUT}\r\n`;
const TYPE = "Content-Type: application/json\r\nContent-Length: ";

const SCRATCH_SIZE = 256 * 1024;
const HEAD_MAX = 32 * 1024;
const CHUNK_HEAD_MAX = 9;
const LARGEST_EVENT = 16 * 1024 * 1024;
const LARGEST_ANSWER = 1024 * 1024; // what is larger may be refused before it is sent, and may not fit at all
const ORDINARY = /^HTTP\/1\.1 20[02] [ -~]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~]*\r\n)+$/;

const ASKS = 1;
const ASKED = 2;
const HAS = 3;
const POSTED = 4;
// How much of the note each of them writes.
const NOTED = [4, 4, 24, 36, 4];
const WITHDRAWN = 164;

/** The headers of an ordinary answer, by their names in lower case; null: it is not ordinary. */
function headersOf(head, status) {
  if (!head.startsWith(status, 9) || !ORDINARY.test(head)) return null;
  const headers = new Map();
  for (let from = head.indexOf("\n") + 1, end; from < head.length; from = end + 2) {
    end = head.indexOf("\r\n", from);
    const colon = head.indexOf(":", from);
    const name = head.slice(from, colon).toLowerCase();
    if (headers.has(name)) return null;
    headers.set(name, head.slice(colon + 1, end).trim());
  }
  if (headers.has("connection") && headers.get("connection").toLowerCase() !== "keep-alive") return null;
  return headers;
}

const CHUNKED = -1;

/** How long the body is; NaN: that is not ordinary. */
function lengthOf(headers) {
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (coding !== undefined) return coding === "chunked" && length === undefined ? CHUNKED : NaN;
  return /^\d{1,8}$/.test(length) ? Number(length) : NaN;
}

/** What the chunks hold that begin at `at`; null: they go on, undefined: they are not ordinary, or something follows. */
function inChunks(bytes, at) {
  const parts = [];
  for (let size = 1; size > 0; at += size + 2) {
    const end = bytes.indexOf("\r\n", at, "latin1");
    if (end < 0) return bytes.length - at <= CHUNK_HEAD_MAX ? null : undefined;
    const digits = bytes.toString("latin1", at, Math.min(end, at + CHUNK_HEAD_MAX));
    if (!/^[\da-fA-F]{1,7}$/.test(digits)) return undefined;
    size = Number.parseInt(digits, 16);
    at = end + 2;
    if (at + size + 2 > bytes.length) return null;
    if (bytes[at + size] !== 13 || bytes[at + size + 1] !== 10) return undefined;
    parts.push(bytes.subarray(at, at + size));
  }
  if (at < bytes.length) return undefined;
  return parts.length === 2 ? parts[0] : Buffer.concat(parts);
}

export class Direct {
  #socket = null;
  #scratch = Buffer.allocUnsafeSlow(SCRATCH_SIZE);
  #bytes = new ArrayBuffer(168);
  #note = new Uint8Array(this.#bytes);
  #words = new Uint32Array(this.#bytes);
  #times = new Float64Array(this.#bytes);
  #withdrawn = new Uint8Array(1);
  #state = 0;
  #lost = false; // the connection has ended, or is not to be used any more
  #id = "";
  #path = "";
  #headers = null;
  #body = 0; // where the event begins in the answer
  #whole = 0; // and where it ends
  #answered = null; // what came of the answer, where it does not come at once
  #filled = 0;
  #result = ""; // until it is accepted
  #invoke;
  #giveBack;

  /** `invoke(headers, event)` gets invocations, `giveBack(kind, bytes, answer)` what bootstrap is to see to. */
  constructor(invoke, giveBack) {
    this.#invoke = invoke;
    this.#giveBack = giveBack;
  }

  /** The connection is ours; false: not any more, this process was too late to ask. */
  lend() {
    this.#times[1] = 0;
    this.#write(ASKS);
    readSync(NOTE, this.#withdrawn, 0, 1, WITHDRAWN);
    if (this.#withdrawn[0]) {
      this.#write(0); // bootstrap may have seen that we ask: it looks again
      return false;
    }
    if (this.#socket) {
      this.#socket.ref();
      this.#socket.resume();
    } else {
      const onread = { buffer: this.#scratch, callback: (size) => this.#read(this.#scratch.subarray(0, size)) };
      this.#socket = new net.Socket({ fd: CONNECTION, readable: true, writable: true, onread });
      for (const event of ["end", "close", "error"]) this.#socket.on(event, () => this.#end());
    }
    this.#ask();
    return true;
  }

  #write(state) {
    this.#state = this.#words[0] = state;
    writeSync(NOTE, this.#note, 0, state === HAS ? NOTED[HAS] + this.#id.length : NOTED[state], 0);
  }

  #ask() {
    this.#write(ASKS);
    this.#socket.write(NEXT, "latin1");
    this.#times[2] = 0; // who sees half of what is written next sees nothing that is late
    this.#write(ASKED);
  }

  /** Gives the connection back: `kind` as in runtime/README.md. */
  #back(kind, bytes, answer) {
    this.#state = 0;
    this.#answered = null;
    this.#result = "";
    this.#socket.pause();
    this.#socket.unref();
    this.#giveBack(kind, bytes, answer);
  }

  #read(bytes) {
    this.#times[1] += bytes.length;
    if (this.#state === ASKED) this.#next(bytes);
    else if (this.#state === POSTED) this.#posted(bytes);
    else if (this.#answered) this.#more(bytes);
    else this.#lost = true; // nothing was asked for
    return true;
  }

  #next(bytes) {
    const text = bytes.toString("latin1", 0, Math.min(bytes.length, HEAD_MAX));
    const end = text.indexOf("\r\n\r\n") + 2;
    const headers = end > 1 ? headersOf(text.slice(0, end), "200") : null;
    const id = headers?.get("lambda-runtime-aws-request-id") ?? "";
    const length = headers ? lengthOf(headers) : NaN;
    if (!/^[\w-]{1,128}$/.test(id) || !(length <= LARGEST_EVENT)) return this.#back("n", bytes);
    this.#id = id;
    this.#headers = headers;
    this.#body = end + 2;
    this.#whole = length === CHUNKED ? Infinity : this.#body + length;
    this.#noteInvocation(headers.get("lambda-runtime-deadline-ms") ?? "");
    if (this.#come(bytes)) return;
    this.#answered = Buffer.allocUnsafe(length === CHUNKED ? 2 * bytes.length : this.#whole);
    this.#filled = 0;
    this.#keep(bytes);
  }

  #noteInvocation(deadline) {
    this.#words[1] = 1;
    this.#times[2] = /^\d{1,15}$/.test(deadline) ? Number(deadline) : 0;
    this.#times[3] = Date.now();
    this.#words[8] = this.#id.length;
    for (let i = 0; i < this.#id.length; i++) this.#note[NOTED[HAS] + i] = this.#id.charCodeAt(i);
    this.#write(HAS);
  }

  /** Is the answer there, in `bytes`? Then the invocation runs, or bootstrap sees to it. */
  #come(bytes) {
    const chunked = this.#whole === Infinity;
    if (!chunked && bytes.length < this.#whole) return false;
    let event;
    if (chunked) event = inChunks(bytes, this.#body);
    else if (bytes.length === this.#whole) event = bytes.subarray(this.#body);
    if (event === null && bytes.length <= 2 * LARGEST_EVENT) return false;
    this.#answered = null;
    if (!event) {
      this.#back("n", bytes);
    } else {
      this.#socket.unref(); // only what an invocation waits for keeps the process alive
      this.#invoke(this.#headers, event);
    }
    return true;
  }

  /** Keeps what came of an answer that goes on. */
  #keep(bytes) {
    const filled = this.#filled + bytes.length;
    if (filled > this.#answered.length) this.#answered = Buffer.concat([this.#answered.subarray(0, this.#filled)], 2 * filled);
    bytes.copy(this.#answered, this.#filled);
    this.#filled = filled;
  }

  #more(bytes) {
    this.#keep(bytes);
    const all = this.#answered.subarray(0, this.#filled);
    // Looking at all chunks whenever a piece comes would take long: only where this may be the last.
    if (this.#whole !== Infinity || all.toString("latin1", all.length - 4) === "\r\n\r\n" || all.length > 2 * LARGEST_EVENT) this.#come(all);
  }

  /** Is this something that `post` takes? */
  takes(answer) {
    return !this.#lost && answer.length <= LARGEST_ANSWER;
  }

  /** The invocation's result. */
  post(answer) {
    this.#result = answer;
    this.#socket.ref();
    this.#write(POSTED);
    const length = Buffer.byteLength(answer);
    this.#socket.write(`POST ${BASE}${this.#id}/response${ABOUT}${TYPE}${length}\r\n\r\n${answer}`);
  }

  /** The invocation is answered in frames. */
  handBack() {
    this.#back(this.#lost ? "r" : "h", "");
  }

  #posted(bytes) {
    const text = bytes.toString("latin1");
    const end = text.indexOf("\r\n\r\n") + 2;
    const headers = end > 1 ? headersOf(text.slice(0, end), "202") : null;
    const unsent = this.#socket.writableLength > 0;
    const plain = !unsent && headers && end + 2 + lengthOf(headers) === bytes.length;
    if (!plain) return this.#back(unsent ? "q" : "p", bytes);
    this.#result = "";
    this.#ask();
  }

  /** The connection has ended: bootstrap has others. */
  #end() {
    this.#lost = true;
    if (this.#state === ASKED) this.#back("n", "");
    else if (this.#state === POSTED) this.#back("r", "", this.#result);
    else if (this.#answered) {
      this.#write(ASKED); // what came of it is nothing: it is asked for anew
      this.#back("n", "");
    }
  }
}
