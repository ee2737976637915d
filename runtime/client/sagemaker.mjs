// SageMaker: the client that asks a model behind an endpoint.
//
// Input: anything that is JSON. Output: the container's answer, as JSON or as its bytes while they come.
// Invariant: a failure of the container is a ModelError that says what the container said; a stream that breaks
// gives an error after what came, never a short answer.

import { request } from './aws.mjs';
import { ModelError, ServiceError } from './errors.mjs';
import { messages } from './eventstream.mjs';
import { Resource, idOf, late, needed } from './resource.mjs';
import { pieces } from './transport.mjs';

const WAIT_MS = 120_000; // a container must answer within one minute
const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'application/vnd.amazon.eventstream';

function asJson(input) {
  const text = JSON.stringify(input);
  if (text === undefined) throw new TypeError(`a model is asked with what JSON can say, this is ${typeof input}`);
  return text;
}

function modelError(what, error, said) {
  if (error.code !== 'ModelError') return undefined;
  const { OriginalStatusCode: originalStatus, OriginalMessage: originalMessage, LogStreamArn: logStreamArn } = Object(said);
  const message = `${what}: the model answered ${originalStatus ?? 'an error'}: ${originalMessage ?? error.message}`;
  const { code, status, requestId } = error;
  return new ModelError(message, { code, status, requestId, originalStatus, originalMessage, logStreamArn });
}

// What a message of the stream brings: bytes of the answer, or the news that there are no more.
function part(what, { headers, payload }) {
  if (headers[':message-type'] === 'event') return headers[':event-type'] === 'PayloadPart' ? payload : null;
  const code = headers[':exception-type'] ?? headers[':error-code'] ?? 'StreamBroken';
  let said = {};
  try {
    said = Object(JSON.parse(payload.toString()));
  } catch {
    // the headers say enough
  }
  const why = said.Message ?? said.message ?? headers[':error-message'] ?? 'the stream broke';
  const Kind = /^model/i.test(code) ? ModelError : ServiceError;
  throw new Kind(`${what}: ${why} (${said.ErrorCode ?? code})`, { code, reason: said.ErrorCode });
}

export class SageMaker extends Resource {
  constructor(name, imageUri, options) {
    super('SageMaker', name);
  }

  #ask(operation, path, headers, rest) {
    const what = `${idOf(this)}.${operation}`;
    const name = needed(this, 'endpointName', operation);
    return request({
      service: 'sagemaker',
      what,
      method: 'POST',
      path: `/endpoints/${encodeURIComponent(name)}/${path}`,
      headers,
      repeatable: true,
      wait: WAIT_MS,
      refused: (error, said) => modelError(what, error, said),
      ...rest,
    });
  }

  async invoke(input) {
    const headers = { 'content-type': JSON_TYPE, accept: JSON_TYPE };
    const { json } = await this.#ask('invoke', 'invocations', headers, { body: asJson(input), json: true });
    return json;
  }

  async *invokeStream(input) {
    const what = `${idOf(this)}.invokeStream`;
    const headers = { 'content-type': JSON_TYPE, 'x-amzn-sagemaker-accept': JSON_TYPE };
    const answer = await this.#ask('invokeStream', 'invocations-response-stream', headers, {
      body: asJson(input),
      read: (response) => response,
    });
    if (answer.headers['content-type'] !== STREAM_TYPE) {
      answer.stream.destroy();
      throw new ServiceError(`${what}: the answer is no stream of messages`, { code: 'InvalidAnswer', status: answer.status });
    }
    for await (const message of messages(pieces(answer))) {
      const bytes = part(what, message);
      if (bytes?.length) yield bytes;
    }
  }

  async invokeAsync(inputLocation) {
    const headers = { 'x-amzn-sagemaker-inputlocation': String(inputLocation) };
    const { headers: got } = await this.#ask('invokeAsync', 'async-invocations', headers, {});
    return got['x-amzn-sagemaker-outputlocation'];
  }

  get asyncBucket() {
    return late(this, 'asyncBucket');
  }

  endpointUrl() {
    return late(this, 'endpointUrl');
  }

  get endpointName() {
    return late(this, 'endpointName');
  }
}
