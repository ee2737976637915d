// The questions of `pluto new` on a terminal: keys, answers, mistakes, and every way of leaving.

import os from 'node:os';
import { KEY, equal, expect, send, test } from './harness.mjs';
import { show } from './vt.mjs';

const SIGNALS = os.constants.signals;
const NAME = 'Project name';
const TEMPLATE = 'Template';
const STACK = 'Stack name';
const PLATFORM = 'Select a platform';
const ENGINE = 'Select a provisioning engine';
// What brings each question up, after what answered those before it.
const UNTIL = {
    [NAME]: [NAME],
    [TEMPLATE]: [NAME, send(KEY.enter), TEMPLATE],
    [STACK]: [NAME, send(KEY.enter), TEMPLATE, send(KEY.enter), STACK],
    [PLATFORM]: [NAME, send(KEY.enter), TEMPLATE, send(KEY.enter), STACK, send(KEY.enter), PLATFORM],
    [ENGINE]: [NAME, send(KEY.enter), TEMPLATE, send(KEY.enter), STACK, send(KEY.enter), PLATFORM, send(KEY.enter), ENGINE],
};
const ENTERS = [send(KEY.enter)];
const rest = (from) => {
    const all = [NAME, TEMPLATE, STACK, PLATFORM, ENGINE];
    return all.slice(all.indexOf(from)).flatMap((label) => [label, send(KEY.enter)]);
};
const answered = (name, template, stack) =>
    `? ${NAME} ${name}\n? ${TEMPLATE} ${template}\n? ${STACK} ${stack}\n? ${PLATFORM} AWS\n? ${ENGINE} CloudFormation`;

// ---- Answers ----------------------------------------------------------------------------------------

test('Enter takes the defaults, and the answers stay on the screen', (t) => {
    const r = expect(t.ask(['new'], [...UNTIL[ENGINE], ...ENTERS]), 0, { out: ['made hello-pluto', 'cd hello-pluto'] });
    equal('the screen', show(r.screen), answered('hello-pluto', 'hello', 'dev'));
    equal('folders', t.run(['-A'], { command: 'ls' }).out, 'hello-pluto\n');
});

test('typed answers, arrows, and what was given is not asked', (t) => {
    const steps = [NAME, send('my-chat'), send(KEY.enter), TEMPLATE, send(KEY.down + KEY.down + KEY.up), send(KEY.enter),
        STACK, send('prod'), send(KEY.enter), PLATFORM, send(KEY.enter), ENGINE, send(KEY.enter)];
    const r = expect(t.ask(['new'], steps), 0, { out: 'made my-chat' });
    equal('the screen', show(r.screen), answered('my-chat', 'router', 'prod'));
    equal('the stack', /^current: prod$/m.test(t.read('my-chat/pluto.yml')), true);
    equal('the name', JSON.parse(t.read('my-chat/package.json')).name, 'my-chat');

    const some = ['new', 'second', '--template', 'hello', '--platform', 'AWS', '--provision', 'CloudFormation'];
    const asked = expect(t.ask(some, [STACK, send('x'), send(KEY.enter)]), 0);
    equal('only the stack was asked', show(asked.screen), `? ${STACK} x`);
    expect(t.ask([...some.toSpliced(1, 1, 'third'), '--stack', 'y'], []), 0, { screen: /^$/ });
    expect(t.ask(['new', 'fourth', '--yes'], []), 0, { screen: /^$/ });
});

test('keys that choose from a list', (t) => {
    const cases = [[KEY.down, 'router'], ['j', 'router'], ['jj', 'chat-memory'], ['jk', 'hello'], ['4', 'llama2-chat'],
        ['9', 'hello'], [KEY.up, 'llama2-chat'], [KEY.end, 'llama2-chat'], [KEY.end + KEY.home, 'hello'],
        [KEY.end + KEY.down, 'hello'], ['\x1bOB', 'router'], ['\t', 'router'], ['\x0e', 'router'], ['x?', 'hello'],
        ['\x1b[1;5B', 'router'], ['\x1b[99;99X', 'hello'], ['\x1b[200~2\x1b[201~', 'router']];
    cases.forEach(([keys, template], i) => {
        const steps = [NAME, send(`p${i}`), send(KEY.enter), TEMPLATE, send(keys), send(KEY.enter), ...rest(STACK)];
        const r = expect(t.ask(['new'], steps), 0);
        equal(JSON.stringify(keys), show(r.screen), answered(`p${i}`, template, 'dev'));
    });
});

