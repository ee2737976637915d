// Values as DynamoDB keeps them: `{S: "text"}`, `{N: "1"}`, `{M: {…}}`.
//
// Input: a value of JavaScript, or such an object. Output: the other. The types are those that DynamoDB's document
// client has, so what it wrote can be read here and the other way round.
// Invariant: a number that JavaScript cannot hold is an error, never another number.

const DEPTH_MAX = 32; // what DynamoDB nests

const base64 = (bytes) => Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset, bytes.byteLength).toString('base64');

function numeral(value) {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`DynamoDB keeps no ${value}`);
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new TypeError(`${value} is more than a number holds exactly: use a BigInt`);
  return String(value);
}

function fromSet(set) {
  const items = [...set];
  if (!items.length) throw new TypeError('DynamoDB keeps no empty set');
  if (items.every((item) => typeof item === 'string')) return { SS: items };
  if (items.every((item) => typeof item === 'number' || typeof item === 'bigint')) return { NS: items.map(numeral) };
  if (items.every(ArrayBuffer.isView)) return { BS: items.map(base64) };
  throw new TypeError('a set holds texts, numbers or bytes, and one of them only');
}

function fromEntries(entries, depth) {
  const M = {};
  for (const [key, value] of entries)
    if (typeof value !== 'function')
      Object.defineProperty(M, key, { value: toAttribute(value, depth + 1), enumerable: true });
  return { M };
}

export function toAttribute(value, depth = 0) {
  if (depth > DEPTH_MAX) throw new TypeError(`values nest ${DEPTH_MAX} deep at most`);
  if (value === null) return { NULL: true };
  if (value instanceof String || value instanceof Number || value instanceof Boolean) value = value.valueOf();
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
    case 'bigint':
      return { N: numeral(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (Array.isArray(value)) return { L: value.map((item) => toAttribute(item, depth + 1)) };
      if (value instanceof Set) return fromSet(value);
      if (value instanceof Map) return fromEntries(value, depth);
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return { B: base64(value) };
      if ([null, Object.prototype].includes(Object.getPrototypeOf(value))) return fromEntries(Object.entries(value), depth);
  }
  throw new TypeError(`DynamoDB keeps no ${value?.constructor?.name ?? typeof value}: hand over a text, such as JSON`);
}

function number(text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) || (!Number.isInteger(value) && Number.isFinite(value))) return value;
  if (/^[+-]?\d+$/.test(text)) return BigInt(text);
  throw new RangeError(`${text} is more than a number holds exactly`);
}

export function fromAttribute(attribute) {
  const [[type, value] = []] = Object.entries(Object(attribute));
  switch (type) {
    case 'S':
    case 'BOOL':
      return value;
    case 'NULL':
      return null;
    case 'N':
      return number(value);
    case 'B':
      return new Uint8Array(Buffer.from(value, 'base64'));
    case 'L':
      return value.map(fromAttribute);
    case 'M':
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromAttribute(inner)]));
    case 'SS':
      return new Set(value);
    case 'NS':
      return new Set(value.map(number));
    case 'BS':
      return new Set(value.map((bytes) => fromAttribute({ B: bytes })));
    default:
      throw new TypeError(`an attribute of the unknown type ${type}`);
  }
}
