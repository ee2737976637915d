// Queue: the client that sends messages, over SQS. What is sent is the message's body, as any sender's would be;
// the subscriber's adapter (lambda.mjs) makes a CloudEvent of it.

import { request } from './aws.mjs';
import { Resource } from './resource.mjs';

const WAIT_MS = 15_000;

export class Queue extends Resource {
  constructor(name, options) {
    super('Queue', name);
  }

  async push(message) {
    if (typeof message !== 'string') throw new TypeError(`a message is a text, this is ${typeof message}`);
    await request({
      service: 'sqs',
      what: `${Resource.id(this)}.push`,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({ QueueUrl: Resource.needed(this, 'awsQueueUrl', 'push'), MessageBody: message }),
      json: true,
      repeatable: true, // a queue may deliver twice anyway
      wait: WAIT_MS,
    });
  }

  subscribe(fn) {
    Resource.handler(this, 'subscribe', undefined, fn);
  }

  get awsQueueUrl() {
    return Resource.late(this, 'awsQueueUrl');
  }
}
