// Calls to services that check signatures with another implementation: moto, its authentication switched on.
//
// It computes them over paths and forms that it has decoded and encoded again, as boto3 writes them. So names of objects with
// more than letters and spaces and forms with spaces are left to signatures.mjs, and so is Lambda, whose requests it refuses
// from boto3, too.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../ports.mjs';
import { REPO, call, check, equal, folder, test, until } from './harness.mjs';

const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const program = path.join(REPO, 'build/moto/bin/moto_server');
let moto;
const env = { AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'first', AWS_SECRET_ACCESS_KEY: 'any' };
const wrong = () => ({ ...env, AWS_SECRET_ACCESS_KEY: `${env.AWS_SECRET_ACCESS_KEY}x` });
const iam = async (operation, parameters) => {
  const r = await call(env, 'iam', operation, `body=${new URLSearchParams(parameters).toString().replaceAll('+', '%20')}`);
  equal(operation, r.code, 0);
  return r.first.body;
};

await test('moto starts, and checks signatures', async () => {
  check('moto_server', fs.existsSync(program), 'is missing: run scripts/setup test');
  moto = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await until(`${url}/moto-api/`);
  await iam('CreateUser', { UserName: 'u' });
  const key = await iam('CreateAccessKey', { UserName: 'u' });
  await iam('PutUserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument: POLICY });
  env.AWS_ACCESS_KEY_ID = key.match(/<AccessKeyId>(.*?)</)[1];
  env.AWS_SECRET_ACCESS_KEY = key.match(/<SecretAccessKey>(.*?)</)[1];
  const on = await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '0' });
  equal('reset-auth', on.status, 200);
});

const file = path.join(folder, 'object');
fs.writeFileSync(file, Buffer.alloc(300000, 'pluto'));
const large = path.join(folder, 'large');
fs.writeFileSync(large, Buffer.alloc(9_000_000, 'pluto'));

// What is asked, and what a wrong secret is told.
const CALLS = [
  [['sts', 'GetCallerIdentity', 'safe'], /<Account>123456789012</, 'SignatureDoesNotMatch'],
  [['cloudformation', 'DescribeStacks', 'safe'], /<DescribeStacksResult>/, 'SignatureDoesNotMatch'],
  [['cloudformation', 'CreateStack', `body=StackName=s&TemplateBody=${encodeURIComponent('{"Resources":{"T":{"Type":"AWS::SNS::Topic"}},"Outputs":{"O":{"Value":"a+c/~"}}}')}`], /<StackId>arn:aws:cloudformation/, 'SignatureDoesNotMatch'],
  [['iam', 'ListRoles', 'safe'], /<ListRolesResult>/, 'SignatureDoesNotMatch'],
  [['s3', 'CreateBucket', 'method=PUT', 'bucket=b-one'], /CreateBucketResponse/, 'SignatureDoesNotMatch'],
  [['s3', 'PutObject', 'method=PUT', 'bucket=b-one', 'path=/a/b%20c', 'body=hello', 'header=content-type:text/plain', 'header=x-amz-meta-x:  two   words '], /^$/, 'SignatureDoesNotMatch'],
  [['s3', 'PutObject', 'method=PUT', 'bucket=b-one', 'path=/file', `file=${file}`], /^$/, 'SignatureDoesNotMatch'],
  [['s3', 'GetObject', 'method=GET', 'bucket=b-one', 'path=/a/b%20c', 'safe'], /^hello$/, 'SignatureDoesNotMatch'],
  [['s3', 'ListObjectsV2', 'method=GET', 'bucket=b-one', 'query=prefix=a&list-type=2', 'safe'], /<KeyCount>1</, 'SignatureDoesNotMatch'],
  [['s3', 'PutPublicAccessBlock', 'method=PUT', 'bucket=b-one', 'query=publicAccessBlock', 'body=<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>'], /^$/, 'SignatureDoesNotMatch'],
  [['s3', 'HeadObject', 'method=HEAD', 'bucket=b-one', 'path=/file', 'safe'], /^$/, 'Forbidden'],
  [['s3', 'DeleteObject', 'method=DELETE', 'bucket=b-one', 'path=/file'], /^$/, 'SignatureDoesNotMatch'],
  [['logs', 'DescribeLogGroups', 'safe'], /"logGroups": \[\]/, 'SignatureDoesNotMatch'],
  [['sagemaker', 'ListEndpoints', 'safe'], /"Endpoints": \[\]/, 'SignatureDoesNotMatch'],
  [['ssm', 'DescribeParameters', 'safe'], /"Parameters": \[\]/, 'SignatureDoesNotMatch'],
];

for (const [what, wanted, refusal] of CALLS)
  await test(`moto takes ${what[0]} ${what[1]}, and not with another secret`, async () => {
    // The wrong one first: whatever it did would show in what follows.
    const no = await call(wrong(), ...what);
    equal('exit code', no.code, 1);
    // A JSON service is refused in XML here, which has no code in its place.
    check('code', no.first.code === refusal || no.first.message.includes(refusal), no.first);
    const yes = await call(env, ...what);
    check('answer', yes.code === 0 && wanted.test(yes.first.body), yes);
  });

await test('the file has arrived as it is', async () => {
  await call(env, 's3', 'PutObject', 'method=PUT', 'bucket=b-one', 'path=/again', `file=${file}`);
  const head = await call(env, 's3', 'HeadObject', 'method=HEAD', 'bucket=b-one', 'path=/again', 'safe');
  equal('status', head.first.status, 200);
  const got = await call(env, 's3', 'GetObject', 'method=GET', 'bucket=b-one', 'path=/again', 'header=range:bytes=299990-299999');
  equal('its end', got.first.body, 'plutopluto');
  equal('large', (await call(env, 's3', 'PutObject', 'method=PUT', 'bucket=b-one', 'path=/large', `file=${large}`)).code, 0);
  const end = await call(env, 's3', 'GetObject', 'method=GET', 'bucket=b-one', 'path=/large', 'header=range:bytes=8999990-');
  equal('its end', end.first.body, 'plutopluto');
});

await test('what is not there has a code, with a body and without', async () => {
  const get = await call(env, 's3', 'GetObject', 'method=GET', 'bucket=b-one', 'path=/none', 'safe');
  equal('code', [get.first.status, get.first.code, get.first.kind], [404, 'NoSuchKey', 1]);
  const head = await call(env, 's3', 'HeadObject', 'method=HEAD', 'bucket=b-one', 'path=/none', 'safe');
  equal('code', [head.first.status, head.first.code], [404, 'NotFound']);
  const stack = await call(env, 'cloudformation', 'DescribeStacks', 'body=StackName=none', 'safe');
  equal('code', [stack.first.status, stack.first.code], [400, 'ValidationError']);
  check('message', stack.first.message.startsWith('Stack with id none does not exist'), stack.first.message);
});

await test('an unknown key is told so', async () => {
  const r = await call({ ...env, AWS_ACCESS_KEY_ID: 'AKIAUNKNOWNUNKNOWN00' }, 'sts', 'GetCallerIdentity', 'safe');
  equal('code', r.first.code, 'InvalidClientTokenId');
  check('hint', r.first.hint.includes('pluto doctor'), r.first.hint);
});

moto?.kill();
