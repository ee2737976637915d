// The application on this machine, asked as its users ask it.
//
//   node tests/run/run.mjs --pluto build/pluto [--only WORD] [FILE…]
//
// Each FILE (all of them by default) exports `cases(start)`: pairs of a name and a test. `start(files, args)` runs
// `pluto run` on a project. The last line is `N passed, N failed`.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './world.mjs';

const FILES = ['lifecycle', 'held', 'starting', 'server', 'services', 'runtime', 'later', 'load', 'events', 'models', 'tables', 'examples'];
const SLOW = 2000;
const words = process.argv.slice(2);
const option = (name, otherwise) => {
    const at = words.indexOf(name);
    return at < 0 ? otherwise : words.splice(at, 2)[1];
};
const pluto = resolve(option('--pluto', 'build/pluto'));
const only = option('--only', '');
const here = dirname(fileURLToPath(import.meta.url));
let passed = 0, failed = 0;

const bad = (name, error) => {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error?.stack ?? error).replaceAll('\n', '\n  ')}`);
};

async function runFile(file) {
    const worlds = [];
    const begin = async (...args) => {
        const world = await start(pluto, ...args);
        worlds.push(world);
        return world;
    };
    begin.pluto = pluto;
    try {
        const { cases } = await import(join(here, `${file}.mjs`));
        for (const [name, test] of await cases(begin)) {
            if (only && !name.includes(only)) continue;
            const begin = Date.now();
            try {
                await test();
                passed++;
                if (Date.now() - begin > SLOW) console.log(`  ${file}: ${name}: ${Date.now() - begin} ms`);
            } catch (error) {
                bad(`${file}: ${name}`, error);
            }
        }
    } catch (error) {
        bad(file, error);
    }
    for (const world of worlds) await world.close('SIGKILL');
}

for (const file of words.length ? words : FILES.filter((f) => existsSync(join(here, `${f}.mjs`)))) await runFile(file);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
