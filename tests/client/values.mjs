// Values of a KVStore, beside DynamoDB's document client: what one writes, the other reads.

import { fromAttribute, toAttribute } from '../../runtime/client/attributes.mjs';
import { equal, sdk, test } from './harness.mjs';

const { marshall, unmarshall } = sdk('@aws-sdk/util-dynamodb');
const OPTIONS = { allowImpreciseNumbers: false };
const theirs = (value) => marshall({ value }, OPTIONS).value;
const back = (attribute) => unmarshall({ value: attribute }).value;

const VALUES = [
  '', 'text', 'ü\u0000😀', 0, -0, 1, -1.5, 1e-7, 1e21 / 1e6, Number.MAX_SAFE_INTEGER, 12345678901234567890n, true, false, null,
  [], [1, 'a', [null, { b: [] }]], {}, { a: 1, b: { c: 'd' } }, { __proto__: null, x: 1 }, new Uint8Array([1, 2, 255]), Buffer.from('bytes'),
  new Set(['a', 'b']), new Set([1, 2n]), new Set([new Uint8Array([7])]), new Map([['k', 'v']]), new Uint8Array([9, 8, 7, 6]).subarray(1, 3),
  new DataView(new Uint8Array([5, 6, 7]).buffer, 1, 1), new Uint8Array([1, 2]).buffer,
];

// Bytes travel as base64; the SDK leaves that to its serializer.
const wire = (attribute) =>
  JSON.parse(JSON.stringify(attribute, function (key, value) {
    const raw = this[key];
    if (ArrayBuffer.isView(raw)) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64');
    return raw instanceof ArrayBuffer ? Buffer.from(raw).toString('base64') : value;
  }));

await test('every value is written as the document client writes it', () => {
  for (const value of VALUES) equal('attribute', wire(toAttribute(value)), wire(theirs(value)));
});

await test('every attribute is read as the document client reads it', () => {
  for (const value of VALUES) {
    const attribute = wire(theirs(value));
    const binary = JSON.stringify(attribute).match(/"(B|BS)"/);
    equal(`from ${JSON.stringify(attribute)}`, fromAttribute(attribute), binary ? fromAttribute(wire(toAttribute(back(theirs(value))))) : back(attribute));
  }
  equal('bytes', fromAttribute({ B: 'AQL/' }), new Uint8Array([1, 2, 255]));
  equal('sets of bytes', fromAttribute({ BS: ['Bw=='] }), new Set([new Uint8Array([7])]));
  equal('a large number', fromAttribute({ N: '12345678901234567890' }), 12345678901234567890n);
  equal('a small one', fromAttribute({ N: '-1E-130' }), -1e-130);
  equal('__proto__ is a key', Object.keys(fromAttribute({ M: JSON.parse('{"__proto__":{"S":"x"}}') })), ['__proto__']);
});

await test('what cannot be kept is refused', () => {
  const loop = [];
  loop.push(loop);
  for (const value of [undefined, () => 1, Symbol('x'), NaN, Infinity, 2 ** 53, new Date(0), new Set(), new Set([1, 'a']), loop, /x/, [undefined]]) {
    let refused = null;
    try {
      toAttribute(value);
    } catch (error) {
      refused = error.name;
    }
    equal('refused', refused, 'TypeError');
  }
  for (const attribute of [{}, null, { X: 1 }, { N: 'NaN' }, { N: '1E200000' }]) {
    let refused = null;
    try {
      fromAttribute(attribute);
    } catch (error) {
      refused = error.name;
    }
    equal(JSON.stringify(attribute), /^(Type|Range)Error$/.test(refused), true);
  }
});
