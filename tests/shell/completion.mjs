// Completion: what the program answers, and what three shells make of it.

import fs from 'node:fs';
import path from 'node:path';
import { HERE, REPO, check, equal, exec, expect, pluto, run, test } from './harness.mjs';

const program = `import { Function, KVStore, Router } from "@plutolang/pluto";
const notes = new KVStore("notes");
new Function(async (id: string) => await notes.get(id), "reader");
new Router("api").get("/a", async () => ({ statusCode: 200, body: await notes.get("a") }));
`;
const project = {
    'src/index.ts': program,
    'pluto.yml': 'name: app\nstacks:\n  - name: dev\n  - name: production\n',
    'deep/er/x.txt': '',
};

// What the program answers to `words`, the last being the one to complete.
const answer = (root, shell, ...words) =>
    expect(run(root, ['__complete', shell, ...words]), 0, { err: /^$/ }).out.split('\n').slice(0, -1);
const values = (root, ...words) => answer(root, 'fish', ...words).map((line) => line.split('\t')[0]);

// ---- The engine -------------------------------------------------------------------------------------

test('what comes next follows from the tables and the project', project, (root) => {
    const has = (words, wanted) => equal(words.join(' '), values(root, ...words), wanted);
    has(['gr'], ['graph']);
    has(['graph', '--format', 's'], ['svg']);
    has(['graph', '--format=s'], ['--format=svg']);
    has(['graph', '-f', 'mer'], ['mermaid']);
    has(['graph', '--stack', ''], ['dev', 'production']);
    has(['graph', '-s', 'p'], ['production']);
    has(['--color', ''], ['auto', 'always', 'never']);
    has(['why', ''], ['reader', 'api-get-a']);
    has(['why', 'reader', ''], ['notes', 'api', 'api-get-a']);
    has(['why', 'reader', 'notes', 'se'], ['set']);
    has(['why', 'api-get-a', 'KVStore/notes', 'g'], ['get']);
    has(['why', '--', 'rea'], ['reader']);
    has(['why', '--json', '--stack', 'dev', 'rea'], ['reader']);
    has(['explain', 'P030'], run(root, ['explain']).out.match(/^P030\d/gm));
    has(['kinds', 'S'], ['SageMaker', 'Schedule', 'Secret']);
    has(['help', 'co'], ['completion']);
    has(['completion', ''], ['bash', 'zsh', 'fish']);
    has(['new', '--template', 'l'], ['llama2-chat']);
    has(['graph', '--form'], ['--format']);
    has(['graph', '--verbose', '--verb'], []);
    has(['nonsense', ''], []);
    has(['graph', '--nonsense', '--qui'], ['--quiet']);
    has(['version', '--fo'], []);
    equal('a folder', answer(root, 'fish', 'graph', ''), ['\tfolders']);
    equal('a file', answer(root, 'fish', 'graph', '--output', ''), ['\tfiles']);
});

