// The projects that come out: each template is complete, strict, compiles at once and is committed; `init` adds
// to what is there.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { HERE, REPO, equal, expect, pluto, test } from './harness.mjs';

const modules = path.join(REPO, 'tests/node_modules');
const tsc = path.join(modules, 'typescript/bin/tsc');
const index = JSON.parse(fs.readFileSync(path.join(REPO, 'templates/index.json'), 'utf8')).templates;
const types = fs.readFileSync(path.join(REPO, 'runtime/client/index.d.ts'), 'utf8');
const COMMON = ['.git', '.gitignore', 'README.md', 'package.json', 'pluto.yml', 'src/index.ts', 'tsconfig.json', 'types/pluto/index.d.ts'];
const MORE = { router: ['src/note.ts'], 'chat-memory': ['src/conversation.ts', 'src/model.ts'] };
// Handlers and what each may do.
const EDGES = {
    hello: ['count get greetings', 'hello get greetings', 'hello set greetings'],
    router: ['api-delete-notes-id delete notes', 'api-get-notes-id get notes', 'api-post-notes set notes',
        'api-put-notes-id get notes', 'api-put-notes-id set notes'],
    'chat-memory': ['chat-delete-history set conversations', 'chat-get-history get conversations', 'chat-post-say get conversations',
        'chat-post-say invoke tiny-llama', 'chat-post-say set conversations'],
    'llama2-chat': ['chatbot invoke llama-2-7b', 'qa invoke llama-2-7b'],
};

// The packages of the tests stand in for `npm install`: the same versions, see below.
function install(t, project, template) {
    const to = t.at(project, 'node_modules');
    fs.mkdirSync(path.join(to, '@types'), { recursive: true });
    const link = (from, name) => fs.symlinkSync(from, path.join(to, name));
    link(path.join(modules, '@types/node'), '@types/node');
    link(path.join(modules, 'undici-types'), 'undici-types');
    const extra = path.join(HERE, template, 'node_modules');
    if (!fs.existsSync(extra)) return;
    for (const name of fs.readdirSync(extra).filter((n) => !n.startsWith('.') && n !== '@types' && n !== 'undici-types'))
        link(path.join(extra, name), name);
}

function check(t, project, ...flags) {
    const r = t.run([tsc, ...flags], { cwd: project, command: process.execPath });
    equal(`tsc in ${project}`, [r.code, r.out], [0, '']);
}

function compile(t, project, name, stack) {
    const graph = JSON.parse(expect(t.run(['graph', '--format', 'json'], { cwd: project }), 0, { err: /^$/ }).out);
    equal('the project', [graph.project, graph.stack], [name, stack]);
    expect(t.run(['build', '--no-packages'], { cwd: project }), 0, { out: [`.pluto/${stack}/template.json`] });
    return graph;
}

// ---- Templates --------------------------------------------------------------------------------------

