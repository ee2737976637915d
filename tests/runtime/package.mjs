// A package as `pluto build` writes it, in a file system that holds it and little else, as Lambda's does: behind the exec
// wrapper of a managed runtime, alone as on provided.al2023, and behind Lambda's own client. Answers must be the same.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { RuntimeApi } from './api.mjs';
import { KINDS, NODE, PLUTO, equal, functionEnv, like, plainTest } from './harness.mjs';
import { fixture, urlEvent } from './worker/calling.mjs';
import { spawnRic } from './worker/ric.mjs';

const PROGRAM = `import { Function, KVStore, Router } from "@plutolang/pluto";
const notes = new KVStore("notes");
const names = ["a", "b"].map((n) => n.toUpperCase());
new Function(async (what: string, ...more: any[]) => {
  if (what === "throw") throw new RangeError("thrown");
  if (what === "stream") return (async function* () { for (const part of more) yield part; })();
  if (what === "env") return [process.env.LAMBDA_TASK_ROOT, process.version.split(".")[0], typeof process.env.PLUTO_SLOTS === more[0]];
  if (what === "table") return notes.awsTableName;
  if (what === "exit") process.exit(3);
  return [what, names, ...more];
}, "f");
new Router("api").get("/x", async ({ method, path }) => ({ statusCode: 200, body: method + " " + path }));
`;
const UNZIP = `import os, sys, zipfile
for i in (z := zipfile.ZipFile(sys.argv[1])).infolist():
    os.chmod(z.extract(i, sys.argv[2]), i.external_attr >> 16 & 0o777)`;

// The archive of a function, unpacked by somebody else than who wrote it.
function unpacked(place) {
    const project = path.join(place, 'project');
    fs.mkdirSync(project);
    fs.writeFileSync(path.join(project, 'index.ts'), PROGRAM);
    fs.writeFileSync(path.join(project, 'package.json'), '{"name": "whole"}');
    execFileSync(PLUTO, ['build', '-q'], { cwd: project });
    return (name, to) => {
        fs.mkdirSync(to, { recursive: true });
        execFileSync('python3', ['-c', UNZIP, path.join(project, `.pluto/dev/functions/${name}.zip`), to]);
    };
}

// Programs with the libraries that they ask for, and nothing else: what Lambda's system would have of them.
function furnish(root, programs) {
    for (const [to, from] of Object.entries(programs)) {
        const libraries = execFileSync('ldd', [from], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? [];
        for (const [target, source] of [[to, from], ...libraries.map((file) => [file, file])]) {
            const at = path.join(root, target);
            fs.mkdirSync(path.dirname(at), { recursive: true });
            fs.copyFileSync(fs.realpathSync(source), at);
            fs.chmodSync(at, 0o755);
        }
    }
}

// Runs as a user without rights where that can be chosen, as Lambda does.
function confined(root, command, env) {
    const [program, ...args] = process.getuid() === 0
        ? ['/usr/sbin/chroot', '--userspec=993:990', root, ...command]
        : ['/usr/bin/unshare', '--map-root-user', '/usr/sbin/chroot', root, ...command];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (child.log += text));
    return child;
}

const TASK = '/var/task';
const lambda = (api, more) => ({
    ...functionEnv(TASK), AWS_LAMBDA_RUNTIME_API: api.address, LANG: 'en_US.UTF-8', TZ: ':UTC',
    PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME: 'notes-1', ...more,
});

// ---- Where a package runs -----------------------------------------------------------------------

