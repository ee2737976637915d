// How the program behaves from outside: exit codes, suggestions, colour, message formats, lost output,
// files written.
//
//   node tests/cli/run.mjs --pluto build/pluto
//
// Each test gets a folder of its own with a small project. The last line is `N passed, N failed`.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const flag = process.argv.indexOf('--pluto');
const pluto = resolve(flag > 0 ? process.argv[flag + 1] : 'build/pluto');

const program = `import { Function, KVStore } from "@plutolang/pluto";
const store = new KVStore("notes");
new Function(async (id: string) => await store.get(id), "reader");
`;
const rejected = `import { Function } from "@plutolang/pluto";
new Function(async () => 1, "twice");
new Function(async () => 2, "twice");
`;

// ---- Running ----------------------------------------------------------------------------------------

function project(files) {
    const root = mkdtempSync(join(tmpdir(), 'pluto-cli-'));
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
    }
    return root;
}

// The environment is made new, so that the caller's NO_COLOR or AWS_REGION cannot matter.
function run(cwd, args, { env = {}, shell = null } = {}) {
    const options = { cwd, env: { PATH: process.env.PATH, PLUTO: pluto, ...env }, encoding: 'utf8', timeout: 60000 };
    const r = shell ? spawnSync('sh', ['-c', shell], options) : spawnSync(pluto, args, options);
    return { code: r.status, out: r.stdout, err: r.stderr };
}

let passed = 0;
const failures = [];

function test(name, files, body) {
    const root = project(files);
    try {
        body({ root, run: (args, options) => run(root, args, options), sh: (shell, env) => run(root, [], { shell, env }) });
        passed++;
    } catch (error) {
        failures.push(name);
        console.log(`FAIL ${name}\n  ${String(error.message).replaceAll('\n', '\n  ')}`);
    } finally {
        rmSync(root, { recursive: true, force: true });
    }
}

