// Queue: the client that sends messages, over SQS. What is sent is the message's body, as any sender's would be;
// the subscriber's adapter (lambda.mjs) makes a CloudEvent of it.

import { request } from './aws.mjs';
import { Resource, handle, idOf, late, needed } from './resource.mjs';

const WAIT_MS = 15_000;

export class Queue extends Resource {
  constructor(name, options) {
    super('Queue', name);
  }

  async push(message) {
    if (typeof message !== 'string') throw new TypeError(`a message is a text, this is ${typeof message}`);
    await request({
      service: 'sqs',
      what: `${idOf(this)}.push`,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({ QueueUrl: needed(this, 'awsQueueUrl', 'push'), MessageBody: message }),
      json: true,
      repeatable: true, // a queue may deliver twice anyway
      wait: WAIT_MS,
    });
  }

  subscribe(fn) {
    handle(this, 'subscribe', undefined, fn);
  }

  get awsQueueUrl() {
    return late(this, 'awsQueueUrl');
  }
}
