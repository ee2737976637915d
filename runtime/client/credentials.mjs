// The credentials of the function that runs.
//
// Input: the environment, where Lambda puts the keys of the function's role; else the address that containers and
// restored snapshots get keys from. Output: {accessKeyId, secretAccessKey, sessionToken}.
// Invariant: the environment is read for each request, keys from the address are renewed five minutes before they
// end; no message holds any of it.

import { CredentialsError } from './errors.mjs';
import { open, whole } from './transport.mjs';

const EARLY_MS = 5 * 60_000;
const LINK_LOCAL = 'http://169.254.170.2'; // of Amazon's containers
const HOSTS = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost', '[::1]'];

const cache = { url: '', keys: null, ends: 0, pending: null };

function address() {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = process.env;
  if (!path && !full) return null;
  const url = URL.parse(path ? LINK_LOCAL + path : full);
  // Keys go over the network in the clear only where nobody else can listen.
  const near = url && (HOSTS.includes(url.hostname) || /^127(\.\d+){3}$/.test(url.hostname));
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && near)))
    throw new CredentialsError('the address of the credentials is neither https nor on this machine');
  return url;
}

function token() {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: text } = process.env;
  const value = file ? process.getBuiltinModule('node:fs').readFileSync(file, 'utf8') : text;
  if (value && /[\r\n]/.test(value)) throw new CredentialsError('the token for the credentials has a line break');
  return value;
}

async function fetchKeys(url) {
  const authorization = token();
  const response = await open({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || undefined,
    method: 'GET',
    path: url.pathname + url.search,
    headers: { accept: 'application/json', ...(authorization && { authorization }) },
    wait: 5_000,
  });
  const body = (await whole(response)).toString();
  let answer = {};
  try {
    answer = Object(JSON.parse(body));
  } catch {
    // said below
  }
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration } = answer;
  if (response.status !== 200 || typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string')
    throw new CredentialsError(`the address of the credentials answered ${response.status} and gave none`);
  return { keys: { accessKeyId, secretAccessKey, sessionToken }, ends: Date.parse(Expiration) || Infinity };
}

/** `fresh`: those that were given last were refused. */
export async function credentials(fresh = false) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken };
  const url = address();
  if (!url) throw new CredentialsError('no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
  if (!fresh && cache.url === url.href && Date.now() < cache.ends - EARLY_MS) return cache.keys;
  cache.pending ??= fetchKeys(url).finally(() => (cache.pending = null));
  Object.assign(cache, await cache.pending, { url: url.href });
  return cache.keys;
}
