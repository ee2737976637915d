// What the client does when it goes wrong: which requests are sent again and which never, what errors say and what
// they keep to themselves.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { request } from '../../runtime/client/aws.mjs';
import { Function, KVStore, Queue, SageMaker, Secret } from '../../runtime/client/index.mjs';
import { open, whole } from '../../runtime/client/transport.mjs';
import { CLIENT, KEYS, check, environment, equal, rejected, serve, test, withServer } from './harness.mjs';

const RESOURCES = {
  PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME: 'notes',
  PLUTO_FUNCTION_GREET_AWS_FUNCTION_NAME: 'greet',
  PLUTO_SAGEMAKER_LLAMA_ENDPOINT_NAME: 'llama',
  PLUTO_QUEUE_MAILS_AWS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/mails',
  PLUTO_SECRET_TOKEN_AWS_SECRET_ARN: 'arn:token',
};
const store = new KVStore('notes');
const greet = new Function(null, 'greet');
const llama = new SageMaker('llama', 'image');

const json = (value, status = 200, headers = {}) => ({ status, headers, body: JSON.stringify(value) });
const failing = (code, status, headers) => json({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'because' }, status, headers);
const ITEM = json({ Item: { Id: { S: 'k' }, Value: { S: 'v' } } });
const hangUp = (request) => request.socket.destroy();
const reset = (request) => request.socket.resetAndDestroy();

const withResources = (name, body) =>
  test(name, () => {
    Object.assign(process.env, RESOURCES);
    return body();
  });

// ---- Again, or not ----------------------------------------------------------------------------------

for (const [what, first] of [
  ['500', failing('InternalServerError', 500)],
  ['503 without a body', { status: 503 }],
  ['429', { status: 429 }],
  ['too much for the table', failing('ProvisionedThroughputExceededException', 400)],
  ['throttling', failing('ThrottlingException', 400)],
  ['a connection that is closed', hangUp],
  ['a connection that is reset', reset],
  ['half of an answer', (request, response) => (response.writeHead(200, { 'content-length': '99' }), response.write('{'), setTimeout(() => response.destroy(), 20))],
])
  await withResources(`reading a key is done again after ${what}`, () =>
    withServer([first, ITEM], async (server) => {
      equal('value', await store.get('k'), 'v');
      equal('requests', server.requests.length, 2);
      check('the second is signed anew', server.requests[1].headers.authorization);
    }));

for (const [what, answer, name, code] of [
  ['what may not be', failing('AccessDeniedException', 400), 'ServiceError', 'AccessDeniedException'],
  ['a missing table', failing('ResourceNotFoundException', 400), 'ServiceError', 'ResourceNotFoundException'],
  ['what is not implemented', failing('NotImplemented', 501), 'ServiceError', 'NotImplemented'],
  ['an answer that is no JSON', { body: '<html>' }, 'ServiceError', 'InvalidAnswer'],
])
  await withResources(`${what} is told at once`, () =>
    withServer([answer], async (server) => {
      const error = await rejected('get', store.get('k'));
      equal('error', [error.name, error.code, server.requests.length], [name, code, 1]);
      check('the message names resource and operation', error.message.startsWith('KVStore/notes.get: '), error.message);
    }));

await withResources('three attempts are all there are, with growing pauses', () =>
  withServer([failing('InternalServerError', 500, { 'x-amzn-requestid': 'R1' })], async (server) => {
    const error = await rejected('get', store.get('k'));
    equal('requests', server.requests.length, 3);
    equal('error', [error.name, error.code, error.status, error.requestId, error instanceof Error], ['ServiceError', 'InternalServerError', 500, 'R1', true]);
    equal('message', error.message, 'KVStore/notes.get: because (InternalServerError)');
  }));

await withResources('AWS_MAX_ATTEMPTS says how often', () =>
  withServer([failing('InternalServerError', 500)], async (server) => {
    process.env.AWS_MAX_ATTEMPTS = '2';
    await rejected('get', store.get('k'));
    equal('requests', server.requests.length, 2);
    process.env.AWS_MAX_ATTEMPTS = '1';
    await rejected('get', store.get('k'));
    equal('requests', server.requests.length, 3);
  }));

