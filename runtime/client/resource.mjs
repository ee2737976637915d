// What every kind of resource is while the program runs: a name, by which its handlers are registered and its
// values are found in the environment.
//
// The program runs again, as it did when it was compiled: constructors and infrastructure calls come in the same
// order with the same arguments. Input: those calls and `process.env`, which is read when a value is used and
// never before, since an environment may change after the start (a restored snapshot, new settings).
// Invariant: a handler has here the key that the compiler gave it (deducer/explore/infra.c), and a value the
// variable that the template sets (generator/cfn/names.c).

import { MissingResourceError } from './errors.mjs';
import { register, replaying } from './registry.mjs';

const calls = new Map(); // "Router/api get" → how many there were
const taken = new Set();

// FNV-1a in 64 bits, its halves folded: 8 hexadecimal digits.
function hash(text) {
  let h = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) h = ((h ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return ((h ^ (h >> 32n)) & 0xffffffffn).toString(16).padStart(8, '0');
}

const capitals = (text) => text.replace(/[a-z]/g, (c) => c.toUpperCase());

/** The environment variable that holds a property: KVStore, "notes", awsTableName → PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME. */
export function variable(kind, name, property) {
  const slug = name.replace(/[A-Z]/g, (c) => c.toLowerCase()).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const parts = ['PLUTO', capitals(kind)];
  if (slug) parts.push(capitals(slug).replaceAll('-', '_'));
  if (!slug || slug !== name) parts.push(capitals(hash(name)));
  parts.push(capitals(property.replace(/(?!^)[A-Z]/g, '_$&')));
  return parts.join('_');
}

let parts; // of a resource: its kind and its name

/** What all kinds have in common. What is done with one is below, so that programs see nothing but its operations. */
export class Resource {
  #kind;
  #name;

  static {
    parts = (resource) => [resource.#kind, resource.#name];
  }

  constructor(kind, name) {
    if (typeof name !== 'string') throw new TypeError(`the name of a ${kind} is a text, this is ${typeof name}`);
    this.#kind = kind;
    this.#name = name;
  }
}

/** "KVStore/notes", as the graph calls it. */
export const idOf = (resource) => parts(resource).join('/');

/** A value that deployment gave the resource, without which `operation` cannot be. */
export function needed(resource, property, operation) {
  const name = variable(...parts(resource), property);
  if (process.env[name]) return process.env[name];
  throw new MissingResourceError(idOf(resource), operation, name);
}

/**
 * A value that deployment gave the resource. While the program is replayed, also what this function does not use
 * may be asked for: the answer then is a text that says what it stands for, wherever it comes out.
 */
export function late(resource, property) {
  const name = variable(...parts(resource), property);
  if (process.env[name] || !replaying()) return needed(resource, property, property);
  const host = `not-available-here.${name.toLowerCase().replaceAll('_', '-')}.invalid`;
  return /url$/i.test(property) ? `https://${host}` : host;
}

/**
 * Remembers what an infrastructure call got. `named` is what names the call, where anything does; a handler that is
 * no part of this function's package is null.
 */
export function handle(resource, operation, named, fn) {
  const call = `${idOf(resource)} ${operation}`;
  if (fn !== null && typeof fn !== 'function')
    throw new TypeError(`${call.replace(' ', '.')} takes a function, this is ${typeof fn}`);
  const count = (calls.get(call) ?? 0) + 1;
  calls.set(call, count);
  let key = `${call} ${named}`;
  if (named === undefined || taken.has(key)) key = `${call} #${count}`;
  taken.add(key);
  if (fn) register(key, fn);
}
