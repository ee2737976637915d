// Pictures, measured. Runs `check` of every other module in this folder:
//
//   node tests/pictures/run.mjs --pluto build/pluto [--only layout]
//
// A module exports `async function check({ pluto, count })`; `count(name, ok, detail)` notes one result
// and prints it where it failed. The last line is `N passed, N failed`.

import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

function option(name, otherwise) {
    const at = process.argv.indexOf(name);
    return at > 0 ? process.argv[at + 1] : otherwise;
}

const folder = dirname(fileURLToPath(import.meta.url));
const pluto = resolve(option('--pluto', 'build/pluto'));
const only = option('--only', '');
let passed = 0;
let failed = 0;

function count(name, ok, detail = '') {
    if (ok) {
        passed++;
    } else {
        failed++;
        console.log(`FAILED ${name}${detail && `: ${detail}`}`);
    }
    return ok;
}

for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.mjs') || file === 'run.mjs' || (only && file !== `${only}.mjs`)) {
        continue;
    }
    const { check } = await import(join(folder, file));
    if (!check) {
        continue; // a library of the checks
    }
    try {
        await check({ pluto, count });
    } catch (e) {
        count(file, false, e.stack);
    }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