for (const { name: template, doc, sources } of index) {
    test(`${template}: files, types, graph, template`, (t) => {
        const name = `my-${template}`;
        expect(t.run(['new', name, '--template', template, '--stack', 'prod', '--yes']), 0, { err: /^$/,
            out: [`made ${name}`, 'a git repository with a first commit', `cd ${name}`, 'npm install', 'pluto graph', 'pluto build'] });
        equal('files', t.names(name), [...COMMON, ...(MORE[template] ?? [])].sort());
        equal('types', t.read(name, 'types/pluto/index.d.ts'), types);
        equal('placeholders left', t.names(name).filter((file) => file !== '.git' && t.read(name, file).includes('{{')), []);
        equal('the title', t.read(name, 'README.md').split('\n')[0], `# ${name}`);
        const pkg = JSON.parse(t.read(name, 'package.json'));
        equal('package.json', [pkg.name, pkg.private, pkg.type], [name, true, 'module']);
        for (const source of sources ? fs.readdirSync(path.join(REPO, sources, 'src')) : [])
            equal(source, t.read(name, 'src', source), fs.readFileSync(path.join(REPO, sources, 'src', source), 'utf8'));

        const graph = compile(t, name, name, 'prod');
        const bare = (id) => id.slice(id.indexOf('/') + 1);
        const edges = graph.edges.filter((e) => e.type === 'call').map((e) => `${bare(e.from)} ${e.operation} ${bare(e.to)}`);
        equal('edges', edges.sort(), EDGES[template]);
        if (template === 'hello') check(t, name, '--skipLibCheck', 'false'); // needs no package at all
        install(t, name, template);
        check(t, name);
        equal('git status', t.git(name, 'status', '--porcelain'), '');
    });
    test(`${template}: the commands of its README are right`, (t) => {
        expect(t.run(['new', 'p', '--template', template, '--yes']), 0);
        const commands = t.read('p/README.md').match(/^pluto .*$/gm).map((line) => line.split('#')[0].trim());
        equal('there are some', commands.length >= 4, true);
        install(t, 'p', template); // `pluto run` goes on until it is stopped: tests/run has it
        for (const command of commands.filter((c) => !c.includes('--open') && c !== 'pluto run'))
            expect(t.run(command.split(/ +/).slice(1), { cwd: 'p' }), 0);
        equal('a doc that fits 80 columns', doc.length > 20 && doc.length <= 64, true);
    });
}

test('a program with a mistake in it does not pass tsc', (t) => {
    expect(t.run(['new', 'p', '--yes']), 0);
    install(t, 'p', 'hello');
    fs.appendFileSync(t.at('p/src/index.ts'), 'new KVStore(1, { pointInTimeRecovery: "no" });\nexport const f = (x) => x;\n');
    const r = t.run([tsc], { cwd: 'p', command: process.execPath });
    expect(r, 2, { out: ['TS2345', 'TS7006'] });
});

test('versions that templates pin are those that are tested', () => {
    const json = (...at) => JSON.parse(fs.readFileSync(path.join(REPO, ...at), 'utf8'));
    const ours = json('tests/package.json').dependencies;
    const { dependencies, devDependencies } = json('templates/llama2-chat/package.json');
    for (const dev of [devDependencies, json('templates/common/package.json').devDependencies])
        for (const [name, version] of Object.entries(dev)) equal(name, version, ours[name]);
    equal('llama2-chat', dependencies, json('tests/start/llama2-chat/package.json').dependencies);
    const { dependencies: example } = json('examples/llama2-chat/package.json');
    for (const [name, version] of Object.entries(dependencies)) equal(`the example's ${name}`, example[name], version);
});

test('every name and stack that is taken also compiles', (t) => {
    for (const name of ['a', '1', 'x.y', 'a_b-c', 'n'.repeat(64), 'true', 'null', '0x1', '1e3']) {
        expect(t.run(['new', name, '--yes']), 0);
        compile(t, name, name, 'dev');
    }
    for (const stack of ['1', 'null', 'NULL', 'true', 'no', '0x1', '1e3', '0', 'A_b-C', 's'.repeat(64)]) {
        expect(t.run(['new', 'p', '--stack', stack, '--yes']), 0);
        equal(`stack ${stack}`, JSON.parse(t.run(['graph', '--format', 'json'], { cwd: 'p' }).out).stack, stack);
        fs.rmSync(t.at('p'), { recursive: true });
    }
});

