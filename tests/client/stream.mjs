// Answers that come as a stream of messages: beside the codec of the AWS SDK, whole and broken at every place.

import { SageMaker } from '../../runtime/client/index.mjs';
import { messages } from '../../runtime/client/eventstream.mjs';
import { check, equal, rejected, sdk, test, withServer } from './harness.mjs';

const { EventStreamCodec } = sdk('@smithy/core/event-streams');
const codec = new EventStreamCodec((bytes) => Buffer.from(bytes).toString(), (text) => Buffer.from(text));
const text = (value) => ({ type: 'string', value });
const encode = (headers, body) => Buffer.from(codec.encode({ headers, body: Buffer.from(body) }));
const event = (body, type = 'PayloadPart') =>
  encode({ ':message-type': text('event'), ':event-type': text(type), ':content-type': text('application/octet-stream') }, body);

async function* inPieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const all = (bytes, size = bytes.length) => Array.fromAsync(messages(inPieces(bytes, size || 1)));

const HEADERS = {
  ':message-type': text('event'),
  'ü': text('日'.repeat(1000)),
  yes: { type: 'boolean', value: true },
  no: { type: 'boolean', value: false },
  byte: { type: 'byte', value: -1 },
  short: { type: 'short', value: -300 },
  integer: { type: 'integer', value: 1e6 },
  binary: { type: 'binary', value: Buffer.alloc(300, 7) },
  time: { type: 'timestamp', value: new Date(1.7e12) },
  id: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
  last: text(''),
};

await test("messages of the SDK's codec are read, in pieces of any size", async () => {
  const bodies = ['', 'a', 'x'.repeat(100_000), '{"b":1}'];
  const bytes = Buffer.concat(bodies.map((body, i) => encode(i % 2 ? HEADERS : {}, body)));
  for (const size of [1, 2, 3, 7, 11, 12, 13, 64, 1000, 65536, bytes.length]) {
    const found = await all(bytes, size);
    equal(`size ${size}`, found.map((m) => m.payload.toString()), bodies);
    const texts = Object.entries(HEADERS).filter(([, h]) => h.type === 'string').map(([name, h]) => [name, h.value]);
    equal('headers', Object.entries(found[1].headers), texts);
    equal('none', Object.entries(found[0].headers), []);
  }
});

await test('a stream that is cut off is an error wherever it is cut, and gives what was whole', async () => {
  const bytes = Buffer.concat([event('one'), event('two')]);
  const first = event('one').length;
  for (let end = 0; end <= bytes.length; end++) {
    const found = [];
    let failed = null;
    try {
      for await (const message of messages(inPieces(bytes.subarray(0, end), 9))) found.push(message.payload.toString());
    } catch (error) {
      failed = error;
    }
    const whole = end === bytes.length ? 2 : end >= first ? 1 : 0;
    equal(`cut at ${end}`, found, ['one', 'two'].slice(0, whole));
    const between = end === 0 || end === first || end === bytes.length;
    equal(`cut at ${end} fails`, failed?.code, between ? undefined : 'DamagedStream');
  }
});

await test('no bit can change unnoticed', async () => {
  const bytes = encode(HEADERS, 'payload');
  for (let at = 0; at < bytes.length; at++)
    for (const bit of [1, 0x80]) {
      const changed = Buffer.from(bytes);
      changed[at] ^= bit;
      equal(`byte ${at}`, (await rejected(`byte ${at}`, all(changed))).code, 'DamagedStream');
    }
});

await test('lengths and headers that cannot be are refused, not waited or looked for', async () => {
  const { crc32 } = await import('node:zlib');
  const frame = (total, headersLength, rest) => {
    const bytes = Buffer.alloc(12 + rest.length + 4);
    bytes.writeUInt32BE(total, 0);
    bytes.writeUInt32BE(headersLength, 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    Buffer.from(rest).copy(bytes, 12);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 12 + rest.length)), 12 + rest.length);
    return bytes;
  };
  const framed = (rest) => frame(16 + rest.length, rest.length, rest);
  for (const [what, bytes] of [
    ['shorter than itself', frame(3, 0, [])],
    ['headers longer than the message', frame(16, 5, [])],
    ['too long', frame(0xffffffff, 0, [])],
    ['headers too long', frame(0x1000000, 0xfffff0, [])],
    ['a name without end', framed([200, 65])],
    ['no type', framed([1, 65])],
    ['an unknown type', framed([1, 65, 10])],
    ['a number without end', framed([1, 65, 4, 0])],
    ['a text without length', framed([1, 65, 7, 0])],
    ['a text without end', framed([1, 65, 7, 0, 9, 65])],
    ['bytes without end', framed([1, 65, 6, 255, 255])],
  ])
    equal(what, (await rejected(what, all(bytes))).code, 'DamagedStream');
});

await test('a length that is damaged is not waited for', async () => {
  const bytes = event('one');
  bytes[1] ^= 1; // 64 kB more
  async function* open() {
    yield bytes;
    await new Promise(() => {});
  }
  const waited = new Promise((done) => setTimeout(done, 1000, { code: 'waited' }));
  equal('code', (await Promise.race([rejected('damaged', messages(open()).next()), waited])).code, 'DamagedStream');
});

