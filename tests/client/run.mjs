// The client that handlers use: what it sends, what it makes of answers, and what it does when there are none.

import { report } from './harness.mjs';

for (const part of ['sign', 'replay', 'requests', 'values', 'failures', 'stream', 'addresses', 'services']) await import(`./${part}.mjs`);
report();
