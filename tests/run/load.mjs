// Many at once, limits, and long runs.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { ask, command, family, held, until, wait } from './world.mjs';

const files = {
    'src/index.ts': `import { Function } from "@plutolang/pluto";
new Function(async (x: number) => x * 2, "twice");
new Function(async (ms: number) => { await new Promise((done) => setTimeout(done, ms)); return ms; }, "slow", { concurrency: 2 });
new Function(async () => { for (;;) { /* until the deadline */ } }, "endless", { timeout: 1 });
new Function(async (n: number) => { const all: unknown[] = []; for (;;) all.push(new Array(n).fill(Math.random())); }, "hungry", { memory: 128, timeout: 30 });
new Function(async function* (n: number, ms: number) {
  for (let i = 0; i < n; i++) { yield "part " + i + "\\n"; await new Promise((done) => setTimeout(done, ms)); }
}, "parts");
new Function(async () => { process.exit(5); }, "exits");
new Function(async (mb: number, ms: number) => {
  const all: Buffer[] = [];
  for (let i = 0; i < mb; i++) all.push(Buffer.alloc(1 << 20, 1));
  await new Promise((done) => setTimeout(done, ms));
  return all.length;
}, "buffers", { memory: 128, timeout: 120 });
`,
};
const body = (r) => JSON.parse(r.text).body;
const memory = (pid) => Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
const descriptors = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;
const threads = (pid) => fs.readdirSync(`/proc/${pid}/task`).length;

export async function cases(start) {
    const world = await start(files, ['--workers', '4']);
    const workers = () => family(world.pid).filter((p) => /functions\/twice\/pluto\/bootstrap/.test(command(p)) && !held(p)).length;
    return [
        ['300 requests at once, by no more processes than --workers', async () => {
            const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => world.call('twice', i)));
            answers.forEach((r, i) => assert.equal(body(r), i * 2));
            assert.ok(workers() >= 1 && workers() <= 4, `${workers()} workers`);
        }],
        ['reserved concurrency: who is one too many is a 429', async () => {
            const answers = await Promise.all(Array.from({ length: 5 }, () => world.invoke('slow', '[800]')));
            const codes = answers.map((r) => r.status).sort();
            assert.deepEqual(codes, [200, 200, 429, 429, 429]);
            const refused = answers.find((r) => r.status === 429);
            assert.equal(refused.headers['x-amzn-errortype'], 'TooManyRequestsException');
            assert.match(refused.text, /ReservedFunctionConcurrentInvocationLimitExceeded/);
            assert.equal((await world.invoke('slow', '[1]')).status, 200);
        }],
        ['an endless loop ends at the deadline, and the next one is served', async () => {
            const begin = Date.now();
            const r = await world.invoke('endless', '[]');
            assert.equal(JSON.parse(r.text).errorType, 'Sandbox.Timedout');
            assert.ok(Date.now() - begin < 30_000);
            const again = await world.call('endless');
            assert.equal(again.status, 502);
        }],
        ['out of memory, and an exit in the middle', async () => {
            const hungry = await world.invoke('hungry', '[100000]');
            assert.equal(hungry.headers['x-amz-function-error'], 'Unhandled', hungry.text);
            assert.match(JSON.parse(hungry.text).errorType, /^Runtime\./);
            const exits = await world.invoke('exits', '[]');
            assert.match(JSON.parse(exits.text).errorType, /^Runtime\.ExitError/);
            await world.event('log', (e) => e.resource === 'Function/exits' && /^pluto: .* exit status 5$/.test(e.line));
            assert.equal((await world.call('exits')).status, 502);
        }],
        ['memory outside of V8 counts: who takes more than the function has is ended as on Lambda', async () => {
            const taken = (mb, ms) => world.invoke('buffers', `[${mb}, ${ms}]`, { 'x-amz-log-type': 'Tail' });
            const report = (r) => Buffer.from(r.headers['x-amz-log-result'], 'base64').toString().match(/^REPORT .*$/m)[0];
            const used = (r) => Number(report(r).match(/Memory Size: 128 MB\tMax Memory Used: (\d+) MB/)[1]);
            const little = await taken(20, 20);
            assert.equal(JSON.parse(little.text).body, 20, little.text);
            assert.ok(used(little) > 40 && used(little) < 128, report(little));
            // In one go, as it answers; and while it waits, long before its deadline.
            for (const ms of [0, 60000]) {
                const much = await taken(300, ms);
                assert.equal(much.headers['x-amz-function-error'], 'Unhandled', much.text);
                const { errorType, errorMessage } = JSON.parse(much.text);
                assert.equal(errorType, 'Runtime.OutOfMemory');
                assert.match(errorMessage, /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/);
                assert.equal(used(much), 128);
                await world.event('log', (e) => e.resource === 'Function/buffers' && e.line.includes(errorMessage));
            }
            await world.event('log', (e) => /^pluto: Node\.js took \d+ MB of memory, the function has 128 MB$/.test(e.line));
            assert.equal(JSON.parse((await taken(10, 0)).text).body, 10); // by another process
        }],
        ['a stream arrives piece by piece', async () => {
            await world.call('parts', 1, 0);
            const begin = Date.now();
            let first = 0, parts = 0;
            await new Promise((done, failed) => {
                const request = http.request(world.url('Function/parts'), { method: 'POST' }, (response) => {
                    response.on('data', () => { parts++; first ||= Date.now() - begin; });
                    response.on('end', done);
                });
                request.on('error', failed);
                request.end('[5, 100]');
            });
            assert.ok(first < 300, `the first after ${first} ms`);
            assert.ok(Date.now() - begin >= 400);
            assert.ok(parts >= 4, `${parts} pieces`);
        }],
        ['who leaves in the middle of a stream leaves nothing open', async () => {
            const before = descriptors(world.pid);
            await Promise.all(Array.from({ length: 10 }, () => new Promise((done) => {
                const request = http.request(world.url('Function/parts'), { method: 'POST', agent: false }, (response) => {
                    response.once('data', () => { request.destroy(); done(); });
                    response.on('error', () => {});
                });
                request.on('error', () => {});
                request.end('[20, 50]');
            })));
            await until('as few descriptors as before', () => descriptors(world.pid) <= before + 8 * 4, 10000);
            assert.match((await world.call('parts', 2, 0)).text, /part 0[^]*part 1/);
        }],
        ['3000 requests: memory, descriptors and threads stay flat', async () => {
            const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
            const once = (i) => ask(world.url('Function/twice'), { body: `[${i}]`, agent });
            const round = async (n) => {
                for (let i = 0; i < n; i += 8) await Promise.all(Array.from({ length: 8 }, (_, k) => once(i + k)));
            };
            await round(800);
            const before = { memory: memory(world.pid), descriptors: descriptors(world.pid), threads: threads(world.pid) };
            const begin = Date.now();
            await round(3000);
            const ms = (Date.now() - begin) / 3000;
            agent.destroy();
            await wait(200);
            const after = { memory: memory(world.pid), descriptors: descriptors(world.pid), threads: threads(world.pid) };
            console.log(`  ${ms.toFixed(2)} ms a request; ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
            assert.ok(after.memory < before.memory * 1.2 + 4096, 'memory');
            assert.ok(after.descriptors <= before.descriptors + 2, 'descriptors');
            assert.ok(after.threads <= before.threads + 2, 'threads');
        }],
    ];
}
