// The tables of commands and options, in every form in which they are read: help, the manual page, docs.

import fs from 'node:fs';
import path from 'node:path';
import { REPO, check, commands, equal, exec, expect, pluto, run, test } from './harness.mjs';

test('the manual page is right in the eyes of mandoc', {}, (root) => {
    const page = expect(run(root, ['help', '--man']), 0, { err: /^$/ }).out;
    check('ASCII', /^[\n -~]*$/.test(page));
    const lint = exec('mandoc', ['-T', 'lint', '-W', 'warning'], { cwd: root, input: page });
    expect(lint, 0, { out: /^$/, err: /^$/ });
    const shown = exec('mandoc', ['-T', 'ascii', '-O', 'width=300'], { cwd: root, input: page }).out.replace(/.\x08/g, '');
    for (const command of commands()) {
        const help = run(root, ['help', command]).out;
        check(`pluto ${command}`, shown.includes(`pluto ${command}`), shown);
        for (const [, option] of help.matchAll(/^ +(?:-\w, )? *(--[\w-]+)/gm)) check(option, shown.includes(option));
    }
    for (const section of ['SYNOPSIS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS', 'EXAMPLES', 'NO_COLOR', 'pluto.yml', '130'])
        check(section, shown.includes(section));
});

test('what is installed beside the program stands where man and the shells look', {}, (root) => {
    const script = path.join(REPO, 'cmake/share.cmake');
    expect(exec('cmake', [`-Dpluto=${pluto}`, `-Dshare=${root}/share`, '-P', script], { cwd: root }), 0);
    const files = { 'man/man1/pluto.1': ['help', '--man'], 'bash-completion/completions/pluto': ['completion', 'bash'],
        'zsh/site-functions/_pluto': ['completion', 'zsh'], 'fish/vendor_completions.d/pluto.fish': ['completion', 'fish'] };
    for (const [file, args] of Object.entries(files))
        equal(file, fs.readFileSync(path.join(root, 'share', file), 'utf8'), run(root, args).out);
    // zsh loads the function from its folder at the first use.
    const zsh = `fpath=('${root}/share/zsh/site-functions' $fpath); autoload -U compinit; compinit -u -D; print $_comps[pluto]`;
    equal('zsh knows it', exec('zsh', ['-f', '-c', zsh], { cwd: root }).out, '_pluto\n');
});

test('docs/commands.md is what the table says', {}, (root) => {
    const page = fs.readFileSync(path.join(REPO, 'docs/commands.md'), 'utf8');
    const made = expect(run(root, ['help', '--markdown']), 0).out;
    if (page !== made) throw new Error('docs/commands.md is old: pluto help --markdown > docs/commands.md');
    for (const command of commands()) check(command, page.includes(`\n## pluto ${command}\n`));
});

test('help shows every command once, and each has a help of its own', {}, (root) => {
    const all = commands();
    check('commands', all.length >= 10, all);
    equal('once', [...new Set(all)].length, all.length);
    for (const command of all)
        expect(run(root, ['help', command]), 0, { out: `usage: pluto ${command}` });
    const long = run(root, ['help']).out.split('\n').filter((line) => line.length > 110);
    equal('lines too long to read', long, []);
    expect(run(root, ['help', 'graph', '--man']), 2, { err: 'leave out `graph`' });
});

test('wrong usage is said in the format that is asked for', {}, (root) => {
    for (const words of [['graph', '--stac', 'x'], ['grph'], ['graph', 'a', 'b'], ['why'], ['kinds', 'x'], []]) {
        const r = expect(run(root, [...words, '--message-format', 'json']), 2, { out: /^$/ });
        equal(words.join(' '), Object.keys(JSON.parse(r.err)), ['code', 'severity', 'message', 'file', 'line', 'column', 'help']);
    }
});
