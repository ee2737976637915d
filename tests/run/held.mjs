// Processes that are there before the code that they will run: who uses them, and that nobody can tell.
import assert from 'node:assert/strict';
import { ask, command, family, gone, held, until, wait } from './world.mjs';

const program = (word, more = '') => `import { Function } from "@plutolang/pluto";
import fs from "node:fs";
import { loads } from "old";
new Function(async (ms: number) => {
  await new Promise((done) => setTimeout(done, ms));
  return { word: "${word}", pid: process.ppid, loads: loads(), held: process.env.PLUTO_HELD, a: process.env.AA, in: fs.readlinkSync("/proc/self/fd/0") };
}, "who"${more});
new Function(async () => "nobody asks", "silent");
`;
// A module of Node.js that is said to be old when it is loaded; and what it writes itself when it runs.
const old = {
    'node_modules/old/package.json': '{"name": "old", "version": "1.0.0", "type": "module", "main": "index.js"}',
    'node_modules/old/index.js': `import punycode from "punycode";
console.log("old runs", typeof punycode.encode);
globalThis.count = (globalThis.count ?? 0) + 1;
export const loads = () => globalThis.count;
`,
};

export async function cases(start) {
    const world = await start({ 'src/index.ts': program('one'), ...old });
    const spares = () => family(world.pid).filter((p) => /pluto\/bootstrap/.test(command(p)) && held(p));
    const spare = () => until('a spare process', () => spares()[0]);
    const who = async (ms = 0) => JSON.parse((await ask(world.url('Function/who'), { body: JSON.stringify([ms]) })).text).body;
    let reloads = 0;
    const edit = async (text) => {
        world.save(text);
        reloads++;
        await until(`the reload: ${world.stderr()}`, () => world.events.filter((e) => e.event === 'reload').length >= reloads);
    };
    const said = () => world.events.filter((e) => e.event === 'log' && /old runs/.test(e.line)).length;
    const warned = () => world.events.filter((e) => e.event === 'log' && /punycode/.test(e.line)).length;
    return [
        ['none before somebody asked', async () => {
            assert.equal(spares().length, 0);
        }],
        ['the next code is run by the process that was there', async () => {
            assert.equal((await who()).word, 'one');
            const pid = await spare();
            await wait(600);
            assert.deepEqual(spares(), [pid], 'of the function that was asked alone');
            const before = [said(), warned()];
            assert.deepEqual(before, [1, 1], 'nothing of a package runs before its time, and nothing is said');
            await edit(program('two'));
            const answer = await who();
            assert.deepEqual(answer, { word: 'two', pid, loads: 1, in: '/dev/null' });
            await until('what it had to say', () => said() === 2 && warned() === 2);
        }],
        ['it serves nobody before', async () => {
            const pid = await spare();
            const pids = (await Promise.all([who(1000), who(1000), who(1000)])).map((answer) => answer.pid);
            assert.ok(new Set(pids).size > 1);
            assert.ok(!pids.includes(pid));
            assert.deepEqual(spares().filter((p) => p === pid), [pid]);
        }],
        ['where the environment is another one, a process starts anew', async () => {
            const pid = await spare();
            await edit(program('three', ', { envs: { AA: "1" } }'));
            const answer = await who();
            assert.equal(answer.word, 'three');
            assert.equal(answer.a, '1');
            assert.notEqual(answer.pid, pid);
            await gone([pid]);
        }],
        ['one that was killed is missed by nobody', async () => {
            const pid = await spare();
            process.kill(pid, 'SIGKILL');
            await gone([pid]);
            await edit(program('four', ', { envs: { AA: "1" } }'));
            assert.equal((await who()).word, 'four');
        }],
        ['edits that follow each other at once', async () => {
            await spare();
            for (const word of ['five', 'six', 'seven']) await edit(program(word, ', { envs: { AA: "1" } }'));
            assert.equal((await who()).word, 'seven');
            await spare();
            await edit('import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "other");\n');
            await until('its end with its function', () => spares().length === 0);
        }],
        ['the end leaves none', async () => {
            const all = family(world.pid);
            assert.equal((await world.close()).code, 0);
            await gone(all);
        }],
    ];
}
