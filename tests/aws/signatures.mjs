// Signatures of random requests, as botocore makes them of what came over the wire.

import { spawn } from 'node:child_process';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { KEYS, PYTHON, call, check, equal, test } from './harness.mjs';

const judge = spawn(PYTHON, [fileURLToPath(new URL('judge.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: judge.stdout })[Symbol.asyncIterator]();
const ask = async (request) => {
  judge.stdin.write(`${JSON.stringify(request)}\n`);
  return JSON.parse((await lines.next()).value);
};

const seen = [];
const server = http.createServer((message, response) => {
  const pieces = [];
  message.on('data', (d) => pieces.push(d));
  message.on('end', () => {
    seen.push({ method: message.method, url: message.url, raw: message.rawHeaders, body: Buffer.concat(pieces) });
    response.end(/form/.test(message.headers['content-type']) ? '<R/>' : '{}');
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const host = `127.0.0.1:${server.address().port}`;

let seed = 11;
const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
const LETTERS = ['a', 'Z', '0', '-', '.', '_', '~', ' ', '+', '%', ':', '@', "'", '(', '*', '!', '=', '&', '?', '#', ',', ';', 'é', '日', '😀', '"', '\\', '|', '[', '\u0301'];
const text = (most) => Array.from({ length: random(most) }, () => LETTERS[random(LETTERS.length)]).join('');
const encode = (s) => encodeURIComponent(s).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// botocore takes "." and ".." out of paths of services other than S3; AWS's own suite is the judge of those.
const segment = (s3) => encode((text(8) || 'x').replace(/^\.+$/, 'dots')) + (s3 && random(5) === 0 ? '/' : '');

async function verify(env, service, region, options) {
  seen.length = 0;
  const r = await call(env, service, 'Random', ...options);
  check('one answer', r.code === 0 && seen.length === 1, r);
  const [got] = seen;
  const headers = [];
  for (let i = 0; i < got.raw.length; i += 2) headers.push([got.raw[i].toLowerCase(), Buffer.from(got.raw[i + 1], 'latin1').toString()]);
  const [, scope, names, signature] = headers.find(([n]) => n === 'authorization')[1].match(/Credential=\S+?\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/);
  const [, inRegion, named] = scope.split('/');
  equal('scope', inRegion, region);
  const signed = headers.filter(([n]) => names.split(';').includes(n));
  for (const must of ['host', 'x-amz-date']) check('signed', names.split(';').includes(must), names);
  const verdict = await ask({
    method: got.method, url: `http://${host}${got.url}`, headers: signed, body: got.body.toString('base64'),
    service: named, region: inRegion, secret: env.AWS_SECRET_ACCESS_KEY, token: env.AWS_SESSION_TOKEN,
  });
  if (verdict.signature !== signature) throw new Error(`${got.method} ${got.url}: botocore signs\n${verdict.canonical}\n${inspectable(got)}`);
}
const inspectable = (got) => JSON.stringify({ ...got, body: got.body.toString() });

await test('120 random requests are signed as botocore signs them', async () => {
  for (let i = 0; i < 120; i++) {
    const s3 = i % 2 === 0;
    const env = { ...KEYS, AWS_ENDPOINT_URL: `http://${host}`, AWS_REGION: ['us-east-1', 'cn-north-1', 'eusc-de-east-1'][random(3)] };
    env.AWS_SECRET_ACCESS_KEY = text(30).replaceAll(/[^!-~]/g, '/') || 'x';
    if (random(3) === 0) env.AWS_SESSION_TOKEN = `token/+=${i}`;
    const where = `/${Array.from({ length: random(4) }, () => segment(s3)).join('/')}`;
    const query = Array.from({ length: random(4) }, () => `${encode(text(5) || 'k')}${random(4) ? `=${encode(text(6))}` : ''}`).join('&');
    const method = ['GET', 'PUT', 'POST', 'DELETE'][random(4)];
    const options = [`method=${method}`, `path=${where}`, 'safe'];
    if (query) options.push(`query=${query}`);
    if (method === 'PUT' || method === 'POST') options.push(`body=${text(40)}`);
    if (random(2)) options.push(`header=x-amz-meta-${i}:${random(2) ? '  spaces   within  ' : encode(text(9)) || 'x'}`);
    if (s3 && random(2)) options.push('bucket=bucket-1');
    await verify(env, s3 ? 's3' : 'lambda', env.AWS_REGION, options);
  }
});

await test('Query and JSON services are signed as botocore signs them', async () => {
  for (const service of ['cloudformation', 'sts', 'logs', 'sagemaker', 'sagemaker-runtime', 'service-quotas', 'ecr', 'ssm']) {
    const env = { ...KEYS, AWS_ENDPOINT_URL: `http://${host}/base/path`, AWS_REGION: 'eu-west-1' };
    const rest = service === 'sagemaker-runtime' ? ['path=/endpoints/e-1/invocations', 'header=content-type:application/json'] : [];
    await verify(env, service, 'eu-west-1', ['body=a=%C3%A9%20b', 'safe', ...rest]);
  }
});

server.close();
judge.kill();
