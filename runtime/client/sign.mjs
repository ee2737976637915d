// AWS Signature Version 4, in headers.
//
// Input: a request, credentials, region, service and time. Output: its headers, with those of the signature.
// All headers handed in are signed. Invariant: what is signed is what is sent: path and query are taken as they go
// over the wire, and are written anew only for the digest.

const crypto = () => process.getBuiltinModule('node:crypto'); // loading it takes longer than all of this

export const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const sha256 = (data) => crypto().createHash('sha256').update(data).digest('hex');
const hmac = (key, text) => crypto().createHmac('sha256', key).update(text).digest();

/** Percent-encoding as AWS has it: everything but letters, digits and -._~ */
export const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// "a=1&b" as it goes over the wire: sorted by name, then value, each encoded in the one way.
function canonicalQuery(query) {
  if (!query) return '';
  const again = (text) => encode(decodeURIComponent(text));
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [again(pair), ''] : [again(pair.slice(0, at)), again(pair.slice(at + 1))];
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

// `.` and `..` are gone through and double `/` dropped, as most services do before they look at a path.
function normalized(path) {
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}${parts.length && path.endsWith('/') ? '/' : ''}`;
}

// S3 takes the path as it is sent; every other service encodes it once more.
function canonicalPath(path, service, normalize) {
  if (service === 's3') return path;
  return (normalize ? normalized(path) : path).split('/').map(encode).join('/') || '/';
}

const trimmed = (value) => String(value).trim().replace(/\s+/g, ' ');

/** The canonical request and the names of the headers that it holds. */
export function canonical({ method, path, query = '', headers, hash, service, normalize = true }) {
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.map(trimmed).join(',') : trimmed(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = lines.map(([name]) => name).join(';');
  const text = [
    method,
    canonicalPath(path, service, normalize),
    canonicalQuery(query),
    ...lines.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hash,
  ].join('\n');
  return { text, names };
}

let last = { id: '', key: null }; // the key of a day serves all of the day's requests

function signingKey(secret, day, region, service) {
  const id = `${sha256(secret)}/${day}/${region}/${service}`;
  if (last.id !== id) {
    const key = [day, region, service, 'aws4_request'].reduce(hmac, `AWS4${secret}`);
    last = { id, key };
  }
  return last.key;
}

/**
 * The headers of the signed request. `headers` has at least `host`; `hash` is the hexadecimal SHA-256 of the body;
 * `hashed`: says it in a header, too, which S3 demands.
 */
export function sign({ headers, credentials, region, service, date, hashed = true, ...rest }) {
  const time = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const signed = { ...headers, 'x-amz-date': time };
  if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken;
  if (hashed) signed['x-amz-content-sha256'] = rest.hash;
  const { text, names } = canonical({ ...rest, headers: signed, service });
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(text)].join('\n');
  const signature = hmac(signingKey(credentials.secretAccessKey, day, region, service), toSign).toString('hex');
  signed.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return signed;
}