test('editing a line', (t) => {
    const cases = [['abx' + KEY.backspace + 'c', 'abc'], ['wrong' + KEY.ctrlU + 'right', 'right'],
        ['st' + KEY.home + 'r', 'rst'], ['km' + KEY.left + 'l', 'klm'], ['xefg' + KEY.home + KEY.delete, 'efg'],
        ['ac' + KEY.left + KEY.left + KEY.right + 'b' + KEY.end + 'd', 'abcd'], ['some thing' + KEY.ctrlW + KEY.ctrlW + 'e', 'e'],
        ['a' + KEY.backspace + KEY.backspace + KEY.backspace + 'b', 'b'], ['\x1b[200~pasted\x1b[201~', 'pasted'],
        ['aé' + KEY.backspace + '日本' + KEY.backspace + KEY.backspace + 'b', 'ab'], ['k' + KEY.up + KEY.down + 'j', 'kj']];
    for (const [keys, name] of cases) {
        const r = expect(t.ask(['new'], [NAME, send(keys), { pause: 0.05 }, send(KEY.enter), ...rest(TEMPLATE)]), 0);
        equal(JSON.stringify(keys), show(r.screen), answered(name, 'hello', 'dev'));
    }
});

test('init asks for what the folder does not say', (t) => {
    t.write('My App/notes.txt');
    const r = expect(t.ask(['init'], [NAME, 'my-app', send(KEY.enter), ...rest(TEMPLATE)], { cwd: 'My App' }), 0, { out: 'wrote src/index.ts' });
    equal('the screen', show(r.screen), answered('my-app', 'hello', 'dev'));
    t.write('b/package.json', '{"name": "shop"}');
    t.write('b/src/index.ts', '');
    expect(t.ask(['init'], [STACK, send('p'), send(KEY.enter), ...rest(PLATFORM)], { cwd: 'b' }), 0, { out: 'kept  src' });
    t.write('c/file');
    for (const [, steps] of Object.entries(UNTIL)) expect(t.ask(['init'], [...steps, send(KEY.ctrlC)], { cwd: 'c' }), 130);
    equal('nothing was made', t.names('c'), ['file']);
});

// ---- Mistakes ---------------------------------------------------------------------------------------

test('a wrong name is refused with the reason until it is right', (t) => {
    t.write('taken/file');
    const cases = [['A', 'npm takes small letters only: `a`'], ['-a', 'begins with a letter or a digit'], ['a/b', 'not a path'],
        ['é', '`é` cannot be in a name'], ['node_modules', 'npm keeps the name'], ['taken', '`taken` exists already'],
        ['a b', 'no spaces'], ['x'.repeat(65), 'at most 64 characters'], ['..', 'begins with a letter']];
    const steps = cases.flatMap(([text, why]) => [send(text), why, send(KEY.enter), why, send(KEY.ctrlU)]);
    const r = expect(t.ask(['new'], [NAME, ...steps, send('fine'), send(KEY.enter), ...rest(TEMPLATE)], { columns: 120 }), 0);
    equal('the screen', show(r.screen, 120), answered('fine', 'hello', 'dev'));
    equal('what is there', t.names('taken'), ['file']);
});

test('a wrong stack is refused, a default that is taken is offered for mending', (t) => {
    t.write('hello-pluto/file');
    const steps = [NAME, send(KEY.enter), '`hello-pluto` exists already', send('-2'), send(KEY.enter), TEMPLATE, send(KEY.enter),
        STACK, send('a.b'), '`.` cannot be in a name', send(KEY.enter), send(KEY.backspace + KEY.backspace), send(KEY.enter), ...rest(PLATFORM)];
    const r = expect(t.ask(['new'], steps), 0);
    equal('the screen', show(r.screen), answered('hello-pluto-2', 'hello', 'a'));
});

test('bytes that are not UTF-8 and controls are no letters', (t) => {
    const steps = [NAME, { bytes: [0xff, 0xc3, 0x28, 0x00, 0x1f] }, 'cannot be in a name', send(KEY.ctrlU), send('ok'), send(KEY.enter), ...rest(TEMPLATE)];
    expect(t.ask(['new'], steps), 0, { out: 'made ok' });
});

// ---- Leaving ----------------------------------------------------------------------------------------

test('every way of leaving, at each question: nothing made, the terminal restored', (t) => {
    for (const [question, steps] of Object.entries(UNTIL)) {
        for (const key of ['ctrlC', 'ctrlD', 'escape', 'ctrlBackslash']) {
            const r = expect(t.ask(['new'], [...steps, send(KEY[key])]), 130, { out: /^$/ });
            equal(`${key} at ${question} ends the line`, /\n$/.test(r.screen), true);
        }
        equal(`after ${question}`, t.names(), []);
    }
});

test('a signal at each question restores the terminal, too', (t) => {
    for (const [question, steps] of Object.entries(UNTIL)) {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
            expect(t.ask(['new'], [...steps, { signal: SIGNALS[signal] }]), 128 + SIGNALS[signal], { out: /^$/ });
        equal(`after ${question}`, t.names(), []);
    }
});

