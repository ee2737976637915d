// What these tests share: calls by aws_call in an environment of their own, servers, the count.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, inspect } from 'node:util';

export const REPO = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const PYTHON = path.join(REPO, 'build/moto/bin/python');
export const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_REGION: 'us-east-1',
};

const at = process.argv.indexOf('--pluto');
const pluto = path.resolve(at < 0 ? 'build/pluto' : process.argv[at + 1]);
const places = ['aws_call', 'release/aws_call'].map((p) => path.join(path.dirname(pluto), p));
const program = places.find((p) => fs.existsSync(p));
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-aws-'));

let passed = 0;
const failures = [];

export async function test(name, body) {
  try {
    await body();
    passed++;
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
  }
}

export function report() {
  fs.rmSync(folder, { recursive: true });
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length ? 1 : 0;
}

const shown = (value) => inspect(value, { depth: 8, maxStringLength: 3000 });

export function equal(what, got, wanted) {
  if (!isDeepStrictEqual(got, wanted)) throw new Error(`${what}: ${shown(got)}, wanted ${shown(wanted)}`);
}

export function check(what, good, detail = '') {
  if (!good) throw new Error(`${what} ${typeof detail === 'string' ? detail : shown(detail)}`);
}

/** {code, ms, trace: lines, replies: [{status, code, message, body} or {error, hint}], first} */
export async function call(env, service, operation, ...options) {
  if (!program) throw new Error(`there is no aws_call beside ${pluto}`);
  const from = performance.now();
  const child = spawn(program, [service, operation, ...options], {
    env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '', trace = '';
  child.stdout.on('data', (d) => (out += d));
  child.stderr.on('data', (d) => (trace += d));
  const code = await new Promise((done) => child.on('close', (status, signal) => done(signal ?? status)));
  const ms = performance.now() - from;
  const replies = out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  if (typeof code !== 'number' || code === 2 || code > 3) throw new Error(`aws_call ended with ${code}: ${trace}`);
  return { code, ms, trace: trace.split('\n').filter(Boolean), replies, first: replies[0] ?? {} };
}

/** Waits until an address answers. */
export async function until(url) {
  for (let i = 0; i < 200; i++) {
    if (await fetch(url).catch(() => null)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${url} does not answer`);
}
