// The page of `pluto graph --format html` in a real browser: every interaction by mouse and keyboard.
//
//   node tests/browser/run.mjs --pluto build/pluto [--shots FOLDER] [--only moves,reading,refs,access,safety]
//
// Input: the program. Output: times of frames and redraws, and as the last line `N passed, N failed`;
// with --shots small screenshots to look at.

import { resolve } from 'node:path';
import { access } from './access.mjs';
import { Harness } from './harness.mjs';
import { moves } from './moves.mjs';
import { reading } from './reading.mjs';
import { refs } from './refs.mjs';
import { safety } from './safety.mjs';

function option(name, otherwise) {
    const at = process.argv.indexOf(`--${name}`);
    return at > 0 ? process.argv[at + 1] : otherwise;
}

const suites = { moves, reading, refs, access, safety };
const shots = option('shots', '');
const t = new Harness(resolve(option('pluto', 'build/pluto')), shots && resolve(shots));
await t.start();
try {
    for (const name of option('only', Object.keys(suites).join(',')).split(',')) await suites[name](t);
} finally {
    await t.stop();
}
console.log(`${t.passed} passed, ${t.failed} failed`);
process.exitCode = t.failed ? 1 : 0;
