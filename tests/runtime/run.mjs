// Tests of what travels in packages: bootstrap against a strict Runtime API, for both architectures.
//
//   node tests/runtime/run.mjs --pluto build/pluto      (ONLY=pattern: of the tests by name)
//
// The last line is `N passed, N failed`.

import './faults.mjs';
import './streams.mjs';
import './wire.mjs';
import './soak.mjs';
import { runAll } from './harness.mjs';

await runAll();
