// What goes wrong on the way: what is asked again and what never, clocks, credentials that end, answers that are cut off.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { startFake } from '../fakecfn/fake.mjs';
import { freePort } from '../ports.mjs';
import { KEYS, call, check, equal, folder, test } from './harness.mjs';

const fake = await startFake({});
const env = fake.env({ http: true });
const READ = ['cloudformation', 'ListStacks', 'safe', 'trace'];
const attempts = (r) => r.trace.filter((line) => line.includes(', attempt ')).length;

async function scripted(steps, ...what) {
  fake.faults.clear();
  fake.script(what[1], steps);
  const from = fake.requests.length;
  const r = await call(env, ...what);
  r.asked = fake.requests.slice(from).map((q) => q.operation);
  fake.faults.clear();
  return r;
}

// ---- Again, or not ----

const AGAIN = [
  ['throttled', { error: 'Throttling', times: 2 }],
  ['throttled with 429', { error: 'TooManyRequestsException', times: 2 }],
  ['throttled in other words', { error: { code: 'ValidationError', message: 'Rate exceeded' } }],
  ['an internal failure', { error: 'InternalFailure', times: 2 }],
  ['unavailable', { error: 'ServiceUnavailable', times: 2 }],
  ['a page of what stands in between', { raw: { status: 502, body: '<html>Bad gateway' } }],
  ['a cut before the answer', { reset: 'before' }],
  ['a cut after the work', { reset: 'after-work' }],
  ['a cut in the headers', { reset: 'mid-headers' }],
  ['a cut in the body', { reset: 'mid-body' }],
  ['XML that ends in the middle', { raw: { status: 200, headers: { 'content-type': 'text/xml' }, body: '<ListStacksResponse><ListSt' } }],
  ['an answer of nothing', { raw: { status: 200, body: '' } }],
  ['a page instead of an answer', { raw: { status: 200, body: '<html><p>Sign in to the network<br></html>' } }],
];
for (const [name, step] of AGAIN)
  await test(`a read after ${name} is asked again`, async () => {
    const r = await scripted(step, ...READ);
    equal('answer', [r.code, r.first.status, attempts(r)], [0, 200, (step.times ?? 1) + 1]);
  });

const NEVER = [
  ['a quota', { error: 'LimitExceededException' }, 400],
  ['no permission', { error: 'AccessDenied' }, 403],
  ['a mistake', { error: { code: 'ValidationError', message: 'Template error' } }, 400],
];
for (const [name, step, status] of NEVER)
  await test(`${name} is no reason to ask again`, async () => {
    const r = await scripted({ ...step, always: true }, ...READ);
    equal('answer', [r.code, r.first.status, attempts(r)], [1, status, 1]);
  });

const UNSAFE = ['cloudformation', 'CreateStack', 'trace', `body=StackName=once&TemplateBody=${encodeURIComponent('{"Resources":{"T":{"Type":"AWS::SNS::Topic"}}}')}`];
for (const reset of ['before', 'after-work', 'mid-headers', 'mid-body'])
  await test(`what changes something is not asked again after a cut ${reset}`, async () => {
    const r = await scripted({ reset, always: true }, ...UNSAFE);
    equal('answer', [r.code, r.asked], [3, ['CreateStack']]);
    check('message', /has broken off|cut off/.test(r.first.error), r.first);
  });
await test('nor after an internal failure, nor an answer that is cut off', async () => {
  const failed = await scripted({ error: 'InternalFailure', always: true }, ...UNSAFE);
  equal('answer', [failed.code, failed.first.status, failed.asked.length], [1, 500, 1]);
  check('hint', failed.first.hint.startsWith('AWS Support knows it as request'), failed.first);
  const cut = await scripted({ raw: { status: 200, body: '<CreateStackRes' } }, ...UNSAFE);
  equal('answer', [cut.code, cut.asked.length], [3, 1]);
  check('message', cut.first.error.includes('it may have been done'), cut.first);
});
await test('but where it was throttled, because nothing has happened', async () => {
  const r = await scripted({ error: 'Throttling', times: 1 }, ...UNSAFE);
  check('answer', attempts(r) === 2, r);
});

await test('repetitions have an end: 8 of reads, 5 of what changes something', async () => {
  fake.faults.clear();
  for (const key of ['GetCallerIdentity', 'ListRoles', 'CreateStack']) fake.script(key, { error: 'Throttling', always: true });
  fake.script('DescribeLogGroups', { error: 'ServiceUnavailable', always: true });
  const [read, change] = await Promise.all([
    call(env, 'logs', 'DescribeLogGroups', 'safe', 'trace'),
    call(env, ...UNSAFE),
  ]);
  equal('reads', [read.code, attempts(read)], [1, 8]);
  equal('changes', [change.code, attempts(change)], [1, 5]);
  fake.faults.clear();
});

