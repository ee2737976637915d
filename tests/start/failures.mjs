// What goes wrong outside of the program: no room, no permission, signals while files are written, templates that
// are not what they should be. Each time: the reason, the right exit code, and nothing left behind.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { equal, expect, pluto, test } from './harness.mjs';

const NOBODY = 65534;
const isRoot = process.getuid() === 0;

// ---- What is there already --------------------------------------------------------------------------

test('what exists is never touched', (t) => {
    t.write('folder/.hidden', 'x');
    t.write('file', 'y');
    fs.symlinkSync('nowhere', t.at('link'));
    fs.symlinkSync(t.dir, t.at('link2'));
    const before = t.names();
    for (const name of ['folder', 'file', 'link', 'link2']) expect(t.run(['new', name, '--yes']), 2, { err: `\`${name}\` exists already` });
    equal('what is there', t.names(), before);
    equal('texts', [t.read('folder/.hidden'), t.read('file')], ['x', 'y']);
    fs.mkdirSync(t.at('empty'));
    expect(t.run(['new', 'empty', '--yes']), 0);
    equal('an empty folder becomes the project', fs.existsSync(t.at('empty/pluto.yml')), true);
});

// A folder that came from strangers may hold links to anywhere.
test('init writes through no link', (t) => {
    t.write('outside/rc', 'mine');
    fs.mkdirSync(t.at('a'));
    fs.symlinkSync('../outside', t.at('a/types'));
    expect(t.run(['init', '--yes'], { cwd: 'a' }), 2, { err: '`types` is a link: nothing is written to where it leads' });
    equal('nothing stays', [t.names('a'), t.names('outside')], [['types'], ['rc']]);
    fs.mkdirSync(t.at('b/types/pluto'), { recursive: true });
    t.write('b/package.json', '{}');
    fs.symlinkSync('../../../outside/rc', t.at('b/types/pluto/index.d.ts'));
    expect(t.run(['init', '--types'], { cwd: 'b' }), 2, { err: '`types/pluto/index.d.ts` is a link' });
    equal('what it leads to', t.read('outside/rc'), 'mine');
});

// ---- No room, no permission -------------------------------------------------------------------------

// `ulimit -f` counts KiB in bash: the types of the SDK are longer than this.
test('a file that may not grow', (t) => {
    fs.mkdirSync(t.at('here'));
    for (const [cwd, args] of [['.', ['new', 'p']], ['here', ['init']]]) {
        const r = t.run(['-c', 'ulimit -f 8; exec "$0" "$@" --yes', pluto, ...args], { cwd, command: 'bash' });
        expect(r, 3, { err: /cannot write `(p\/)?types\/pluto\/index\.d\.ts`: file too large/, out: /^$/ });
        equal('nothing stays', t.names(), []);
    }
});

// A file system of its own where that is allowed; everywhere else the limit above has to do.
test('a full disk', (t) => {
    fs.mkdirSync(t.at('disk'));
    const mount = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', t.at('disk')]).status === 0;
    try {
        if (!mount) fs.writeFileSync(t.at('limit'), '');
        const args = ['-c', mount ? 'exec "$0" "$@"' : 'ulimit -f 16; exec "$0" "$@"', pluto, 'new', 'p', '--yes'];
        expect(t.run(args, { cwd: 'disk', command: 'bash' }), 3, { err: /cannot write `p\/.*`: (no space left on device|file too large)/ });
        equal('nothing stays', t.names('disk'), []);
    } finally {
        if (mount) spawnSync('umount', [t.at('disk')]);
    }
});

test('a folder in which nothing may be made', (t) => {
    fs.mkdirSync(t.at('shut'));
    fs.copyFileSync(pluto, t.at('shut/pluto')); // the checkout may lie where nobody else can look
    fs.chmodSync(t.at('shut'), 0o555);
    const who = { command: './pluto', cwd: 'shut', ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) };
    expect(t.run(['new', 'p', '--yes'], who), 3, { err: 'cannot make `p`: permission denied' });
    expect(t.run(['init', '--yes'], who), 3, { err: 'permission denied' });
    equal('nothing', t.names('shut'), ['pluto']);
    fs.chmodSync(t.at('shut'), 0o755);
});