test('Ctrl-Z stops with the terminal restored, and going on draws the question anew', (t) => {
    for (const how of [send(KEY.ctrlZ), { signal: SIGNALS.SIGTSTP }]) {
        const steps = [NAME, send('abc'), 'abc', how, { stopped: true }, { continue: true }, NAME, 'abc', send('d' + KEY.enter), ...rest(TEMPLATE)];
        const r = expect(t.ask(['new'], steps), 0, { out: 'made abcd' });
        equal('restored while stopped', r.stopped_restored, true);
        t.run(['-rf', 'abcd'], { command: 'rm' });
    }
});

// ---- Terminals --------------------------------------------------------------------------------------

test('a narrow terminal, and one that is resized, shows each question once', (t) => {
    for (const columns of [30, 16]) {
        const r = t.ask(['new', 'narrow'], [TEMPLATE, send(KEY.down), { pause: 0.15 }, send(KEY.up), { pause: 0.15 }, send(KEY.ctrlC)], { columns });
        const screen = show(r.screen, columns);
        equal(`one list at ${columns}`, screen.split('\n').length, 5);
        equal(`nothing too wide at ${columns}`, screen.split('\n').every((line) => line.length < columns), true);
    }
    const long = 'a-name-that-is-longer-than-the-line-it-is-typed-in';
    const r = t.ask(['new'], [NAME, send(long), { pause: 0.2 }, send(KEY.ctrlC)], { columns: 40 });
    equal('the end of a long name is in view', show(r.screen, 40), `? ${NAME} <${long.slice(-21)}`);
    const wide = t.ask(['new', 'resized'], [TEMPLATE, 'llama2-chat', { resize: [24, 100] }, TEMPLATE, 'llama2-chat', { resize: [24, 60] }, TEMPLATE,
        'llama2-chat', send(KEY.enter), ...rest(STACK)]);
    expect(wide, 0);
});

test('NO_COLOR and --color: no colours, still arrows', (t) => {
    const steps = [...UNTIL[TEMPLATE], send(KEY.down), '> router', send(KEY.ctrlC)];
    for (const options of [{ env: { NO_COLOR: '1' } }, {}]) {
        const r = t.ask(options.env ? ['new'] : ['new', '--color', 'never'], steps, options);
        equal('colours', /\x1b\[[0-9;]*m/.test(r.screen), false);
    }
    equal('colours by default', /\x1b\[1;36m/.test(t.ask(['new'], [NAME, send(KEY.ctrlC)]).screen), true);
});

test('TERM=dumb: plain lines and numbers, no control sequence', (t) => {
    for (const env of [{ TERM: 'dumb' }, { TERM: '' }]) {
        const name = `plain${env.TERM}`;
        const steps = ['Project name [hello-pluto]: ', send('A b\n'), 'no spaces', 'Project name', send(`${name}\n`), '2 router', 'Number [1]: ', send('7\n'),
            'from 1 to 4', send('2\n'), 'Stack name [dev]: ', send('\n'), '1 AWS', send('\n'), '1 CloudFormation', send('CloudFormation\n')];
        const r = expect(t.ask(['new'], steps, { env }), 0, { out: `made ${name}` });
        equal('control sequences', r.screen.includes('\x1b'), false);
        for (const key of [KEY.ctrlC, KEY.ctrlD]) expect(t.ask(['new'], ['Project name', send(key)], { env }), 130);
    }
    expect(t.ask(['new'], ['Project name', send(KEY.ctrlZ), { stopped: true }, { continue: true }, send('again\n'), 'Number', send(KEY.ctrlC)],
        { env: { TERM: 'dumb' } }), 130);
});

// ---- No terminal ------------------------------------------------------------------------------------

test('without a terminal: --yes, all flags, or wrong usage that names what is missing', (t) => {
    expect(t.run(['new']), 2, { err: ['NAME, `--template`, `--stack`, `--platform`, `--provision`', '`--yes` takes the defaults'] });
    expect(t.run(['new', 'x', '--stack', 's']), 2, { err: 'these are not given: `--template`, `--platform`, `--provision`' });
    expect(t.run(['init']), 2, { err: '`--yes`' });
    equal('nothing was made', t.names(), []);
    expect(t.run(['new', '--yes']), 0, { out: 'made hello-pluto', err: /^$/ });
    const all = ['--template', 'hello', '--stack', 's', '--platform', 'AWS', '--provision', 'CloudFormation'];
    expect(t.run(['new', 'x', ...all]), 0, { out: 'made x' });
    expect(t.run(['new', 'quiet', '--yes', '--quiet']), 0, { out: /^$/, err: /^$/ });
    expect(t.run(['new', '--yes']), 2, { err: '`hello-pluto` exists already' });
    expect(t.run(['new', 'y', '--yes', '--platform', 'GCP']), 2, { err: '`--platform` cannot be `GCP`' });
    expect(t.run(['new', 'y', '--yes', '--provision', 'Terraform']), 2, { err: '`--provision` cannot be `Terraform`' });
});
