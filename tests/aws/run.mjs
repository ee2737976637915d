// The client that speaks to AWS: node tests/aws/run.mjs --pluto build/pluto [moto|signatures|hosts|faults…]

import { report } from './harness.mjs';

const all = ['moto', 'signatures', 'hosts', 'faults'];
const wanted = process.argv.slice(2).filter((name) => all.includes(name));
for (const name of wanted.length ? wanted : all) await import(`./${name}.mjs`);
report();
