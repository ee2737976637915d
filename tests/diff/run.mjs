// What pluto graph --diff says of a change, and the exit code that goes with it.
//
//   node tests/diff/run.mjs --pluto build/pluto [--filter TEXT]; PLUTO_BLESS=1 rewrites the goldens that exist.
//
// The table and the goldens compare a program with the arch.json of an older one; revisions.mjs compares with
// git. The last line is `N passed, N failed`.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { rows } from './table.mjs';
import { revisions } from './revisions.mjs';

const here = path.resolve(new URL('.', import.meta.url).pathname);
const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const pluto = path.resolve(option('--pluto', 'build/pluto'));
const filter = option('--filter', '');
const bless = process.env.PLUTO_BLESS === '1';
const installed = createRequire(path.join(here, '../package.json'));
const { marked } = await import(installed.resolve('marked'));
const { chromium } = installed('playwright-core');

// ---- Running ----------------------------------------------------------------------------------------

let passed = 0;
const failures = [];

// Runs in a folder of its own; `t` has what tests need.
async function test(name, body) {
    if (!name.includes(filter)) return;
    const root = fs.mkdtempSync(path.join(tmpdir(), 'pluto-diff-'));
    try {
        await body(tools(root));
        passed++;
    } catch (error) {
        failures.push(name);
        console.log(`FAIL ${name}\n  ${String(error.message).replaceAll('\n', '\n  ')}`);
    } finally {
        fs.rmSync(root, { recursive: true, force: true });
    }
}

function tools(root) {
    const env = {
        PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c',
    };
    const spawn = (command, args, cwd) => {
        const r = spawnSync(command, args, { cwd: path.join(root, cwd), env, encoding: 'utf8', timeout: 60000 });
        if (r.error) throw r.error;
        return { code: r.status, out: r.stdout, err: r.stderr };
    };
    const t = {
        root,
        write(name, text) {
            fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
            fs.writeFileSync(path.join(root, name), text);
        },
        pluto: (args, cwd = '.') => spawn(pluto, args, cwd),
        git(...args) {
            const r = spawn('git', ['-c', 'init.defaultBranch=main', ...args], '.');
            if (r.code !== 0) throw new Error(`git ${args.join(' ')}: ${r.err}`);
            return r.out.trim();
        },
        // The graph of `before` as before.json, and `after` in the folder app.
        pair(before, after) {
            t.write('app/index.ts', before);
            const old = t.expect(t.pluto(['graph', 'app', '-f', 'json']), 0);
            t.write('before.json', old.out);
            t.write('app/index.ts', after);
        },
        expect(result, code, { out = [], err = [], silent = [] } = {}) {
            const shown = `exit ${result.code}\nstdout: ${result.out}\nstderr: ${result.err}`;
            if (result.code !== code) throw new Error(`wanted exit ${code}\n${shown}`);
            const holds = (text, part) => (part instanceof RegExp ? part.test(text) : text.includes(part));
            for (const [stream, wanted] of [['out', out], ['err', err]])
                for (const part of [wanted].flat())
                    if (!holds(result[stream], part)) throw new Error(`std${stream} should hold ${part}\n${shown}`);
            for (const part of [silent].flat())
                if (holds(result.out, part)) throw new Error(`stdout should not hold ${part}\n${shown}`);
            return result;
        },
        equal(what, got, wanted) {
            if (got !== wanted) throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
        },
    };
    return t;
}

const compare = (t, ...args) => t.pluto(['graph', 'app', '--diff', 'before.json', ...args]);

// ---- The table --------------------------------------------------------------------------------------

