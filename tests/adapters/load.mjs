// Where adapters are found: beside the program and nowhere else; and what a compile pays for them.

import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { equal, expect, pluto, program, test, write } from './harness.mjs';

const from = join(dirname(pluto), 'lib/pluto');

// A program at `root`/bin with the adapters that are named, from => to.
function installed(root, adapters) {
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'lib/pluto'), { recursive: true });
    copyFileSync(pluto, join(root, 'bin/pluto'));
    for (const [name, to] of Object.entries(adapters)) copyFileSync(join(from, name), join(root, 'lib/pluto', to));
    return join(root, 'bin/pluto');
}

export async function loadTests() {
    await test('a compile is linked with no adapter and opens none', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const linked = t.sh(`ldd ${pluto}; ldd ${from}/pluto-git.so ${from}/pluto-live.so >adapters.txt`);
        for (const name of ['git2', 'microhttpd', 'pluto-', 'ssh', 'crypto']) equal(name, linked.includes(name), false);
        const ours = readFileSync(join(t.root, 'adapters.txt'), 'utf8');
        equal('the adapters are', [ours.includes('libgit2.so'), ours.includes('libmicrohttpd.so')], [true, true]);
        // Without any adapter there it compiles all the same.
        const alone = installed(t.root, {});
        expect(t.run(['graph', 'app'], { as: alone }), 0, 'KVStore notes');
    });

    await test('installed, they are found in ../lib/pluto', async (t) => {
        const as = installed(t.root, { 'pluto-git.so': 'pluto-git.so' });
        expect(t.run(['new', 'app', '--yes'], { as }), 0);
        equal('commits', t.sh('git -C app log --format=%an'), 'pluto');
    });

    await test('a missing adapter is said, with what helps', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const as = installed(t.root, {});
        expect(t.run(['graph', '--watch', 'app'], { as }), 3, '`pluto-live.so` is missing', 'make install');
    });

    await test('neither the folder one is in nor the environment has a say', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const as = installed(t.root, {});
        t.sh(`mkdir -p away/lib/pluto app/lib/pluto && cp ${from}/*.so away/lib/pluto && cp ${from}/*.so app/lib/pluto && cp ${from}/*.so app`);
        const env = { LD_LIBRARY_PATH: join(t.root, 'away/lib/pluto') };
        expect(t.run(['graph', '--watch', '.'], { as, env, cwd: join(t.root, 'app') }), 3, '`pluto-live.so` is missing');
    });

    await test('what was not built for it is not taken', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const as = installed(t.root, { 'pluto-git.so': 'pluto-live.so' });
        expect(t.run(['graph', '--watch', 'app'], { as }), 3, 'was not built together with this program');
        t.sh('echo rubbish >lib/pluto/pluto-live.so');
        expect(t.run(['graph', '--watch', 'app'], { as }), 3, 'cannot load `pluto-live.so`', 'libmicrohttpd12');
    });
}
