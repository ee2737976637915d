// `pluto kinds`: for people, for programs, and as docs/permissions.md.

import fs from 'node:fs';
import path from 'node:path';
import { REPO, check, equal, expect, run, test } from './harness.mjs';

const all = JSON.parse(run(REPO, ['kinds', '--json']).out).kinds;

test('every kind, operation and action stands in the table', {}, (root) => {
    const table = expect(run(root, ['kinds']), 0, { err: /^$/ }).out;
    equal('kinds', all.length, fs.readdirSync(path.join(REPO, 'generator/kinds')).filter((f) => f.endsWith('.c')).length);
    for (const kind of all) {
        const own = table.split('\n\n').find((part) => part.startsWith(`${kind.name}  `));
        check(kind.name, own?.includes(kind.doc), own);
        equal(`${kind.name}: no template`, own.includes('(no template yet)'), !kind.template);
        for (const op of kind.operations)
            for (const word of [op.name, op.doc, ...(op.actions ?? [])]) check(`${kind.name}: ${word}`, own.includes(word));
    }
});

test('one kind is shown with all there is, by its name in any letter case', {}, (root) => {
    for (const kind of all) {
        const own = expect(run(root, ['kinds', kind.name.toLowerCase()]), 0).out;
        const params = (list) => list.flatMap((p) => [p.name, p.doc, ...(p.choices ?? []), ...params(p.fields ?? [])]);
        for (const word of [
            kind.doc, ...params(kind.parameters), ...kind.operations.map((op) => op.doc),
            ...kind.properties.flatMap((p) => [p.name, p.doc, ...(p.permits ?? [])]),
            ...kind.libraries.flatMap((l) => [l.module, l.name]),
        ]) check(`${kind.name}: ${word}`, own.includes(word), own);
        equal(kind.name, JSON.parse(run(root, ['kinds', kind.name, '--json']).out).kinds, [kind]);
    }
    expect(run(root, ['kinds', 'KVStor']), 2, { err: 'did you mean `KVStore`?' });
    expect(run(root, ['kinds', 'Lambda']), 2, { err: '`pluto kinds` lists them' });
    expect(run(root, ['kinds', 'Function', '--markdown']), 2);
});

test('--markdown is docs/permissions.md', {}, (root) => {
    const page = fs.readFileSync(path.join(REPO, 'docs/permissions.md'), 'utf8');
    check('docs/permissions.md is old: pluto kinds --markdown > docs/permissions.md', page === run(root, ['kinds', '--markdown']).out);
});

test('colour only where it is asked for', {}, (root) => {
    check('plain', !run(root, ['kinds']).out.includes('\x1b'));
    check('coloured', run(root, ['kinds', '--color', 'always']).out.includes('\x1b[1mBucket'));
});
