// Comparing with git revisions, and what can be wrong with them.
//
// Input: `test` of run.mjs. Each test makes a repository of its own.

const sdk = 'import { Function, KVStore } from "@plutolang/pluto";\n';
const reads = `${sdk}const s = new KVStore("s");\nnew Function(async (k: string) => s.get(k), "f", { url: false });\n`;
const writes = reads.replace('s.get(k)', 's.set(k, "")');
const rejected = `${sdk}new KVStore("s"); new KVStore("s");\n`;
const PUT = '+ Function f  dynamodb:PutItem on KVStore s';

function commit(t, message = 'x') {
    t.git('add', '-A');
    t.git('commit', '-q', '-m', message);
    return t.git('rev-parse', 'HEAD');
}

// A repository with `reads` on main, and `writes` in the work tree.
function repository(t, folder = '.') {
    t.git('init', '-q');
    t.write(`${folder}/index.ts`, reads);
    t.write(`${folder}/package.json`, '{"name": "app"}');
    const first = commit(t);
    t.write(`${folder}/index.ts`, writes);
    return first;
}

const graph = (t, revision, ...args) => t.pluto(['graph', '--diff', revision, ...args]);

export async function revisions(test) {
    await test('git: HEAD, a branch, a tag, a hash, an ancestor', (t) => {
        const first = repository(t);
        t.git('tag', 'v1');
        t.git('branch', 'old/one');
        const title = `(${first.slice(0, 7)}`;
        for (const revision of ['HEAD', 'main', 'v1', 'old/one', first.slice(0, 8), 'main:'])
            t.expect(graph(t, revision), 4, { out: [PUT, '→ the working tree'] });
        t.expect(graph(t, 'main'), 4, { out: [`main ${title}`] });
        commit(t);
        t.expect(graph(t, 'HEAD'), 0, { out: 'no change' });
        t.expect(graph(t, 'HEAD~1'), 4, { out: [PUT, `HEAD~1 ${title}`] });
    });
    await test('git: a hash names itself', (t) => {
        const first = repository(t);
        t.expect(graph(t, first), 4, { out: `: ${first} → the working tree`, silent: `(${first.slice(0, 7)}` });
    });
    await test('git: from elsewhere, and by the first file', (t) => {
        repository(t);
        t.expect(t.pluto(['graph', '.', '--diff', 'HEAD']), 4, { out: PUT });
        t.expect(t.pluto(['graph', 'index.ts', '--diff', 'HEAD']), 4, { out: PUT });
        t.expect(t.pluto(['graph', t.root, '--diff', 'HEAD'], '..'), 4, { out: PUT });
    });
    await test('git: a project in a folder', (t) => {
        repository(t, 'services/notes');
        t.expect(t.pluto(['graph', 'services/notes', '--diff', 'HEAD']), 4, { out: [PUT, 'index.ts:3:'] });
        t.expect(t.pluto(['graph', '--diff', 'HEAD'], 'services/notes'), 4, { out: PUT });
        t.write('services/notes/lib.ts', 'export const x = 1;\n');
        t.expect(t.pluto(['graph', '--diff', 'HEAD'], 'services/notes'), 4, { out: PUT });
    });
    await test('git: modules of then', (t) => {
        t.git('init', '-q');
        t.write('src/index.ts', `import { Function } from "@plutolang/pluto";\nimport { read } from "./lib/read";\nnew Function(async (k: string) => read(k), "f", { url: false });\n`);
        t.write('src/lib/read.ts', `import { KVStore } from "@plutolang/pluto";\nconst s = new KVStore("s");\nexport const read = (k: string) => s.get(k);\n`);
        commit(t);
        t.write('src/lib/read.ts', `import { KVStore } from "@plutolang/pluto";\nconst s = new KVStore("s");\nexport const read = (k: string) => s.delete(k);\n`);
        t.expect(graph(t, 'HEAD'), 4, { out: ['dynamodb:DeleteItem', 'dynamodb:GetItem'] });
        t.git('mv', 'src/lib', 'src/other');
        t.write('src/index.ts', `import { Function } from "@plutolang/pluto";\nimport { read } from "./other/read";\nnew Function(async (k: string) => read(k), "f", { url: false });\n`);
        t.write('src/other/read.ts', `import { KVStore } from "@plutolang/pluto";\nconst s = new KVStore("s");\nexport const read = (k: string) => s.get(k);\n`);
        t.expect(graph(t, 'HEAD'), 0, { out: 'no change' });
    });
    await test('git: a program that was not there yet', (t) => {
        t.git('init', '-q');
        t.write('README.md', 'nothing');
        commit(t);
        t.write('app/index.ts', reads);
        t.expect(t.pluto(['graph', 'app', '--diff', 'main']), 4, { out: ['where there is no such program', '+ Function f', '+ KVStore s', 'dynamodb:GetItem'] });
    });
    await test('git: a revision that is rejected', (t) => {
        t.git('init', '-q');
        t.write('index.ts', rejected);
        commit(t);
        t.write('index.ts', reads);
        const r = t.expect(graph(t, 'main'), 1, { err: ['is rejected as it was at `main (', 'error[P0303]', '--> index.ts:2'] });
        t.equal('stdout', r.out, '');
        const lines = graph(t, 'main', '--message-format', 'json').err.trim().split('\n').map((line) => JSON.parse(line));
        t.equal('codes', lines.map(({ code }) => code).join(), ',P0303');
    });
    await test('git: a working tree that is rejected', (t) => {
        repository(t);
        t.write('index.ts', rejected);
        const r = t.expect(graph(t, 'main'), 1, { err: 'error[P0303]' });
        t.equal('label', r.err.includes('as it was at'), false);
        t.equal('stdout', r.out, '');
    });
    await test('git: warnings of then are not said', (t) => {
        t.git('init', '-q');
        const warned = `import x from "unseen";\n${reads.replace('s.get(k)', '(x as any)[k](s)')}`;
        t.write('index.ts', warned);
        commit(t);
        t.write('index.ts', reads);
        t.equal('stderr', t.expect(graph(t, 'main'), 0).err, '');
    });
    await test('git: what is no revision', (t) => {
        repository(t);
        for (const revision of ['nothing', 'HEAD~7', 'v9', '0123456', 'HEAD:index.ts', '--upload-pack=x', 'a b', '\u001b[2J'])
            t.expect(t.pluto(['graph', `--diff=${revision}`]), 2, { err: 'of this repository' });
        t.equal('escape', t.pluto(['graph', '--diff=\u001b[2J']).err.includes('\u001b'), false);
    });
    await test('git: no repository, no commit', (t) => {
        t.write('index.ts', reads);
        t.expect(graph(t, 'HEAD'), 3, { err: 'is in no git repository' });
        t.git('init', '-q');
        t.expect(graph(t, 'HEAD'), 2, { err: '`HEAD` is no commit' });
    });
    await test('a file wins over a revision of its name', (t) => {
        repository(t);
        t.git('branch', 'arch');
        t.write('arch', t.expect(t.pluto(['graph', '-f', 'json']), 0).out);
        t.expect(graph(t, 'arch'), 0, { out: ['arch → the working tree', 'no change'] });
        t.expect(graph(t, 'arch:'), 4, { out: [PUT, 'arch ('] });
        t.write('arch', 'nothing');
        t.expect(graph(t, 'arch'), 1, { err: ['error[P0507]'] });
    });
    await test('a folder of the name is no file', (t) => {
        repository(t);
        t.git('branch', 'docs');
        t.write('docs/x', '');
        t.expect(graph(t, 'docs'), 4, { out: 'docs (' });
    });
    await test('settings are compared with settings', (t) => {
        t.git('init', '-q');
        t.write('index.ts', reads);
        t.write('pluto.yml', 'functions:\n  memory: 256\ntags:\n  team: red\n');
        commit(t);
        t.write('pluto.yml', 'functions:\n  memory: 512\n  timeout: 5\ntags:\n  owner: x\n');
        t.expect(graph(t, 'HEAD'), 0, { out: ['settings', 'functions.memory 256 → 512', 'functions.timeout unset → 5', 'tags.team "red" → unset', 'tags.owner unset → "x"', '4 settings differ'] });
        t.write('old.json', t.pluto(['graph', '-f', 'json']).out);
        t.expect(graph(t, 'old.json'), 0, { out: 'no change' });
    });
    await test('another stack is said', (t) => {
        repository(t);
        t.write('prod.json', t.pluto(['graph', '-f', 'json', '--stack', 'prod']).out);
        t.expect(graph(t, 'prod.json'), 4, { out: 'stack "prod" → "dev"' });
        t.expect(graph(t, 'prod.json', '--stack', 'prod'), 0, { out: 'no change' });
    });
    await test('a secret in the older graph is not shown', (t) => {
        repository(t);
        const token = `hf_${'QwErTyUiOpAsDfGhJkLzXcVbNm'}`;
        const arch = JSON.parse(t.pluto(['graph', '-f', 'json']).out);
        arch.resources[1].arguments.options.envs = { TOKEN: token };
        t.write('old.json', JSON.stringify(arch));
        const r = t.expect(graph(t, 'old.json'), 1, { err: 'P0504' });
        t.equal('shown', (r.out + r.err).includes(token.slice(3)), false);
    });
    await test('two graphs', (t) => {
        t.write('index.ts', reads);
        t.write('a.json', t.pluto(['graph', '-f', 'json']).out);
        t.write('index.ts', writes);
        t.write('b.json', t.pluto(['graph', '-f', 'json']).out);
        t.expect(t.pluto(['graph', '--from', 'b.json', '--diff', 'a.json']), 4, { out: ['a.json → b.json', PUT] });
        t.expect(t.pluto(['graph', '--from', 'b.json', '--diff', 'HEAD']), 2, { err: 'cannot be compared with a revision' });
        t.expect(t.pluto(['graph', '--from', 'b.json', '--diff', 'gone.json']), 3, { err: 'gone.json' });
    });
    await test('wrong usage', (t) => {
        repository(t);
        t.expect(graph(t, 'HEAD', '--watch'), 2, { err: '--watch' });
        t.expect(t.pluto(['graph', '--exit-zero']), 2, { err: '--diff' });
        t.expect(t.pluto(['graph', '-f', 'markdown']), 2, { err: '--diff' });
    });
}
