// Bucket: the client that reads and writes its objects, over S3.
//
// Input: keys and files. Output: files, and lists of keys. Invariant: a file is there whole or not at all: it is
// written beside its place and moved there; what is sent is hashed first, so S3 refuses a file that changed.

import { request } from './aws.mjs';
import { Resource, idOf, late, needed } from './resource.mjs';
import { EMPTY_HASH, encode } from './sign.mjs';
import { pieces } from './transport.mjs';

const WAIT_MS = 60_000;

const fs = () => process.getBuiltinModule('node:fs');
const ENTITIES = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

const unescaped = (xml) =>
  xml.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) =>
    name ? (ENTITIES[name] ?? all) : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)));

// Keys are asked for in URL encoding, where a space may be a plus.
const decoded = (xml) => decodeURIComponent(unescaped(xml).replaceAll('+', ' '));

async function hashFile(file) {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  let length = 0;
  for await (const piece of fs().createReadStream(file)) {
    hash.update(piece);
    length += piece.length;
  }
  return { hash: hash.digest('hex'), length };
}

export class Bucket extends Resource {
  constructor(name, options) {
    super('Bucket', name);
  }

  #ask(operation, method, path, rest) {
    const bucket = needed(this, 'awsBucketName', operation);
    // The bucket is part of the host, but where certificates or the address do not allow it.
    const place = (at) =>
      at.own && !bucket.includes('.')
        ? { ...at, hostname: `${bucket}.${at.hostname}`, host: `${bucket}.${at.host}` }
        : { ...at, base: `${at.base}/${encode(bucket)}` };
    const what = `${idOf(this)}.${operation}`;
    return request({ service: 's3', what, method, path, headers: {}, place, repeatable: true, wait: WAIT_MS, ...rest });
  }

  static #path(key) {
    if (typeof key !== 'string' || !key) throw new TypeError('the key of an object is a text of at least one letter');
    return `/${key.split('/').map(encode).join('/')}`;
  }

  async get(key, filePath) {
    const { createWriteStream, promises } = fs();
    const { pipeline } = process.getBuiltinModule('node:stream/promises');
    const part = `${filePath}.${process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')}`;
    const read = (answer) => pipeline(pieces(answer), createWriteStream(part));
    try {
      await this.#ask('get', 'GET', Bucket.#path(key), { read });
      await promises.rename(part, filePath);
    } catch (error) {
      await promises.rm(part, { force: true });
      throw error;
    }
  }

  async put(key, filePath) {
    const { hash, length } = await hashFile(filePath);
    await this.#ask('put', 'PUT', Bucket.#path(key), {
      headers: { 'content-type': 'application/octet-stream' },
      hash,
      length,
      body: length ? () => fs().createReadStream(filePath, { end: length - 1 }) : '',
    });
  }

  async delete(key) {
    await this.#ask('delete', 'DELETE', Bucket.#path(key), { hash: EMPTY_HASH });
  }

  async list(prefix = '') {
    const keys = [];
    for (let token; ; ) {
      const query = Object.entries({ 'continuation-token': token, 'encoding-type': 'url', 'list-type': '2', prefix })
        .filter(([, value]) => value)
        .map(([name, value]) => `${name}=${encode(value)}`)
        .join('&');
      const { body } = await this.#ask('list', 'GET', '/', { query });
      const xml = body.toString();
      for (const [, key] of xml.matchAll(/<Contents>.*?<Key>([^<]*)<\/Key>/gs)) keys.push(decoded(key));
      token = xml.match(/<NextContinuationToken>([^<]*)</)?.[1];
      if (!token) return keys;
      token = unescaped(token);
    }
  }

  get awsBucketName() {
    return late(this, 'awsBucketName');
  }
}