for (const { name, before, after, exit, says, silent } of rows)
    await test(`table: ${name}`, (t) => {
        t.pair(before, after);
        const text = t.expect(compare(t), exit, { out: says, silent });
        t.equal('stderr', text.err, '');
        t.expect(compare(t, '--exit-zero'), 0);
        const json = JSON.parse(t.expect(compare(t, '-f', 'json'), exit).out);
        t.equal('widens or publishes', json.widens || json.publishes, exit === 4);
        t.equal('widens', json.widens, json.permissions.some((p) => p.effect === 'widens'));
        t.equal('publishes', json.publishes, json.exposures.some((e) => e.after === 'anyone'));
        t.equal('changed', json.changed, !text.out.includes('no change'));
        const markdown = t.expect(compare(t, '-f', 'markdown'), exit).out;
        t.equal('verdict', /^> \[!(\w+)\]$/m.exec(markdown)?.[1], exit ? 'WARNING' : 'NOTE');
    });

// ---- Goldens ----------------------------------------------------------------------------------------

const FORMATS = { 'expect.text': 'text', 'expect.json': 'json', 'expect.md': 'markdown' };
for (const name of fs.readdirSync(path.join(here, 'cases')).sort())
    await test(`case: ${name}`, (t) => {
        const folder = path.join(here, 'cases', name);
        const read = (file) => fs.readFileSync(path.join(folder, file), 'utf8');
        t.pair(read('before.ts'), read('after.ts'));
        let compared = 0;
        for (const [file, format] of Object.entries(FORMATS)) {
            if (!fs.existsSync(path.join(folder, file))) continue;
            compared++;
            const out = compare(t, '-f', format).out.replace(/^(```mermaid\n)[^]*?(?=^```$)/m, '$1(tested elsewhere)\n');
            if (bless) fs.writeFileSync(path.join(folder, file), out);
            t.equal(file, out, read(file));
        }
        if (!compared) throw new Error('there is nothing to compare with');
    });

// ---- Markdown ---------------------------------------------------------------------------------------

const hostile = [
    'a|b', 'a`b', '``` x', '<img src=x onerror=alert(1)>', '</details>', '@octocat', '#1', '**b**', '[x](http://x.y)',
    'a\\|b', '| --- |', '~~~', '&lt;', 'a\\nb', 'x$y$z', 'https://x.y', '-->', '"', "'", 'é\u202e', ' x ',
];

function walk(tokens, visit, inside = []) {
    for (const token of tokens ?? []) {
        visit(token, inside);
        const deeper = [...inside, token];
        walk(token.tokens, visit, deeper);
        for (const item of token.items ?? []) walk([item], visit, deeper);
        for (const cell of [token.header ?? [], ...(token.rows ?? [])].flat()) walk(cell.tokens, visit, [...deeper, cell]);
    }
}