test('output that nobody reads does not take the project back', (t) => {
    t.run(['-c', '"$0" new p --yes | true', pluto], { command: 'bash' });
    equal('it is there', fs.existsSync(t.at('p/pluto.yml')), true);
    expect(t.run(['-c', '"$0" new q --yes >/dev/full', pluto], { command: 'bash' }), 3, { err: 'no space is left' });
    equal('it is there', fs.existsSync(t.at('q/pluto.yml')), true);
});

// ---- Signals ----------------------------------------------------------------------------------------

function repository(t, name, files) {
    t.git('.', 'init', '-q', '-b', 'main', name);
    t.git(name, 'config', 'user.name', 'T');
    t.git(name, 'config', 'user.email', 't@example.org');
    for (const [file, text] of Object.entries(files)) t.write(`${name}/${file}`, text);
    t.git(name, 'add', '-A');
    t.git(name, 'commit', '-q', '-m', 'one');
    return `file://${t.at(name)}`;
}

test('a signal at any moment leaves the whole project or nothing', (t) => {
    const files = { 'package.json': '{}' };
    for (let i = 0; i < 600; i++) files[`src/part${i}.ts`] = `export const part${i} = ${i};\n`;
    const url = repository(t, 'template', files);
    let made = 0;
    for (const ms of [2, 10, 20, 35, 50, 80, 120, 200, 400, 3000]) {
        const r = t.run(['--signal=TERM', String(ms / 1000), pluto, 'new', 'p', '--yes', '--template', url], { command: 'timeout' });
        const left = fs.readdirSync(t.dir).filter((n) => n !== 'template');
        const whole = left.length === 1 && left[0] === 'p' && fs.readdirSync(t.at('p/src')).length === 600;
        if (!(left.length === 0 || whole)) throw new Error(`after ${ms} ms (exit ${r.code}): ${left}`);
        if (whole) made++;
        equal('the code of a project that was made', whole || r.code !== 0, true);
        fs.rmSync(t.at('p'), { recursive: true, force: true });
    }
    equal('one had the time it takes', made > 0, true);
});

// ---- Templates from repositories --------------------------------------------------------------------

test('a template from a repository: name, placeholders, what is missing is added', (t) => {
    const program = 'import { KVStore } from "@plutolang/pluto";\nnew KVStore("{{name}}".length ? "kept" : "x");\n';
    const url = repository(t, 'repo', { 'src/index.ts': program, 'README.md': '# {{name}} {{stack}} {{other}}\n', 'package.json': '{\n\t"version": "1.0",\n\t"name": "@their/own"\n}\n',
        'bin/run.sh': '#!/bin/sh\n', 'docs/README.md': '{{name}}\n' });
    fs.chmodSync(t.at('repo/bin/run.sh'), 0o755);
    t.git('repo', 'commit', '-qam', 'two');
    expect(t.run(['new', 'mine', '--yes', '--stack', 'test', '--template', url]), 0, { err: /^$/, out: 'made mine' });
    equal('files', t.names('mine'), ['.git', '.gitignore', 'README.md', 'bin/run.sh', 'docs/README.md', 'package.json', 'pluto.yml', 'src/index.ts', 'tsconfig.json', 'types/pluto/index.d.ts']);
    equal('README', t.read('mine/README.md'), '# mine test {{other}}\n');
    equal('nothing else is filled', [t.read('mine/src/index.ts'), t.read('mine/docs/README.md')], [program, '{{name}}\n']);
    equal('package.json', t.read('mine/package.json'), '{\n\t"version": "1.0",\n\t"name": "mine"\n}\n');
    equal('executable', fs.statSync(t.at('mine/bin/run.sh')).mode & 0o111, 0o111);
    equal('not executable', fs.statSync(t.at('mine/README.md')).mode & 0o111, 0);
    equal('its history is its own', t.git('mine', 'log', '--format=%s'), `Start mine from the template ${url}`);
    expect(t.run(['graph'], { cwd: 'mine' }), 0, { out: ['mine (test)', 'KVStore kept'] });
});

