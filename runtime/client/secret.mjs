// Secret: the client that reads it, over Secrets Manager. Each `get` asks anew, so a value that was changed counts
// from then on.

import { request } from './aws.mjs';
import { NotFoundError } from './errors.mjs';
import { Resource, idOf, late, needed } from './resource.mjs';

const WAIT_MS = 15_000;

export class Secret extends Resource {
  // The value is the compiler's matter: a function that has no right to the secret must not hold it either.
  constructor(name, value) {
    super('Secret', name);
  }

  async get() {
    const { json } = await request({
      service: 'secretsmanager',
      what: `${idOf(this)}.get`,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: JSON.stringify({ SecretId: needed(this, 'awsSecretArn', 'get') }),
      json: true,
      repeatable: true,
      wait: WAIT_MS,
    });
    if (typeof json?.SecretString !== 'string') throw new NotFoundError(idOf(this), 'SecretString');
    return json.SecretString;
  }

  get awsSecretArn() {
    return late(this, 'awsSecretArn');
  }
}
