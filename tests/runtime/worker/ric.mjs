// Lambda's own client for Node.js (npm `aws-lambda-ric`) on a folder, behind a Runtime API of a few lines: the same
// interface as host.mjs, so that a test can run both.
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { NODE, headOf, lambdaEnv } from "./host.mjs";

const root = path.resolve(new URL(".", import.meta.url).pathname, "../../..");
const client = path.join(root, "tests/node_modules/aws-lambda-ric/index.mjs");
const shim = new URL("ric-shim.cjs", import.meta.url).pathname;

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

const decode = (base64) => JSON.parse(Buffer.from(base64, "base64").toString());

/** What a POST to the Runtime API says, in the terms of host.mjs. */
function answerOf(request, bytes) {
  if (request.url.endsWith("/error")) return { type: "error", error: JSON.parse(bytes.toString()) };
  if (request.headers["lambda-runtime-function-response-mode"] !== "streaming")
    return { type: "result", body: bytes.toString() };
  const answer = { type: "stream", contentType: request.headers["content-type"], bytes };
  const failed = request.trailers["lambda-runtime-function-error-body"];
  return failed ? { ...answer, error: decode(failed) } : answer;
}

/** Starts the client on a folder, before the Runtime API at an address. */
export function spawnRic(folder, address, env = {}) {
  if (!fs.existsSync(client)) throw new Error("npm ci --prefix tests --ignore-scripts");
  return spawn(NODE, ["--require", shim, client], {
    cwd: folder,
    env: lambdaEnv(folder, { AWS_LAMBDA_RUNTIME_API: address, ...env }),
  });
}

export async function startRic(folder, { env = {} } = {}) {
  let waiting = null; // a GET /next that has no event yet
  let next = null; // an event that no GET /next has come for
  let answered = null;
  let first;
  const ready = new Promise((resolve) => (first = resolve));
  const give = () => {
    if (!waiting || !next) return;
    for (const [name, value] of Object.entries(next.head)) if (value) waiting.setHeader(name, value);
    waiting.end(next.bytes);
    waiting = next = null;
  };
  const server = http.createServer(async (request, response) => {
    if (request.url.endsWith("/invocation/next")) {
      waiting = response;
      first({ type: "ready" });
      return give();
    }
    const bytes = await bodyOf(request).catch(() => null);
    if (!bytes) return; // the client ended in the middle
    response.writeHead(202).end('{"status":"OK"}');
    if (request.url.endsWith("/init/error")) first({ type: "init error", error: JSON.parse(bytes.toString()) });
    else answered?.(answerOf(request, bytes));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const child = spawnRic(folder, `127.0.0.1:${server.address().port}`, env);
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  const ended = new Promise((resolve) => {
    child.on("close", (code, signal) => {
      first({ type: "gone", code, signal });
      answered?.({ type: "gone" });
      resolve({ code, signal });
    });
  });
  let count = 0;
  const invoke = (event, head = {}) =>
    new Promise((resolve) => {
      answered = resolve;
      const bytes = event instanceof Uint8Array ? event : JSON.stringify(event) ?? "";
      next = { head: headOf(`id-${++count}`, head), bytes };
      give();
    });
  const close = async () => {
    child.kill("SIGKILL");
    await ended;
    server.closeAllConnections();
    server.close();
  };
  return { child, ready, ended, invoke, logs: () => text, close };
}
