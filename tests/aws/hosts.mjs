// Each service under its real host name, through a proxy to the stand-in of tests/fakecfn, which checks signatures by its own
// reading of the specification; and whom the client trusts.

import { copyFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { startFake } from '../fakecfn/fake.mjs';
import { call, check, equal, folder, test } from './harness.mjs';

const fake = await startFake({ region: 'eu-west-1' });
const through = fake.env({ proxy: true });
fake.putBucket?.('b-one', { region: 'eu-west-1' });

const SERVICES = [
  ['cloudformation', 'DescribeStacks', 'cloudformation.eu-west-1.amazonaws.com'],
  ['sts', 'GetCallerIdentity', 'sts.eu-west-1.amazonaws.com'],
  ['logs', 'DescribeLogGroups', 'logs.eu-west-1.amazonaws.com'],
  ['sagemaker', 'ListEndpoints', 'api.sagemaker.eu-west-1.amazonaws.com'],
  ['service-quotas', 'ListServiceQuotas', 'servicequotas.eu-west-1.amazonaws.com', 'body={"ServiceCode":"sagemaker"}'],
  ['pricing', 'GetProducts', 'api.pricing.us-east-1.amazonaws.com', 'body={"ServiceCode":"AmazonSageMaker"}'],
  ['ssm', 'GetParameter', 'ssm.eu-west-1.amazonaws.com', 'body={"Name":"/none"}'],
  ['lambda', 'GetFunctionConfiguration', 'lambda.eu-west-1.amazonaws.com', 'method=GET', 'path=/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Anone/configuration'],
  ['apigatewayv2', 'GetApi', 'apigateway.eu-west-1.amazonaws.com', 'method=GET', 'path=/v2/apis/none'],
  ['s3', 'HeadBucket', 'no-such-bucket.s3.eu-west-1.amazonaws.com', 'method=HEAD', 'bucket=no-such-bucket'],
];
// "No", but to a request that was understood.
const UNDERSTOOD = /^(|ParameterNotFound|NotFoundException|ResourceNotFoundException|NotFound|NoSuchBucket)$/;

for (const [service, operation, host, ...options] of SERVICES)
  await test(`${service} is asked at ${host}`, async () => {
    fake.tunnels.length = 0;
    const r = await call(through, service, operation, 'safe', ...options);
    equal('tunnels', fake.tunnels, [`${host}:443`]);
    check('answer', r.code < 2 && UNDERSTOOD.test(r.first.code), r);
  });

await test('one connection serves many calls', async () => {
  fake.tunnels.length = 0;
  const r = await call(through, 'sts', 'GetCallerIdentity', 'safe', 'times=20');
  equal('answers', r.replies.map((a) => a.status), Array(20).fill(200));
  equal('tunnels', fake.tunnels.length, 1);
});

await test('many threads share no more connections than there are threads', async () => {
  fake.tunnels.length = 0;
  const r = await call(through, 'sts', 'GetCallerIdentity', 'safe', 'times=10', 'threads=8');
  equal('answers', r.replies.map((a) => a.status), Array(80).fill(200));
  check('tunnels', fake.tunnels.length <= 8, fake.tunnels.length);
});

await test('what must not happen twice has a connection of its own', async () => {
  fake.tunnels.length = 0;
  await call(through, 'sts', 'GetCallerIdentity', 'times=3');
  equal('tunnels', fake.tunnels.length, 3);
});

// ---- Trust ----

const direct = fake.env();

await test('an authority that AWS_CA_BUNDLE names is trusted', async () => {
  const r = await call(direct, 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', r.code, 0);
});

await test("so is one that the profile's ca_bundle names", async () => {
  const { AWS_CA_BUNDLE, ...rest } = direct;
  copyFileSync(AWS_CA_BUNDLE, path.join(folder, 'ca.pem'));
  const config = path.join(folder, 'config');
  writeFileSync(config, `[default]\nca_bundle = ${folder}/ca.pem\n`);
  const r = await call({ ...rest, AWS_CONFIG_FILE: config }, 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', r.code, 0);
});

await test('an authority that nobody named is not', async () => {
  const { AWS_CA_BUNDLE, ...rest } = direct;
  const from = fake.requests.length;
  const r = await call(rest, 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', r.code, 3);
  check('message', /certificate of `127\.0\.0\.1:\d+` is not to be trusted/.test(r.first.error), r.first);
  check('hint', r.first.hint.includes('AWS_CA_BUNDLE'), r.first);
  equal('requests', fake.requests.length, from);
});

for (const flaw of ['expired', 'wrong-host', 'self-signed'])
  await test(`a certificate that is ${flaw} is refused, at once`, async () => {
    await fake.setTlsFlaw(flaw);
    const from = fake.requests.length;
    const r = await call(through, 'sts', 'GetCallerIdentity', 'safe', 'trace');
    await fake.setTlsFlaw('');
    equal('exit code', r.code, 3);
    check('message', r.first.error.includes('certificate of `sts.eu-west-1.amazonaws.com` is not to be trusted'), r.first);
    equal('attempts', r.trace.length, 1);
    equal('requests', fake.requests.length, from);
  });

await test('a bundle that is not there is told', async () => {
  const r = await call({ ...direct, AWS_CA_BUNDLE: '/nowhere/ca.pem' }, 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', r.code, 3);
  check('message', r.first.error.includes('cannot read the authorities') && r.first.error.includes('/nowhere/ca.pem'), r.first);
});

await test('a server that speaks no TLS is no answer', async () => {
  const server = net.createServer((s) => s.on('error', () => {}).on('data', () => s.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<R/>')));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const r = await call({ ...direct, AWS_ENDPOINT_URL: `https://127.0.0.1:${server.address().port}` }, 'sts', 'GetCallerIdentity');
  server.close();
  equal('exit code', r.code, 3);
  check('message', r.first.error.includes('cannot connect to'), r.first);
});

// ---- Where credentials do not go ----

await test('plain HTTP stays on this machine', async () => {
  const env = { ...direct, AWS_ENDPOINT_URL: 'http://192.0.2.1:9' };
  const r = await call(env, 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', r.code, 3);
  check('message', r.first.error.includes('not encrypted') && r.first.hint.includes('--insecure-endpoint'), r.first);
  const own = await call(fake.env({ http: true }), 'sts', 'GetCallerIdentity', 'safe');
  equal('exit code', own.code, 0);
});

await test('no proxy stands between this machine and itself', async () => {
  const env = { ...fake.env({ http: true }), http_proxy: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' };
  equal('exit code', (await call(env, 'sts', 'GetCallerIdentity', 'safe')).code, 0);
});

for (const url of ['http://bob:hunter 2@127.0.0.1:9', 'ftp://bob:hunter2@127.0.0.1:9', 'http://bob:hunter2@127.0.0.1:99999'])
  await test(`a proxy's address that is none is told, without the password: ${url}`, async () => {
    const r = await call({ ...through, HTTPS_PROXY: url, https_proxy: url }, 'sts', 'GetCallerIdentity', 'trace');
    equal('answer', [r.code, r.trace.length, r.first.error], [3, 1, 'the address of the proxy cannot be understood']);
    check('the password', !JSON.stringify(r).includes('hunter'), r);
  });

await test('a proxy that is not there is told', async () => {
  const r = await call({ ...through, HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' }, 'sts', 'GetCallerIdentity', 'total=1500');
  equal('exit code', r.code, 3);
  check('message', /127\.0\.0\.1|proxy/i.test(r.first.error), r.first);
});

for (const [status, attempts] of [[407, 1], [403, 1], [503, 3]])
  await test(`a proxy that answers ${status} is told`, async () => {
    const proxy = net.createServer((s) => s.on('error', () => {}).on('data', () => s.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`)));
    await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${proxy.address().port}`;
    const r = await call({ ...through, HTTPS_PROXY: url, https_proxy: url }, 'sts', 'GetCallerIdentity', 'total=1500', 'trace');
    proxy.close();
    equal('exit code', r.code, 3);
    check('message', r.first.error.includes('the proxy does not let us through to `sts.eu-west-1.amazonaws.com`') && r.first.error.includes(String(status)), r.first);
    check('hint', r.first.hint.includes('HTTPS_PROXY') === (status === 407), r.first);
    check('attempts', attempts === 1 ? r.trace.length === 1 : r.trace.length >= attempts, r.trace);
  });

await test('redirects are not followed', async () => {
  fake.script('*', { raw: { status: 307, headers: { location: 'https://evil.example/' }, body: '' } });
  const from = fake.tunnels.length;
  const r = await call(through, 'sts', 'GetCallerIdentity', 'safe');
  equal('answer', [r.code, r.first.status, r.first.code], [1, 307, 'TemporaryRedirect']);
  equal('tunnels', fake.tunnels.length, from + 1);
});

await test('neither the trace nor messages have a secret', async () => {
  const secret = direct.AWS_SECRET_ACCESS_KEY;
  const env = { ...through, AWS_ACCESS_KEY_ID: 'ASIATEMPORARY0000000', AWS_SESSION_TOKEN: 'TOKENTOKENTOKEN' };
  fake.addCredentials('ASIATEMPORARY0000000', { secret, token: 'TOKENTOKENTOKEN' });
  const r = await call(env, 'sts', 'GetCallerIdentity', 'safe', 'trace');
  equal('exit code', r.code, 0);
  check('trace', /^STS GetCallerIdentity: POST https:\/\/sts\.eu-west-1\.amazonaws\.com\/ 200, \d+ ms, attempt 1, request \S+$/.test(r.trace[0]), r.trace);
  const all = JSON.stringify(r);
  for (const word of [secret, 'TOKENTOKEN', 'Signature=']) check(`no ${word}`, !all.includes(word));
});

equal('errors of the stand-in', fake.bugs.map(String), []);
await fake.close();
