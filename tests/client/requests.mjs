// What each operation sends and what it makes of the answer, beside the AWS SDK's own client for the same operation,
// both before one server. Signatures are checked by the SDK's signer.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Bucket, Function, KVStore, Queue, SageMaker, Secret } from '../../runtime/client/index.mjs';
import { KEYS, check, equal, rejected, sdk, test, withServer } from './harness.mjs';
import { theirs } from './sign.mjs';

const RESOURCES = {
  PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME: 'app-Notes-1',
  PLUTO_FUNCTION_GREET_AWS_FUNCTION_NAME: 'app-dev-greet',
  PLUTO_FUNCTION_RAW_AWS_FUNCTION_NAME: 'arn:aws:lambda:us-east-1:123456789012:function:raw',
  PLUTO_SAGEMAKER_LLAMA_ENDPOINT_NAME: 'app-dev-llama',
  PLUTO_QUEUE_MAILS_AWS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/mails',
  PLUTO_BUCKET_PICTURES_AWS_BUCKET_NAME: 'app-pictures',
  PLUTO_SECRET_TOKEN_AWS_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token-a1b2c3',
};

const credentials = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY, sessionToken: KEYS.AWS_SESSION_TOKEN };
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-client-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

// What the SDK says about itself, and checksums that S3 takes but does not need.
const ITS_OWN = /^(amz-sdk-.*|x-amz-user-agent|user-agent|authorization|x-amz-date|x-amz-content-sha256|connection|x-amz-checksum-.*|x-amz-sdk-.*|x-amzn-query-mode|content-encoding|transfer-encoding|x-amz-decoded-content-length|x-amz-trailer|expect|accept-encoding)$/;

function meaning({ method, url, headers, body }) {
  const [where, search = ''] = url.split('?');
  const rest = Object.entries(headers).filter(([name]) => !ITS_OWN.test(name) && name !== 'content-length');
  const query = search.split('&').filter((pair) => pair && !pair.startsWith('x-id='));
  let said = body.toString();
  if (/json/.test(headers['content-type'])) said = JSON.parse(said);
  return { method, path: where, query: query.sort(), headers: Object.fromEntries(rest.sort()), body: said };
}

const signedAs = async (request, service) => {
  check('the security token goes along', request.headers['x-amz-security-token'] === KEYS.AWS_SESSION_TOKEN);
  equal('the signature', request.headers.authorization, await theirs(request, { region: 'us-east-1', service, keys: credentials }));
};

/** Both clients do the same; what they send must mean the same. */
function same(name, { service, answer, ours, sdkName, client, command, input, options = {}, gives, ignore = () => {} }) {
  return test(`${name}: what is sent is what the SDK sends`, async () => {
    Object.assign(process.env, RESOURCES);
    await withServer([answer], async (server) => {
      const given = await ours();
      if (gives !== undefined) equal('gives', given, gives);
      const [mine] = server.requests.splice(0);
      await signedAs(mine, service);
      const module = sdk(sdkName);
      const sender = new module[client]({ endpoint: server.url, region: 'us-east-1', credentials, ...options });
      await sender.send(new module[command](input()));
      sender.destroy();
      const [a, b] = [meaning(mine), meaning(server.requests[0])];
      ignore(a, b);
      equal(name, a, b);
    });
  });
}

const json = (value, headers) => ({ body: JSON.stringify(value), headers });
const store = new KVStore('notes');
const dynamodb = { service: 'dynamodb', sdkName: '@aws-sdk/lib-dynamodb' };

// lib-dynamodb wraps a client of another package.
for (const [operation, command, ours, rest, answer, gives] of [
  ['get', 'GetCommand', () => store.get('k ü'), { Key: { Id: 'k ü' } }, { Item: { Id: { S: 'k ü' }, Value: { S: 'v' } } }, 'v'],
  ['set', 'PutCommand', () => store.set('k', 'v\n"'), { Item: { Id: 'k', Value: 'v\n"' } }, {}],
  ['delete', 'DeleteCommand', () => store.delete('k'), { Key: { Id: 'k' } }, {}],
])
  await test(`KVStore.${operation}: what is sent is what the SDK sends`, async () => {
    Object.assign(process.env, RESOURCES);
    await withServer([json(answer)], async (server) => {
      equal('gives', await ours(), gives);
      const [mine] = server.requests.splice(0);
      await signedAs(mine, 'dynamodb');
      const { DynamoDBClient } = sdk('@aws-sdk/client-dynamodb');
      const { DynamoDBDocumentClient, ...commands } = sdk(dynamodb.sdkName);
      const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', credentials }));
      await client.send(new commands[command]({ TableName: 'app-Notes-1', ...rest }));
      client.destroy();
      equal(operation, meaning(mine), meaning(server.requests[0]));
    });
  });