await test('who asks for time gets it', async () => {
  for (const headers of [{ 'retry-after': '1' }, { 'x-amz-retry-after': '900' }]) {
    const r = await scripted({ raw: { status: 503, headers, body: '' } }, ...READ);
    check('time', r.code === 0 && r.ms >= 900 && r.ms < 60_000, r);
  }
});

// ---- Clocks and credentials ----

for (const hours of [-25, -1, 1, 25])
  for (const [service, operation] of [['sts', 'GetCallerIdentity'], ['logs', 'DescribeLogGroups'], ['s3', 'ListBuckets', 'method=GET']])
    await test(`${service}'s clock is ${hours} h from ours`, async () => {
      fake.skew(hours * 3600_000);
      const r = await call(env, service, operation, 'safe', 'trace', 'times=2', ...(service === 's3' ? ['method=GET'] : []));
      fake.skew(0);
      equal('answer', [r.code, attempts(r)], [0, 3]); // the second call knows it from the first
    });

await test('all threads find their way to the right time', async () => {
  fake.skew(7200_000);
  const r = await call(env, 'sts', 'GetCallerIdentity', 'safe', 'threads=8', 'times=3');
  fake.skew(0);
  equal('answers', r.replies.map((a) => a.status), Array(24).fill(200));
});

await test('a wrong secret is told at once', async () => {
  const r = await call({ ...env, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'sts', 'GetCallerIdentity', 'safe', 'trace');
  equal('answer', [r.code, r.first.code, attempts(r)], [1, 'SignatureDoesNotMatch', 1]);
  check('hint', r.first.hint.includes('pluto doctor'), r.first);
});

for (const error of ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'])
  await test(`credentials are asked for anew after ${error}, once`, async () => {
    const count = path.join(folder, `count-${error}`), script = path.join(folder, `process-${error}`), config = path.join(folder, `config-${error}`);
    const keys = { Version: 1, AccessKeyId: env.AWS_ACCESS_KEY_ID, SecretAccessKey: env.AWS_SECRET_ACCESS_KEY };
    writeFileSync(script, `#!/bin/sh\necho x >>'${count}'\necho '${JSON.stringify(keys)}'\n`, { mode: 0o755 });
    writeFileSync(config, `[default]\ncredential_process = ${script}\n`, { mode: 0o600 });
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...rest } = env;
    fake.faults.clear();
    // Keys of this very moment are not what was refused: somebody else has just asked for them.
    fake.script('ListStacks', { error, delayMs: 3100 });
    const r = await call({ ...rest, AWS_CONFIG_FILE: config }, ...READ);
    equal('answer', [r.code, attempts(r)], [0, 2]);
    equal('asked for', readFileSync(count, 'utf8'), 'x\nx\n');
    fake.script('ListStacks', { error, always: true });
    const never = await call({ ...rest, AWS_CONFIG_FILE: config }, ...READ);
    equal('answer', [never.code, attempts(never), never.first.kind], [1, 2, 2]);
    fake.faults.clear();
  });

// ---- A cut at each byte ----

await test('an answer that is cut at any byte is asked for again', async () => {
  const whole = await call(env, 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', whole.code, 0);
  const size = fake.requests.at(-1).replyBytes;
  const cuts = Array.from({ length: size }, (_, i) => i).filter((i) => i < 24 || i % 9 === 0 || i > size - 12);
  fake.faults.clear();
  for (const cutAt of cuts) fake.script('GetCallerIdentity', [{ cutAt }, {}]);
  const from = fake.requests.length;
  const r = await call(env, 'sts', 'GetCallerIdentity', 'safe', `times=${cuts.length}`);
  const bare = (a) => a.body?.replace(/<RequestId>[^<]*/, '');
  const bad = r.replies.filter((a) => a.status !== 200 || bare(a) !== bare(whole.first));
  equal('other answers', bad.slice(0, 3), []);
  equal('requests', fake.requests.length - from, 2 * cuts.length);
  equal('unused', fake.faults.unused(), []);
}).finally(() => fake.faults.clear());

// ---- Servers that misbehave ----

async function misbehaving(answer, ...what) {
  let connections = 0;
  const server = net.createServer((socket) => {
    const n = ++connections;
    socket.on('error', () => {});
    socket.once('data', () => answer(socket, n));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const r = await call({ ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}` }, ...what);
  server.close();
  return { ...r, connections };
}
const ONCE = ['sts', 'GetCallerIdentity', 'trace'];

await test('an answer without an end is cut off by us', async () => {
  const r = await misbehaving((s) => {
    s.write('HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<R>');
    const piece = Buffer.alloc(1 << 20, 'x');
    const more = () => { while (!s.destroyed && s.write(piece)); };
    s.on('drain', more);
    more();
  }, ...ONCE, 'safe');
  equal('answer', [r.code, r.connections], [3, 1]);
  check('message', r.first.error.includes('answers with more than 8 MB'), r.first);
});

await test('an object may be larger than what is a tree, and has an end, too', async () => {
  const object = (size) => misbehaving((s) => {
    s.on('error', () => {});
    s.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    s.write(Buffer.alloc(size, 'x'));
  }, 's3', 'GetObject', 'method=GET', 'path=/b/k', 'safe', 'trace');
  equal('20 MB', (await object(20 << 20)).code, 0);
  check('65 MB', (await object(65 << 20)).first.error?.includes('answers with more than 64 MB'));
});

await test('a refusal of some megabytes is not looked into', async () => {
  const body = `{"__type":"Throttling","message":[${'0,'.repeat(1 << 20)}0]}`;
  const r = await misbehaving((s) => s.end(`HTTP/1.1 400 No\r\nContent-Length: ${body.length}\r\n\r\n${body}`), 'lambda', 'Invoke', 'path=/f', 'trace');
  equal('answer', [r.code, r.first.code, r.connections], [1, 'BadRequest', 1]);
});

await test('nor are headers without an end read', async () => {
  const r = await misbehaving((s) => {
    s.write('HTTP/1.1 200 OK\r\n');
    const more = () => { while (!s.destroyed && s.write(`X-Padding: ${'y'.repeat(1000)}\r\n`)); };
    s.on('drain', more);
    more();
  }, ...ONCE);
  equal('answer', r.code, 3);
});

await test('what follows a body in chunks is no header, and no reason to throw the answer away', async () => {
  const trailers = 'x-amzn-errortype: Throttling\r\nx-amzn-requestid: another\r\n';
  const r = await misbehaving((s) => s.end(`HTTP/1.1 200 OK\r\nx-amzn-requestid: one\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<R/>\r\n0\r\n${trailers}\r\n`), ...ONCE);
  equal('answer', [r.code, r.first.body, r.first.request], [0, '<R/>', 'one']);
});

for (const [name, bytes] of [
  ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['is nothing', ''],
  ['has a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<R/>'],
  ['has chunks that are none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<R/>\r\n'],
  ['has bytes that are zero in its headers', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 4\r\n\r\n<R>\0'],
])
  await test(`an answer that ${name} is none`, async () => {
    const r = await misbehaving((s) => s.end(bytes), ...ONCE);
    equal('answer', [r.code, r.connections], [3, 1]);
    check('message', r.first.error.length > 20, r.first);
  });

await test('who takes too long is given up', async () => {
  const silent = await misbehaving(() => {}, ...ONCE, 'total=700');
  check('silence', silent.code === 3 && silent.ms < 20_000 && silent.first.error.includes('does not answer'), silent);
  const slow = await misbehaving((s) => {
    s.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    const timer = setInterval(() => s.write('x'), 50);
    s.on('close', () => clearInterval(timer));
  }, ...ONCE, 'safe', 'total=700');
  check('one byte after the other', slow.code === 3 && slow.ms < 20_000, slow);
});

await test('who stops does not wait for the end', async () => {
  const sent = await misbehaving(() => {}, ...ONCE, 'safe', 'stop=300', 'threads=4');
  check('requests', sent.code === 3 && sent.ms < 20_000, sent);
  equal('messages', sent.replies.map((r) => r.error), Array(4).fill('interrupted'));
  const waiting = await misbehaving((s) => s.end('HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n'), ...ONCE, 'safe', 'stop=300');
  check('delays', waiting.code !== 0 && waiting.ms < 20_000, waiting);
});

await test('a connection that was closed behind our back costs nothing', async () => {
  const r = await misbehaving((s) => {
    s.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<R/>');
    s.end(); // although it said it would stay
  }, ...ONCE, 'safe', 'times=20');
  equal('answers', r.replies.map((a) => a.status), Array(20).fill(200));
});

await test('a stream is not asked for again once it has begun', async () => {
  const r = await misbehaving((s) => {
    s.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin');
    setTimeout(() => s.destroy(), 100);
  }, 'logs', 'StartLiveTail', 'safe', 'stream', 'trace');
  equal('answer', [r.code, r.connections], [3, 1]);
  check('what came', r.trace.includes('stream 5 begin'), r.trace);
  const before = await misbehaving((s, n) => (n === 1 ? s.destroy() : s.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall')), 'logs', 'StartLiveTail', 'safe', 'stream', 'trace');
  equal('answer', [before.code, before.connections], [0, 2]);
});

await test('a refused stream has its reason', async () => {
  const body = '{"__type":"a#InvalidParameterException","message":"which"}';
  const r = await misbehaving((s) => s.end(`HTTP/1.1 400 No\r\nContent-Length: ${body.length}\r\n\r\n${body}`), 'logs', 'StartLiveTail', 'safe', 'stream');
  equal('answer', [r.code, r.first.code, r.first.message], [1, 'InvalidParameterException', 'which']);
});

await test('nobody at home is tried again, an unknown name only a few times', async () => {
  const free = await freePort();
  const gone = await call({ ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${free}` }, ...ONCE, 'total=2500');
  check('refused', gone.code === 3 && attempts(gone) > 2 && gone.first.error.includes(`cannot connect to \`127.0.0.1:${free}\``), gone);
  const name = await call({ ...KEYS, AWS_ENDPOINT_URL: 'https://no-such-host.invalid' }, ...ONCE, 'safe');
  check('unknown', name.code === 3 && attempts(name) === 3 && name.first.error.includes('there is no host `no-such-host.invalid`'), name);
});

// ---- Files -----

const big = path.join(folder, 'big');
const SIZES = [0, 1, 65536, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 9_000_001];
const put = (key, ...more) => ['s3', 'PutObject', 'method=PUT', 'bucket=files', `path=/${key}`, `file=${big}`, 'safe', 'trace', ...more];

await test('files of every size arrive as they are; large ones in chunks that are signed', async () => {
  equal('bucket', (await call(env, 's3', 'CreateBucket', 'method=PUT', 'bucket=files')).code, 0);
  for (const size of SIZES) {
    const bytes = Buffer.alloc(size, 'a line of some bytes\n');
    bytes.fill('end', Math.max(0, size - 3));
    writeFileSync(big, bytes);
    const from = fake.requests.length;
    equal(`upload of ${size}`, (await call(env, ...put(`k${size}`))).code, 0);
    const around = fake.requests[from].requestBytes - size; // headers, and what stands around chunks
    check(`length of ${size}`, size < 8 << 20 ? around < 2000 : around > 80 * (size >> 16), around);
    const head = await call(env, 's3', 'HeadObject', 'method=HEAD', 'bucket=files', `path=/k${size}`, 'safe');
    equal('head', head.first.status, 200);
    const object = fake.account.buckets.get('files').current(`k${size}`);
    check(`object of ${size}`, Buffer.compare(object.body, bytes) === 0, `has ${object.body.length} bytes`);
  }
});

await test('who knows the checksum says it first, else it follows the last chunk', async () => {
  const bytes = Buffer.alloc(8_500_000, 'x');
  writeFileSync(big, bytes);
  const sum = createHash('sha256').update(bytes).digest('base64');
  equal('before', (await call(env, ...put('before', `header=x-amz-checksum-sha256:${sum}`))).code, 0);
  equal('behind', (await call(env, ...put('behind'))).code, 0);
  const wrong = await call(env, ...put('wrong', `header=x-amz-checksum-sha256:${sum.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`));
  equal('wrong', [wrong.code, wrong.first.status], [1, 400]);
});

await test('a large file that is cut off on its way is sent again from its beginning', async () => {
  for (const step of [{ reset: 'before' }, { error: 'SlowDown' }, { error: 'ExpiredToken' }, { reset: 'mid-headers' }]) {
    fake.faults.clear();
    fake.script('PutObject', step);
    const r = await call(env, ...put('again'));
    fake.faults.clear();
    equal('answer', [r.code, attempts(r)], [0, 2]);
  }
});

await test('a large file with the wrong secret is refused', async () => {
  const r = await call({ ...env, AWS_SECRET_ACCESS_KEY: 'wrong' }, ...put('wrong'));
  equal('answer', [r.code, r.first.code], [1, 'SignatureDoesNotMatch']);
});

await test('a file that shrinks while it is sent is told', async () => {
  writeFileSync(big, Buffer.alloc(200 << 20));
  const server = net.createServer((s) => {
    s.on('error', () => {});
    s.once('data', () => {
      s.pause(); // nobody reads on until the file is shorter
      writeFileSync(big, 'short');
      setTimeout(() => s.resume(), 200);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const r = await call({ ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}` }, ...put('shrinks'));
  server.close();
  equal('answer', [r.code, attempts(r)], [3, 1]);
  check('message', r.first.error.includes('has changed'), r.first);
});

await test('a file that is not there is told before anything is sent', async () => {
  const r = await call(env, 's3', 'PutObject', 'method=PUT', 'bucket=b', 'path=/k', `file=${folder}/none`, 'trace');
  equal('answer', [r.code, r.trace], [3, []]);
  check('message', r.first.error.includes('cannot read') && r.first.error.includes('No such file'), r.first);
});

equal('errors of the stand-in', fake.bugs.map(String), []);
await fake.close();