// A function may have run: whoever calls it again may pay twice.
for (const [what, first] of [
  ['500', json({ Message: 'broken' }, 500, { 'x-amzn-errortype': 'ServiceException' })],
  ['a connection that is closed', hangUp],
  ['a connection that is reset', reset],
  ['half of an answer', (request, response) => (response.writeHead(200, { 'content-length': '99' }), response.write('{'), setTimeout(() => response.destroy(), 20))],
])
  await withResources(`a function is not called twice after ${what}`, () =>
    withServer([first, json({ code: 200, body: 1 })], async (server) => {
      const error = await rejected('invoke', greet.invoke());
      check('error', /^(Service|Connection)Error$/.test(error.name), error);
      equal('requests', server.requests.length, 1);
    }));

await withResources('a function is called again where it surely was not', () =>
  withServer([json({ Message: 'Rate Exceeded' }, 429, { 'x-amzn-errortype': 'TooManyRequestsException' }), json({ code: 200, body: 1 })], async (server) => {
    equal('value', await greet.invoke(), 1);
    equal('requests', server.requests.length, 2);
  }));

await withResources('a port where nobody listens yet is tried again', async () => {
  const free = await serve({});
  await free.close();
  process.env.AWS_ENDPOINT_URL = free.url;
  process.env.AWS_MAX_ATTEMPTS = '8';
  const call = greet.invoke();
  call.catch(() => {});
  await new Promise((done) => setTimeout(done, 20));
  const server = net.createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"code":200,"body":7}')));
  await new Promise((done) => server.listen(free.port, '127.0.0.1', done));
  equal('value', await call, 7);
  server.close();
});

await withResources('a connection that nobody answers is given up', async () => {
  const sockets = [];
  const server = net.createServer((socket) => sockets.push(socket));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  // A handshake of TLS that never comes to its end counts as no connection.
  process.env.AWS_ENDPOINT_URL = `https://127.0.0.1:${port}`;
  process.env.AWS_MAX_ATTEMPTS = '1';
  const started = performance.now();
  const error = await rejected('get', store.get('k'));
  const waited = performance.now() - started;
  equal('error', [error.name, error.code, error.sent], ['ConnectionError', 'ConnectTimeout', false]);
  check('after three seconds', waited > 2900 && waited < 8000, waited);
  const silent = { protocol: 'http:', hostname: '127.0.0.1', port, method: 'GET', path: '/', headers: {}, wait: 150 };
  const late = await rejected('silence', open(silent));
  equal('silence', [late.code, late.sent], ['Timeout', true]);
  sockets.forEach((socket) => socket.destroy());
  server.close();
});

await test('who was silent for too long is not asked again', () =>
  withServer([() => {}], async (server) => {
    const ask = { service: 'dynamodb', what: 'it', method: 'POST', path: '/', headers: {}, body: '{}', repeatable: true, wait: 150 };
    const error = await rejected('silence', request(ask));
    equal('error', [error.code, error.message.startsWith('it: 127.0.0.1'), server.requests.length], ['Timeout', true, 1]);
  }));

await test('an answer without end is left', () => {
  const zeros = Buffer.alloc(1 << 20);
  const endless = (_, response) => {
    const more = () => { while (!response.destroyed && response.write(zeros)); };
    response.on('drain', more);
    more();
  };
  return withServer([endless], async ({ port }) => {
    const answer = await open({ protocol: 'http:', hostname: '127.0.0.1', port, method: 'GET', path: '/', headers: {}, wait: 5000 });
    equal('code', (await rejected('body', whole(answer))).code, 'TooLong');
  });
});

await test('silence in the middle of an answer is told as that', () =>
  withServer([(request, response) => (response.writeHead(200), response.write('a'))], async ({ port }) => {
    const answer = await open({ protocol: 'http:', hostname: '127.0.0.1', port, method: 'GET', path: '/', headers: {}, wait: 150 });
    equal('status', answer.status, 200);
    equal('code', (await rejected('body', whole(answer))).code, 'Timeout');
  }));

await withResources('connections are kept, but none that was idle for long', async () => {
  const ports = [];
  await withServer([(request, response) => (ports.push(request.socket.remotePort), response.end(ITEM.body))], async () => {
    await store.get('k');
    await new Promise((done) => setTimeout(done, 30)); // what a connection is, it is after its answer
    await store.get('k');
    equal('the same', ports[0], ports[1]);
    const { now } = Date;
    Date.now = () => now() + 60_000; // the function was frozen
    try {
      await new Promise((done) => setTimeout(done, 30));
      await store.get('k');
    } finally {
      Date.now = now;
    }
    check('another', ports[2] !== ports[1], ports);
  });
});