test('a name that will not do', (t) => {
    const cases = [['.', 'begins with'], ['..', 'begins with'], ['/tmp/x', 'not a path'], ['a/b', 'not a path'], ['a\\b', 'not a path'], ['a b', 'no spaces'],
        ['é', 'cannot be'], ['My-App', '`my-app`'], ['node_modules', 'npm keeps'], ['favicon.ico', 'npm keeps'], ['.git', 'begins with'], ['_a', 'begins with'],
        ['x'.repeat(65), 'at most 64'], ['a*', 'cannot be'], ['a\nb', '`\\n` cannot be'], ['a\x1b[31m', 'cannot be'], ['a\u202eb', '\\u{202e}'], ['', 'empty'],
        ['@me/app', 'not a path'], ['~', 'cannot be'], ['a$(id)', 'cannot be']];
    for (const [name, why] of cases) expect(t.run(['new', '--yes', '--', name]), 2, { err: why, out: /^$/ });
    for (const stack of ['.', 'a.b', 'a/b', '-', 'é', 'x'.repeat(65)])
        expect(t.run(['new', 'p', '--yes', `--stack=${stack}`]), 2, { err: 'is no name for a stack' });
    for (const [template, why] of [['helo', 'did you mean `hello`?'], ['nope', 'hello, router, chat-memory, llama2-chat']])
        expect(t.run(['new', 'p', '--yes', '--template', template]), 2, { err: why });
    equal('nothing was made', t.names(), []);
});

// ---- Git --------------------------------------------------------------------------------------------

test('the first commit has a default author, or the user', (t) => {
    expect(t.run(['new', 'a', '--yes']), 0);
    equal('author', t.git('a', 'log', '--format=%an <%ae> %s'), 'pluto <pluto@localhost> Start a from the template hello');
    equal('files', t.git('a', 'ls-files').split('\n'), COMMON.filter((n) => n !== '.git').sort());
    fs.writeFileSync(path.join(t.home, '.gitconfig'), '[user]\n\tname = Ada L\n\temail = ada@example.org\n[init]\n\tdefaultBranch = trunk\n[core]\n\thooksPath = /nowhere\n');
    expect(t.run(['new', 'b', '--yes']), 0);
    equal('the user', t.git('b', 'log', '--format=%an <%ae>'), 'Ada L <ada@example.org>');
    equal('no path of the hidden folder stays', fs.readFileSync(t.at('b/.git/config'), 'utf8').includes('pluto-new'), false);
    equal('git fsck', t.git('b', 'fsck', '--strict'), '');
});

test('within a repository no second one is made', (t) => {
    t.git('.', 'init', '-q');
    expect(t.run(['new', 'a', '--yes']), 0, { err: 'no git repository was made: the folder lies in one already' });
    equal('.git', t.names('a').includes('.git'), false);
    equal('nothing is committed or staged', t.git('.', 'status', '--porcelain'), '?? a/');
});

test('the program alone, without its adapters, makes the project and says what is missing', (t) => {
    fs.copyFileSync(pluto, t.at('pluto'));
    expect(t.run(['new', 'a', '--yes'], { command: t.at('pluto') }), 0, { out: 'made a', err: 'note: no git repository was made: ' });
    equal('files', t.names('a'), COMMON.filter((n) => n !== '.git'));
    expect(t.run(['new', 'b', '--yes', '--template', 'file:///x'], { command: t.at('pluto') }), 3, { err: 'error: ' });
    equal('nothing of b', fs.existsSync(t.at('b')), false);
});

// ---- init -------------------------------------------------------------------------------------------

test('init in an empty folder makes what new makes', (t) => {
    expect(t.run(['new', 'one', '--template', 'router', '--yes']), 0);
    fs.mkdirSync(t.at('two'));
    const r = expect(t.run(['init', 'one', '--template', 'router', '--yes'], { cwd: 'two' }), 0, { err: /^$/ });
    equal('files', t.names('two'), t.names('one'));
    for (const file of t.names('two').filter((n) => n !== '.git')) {
        equal(file, t.read('two', file), t.read('one', file));
        equal(`said of ${file}`, r.out.includes(`wrote ${file}\n`), true);
    }
    equal('committed', t.git('two', 'status', '--porcelain'), '');
    fs.mkdirSync(t.at('My App!'));
    expect(t.run(['init', '--yes'], { cwd: 'My App!' }), 0);
    equal('the name', JSON.parse(t.read('My App!', 'package.json')).name, 'my-app');
});

