// docs/starting.md shows what happens: its console blocks are run one after the other in one folder, its first
// `text` block is what a terminal shows. PLUTO_BLESS=1 rewrites what the commands print.

import fs from 'node:fs';
import path from 'node:path';
import { KEY, REPO, equal, expect, send, test } from './harness.mjs';
import { show } from './vt.mjs';

const page = path.join(REPO, 'docs/starting.md');
const text = fs.readFileSync(page, 'utf8');
const steady = (shown) => shown.replace(/\d+ bytes$/gm, 'N bytes').replace(/(\.zip {2})\d.*$/gm, '$1N MB');

test('docs/starting.md: the questions', (t) => {
    const [, wanted] = /```text\n([^]*?)\n```/.exec(text);
    const steps = ['Project name', send('notes'), send(KEY.enter), 'Template', send(KEY.down), send(KEY.enter), 'Stack name', send(KEY.enter),
        'platform', send(KEY.enter), 'engine', send(KEY.enter)];
    equal('the screen', show(expect(t.ask(['new'], steps), 0).screen), wanted);
});

test('docs/starting.md: the commands', (t) => {
    let cwd = '.';
    const run = (line) => {
        const [command, ...args] = line.split(/ +/);
        if (command === 'cd') return void (cwd = path.join(cwd, args[0])) ?? '';
        equal('only pluto is run', command, 'pluto');
        const r = expect(t.run(args, { cwd }), 0, { err: /^$/ });
        return r.out.trimEnd();
    };
    const shown = text.replace(/```console\n([^]*?)\n```/g, (_, block) => {
        const commands = block.split('\n').filter((line) => line.startsWith('$ '));
        const parts = commands.map((line) => ({ line, out: run(line.slice(2)) }));
        const body = parts.map(({ line, out }, i) => (out ? `${line}\n${out}${i + 1 < parts.length ? '\n' : ''}` : line));
        return `\`\`\`console\n${body.join('\n')}\n\`\`\``;
    });
    if (process.env.PLUTO_BLESS === '1') fs.writeFileSync(page, shown);
    else equal('the page', steady(text), steady(shown));
});

test('docs/starting.md and help name the templates that there are', (t) => {
    const { templates } = JSON.parse(fs.readFileSync(path.join(REPO, 'templates/index.json'), 'utf8'));
    const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` \| (.*) \|$/gm)].map(([, name, doc]) => ({ name, doc }));
    equal('the table', rows, templates.map(({ name, doc }) => ({ name, doc })));
    const help = t.run(['help', 'new']).out.replaceAll('\n', ' ');
    for (const { name } of templates) equal(`help names ${name}`, help.includes(name), true);
});
