// The fake, asked by those who didn't write it: boto3, awscli, AWS's own cases and descriptions.
//
//   node tests/fakecfn/run.mjs [--only WORD] [FILE…]
//
// Each checks/<FILE>.mjs exports `cases`: an async generator of [name, test]. The last line is `N passed, N failed`.

import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

const FILES = ['access', 'schema', 'stacks', 'changes', 'express', 'permissions', 'golden', 's3', 'services', 'faults', 'command'];
const words = process.argv.slice(2);
const option = (name) => {
    const at = words.indexOf(name);
    return at < 0 ? '' : words.splice(at, 2)[1];
};
option('--pluto');
const only = option('--only');
const here = dirname(fileURLToPath(import.meta.url));
let passed = 0,
    failed = 0;

for (const file of words.length ? words : FILES) {
    const begun = Date.now();
    const { cases } = await import(join(here, 'checks', `${file}.mjs`));
    const list = cases();
    try {
        for await (const [name, test] of list) {
            if (only && !name.includes(only)) continue;
            const start = Date.now();
            try {
                await test();
                passed++;
                if (Date.now() - start > 2000) console.log(`  ${file}: ${name}: ${Date.now() - start} ms`);
            } catch (error) {
                failed++;
                console.log(`FAIL ${file}: ${name}\n  ${String(error?.stack ?? error).replaceAll('\n', '\n  ')}`);
            }
        }
    } catch (error) {
        failed++;
        console.log(`FAIL ${file}\n  ${error.stack}`);
    }
    if (Date.now() - begun > 10_000) console.log(`  ${file}: ${Date.now() - begun} ms`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
