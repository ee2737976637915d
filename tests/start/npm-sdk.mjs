// Programs that were written for the npm package @plutolang/pluto: they pass tsc with its types and with ours,
// unchanged, and mean the same whether it is installed or not.

import fs from 'node:fs';
import path from 'node:path';
import { HERE, REPO, equal, expect, test } from './harness.mjs';

const modules = path.join(REPO, 'tests/node_modules');
const tsc = path.join(modules, 'typescript/bin/tsc');
const program = fs.readFileSync(path.join(HERE, 'npm-sdk/program.ts'), 'utf8');

function types(t, project) {
    fs.mkdirSync(t.at(project, 'node_modules/@types'), { recursive: true });
    fs.symlinkSync(path.join(modules, '@types/node'), t.at(project, 'node_modules/@types/node'));
    fs.symlinkSync(path.join(modules, 'undici-types'), t.at(project, 'node_modules/undici-types'));
}

function check(t, project) {
    const r = t.run([tsc, '--skipLibCheck', '--types', 'node'], { cwd: project, command: process.execPath });
    return r.code === 0 ? '' : r.out;
}

test('a program for the npm package compiles unchanged, with it and without it', (t) => {
    // A project as the npm package's users have it: its types come from node_modules.
    const config = { compilerOptions: { target: 'es2022', module: 'preserve', moduleResolution: 'bundler', strict: true, noEmit: true }, include: ['src'] };
    t.write('theirs/package.json', '{ "name": "app", "dependencies": { "@plutolang/pluto": "0.4.18" } }\n');
    t.write('theirs/tsconfig.json', JSON.stringify(config));
    t.write('theirs/src/index.ts', program);
    const graph = () => expect(t.run(['graph', '--format', 'json'], { cwd: 'theirs' }), 0, { err: /^$/ }).out;
    const before = graph();
    types(t, 'theirs');
    equal('without types nothing is checked', check(t, 'theirs').includes("Cannot find module '@plutolang/pluto'"), true);
    fs.symlinkSync(path.join(HERE, 'npm-sdk/node_modules/@plutolang'), t.at('theirs/node_modules/@plutolang'));
    equal('tsc with the npm package', check(t, 'theirs'), '');
    equal('the graph with it', graph(), before);

    // It becomes a project of ours by init, and stays as it is; then the same program with our types.
    const r = expect(t.run(['init', '--yes'], { cwd: 'theirs' }), 0, { out: ['kept  src', 'kept  package.json', 'kept  tsconfig.json'] });
    equal('tsc after init', [check(t, 'theirs'), graph(), r.code], ['', before, 0]);
    expect(t.run(['new', 'ours', '--yes']), 0);
    t.write('ours/src/index.ts', program);
    types(t, 'ours');
    equal('tsc with our types', check(t, 'ours'), '');
    equal('the same resources', JSON.parse(t.run(['graph', '--format', 'json'], { cwd: 'ours' }).out).resources, JSON.parse(before).resources);
});