await withResources('more calls than there are connections wait for each other', async () => {
  const open = { now: 0, most: 0 };
  const slow = (request, response) => {
    open.most = Math.max(open.most, ++open.now);
    setTimeout(() => (open.now--, response.end('{"code":200,"body":1}')), 1200);
  };
  await withServer([slow], async () => {
    const values = await Promise.all(Array.from({ length: 500 }, () => greet.invoke()));
    equal('all', values, Array(500).fill(1));
    equal('at once', open.most, 128);
  });
});

await withResources('a program ends although connections are kept', async () => {
  await withServer([ITEM], async (server) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', `
      import { KVStore } from ${JSON.stringify(path.join(CLIENT, 'index.mjs'))};
      console.log(await new KVStore('notes').get('k'));`], { env: { ...process.env, AWS_ENDPOINT_URL: server.url } });
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    const started = performance.now();
    const code = await new Promise((done) => child.on('exit', done));
    equal('ended', [code, out], [0, 'v\n']);
    check('at once', performance.now() - started < 30_000, performance.now() - started);
  });
});

await withResources('over TLS only who is vouched for is asked', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-client-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const certificate = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=pluto -addext subjectAltName=IP:127.0.0.1';
  execFileSync('openssl', [...certificate.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  let connections = 0, requests = 0;
  const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, (_, response) => (requests++, response.end(ITEM.body)));
  server.on('connection', () => connections++);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  process.env.AWS_ENDPOINT_URL = `https://127.0.0.1:${server.address().port}`;
  const error = await rejected('get', store.get('k'));
  equal('a stranger', [error.name, error.code, requests], ['ConnectionError', 'DEPTH_ZERO_SELF_SIGNED_CERT', 0]);
  connections = 0;
  const program = `
    import { KVStore } from ${JSON.stringify(path.join(CLIENT, 'index.mjs'))};
    const store = new KVStore('notes');
    for (let i = 0; i < 3; i++) console.log(await store.get('k'), await new Promise((done) => setTimeout(done, 20)) ?? '');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env: { ...process.env, NODE_EXTRA_CA_CERTS: cert } });
  let out = '';
  child.stdout.on('data', (text) => (out += text));
  await new Promise((done) => child.on('exit', done));
  equal('who is known', [out, requests, connections], ['v \nv \nv \n', 3, 1]);
  server.closeAllConnections();
  server.close();
  fs.rmSync(folder, { recursive: true });
});

// ---- What functions and models say ------------------------------------------------------------------

await withResources('a function that threw gives its error', () =>
  withServer([json({ errorType: 'RangeError', errorMessage: 'too far', trace: ['RangeError: too far', ' at x'] }, 200, { 'x-amz-function-error': 'Unhandled' })], async () => {
    const error = await rejected('invoke', greet.invoke());
    equal('error', [error.name, error.code, error.type, error.message], ['InvokeError', 'FunctionError', 'RangeError', 'Function/greet failed: too far']);
  }));

for (const [what, body, name, message] of [
  ['refuses', '{"code":400,"body":"Function execution failed: no"}', 'InvokeError', 'Function execution failed: no'],
  ['refuses with an object', '{"code":422,"body":{"why":1}}', 'InvokeError', '{"why":1}'],
  ['answers nothing', '', 'ServiceError'],
  ['answers null', 'null', 'ServiceError'],
  ['answers a text', '"x"', 'ServiceError'],
  ['answers what is no JSON', '<', 'ServiceError'],
])
  await withResources(`a function that ${what} is an error`, () =>
    withServer([{ body }], async () => {
      const error = await rejected('invoke', greet.invoke());
      equal('name', error.name, name);
      if (message) equal('message', error.message, message);
    }));

await withResources('results of functions come as they are', async () => {
  for (const value of [0, '', false, null, [], { code: 400 }, 'ü'])
    await withServer([json({ code: 200, body: value })], async () => equal('value', await greet.invoke(), value));
  await withServer([json({ code: 200 })], async () => equal('nothing', await greet.invoke(), undefined));
});

await withResources("a model's failure says what the container said, and is not repeated", () => {
  const body = { Message: 'Received server error (422) from primary', OriginalMessage: '{"error":"inputs too long"}', OriginalStatusCode: 422, LogStreamArn: 'arn:logs' };
  return withServer([json(body, 424, { 'x-amzn-errortype': 'ModelError' })], async (server) => {
    const error = await rejected('invoke', llama.invoke({}));
    equal('error', [error.name, error.code, error.status, error.originalStatus, error.originalMessage, error.logStreamArn], ['ModelError', 'ModelError', 424, 422, '{"error":"inputs too long"}', 'arn:logs']);
    equal('message', error.message, 'SageMaker/llama.invoke: the model answered 422: {"error":"inputs too long"}');
    equal('requests', server.requests.length, 1);
  });
});

await withResources('a model that is not there yet is asked again', () =>
  withServer([json({ Message: 'wait' }, 429, { 'x-amzn-errortype': 'ModelNotReadyException' }), json(['ok'])], async () =>
    equal('value', await llama.invoke({}), ['ok'])));

await withResources('a key that is not there is an error of its own', () =>
  withServer([json({})], async () => {
    const error = await rejected('get', store.get('gone'));
    equal('error', [error.name, error.code, error.resource, error.key], ['NotFoundError', 'NotFound', 'KVStore/notes', 'gone']);
  }));

await withResources('wrong arguments are told before anything is sent', () =>
  withServer([{}], async (server) => {
    for (const call of [
      () => store.get(1), () => store.set('k', undefined), () => store.set('k', () => 1), () => store.delete(),
      () => new Queue('mails').push({}), () => llama.invoke(), () => llama.invokeStream(() => {}).next(), () => greet.invoke(1n),
    ])
      equal(String(call), (await rejected(String(call), call())).name, 'TypeError');
    equal('requests', server.requests.length, 0);
  }));

// ---- What there must be -----------------------------------------------------------------------------

await test('an operation that was not granted says which resource, and what to do', async () => {
  const error = await rejected('get', new KVStore('My notes').get('k'));
  equal('error', [error.name, error.code, error.resource], ['MissingResourceError', 'MissingResource', 'KVStore/My notes']);
  check('the variable is named', error.message.includes(` no ${error.variable}.`) && error.variable.startsWith('PLUTO_KVSTORE_MY_NOTES_'), error.message);
  check('message', error.message.startsWith('KVStore/My notes.get is not available in this function: '), error.message);
});

await withResources('no region, no credentials and a wrong address are told', async () => {
  const without = { ...KEYS, ...RESOURCES };
  environment({ ...without, AWS_REGION: '' });
  equal('region', (await rejected('get', store.get('k'))).code, 'NoRegion');
  environment({ ...without, AWS_REGION: 'us-east-1.evil.example/?' });
  equal('region', (await rejected('get', store.get('k'))).code, 'NoRegion');
  environment({ ...without, AWS_SECRET_ACCESS_KEY: '' });
  equal('keys', (await rejected('get', store.get('k'))).code, 'NoCredentials');
  environment({ ...without, AWS_ENDPOINT_URL: 'file:///etc/passwd' });
  equal('address', (await rejected('get', store.get('k'))).code, 'BadEndpoint');
});

await withResources('the environment is read when it is used', () =>
  withServer([ITEM], async (server) => {
    await store.get('k');
    process.env.PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME = 'other';
    process.env.AWS_ACCESS_KEY_ID = 'AKOTHER';
    process.env.AWS_REGION = 'eu-west-1';
    await store.get('k');
    equal('table', JSON.parse(server.requests[1].text).TableName, 'other');
    check('scope', /Credential=AKOTHER\/\d+\/eu-west-1\/dynamodb/.test(server.requests[1].headers.authorization));
  }));

await withResources('no error holds a credential or a signature', async () => {
  const errors = [];
  const echo = (request, response) => (response.writeHead(403), response.end('{"message":"no"}'));
  for (const answer of [hangUp, reset, echo, { status: 500, body: 'x' }, { body: 'x' }])
    await withServer([answer], async () => {
      process.env.AWS_MAX_ATTEMPTS = '1';
      for (const call of [() => store.get('k'), () => greet.invoke(), () => llama.invoke({}), () => new Secret('token', 'v').get()])
        errors.push(await rejected('call', call()));
    });
  equal('errors', errors.length, 20);
  for (const error of errors) {
    const all = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error) + error.stack;
    for (const secret of [KEYS.AWS_SECRET_ACCESS_KEY, KEYS.AWS_SESSION_TOKEN, KEYS.AWS_ACCESS_KEY_ID, 'Signature='])
      check(`${error.message} holds ${secret}`, !all.includes(secret), all);
  }
});

await withResources('a clock that is wrong is set by the answer, once', async () => {
  const ahead = new Date(Date.now() + 3_600_000);
  const skewed = { status: 403, body: '{"__type":"InvalidSignatureException","message":"Signature expired"}', headers: { date: ahead.toUTCString() } };
  await withServer([skewed, ITEM, ITEM, skewed], async (server) => {
    equal('value', await store.get('k'), 'v');
    await store.get('k');
    equal('hours', server.requests.map((r) => r.headers['x-amz-date'].slice(9, 11)).slice(1), Array(2).fill(ahead.toISOString().slice(11, 13)));
    equal('another reason', (await rejected('get', store.get('k'))).code, 'InvalidSignatureException');
    equal('requests', server.requests.length, 4);
  });
  // Back again.
  const right = { ...skewed, headers: { date: new Date().toUTCString() } };
  await withServer([right, ITEM], () => store.get('k'));
});

await withResources('a clock that each answer sets otherwise is set once', () => {
  let n = 0;
  const skewed = (request, response) => {
    response.writeHead(403, { date: new Date(Date.now() + (++n % 2 ? 1 : -1) * 3_600_000).toUTCString() });
    response.end('{"__type":"InvalidSignatureException"}');
  };
  return withServer([skewed], async (server) => {
    await rejected('get', store.get('k'));
    equal('requests', server.requests.length, 2);
    n = 0;
    await withServer([{ status: 403, body: '{"__type":"RequestExpired"}', headers: { date: new Date().toUTCString() } }, ITEM], () => store.get('k'));
  });
});

// ---- Credentials of containers ----------------------------------------------------------------------

const container = (url, more) => environment({ AWS_REGION: 'us-east-1', AWS_CONTAINER_CREDENTIALS_FULL_URI: url, ...RESOURCES, ...more });
const grant = (n, seconds) => json({ AccessKeyId: `AK${n}`, SecretAccessKey: `secret${n}`, Token: `token${n}`, Expiration: new Date(Date.now() + seconds * 1000).toISOString() });

await test('credentials come from the address of a container, and are renewed before they end', async () => {
  const file = path.join(os.tmpdir(), `pluto-client-token-${process.pid}`);
  fs.writeFileSync(file, 'Bearer of a token');
  const keys = await serve([grant(1, 200), grant(2, 3600), grant(3, 3600)]);
  await withServer([ITEM], async (server) => {
    container(`${keys.url}/v1?x=1`, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_ENDPOINT_URL: server.url });
    for (let i = 0; i < 3; i++) await store.get('k');
    equal('asked', keys.requests.map((r) => [r.url, r.headers.authorization]), Array(2).fill(['/v1?x=1', 'Bearer of a token']));
    equal('used', server.requests.map((r) => r.headers.authorization.match(/Credential=(\w+)/)[1]), ['AK1', 'AK2', 'AK2']);
    equal('tokens', server.requests.map((r) => r.headers['x-amz-security-token']), ['token1', 'token2', 'token2']);
  });
  await withServer([failing('ExpiredTokenException', 400)], async (server) => {
    environment({ ...KEYS, ...RESOURCES, AWS_ENDPOINT_URL: server.url }); // no others can be had
    await rejected('get', store.get('k'));
    equal('requests', server.requests.length, 1);
  });
  await withServer([failing('ExpiredTokenException', 400), ITEM], async (server) => {
    container(`${keys.url}/v1?x=1`, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_ENDPOINT_URL: server.url });
    await store.get('k');
    equal('refused ones are renewed', server.requests.map((r) => r.headers['x-amz-security-token']), ['token2', 'token3']);
  });
  await keys.close();
  fs.rmSync(file);
});

await test('credentials are not fetched over a network in the clear, nor sent with a broken token', async () => {
  for (const url of ['http://example.org/', 'ftp://127.0.0.1/', 'no address', 'http://127.0.0.1.example.org/', 'http://169.254.169.254/']) {
    container(url);
    const error = await rejected(url, store.get('k'));
    equal(url, error.code, 'NoCredentials');
  }
  container('http://127.0.0.1:9/', { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\r\nx: y' });
  equal('token', (await rejected('token', store.get('k'))).code, 'NoCredentials');
  for (const answer of [{ status: 500, body: 'secret' }, { body: '{}' }, { body: 'null' }, { body: '<' }]) {
    const server = await serve([answer]);
    container(server.url);
    const error = await rejected('get', store.get('k'));
    equal('code', error.code, 'NoCredentials');
    check('says nothing of the answer', !inspect(error).includes('secret'), error);
    await server.close();
  }
});