test('every command and every option of each is offered, with what help says of it', {}, (root) => {
    const help = run(root, ['help']).out;
    for (const line of answer(root, 'fish', '')) {
        const [name, doc] = line.split('\t');
        check(name, new RegExp(`^ +${name}\\b[^]*${doc.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'm').test(help));
        const own = run(root, ['help', name]).out;
        const offered = values(root, name, '--').sort();
        equal(name, offered, [...own.matchAll(/^ +(?:-\w, )? *(--[\w-]+)/gm)].map((m) => m[1]).sort());
    }
});

test('a program that is half typed has no names, and nothing is said', { 'index.ts': 'new Function(async (' }, (root) => {
    equal('why', values(root, 'why', ''), []);
    equal('nowhere', values('/', 'why', ''), []);
    equal('a missing folder', values(root, 'why', '-C', 'nothing-here', ''), []);
    equal('the rest works', values(root, 'ver'), ['version']);
});

test('a name that pluto.yml must not hold is not offered', {
    'index.ts': program, 'pluto.yml': 'stacks:\n  - name: dev\n  - name: $(touch pwned)\n',
}, (root) => equal('stacks', values(root, 'graph', '--stack', ''), ['dev']));

test('another folder\'s names, by --project', { 'app/index.ts': program }, (root) => {
    equal('-C app', values(root, 'why', '-C', 'app', ''), ['reader', 'api-get-a']);
    equal('graph app --stack', values(root, 'graph', 'app', '--stack', ''), []);
});

test('what a script cannot have asked is wrong usage', {}, (root) => {
    for (const words of [[], ['bash'], ['tcsh', ''], ['bash', '\u{1}'], ['zsh', '\t'], ['fish', '"', "'", '\\']])
        check(words.join(), [0, 2].includes(run(root, ['__complete', ...words]).code));
    expect(run(root, ['completion', 'tcsh']), 2, { err: 'there is one for bash, zsh and fish' });
    expect(run(root, ['completion']), 2);
});

// ---- The shells -------------------------------------------------------------------------------------

// A folder for PATH with `pluto` in it.
function bin(root) {
    fs.mkdirSync(path.join(root, '.bin'));
    fs.symlinkSync(pluto, path.join(root, '.bin/pluto'));
    return `${path.join(root, '.bin')}:${process.env.PATH}`;
}

// Types `keys` at a shell's prompt, completes, and gives the words that the line then has: the line is
// turned into the arguments of printf, run, and read back.
function press(root, shell, PATH, keys) {
    const start = {
        bash: { command: ['bash', '--norc', '--noprofile', '-i'], load: 'source <(pluto completion bash)' },
        zsh: { command: ['zsh', '-f', '-i'], load: 'autoload -U compinit; compinit -u -D; source <(pluto completion zsh); bindkey -e' },
    }[shell];
    const env = { PATH, HOME: root, TERM: 'xterm', PS1: 'ready> ', LC_ALL: 'C.UTF-8' };
    const task = {
        command: ['/usr/bin/env', ...start.command], cwd: root, env, columns: 400, rows: 50,
        steps: [
            { expect: 'ready> ' },
            { send: `PS1='go'ahead'> '; ${start.load}\r` }, { expect: 'goahead> ' },
            { send: `${keys}\t` }, { pause: 0.2 },
            { send: '\x01printf "[%s]" \r' }, { expect: 'goahead> ' },
            { send: 'exit\r' },
        ],
    };
    const r = exec('python3', [path.join(HERE, '../start/pty.py')], { cwd: root, input: JSON.stringify(task) });
    const told = JSON.parse(r.out || '{}');
    const words = told.out?.match(/\[pluto\](?:\[[^\]]*\])*/)?.[0];
    if (!words) throw new Error(`${shell}: ${keys}\n${r.err}${JSON.stringify(told)}`);
    return words;
}

for (const shell of ['bash', 'zsh'])
    test(`${shell} completes what is typed`, project, (root) => {
        const PATH = bin(root);
        const becomes = (keys, wanted) => equal(`${shell}: ${keys}`, press(root, shell, PATH, keys), wanted);
        becomes('pluto gra', '[pluto][graph]');
        becomes('pluto why rea', '[pluto][why][reader]');
        becomes('pluto why reader no', '[pluto][why][reader][notes]');
        becomes('pluto why "rea', '[pluto][why][reader]');
        becomes('pluto graph --stack=pro', '[pluto][graph][--stack=production]');
        // zsh takes the slash back when the word is left.
        becomes('pluto graph de', shell === 'bash' ? '[pluto][graph][deep/]' : '[pluto][graph][deep]');
    });

test('fish completes what is typed', project, (root) => {
    const PATH = bin(root);
    const completes = (line, wanted) => {
        const script = `pluto completion fish | source; complete -C ${JSON.stringify(line)}`;
        const r = expect(exec('fish', ['--no-config', '-c', script], { cwd: root, env: { PATH } }), 0, { err: /^$/ });
        equal(line, r.out.split('\n').slice(0, -1).map((l) => l.split('\t')[0]).sort(), wanted);
    };
    completes('pluto gra', ['graph']);
    completes('pluto why ', ['api-get-a', 'reader']);
    completes('pluto why "rea', ['reader']);
    completes('pluto why reader notes d', ['delete', 'describe']);
    completes('pluto graph --stack=', ['--stack=dev', '--stack=production']);
    completes('pluto graph --format s', ['svg']);
    completes('pluto graph de', ['deep/']);
});

// ---- Names that want to be run ----------------------------------------------------------------------

// Names are letters, digits, `-`, `_` and `.`; the scripts do not rely on it.
const hostile = ['a b', "it's", '$(touch pwned)', '`touch pwned`', 'x;touch pwned', '"q"', '*', 'é&', '$HOME', 'back\\slash', '<x', '#c', '!!', '(x)'];
const quoted = hostile.map((name) => name.replace(/[^\w%+,./@\u0080-\uffff-]/g, '\\$&'));

function liar(root) {
    fs.mkdirSync(path.join(root, '.bin'));
    const text = (list) => list.map((name) => `${name}\t${name}\n`).join('');
    fs.writeFileSync(path.join(root, 'plain'), text(hostile));
    fs.writeFileSync(path.join(root, 'quoted'), quoted.map((name) => `${name}\n`).join(''));
    fs.writeFileSync(path.join(root, '.bin/pluto'), `#!/bin/sh
[ "$1" = completion ] && exec '${pluto}' "$@"
one=$(eval echo "\\\${$#}")
[ "$2" = bash ] && sed -n "\${one}p" '${root}/quoted' || sed -n "\${one}p" '${root}/plain'
`, { mode: 0o755 });
    return `${path.join(root, '.bin')}:${process.env.PATH}`;
}

test('no name is run by a shell', {}, (root) => {
    const PATH = liar(root);
    for (const [i, name] of hostile.entries()) {
        const script = `pluto completion fish | source; complete -C 'pluto ${i + 1}'`;
        exec('fish', ['--no-config', '-c', script], { cwd: root, env: { PATH } });
        // The real bash reads what is inserted as one word that is the name.
        const r = exec('bash', ['-c', `printf '%s' ${quoted[i]}`], { cwd: root });
        equal(`bash reads ${quoted[i]}`, r.out, name);
        const inserted = exec('bash', ['-c', `source <(pluto completion bash); compopt() { :; }
            COMP_WORDS=(pluto ${i + 1}); COMP_CWORD=1; _pluto; printf '%s' "\${COMPREPLY[@]}"`], { cwd: root, env: { PATH } });
        equal('bash is given', inserted.out, quoted[i]);
    }
    equal('run', fs.existsSync(path.join(root, 'pwned')), false);
});
