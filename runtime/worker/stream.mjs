/**
 * What streaming handlers write to, and the global `awslambda`'s part of it.
 *
 * Invariant: a part leaves when it is written, and whoever writes faster than is read is told so. Status and
 * headers go out even where nothing follows them.
 */
import { runtimeError } from "./errors.mjs";
import { STREAM_DATA, STREAM_START } from "./slot.mjs";
import { isOurs } from "./stacks.mjs";

const { Writable } = process.getBuiltinModule("node:stream");

isOurs(import.meta.url);

export const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
export const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
const HTTP_PRELUDE = "application/vnd.awslambda.http-integration-response";

/** What a streaming handler writes to. The content type travels with the first byte, so it can be set until then. */
export class ResponseStream extends Writable {
  #slot;
  #type = "application/octet-stream";
  #written = false;
  #started = false;

  constructor(slot, highWaterMark) {
    super(highWaterMark === undefined ? {} : { highWaterMark });
    this.#slot = slot;
    this.settled = new Promise((resolve, reject) => {
      this.once("finish", resolve);
      this.on("error", reject);
      this.once("close", () => reject(new Error("Response stream is not finished.")));
    });
    this.settled.catch(() => {}); // whoever awaits it gets the reason
  }

  setContentType(type) {
    if (this.#written) throw runtimeError("InvalidStreamingOperation", "Cannot set content-type, too late.");
    this.#type = String(type);
  }

  #prelude() {
    if (this.#written) return;
    this.#written = true;
    this._onBeforeFirstWrite?.((chunk) => super.write(chunk));
  }

  write(chunk, encoding, done) {
    this.#prelude();
    const plain = typeof chunk === "string" || chunk instanceof Uint8Array;
    return super.write(plain ? chunk : JSON.stringify(chunk), encoding, done);
  }

  end(chunk, encoding, done) {
    if (typeof chunk === "function") [chunk, done] = [null, chunk];
    if (typeof encoding === "function") [encoding, done] = [undefined, encoding];
    if (chunk !== null && chunk !== undefined) this.write(chunk, encoding);
    else if (!this.writableEnded && !this.destroyed) this.#prelude();
    return super.end(done);
  }

  get started() {
    return this.#started;
  }

  /** Begins the answer, once. */
  start() {
    if (this.#started) return;
    this.#started = true;
    this.#slot.send(STREAM_START, this.#type);
  }

  _write(chunk, _encoding, done) {
    this.start();
    this.#slot.send(STREAM_DATA, chunk, done);
  }

  _writev(chunks, done) {
    this.start();
    this.#slot.sendParts(STREAM_DATA, chunks.map(({ chunk }) => chunk), done);
  }
}

/** `HttpResponseStream.from` puts status and headers before what is written to a stream. */
export const HttpResponseStream = {
  from(stream, prelude) {
    stream.setContentType(HTTP_PRELUDE);
    stream._onBeforeFirstWrite = (write) => {
      write(JSON.stringify(prelude));
      write(new Uint8Array(8));
    };
    return stream;
  },
};

export function streamifyResponse(handler, options) {
  handler[STREAMING] = "response";
  if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
  return handler;
}
