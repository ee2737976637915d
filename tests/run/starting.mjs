// What is said when it starts: addresses, routes, ports that are taken, what is missing, a program that is broken.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ask, project, until } from './world.mjs';

const source = `import { Function, Router, SageMaker } from "@plutolang/pluto";
// process.env.STAGE is read below
const stage = process.env.STAGE;
const topic = process.env["TOPIC"] ?? "none";
const { LEVEL } = process.env;
const unused = process.env.UNUSED;
new Function(async () => [stage, process.env.LATER!.length, topic, LEVEL, process.env.AWS_REGION], "env", {
  envs: { KEY_A: process.env.KEY_A ?? "a", KEY_B: \`k-\${process.env.KEY_B}\`, SET: "1" },
});
const api = new Router("api");
api.get("/hello/:name", async () => ({ statusCode: 200, body: "hello" }));
api.all("/files/*", async () => ({ statusCode: 200, body: "file" }));
`;

// 4600, held by us or by somebody else.
async function hold(port) {
    const server = net.createServer();
    await new Promise((done) => server.once('error', done).once('listening', done).listen(port, '127.0.0.1'));
    return server;
}

export async function cases(start) {
    const { pluto } = start;
    return [
        ['routes, by the address that one would ask', async () => {
            const world = await start({ 'src/index.ts': source });
            const { url, routes } = world.resources['Router/api'];
            const get = routes.find((r) => r.method === 'GET'), any = routes.find((r) => r.method === 'ANY');
            assert.deepEqual(get, { method: 'GET', path: '/hello/{name}', url: `${url}/hello/{name}`, function: 'Function/api-get-hello-name' });
            assert.match(any.path, /^\/files\/\{\w+\+\}$/);
            assert.equal(any.url, url + any.path);
            assert.equal((await ask(get.url.replace('{name}', 'ada'), { method: 'GET' })).text, 'hello');
            assert.equal((await ask(any.url.replace(/\{.*\}/, 'a/b'), { method: 'PUT' })).text, 'file');
            await world.close();
        }],
        ['the list for people has a line for each route, and none for its handler', async () => {
            const world = await start({ 'src/index.ts': source }, [], { json: false, ready: false });
            await until('the list', () => world.lines.some((l) => /Ctrl-C ends it/.test(l)));
            const text = world.lines.join('\n');
            assert.match(text, /^ +GET +http:\/\/127\.0\.0\.1:\d+\/hello\/\{name\}  \S+$/m);
            assert.match(text, /^  env +http:\/\/127\.0\.0\.1:\d+\/ /m);
            assert.equal(text.match(/api-get-hello/g).length, 1);
            await world.close();
        }],
        ['a program without resources says so, and serves the first one that is saved', async () => {
            const world = await start({ 'src/index.ts': 'console.log("hi");' }, [], { json: false, ready: false });
            await until('the list', () => world.lines.some((l) => /Ctrl-C ends it/.test(l)));
            assert.match(world.lines.join('\n'), /^  no resources yet: the first `new Function/m);
            const before = world.lines.length;
            world.save('import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "one");');
            const url = await until('its address', () => /http:\S+/.exec(world.lines.slice(before).find((l) => /^ +one /.test(l)) ?? '')?.[0]);
            assert.equal((await ask(url, { body: '[]' })).status, 200);
            await world.close();
        }],
        ['variables that nobody has set are told once, with their place', async () => {
            const world = await start({ 'src/index.ts': source }, [], { env: { LEVEL: 'x' } });
            await world.event('warning', (e) => /KEY_B/.test(e.message));
            world.save(`${source}new Function(async () => process.env.LATEST, "late");`);
            await world.event('warning', (e) => /LATEST/.test(e.message));
            const said = world.events.filter((e) => e.event === 'warning')
                .map((e) => `${e.message.match(/env\.(\w+)/)[1]} ${e.file}:${e.line}:${e.column}`);
            assert.deepEqual(said.sort(), [
                'KEY_B src/index.ts:8:56', 'LATER src/index.ts:7:34', 'LATEST src/index.ts:13:26', 'STAGE src/index.ts:3:15',
            ]);
            assert.match(world.events.find((e) => e.event === 'warning').help, /^start `\w+=… pluto run`, or set it in pluto\.yml/);
            assert.match(world.stderr(), /^warning: `process\.env\.STAGE` is not set, and Function\/env needs it \(src\/index\.ts:3:15\)$/m);
            await world.close();
        }],
        ['nothing is missed where pluto.yml or the environment has it', async () => {
            const world = await start({
                'src/index.ts': source, 'pluto.yml': 'functions:\n  environment:\n    STAGE: dev\n    LATER: x\n',
            }, [], { env: { LEVEL: 'x', KEY_B: 'b' } });
            await world.call('env');
            world.save(source.replace('"none"', '"some"'));
            await world.event('reload');
            assert.deepEqual(world.events.filter((e) => e.event === 'warning'), []);
            assert.deepEqual(JSON.parse((await world.call('env')).text).body, ['dev', 1, 'some', 'x', 'us-east-1']);
            await world.close();
        }],
        ['a program too large for one template: values go from stack to stack', async () => {
            const many = Array.from({ length: 100 }, (_, i) =>
                `const f${i} = new Function(async (a: number) => [a, ${i ? `f${i - 1}.url()` : 'api.url()'}, process.env.BIG], "f${i}");\n`);
            const world = await start({
                'src/index.ts': `import { Function, Router } from "@plutolang/pluto";\nconst api = new Router("api");\n`
                    + `${many.join('')}api.get("/last", async () => ({ statusCode: 200, body: f99.url() }));\n`,
            }, [], { env: { BIG: 'big' } });
            for (const i of [0, 1, 50, 99]) {
                const before = world.url(i ? `Function/f${i - 1}` : 'Router/api');
                assert.deepEqual(JSON.parse((await world.call(`f${i}`, i)).text).body, [i, before, 'big']);
            }
            assert.equal((await ask(`${world.url('Router/api')}/last`, { method: 'GET' })).text, world.url('Function/f99'));
            const ports = Object.values(world.resources).filter((r) => r.url).map((r) => Number(new URL(r.url).port));
            assert.equal(ports.length, 101);
            await world.close();
        }],
        ['the usual port is taken: the next one, and it is said', async () => {
            const server = await hold(4600);
            const world = await start({ 'src/index.ts': 'import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "one");\n' },
                [], { port: false });
            assert.doesNotMatch(world.endpoint, /:4600$/);
            const warning = await world.event('warning');
            assert.equal(warning.message, `port 4600 is in use, the AWS endpoint is ${world.endpoint}`);
            await world.close();
            server.close();
        }],
        ['a port that was asked for and is taken is an error', async () => {
            const server = await hold(0);
            const root = project({ 'src/index.ts': 'import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "one");\n' });
            const r = spawnSync(pluto, ['run', '--port', String(server.address().port)], { cwd: root, encoding: 'utf8', timeout: 20000 });
            server.close();
            assert.equal(r.status, 3);
            assert.match(r.stderr, /cannot serve on port \d+: another program does/);
        }],
        ['a program that is broken at the start: it is said, waited, and served once it is mended', async () => {
            const good = 'import { Function } from "@plutolang/pluto";\nnew Function(async () => "mended", "one");\n';
            const world = await start({ 'src/index.ts': `${good}const x = ;\n` }, [], { ready: false });
            const error = await world.event('error');
            assert.equal(error.serving, false);
            assert.equal(error.diagnostics[0].code, 'P0106');
            await until('the note', () => /error\[P0106\][^]*note: nothing runs yet; waiting for a change\n$/.test(world.stderr()));
            world.save(good);
            const ready = await world.event('ready');
            assert.equal(JSON.parse((await ask(ready.resources['Function/one'].url)).text).body, 'mended');
            world.save(`${good}const x = ;\n`);
            await until('the second error', () => world.events.filter((e) => e.event === 'error').length === 2);
            assert.equal(world.events.findLast((e) => e.event === 'error').serving, true);
            await until('the note', () => /the version before goes on; waiting for a change\n$/.test(world.stderr()));
            await world.close();
        }],
        ['what is missing is installed meanwhile, and renewed: no save is needed', async () => {
            const world = await start({
                'package.json': '{"name":"p","type":"module"}',
                'src/index.ts': 'import { Function } from "@plutolang/pluto";\nimport { z } from "zzz";\nnew Function(async () => z(), "one");\n',
            }, [], { ready: false });
            // As npm does: the packages, and when they are there a file that lists them.
            const install = (text) => {
                const modules = path.join(world.root, 'node_modules');
                fs.mkdirSync(path.join(modules, 'zzz'), { recursive: true });
                fs.writeFileSync(path.join(modules, 'zzz/package.json'), '{"name":"zzz","version":"1.0.0","type":"module","exports":"./z.js"}');
                fs.writeFileSync(path.join(modules, 'zzz/z.js'), `export const z = () => "${text}";`);
                fs.writeFileSync(path.join(modules, '.package-lock.json'), JSON.stringify({ text }));
            };
            assert.equal((await world.event('error')).diagnostics[0].code, 'P0701');
            install('installed');
            const { url } = (await world.event('ready')).resources['Function/one'];
            const gives = (text) => until(text, async () => JSON.parse((await ask(url)).text).body === text);
            await gives('installed');
            install('renewed');
            await gives('renewed');
            await world.close();
        }],
    ];
}