await test('random bytes end, in an error', async () => {
  let seed = 3;
  for (let i = 0; i < 500; i++) {
    const bytes = Buffer.from(Array.from({ length: 12 + (i % 60) }, () => (seed = (seed * 48271) % 2147483647) & 255));
    await rejected(`random ${i}`, all(bytes, 5));
  }
});

// ---- SageMaker.invokeStream -------------------------------------------------------------------------

const llama = new SageMaker('llama', 'image');
const STREAM = { 'content-type': 'application/vnd.amazon.eventstream' };
const collect = async (input, onPart = () => {}) => {
  const parts = [];
  for await (const part of llama.invokeStream(input)) {
    parts.push(Buffer.from(part).toString());
    onPart();
  }
  return parts;
};
const withModel = (answers, body) => {
  process.env.PLUTO_SAGEMAKER_LLAMA_ENDPOINT_NAME = 'llama';
  return withServer(answers, body);
};

await test('a model is asked as the SDK asks, and its parts come as they are sent', () =>
  withModel([{ headers: STREAM, body: Buffer.concat([event('data:{"a'), event(''), event('":1}\n\n'), event('x', 'Unknown')]) }], async (server) => {
    equal('parts', await collect({ inputs: 'why' }), ['data:{"a', '":1}\n\n']);
    const { SageMakerRuntimeClient, InvokeEndpointWithResponseStreamCommand } = sdk('@aws-sdk/client-sagemaker-runtime');
    const client = new SageMakerRuntimeClient({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const answer = await client.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'llama', Body: '{"inputs":"why"}', ContentType: 'application/json', Accept: 'application/json' }));
    const parts = [];
    for await (const { PayloadPart } of answer.Body) if (PayloadPart?.Bytes.length) parts.push(Buffer.from(PayloadPart.Bytes).toString());
    client.destroy();
    equal('their parts', parts.slice(0, 2), ['data:{"a', '":1}\n\n']);
    const told = ({ method, url, headers, text: body }) => [method, url, body, headers['content-type'], headers['x-amzn-sagemaker-accept'], headers.accept];
    equal('request', told(server.requests[0]), told(server.requests[1]));
  }));

await test('parts are given at once, and whoever stops hangs up', () => {
  let closed;
  const hungUp = new Promise((done) => (closed = done));
  const endless = (request, response) => {
    response.writeHead(200, STREAM);
    const timer = setInterval(() => response.write(event('tick ')), 10);
    response.on('close', () => (clearInterval(timer), closed(true)));
  };
  return withModel([endless], async () => {
    let seen = 0;
    for await (const part of llama.invokeStream({})) {
      equal('a part', Buffer.from(part).toString(), 'tick ');
      if (++seen === 3) break;
    }
    equal('hung up', await Promise.race([hungUp, new Promise((done) => setTimeout(done, 2000))]), true);
  });
});

const exception = (type, body) => encode({ ':message-type': text('exception'), ':exception-type': text(type), ':content-type': text('application/json') }, body);

for (const [what, last, name, code, message] of [
  ['a model that broke off', exception('ModelStreamError', '{"Message":"too slow","ErrorCode":"ModelInvocationTimeExceeded"}'), 'ModelError', 'ModelStreamError', 'SageMaker/llama.invokeStream: too slow (ModelInvocationTimeExceeded)'],
  ['a service that broke off', exception('InternalStreamFailure', '{}'), 'ServiceError', 'InternalStreamFailure'],
  ['an error without a body', encode({ ':message-type': text('error'), ':error-code': text('Bad'), ':error-message': text('worse') }, ''), 'ServiceError', 'Bad', 'SageMaker/llama.invokeStream: worse (Bad)'],
  ['half a message', event('three').subarray(0, 20), 'ConnectionError', 'DamagedStream'],
])
  await test(`${what} is an error after what came`, () =>
    withModel([{ headers: STREAM, body: Buffer.concat([event('one'), last]) }], async (server) => {
      let parts = 0;
      const error = await rejected(what, collect({}, () => parts++));
      equal('error', [error.name, error.code, parts, server.requests.length], [name, code, 1, 1]);
      if (message) equal('message', error.message, message);
    }));

await test('a connection that ends between two messages is an error', () => {
  const cut = (request, response) => (response.writeHead(200, STREAM), response.write(event('one')), setTimeout(() => response.destroy(), 30));
  return withModel([cut], async (server) => {
    let parts = 0;
    const error = await rejected('cut', collect({}, () => parts++));
    equal('error', [error.name, parts, server.requests.length], ['ConnectionError', 1, 1]);
  });
});

await test('a refusal is told, a passing one overcome, and what is no stream refused', () =>
  withModel(
    [
      { status: 503, body: '{"Message":"soon"}' },
      { headers: STREAM, body: event('ok') },
      { status: 424, body: '{"OriginalStatusCode":422,"OriginalMessage":"no"}', headers: { 'x-amzn-errortype': 'ModelError' } },
      { body: '[{"generated_text":"x"}]' },
    ],
    async () => {
      equal('parts', await collect({}), ['ok']);
      equal('model', (await rejected('model', collect({}))).originalStatus, 422);
      equal('no stream', (await rejected('no stream', collect({}))).code, 'InvalidAnswer');
    },
  ));
