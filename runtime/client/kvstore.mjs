// KVStore: the client that reads and writes it, over DynamoDB.
//
// An item is `{Id: key, Value: value}`, as the npm package of this name writes it: what one wrote, the other reads.
// Values of other types than text are kept as DynamoDB keeps them.

import { fromAttribute, toAttribute } from './attributes.mjs';
import { request } from './aws.mjs';
import { NotFoundError } from './errors.mjs';
import { Resource, idOf, late, needed } from './resource.mjs';

const KEY = 'Id';
const WAIT_MS = 15_000;

export class KVStore extends Resource {
  constructor(name) {
    super('KVStore', name);
  }

  async #call(operation, target, key, fields) {
    if (typeof key !== 'string') throw new TypeError(`a key of ${idOf(this)} is a text, this is ${typeof key}`);
    const response = await request({
      service: 'dynamodb',
      what: `${idOf(this)}.${operation}`,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${target}` },
      body: JSON.stringify({ TableName: needed(this, 'awsTableName', operation), ...fields }),
      json: true,
      repeatable: true,
      wait: WAIT_MS,
    });
    return Object(response.json);
  }

  async get(key) {
    const { Item } = await this.#call('get', 'GetItem', key, { Key: { [KEY]: { S: key } } });
    if (!Item) throw new NotFoundError(idOf(this), key);
    return Item.Value && fromAttribute(Item.Value);
  }

  async set(key, value) {
    await this.#call('set', 'PutItem', key, { Item: { [KEY]: { S: key }, Value: toAttribute(value) } });
  }

  async delete(key) {
    await this.#call('delete', 'DeleteItem', key, { Key: { [KEY]: { S: key } } });
  }

  get awsTableName() {
    return late(this, 'awsTableName');
  }

  get awsPartitionKey() {
    return KEY;
  }
}