test('#ref and :folder choose', (t) => {
    const url = repository(t, 'repo', { 'apps/a/index.ts': 'export const v = 1;\n', 'apps/b/index.ts': '', 'top.txt': '' });
    t.git('repo', 'tag', 'v1');
    t.git('repo', 'checkout', '-q', '-b', 'next');
    t.write('repo/apps/a/index.ts', 'export const v = 2;\n');
    t.git('repo', 'commit', '-qam', 'two');
    const sha = t.git('repo', 'rev-parse', 'v1');
    t.git('repo', 'checkout', '-q', 'main');
    for (const [i, [ref, v]] of [['', 1], ['#v1', 1], ['#next', 2], [`#${sha}`, 1]].entries()) {
        expect(t.run(['new', `p${i}`, '--yes', '--template', `${url}${ref}:apps/a`]), 0);
        equal(`${ref}`, t.read(`p${i}/index.ts`), `export const v = ${v};\n`);
        equal('the folder alone', fs.existsSync(t.at(`p${i}/top.txt`)), false);
    }
    for (const [source, code] of [['#none', 3], [':apps/none', 3], [':../..', 2], ['#', 2]]) {
        const r = t.run(['new', 'x', '--yes', '--template', url + source]);
        equal(`${source} is refused`, r.code === 2 || r.code === 3, true);
        equal(`${source} says why (${code})`, /^error: .+/.test(r.err), true);
    }
    equal('nothing of x', fs.existsSync(t.at('x')), false);
});

test('hostile repositories', (t) => {
    const cases = {
        link: (dir) => fs.symlinkSync('/etc/passwd', `${dir}/passwd`),
        'link-folder': (dir) => fs.symlinkSync('/tmp', `${dir}/src`),
    };
    for (const [name, make] of Object.entries(cases)) {
        const url = repository(t, name, { 'package.json': '{}' });
        make(t.at(name));
        t.git(name, 'add', '-A');
        t.git(name, 'commit', '-qm', 'bad');
        const r = expect(t.run(['new', 'p', '--yes', '--template', url]), 3, { err: 'error: ' });
        equal(`${name}: nothing stays`, fs.readdirSync(t.dir).filter((n) => !(n in cases)), []);
        equal(`${name}: says which`, /link|passwd|src/.test(r.err), true);
    }
    // A tree whose entry is called `..`: git itself will not make one, so it is written by hand.
    const url = repository(t, 'dots', { file: 'x' });
    const blob = t.git('dots', 'rev-parse', 'HEAD:file');
    for (const evil of ['..', '.git', '.GIT', '../up', 'a\\b']) {
        const entry = Buffer.concat([Buffer.from(`100644 ${evil}\0`), Buffer.from(blob, 'hex')]);
        const made = spawnSync('git', ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], { cwd: t.at('dots'), input: entry, env: t.env, encoding: 'utf8' });
        equal('git took the tree', made.status, 0);
        const commit = t.git('dots', 'commit-tree', '-m', 'bad', made.stdout.trim());
        t.git('dots', 'update-ref', 'refs/heads/bad', commit);
        const r = t.run(['new', 'p', '--yes', '--template', `${url}#bad`]);
        if (r.code === 0) throw new Error(`${evil} was taken: ${t.names('p')}`);
        equal(`${evil}: nothing stays`, fs.existsSync(t.at('p')) || fs.existsSync(t.at('up')), false);
    }
});

test('a broken template says so', (t) => {
    const url = repository(t, 'repo', { 'package.json': 'not json', 'src/index.ts': '' });
    expect(t.run(['new', 'p', '--yes', '--template', url]), 3, { err: 'the template\'s `package.json` is not a JSON object' });
    const clash = repository(t, 'clash', { 'package.json': '{}', types: 'a file where a folder should be' });
    expect(t.run(['new', 'p', '--yes', '--template', clash]), 3, { err: 'cannot write `p/types/pluto/index.d.ts`' });
    expect(t.run(['new', 'p', '--yes', '--template', `file://${os.tmpdir()}/pluto-no-such-repository`]), 3);
    expect(t.run(['new', 'p', '--yes', '--template', 'https://127.0.0.1:9/x.git']), 3);
    expect(t.run(['new', 'p', '--yes', '--template', 'http://127.0.0.1:9/x.git']), 2);
    equal('nothing stays', fs.readdirSync(t.dir).sort(), ['clash', 'repo']);
});
