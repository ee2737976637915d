// Tests of what travels in packages: bootstrap against a strict Runtime API, for both architectures; the worker, and
// the adapter for Lambda's events.
//
//   node tests/runtime/run.mjs --pluto build/pluto      (ONLY=pattern: of the tests by name)
//
// The last line is `N passed, N failed`.

import './faults.mjs';
import './streams.mjs';
import './wire.mjs';
import './soak.mjs';
import { plainTest, runAll } from './harness.mjs';
import { allCases } from './worker/cases.mjs';

for (const { name, run } of allCases) plainTest(name, run);

await runAll();
