// The client that speaks to AWS: node tests/aws/run.mjs --pluto build/pluto [moto|signatures|hosts|faults…]

import { report } from './harness.mjs';

// Two at a time: both mostly wait.
const lanes = [['faults'], ['moto', 'signatures', 'hosts']];
const named = process.argv.slice(2).filter((name) => lanes.flat().includes(name));
await Promise.all(lanes.map(async (lane) => {
  for (const name of lane) if (!named.length || named.includes(name)) await import(`./${name}.mjs`);
}));
report();