function equal(what, got, wanted) {
    if (got !== wanted) throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

// A result: its exit code, and what its streams hold (strings or regular expressions).
function expect(result, code, { out = [], err = [] } = {}) {
    const shown = `exit ${result.code}\nstdout: ${result.out}\nstderr: ${result.err}`;
    if (result.code !== code) throw new Error(`wanted exit ${code}\n${shown}`);
    for (const [stream, wanted] of [['out', out], ['err', err]])
        for (const part of [wanted].flat())
            if (part instanceof RegExp ? !part.test(result[stream]) : !result[stream].includes(part))
                throw new Error(`std${stream} should hold ${part}\n${shown}`);
    return result;
}

const good = { 'src/index.ts': program, 'package.json': '{"name": "@me/notes"}' };
const bad = { 'src/index.ts': rejected };

// ---- Secrets ----------------------------------------------------------------------------------------

const token = `hf_${'QwErTyUiOpAsDfGhJkLzXcVbNm'}`;
const leaky = `import { Function, Queue } from "@plutolang/pluto";
new Queue("q"); new Function(async () => 1, "f", { envs: { TOKEN: "${token}" } });
`;

test('no command prints or writes a secret', { 'src/index.ts': leaky }, (t) => {
    for (const args of [['graph'], ['graph', '--format', 'json'], ['build', '--out', 'out']]) {
        for (const format of ['human', 'short', 'json']) {
            const r = expect(t.run([...args, '--message-format', format]), 1, { err: ['P0504', 'index.ts'] });
            equal(`${args.join(' ')}, ${format}: stdout`, r.out, '');
            equal(`${args.join(' ')}, ${format}: the secret is shown`, r.err.includes(token.slice(3)), false);
        }
    }
    equal('a file was written', existsSync(join(t.root, 'out')), false);
});

// ---- Wrong usage ------------------------------------------------------------------------------------

test('no command shows help and is wrong usage', {}, (t) => {
    const r = expect(t.run([]), 2, { err: 'usage: pluto COMMAND' });
    equal('stdout', r.out, '');
});
test('help and version', {}, (t) => {
    for (const args of [['help'], ['--help'], ['-h']]) expect(t.run(args), 0, { out: ['commands', 'graph [DIR]'] });
    for (const args of [['--version'], ['-V'], ['version']]) expect(t.run(args), 0, { out: /^pluto \d+\.\d+\.\d+\n$/ });
    expect(t.run(['help', 'build']), 0, { out: ['usage: pluto build [DIR]', '--out DIR'] });
    equal('build --help', t.run(['build', '--help']).out, t.run(['help', 'build']).out);
});
test('what is misspelt gets a suggestion', {}, (t) => {
    expect(t.run(['grahp']), 2, { err: ['there is no command `grahp`', 'did you mean `graph`?'] });
    expect(t.run(['help', 'biuld']), 2, { err: 'did you mean `build`?' });
    expect(t.run(['graph', '--stakc', 'x']), 2, { err: 'did you mean `--stack`?' });
    expect(t.run(['graph', '--format', 'jsno']), 2, { err: 'did you mean `json`?' });
    expect(t.run(['explain', 'P0020']), 2, { err: 'there is no diagnostic `P0020`' });
});
test('wrong usage says what is missing', {}, (t) => {
    expect(t.run(['generate']), 2, { err: '--from' });
    expect(t.run(['graph', '--stack']), 2, { err: '`--stack` needs a value' });
    expect(t.run(['graph', '--stack', 'a b']), 2, { err: 'not a valid name for a stack' });
    expect(t.run(['version', '--out', 'x']), 2, { err: 'takes no option `--out`' });
});
test('explain', {}, (t) => {
    expect(t.run(['explain', 'p0203']), 0, { out: 'P0203' });
    expect(t.run(['explain']), 0, { out: ['P0101', 'P0604'] });
});

// ---- Exit codes -------------------------------------------------------------------------------------

test('graph: 0, and the graph as text', good, (t) => {
    const r = expect(t.run(['graph']), 0, { out: ['notes (dev)', 'KVStore notes', 'Function reader', 'because src/index.ts:3'] });
    equal('stderr', r.err, '');
});
test('graph: from outside and by its file', good, (t) => {
    const inside = t.run(['graph']).out;
    equal('by folder', run('/', ['graph', t.root]).out, inside);
    equal('by file', run('/', ['graph', join(t.root, 'src/index.ts')]).out, inside);
});
test('a rejected program: 1', bad, (t) => {
    const r = expect(t.run(['graph']), 1, { err: ['error[P0303]', '--> src/index.ts:3:', /\n1 error\n$/] });
    equal('stdout', r.out, '');
    expect(t.run(['build']), 1);
    equal('nothing is written', existsSync(join(t.root, '.pluto')), false);
});
test('a place that is no project: 3', { 'empty/readme': '' }, (t) => {
    expect(t.run(['graph', 'nowhere']), 3, { err: 'there is no file or folder `nowhere`' });
    expect(t.run(['graph', 'empty']), 3, { err: 'there is neither `src/index.ts` nor `index.ts`' });
    expect(t.run(['generate', '--from', 'gone.json']), 3, { err: 'gone.json' });
});
test('an entry that is none', { 'src/index.ts/x': '' }, (t) => {
    const r = t.run(['graph']);
    if (r.code !== 1 && r.code !== 3) throw new Error(`exit ${r.code}: ${r.err}`);
    expect(r, r.code, { err: /error/ });
});
test('a settings file that cannot be read', { ...good }, (t) => {
    mkdirSync(join(t.root, 'pluto.yml'));
    expect(t.run(['graph']), 3, { err: 'pluto.yml' });
    rmSync(join(t.root, 'pluto.yml'), { recursive: true });
    t.sh('mkfifo pluto.yml');
    expect(t.run(['graph']), 3, { err: 'not a regular file' });
    rmSync(join(t.root, 'pluto.yml'));
    symlinkSync('pluto.yml', join(t.root, 'pluto.yml'));
    expect(t.run(['graph']), 0);
});
test('settings that are wrong: 1, with their place', { ...good, 'pluto.yml': 'stacks:\n  - name: dev\nregoin: x\n' }, (t) => {
    expect(t.run(['graph']), 1, { err: ['error[P0602]', '--> pluto.yml:3:1', 'did you mean `region`?'] });
    writeFileSync(join(t.root, 'pluto.yml'), 'stacks:\n  - name: dev\n');
    expect(t.run(['graph', '--stack', 'prod']), 1, { err: 'error[P0604]' });
});
test('a graph that is wrong: 1, with its place', { 'arch.json': '{"version": 1,\n  x' }, (t) => {
    expect(t.run(['generate', '--from', 'arch.json']), 1, { err: ['error[P0507]', /arch\.json:2:\d/] });
    writeFileSync(join(t.root, 'arch.json'), '{"version":1,"project":"p","stack":"d","resources":[],"edges":[{}]}');
    expect(t.run(['generate', '--from', 'arch.json']), 1, { err: '`edges[0].from` is missing' });
});

// ---- Output -----------------------------------------------------------------------------------------

test('output that is lost: 3', good, (t) => {
    for (const command of ['graph', 'graph -f json', 'help', 'version', 'explain']) {
        expect(t.sh(`"$PLUTO" ${command} >&-`), 3, { err: 'cannot write to the standard output' });
        expect(t.sh(`"$PLUTO" ${command} >/dev/full`), 3, { err: 'no space is left' });
    }
});
test('a reader that goes away is nobody to complain to', good, (t) => {
    const r = t.sh('{ "$PLUTO" graph; echo "exit $?" >&2; } | true');
    if (!/^(exit 3|exit 0)\n$/.test(r.err)) throw new Error(r.err);
});
test('colour: never into a file, unless asked for', { ...good }, (t) => {
    const escape = '\u001b[';
    equal('auto', t.run(['graph']).out.includes(escape), false);
    equal('always', t.run(['graph', '--color', 'always']).out.includes(escape), true);
    equal('always beats NO_COLOR', t.run(['graph', '--color=always'], { env: { NO_COLOR: '1' } }).out.includes(escape), true);
    writeFileSync(join(t.root, 'src/index.ts'), rejected);
    equal('diagnostics', t.run(['graph', '--color', 'always']).err.includes(escape), true);
});
// Not every machine that tests has pseudo-terminals: the pipe is made to pass for a terminal instead.
test('colour: on a terminal, unless NO_COLOR', { ...good, 'isatty.c': 'int isatty(int fd) { return fd >= 0; }\n' }, (t) => {
    expect(t.sh('cc -shared -fPIC -o isatty.so isatty.c'), 0);
    const shim = { LD_PRELOAD: join(t.root, 'isatty.so'), TERM: 'xterm' };
    const tty = (env) => expect(t.run(['graph'], { env: { ...shim, ...env } }), 0).out;
    equal('terminal', tty({}).includes('\u001b[1m'), true);
    equal('NO_COLOR', tty({ NO_COLOR: '1' }).includes('\u001b[1m'), false);
    equal('empty NO_COLOR', tty({ NO_COLOR: '' }).includes('\u001b[1m'), true);
    equal('dumb', tty({ TERM: 'dumb' }).includes('\u001b[1m'), false);
});
test('--message-format json: one object a line', bad, (t) => {
    const lines = expect(t.run(['graph', '--message-format', 'json']), 1).err.trim().split('\n').map((l) => JSON.parse(l));
    equal('lines', lines.length, 1);
    const { code, severity, file, line } = lines[0];
    equal('diagnostic', `${code} ${severity} ${file} ${line}`, 'P0303 error src/index.ts 3');
    const world = JSON.parse(t.run(['graph', 'nowhere', '--message-format=json']).err);
    equal('keys', Object.keys(world).join(), 'code,severity,message,file,line,column,help');
});
test('--message-format short: one line', bad, (t) => {
    const { err } = expect(t.run(['graph', '--message-format', 'short']), 1);
    if (!/^src\/index\.ts:3:\d+: error\[P0303\]: .*\n$/.test(err)) throw new Error(err);
});
test('names cannot talk to the terminal', good, (t) => {
    for (const args of [['graph', '\u001b[2J'], ['\u001b]0;x\u0007'], ['graph', '--st\u001b[2J']]) {
        const { err } = t.run(args);
        equal('escape', /[\u001b\u0007]/.test(err), false);
    }
});

// ---- Files ------------------------------------------------------------------------------------------

test('build writes, says so, and again the same', good, (t) => {
    const r = expect(t.run(['build']), 0, { out: ['.pluto/dev/arch.json', '.pluto/dev/template.json', '2 resources'] });
    equal('stderr', r.err, '');
    const read = () => readFileSync(join(t.root, '.pluto/dev/template.json'), 'utf8');
    const first = read();
    JSON.parse(first);
    expect(t.run(['build', '--quiet']), 0);
    equal('again', read(), first);
    equal('quiet', t.run(['build', '--quiet']).out, '');
    equal('from the graph', t.run(['generate', '--from', '.pluto/dev/arch.json']).out, first);
    equal('graph', t.run(['graph', '-f', 'json']).out, readFileSync(join(t.root, '.pluto/dev/arch.json'), 'utf8'));
});
test('build: --stack and --out', good, (t) => {
    expect(t.run(['build', '--stack', 'prod']), 0);
    equal('folder', existsSync(join(t.root, '.pluto/prod/template.json')), true);
    expect(t.run(['build', '--out', 'a/b']), 0, { out: 'a/b/template.json' });
    equal('out', existsSync(join(t.root, 'a/b/arch.json')), true);
});
test('settings reach the template, with generate too', { ...good, 'pluto.yml': 'functions: {memory: 1769}\ntags: {team: red}\n' }, (t) => {
    expect(t.run(['build']), 0);
    const template = readFileSync(join(t.root, '.pluto/dev/template.json'), 'utf8');
    if (!template.includes('1769') || !template.includes('red')) throw new Error(template);
    equal('generate DIR', t.run(['generate', '--from', '.pluto/dev/arch.json', '.']).out, template);
});
test('graph --output', good, (t) => {
    equal('stdout', expect(t.run(['graph', '-f', 'json', '--output', 'x/graph.json']), 0).out, '');
    equal('file', readFileSync(join(t.root, 'x/graph.json'), 'utf8'), t.run(['graph', '-f', 'json']).out);
});
test('a folder that cannot be written: 3', good, (t) => {
    if (process.getuid() === 0) {
        writeFileSync(join(t.root, 'out'), 'a file');
    } else {
        mkdirSync(join(t.root, 'out'));
        chmodSync(join(t.root, 'out'), 0o500);
    }
    expect(t.run(['build', '--out', 'out']), 3, { err: 'out' });
});
test('the environment decides nothing', good, (t) => {
    const plain = t.run(['graph', '-f', 'json']).out;
    const env = { AWS_REGION: 'eu-west-1', LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kolkata', LANG: 'C' };
    equal('graph', t.run(['graph', '-f', 'json'], { env }).out, plain);
});
test('--verbose speaks on stderr', good, (t) => {
    const r = expect(t.run(['graph', '--verbose']), 0, { err: ['modules', 'ms'] });
    equal('stdout', r.out, t.run(['graph']).out);
});

console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
