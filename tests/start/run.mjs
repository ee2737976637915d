// `pluto new` and `pluto init` as a new user meets them: questions on a terminal, the projects that come out,
// and what is left when something goes wrong.
//
//   node tests/start/run.mjs --pluto build/pluto
//
// The last line is `N passed, N failed`.

import './questions.mjs';
import './projects.mjs';
import './npm-sdk.mjs';
import './failures.mjs';
import './walkthrough.mjs';
import { report } from './harness.mjs';

report();