const PLACES = {
    'the exec wrapper of a managed runtime': (root, unpack, api) => {
        unpack(path.join(root, TASK));
        furnish(root, { '/var/lang/bin/node': NODE, '/bin/sh': '/bin/sh', '/usr/bin/dirname': '/usr/bin/dirname' });
        const command = [`${TASK}/pluto/start`, '/var/lang/bin/node', '--expose-gc', '--max-semi-space-size=6', '/var/runtime/index.mjs'];
        return confined(root, command, lambda(api, { PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin', LAMBDA_RUNTIME_DIR: '/var/runtime' }));
    },
    // Node.js comes in a layer; there is no shell.
    'provided.al2023': (root, unpack, api) => {
        unpack(path.join(root, TASK));
        fs.renameSync(path.join(root, TASK, 'pluto/bootstrap'), path.join(root, TASK, 'bootstrap'));
        furnish(root, { '/opt/bin/node': NODE });
        return confined(root, [`${TASK}/bootstrap`], lambda(api, { PATH: '/usr/local/bin:/usr/bin/:/bin:/opt/bin' }));
    },
    "Lambda's own client": (root, unpack, api) => {
        unpack(root);
        return spawnRic(root, api.address, { PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME: 'notes-1', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
    },
};

const post = (...args) => urlEvent({ body: JSON.stringify(args) });
const EVENTS = {
    f: [['a', 1], {}, ['throw'], ['table'], { x: 1 }, ['stream', 'x', 'y'], post('a', 1), urlEvent(), urlEvent({ body: '{}' }), post('throw'),
        post('stream', 'x', 'y'), post('stream', { event: 'e', data: 1 }), fixture('example-sqs-event-obj')],
    'api-get-x': [fixture('apigw_v2_proxy_request_minimal'), fixture('apigw_proxy_request'), fixture('alb_request')],
};

function comparable({ kind, bytes, body, streaming, headers }) {
    if (kind !== 'error') return [kind, streaming, streaming ? headers['content-type'] : '', bytes.toString('latin1')];
    const { errorType, errorMessage } = JSON.parse(body);
    return [kind, errorType, errorMessage];
}

// What a package answers to a list of events, in a place.
async function answersOf(where, root, unpack, list, also = async () => {}) {
    const api = await RuntimeApi.start();
    const child = where(root, unpack, api);
    const gone = new Promise((resolve) => child.on('close', resolve));
    try {
        const answers = [];
        for (const [at, event] of list.entries())
            answers.push(comparable(await api.invoke(JSON.stringify(event), { id: `id-${at}` })));
        equal('refused', api.refused, []);
        await also(api, child);
        return answers;
    } catch (error) {
        throw new Error(`${error.stack}\n${child.log ?? ''}`);
    } finally {
        child.kill('SIGKILL');
        await gone;
        api.close();
    }
}

// Bootstrap is there to say what happened, and the next event finds another worker.
async function afterAnExit(api) {
    like('exit', (await api.invoke('["exit"]')).body, /Runtime.ExitError.*exit status 3/);
    const { body } = await api.invoke('["env", "undefined"]');
    const [root, node] = JSON.parse(body).body;
    equal('place', [root, node], [TASK, 'v24']);
}

for (const [name, list] of Object.entries(EVENTS))
    plainTest(`a package of \`pluto build\`, wherever it runs: ${name}`, async ({ place }) => {
        const unpack = unpacked(place);
        const all = [];
        for (const [what, where] of Object.entries(PLACES)) {
            const own = what.startsWith('Lambda') || name !== 'f' ? undefined : afterAnExit;
            all.push([what, await answersOf(where, path.join(place, String(all.length)), (to) => unpack(name, to), list, own)]);
        }
        for (const [what, answers] of all)
            for (const [at, answer] of answers.entries()) equal(`${what}: ${JSON.stringify(list[at]).slice(0, 100)}`, answer, all.at(-1)[1][at]);
    });

// No interpreter, no library: nothing that a system would have to bring along.
plainTest('bootstrap needs nothing from the system it runs on', async () => {
    const MACHINES = { x86_64: 0x3e, arm64: 0xb7 };
    for (const { name, program } of KINDS.filter((kind) => !kind.optional)) {
        const elf = fs.readFileSync(program);
        equal(`${name}: machine`, elf.readUInt16LE(18), MACHINES[name]);
        const [at, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
        const kinds = Array.from({ length: count }, (_, i) => elf.readUInt32LE(at + i * size));
        equal(`${name}: an interpreter`, kinds.includes(3), false);
        equal(`${name}: ${elf.length} bytes, small`, elf.length < 800_000, true);
    }
});