const lambda = { service: 'lambda', sdkName: '@aws-sdk/client-lambda', client: 'LambdaClient', command: 'InvokeCommand' };
await same('Function.invoke', {
  ...lambda,
  answer: json({ code: 200, body: { hello: 'Ada' } }),
  ours: () => new Function(null, 'greet').invoke('Ada', { loud: true }),
  gives: { hello: 'Ada' },
  input: () => ({ FunctionName: 'app-dev-greet', InvocationType: 'RequestResponse', Payload: '["Ada",{"loud":true}]' }),
  ignore: (a, b) => {
    // The SDK calls the payload's type octets.
    equal('type', a.headers['content-type'], 'application/json');
    delete a.headers['content-type'], delete b.headers['content-type'];
    if (typeof b.body === 'string') b.body = JSON.parse(b.body);
  },
});
await same('Function.invoke of a raw function, by its ARN', {
  ...lambda,
  answer: json({ any: 'answer', code: 500 }),
  ours: () => new Function(null, { name: 'raw', raw: true }).invoke({ Records: [] }),
  gives: { any: 'answer', code: 500 },
  input: () => ({ FunctionName: RESOURCES.PLUTO_FUNCTION_RAW_AWS_FUNCTION_NAME, InvocationType: 'RequestResponse', Payload: '{"Records":[]}' }),
  ignore: (a, b) => {
    delete a.headers['content-type'], delete b.headers['content-type'];
    if (typeof b.body === 'string') b.body = JSON.parse(b.body);
  },
});

const sagemaker = { service: 'sagemaker', sdkName: '@aws-sdk/client-sagemaker-runtime', client: 'SageMakerRuntimeClient' };
const llama = new SageMaker('llama', 'image');
const question = { inputs: '<|user|>\nWhy? ü', parameters: { temperature: 0.5 } };
await same('SageMaker.invoke', {
  ...sagemaker,
  answer: json([{ generated_text: 'Because.' }]),
  ours: () => llama.invoke(question),
  gives: [{ generated_text: 'Because.' }],
  command: 'InvokeEndpointCommand',
  input: () => ({ EndpointName: 'app-dev-llama', Body: JSON.stringify(question), ContentType: 'application/json', Accept: 'application/json' }),
});
await same('SageMaker.invokeAsync', {
  ...sagemaker,
  answer: { status: 202, body: '{"InferenceId":"1"}', headers: { 'x-amzn-sagemaker-outputlocation': 's3://out/1' } },
  ours: () => llama.invokeAsync('s3://in/1'),
  gives: 's3://out/1',
  command: 'InvokeEndpointAsyncCommand',
  input: () => ({ EndpointName: 'app-dev-llama', InputLocation: 's3://in/1' }),
  // That of an empty body.
  ignore: (a, b) => [a, b].forEach((r) => delete r.headers['content-type']),
});

await same('Secret.get', {
  service: 'secretsmanager',
  sdkName: '@aws-sdk/client-secrets-manager',
  client: 'SecretsManagerClient',
  command: 'GetSecretValueCommand',
  answer: json({ SecretString: 'hush' }),
  ours: () => new Secret('token', 'unused').get(),
  gives: 'hush',
  input: () => ({ SecretId: RESOURCES.PLUTO_SECRET_TOKEN_AWS_SECRET_ARN }),
});

// No client of the SDK for SQS is installed with the npm package; what it sends is documented (AWS JSON 1.0).
await test('Queue.push: the message is sent as it is', async () => {
  Object.assign(process.env, RESOURCES);
  await withServer([json({ MessageId: '1' })], async (server) => {
    equal('gives', await new Queue('mails').push('{"to":"ü"}'), undefined);
    const [request] = server.requests;
    await signedAs(request, 'sqs');
    const { method, path: where, headers, body } = meaning(request);
    equal('request', [method, where, headers['content-type'], headers['x-amz-target']], ['POST', '/', 'application/x-amz-json-1.0', 'AmazonSQS.SendMessage']);
    equal('body', body, { QueueUrl: RESOURCES.PLUTO_QUEUE_MAILS_AWS_QUEUE_URL, MessageBody: '{"to":"ü"}' });
  });
});

// ---- Bucket -----------------------------------------------------------------------------------------

