// What these tests share: a server that answers as it is told and remembers what it was asked, an environment that
// is made new for each test, and the packages of the AWS SDK to compare with.

import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, inspect } from 'node:util';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
export const REPO = path.resolve(HERE, '../..');
export const CLIENT = path.join(REPO, 'runtime/client');
const sdkRequire = createRequire(path.join(REPO, 'tests/start/npm-sdk/package.json'));
export const sdk = (name) => sdkRequire(name);

let passed = 0;
const failures = [];
const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|PLUTO)_/.test(name)));

export const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'the/session+token==',
  AWS_REGION: 'us-east-1',
};

export function environment(values) {
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  Object.assign(process.env, values);
}

export async function test(name, body) {
  environment(KEYS);
  try {
    await body();
    passed++;
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
  }
}

export function report() {
  environment({});
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length ? 1 : 0;
}

const shown = (value) => inspect(value, { depth: 8, maxStringLength: 2000 });

export function equal(what, got, wanted) {
  if (!isDeepStrictEqual(got, wanted)) throw new Error(`${what}: ${shown(got)}, wanted ${shown(wanted)}`);
}

export function check(what, good, detail = '') {
  if (!good) throw new Error(`${what} ${typeof detail === 'string' ? detail : shown(detail)}`);
}

/** What `promise` is rejected with. */
export async function rejected(what, promise) {
  const value = await promise.then(
    (given) => ({ given }),
    (error) => ({ error }),
  );
  if (!value.error) throw new Error(`${what}: did not fail, but gave ${shown(value.given)}`);
  return value.error;
}

/**
 * A server. `answer(request, response, n)` answers the n-th request, from 1; a list of answers is gone through, its
 * last one repeated. An answer is {status, headers, body}, or a function (request, response).
 */
export async function serve(answers) {
  const requests = [];
  const server = http.createServer(async (request, response) => {
    const parts = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return;
    }
    const body = Buffer.concat(parts);
    const { method, url, headers, rawHeaders } = request;
    requests.push({ method, url, headers, rawHeaders, body, text: body.toString() });
    const list = Array.isArray(answers) ? answers : [answers];
    const answer = list[Math.min(requests.length, list.length) - 1];
    if (typeof answer === 'function') return answer(request, response, requests.length);
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? '');
  });
  // Who waits for it to end a connection waits long.
  server.keepAliveTimeout = 60_000;
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  return {
    port,
    requests,
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** A server for one test; AWS_ENDPOINT_URL points to it. */
export async function withServer(answers, body) {
  const server = await serve(answers);
  process.env.AWS_ENDPOINT_URL = server.url;
  try {
    return await body(server);
  } finally {
    await server.close();
  }
}
