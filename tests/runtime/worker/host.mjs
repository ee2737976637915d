// Plays the bootstrap: starts the worker on a folder, talks to it in frames, and collects what it answers and logs.
//
// `start(folder, { env, slots, handler })` gives a worker with `ready`, `invoke(event, head, slot)` → { type, … },
// `logs()`, `close()`. What comes over the sockets is checked to be well-formed frames in a permitted order.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(new URL(".", import.meta.url).pathname, "../../..");
// Lambda's version of Node.js, where it is installed.
const bundled = path.join(root, `node_modules/node-linux-${process.arch}/bin/node`);
export const NODE = fs.existsSync(bundled) ? bundled : process.execPath;

// The worker as packages have it, in one file, where the build made it; else as it is written.
const flag = process.argv.indexOf("--pluto");
const built = path.join(path.dirname(path.resolve(process.argv[flag + 1] ?? "")), "lib/pluto/runtime/worker.mjs");
const isBuilt = flag > 0 && fs.existsSync(built);
export const workerFile = isBuilt ? built : path.join(root, "runtime/worker/worker.mjs");

export const FRAME = {
  READY: 1,
  INIT_ERROR: 2,
  INVOKE: 3,
  RESULT: 4,
  ERROR: 5,
  STREAM_START: 6,
  STREAM_DATA: 7,
  STREAM_END: 8,
  STREAM_ERROR: 9,
};
const { READY, INIT_ERROR, INVOKE, RESULT, ERROR, STREAM_START, STREAM_DATA, STREAM_END, STREAM_ERROR } = FRAME;

/** The environment that Lambda gives to functions. */
export function lambdaEnv(folder, extra = {}) {
  return {
    PATH: process.env.PATH,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: "index.handler",
    AWS_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: "demo",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/demo",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/21/[$LATEST]0123",
    ...extra,
  };
}

/** The head of an invocation, as the Runtime API gives it. */
export function headOf(id, extra = {}) {
  return {
    "lambda-runtime-aws-request-id": id,
    "lambda-runtime-deadline-ms": String(Date.now() + 30000),
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:demo",
    "lambda-runtime-trace-id": `Root=1-${id};Sampled=0`,
    ...extra,
  };
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pluto-worker-"));
process.on("exit", () => fs.rmSync(scratch, { recursive: true, force: true }));

/** A folder of these files, gone when the process ends. */
export function folderOf(files) {
  const folder = fs.mkdtempSync(path.join(scratch, "task-"));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

export function frame(type, payload) {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(bytes.length, 0);
  header.writeUInt8(type, 4);
  return Buffer.concat([header, bytes]);
}

export function invokeFrame(head, event) {
  const lines = Buffer.from(Object.entries(head).map(([name, value]) => `${name}: ${value}\n`).join(""));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(lines.length, 0);
  return frame(INVOKE, Buffer.concat([length, lines, Buffer.from(event)]));
}

/** One slot as the bootstrap sees it. */
class Conversation {
  #bytes = Buffer.alloc(0);
  #waiting = null;
  #stream = null;
  frames = 0;

  constructor(socket, onFirst) {
    this.socket = socket;
    this.onFirst = onFirst;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", () => {});
    socket.on("close", () => this.#waiting && this.#finish({ type: "gone" }));
  }

  #take(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 8) {
      const length = this.#bytes.readUInt32LE(0);
      if (this.#bytes.length < 8 + length) return;
      const type = this.#bytes.readUInt32LE(4);
      const payload = this.#bytes.subarray(8, 8 + length);
      this.#bytes = this.#bytes.subarray(8 + length);
      this.frames++;
      this.#frame(type, payload);
    }
  }

  #finish(answer) {
    const waiting = this.#waiting;
    if (!waiting) throw new Error(`the worker sent ${JSON.stringify(answer)} unasked`);
    this.#waiting = null;
    this.#stream = null;
    waiting(answer);
  }

  #frame(type, payload) {
    const zero = type === ERROR ? payload.indexOf(0) : -1; // behind it is what X-Ray is told
    const json = () => JSON.parse(payload.subarray(0, zero < 0 ? undefined : zero).toString());
    if (type === READY) return this.onFirst({ type: "ready" });
    if (type === INIT_ERROR) return this.onFirst({ type: "init error", error: json() });
    if (type === RESULT && !this.#stream) return this.#finish({ type: "result", body: payload.toString() });
    if (type === ERROR && !this.#stream) return this.#finish({ type: "error", error: json() });
    if (type === STREAM_START && !this.#stream) {
      this.#stream = { contentType: payload.toString(), chunks: [] };
      return;
    }
    if (!this.#stream) throw new Error(`frame ${type} where none of its kind may be`);
    const { contentType, chunks } = this.#stream;
    if (type === STREAM_DATA) return void (chunks.push(Buffer.from(payload)), this.onChunk?.(payload));
    const answer = { type: "stream", contentType, bytes: Buffer.concat(chunks), chunks: chunks.length };
    if (type === STREAM_END) return this.#finish(answer);
    if (type === STREAM_ERROR) return this.#finish({ ...answer, error: json() });
    throw new Error(`frame ${type} where none of its kind may be`);
  }

  ask(bytes) {
    if (this.#waiting) throw new Error("the slot is taken");
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.socket.write(bytes);
    });
  }
}

/** Starts a worker; `ready` resolves with { type: "ready" }, { type: "init error", error } or { type: "gone" }. */
export function start(folder, { env = {}, slots = 1, stdout = "pipe", args = [] } = {}) {
  const pipes = Array.from({ length: slots }, () => "pipe");
  const child = spawn(NODE, [...args, workerFile], {
    cwd: folder,
    env: lambdaEnv(folder, { PLUTO_SLOTS: String(slots), ...env }),
    stdio: ["ignore", stdout, "pipe", ...pipes],
  });
  let text = "";
  child.stdout?.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  let first;
  const ready = new Promise((resolve) => (first = resolve));
  const ended = new Promise((resolve) => {
    child.on("close", (code, signal) => (first({ type: "gone", code, signal }), resolve({ code, signal })));
  });
  const conversations = child.stdio.slice(3).map((socket) => new Conversation(socket, first));
  let count = 0;
  const invoke = (event, head = {}, slot = 0) => {
    const bytes = event instanceof Uint8Array ? event : JSON.stringify(event) ?? "";
    return conversations[slot].ask(invokeFrame(headOf(`id-${++count}`, head), bytes));
  };
  const close = async () => {
    for (const { socket } of conversations) socket.destroy();
    await ended;
  };
  return { child, ready, ended, conversations, invoke, logs: () => text, close };
}