const pictures = new Bucket('pictures');
const file = path.join(scratch, 'file');
const s3 = { service: 's3', sdkName: '@aws-sdk/client-s3', client: 'S3Client', options: { forcePathStyle: true } };
const ODD = "a b/ü+%:@=&'()!*~/./日.png";
fs.writeFileSync(file, 'some bytes \u{1F600}');

await same('Bucket.put', {
  ...s3,
  answer: {},
  ours: () => pictures.put(ODD, file),
  command: 'PutObjectCommand',
  input: () => ({ Bucket: 'app-pictures', Key: ODD, Body: fs.readFileSync(file) }),
  // The SDK sends a short body in chunks with a checksum behind it.
  ignore: (a, b) => {
    equal('type', a.headers['content-type'], 'application/octet-stream');
    equal('body', a.body, fs.readFileSync(file, 'utf8'));
    delete a.headers['content-type'], delete b.headers['content-type'];
    check('their body', b.body.includes(a.body));
    delete a.body, delete b.body;
  },
});
await same('Bucket.get', {
  ...s3,
  answer: { body: 'the object' },
  ours: async () => {
    await pictures.get(ODD, path.join(scratch, 'got'));
    return fs.readFileSync(path.join(scratch, 'got'), 'utf8');
  },
  gives: 'the object',
  command: 'GetObjectCommand',
  input: () => ({ Bucket: 'app-pictures', Key: ODD }),
});
await same('Bucket.delete', {
  ...s3,
  answer: { status: 204 },
  ours: () => pictures.delete(ODD),
  command: 'DeleteObjectCommand',
  input: () => ({ Bucket: 'app-pictures', Key: ODD }),
});
const LIST = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><EncodingType>url</EncodingType>
<Contents><Key>a+b%2F%26amp%3B</Key><Size>1</Size><Owner><ID>x</ID></Owner></Contents><Contents><Size>2</Size><Key>%E6%97%A5%2B&#37;20</Key></Contents>
<CommonPrefixes><Prefix>no</Prefix></CommonPrefixes></ListBucketResult>`;
await same('Bucket.list', {
  ...s3,
  answer: { body: LIST, headers: { 'content-type': 'application/xml' } },
  ours: () => pictures.list('a b/'),
  gives: ['a b/&amp;', '日+ '],
  command: 'ListObjectsV2Command',
  input: () => ({ Bucket: 'app-pictures', Prefix: 'a b/', EncodingType: 'url' }),

});

await test('Bucket.list goes through all pages', async () => {
  Object.assign(process.env, RESOURCES);
  const page = (key, token) => ({ body: `<R><Contents><Key>${key}</Key></Contents>${token ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''}</R>` });
  await withServer([page('a', 'x/+&amp;='), page('b', 'y'), page('c')], async (server) => {
    equal('keys', await pictures.list(), ['a', 'b', 'c']);
    equal('asked', server.requests.map((r) => new URLSearchParams(r.url.split('?')[1]).get('continuation-token')), [null, 'x/+&=', 'y']);
    for (const request of server.requests) await signedAs(request, 's3');
  });
});

await test('Bucket.put sends an empty file, and a large one as it is', async () => {
  Object.assign(process.env, RESOURCES);
  for (const size of [0, 3 << 20]) {
    const bytes = Buffer.alloc(size, 'pluto');
    fs.writeFileSync(file, bytes);
    await withServer([{}], async (server) => {
      await pictures.put('k', file);
      equal('length', server.requests[0].headers['content-length'], String(size));
      check('bytes', server.requests[0].body.equals(bytes));
      await signedAs(server.requests[0], 's3');
    });
  }
});

await test('Bucket.get leaves no half of a file behind, and what was there as it was', async () => {
  Object.assign(process.env, RESOURCES);
  const folder = fs.mkdtempSync(path.join(scratch, 'half-'));
  const target = path.join(folder, 'file');
  fs.writeFileSync(target, 'before');
  const half = (request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  };
  await withServer([half], async (server) => {
    const error = await rejected('get', pictures.get('k', target));
    equal('error', [error.name, server.requests.length], ['ConnectionError', 3]);
  });
  await withServer([half, { body: 'whole' }], () => pictures.get('k', target));
  equal('files', [fs.readdirSync(folder), fs.readFileSync(target, 'utf8')], [['file'], 'whole']);
  await withServer([{ body: 'x' }], async (server) => {
    const error = await rejected('get', pictures.get('k', path.join(folder, 'no/such/folder')));
    equal('error', [error.code, server.requests.length], ['ENOENT', 1]);
  });
});
