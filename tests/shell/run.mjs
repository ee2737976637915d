// What a person at a prompt or in an editor has: completion, the manual, the table of kinds, the doctor,
// and the types of the SDK.
//
//   node tests/shell/run.mjs --pluto build/pluto
//
// The last line is `N passed, N failed`.

import './completion.mjs';
import './doctor.mjs';
import './kinds.mjs';
import './manual.mjs';
import './types.mjs';
import { report } from './harness.mjs';

report();