test('init keeps what is there', (t) => {
    const own = { 'package.json': '{ "name" : "@me/shop", "dependencies": {"typescript": "5"} }', 'tsconfig.json': '{}\n', 'src/index.ts': 'export {};\n', 'README.md': 'mine\n' };
    for (const [name, text] of Object.entries(own)) t.write(name, text);
    const r = expect(t.run(['init', '--yes']), 0, { out: ['kept  src\n', 'kept  package.json\n', 'kept  tsconfig.json\n', 'wrote pluto.yml\n', 'wrote types/pluto/index.d.ts\n'],
        err: ['npm install --save-dev @types/node@24.19.2\n', '"@plutolang/pluto": ["./types/pluto/index.d.ts"]'] });
    equal('a file of the template', r.out.includes('wrote src'), false);
    for (const [name, text] of Object.entries(own)) equal(name, t.read(name), text);
    equal('files', t.names(), ['.gitignore', 'README.md', 'package.json', 'pluto.yml', 'src/index.ts', 'tsconfig.json', 'types/pluto/index.d.ts']);
    expect(t.run(['init', '--yes']), 2, { err: 'is a pluto project already' });
    expect(t.run(['init', '--types']), 0, { out: 'wrote types/pluto/index.d.ts' });
});

test('init says no', (t) => {
    t.write('a/package.json', '{"name": "x"}');
    expect(t.run(['init', 'y', '--yes'], { cwd: 'a' }), 2, { err: '`package.json` calls this project `x`' });
    t.write('b/package.json', '[]');
    expect(t.run(['init', '--yes'], { cwd: 'b' }), 2, { err: 'not a JSON object' });
    t.write('c/index.ts', '');
    expect(t.run(['init', '--yes', '--template', 'hello'], { cwd: 'c' }), 2, { err: '`index.ts` exists already' });
    t.write('d/.pluto/pluto.yaml', '');
    expect(t.run(['init', '--yes'], { cwd: 'd' }), 2, { err: 'already' });
    fs.mkdirSync(t.at('e'));
    expect(t.run(['init', '--types'], { cwd: 'e' }), 2, { err: 'holds no project' });
    t.write('f/types', 'a file');
    expect(t.run(['init', '--yes'], { cwd: 'f' }), 2, { err: '`types` exists already' });
    equal('nothing was made', t.names(), ['a/package.json', 'b/package.json', 'c/index.ts', 'd/.pluto/pluto.yaml', 'f/types']);
});

test('init --types renews what an earlier pluto wrote', (t) => {
    expect(t.run(['new', 'p', '--yes']), 0);
    t.write('p/types/pluto/index.d.ts', 'old');
    expect(t.run(['init', '--types'], { cwd: 'p' }), 0, { out: /^wrote types\/pluto\/index\.d\.ts\n$/ });
    equal('types', t.read('p/types/pluto/index.d.ts'), types);
    equal('nothing else changed', t.git('p', 'status', '--porcelain'), '');
});

test('editors show documentation on every option', (t) => {
    expect(t.run(['new', 'p', '--yes']), 0);
    const script = `
        import ts from ${JSON.stringify(path.join(modules, 'typescript/lib/typescript.js'))};
        const program = ts.createProgram(["src/index.ts", "types/pluto/index.d.ts"], { strict: true, lib: ["lib.es2022.d.ts"] });
        const checker = program.getTypeChecker(), file = program.getSourceFile("types/pluto/index.d.ts");
        const bare = [];
        for (const e of checker.getExportsOfModule(checker.getSymbolAtLocation(file)))
            if (/Options$/.test(e.name) && e.flags & ts.SymbolFlags.Interface)
                for (const m of e.members.values())
                    if (!m.getDocumentationComment(checker).length && !m.getJsDocTags(checker).length) bare.push(e.name + "." + m.name);
        console.log(JSON.stringify(bare));`;
    const r = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: t.at('p'), encoding: 'utf8' });
    equal('options without a word', [r.stderr, r.stdout.trim()], ['', '[]']);
});
