// What the program asks of the outside world, from outside: adapters, templates, the page that follows
// the sources.
//
//   node tests/adapters/run.mjs --pluto build/pluto
//
// The last line is `N passed, N failed`.

import { finish } from './harness.mjs';
import { gitTests } from './git.mjs';
import { loadTests } from './load.mjs';
import { watchTests } from './watch.mjs';

await loadTests();
await gitTests();
await watchTests();
finish();