const pictures = [];
for (const name of hostile)
    await test(`markdown: ${JSON.stringify(name)}`, (t) => {
        const arch = (resources, edges) => JSON.stringify({ version: 1, project: 'app', stack: 'dev', resources, edges });
        const place = (line) => ({ file: `${name}.ts`, line, column: 1 });
        const fn = { id: `Function/${name}`, kind: 'Function', name, arguments: { options: { url: false, envs: { [name]: name } } }, environment: [name], source: place(1) };
        const kv = { id: `KVStore/${name}`, kind: 'KVStore', name, arguments: {}, source: place(2) };
        const edge = { from: fn.id, to: kv.id, type: 'call', operation: 'get', evidence: [{ ...place(3), note: name }] };
        t.write('before.json', arch([], []));
        t.write('after.json', arch([fn, kv], [edge]));
        const r = t.pluto(['graph', '--from', 'after.json', '--diff', 'before.json', '-f', 'markdown']);
        t.expect(r, 4);
        const seen = [];
        walk(marked.lexer(r.out), (token, inside) => {
            if (token.type === 'html' && !/^\s*<\/?(details|summary|code|br)>\s*|^<details><summary>[\w ]+\(\d+\)<\/summary>\s*$/.test(token.raw))
                throw new Error(`html: ${token.raw}\n${r.out}`);
            if (['link', 'image', 'strong', 'em', 'del'].includes(token.type) && inside.some(({ type }) => type === 'table'))
                throw new Error(`${token.type}: ${token.raw}\n${r.out}`);
            if (token.type === 'text' && !token.tokens && /@|#\d/.test(token.text.replace(/&#\d+;/g, ''))) throw new Error(`a mention: ${token.raw}`);
            if (token.type === 'table') seen.push(token.rows.map((row) => row.length));
            if (token.type === 'code') seen.push(pictures.push(token.text) && 'picture');
        });
        t.equal('tables and picture', JSON.stringify(seen), '[[5],"picture",[4,4],[5]]');
    });

// Its parser wants a browser's document.
await test('markdown: every picture is Mermaid', async (t) => {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'];
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
    try {
        const page = await browser.newPage();
        await page.addScriptTag({ path: path.join(path.dirname(installed.resolve('mermaid')), 'mermaid.min.js') });
        const wrong = await page.evaluate(async (texts) => {
            const found = [];
            for (const text of ['flowchart LR\n a-->-->b', ...texts])
                await window.mermaid.parse(text).catch((error) => found.push(`${error.message}\n${text}`));
            return found;
        }, pictures);
        t.equal('pictures', pictures.length, filter ? pictures.length : hostile.length);
        t.equal('what the parser refuses', wrong.length, 1); // the one that is meant to be
    } finally {
        await browser.close();
    }
});

await test('markdown: long tables fold', (t) => {
    const many = (n) => 'import { Function } from "@plutolang/pluto";\n' + Array.from({ length: n }, (_, i) => `new Function(async () => ${i}, "f${i}");\n`).join('');
    t.pair(many(0), many(40));
    const { out } = t.expect(compare(t, '-f', 'markdown'), 4, { out: ['<details><summary>Becomes public (40)</summary>', '<details><summary>Resources (40)</summary>'] });
    t.equal('a picture of 40', out.includes('mermaid'), false);
});

// ---- Pictures ---------------------------------------------------------------------------------------

const sample = (name) => fs.readFileSync(path.join(here, 'cases', 'everything', name), 'utf8');
const count = (text, pattern) => [...text.matchAll(pattern)].length;

await test('svg: marks are classes', (t) => {
    t.pair(sample('before.ts'), sample('after.ts'));
    const json = JSON.parse(compare(t, '-f', 'json').out);
    const svg = t.expect(compare(t, '-f', 'svg'), 4).out;
    const nodes = (mark) => count(svg, new RegExp(`<g class="node ${mark}"`, 'g'));
    for (const mark of ['added', 'removed', 'changed']) {
        const wanted = json.resources.filter(({ change }) => change === mark || (mark === 'changed' && change === 'renamed')).length;
        if (!wanted) throw new Error(`the sample has no resource that is ${mark}`);
        t.equal(`nodes ${mark}`, nodes(mark), wanted);
    }
    if (!count(svg, /<g class="edge [^"]*added/g) || !count(svg, /<g class="edge [^"]*removed/g)) throw new Error('no edges are marked');
});
for (const format of ['html', 'dot', 'mermaid'])
    await test(`${format}: both sides are there`, (t) => {
        t.pair(sample('before.ts'), sample('after.ts'));
        t.expect(compare(t, '-f', format), 4, { out: ['fresh', 'gone'] });
    });
await test('a file gets what the output would', (t) => {
    t.pair(sample('before.ts'), sample('after.ts'));
    t.equal('stdout', t.expect(compare(t, '-f', 'svg', '--output', 'x/diff.svg'), 4).out, '');
    t.equal('file', fs.readFileSync(path.join(t.root, 'x/diff.svg'), 'utf8'), compare(t, '-f', 'svg').out);
});
await test('colour: on demand', (t) => {
    t.pair(sample('before.ts'), sample('after.ts'));
    t.equal('never', compare(t).out.includes('\u001b['), false);
    const colored = compare(t, '--color', 'always').out;
    t.equal('always', colored.replaceAll(/\u001b\[\d+m/g, ''), compare(t).out);
    if (!colored.includes('\u001b[31m')) throw new Error('nothing is red');
});

await revisions(test);

console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
