// The operations against services that keep what they get: moto, which stands in for AWS, filled and read by the
// AWS SDK's own clients, so that each side sees what the other wrote.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Bucket, KVStore, Queue, Secret } from '../../runtime/client/index.mjs';
import { REPO, check, equal, rejected, sdk, test } from './harness.mjs';

const moto = path.join(REPO, 'build/moto/bin/moto_server');
const credentials = { accessKeyId: 'AK', secretAccessKey: 'secret' };

async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function start() {
  if (!fs.existsSync(moto)) throw new Error(`there is no ${path.relative(REPO, moto)}: run scripts/setup test`);
  const port = await freePort();
  const child = spawn(moto, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  process.on('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 300; i++) {
    if (await fetch(`${url}/moto-api/`).catch(() => null)) return { url, child };
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('moto does not answer');
}

let server;
await test('moto starts', async () => {
  server = await start();
});

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-client-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
const options = { endpoint: server?.url, region: 'us-east-1', credentials };

const against = (name, variables, body) =>
  test(name, () => {
    Object.assign(process.env, { AWS_ENDPOINT_URL: server.url, ...variables });
    return body();
  });

await against('a KVStore keeps, gives and forgets', { PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME: 'notes-1' }, async () => {
  const { DynamoDBClient, CreateTableCommand } = sdk('@aws-sdk/client-dynamodb');
  const { DynamoDBDocumentClient, GetCommand, PutCommand } = sdk('@aws-sdk/lib-dynamodb');
  const raw = new DynamoDBClient(options);
  const document = DynamoDBDocumentClient.from(raw);
  await raw.send(new CreateTableCommand({
    TableName: 'notes-1', BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
  }));
  const notes = new KVStore('notes');
  equal('nothing', (await rejected('get', notes.get('a'))).name, 'NotFoundError');
  for (const value of ['text', '', 'ü"\\\n日', 'x'.repeat(300_000)]) {
    await notes.set('a/ü', value);
    equal('ours', await notes.get('a/ü'), value);
    equal('theirs', (await document.send(new GetCommand({ TableName: 'notes-1', Key: { Id: 'a/ü' } }))).Item, { Id: 'a/ü', Value: value });
  }
  await document.send(new PutCommand({ TableName: 'notes-1', Item: { Id: 'b', Value: { n: [1, null, 'x'] }, Other: 1 } }));
  equal('what the SDK wrote', await notes.get('b'), { n: [1, null, 'x'] });
  await notes.delete('b');
  await notes.delete('b');
  equal('gone', (await rejected('get', notes.get('b'))).name, 'NotFoundError');
  equal('no key', (await rejected('get', notes.get(''))).name, 'ServiceError');
  process.env.PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME = 'nowhere';
  const error = await rejected('get', notes.get('a'));
  equal('no table', [error.name, error.code], ['ServiceError', 'ResourceNotFoundException']);
  raw.destroy();
});

await against('a Bucket keeps objects, lists and removes them', { PLUTO_BUCKET_PICTURES_AWS_BUCKET_NAME: 'pictures-1' }, async () => {
  const { S3Client, CreateBucketCommand, GetObjectCommand, PutObjectCommand } = sdk('@aws-sdk/client-s3');
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'pictures-1' }));
  const pictures = new Bucket('pictures');
  const [from, to] = ['from', 'to'].map((name) => path.join(scratch, name));
  const keys = ['a', 'a b+c/ü&<日>.png', "x/'quoted'", 'x/%2F'];
  for (const key of keys) {
    fs.writeFileSync(from, `bytes of ${key}`);
    await pictures.put(key, from);
    await pictures.get(key, to);
    equal('ours', fs.readFileSync(to, 'utf8'), `bytes of ${key}`);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'pictures-1', Key: key }));
    equal('theirs', await Body.transformToString(), `bytes of ${key}`);
  }
  fs.writeFileSync(from, Buffer.alloc(5 << 20, 'pluto'));
  await pictures.put('large', from);
  await pictures.get('large', to);
  check('large', fs.readFileSync(to).equals(fs.readFileSync(from)));
  equal('keys', (await pictures.list()).sort(), [...keys, 'large'].sort());
  equal('some', await pictures.list('x/'), ['x/%2F', "x/'quoted'"]);
  await pictures.delete('large');
  await pictures.delete('large');
  equal('gone', (await pictures.list()).includes('large'), false);
  const error = await rejected('get', pictures.get('large', path.join(scratch, 'none')));
  equal('error', [error.name, error.code, error.status], ['ServiceError', 'NoSuchKey', 404]);
  equal('no file', fs.existsSync(path.join(scratch, 'none')), false);
  for (let i = 0; i < 40; i++) await s3.send(new PutObjectCommand({ Bucket: 'pictures-1', Key: `many/${i}`, Body: 'x' }));
  equal('many', (await pictures.list('many/')).length, 40);
  s3.destroy();
});

await against('a Secret is read', { PLUTO_SECRET_TOKEN_AWS_SECRET_ARN: 'set below' }, async () => {
  const { SecretsManagerClient, CreateSecretCommand, PutSecretValueCommand } = sdk('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(options);
  const { ARN } = await client.send(new CreateSecretCommand({ Name: 'token', SecretString: 'hush ü' }));
  process.env.PLUTO_SECRET_TOKEN_AWS_SECRET_ARN = ARN;
  const token = new Secret('token', 'not this');
  equal('value', await token.get(), 'hush ü');
  await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'changed' }));
  equal('changed', await token.get(), 'changed');
  process.env.PLUTO_SECRET_TOKEN_AWS_SECRET_ARN = `${ARN}x`;
  equal('none', (await rejected('get', token.get())).code, 'ResourceNotFoundException');
  client.destroy();
});

// There is no client of the SDK for SQS here: its JSON is written out.
async function sqs(target, body) {
  const headers = {
    'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${target}`,
    authorization: 'AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
  };
  const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

await against('a Queue takes messages as they are', {}, async () => {
  const { QueueUrl } = await sqs('CreateQueue', { QueueName: 'mails' });
  process.env.PLUTO_QUEUE_MAILS_AWS_QUEUE_URL = QueueUrl;
  const mails = new Queue('mails');
  for (const text of ['{"to":"Ada"}', 'ü\n日']) {
    await mails.push(text);
    const { Messages } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
    equal('messages', Messages.map((m) => m.Body), [text]);
  }
  process.env.PLUTO_QUEUE_MAILS_AWS_QUEUE_URL = `${QueueUrl}-none`;
  equal('none', (await rejected('push', mails.push('x'))).name, 'ServiceError');
});

if (server) {
  const ended = new Promise((done) => server.child.once('exit', done));
  server.child.kill();
  await ended;
}
