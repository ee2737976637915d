// From start to end: what is said, what is kept, what takes effect when, and that nothing is left.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort } from '../ports.mjs';
import { command, family, gone, held, project, until, wait } from './world.mjs';

const program = (word) => `import { Function } from "@plutolang/pluto";
new Function(async (name: string) => { console.log("asked by", name); return "${word}, " + name; }, "greet");
new Function(async (a: number, b: number) => a + b, "add");
new Function(async (ms: number) => { await new Promise((done) => setTimeout(done, ms)); return "${word}"; }, "slow");
new Function(async () => {}, "nothing");
new Function(async () => ({ list: ["a"] }), "object");
new Function(async () => { throw new TypeError("\\u001b[31mit is broken"); }, "broken");
new Function(async (event: any) => ({ code: 200, body: event }), "raw", { raw: true });
`;
const files = { 'src/index.ts': program('Hello') };
const body = (r) => JSON.parse(r.text).body;

// A free port whose neighbour above is taken, and those above that are not.
async function portBelowTaken() {
    const port = await freePort(5);
    const server = net.createServer().listen(port + 1, '127.0.0.1');
    await new Promise((done) => server.on('listening', done));
    return { port, server };
}

export async function cases(start) {
    const { pluto } = start;
    const world = await start(files);
    const cli = (args, options = {}) =>
        spawnSync(pluto, args, { cwd: world.root, encoding: 'utf8', timeout: 20000, env: { PATH: process.env.PATH }, ...options });
    // Without blocking what serves it: that is another process, but its output is read here.
    const edit = async (text) => {
        const reloads = world.events.filter((e) => e.event === 'reload' || e.event === 'error').length;
        const begin = performance.now();
        world.save(text);
        await until('the reload', () => world.events.filter((e) => e.event === 'reload' || e.event === 'error').length > reloads);
        return performance.now() - begin;
    };
    return [
        ['what is said when it serves', async () => {
            const ready = world.events[0];
            assert.equal(ready.event, 'ready');
            assert.match(ready.aws.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
            assert.match(ready.resources['Function/greet'].url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
            assert.equal(body(await world.call('greet', 'Ada')), 'Hello, Ada');
            const request = await world.event('request', (e) => e.resource === 'Function/greet');
            assert.equal(request.status, 200);
            assert.equal(request.method, 'POST');
            assert.ok(request.ms > 0);
            const log = await world.event('log', (e) => e.resource === 'Function/greet');
            assert.match(log.line, /asked by Ada$/);
            assert.equal(log.requestId, request.requestId);
        }],
        ['run.json names the process, for its user alone', async () => {
            const file = path.join(world.state, 'run.json');
            assert.equal(fs.statSync(file).mode & 0o777, 0o600);
            const { pid, port } = JSON.parse(fs.readFileSync(file));
            assert.equal(pid, world.pid);
            assert.equal(`http://127.0.0.1:${port}`, world.endpoint);
        }],
        ['a second one for the same project is refused', async () => {
            const r = cli(['run', '--port', '0']);
            assert.equal(r.status, 3);
            assert.match(r.stderr, /serves this project already/);
            assert.equal(body(await world.call('greet', 'Bob')), 'Hello, Bob');
            assert.ok(fs.existsSync(path.join(world.state, 'run.json')));
        }],
        ['pluto invoke', async () => {
            assert.equal(cli(['invoke', 'add', '1', '2']).stdout, '3\n');
            assert.equal(cli(['invoke', 'Function/greet', 'Eve']).stdout, 'Hello, Eve\n');
            assert.equal(cli(['invoke', 'add', '--', '-1', '2']).stdout, '1\n');
            const broken = cli(['invoke', 'broken']);
            assert.equal(broken.status, 1);
            assert.match(broken.stderr, /it is broken/);
            assert.ok(!broken.stderr.includes('\u001b[31mit'), 'escapes are shown, not sent');
            const none = cli(['invoke', 'nobody']);
            assert.equal(none.status, 2);
            assert.match(none.stderr, /no function `nobody`[^]*`pluto graph` shows/);
            const typo = cli(['invoke', 'add', '--event', '-'], { input: '{oops' });
            assert.match(typo.stderr, /refused it: Could not parse/, 'what the API says, not its JSON');
            assert.equal(cli(['invoke', 'nothing']).stdout, 'undefined\n');
            assert.equal(cli(['invoke', 'object']).stdout, '{\n  "list": ["a"]\n}\n');
            assert.equal(cli(['invoke', 'add', '--event', '-'], { input: '[20,22]' }).stdout.replace(/\s/g, ''), '{"code":200,"body":42}');
            fs.writeFileSync(path.join(world.root, 'event.json'), '[1,1]');
            assert.equal(cli(['invoke', 'add', '--event', 'event.json', '--json']).stdout, '{"code":200,"body":2}\n');
            assert.equal(cli(['invoke', 'add', '1', '--event', 'event.json']).status, 2);
        }],
        ['pluto invoke of a raw function: its one argument is its event, its answer is not opened', async () => {
            const asked = (...args) => JSON.parse(cli(['invoke', ...args]).stdout);
            assert.deepEqual(asked('raw', '{"day":"Monday"}'), { code: 200, body: { day: 'Monday' } });
            assert.deepEqual(asked('Function/raw', '[1,2]'), { code: 200, body: [1, 2] });
            assert.deepEqual(asked('raw'), { code: 200, body: null });
            const two = cli(['invoke', 'raw', '1', '2']);
            assert.equal(two.status, 2);
            assert.match(two.stderr, /takes its event as it comes/);
        }],
        ['pluto invoke: what begins as JSON has to be JSON', async () => {
            for (const [word, said] of [['{"id":', 'ends too early'], ['[1,,2]', 'is none: see character 4'], ['"ä" x', 'is none: see character 5']]) {
                const r = cli(['invoke', 'greet', word]);
                assert.equal(r.status, 2, word);
                assert.ok(r.stderr.includes(`\`${word}\` begins as JSON and ${said}`), r.stderr);
                assert.match(r.stderr, /help: if it is meant as a text: `--text`/);
            }
            assert.equal(cli(['invoke', '--text', 'greet', '{"id":']).stdout, 'Hello, {"id":\n');
            assert.equal(cli(['invoke', 'add', '--text', '1', '2']).stdout, '12\n');
            assert.equal(cli(['invoke', 'add', '007', ' x']).stdout, '007 x\n');
            assert.equal(cli(['invoke', 'add', '1.5e1', '2']).stdout, '17\n');
            assert.equal(cli(['invoke', 'add', '1.', '2']).stdout, '1.2\n');
            assert.equal(cli(['invoke', 'greet', 'true']).stdout, 'Hello, true\n');
        }],
        ['pluto logs', async () => {
            const log = cli(['logs', 'greet']).stdout;
            assert.match(log, /START RequestId[^]*asked by Ada[^]*REPORT RequestId/);
            assert.match(cli(['logs']).stdout, /^\S+ greet +\| [^]*^\S+ add +\| /m);
            assert.equal(cli(['logs', '--since', '2099-01-01']).stdout, '');
            assert.match(cli(['logs', '--since', '1h']).stdout, /asked by Ada/);
            assert.equal(cli(['logs', '--since', 'soon']).status, 2);
            assert.equal(cli(['logs', 'nobody']).status, 3);
            const follow = spawn(pluto, ['logs', 'greet', '-f'], { cwd: world.root, stdio: ['ignore', 'pipe', 'ignore'] });
            let text = '';
            follow.stdout.on('data', (d) => { text += d; });
            await until('the log so far', () => /asked by Ada/.test(text));
            await world.call('greet', 'Followed');
            await until('the new line', () => /asked by Followed/.test(text));
            follow.kill();
        }],
        ['the end of the log comes with an answer that was streamed', async () => {
            const r = await world.invoke('greet', '["Tail"]', { 'x-amz-log-type': 'Tail' });
            assert.match(Buffer.from(r.headers['x-amz-log-result'], 'base64').toString(), /^START [^]*asked by Tail\n[^]*REPORT RequestId/);
        }],
        ['names of functions complete', async () => {
            assert.match(cli(['__complete', 'zsh', 'invoke', 'gr']).stdout, /greet/);
            assert.match(cli(['__complete', 'zsh', 'logs', '']).stdout, /add/);
            assert.match(cli(['__complete', 'zsh', 'logs', '-f', 'gr']).stdout, /greet/);
            assert.match(cli(['__complete', 'zsh', 'run', '--model', 'x', '--mo']).stdout, /--model/);
        }],
        ['an edit takes effect; requests in flight end with the old code', async () => {
            await world.call('slow', 1);
            const old = world.call('slow', 1500);
            await wait(100);
            const took = await edit(program('Servus'));
            console.log(`  edit to reload: ${took.toFixed(0)} ms`);
            assert.equal(body(await world.call('greet', 'Ada')), 'Servus, Ada');
            assert.equal(body(await world.call('slow', 1)), 'Servus');
            assert.equal(body(await old), 'Hello');
            const reload = world.events.findLast((e) => e.event === 'reload');
            assert.ok(reload.functions >= 2 && reload.ms > 0);
        }],
        ['addresses stay from deploy to deploy, and the old processes go', async () => {
            assert.equal(world.events.filter((e) => e.event === 'ready').length, 1);
            await until('one instance for each function that was asked for', () =>
                family(world.pid).filter((p) => /pluto\/bootstrap/.test(command(p)) && !held(p)).length <= 7);
        }],
        ['a program that is rejected leaves the last good one running', async () => {
            await edit('import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "twice");\nnew Function(async () => 2, "twice");\n');
            const error = world.events.findLast((e) => e.event === 'error');
            assert.equal(error.diagnostics[0].severity, 'error');
            assert.equal(error.diagnostics[0].file, 'src/index.ts');
            assert.match(world.stderr(), /error\[P\d+\]/);
            assert.equal(body(await world.call('greet', 'Ada')), 'Servus, Ada');
            await edit(program('Moin'));
            assert.equal(body(await world.call('greet', 'Ada')), 'Moin, Ada');
        }],
        ['a function that comes is served, one that goes is gone', async () => {
            const url = world.url('Function/add');
            await edit(program('Moin').replace('"add"', '"sum"'));
            // Said after the reload, as soon as what is served differs.
            const ready = await world.event('ready', (e) => e.resources['Function/sum']);
            world.resources = ready.resources;
            assert.equal(body(await world.call('sum', 2, 3)), 5);
            assert.equal(ready.resources['Function/add'], undefined);
            assert.equal((await fetch(url, { method: 'POST', body: '[1,2]' })).status, 404);
        }],
        ['Ctrl-C leaves nothing behind, also while requests are served', async () => {
            const all = family(world.pid);
            assert.ok(all.length >= 3);
            const cut = world.call('slow', 60000).catch((error) => error);
            await wait(200);
            const root = world.root;
            world.child.kill('SIGINT');
            assert.deepEqual(await world.end, { code: 0, signal: null });
            await cut;
            await gone([...all, ...family(world.pid)]);
            assert.ok(!fs.existsSync(path.join(root, '.pluto/local/run.json')));
            const r = cli(['invoke', 'sum', '1', '2']);
            assert.equal(r.status, 3);
            assert.match(r.stderr, /no `pluto run` serves/);
        }],
        ['kill -9 leaves no process; what is left of run.json fools nobody', async () => {
            const root = project(files);
            const first = await start(files, [], { root });
            await first.call('greet', 'Ada');
            const all = family(first.pid);
            first.child.kill('SIGKILL');
            await gone(all);
            assert.ok(fs.existsSync(path.join(root, '.pluto/local/run.json')));
            const asked = spawnSync(pluto, ['invoke', 'add', '1', '2'], { cwd: root, encoding: 'utf8' });
            assert.match(asked.stderr, /no `pluto run` serves/);
            const second = await start(files, [], { root });
            assert.equal(body(await second.call('greet', 'Bob')), 'Hello, Bob');
            await second.close('SIGTERM');
        }],
        ['ports follow --port; one that is taken is passed over', async () => {
            const { port, server } = await portBelowTaken();
            const own = await start(files, ['--port', String(port)]);
            assert.equal(own.endpoint, `http://127.0.0.1:${port}`);
            assert.notEqual(own.url('Function/greet'), `http://127.0.0.1:${port + 1}/`);
            assert.equal(own.url('Function/add'), `http://127.0.0.1:${port + 2}/`);
            assert.equal(body(await own.call('greet', 'Ada')), 'Hello, Ada');
            const taken = spawnSync(pluto, ['run', '--port', String(port)], { cwd: project(files), encoding: 'utf8' });
            assert.equal(taken.status, 3);
            assert.match(taken.stderr, /cannot serve on port/);
            await own.close();
            server.close();
        }],
        ['a program that is wrong from the start is waited for', async () => {
            const own = await start({ 'src/index.ts': 'new (' }, [], { ready: false });
            await own.event('error');
            own.save(files['src/index.ts']);
            const ready = await own.event('ready');
            own.resources = ready.resources;
            assert.equal(body(await own.call('greet', 'Ada')), 'Hello, Ada');
            await own.close();
        }],
        ['a folder that is no project is none', async () => {
            const r = spawnSync(pluto, ['run'], { cwd: project({}), encoding: 'utf8', timeout: 20000 });
            assert.ok(r.status === 2 || r.status === 3, `exit ${r.status}`);
            const wrong = spawnSync(pluto, ['run', '--port', 'x'], { cwd: project(files), encoding: 'utf8' });
            assert.equal(wrong.status, 2);
            assert.equal(spawnSync(pluto, ['run', '--model', 'ftp'], { cwd: project(files), encoding: 'utf8' }).status, 2);
        }],
        ['who does not read what is said keeps nothing waiting', async () => {
            const own = await start(files, [], { json: false, ready: false });
            await until('the addresses', () => own.lines.some((l) => l.includes('Ctrl-C')));
            const url = own.lines.find((l) => l.includes('greet')).match(/http:\S+/)[0];
            own.child.stdout.pause();
            const body = JSON.stringify(['a'.repeat(50_000)]); // more than a pipe takes, after two of them
            for (let i = 0; i < 20; i++) assert.equal((await fetch(url, { method: 'POST', body })).status, 200);
            own.child.kill('SIGINT');
            const exited = new Promise((done) => own.child.once('exit', done));
            assert.equal(await Promise.race([exited, wait(30_000)]), 0);
            own.child.stdout.resume();
            await own.close();
        }],
        ['for people: addresses, requests, logs; escapes are shown', async () => {
            const own = await start(files, [], { json: false, ready: false });
            await until('the addresses', () => own.lines.some((l) => l.includes('Ctrl-C')));
            const url = own.lines.find((l) => l.includes('broken')).match(/http:\S+/)[0];
            await fetch(url, { method: 'POST', body: '[]' });
            await until('its log', () => own.lines.some((l) => /broken.* \| .*it is broken/.test(l)));
            await until('the request', () => own.lines.some((l) => /broken POST \/ \d+ \d+ ms$/.test(l)));
            assert.ok(!own.lines.join('\n').includes('\u001b'), 'no escape reaches a terminal');
            own.save(program('Hallo'));
            await until('the reload', () => own.lines.some((l) => /reloaded in \d+ ms, \d functions? new/.test(l)));
            assert.deepEqual(await own.close(), { code: 0, signal: null });
        }],
    ];
}
