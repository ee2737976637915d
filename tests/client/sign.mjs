// Signatures, beside those of others: AWS's own suite of cases, and the signer of the AWS SDK.

import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { canonical, encode, sha256, sign } from '../../runtime/client/sign.mjs';
import { REPO, check, equal, sdk, test } from './harness.mjs';

// "GET /?a=b HTTP/1.1\nHost:…\n\nbody": a header may stand several times, and go on in lines that start with a space.
function parse(text) {
  const [head, ...rest] = text.replaceAll('\r\n', '\n').split('\n\n');
  const [first, ...lines] = head.split('\n').filter(Boolean);
  const [, method, target] = first.match(/^(\S+) (.*) HTTP\/1\.1$/);
  const [, where, query] = target.match(/^([^?]*)\??([^]*)$/);
  const headers = {};
  let last;
  for (const line of lines) {
    if (/^\s/.test(line)) {
      headers[last][headers[last].length - 1] += `\n${line}`;
      continue;
    }
    last = line.slice(0, line.indexOf(':')).toLowerCase();
    (headers[last] ??= []).push(line.slice(line.indexOf(':') + 1));
  }
  return { method, path: where, query, headers, body: rest.join('\n\n') };
}

const cases = JSON.parse(fs.readFileSync(path.join(REPO, 'tests/data/aws-sigv4.json'), 'utf8'));
check('cases', Object.keys(cases).length === 38);

for (const [name, { request, context, canonical: wanted, signature }] of Object.entries(cases))
  await test(`the signature of ${name}`, () => {
    const { body, ...rest } = parse(request);
    const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token } = context.credentials;
    const late = context.omit_session_token; // the token is put behind after signing
    const given = {
      ...rest,
      hash: sha256(body),
      normalize: context.normalize,
      service: context.service,
      region: context.region,
      date: new Date(context.timestamp),
      credentials: { accessKeyId, secretAccessKey, sessionToken: late ? undefined : token },
      hashed: context.sign_body,
    };
    const signed = sign(given);
    const { authorization, ...headers } = signed;
    equal('canonical request', canonical({ ...given, headers }).text, wanted);
    equal('signature', authorization.match(/Signature=(\w+)$/)[1], signature.trim());
  });

class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', Buffer.from(secret)) : createHash('sha256');
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

/** The authorization that the SDK's signer gives to a request as it came over the wire. */
export async function theirs({ method, url, headers, body }, { region, service, keys }) {
  const { SignatureV4 } = sdk('@smithy/signature-v4');
  const [where, search = ''] = url.split(/\?(.*)/s);
  const query = {};
  for (const pair of search.split('&').filter(Boolean)) {
    const [name, value = ''] = pair.split('=');
    query[decodeURIComponent(name)] = decodeURIComponent(value);
  }
  const skipped = ['authorization', 'connection', 'user-agent', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token'];
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !skipped.includes(name)));
  const signer = new SignatureV4({ credentials: keys, region, service, sha256: Sha256, uriEscapePath: service !== 's3' });
  const time = headers['x-amz-date'].replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const signed = await signer.sign(
    { method, protocol: 'http:', hostname: 'x', path: where, query, headers: kept, body },
    { signingDate: new Date(time) },
  );
  return signed.headers.authorization;
}

await test("random requests are signed as the SDK's signer signs them", async () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const letters = ["a", 'Z', '0', '-', '.', '_', '~', ' ', '+', '%', ':', '@', "'", '(', '*', '!', '=', '&', '?', '#', 'é', '日', '😀', '"'];
  const text = () => Array.from({ length: random(8) }, () => letters[random(letters.length)]).join('');
  for (let i = 0; i < 300; i++) {
    const service = ['dynamodb', 's3', 'lambda'][random(3)];
    const keys = { accessKeyId: 'AK', secretAccessKey: text() || 'x', sessionToken: random(2) ? `token${i}` : undefined };
    const where = `/${Array.from({ length: random(4) }, () => encode(text().replaceAll('.', 'd') || 'x')).join('/')}`;
    const query = [...new Set(Array.from({ length: random(4) }, () => encode(text() || 'k')))].map((k) => `${k}=${encode(text())}`).join('&');
    const body = text();
    const headers = { host: 'example.org', 'x-amz-meta-a': `  ${encode(text())}   b `, 'content-type': 'text/plain' };
    const signed = sign({
      method: 'PUT', path: where, query, headers, hash: sha256(body), credentials: keys,
      region: 'eu-west-1', service, date: new Date(1.7e12 + i * 1e7),
    });
    const url = where + (query ? `?${query}` : '');
    const wanted = await theirs({ method: 'PUT', url, headers: signed, body }, { region: 'eu-west-1', service, keys });
    equal(`${url} ${body}`, signed.authorization, wanted);
  }
});
