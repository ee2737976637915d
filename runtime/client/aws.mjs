// Requests to the services of AWS: signed, sent, and sent again where that may help.
//
// Input: a service, a request of it, and whether doing it twice is doing it once. Output: the answer, or a
// ServiceError or ConnectionError.
// Invariant: three attempts at most. What is not `repeatable` is repeated only where the service says that it did
// not begin, or nobody can have read the request.

import { credentials } from './credentials.mjs';
import { endpoint } from './endpoint.mjs';
import { ConnectionError, ResourceError, ServiceError } from './errors.mjs';
import { EMPTY_HASH, sha256, sign } from './sign.mjs';
import { open, whole } from './transport.mjs';

const ATTEMPTS = 3;
const BASE_MS = 100;
const THROTTLED_MS = 500;
const DELAY_MAX_MS = 20_000;
const SKEW_MS = 4 * 60_000;

const THROTTLED = new Set([
  'BandwidthLimitExceeded', 'EC2ThrottledException', 'LimitExceededException', 'ModelNotReadyException',
  'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'RequestThrottled',
  'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException',
  'TooManyRequestsException', 'TransactionInProgressException',
]);
const CLOCK = new Set([
  'AuthFailure', 'InvalidSignatureException', 'RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId']);

let clock = 0; // what the services' clock is ahead of ours, in milliseconds

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- Errors -----------------------------------------------------------------------------------------

const tag = (xml, name) => xml.match(new RegExp(`<${name}>([^<]*)</${name}>`))?.[1];

// What services say: JSON with a type in it or in a header, or XML.
function refusal(what, { status, headers, body }) {
  const text = body.toString();
  let said = {};
  try {
    said = Object(JSON.parse(text));
  } catch {
    if (text.includes('<Error')) said = { code: tag(text, 'Code'), message: tag(text, 'Message') };
  }
  const type = [headers['x-amzn-errortype'], said.__type, said.code, said.Code].find((t) => typeof t === 'string' && t);
  const code = type ? type.replace(/:.*$/s, '').replace(/^.*#/s, '') : `Http${status}`;
  const why = [said.message, said.Message, said.OriginalMessage, headers['x-amzn-errormessage']].find((m) => typeof m === 'string' && m);
  const requestId = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];
  const date = Date.parse(headers.date);
  const error = new ServiceError(`${what}: ${why ? `${why} (${code})` : `${code}, status ${status}`}`, { code, status, requestId });
  return { error, said, date };
}

// ---- One attempt ------------------------------------------------------------------------------------

async function send(ask, at, fresh) {
  const keys = await credentials(fresh);
  const path = at.base + ask.path;
  const { body = '' } = ask;
  const hash = ask.hash ?? (body.length ? sha256(body) : EMPTY_HASH);
  const length = ask.length ?? Buffer.byteLength(body);
  const headers = { ...ask.headers, host: at.host };
  if (length || ask.method === 'POST' || ask.method === 'PUT') headers['content-length'] = String(length);
  const signed = sign({
    method: ask.method,
    path,
    query: ask.query,
    headers,
    hash,
    credentials: keys,
    region: at.region,
    service: at.sign,
    date: new Date(Date.now() + clock),
  });
  signed['user-agent'] = 'pluto/0.1.0';
  // Lambda stops functions that call each other in a circle by what this says.
  if (process.env.AWS_LAMBDA_FUNCTION_NAME && process.env._X_AMZN_TRACE_ID) signed['x-amzn-trace-id'] = process.env._X_AMZN_TRACE_ID;
  const { protocol, hostname, port } = at;
  const target = path + (ask.query ? `?${ask.query}` : '');
  return open({ protocol, hostname, port, method: ask.method, path: target, headers: signed, body, wait: ask.wait });
}

// The answer, or what the service refused with.
async function attempt(ask, at, fresh) {
  const answer = await send(ask, at, fresh);
  const good = answer.status >= 200 && answer.status < 300;
  if (good && ask.read) return { value: await ask.read(answer) };
  const response = { status: answer.status, headers: answer.headers, body: await whole(answer) };
  if (!good) return refusal(ask.what, response);
  if (!ask.json) return { value: response };
  try {
    return { value: { ...response, json: JSON.parse(response.body.toString()) } };
  } catch {
    const code = 'InvalidAnswer';
    return { error: new ServiceError(`${ask.what}: the answer is not JSON`, { code, status: answer.status }) };
  }
}

// ---- Attempts ---------------------------------------------------------------------------------------

// How long to wait before the next attempt, at most; 0: there is none.
function patience(ask, error) {
  if (error instanceof ServiceError) {
    if (error.status === 429 || THROTTLED.has(error.code)) return THROTTLED_MS;
    return ask.repeatable && error.status >= 500 && error.status !== 501 ? BASE_MS : 0;
  }
  if (!(error instanceof ConnectionError) || error.code === 'TooLong') return 0;
  if (error.sent === false) return BASE_MS;
  // Who did not answer in time is not likely to be faster now.
  return ask.repeatable && error.code !== 'Timeout' ? BASE_MS : 0;
}

function named(ask, error) {
  if (error instanceof ConnectionError && !error.message.startsWith(ask.what)) error.message = `${ask.what}: ${error.message}`;
  return error;
}

/**
 * The answer `{status, headers, body}` of a service, with the body's value in `json` where `ask.json`; or what
 * `ask.read` makes of the answer while it comes.
 */
export async function request(ask) {
  const configured = Number(process.env.AWS_MAX_ATTEMPTS);
  const attempts = configured >= 1 ? Math.min(configured, 10) : ATTEMPTS;
  let fresh = false, corrected = false;
  for (let n = 1; ; n++) {
    const at = ask.place ? ask.place(endpoint(ask.service)) : endpoint(ask.service);
    const { value, error, said, date } = await attempt(ask, at, fresh).catch((thrown) => ({ error: thrown }));
    if (!error) return value;
    if (!(error instanceof ResourceError)) throw error;
    const off = CLOCK.has(error.code) ? date - Date.now() : clock;
    if (!corrected && Math.abs(off - clock) > SKEW_MS) {
      corrected = true;
      clock = off;
      continue;
    }
    if (!fresh && EXPIRED.has(error.code) && !process.env.AWS_ACCESS_KEY_ID) {
      fresh = true;
      continue;
    }
    const delay = n < attempts ? patience(ask, error) : 0;
    if (!delay) throw (ask.refused?.(error, said) ?? named(ask, error));
    await sleep(Math.random() * Math.min(DELAY_MAX_MS, delay * 2 ** (n - 1)));
  }
}
