// Tests of what travels in packages: bootstrap against a strict Runtime API, for both architectures; the worker;
// both of them behind AWS's own emulator and beside Lambda's own client.
//
//   node tests/runtime/run.mjs --pluto build/pluto      (ONLY=pattern: of the tests by name)
//
// The last line is `N passed, N failed`.

import './faults.mjs';
import './streams.mjs';
import './wire.mjs';
import './lent.mjs';
import './lent-races.mjs';
import './snapstart.mjs';
import './soak.mjs';
import './rie.mjs';
import './package.mjs';
import './whole.mjs';
import { plainTest, runAll } from './harness.mjs';
import { allCases } from './worker/cases.mjs';

for (const { name, run } of allCases) plainTest(name, run);
await runAll();
