// Function: the client that calls it.
//
// Input: arguments. Output: what the function gave. On the wire is the list of arguments, and back comes
// `{code, body}`, as the npm package of this name has it (lambda.mjs is the other end); a raw function gets its one
// argument as the event, and its answer is handed on as it came.
// Invariant: a call is sent a second time only where the first surely did not reach the function.

import { request } from './aws.mjs';
import { InvokeError, ServiceError } from './errors.mjs';
import { register } from './registry.mjs';
import { Resource, idOf, late, needed } from './resource.mjs';

export const DEFAULT_FUNCTION_NAME = 'default';

const WAIT_MS = 910_000; // a function may run for 15 minutes

const parse = (body) => {
  try {
    return body.length ? JSON.parse(body.toString()) : undefined;
  } catch {
    return undefined;
  }
};

// What Lambda answers where the handler threw, could not be loaded or took too long.
function failure(id, report) {
  const { errorType: type = 'Error', errorMessage: message = 'it said nothing', trace } = Object(report);
  return new InvokeError(`${id} failed: ${message}`, { code: 'FunctionError', type, trace });
}

function answer(id, payload) {
  if (payload === null || typeof payload !== 'object' || typeof payload.code !== 'number')
    throw new ServiceError(`${id} answered something that is no result of a function`, { code: 'InvalidAnswer' });
  if (payload.code === 200) return payload.body;
  const said = typeof payload.body === 'string' ? payload.body : JSON.stringify(payload.body);
  throw new InvokeError(said, { code: 'FunctionError', status: payload.code });
}

export class Function extends Resource {
  #raw;

  constructor(func, name, options) {
    if (name !== null && typeof name === 'object') [name, options] = [undefined, name];
    super('Function', name ?? options?.name ?? DEFAULT_FUNCTION_NAME);
    this.#raw = options?.raw === true;
    if (typeof func === 'function') register(idOf(this), func);
  }

  async invoke(...args) {
    const id = idOf(this);
    const name = needed(this, 'awsFunctionName', 'invoke');
    const response = await request({
      service: 'lambda',
      what: `${id}.invoke`,
      method: 'POST',
      path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'RequestResponse' },
      body: JSON.stringify(this.#raw ? (args[0] ?? null) : args),
      repeatable: false,
      wait: WAIT_MS,
    });
    const payload = parse(response.body);
    if (response.headers['x-amz-function-error']) throw failure(id, payload);
    return this.#raw ? payload : answer(id, payload);
  }

  url() {
    return late(this, 'url');
  }

  get awsFunctionName() {
    return late(this, 'awsFunctionName');
  }
}
